"""The club card: a number and a QR code to be shown at the till, also where there is no network; and the birthday."""

from flask import Blueprint, Response, g, make_response, render_template, request

from portal import access, assets, db, pages
from portal.forms import asker
from portal.loyalty import bonuses, qr

bp = Blueprint("cards", __name__)


@bp.get("/card")
@access.signed_in
def card():
    username = access.customer()
    return pages.render(
        "loyalty/card.html",
        "loyalty/_card.html",
        **shown(username),
        **bonuses.standing(username),
        # What another person's cabinet shows stays out of this browser.
        keeps=not g.person.actingfor,
    )


@bp.post("/card/new")
@access.signed_in
def addCard():
    return change("loy_addCard")


@bp.post("/card/replace")
@access.signed_in
def replaceCard():
    return change("loy_replaceCard", oldNumber=request.form.get("number", ""))


@bp.post("/card/block")
@access.signed_in
def blockCard():
    return change("loy_blockCard", number=request.form.get("number", ""))


def change(procedure, **arguments):
    """Done by the person alone, as at home when a card is lost."""
    outcome = db.call(procedure, username=access.customer(), **arguments, **asker())
    return pages.answer(outcome, card)


@bp.get("/card/kept")
@access.signed_in
def kept():
    """The card alone, without a menu, without forms and their secrets: what a browser keeps for where there is no network."""
    username = access.customer()
    return make_response(
        render_template(
            "loyalty/kept.html",
            **shown(username),
            account=db.row("SELECT * FROM loy_accountList WHERE username = %s", [username]),
        )
    )


@bp.get("/card-worker.js")
@access.public
def worker():
    """Beside /card, because a worker has no say above its own place."""
    return Response((assets.STATIC / "card-worker.js").read_text(), mimetype="text/javascript")


@bp.get("/profile/birthday")
@access.signed_in
def birthday():
    return pages.render(
        "loyalty/birthday.html",
        "loyalty/_birthday.html",
        account=db.row("SELECT * FROM loy_accountList WHERE username = %s", [access.customer()]),
        tiers=db.read(bonuses.TIERS),
    )


@bp.post("/profile/birthday")
@access.signed_in
def setBirthday():
    outcome = db.call(
        "loy_setBirthday",
        username=access.customer(),
        birthday=request.form.get("birthday") or None,
        **asker(),
    )
    return pages.answer(outcome, "/profile", form=birthday)


@bp.app_template_global()
def club_of(username):
    """What the profile shows of the club."""
    return db.row(
        "SELECT birthday, (SELECT number FROM loy_cardList WHERE loy_cardList.username = loy_accountList.username"
        " AND state = 'active' ORDER BY created_at DESC, number LIMIT 1) AS card"
        " FROM loy_accountList WHERE username = %s AND merged_into IS NULL",
        [username],
    )


def shown(username) -> dict:
    """The cards of a person, the one in use first, with its code drawn."""
    cards = db.read(
        "SELECT * FROM loy_cardList WHERE username = %s ORDER BY state <> 'active', created_at DESC, number",
        [username],
    )
    active = [row for row in cards if row.state == "active"]
    return {
        "card": active[0] if active else None,
        "others": cards[1:] if active else cards,
        "code": qr.svg(active[0].code, active[0].number) if active else None,
        "member": db.row("SELECT username, name FROM as_people WHERE username = %s", [username]),
        "now": db.row("SELECT now FROM as_installation").now,
    }
