"""Register, sign in and out, a forgotten password, the links that are sent by e-mail, language and colours."""

import secrets

from flask import Blueprint, current_app, g, redirect, render_template, request, session, url_for

from portal import access, db, formats, pages, passwords, security

bp = Blueprint("accounts", __name__)


# Signing in and out


@bp.get("/sign-in")
@access.public
def sign_in():
    if g.person and request.method != "POST":
        return redirect(access.local_path(request.args.get("next")))
    return render_template("accounts/sign_in.html")


@bp.post("/sign-in")
@access.public
def enter():
    key, token = request.form.get("key", ""), new_token()
    outcome = db.call("as_signInBegin", key=key, address=address())
    if outcome.ok:
        kept = outcome.details["hash"]
        outcome = db.call(
            "as_signInFinish",
            key=key,
            address=address(),
            # Checked also where there is no hash, so that both take the same time.
            matchedHash=kept if passwords.matches(kept, request.form.get("password", "")) else None,
            tokenHash=access.token_hash(token),
            userAgent=browser(),
        )
    here = access.local_path(request.form.get("next"))
    response = pages.answer(outcome, here, form=sign_in, quiet=True)
    return welcome(response, token) if outcome.ok else response


@bp.post("/sign-out")
@access.public
def sign_out():
    end_session()
    return security.forget(redirect(url_for("accounts.sign_in"), 303))


# Registering: nothing on these pages shows whether an address has an account


@bp.get("/register")
@access.public
def register():
    chosen = db.row(
        "SELECT * FROM trf_prices WHERE tariff_id = %s AND period = %s",
        [whole(request.values.get("tariffID")), whole(request.values.get("period"))],
    )
    return render_template("accounts/register.html", chosen=chosen)


@bp.post("/register")
@access.public
def request_registration():
    password = request.form.get("password", "")
    outcome = passwords.refuse(password) or db.call(
        "as_requestRegistration",
        email=request.form.get("email", ""),
        name=request.form.get("name", ""),
        passwordHash=passwords.make(password),
        locale=formats.language(),
        tariffID=whole(request.form.get("tariffID")),
        period=whole(request.form.get("period")),
        address=address(),
        wantsNews="wantsNews" in request.form,
    )
    if outcome.ok:
        session["registration"] = outcome.details["registrationID"]
        session["email"] = request.form["email"].strip()
    return pages.answer(outcome, registration_sent, form=register, quiet=True)


@bp.get("/register/sent")
@access.public
def registration_sent():
    return render_template(
        "accounts/registration_sent.html",
        email=session.get("email"),
        message=demo_message(),
    )


def demo_message():
    """Where a demo shows the visitor the message that was sent to him, as its mail goes nowhere."""
    registration = session.get("registration")
    if not registration or not db.row("SELECT is_demo FROM as_installation").is_demo:
        return None
    return url_for("mail.demo_message", registrationID=registration)


@bp.get("/register/<token>")
@access.public
def registration_link(token):
    link = link_of(token, "registration")
    return render_template("accounts/link.html", link=link, purpose="registration", known=is_known(link)), (
        200 if link else 410
    )


@bp.post("/register/<token>")
@access.public
def finish_registration(token):
    link, session_token = link_of(token, "registration"), new_token()
    # Somebody else may have typed this address and a password of his own into the form. Whoever opens the link in another
    # browser than the one that registered shows that he knows the password.
    if (
        link
        and not is_known(link)
        and not passwords.matches(link.passwordhash, request.form.get("password", ""))
    ):
        outcome = db.Outcome(
            0, "That is not the password of this registration.", "wrong_password", {"field": "password"}
        )
    else:
        outcome = db.call(
            "as_finishRegistration",
            tokenHash=access.token_hash(token),
            sessionHash=access.token_hash(session_token),
            address=address(),
            userAgent=browser(),
        )
    if not outcome.ok:
        return pages.answer(outcome, registration_link, token=token)
    session.pop("registration", None)
    session.pop("email", None)
    return welcome(pages.answer(outcome, first_page(outcome.details), quiet=True), session_token)


def first_page(chosen: dict) -> str:
    """The confirmation of the tariff that was chosen on the price list, else the overview."""
    if chosen.get("tariffID") is None:
        return "/"
    return f"/tariff/change?tariffID={chosen['tariffID']}&period={chosen['period'] or 0}"


def is_known(link) -> bool:
    """Whether this is the browser that registered."""
    return bool(link) and session.get("registration") == link.registrationid


# A forgotten password


@bp.get("/reset")
@access.public
def reset():
    return render_template("accounts/reset.html")


@bp.post("/reset")
@access.public
def request_reset():
    outcome = db.call("as_requestPasswordReset", key=request.form.get("key", ""), address=address())
    return pages.answer(outcome, reset_sent, form=reset, quiet=True)


@bp.get("/reset/sent")
@access.public
def reset_sent():
    return render_template("accounts/reset_sent.html")


@bp.get("/reset/<token>")
@access.public
def password_link(token):
    link = link_of(token, "password")
    return render_template("accounts/link.html", link=link, purpose="password"), (200 if link else 410)


@bp.post("/reset/<token>")
@access.public
def choose_password(token):
    password = request.form.get("password", "")
    outcome = passwords.refuse(password) or db.call(
        "as_resetPassword", tokenHash=access.token_hash(token), passwordHash=passwords.make(password)
    )
    return pages.answer(outcome, url_for("accounts.sign_in"), form=password_link, token=token)


# A new e-mail address


@bp.get("/email/<token>")
@access.public
def email_link(token):
    link = link_of(token, "email")
    return render_template("accounts/link.html", link=link, purpose="email"), (200 if link else 410)


@bp.post("/email/<token>")
@access.public
def confirm_email(token):
    outcome = db.call("as_confirmEmail", tokenHash=access.token_hash(token))
    return pages.answer(outcome, "/profile" if g.person else "/sign-in", form=email_link, token=token)


# Language and colours, for visitors too


@bp.post("/language")
@access.public
def choose_language():
    return prefer("language", "locale", request.form.get("language"), formats.LANGUAGES)


@bp.post("/theme")
@access.public
def choose_theme():
    return prefer("theme", "theme", request.form.get("theme"), pages.THEMES)


def prefer(cookie: str, argument: str, choice: str | None, choices):
    if choice in choices:
        session[cookie] = choice
        if g.person:
            db.call("as_setProfile", username=access.actor(), actor=access.actor(), **{argument: choice})
    return redirect(access.local_path(request.form.get("next")), 303)


# The cabinet of a customer


@bp.post("/act-for/stop")
@access.signed_in
def leave_cabinet():
    customer = g.person.actingfor
    outcome = db.call("as_stopActingFor", sessionID=g.person.sessionid, actor=access.actor())
    return pages.answer(outcome, url_for("people.person", username=customer) if customer else "/")


# What a browser says, and what it gets


def new_token() -> str:
    """256 random bits, new at each sign-in; the database keeps their SHA-256."""
    return secrets.token_urlsafe(32)


def welcome(response, token: str):
    """Give the browser its new session; the one that it had ends."""
    end_session()
    return security.set_session_cookie(response, token)


def end_session() -> None:
    token = request.cookies.get(current_app.config["PORTAL_COOKIE"])
    if token:
        db.call("as_signOut", tokenHash=access.token_hash(token))


def link_of(token: str, purpose: str):
    """What the link is about while it is good, else None; asking does not use it up."""
    link = db.row("SELECT * FROM as_getLink(%s)", [access.token_hash(token)])
    return link if link and link.purpose == purpose else None


def address() -> str:
    return request.remote_addr or ""


def browser() -> str:
    return request.user_agent.string[:300].replace("\0", "")


def whole(text: str | None) -> int | None:
    """A whole number from an address that people may have changed; anything else is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
