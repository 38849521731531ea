"""Many coupons of the list at once: those that are ticked, all that are shown, or all that the filter finds."""

from flask import abort, request, url_for

from portal import access, db, exports, pages
from portal.coupons.blueprint import bp
from portal.coupons.forms import count
from portal.coupons.lists import COUPONS, columns, filters, found
from portal.forms import asker

ACTS = ("disable", "enable", "delete")
LISTS = {"all": "coupons.couponManagement", "codes": "coupons.couponList"}
#: cpn_changeCoupons refuses more at once.
MOST = 100_000
FILTERS = ("q", "state", "category", "source", "generation")
CHOSEN = """
    SELECT
        'coupon' AS kind, cpn_couponList.*,
        array_to_string(tariffs, ', ') AS tariff_names, array_to_string(periods, ', ') AS months,
        NULL AS username, NULL AS name, NULL AS identity
    FROM cpn_couponList
    WHERE code = ANY(%(codes)s)
    ORDER BY created DESC, code DESC
"""


@bp.post("/coupons/admin/change")
@access.admin
def changeCoupons():
    """Do it to the chosen coupons, or ask first: a list has many buttons, and one of them deletes."""
    codes = chosen()
    act = request.form.get("act")
    if act in exports.TYPES:
        rows = exports.rows(COUPONS, filters()) if codes is None else exports.rows(CHOSEN, {"codes": codes})
        return exports.respond(act, "coupons-chosen", columns(), rows)
    if act not in ACTS:
        abort(400)
    if not request.form.get("asked"):
        return question(act, codes)

    asked = filters() if codes is None else {}
    outcome = db.call(
        "cpn_changeCoupons",
        act=act,
        codes=codes,
        state=asked.get("state"),
        categoryID=asked.get("category"),
        sourceID=asked.get("source"),
        generationID=asked.get("generation"),
        search=asked.get("words"),
        expectedCoupons=count(),
        **asker(),
    )
    return pages.answer(outcome, back(), form=lambda: question(act, codes))


def question(act, codes):
    """What is about to happen, and to how many."""
    return pages.render(
        "coupons/chosen.html",
        "coupons/_chosen.html",
        act=act,
        codes=codes,
        coupons=found(MOST) if codes is None else len(codes),
        most=MOST,
        narrowed=narrowed(),
        back=back(),
    )


def chosen() -> list[str] | None:
    """The codes that are meant; None is all that the filter finds."""
    which = request.form.get("which")
    if which == "found":
        return None
    codes = request.form.getlist("shown" if which == "page" else "codes")
    return list(dict.fromkeys(code for code in codes if code and "\x00" not in code))


def narrowed() -> dict:
    return {name: request.form[name] for name in FILTERS if request.form.get(name)}


def back() -> str:
    """The list as it was narrowed."""
    return url_for(LISTS.get(request.form.get("list"), LISTS["codes"]), **narrowed())
