"""One person: his address, and how he is erased."""

from types import SimpleNamespace

from flask import request, url_for

from portal import access, db, pages, people, profile
from portal.contacts.tabs import FIELDS, bp
from portal.forms import asker, fields

#: What a person's own form holds; name, e-mail and mobile stand in the profile already.
ADDRESS = tuple(code for code in FIELDS if code not in ("name", "email", "mobile"))


@bp.post("/profile/contact")
@access.signed_in
def saveProfile():
    outcome = db.call(
        "ctr_setProfile",
        username=access.customer(),
        **{name: request.form.get(name) for name in ADDRESS},
        **asker(),
    )
    return pages.answer(outcome, profile.profile)


@bp.get("/users/<username>/erase")
@access.admin
def erasure(username):
    return pages.render("contacts/erase.html", "contacts/_erase.html", **people.who(username))


@bp.post("/users/<username>/erase")
@access.admin
def erasePerson(username):
    people.who(username)
    if request.form.get("confirm", "").strip() != username:
        outcome = db.Outcome(
            0, f"Type {username} to confirm.", "name_unconfirmed", {"field": "confirm", "name": username}
        )
    else:
        outcome = db.call("ctr_erasePerson", username=username, **fields("note"), **asker())
        if outcome.reason == "note_required":
            outcome.details["field"] = "note"
    if not outcome.ok:
        return pages.answer(outcome, erasure, username=username)
    return pages.answer(outcome, url_for("people.person", username=username))


@bp.app_template_global()
def contact_of(username: str) -> SimpleNamespace:
    """A person's address, and where he stands between the portal and Pohoda."""
    return SimpleNamespace(
        address=db.row("SELECT * FROM ctr_profileList WHERE username = %s", [username]),
        link=db.row("SELECT channel FROM ctr_linkInfo"),
        state=db.row("SELECT * FROM ctr_contactStates WHERE username = %s", [username]),
    )
