"""A set tried on the receipts of past days."""

from types import SimpleNamespace

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import pgettext

from portal import access, db, exports, formats, pages
from portal.promotions import words
from portal.promotions.blueprint import bp
from portal.promotions.shared import named_here, standing

#: Back-tests on a page are to answer while somebody waits; psql takes them all.
TESTED = (200, 500, 1000)


@bp.get("/loyalty/rules/back-test")
@access.admin
def backTest():
    outcome = tested()
    today = db.row("SELECT as_today() AS day").day
    return pages.told(
        outcome,
        "promotions/back_test.html",
        "promotions/_back_test.html",
        sets=standing(),
        found=outcome.details if outcome and outcome.ok else None,
        versions=db.read(
            "SELECT version, state, published_at FROM loy_setList ORDER BY version DESC LIMIT 50"
        ),
        last_month=[today.replace(day=1), today],
        tested=TESTED,
        currency=formats.currency(),
    )


@bp.get("/loyalty/rules/back-test.<any(csv, xlsx):kind>")
@access.admin
def exportBackTest(kind):
    outcome = tested()
    if outcome is None or not outcome.ok:
        abort(404)
    columns = [
        (_("Code"), "promotion"),
        (pgettext("of a thing", "Name"), "name"),
        (_("Was given"), "before"),
        (_("Would be given"), "after"),
        (pgettext("of a sum", "Change"), "change"),
        (_("Receipts before"), "receiptsBefore"),
        (_("Receipts after"), "receiptsAfter"),
        (_("Unit"), "unit"),
    ]
    rows = [
        SimpleNamespace(
            **row,
            name=words.called(row["names"], row["promotion"]),
            unit=_("bonuses") if row["isBonus"] else outcome.details["currency"],
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
