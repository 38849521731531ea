"""The receipts of all stores, also those of nobody yet: find one, see why it is as it is, decide it again."""

import datetime as dt

from flask import Blueprint, request
from flask_babel import gettext as _

from portal import access, db, exports, formats, pages
from portal.forms import asked, asked_day
from portal.loyalty import bonuses

bp = Blueprint("receipts", __name__)

WHAT = ("sale", "return", "anonymous", "unproved", "offline")
RECEIPT = f"/loyalty/receipts/<username>/{bonuses.RECEIPT}"
QUERY = """
    SELECT * FROM loy_findReceipts(
        %(store)s, %(first)s, %(last)s, %(username)s, %(what)s, %(words)s,
        %(sold)s::timestamptz, %(owner)s, %(id)s::bigint, %(limit)s
    )
"""
DAYS = 30


@bp.get("/loyalty/receipts")
@access.manager
def receipts():
    size = pages.page_size()
    asked = filters(*(pages.after(3) or []), limit=size + 1)
    return pages.render(
        "loyalty/receipts.html",
        "loyalty/_receipts.html",
        page=pages.keyset(db.read(QUERY, asked), "sold_at", "owner", "receipt_id", size=size),
        asked=asked,
        stores=db.read("SELECT store_id, name, city FROM loy_storeList ORDER BY lower(city), lower(name)"),
        what=WHAT,
        currency=formats.currency(),
    )


@bp.get("/loyalty/receipts.<any(csv, xlsx):kind>")
@access.manager
def exportReceipts(kind):
    columns = [
        (_("Sold"), "sold_at"),
        (_("Store"), "store_id"),
        (_("Business day"), "business_day"),
        (_("Till"), "till"),
        (_("Number"), "number"),
        (_("Kind"), "kind"),
        (_("Account"), "owner"),
        (_("Name"), "name"),
        (_("Full price"), "gross"),
        (_("Discounts"), "discount"),
        (_("Bonuses"), "bonus"),
        (_("Service points"), "service"),
        (_("Paid"), "net"),
        (_("Earned"), "earned"),
        (_("Proved"), "is_proved"),
    ]
    return exports.respond(kind, "receipts", columns, exports.rows(QUERY, filters(limit=100_000)))


@bp.get(RECEIPT)
@access.manager
def receipt(username, receiptID, again=None):
    return pages.render(
        "loyalty/receipt.html",
        "loyalty/_receipt.html",
        **bonuses.told(username, receiptID),
        admin=True,
        owner=db.row("SELECT username, name FROM as_people WHERE username = %s", [username]),
        again=again,
    )


@bp.get(f"{RECEIPT}/again")
@access.manager
def recompute(username, receiptID):
    """Decide the receipt once more, from what was known then; nothing is written."""
    return receipt(
        username,
        receiptID,
        again=db.row("SELECT * FROM loy_recompute(%s, %s)", [username, receiptID]),
    )


def filters(sold=None, owner=None, receiptID=None, limit=None) -> dict:
    """What the address asks for; the last month where it says no days."""
    words = asked("q")
    today = db.row("SELECT today FROM as_installation").today
    return {
        "store": asked("store") or None,
        "first": asked_day("from")
        or (None if words or asked("username") else today - dt.timedelta(days=DAYS - 1)),
        "last": asked_day("until"),
        "username": asked("username") or None,
        "what": request.args.get("what") if request.args.get("what") in WHAT else None,
        "words": words,
        "sold": sold,
        "owner": owner,
        "id": receiptID,
        "limit": limit,
    }
