"""Messages as people meet them: the cabinet's inbox, what they want to get, and the link that ends it."""

from flask import Blueprint, abort, g, make_response, render_template, request

from portal import access, db, pages, people, security
from portal.forms import ID, asker, fields

bp = Blueprint("notifications", __name__)

MESSAGE = f"/inbox/<{ID}:id>"


# The inbox


@bp.get("/inbox")
@access.signed_in
def inbox():
    size = pages.page_size()
    created, message = pages.after(2) or (None, None)
    rows = db.read(
        "SELECT * FROM ntf_inboxList WHERE username = %s"
        " AND (%s::timestamptz IS NULL OR (created, id) < (%s::timestamptz, %s::bigint))"
        " ORDER BY created DESC, id DESC LIMIT %s",
        [access.customer(), created, created, message, size + 1],
    )
    return pages.render(
        "notifications/inbox.html",
        "notifications/_inbox.html",
        page=pages.keyset(rows, "created", "id", size=size),
        own=is_own(),
    )


@bp.get("/inbox/bell")
@access.signed_in
def bell():
    return render_template("notifications/_bell.html", unread=g.person.unread)


@bp.get(MESSAGE)
@access.signed_in
def message(id):
    row = db.row("SELECT * FROM ntf_inboxList WHERE username = %s AND id = %s", [access.customer(), id])
    if row is None:
        abort(404)
    return pages.render(
        "notifications/message.html", "notifications/_message.html", message=row, own=is_own()
    )


@bp.post(MESSAGE)
@access.signed_in
def open_message(id):
    """Opening is a post, because it is remembered; the address of the message itself changes nothing."""
    outcome = db.call("ntf_openMessage", username=access.customer(), id=id, actor=access.actor())
    return pages.answer(outcome, message, form=missing, quiet=True, events=["inbox-changed"], id=id)


@bp.post(f"{MESSAGE}/hide")
@access.signed_in
def hide_message(id):
    outcome = db.call("ntf_hideMessage", username=access.customer(), id=id, actor=access.actor())
    return pages.answer(outcome, "/inbox", form=missing, id=id)


@bp.post("/inbox/read")
@access.signed_in
def read_messages():
    outcome = db.call("ntf_readMessages", username=access.customer(), **fields("upTo"), actor=access.actor())
    return pages.answer(outcome, inbox, form=inbox, events=["inbox-changed"])


def missing(id):
    """The message after a refusal, or none."""
    return message(id)


def is_own() -> bool:
    return access.customer() == access.actor()


# What people want


@bp.get("/profile/messages")
@access.signed_in
def wishes():
    return pages.render(
        "notifications/wishes.html", "notifications/_wishes.html", **wishes_of(access.customer())
    )


@bp.post("/profile/messages")
@access.signed_in
def save_wishes():
    outcome = call("ntf_setConsents", access.customer(), **chosen(), **fields("note"))
    return pages.answer(outcome, wishes, form=wishes)


@bp.post("/profile/messages/hours")
@access.signed_in
def save_hours():
    outcome = call("ntf_setQuietHours", access.customer(), **fields("quietFrom", "quietTo"))
    return pages.answer(outcome, wishes, form=wishes)


@bp.get("/users/<username>/messages")
@access.admin
def person_wishes(username):
    return pages.render(
        "notifications/person.html",
        "notifications/_person.html",
        **people.who(username),
        **wishes_of(username),
        inbox=db.row(
            "SELECT count(*) AS count, count(*) FILTER (WHERE read_at IS NULL) AS unread FROM ntf_inboxList"
            " WHERE username = %s",
            [username],
        ),
    )


@bp.post("/users/<username>/messages")
@access.admin
def save_person_wishes(username):
    outcome = call("ntf_setConsents", username, **chosen(), **fields("note"))
    return pages.answer(outcome, person_wishes, form=person_wishes, username=username)


@bp.post("/users/<username>/messages/hours")
@access.admin
def save_person_hours(username):
    outcome = call("ntf_setQuietHours", username, **fields("quietFrom", "quietTo"))
    return pages.answer(outcome, person_wishes, form=person_wishes, username=username)


def call(procedure: str, username: str, **arguments):
    return db.call(procedure, username=username, **arguments, **asker())


def chosen() -> dict:
    """The boxes of the form: all that it had, and those that are ticked."""
    return {name: request.form.getlist(name) for name in ("shown", "wanted")}


def wishes_of(username: str) -> dict:
    """Every choice of a person, as rows of kinds and columns of channels."""
    rows = db.read(
        "SELECT * FROM ntf_consentList WHERE username = %s AND is_enabled"
        " ORDER BY is_marketing, kind_order, kind, channel_order, channel",
        [username],
    )
    return {
        "choices": rows,
        "hours": db.row("SELECT * FROM ntf_quietHours WHERE username = %s", [username]),
        "needs_note": username != access.actor(),
    }


# The link in a message


@bp.get("/unsubscribe/<token>")
@access.public
def unsubscribe_link(token):
    link = db.row("SELECT * FROM ntf_getUnsubscribeLink(%s)", [token])
    return render_template("notifications/unsubscribe.html", link=link, token=token), 200 if link else 404


@bp.post("/unsubscribe/<token>")
@access.public
@security.signed_request
def unsubscribe(token):
    """The link is the right to it, so that a mail program may ask as RFC 8058 has it: no session, no redirect."""
    g.outcome = db.call("ntf_unsubscribe", token=token, scope=request.form.get("scope", "kind"))
    return told(token)


@bp.post("/unsubscribe/<token>/undo")
@access.public
@security.signed_request
def undo_unsubscribe(token):
    g.outcome = db.call("ntf_undoUnsubscribe", token=token, request=request.form.get("request", ""))
    return told(token)


def told(token):
    body, status = unsubscribe_link(token)
    response = make_response(body)
    response.status_code = 200 if g.outcome.ok else 422 if status == 200 else 404
    return response
