"""The administrator's promotions: rules in a draft, tried on receipts, published; budgets, settings, history."""

import datetime as dt
import re
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, g, request, url_for
from flask_babel import gettext as _
from psycopg.types.json import Jsonb

from portal import access, db, exports, pages
from portal.catalogue import ID, asker, fields
from portal.promotions import form, words

bp = Blueprint("promotions", __name__)

CHANGED = ["promotions-changed"]
STATES = ("active", "upcoming", "over", "off")
#: Back-tests on a page are to answer while somebody waits; psql takes them all.
TESTED = (200, 500, 1000)
#: What the procedures' arguments are called in addresses.
ARGUMENTS = {
    "fromDay": "from",
    "toDay": "to",
    "weeksLater": "weeks",
    "setVersion": "set",
    "storeID": "store",
    "username": "person",
}
SETTINGS = {
    "bonusShare": 100,
    "lineShare": 100,
    "totalShare": 100,
    "keepValueLate": 100,
    "keepValueSoon": 100,
    "earnValue": 100,
    "soonDays": 1,
    "nodeBudget": 1,
    "fuseMs": 1,
}
RULES = """
    SELECT rule.*, changes.change, changes.fields
    FROM loy_promotionList AS rule
    LEFT JOIN loy_promotionChanges AS changes
        ON changes.set_version = rule.set_version AND changes.code = rule.code
    WHERE
        rule.set_version = %(version)s
        AND (%(state)s::text IS NULL OR rule.state = %(state)s)
        AND (%(phase)s::integer IS NULL OR rule.phase = %(phase)s)
        AND (%(kind)s::text IS NULL OR rule.kind = %(kind)s)
        AND (NOT %(changed)s OR changes.change IS NOT NULL)
        AND (
            %(words)s::text IS NULL
            OR strpos(
                lower(concat_ws(' ', rule.code, rule.names, rule.conditions, rule.exclusion_class, rule.exclusion_group)),
                lower(%(words)s)
            ) > 0
        )
        AND (%(after)s::text IS NULL OR (rule.phase, rule.code) > (split_part(%(after)s, ' ', 1)::integer, split_part(%(after)s, ' ', 2)))
    ORDER BY rule.phase, rule.code
    LIMIT %(limit)s
"""


@bp.record_once
def add_words(state) -> None:
    # Called at run time: imported macros do not see a context processor's values.
    state.app.jinja_env.globals["rule_words"] = words


# The rules of the draft, of what is in force, of an older set


@bp.get("/loyalty/rules")
@access.admin
def rules():
    sets = standing()
    shown = chosen_set(sets)
    size = pages.page_size()
    mark = pages.after(1)
    rows = db.read(
        RULES,
        {
            "version": shown.version if shown else None,
            "state": one_of("state", STATES),
            "phase": request.args.get("phase", type=int)
            if request.args.get("phase") in ("1", "2", "4")
            else None,
            "kind": one_of("kind", words.kinds()),
            "changed": request.args.get("changed") == "true",
            "words": request.args.get("q", "").strip().replace("\x00", "")[:100] or None,
            "after": mark[0] if mark and re.fullmatch(r"\d \S+", mark[0]) else None,
            "limit": size + 1,
        },
    )
    rows = [SimpleNamespace(**row._asdict(), mark=f"{row.phase} {row.code}") for row in rows]
    return pages.render(
        "promotions/page.html",
        "promotions/_rules.html",
        sets=sets,
        shown=shown,
        removed=removed_of(shown) if not mark else [],
        page=pages.keyset(rows, "mark", size=size),
        currency=currency(),
        bonus_kinds=bonus_kinds(),
    )


def standing() -> SimpleNamespace:
    """The open draft and the set in force, either of which may be missing."""
    found = {
        row.state: row for row in db.read("SELECT * FROM loy_setList WHERE state IN ('draft', 'inForce')")
    }
    return SimpleNamespace(draft=found.get("draft"), in_force=found.get("inForce"))


def chosen_set(sets):
    """The set that the address names, else the draft, else what is in force."""
    wanted = request.args.get("set", "")
    if wanted.isdigit() and len(wanted) < 19:
        return db.row("SELECT * FROM loy_setList WHERE version = %s", [int(wanted)]) or abort(404)
    return sets.draft or sets.in_force


def removed_of(shown) -> list:
    return (
        db.read(
            "SELECT * FROM loy_promotionChanges WHERE set_version = %s AND change = 'removed' ORDER BY code",
            [shown.version],
        )
        if shown
        else []
    )


def one_of(name: str, known) -> str | None:
    value = request.args.get(name)
    return value if value in known else None


# The rule builder


@bp.get("/loyalty/rules/new")
@access.admin
def newRule():
    kind = request.args.get("kind")
    kind = kind if kind in words.kinds() else "percent"
    return builder(form.blank(kind=kind, phase=4 if kind in form.EARNING else 1), is_new=True)


@bp.post("/loyalty/rules/new")
@access.admin
def addRule():
    outcome = save(form.arguments(), isNew=True)
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: builder(form.typed(), is_new=True))


@bp.get("/loyalty/rules/rule/<code>")
@access.admin
def editRule(code):
    rule = rule_of(code, request.args.get("set", type=int))
    return builder(rule, is_new=False)


@bp.post("/loyalty/rules/rule/<code>")
@access.admin
def saveRule(code):
    rule_of(code)
    rule = form.typed()
    rule.code = code
    outcome = save(form.arguments() | {"code": code})
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: builder(rule, is_new=False))


def save(given: dict, **more):
    outcome = db.call("loy_savePromotion", **given, **more, **asker())
    return form.beside_its_field(outcome, given["kind"])


@bp.post("/loyalty/rules/build")
@access.admin
def build():
    """The form again with what it says by now: a row more or less, the fields of another kind. Nothing is saved."""
    return builder(form.typed(), is_new=request.form.get("isNew") == "true")


def builder(rule, is_new: bool):
    """The form of a rule; after a post its rows are those of the form, also the ones without values."""
    has_form = request.method == "POST"
    if has_form:
        rule.updated = request.form.get("expectedUpdatedAt")
    given = {
        prefix: form.rows(prefix)
        if has_form
        else [(name, words.values_of(terms[name])) for name in words.in_order(terms)]
        for prefix, terms in (("cond", rule.conditions), ("exc", rule.exceptions))
    }
    sets = standing()
    return pages.render(
        "promotions/rule.html",
        "promotions/_rule.html",
        rule=rule,
        is_new=is_new,
        conditions=given["cond"],
        exceptions=given["exc"],
        offers=known_values({name for row in given.values() for name, _ in row}),
        sets=sets,
        others=others_of(rule.code, sets),
        currency=currency(),
        bonus_kinds=bonus_kinds(),
        parts=form.PARTS,
        kept=form.kept,
        sql_arguments=form.as_arguments(rule),
    )


def rule_of(code: str, version: int | None = None):
    """A rule of the draft, or of what is in force where there is none; or of the set that is named."""
    found = "\x00" not in code and db.row(
        "SELECT rule.*, sets.state AS set_state FROM loy_promotionList AS rule"
        " INNER JOIN loy_setList AS sets ON sets.version = rule.set_version"
        " WHERE rule.code = %(code)s AND CASE WHEN %(version)s::bigint IS NULL THEN sets.state IN ('draft', 'inForce')"
        " ELSE sets.version = %(version)s END ORDER BY sets.state LIMIT 1",
        {"code": code, "version": version},
    )
    if not found:
        abort(404)
    # A rule that the draft has lost is one of what is in force only when that is asked for.
    if version is None and found.set_state == "inForce" and standing().draft:
        abort(404)
    return SimpleNamespace(**found._asdict())


def others_of(code: str, sets) -> list:
    """The other rules of the same set, for what is not given together with them."""
    shown = sets.draft or sets.in_force
    return (
        db.read(
            "SELECT code, names, exclusion_class, exclusion_group FROM loy_promotionList"
            " WHERE set_version = %s AND code <> %s ORDER BY phase, code LIMIT 500",
            [shown.version, code],
        )
        if shown
        else []
    )


def known_values(names: set[str]) -> dict[str, list[tuple[str, str]]]:
    """What a condition can name, as (value, words): from stores, tiers and the products that are known."""
    known: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        if name == "weekday":
            known[name] = [(str(day), words.value_name(name, str(day))) for day in range(1, 8)]
        elif name in ("birthday", "member"):
            known[name] = [("true", _("yes")), ("false", _("no"))]
        elif name == "tier":
            known[name] = [
                (tier.code, words.called(tier.names, tier.code))
                for tier in db.read("SELECT code, names FROM loy_tierList ORDER BY rank")
            ]
        elif name in ("store", "city", "country", "channel"):
            known[name] = [
                (row.value, row.words)
                for row in db.read(
                    "SELECT value, words FROM loy_placeList WHERE dimension = %s ORDER BY words LIMIT 200",
                    [name],
                )
            ]
        elif name in ("segment", "coupon", "price"):
            known[name] = []
        else:
            known[name] = [
                (row.value, row.value)
                for row in db.read(
                    "SELECT * FROM loy_getAttributeValues(%s, 12)", [name.removeprefix("has.")]
                )
            ]
    return known


# Deletion


@bp.get("/loyalty/rules/rule/<code>/delete")
@access.admin
def deletion(code):
    return pages.render(
        "promotions/delete.html", "promotions/_delete.html", rule=rule_of(code), currency=currency()
    )


@bp.post("/loyalty/rules/rule/<code>/delete")
@access.admin
def deleteRule(code):
    rule_of(code)
    outcome = db.call("loy_deletePromotion", code=code, **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=lambda: deletion(code))


# The draft: begun, published, thrown away


@bp.post("/loyalty/rules/draft")
@access.admin
def openDraft():
    outcome = db.call("loy_openDraft", **fields("fromVersion"), **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=history)


@bp.get("/loyalty/rules/publish")
@access.admin
def publication():
    sets = standing()
    return pages.render(
        "promotions/publish.html",
        "promotions/_publish.html",
        sets=sets,
        changes=changes_of(sets.draft.version) if sets.draft else [],
        currency=currency(),
    )


@bp.post("/loyalty/rules/publish")
@access.admin
def publishSet():
    outcome = db.call(
        "loy_publishSet",
        **fields("setVersion", "expectedFingerprint"),
        note=request.form.get("note", ""),
        **asker(),
    )
    return pages.answer(outcome, url_for("promotions.rules"), form=publication)


@bp.get("/loyalty/rules/discard")
@access.admin
def discarding():
    return pages.render("promotions/discard.html", "promotions/_discard.html", sets=standing())


@bp.post("/loyalty/rules/discard")
@access.admin
def discardDraft():
    outcome = db.call("loy_discardDraft", **fields("setVersion"), **asker())
    return pages.answer(outcome, url_for("promotions.rules"), form=discarding)


def changes_of(version) -> list[SimpleNamespace]:
    """What a set changed of the one before it, each rule as it was and as it is, ready to be said in words."""
    return [
        SimpleNamespace(
            **row._asdict(),
            was=row.before and stored(row.code, row.before),
            now=row.after and stored(row.code, row.after),
        )
        for row in db.read(
            "SELECT * FROM loy_promotionChanges WHERE set_version = %s ORDER BY phase, code", [version]
        )
    ]


def stored(code: str, row: dict) -> SimpleNamespace:
    """A rule out of its row as jsonb."""
    start, _comma, end = (row["validity"] or "[,)").strip("[]()").replace('"', "").partition(",")
    return form.blank(
        code=code,
        names=row["names"],
        phase=row["phase"],
        kind=row["kind"],
        value=row["value"],
        per=row["per"],
        conditions=row["conditions"],
        exceptions=row["exceptions"],
        valid_from=start or None,
        valid_until=end or None,
        hours_from=row["hoursfrom"],
        hours_to=row["hoursto"],
        exclusion_class=row["class"],
        exclusion_group=row["exclusiongroup"],
        is_solo=row["issolo"],
        is_joint=row["isjoint"],
        cap=row["cap"],
        min_total=row["mintotal"],
        basis=row["basis"],
        max_times=row["maxtimes"],
        priority=row["priority"],
        budget=row["budget"],
        budget_period=row["budgetperiod"],
        budget_per=row["budgetper"],
        offer=row["offer"],
        is_disabled=row["isdisabled"],
    )


# History


@bp.get("/loyalty/rules/sets")
@access.admin
def history():
    size = pages.page_size()
    (mark,) = pages.after(1) or [None]
    rows = db.read(
        "SELECT * FROM loy_setList WHERE %(mark)s::bigint IS NULL OR version < %(mark)s::bigint"
        " ORDER BY version DESC LIMIT %(limit)s",
        {"mark": mark if mark and mark.isdigit() and len(mark) < 19 else None, "limit": size + 1},
    )
    return pages.render(
        "promotions/sets.html",
        "promotions/_sets.html",
        sets=standing(),
        page=pages.keyset(rows, "version", size=size),
    )


@bp.get(f"/loyalty/rules/sets/<{ID}:version>")
@access.admin
def oneSet(version):
    shown = db.row("SELECT * FROM loy_setList WHERE version = %s", [version]) or abort(404)
    return pages.render(
        "promotions/set.html",
        "promotions/_set.html",
        sets=standing(),
        shown=shown,
        changes=changes_of(version),
        currency=currency(),
    )


# Settings


@bp.get("/loyalty/rules/settings")
@access.admin
def settings():
    sets = standing()
    shown = sets.draft or sets.in_force
    values = db.row("SELECT loy_getSetSettings(%s) AS settings", [shown.version if shown else None]).settings
    return pages.render(
        "promotions/settings.html",
        "promotions/_settings.html",
        sets=sets,
        values={name: values[name] / part if part > 1 else values[name] for name, part in SETTINGS.items()},
        raw=values,
    )


@bp.post("/loyalty/rules/settings")
@access.admin
def saveSettings():
    outcome = db.call("loy_saveSetSettings", settings=Jsonb(given_settings()), **asker())
    return pages.answer(outcome, settings)


def given_settings() -> dict:
    """Per cent become hundredths of it; what is no number stays for the procedure to refuse."""
    given = {}
    for name, part in SETTINGS.items():
        typed = form.figure(name)
        try:
            value = float(typed) * part
            given[name] = int(value) if value == int(value) else value
        except (TypeError, ValueError, OverflowError):
            given[name] = typed
    return given


# Simulation


@bp.get("/loyalty/rules/simulate")
@access.admin
def simulate():
    sets = standing()
    outcome = simulated()
    if outcome and not outcome.ok:
        g.outcome = outcome
    response = pages.render(
        "promotions/simulate.html",
        "promotions/_simulate.html",
        sets=sets,
        found=found_of(outcome.details) if outcome and outcome.ok else None,
        stores=db.read(
            "SELECT store_id, name, city FROM loy_storeList WHERE is_active ORDER BY name LIMIT 500"
        ),
        tiers=db.read("SELECT code, names FROM loy_tierList ORDER BY rank"),
        versions=db.read(
            "SELECT version, state, published_at FROM loy_setList ORDER BY version DESC LIMIT 50"
        ),
        receipts=db.read(
            "SELECT * FROM loy_findReceipts(what => 'sale', search => %s, rows => 8)", [searched()]
        ),
        currency=currency(),
        bonus_kinds=bonus_kinds(),
    )
    if outcome and not outcome.ok:
        response.status_code = 422
    return response


def searched() -> str | None:
    return request.args.get("q", "").strip().replace("\x00", "")[:100] or None


def simulated():
    """What the draft, or another set, makes of the receipt or the basket in the address; None where there is neither."""
    owner, _colon, number = request.args.get("receipt", "").rpartition(":")
    typed = request.args.get("basket", "").strip()
    if not typed and not owner:
        return None
    version = request.args.get("set", "")
    given = {"setVersion": version if version else None, "actor": access.actor()}
    moment = request.args.get("at", "").strip()
    if moment:
        zone = db.row("SELECT time_zone FROM as_installation").time_zone
        given["at"] = f"{moment} {zone}"
    if owner:
        return named_here(db.call("loy_simulate", username=owner, receiptID=number, **given))
    return named_here(
        db.call(
            "loy_simulate",
            basket=Jsonb(basket(typed)),
            storeID=request.args.get("store") or None,
            tier=request.args.get("tier") or None,
            username=request.args.get("person", "").strip() or None,
            **given,
        )
    )


def named_here(outcome):
    """A refusal put beside the field of the address that holds what was refused."""
    field = (outcome.details or {}).get("field")
    if not outcome.ok and field in ARGUMENTS:
        outcome.details["field"] = ARGUMENTS[field]
    return outcome


def basket(typed: str) -> dict:
    """A basket out of lines such as `BOOT-1 2 49.90 brand=columbia`, as a till would send it."""
    lines = []
    for place, line in enumerate((line for line in typed.splitlines() if line.strip()), 1):
        sku, *rest = line.split()
        plain = [word.replace(",", ".") for word in rest if "=" not in word]
        attributes = dict(word.split("=", 1) for word in rest if "=" in word)
        qty, price = plain[:2] if len(plain) > 1 else ["1", *plain, ""][:2]
        lines.append({"line": place, "sku": sku, "qty": qty, "price": price, "attributes": attributes})
    coupons = [code for code in re.split(r"[,\s]+", request.args.get("coupons", "")) if code]
    return {
        "lines": lines,
        "coupons": coupons,
        "pay": request.args.get("pay", "").replace(",", ".") or "none",
    }


def found_of(details: dict) -> SimpleNamespace:
    """The answer ready for the page: lines side by side, promotions of either side with what they gave."""
    was, would = details["was"], details["would"]
    names = names_of([details["setVersion"], details["formerVersion"]])
    before = {line["line"]: line for line in (was or {}).get("lines", [])}
    lines = [
        SimpleNamespace(basket=item, was=before.get(line["line"]), would=line)
        for item, line in zip(details["basket"]["lines"], would["lines"], strict=True)
    ]
    return SimpleNamespace(
        version=details["setVersion"],
        former=details["formerVersion"],
        at=details["at"],
        context=details["context"],
        was=was,
        would=would,
        lines=lines,
        names=names,
        given=given_by(was, would, details["explanation"]),
    )


def given_by(was: dict | None, would: dict, explanation: list[dict]) -> list[SimpleNamespace]:
    """What each promotion gave and would give on the whole receipt, and why; those that give anything come first."""
    sums: dict[str, list[Decimal]] = {}
    for side, decision in enumerate((was, would)):
        for line in (decision or {}).get("lines", []):
            for part in [*line["discounts"], *line["earnings"]]:
                sums.setdefault(part["promotion"], [Decimal(), Decimal()])[side] += Decimal(part["amount"])
    told: dict[str, list[dict]] = {}
    for row in explanation:
        told.setdefault(row["promotion"], []).append(row)
    rows = [
        SimpleNamespace(
            code=code,
            was=sums.get(code, [Decimal(), Decimal()])[0],
            would=sums.get(code, [Decimal(), Decimal()])[1],
            told=told.get(code, []),
            state=state_of(told.get(code, [])),
        )
        for code in {**told, **sums}
    ]
    order = {"given": 0, "beaten": 1, "not_needed": 2}
    return sorted(rows, key=lambda row: (order.get(row.state, 3), -row.would, row.code))


def state_of(told: list[dict]) -> str:
    """What became of a promotion: given where it gave anything at all."""
    states = {row["state"] for row in told}
    return next((state for state in ("given", "beaten", "not_needed") if state in states), "not_possible")


def names_of(versions: list) -> dict[str, str]:
    """What promotions are called; what the first set calls them counts."""
    rows = db.read(
        "SELECT DISTINCT ON (code) code, names FROM loy_promotionList WHERE set_version = ANY (%s::bigint[])"
        " ORDER BY code, set_version DESC",
        [[version for version in versions if version is not None]],
    )
    return {row.code: words.called(row.names, row.code) for row in rows}


# The test on past receipts


@bp.get("/loyalty/rules/back-test")
@access.admin
def backTest():
    outcome = tested()
    if outcome and not outcome.ok:
        g.outcome = outcome
    today = db.row("SELECT as_today() AS day").day
    response = pages.render(
        "promotions/back_test.html",
        "promotions/_back_test.html",
        sets=standing(),
        found=outcome.details if outcome and outcome.ok else None,
        versions=db.read(
            "SELECT version, state, published_at FROM loy_setList ORDER BY version DESC LIMIT 50"
        ),
        last_month=[today.replace(day=1), today],
        tested=TESTED,
        currency=currency(),
    )
    if outcome and not outcome.ok:
        response.status_code = 422
    return response


@bp.get("/loyalty/rules/back-test.<any(csv, xlsx):kind>")
@access.admin
def exportBackTest(kind):
    outcome = tested()
    if outcome is None or not outcome.ok:
        abort(404)
    columns = [
        (_("Code"), "promotion"),
        (_("Name"), "name"),
        (_("Was given"), "before"),
        (_("Would be given"), "after"),
        (_("Change"), "change"),
        (_("Receipts before"), "receiptsBefore"),
        (_("Receipts after"), "receiptsAfter"),
        (_("Currency"), "currency"),
    ]
    rows = [
        SimpleNamespace(
            **row, name=words.called(row["names"], row["promotion"]), currency=outcome.details["currency"]
        )
        for row in outcome.details["promotions"]
    ]
    return exports.respond(kind, "back-test", columns, rows)


def tested():
    """The test that the address asks for; None where it asks for none."""
    if "from" not in request.args:
        return None
    size = request.args.get("size", TESTED[0], type=int)
    return named_here(
        db.call(
            "loy_backTest",
            fromDay=request.args.get("from") or None,
            toDay=request.args.get("to") or None,
            setVersion=request.args.get("set") or None,
            weeksLater=request.args.get("weeks") or "0",
            maxReceipts=size if size in TESTED else TESTED[0],
            actor=access.actor(),
        )
    )


# Budgets


@bp.get("/loyalty/rules/budgets")
@access.admin
def budgets():
    size = pages.page_size()
    mark = pages.after(2)
    past = request.args.get("show") == "past"
    rows = db.read(
        "SELECT * FROM loy_budgetList WHERE is_current = %(current)s"
        " AND (%(after)s::text IS NULL OR (promotion, store_id || ' ' || period) > (%(after)s, %(place)s))"
        " ORDER BY promotion, store_id || ' ' || period LIMIT %(limit)s",
        {
            "current": not past,
            "after": mark and mark[0],
            "place": mark and mark[1],
            "limit": size + 1,
        },
    )
    rows = [SimpleNamespace(**row._asdict(), place=f"{row.store_id} {row.period}") for row in rows]
    return pages.render(
        "promotions/budgets.html",
        "promotions/_budgets.html",
        sets=standing(),
        past=past,
        page=pages.keyset(rows, "promotion", "place", size=size),
        currency=currency(),
    )


@bp.get("/loyalty/rules/budgets/<code>")
@access.admin
def budget(code):
    return pages.render(
        "promotions/budget.html", "promotions/_budget.html", budget=budget_of(code), currency=currency()
    )


@bp.post("/loyalty/rules/budgets/<code>")
@access.admin
def saveBudget(code):
    budget_of(code)
    outcome = db.call(
        "loy_saveBudget",
        promotion=code,
        amount=form.figure("amount"),
        storeID=request.form.get("store") or None,
        **asker(),
    )
    return pages.answer(outcome, budgets, form=lambda: budget(code), close=True, events=CHANGED)


def budget_of(code):
    store = request.values.get("store", "")
    found = "\x00" not in code + store and db.row(
        "SELECT * FROM loy_budgetList WHERE is_current AND promotion = %s AND store_id = %s", [code, store]
    )
    return found or abort(404)


# What the pages share


def currency() -> str:
    return db.row("SELECT as_getSetting('currency') AS code").code


def bonus_kinds() -> dict[str, str]:
    """The kinds of bonuses by code, in the person's language."""
    return {
        kind.code: words.called(kind.names, kind.code)
        for kind in db.read("SELECT code, names FROM loy_kindList WHERE is_active ORDER BY priority, code")
    }


@bp.app_template_filter()
def rule_day(moment, last: bool = False) -> str:
    """The validity of a rule as <input type=date> has it, by the clock that it is read by again."""
    if not moment:
        return ""
    if "rule_zone" not in g:
        g.rule_zone = ZoneInfo(db.row("SELECT time_zone FROM as_installation").time_zone)
    # It is stored until the first moment without it.
    return (moment - dt.timedelta(microseconds=1 if last else 0)).astimezone(g.rule_zone).date().isoformat()
