"""The members of the club, for those who help them: search, one member with all that is his, what can be put right."""

from flask import Blueprint, abort, request
from flask_babel import gettext as _

from portal import access, db, exports, pages
from portal.forms import amount, asked, asker, fields, midnight
from portal.loyalty import bonuses

bp = Blueprint("members", __name__)

STATES = {"open": False, "blocked": True}
LOT = "<int(max=9223372036854775807):lotID>"
MEMBER = "/loyalty/members/<username>"
CHANGED = ["member-changed"]
LOTS = 12
EXPORTED = 100_000


@bp.get("/loyalty")
@access.manager
def members():
    size = pages.page_size()
    rows = found(size + 1, *(pages.after(2) or []))
    return pages.render(
        "loyalty/members.html",
        "loyalty/_members.html",
        page=pages.keyset(rows, "joined", "username", size=size),
        tiers=db.read("SELECT code, names FROM loy_tierList ORDER BY rank"),
    )


@bp.get("/loyalty/members.<any(csv, xlsx):kind>")
@access.manager
def exportMembers(kind):
    columns = [
        (_("Username"), "username"),
        (_("Name"), "name"),
        (_("Phone"), "phone"),
        (_("E-mail"), "email"),
        (_("Card"), "card"),
        (_("Tier"), "membertier"),
        (_("Blocked"), "blocked"),
        (_("Bonuses"), "balance"),
        (_("Service points"), "points"),
        (_("End soonest"), "endson"),
        (_("Amount"), "ending"),
        (_("Member since"), "joined"),
    ]
    return exports.respond(kind, "members", columns, found(EXPORTED))


@bp.get(MEMBER)
@access.manager
def member(username):
    return pages.render(
        "loyalty/member.html",
        "loyalty/_member.html",
        **bonuses.standing(username),
        member=who(username)["member"],
        past=db.read(
            "SELECT * FROM loy_lotList WHERE username = %s AND state IN ('spent', 'expired')"
            " ORDER BY created_at DESC, lot_id DESC LIMIT %s",
            [username, LOTS],
        ),
        cards=db.read(
            "SELECT * FROM loy_cardList WHERE username = %s ORDER BY state <> 'active', created_at DESC, number",
            [username],
        ),
        levels=db.read(
            "SELECT * FROM loy_tierHistory WHERE username = %s ORDER BY id DESC LIMIT %s", [username, LOTS]
        ),
    )


@bp.get(f"{MEMBER}/moves")
@access.manager
def moves(username):
    size = pages.page_size()
    rows = bonuses.moves(username, bonuses.kind(), *(pages.after(2) or []), limit=size + 1)
    return pages.render(
        "loyalty/member_moves.html",
        "loyalty/_member_moves.html",
        **who(username),
        page=pages.keyset(rows, "at", "move_id", size=size),
        kinds=bonuses.MOVES,
    )


# What is put right


@bp.get(f"{MEMBER}/grant")
@access.manager
def granting(username):
    return pages.render(
        "loyalty/grant.html",
        "loyalty/_grant.html",
        **who(username),
        kinds=db.read("SELECT * FROM loy_kindList WHERE is_active ORDER BY unit, priority DESC, code"),
    )


@bp.post(f"{MEMBER}/grant")
@access.manager
def grant(username):
    return change(
        "loy_grant",
        username,
        granting,
        kind=request.form.get("kind"),
        amount=amount("amount"),
        validFrom=midnight("validFrom"),
        validTo=midnight("validTo", after=1),
        note=request.form.get("note", ""),
    )


@bp.get(f"{MEMBER}/lots/{LOT}")
@access.manager
def lot(username, lotID):
    row = db.row("SELECT * FROM loy_lotList WHERE username = %s AND lot_id = %s", [username, lotID]) or abort(
        404
    )
    return pages.render(
        "loyalty/lot.html",
        "loyalty/_lot_dialog.html",
        **who(username),
        lot=row,
        moves=db.read(
            "SELECT * FROM loy_moveList WHERE username = %s AND lot_id = %s ORDER BY at DESC, move_id DESC LIMIT 50",
            [username, lotID],
        ),
    )  # fmt: skip


@bp.post(f"{MEMBER}/lots/{LOT}")
@access.manager
def adjust(username, lotID):
    return change(
        "loy_adjust", username, lot, lotID=lotID, amount=amount("amount"), note=request.form.get("note", "")
    )


@bp.get(f"{MEMBER}/block")
@access.manager
def blocking(username):
    return pages.render("loyalty/block.html", "loyalty/_block.html", **who(username))


@bp.post(f"{MEMBER}/block")
@access.manager
def block(username):
    return change("loy_blockAccount", username, blocking, note=request.form.get("note", ""))


@bp.post(f"{MEMBER}/unblock")
@access.manager
def unblock(username):
    return change("loy_unblockAccount", username, blocking, note=request.form.get("note", ""))


# Cards


@bp.get(f"{MEMBER}/cards/new")
@access.manager
def newCard(username):
    return pages.render("loyalty/card_new.html", "loyalty/_card_new.html", **who(username))


@bp.post(f"{MEMBER}/cards/new")
@access.manager
def addCard(username):
    return change("loy_addCard", username, newCard, **fields("number"))


@bp.get(f"{MEMBER}/cards/<number>")
@access.manager
def memberCard(username, number):
    row = db.row(
        "SELECT * FROM loy_cardList WHERE username = %s AND number = %s", [username, number]
    ) or abort(404)
    return pages.render("loyalty/member_card.html", "loyalty/_member_card.html", **who(username), card=row)  # fmt: skip


@bp.post(f"{MEMBER}/cards/<number>/replace")
@access.manager
def replaceCard(username, number):
    return change(
        "loy_replaceCard", username, memberCard, oldNumber=number, **fields("newNumber"), shown={"number": number}
    )  # fmt: skip


@bp.post(f"{MEMBER}/cards/<number>/block")
@access.manager
def blockCard(username, number):
    return change(
        "loy_blockCard", username, memberCard, number=number, note=request.form.get("note", ""), shown={"number": number}
    )  # fmt: skip


# Two accounts of one person


@bp.get(f"{MEMBER}/merge")
@access.manager
def merging(username):
    q = asked("q")
    otherUsername = request.values.get("otherUsername", "")
    preview = otherUsername and db.call(
        "loy_mergeAccounts_preview", username=username, otherUsername=otherUsername, actor=access.actor()
    )
    return pages.render(
        "loyalty/merge.html",
        "loyalty/_merge.html",
        **who(username),
        q=q,
        people=[row for row in members_like(q) if row.username != username] if q and not otherUsername else None,
        preview=preview,
        otherUsername=otherUsername,
    )  # fmt: skip


@bp.post(f"{MEMBER}/merge")
@access.manager
def merge(username):
    otherUsername = request.form.get("otherUsername", "")
    who(username)
    if request.form.get("confirm", "").strip() != otherUsername:
        msg = f"To confirm, type {otherUsername}."
        refusal = db.Outcome(0, msg, "name_unconfirmed", {"field": "confirm", "name": otherUsername})
        return pages.answer(refusal, merging, username=username)
    return change(
        "loy_mergeAccounts", username, merging, otherUsername=otherUsername, note=request.form.get("note", "")
    )


# Shared


def change(procedure, username, form, shown=None, **arguments):
    """Do it, close the dialog and let the member's page show it; what the form is about goes to the form again."""
    who(username)
    outcome = db.call(procedure, username=username, **arguments, **asker())
    if not outcome.ok:
        about = {"lotID": arguments["lotID"]} if "lotID" in arguments else shown or {}
        return pages.answer(outcome, form, username=username, **about)
    return pages.answer(outcome, member, close=True, events=CHANGED, username=username)


def who(username) -> dict:
    """The member of the address; one who does not exist is a page that does not exist."""
    account = db.row("SELECT * FROM loy_accountList WHERE username = %s AND is_person", [username])
    person = db.row("SELECT * FROM as_people WHERE username = %s", [username])
    if account is None or person is None:
        abort(404)
    return {"account": account, "member": person}


def found(limit, joined=None, username=None) -> list:
    """The members that the address asks for."""
    tier = asked("tier") or None
    state = STATES.get(request.args.get("state"))
    words = asked("q")
    return db.read(
        "SELECT * FROM loy_findMembers(%s, %s, %s, %s::timestamptz, %s, %s)",
        [words, tier, state, joined, username, limit],
    )


def members_like(q) -> list:
    return db.read("SELECT * FROM loy_findMembers(%s, rows => 10)", [q])
