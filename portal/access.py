"""Who asks, and who may open a page.

Every view carries one of the marks below; the guard enforces them before the view runs, and create_app() refuses
to start while a view has none.
"""

import hashlib
from collections.abc import Callable
from urllib.parse import quote, urlsplit

from flask import Flask, abort, current_app, g, redirect, request

from portal import db

RANK = {"user": 1, "manager": 2, "admin": 3}


def init_app(app: Flask) -> None:
    app.before_request(recognise)
    app.before_request(guard)


# Marks


def public(view: Callable) -> Callable:
    """Anybody may open it."""
    view.access = "public"
    return view


def signed_in(view: Callable) -> Callable:
    """Anybody who has signed in."""
    view.access = "user"
    return view


def self_or_admin(view: Callable) -> Callable:
    """The person named by <username> in the address, or an administrator."""
    view.access = "self"
    return view


def manager(view: Callable) -> Callable:
    """Managers, who move money, and administrators."""
    view.access = "manager"
    return view


def admin(view: Callable) -> Callable:
    """Administrators."""
    view.access = "admin"
    return view


def require_rules(app: Flask) -> None:
    """Refuse to start while a view does not say who may open it."""
    bare = sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))
    assert not bare, f"No access mark on {', '.join(bare)}: add @access.public, signed_in, self_or_admin, …"


# Questions that views ask


def actor() -> str | None:
    """The username of the person who really acts, never of the customer that he acts for."""
    return g.person.username if g.person else None


def customer(username: str | None = None) -> str:
    """Whose data is shown: the person's own (or of the customer he acts for); an administrator may name another."""
    if username is None or username == g.customer:
        return g.customer
    if has_role("admin") or username == actor():
        return username
    abort(404)


def has_role(role: str) -> bool:
    """True when the person's role is this one or a higher one."""
    return bool(g.get("person")) and RANK[g.person.role] >= RANK[role]


def local_path(target: str | None, fallback: str = "/") -> str:
    """The target if it is a path of this site, else the fallback: nobody is sent elsewhere."""
    if not target or not target.startswith("/") or target[1:2] in ("/", "\\") or not target.isprintable():
        return fallback
    return target


# What runs before each view


def recognise() -> None:
    """Find the person behind the session cookie: one call a request."""
    g.person = g.customer = None
    if getattr(current_app.view_functions.get(request.endpoint), "without_session", False):
        return
    token = request.cookies.get(current_app.config["PORTAL_COOKIE"], "")
    if 0 < len(token) <= 128:
        g.person = db.row("SELECT * FROM as_getSession(%s)", [token_hash(token)])
    if g.person:
        g.customer = g.person.actingfor or g.person.username


def token_hash(token: str) -> bytes:
    """What the database knows of a session's token."""
    return hashlib.sha256(token.encode()).digest()


def guard():
    """Let the request through, send a stranger to the sign-in page, or say what role is needed."""
    if request.routing_exception is not None:
        return None
    rule = current_app.view_functions[request.endpoint].access
    if rule == "public":
        return None
    if g.person is None:
        return ask_to_sign_in()
    if rule == "self":
        customer(request.view_args.get("username"))
    elif not has_role(rule):
        g.role_needed = rule
        abort(403)
    return None


def ask_to_sign_in():
    """Send to the sign-in page, which comes back to where the person was."""
    here = request.headers.get("HX-Current-URL") if request.htmx else None
    if here is None and request.method != "GET":
        here = request.headers.get("Referer", "")
    back = path_of(here) if here is not None else request.full_path.removesuffix("?")
    address = f"/sign-in?next={quote(local_path(back))}"
    if request.htmx:
        return "", 401, {"HX-Redirect": address}
    return redirect(address, 303)


def path_of(address: str) -> str:
    """The path and query of an address of this site, else nothing."""
    parts = urlsplit(address)
    if parts.netloc != request.host:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")
