"""A member's own bonuses: what there is and until when, what happened to it, the receipts it comes from."""

from itertools import groupby
from types import SimpleNamespace

from flask import Blueprint, abort, request

from portal import access, charts, db, formats, pages
from portal.forms import amount, asker, fields
from portal.loyalty import promotions, words

bp = Blueprint("bonuses", __name__)

RECEIPT = "<int(max=9223372036854775807):receiptID>"
MOVES = ("earn", "grant", "spend", "restore", "takeBack", "adjust", "merge", "migrate")
#: Without the number of people in each, which takes counting.
TIERS = (
    "SELECT code, names, rank, min_purchases, birthday_bonus, service_points FROM loy_tierList ORDER BY rank"
)
LATEST = 5


@bp.get("/bonuses")
@access.signed_in
def bonuses():
    username = access.customer()
    return pages.render(
        "loyalty/bonuses.html",
        "loyalty/_bonuses.html",
        **standing(username),
        months=db.read("SELECT * FROM loy_getMonthlyForecast(%s, 12)", [username]),
        rules=promotions.earning(username),
        moves=moves(username, limit=LATEST + 1),
        latest=LATEST,
    )


@bp.get("/bonuses/history")
@access.signed_in
def history():
    username = access.customer()
    size = pages.page_size()
    rows = moves(username, kind(), *(pages.after(2) or []), limit=size + 1)
    return pages.render(
        "loyalty/history.html",
        "loyalty/_history.html",
        page=pages.keyset(rows, "at", "move_id", size=size),
        kinds=MOVES,
    )


@bp.get("/bonuses/receipts")
@access.signed_in
def receipts():
    size = pages.page_size()
    sold, receiptID = pages.after(2) or (None, None)
    rows = db.read(
        "SELECT * FROM loy_findReceipts(username => %s, beforeSold => %s::timestamptz, beforeUsername => %s,"
        " beforeID => %s::bigint, rows => %s)",
        [access.customer(), sold, access.customer(), receiptID, size + 1],
    )
    return pages.render(
        "loyalty/own_receipts.html",
        "loyalty/_own_receipts.html",
        page=pages.keyset(rows, "sold_at", "receipt_id", size=size),
        currency=formats.currency(),
    )


@bp.get(f"/bonuses/receipts/{RECEIPT}")
@access.signed_in
def receipt(receiptID):
    return pages.render(
        "loyalty/receipt.html", "loyalty/_receipt.html", **told(access.customer(), receiptID), admin=False
    )


@bp.get("/bonuses/claim")
@access.signed_in
def claim():
    return pages.render(
        "loyalty/claim.html",
        "loyalty/_claim.html",
        stores=db.read("SELECT * FROM loy_storeList WHERE is_active ORDER BY lower(city), lower(name)"),
        days=db.row("SELECT as_getSetting('loyClaimDays') AS days").days,
        currency=formats.currency(),
    )


@bp.post("/bonuses/claim")
@access.signed_in
def claimReceipt():
    outcome = db.call(
        "loy_claimReceipt",
        username=access.customer(),
        **fields("storeID", "till", "businessDay", "number"),
        net=amount("net"),
        **asker(),
    )
    done = f"/bonuses/receipts/{outcome.details['receiptID']}" if outcome.ok else "/bonuses/receipts"
    return pages.answer(outcome, done, form=claim)


# What the pages show


def standing(username) -> dict:
    """The account, what is valid and until when: for the page and for the card of the overview."""
    lots = db.read(
        "SELECT * FROM loy_lotList WHERE username = %s AND state IN ('valid', 'pending')"
        " ORDER BY valid_to NULLS LAST, priority, lot_id",
        [username],
    )
    valid = [lot for lot in lots if lot.state == "valid"]
    account = db.row("SELECT * FROM loy_accountList WHERE username = %s", [username]) or abort(404)
    return {
        "account": account,
        "balance": account.balance,
        "points": account.service,
        "progress": db.row("SELECT * FROM loy_tierProgress(%s)", [username]),
        "tiers": {row.code: row for row in db.read(TIERS)},
        "lots": lots,
        "kinds": by_kind(valid),
        "pending": [lot for lot in lots if lot.state == "pending"],
        "ending": db.row("SELECT * FROM loy_getNextEnd(%s)", [username]),
        "timeline": timeline(lots),
        "currency": formats.currency(),
    }


def by_kind(lots) -> list:
    """How much there is of each kind, in the order in which it is spent."""
    ordered = sorted(lots, key=lambda lot: (lot.unit, lot.priority, lot.kind))
    return [
        SimpleNamespace(kind=kind, names=rows[0].kind_names, unit=rows[0].unit, amount=sum(lot.remaining for lot in rows))
        for kind, rows in ((kind, list(group)) for kind, group in groupby(ordered, lambda lot: lot.kind))
    ]  # fmt: skip


def timeline(lots):
    """One bar for what is of one kind and begins and ends together."""
    together = {}
    for lot in lots:
        together.setdefault(
            (lot.valid_to, lot.valid_from if lot.state == "pending" else None, lot.kind), []
        ).append(lot)
    return charts.spans(
        [
            charts.Row(
                words.named(rows[0].kind_names, kind),
                sum(lot.remaining for lot in rows),
                starts and formats.here(starts),
                until and formats.here(until),
                rows[0].unit,
            )
            for (until, starts, kind), rows in together.items()
        ],
        formats.here(db.row("SELECT now FROM as_installation").now),
    )


def moves(username, kind=None, before=None, move=None, limit=pages.PAGE_SIZE) -> list:
    """The latest first, by time: the numbers of moves are in no order."""
    return db.read(
        "SELECT * FROM loy_moveList WHERE username = %s AND (%s::text IS NULL OR kind = %s)"
        " AND (at, move_id) < (coalesce(%s::timestamptz, 'infinity'), coalesce(%s::bigint, 0))"
        " ORDER BY at DESC, move_id DESC LIMIT %s",
        [username, kind, kind, before, move, limit],
    )


def kind() -> str | None:
    """The kind of move that the address asks for."""
    asked = request.args.get("kind")
    return asked if asked in MOVES else None


def told(username, receiptID) -> dict:
    """Everything that is known of a receipt."""
    row = db.row(
        "SELECT * FROM loy_receiptList WHERE username = %s AND receipt_id = %s", [username, receiptID]
    )
    if row is None:
        abort(404)
    parts = {}
    for part in db.read("SELECT * FROM loy_getReceiptParts(%s, %s)", [username, receiptID]):
        parts.setdefault(part.line, {}).setdefault(part.part, []).append(part)
    return {
        "receipt": row,
        "lines": db.read(
            "SELECT * FROM loy_receiptLineList WHERE username = %s AND receipt_id = %s ORDER BY number",
            [username, receiptID],
        ),
        "parts": parts,
        "returns": db.read(
            "SELECT * FROM loy_receiptList WHERE username = %s AND sale_id = %s ORDER BY sold_at, receipt_id",
            [username, receiptID],
        ),
        "explained": promotions.explained(username, row) if row.kind == "sale" else [],
        "currency": formats.currency(),
    }
