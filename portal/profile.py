"""One's own profile: name and language, what one signs in with, password, signed-in browsers."""

import functools
import re

from flask import Blueprint, abort, g, render_template, request

from portal import access, accounts, db, pages, passwords, security

bp = Blueprint("profile", __name__)

#: The first that is in the text wins: Edge and Opera also say Chrome, and Chrome also says Safari.
BROWSERS = ("Edg", "OPR", "SamsungBrowser", "Firefox", "FxiOS", "Chrome", "CriOS", "Safari", "curl")
SYSTEMS = ("Windows", "Android", "iPhone", "iPad", "Mac OS X", "CrOS", "Linux")
NAMES = {
    "Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung Internet", "FxiOS": "Firefox", "CriOS": "Chrome",
    "Mac OS X": "macOS", "CrOS": "ChromeOS",
}  # fmt: skip


@bp.app_template_filter("device")
def device(user_agent: str) -> str:
    """A browser in words: Firefox · Linux.

    >>> device("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox · Linux'
    """
    found = [next((word for word in words if word in user_agent), None) for words in (BROWSERS, SYSTEMS)]
    return " · ".join(NAMES.get(word, word) for word in found if word) or re.split(r"[ /]", user_agent)[0]


@bp.get("/profile")
@access.signed_in
def profile():
    username = access.customer()
    return pages.render(
        "accounts/profile.html",
        "accounts/_profile.html",
        member=db.row("SELECT * FROM as_people WHERE username = %s", [username]),
        sessions=sessions_of(username),
        zones=zones(),
        own=username == access.actor(),
    )


@bp.post("/profile")
@access.signed_in
def save():
    outcome = db.call(
        "as_setProfile",
        username=access.customer(),
        **{name: request.form.get(name) for name in ("name", "locale", "timeZone", "theme", "density")},
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, profile, form=profile)


@bp.post("/profile/<any(email, phone, login):kind>")
@access.signed_in
def change_key(kind):
    outcome = db.call(
        "as_changeKey",
        username=access.customer(),
        kind=kind,
        value=request.form.get(kind, ""),
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, profile, form=profile)


@bp.get("/profile/password")
@access.signed_in
def password():
    only_own()
    return render_template("accounts/password.html")


@bp.post("/profile/password")
@access.signed_in
def change_password():
    only_own()
    username, token = access.actor(), accounts.new_token()
    wanted, present = request.form.get("password", ""), request.form.get("presentPassword", "")
    outcome = passwords.refuse(wanted) or db.call("as_getPasswordHash", username=username, actor=username)
    if outcome.ok:
        kept = outcome.details["hash"]
        outcome = db.call(
            "as_changePassword",
            username=username,
            passwordHash=passwords.make(wanted),
            matchedHash=kept if passwords.matches(kept, present) else None,
            tokenHash=access.token_hash(token),
            address=accounts.address(),
            userAgent=accounts.browser(),
            actor=username,
        )
    response = pages.answer(outcome, profile, form=password)
    return security.set_session_cookie(response, token) if outcome.ok else response


def only_own() -> None:
    """In a customer's cabinet there is no password to change: the administrator's own is not the customer's."""
    if access.customer() != access.actor():
        abort(404)


@bp.post("/profile/sessions/<sessionID>/end")
@access.signed_in
def end_session(sessionID):
    outcome = db.call("as_endSession", username=access.customer(), sessionID=sessionID, actor=access.actor())
    return pages.answer(outcome, profile, form=profile)


@bp.post("/profile/sessions/end-others")
@access.signed_in
def end_other_sessions():
    username = access.customer()
    here = g.person.sessionid if username == access.actor() else None
    outcome = db.call("as_endOtherSessions", username=username, sessionID=here, actor=access.actor())
    return pages.answer(outcome, profile, form=profile)


@functools.cache
def zones() -> list[tuple[str, str]]:
    """Names of time zones; the server reads hundreds of files for them, so once is enough."""
    return [
        (row.name, row.name.replace("_", " "))
        for row in db.read("SELECT name FROM as_timeZones ORDER BY name")
    ]


def sessions_of(username: str) -> list:
    return db.read("SELECT * FROM as_sessionList WHERE username = %s ORDER BY seen_at DESC, id", [username])
