"""The administrator's pages about people: search, register, lock, give a role, open the cabinet."""

from flask import Blueprint, abort, g, render_template, request

from portal import access, audit, db, pages, passwords
from portal.forms import asked
from portal.profile import sessions_of

bp = Blueprint("people", __name__)

STATES = {"active": False, "locked": True}


@bp.get("/users")
@access.admin
def people():
    size = pages.page_size()
    rows = db.read(
        "SELECT * FROM as_findUsers(%s, %s, %s, %s::timestamptz, %s, %s)",
        [
            asked("q"),
            request.args.get("role") if request.args.get("role") in access.RANK else None,
            STATES.get(request.args.get("state")),
            *(pages.after(2) or [None, None]),
            size + 1,
        ],
    )
    return render_template(
        "accounts/people.html", page=pages.keyset(rows, "createdat", "username", size=size)
    )


@bp.get("/users/new")
@access.admin
def new():
    return pages.render("accounts/new.html", "accounts/_new.html")


@bp.post("/users/new")
@access.admin
def register():
    password = request.form.get("password", "")
    outcome = (passwords.refuse(password) if password else None) or db.call(
        "as_register",
        **{name: request.form.get(name) for name in ("name", "email", "phone", "login", "locale", "role")},
        username=request.form.get("username") or None,
        passwordHash=passwords.make(password) if password else None,
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, address_of(outcome), form=new)


def address_of(outcome) -> str:
    return f"/users/{outcome.details['username']}" if outcome.ok else "/users"


@bp.get("/users/<username>")
@access.admin
def person(username):
    return pages.render(
        "accounts/person.html",
        "accounts/_person.html",
        **who(username),
        tariff=db.row("SELECT * FROM trf_userTariffs WHERE username = %s", [username]),
        money=db.row("SELECT * FROM fin_balances WHERE username = %s", [username]),
    )


@bp.get("/users/<username>/sessions")
@access.admin
def sessions(username):
    return pages.render(
        "accounts/person_sessions.html",
        "accounts/_person_sessions.html",
        **who(username),
        sessions=sessions_of(username),
    )


@bp.get("/users/<username>/audit")
@access.admin
def person_audit(username):
    return render_template("accounts/person_audit.html", **who(username), page=audit.trail(username=username))


@bp.post("/users/<username>/sessions/<sessionID>/end")
@access.admin
def end_session(username, sessionID):
    outcome = db.call("as_endSession", username=username, sessionID=sessionID, actor=access.actor())
    return pages.answer(outcome, sessions, form=sessions, username=username)


@bp.post("/users/<username>/sessions/end-others")
@access.admin
def end_other_sessions(username):
    here = g.person.sessionid if username == access.actor() else None
    outcome = db.call("as_endOtherSessions", username=username, sessionID=here, actor=access.actor())
    return pages.answer(outcome, sessions, form=sessions, username=username)


@bp.get("/users/<username>/lock")
@access.admin
def lock_form(username):
    return pages.render("accounts/lock.html", "accounts/_lock.html", **who(username))


@bp.post("/users/<username>/lock")
@access.admin
def lock(username):
    return change("as_lockUser", username, lock_form, note=request.form.get("note", ""))


@bp.post("/users/<username>/unlock")
@access.admin
def unlock(username):
    return change("as_unlockUser", username, lock_form, note=request.form.get("note", ""))


@bp.get("/users/<username>/role")
@access.admin
def role_form(username):
    return pages.render("accounts/role.html", "accounts/_role.html", **who(username))


@bp.post("/users/<username>/role")
@access.admin
def set_role(username):
    return change("as_setRole", username, role_form, role=request.form.get("role"))


def change(procedure: str, username: str, form, **arguments):
    outcome = db.call(
        procedure,
        username=username,
        **arguments,
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, person, form=form, close=True, events=["person-changed"], username=username)


@bp.post("/users/<username>/act-for")
@access.admin
def act_for(username):
    outcome = db.call("as_actFor", sessionID=g.person.sessionid, username=username, actor=access.actor())
    return pages.answer(outcome, "/", form=person, username=username)


def who(username: str) -> dict:
    """The person of the address; one who does not exist is a page that does not exist."""
    member = db.row("SELECT * FROM as_people WHERE username = %s", [username])
    if member is None:
        abort(404)
    return {"member": member, "own": username == access.actor()}
