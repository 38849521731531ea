"""Headers, cookies and protection against forged requests."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request, session

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # same-origin, not no-referrer: with the latter browsers post forms with "Origin: null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}
HSTS = "max-age=63072000; includeSubDomains"
WRITING = {"POST", "PUT", "PATCH", "DELETE"}
#: The longest that a session can last; when it really ends the database says.
SESSION_AGE = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    app.before_request(refuse_forgery)
    app.after_request(add_headers)
    app.jinja_env.globals["csrf_token"] = csrf_token


# Headers


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["HTTPS"]:
        response.headers["Strict-Transport-Security"] = HSTS
    response.headers.setdefault("Cache-Control", "no-store")
    response.vary.add("HX-Request")
    return response


def static_headers(headers, path: str, url: str) -> None:
    for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy"):
        headers[name] = HEADERS[name]


# Cookies


def set_session_cookie(response: Response, token: str) -> Response:
    """Give the browser its session; only the token's hash is in the database, which also says when it ends."""
    response.set_cookie(
        current_app.config["PORTAL_COOKIE"],
        token,
        max_age=SESSION_AGE,
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    # What the visitor's form was signed with must not outlive the sign-in.
    session.pop("csrf", None)
    return response


def forget(response: Response) -> Response:
    """Take the session from the browser and have it drop what it has kept of these pages."""
    response.delete_cookie(
        current_app.config["PORTAL_COOKIE"],
        secure=current_app.config["HTTPS"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
    session.pop("csrf", None)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


# Forged requests


def signed_request(view: Callable) -> Callable:
    """The view checks a signature of its own (a payment provider's webhook) and carries no form token."""
    view.signed_request = True
    return view


def csrf_token() -> str:
    """A token for the forms of this page: salted anew each time, so that a compressed page does not give it away."""
    if "csrf_token" not in g:
        salt = secrets.token_hex(8)
        g.csrf_token = salt + mac(salt)
    return g.csrf_token


def refuse_forgery() -> None:
    """Let no other site write here with this person's cookies."""
    if request.method not in WRITING or request.routing_exception is not None:
        return
    if getattr(current_app.view_functions[request.endpoint], "signed_request", False):
        return
    token = request.headers.get("X-CSRFToken") or request.form.get("csrf_token", "")
    if not comes_from_here() or not hmac.compare_digest(mac(token[:16]).encode(), token[16:].encode()):
        g.forged = True
        abort(403)


def comes_from_here() -> bool:
    """False when the browser says that the request was made by another site."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def mac(salt: str) -> str:
    return hmac.new(secret().encode(), salt.encode(), hashlib.sha256).hexdigest()


def secret() -> str:
    """The session's secret; a visitor without one has it in a signed cookie."""
    if g.get("person"):
        return g.person.csrf
    if "csrf" not in session:
        session["csrf"] = secrets.token_hex(16)
    return session["csrf"]
