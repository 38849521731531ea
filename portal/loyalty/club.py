"""How the club is set up: kinds of bonuses, tiers; and what it costs: reports."""

import json

from flask import Blueprint, abort, request
from flask_babel import gettext as _

from portal import access, db, exports, formats, pages
from portal.forms import amount, asker, fields

bp = Blueprint("club", __name__)

CHANGED = ["club-changed"]
SPANS = (3, 6, 12, 24)

MONTHS = """
    SELECT
        trf_reportMonths.month,
        coalesce(sum(earned), 0) AS earned,
        coalesce(sum(granted), 0) AS granted,
        coalesce(sum(spent), 0) AS spent,
        coalesce(sum(returned), 0) AS returned,
        coalesce(sum(corrected), 0) AS corrected,
        coalesce(sum(expired), 0) AS expired
    FROM trf_reportMonths
    LEFT JOIN loy_bonusMonths ON trf_reportMonths.month = loy_bonusMonths.month AND loy_bonusMonths.unit = 'bonus'
    WHERE trf_reportMonths.months_ago < %(months)s
    GROUP BY trf_reportMonths.month
    ORDER BY trf_reportMonths.month
"""


# Kinds of bonuses


@bp.get("/loyalty/kinds")
@access.admin
def kinds():
    return pages.render(
        "loyalty/kinds.html",
        "loyalty/_kinds.html",
        kinds=db.read("SELECT * FROM loy_kindList ORDER BY NOT is_active, unit, priority, code"),
    )


@bp.get("/loyalty/kinds/new")
@access.admin
def newKind():
    return pages.render("loyalty/kind.html", "loyalty/_kind.html", kind=None)


@bp.post("/loyalty/kinds/new")
@access.admin
def addKind():
    outcome = saveKindAs(request.form.get("code", "").strip())
    return pages.answer(outcome, kinds, form=newKind, close=True, events=CHANGED)


@bp.get("/loyalty/kinds/<code>")
@access.admin
def kind(code):
    return pages.render("loyalty/kind.html", "loyalty/_kind.html", kind=kind_of(code))


@bp.post("/loyalty/kinds/<code>")
@access.admin
def saveKind(code):
    outcome = saveKindAs(code, known=kind_of)
    if not outcome.ok:
        return pages.answer(outcome, kind, code=code)
    return pages.answer(outcome, kinds, close=True, events=CHANGED)


def saveKindAs(code, known=lambda code: None):
    given = {
        "names": named(),
        **fields("unit", "validity", "priority", "validityLength", "pendingDays", "graceDays"),
        "scope": scope(),
        "isActive": request.form.get("isActive") == "true",
        **asker(),
    }
    known(code)
    return db.call("loy_saveKind", code=code, **given)


def kind_of(code):
    return db.row("SELECT * FROM loy_kindList WHERE code = %s", [code]) or abort(404)


# Tiers


@bp.get("/loyalty/tiers")
@access.admin
def tiers():
    return pages.render(
        "loyalty/tiers.html",
        "loyalty/_tiers.html",
        tiers=db.read("SELECT * FROM loy_tierList ORDER BY rank"),
        months=db.row("SELECT as_getSetting('loyTierMonths') AS months").months,
        currency=formats.currency(),
    )


@bp.get("/loyalty/tiers/new")
@access.admin
def newTier():
    return pages.render("loyalty/tier.html", "loyalty/_tier.html", tier=None, currency=formats.currency())


@bp.post("/loyalty/tiers/new")
@access.admin
def addTier():
    outcome = saveTierAs(request.form.get("code", "").strip())
    return pages.answer(outcome, tiers, form=newTier, close=True, events=CHANGED)


@bp.get("/loyalty/tiers/<code>")
@access.admin
def tier(code):
    return pages.render(
        "loyalty/tier.html", "loyalty/_tier.html", tier=tier_of(code), currency=formats.currency()
    )


@bp.post("/loyalty/tiers/<code>")
@access.admin
def saveTier(code):
    outcome = saveTierAs(code, known=tier_of)
    if not outcome.ok:
        return pages.answer(outcome, tier, code=code)
    return pages.answer(outcome, tiers, close=True, events=CHANGED)


def saveTierAs(code, known=lambda code: None):
    given = {
        "names": named(),
        **{name: amount(name) for name in ("minPurchases", "birthdayBonus", "servicePoints")},
        **asker(),
    }
    known(code)
    return db.call("loy_saveTier", code=code, **given)


def tier_of(code):
    return db.row("SELECT * FROM loy_tierList WHERE code = %s", [code]) or abort(404)


# Reports


@bp.get("/reports/bonuses")
@access.manager
def report():
    months = span()
    liability = db.read("SELECT * FROM loy_liability WHERE unit = 'bonus' ORDER BY month NULLS LAST, kind")
    return pages.render(
        "loyalty/report.html",
        "loyalty/_report.html",
        months=months,
        spans=SPANS,
        liability=liability,
        ends=by_month(liability),
        moved=db.read(MONTHS, {"months": months}),
        currency=formats.currency(),
    )


@bp.get("/reports/bonuses/liability.<any(csv, xlsx):kind>")
@access.manager
def exportLiability(kind):
    columns = [
        (_("Month"), "month"),
        (_("Kind"), "kind"),
        (_("Unit"), "unit"),
        (_("Left"), "remaining"),
        (_("Not yet"), "pending"),
        (_("Lots"), "lots"),
        (_("Members"), "accounts"),
    ]
    rows = exports.rows("SELECT * FROM loy_liability ORDER BY month NULLS LAST, unit, kind")
    return exports.respond(kind, "bonuses-liability", columns, rows)


@bp.get("/reports/bonuses/months.<any(csv, xlsx):kind>")
@access.manager
def exportMonths(kind):
    columns = [
        (_("Month"), "month"),
        (_("Earned"), "earned"),
        (_("Given"), "granted"),
        (_("Spent"), "spent"),
        (_("Came back, taken back"), "returned"),
        (_("Corrected"), "corrected"),
        (_("Ended unused"), "expired"),
    ]
    return exports.respond(kind, "bonuses-by-month", columns, exports.rows(MONTHS, {"months": span()}))


def by_month(liability) -> list:
    """What ends in each month, of all kinds together."""
    found = {}
    for row in liability:
        found[row.month] = found.get(row.month, 0) + row.remaining
    return list(found.items())


def span() -> int:
    """How many months the address asks for."""
    months = request.args.get("months", type=int)
    return months if months in SPANS else 12


# Forms


def named() -> str:
    """A name in each language that has one."""
    names = {code: request.form.get(f"name-{code}", "").strip() for code in formats.LANGUAGES}
    return json.dumps({code: name for code, name in names.items() if name}, ensure_ascii=False)


def scope() -> str | None:
    """What bonuses may pay, a line for each attribute: "brand: columbia, nike"; a line that says no more stays to be refused."""
    lines = [line for line in request.form.get("scope", "").splitlines() if line.strip()]
    if not lines:
        return None
    given = {}
    for line in lines:
        name, _colon, values = line.partition(":")
        given[name.strip()] = [value.strip() for value in values.split(",") if value.strip()]
    return json.dumps(given, ensure_ascii=False)


@bp.app_template_filter()
def scope_lines(given) -> str:
    """The same as it is typed."""
    return "\n".join(f"{name}: {', '.join(values)}" for name, values in (given or {}).items())
