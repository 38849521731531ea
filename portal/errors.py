"""Error pages: what happened, what to do, and the request's id; an htmx request gets the same words as a toast."""

import psycopg
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError, ServiceUnavailable

from portal import db, logs, pages


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, known)
    app.register_error_handler(db.Away, database_away)
    app.register_error_handler(psycopg.DataError, unreadable)
    app.register_error_handler(Exception, surprise)


def known(error: HTTPException) -> Response:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):
        # The host is not ours, so there is no address to build links with.
        return Response("This host name is not served here.\n", 400, mimetype="text/plain")
    response = page(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def database_away(error: db.Away) -> Response:
    logs.surprise(error)
    # Whoever was being recognised is not known any more.
    g.setdefault("person", None)
    response = page(ServiceUnavailable.code)
    response.headers["Retry-After"] = "5"
    return response


def unreadable(error: psycopg.DataError) -> Response:
    """A value that PostgreSQL cannot read in an address, or in a page that is shown again; a form's are judged by db.call."""
    # Without a state it was never sent: text with a NUL, which only a hand-made request has.
    return page(400) if request.method in ("GET", "HEAD") or error.sqlstate is None else surprise(error)


def surprise(error: Exception) -> Response:
    logs.surprise(error)
    return page(InternalServerError.code)


def page(code: int) -> Response:
    title, text = words(code)
    if request.htmx and not request.htmx.boosted:
        response = Response(status=code)
        pages.trigger(response, {"toast": {"kind": "danger", "text": f"{title}. {text}", "id": g.request_id}})
        return response
    return make_response(render_template("error.html", code=code, title=title, text=text), code)


def words(code: int) -> tuple[str, str]:
    """Title and advice for a status code."""
    if code == 403 and g.get("forged"):
        return (
            _("This form has expired"),
            _("Nothing was changed. Go back, reload the page and send the form again."),
        )
    if code == 403:
        needed = {
            "manager": _("This page needs the role manager. Ask an administrator if you should have it."),
            "admin": _("This page needs the role administrator."),
        }
        return (
            _("You may not open this page"),
            needed.get(g.get("role_needed"), _("Your account does not include this page.")),
        )
    pairs = {
        400: (
            _("We could not read this request"),
            _("Something in the address or the form is not as expected. Go back and try again."),
        ),
        404: (
            _("There is no such page"),
            _("It may have been moved, or the address has a typing mistake."),
        ),
        405: (
            _("This page cannot be used that way"),
            _("Open it from the menu instead."),
        ),
        413: (
            _("That was too much at once"),
            _("The form or the file is larger than we take. Send less."),
        ),
        422: (
            _("Something in the form is not right"),
            _("Nothing was changed. Go back, check the fields and send it again."),
        ),
        429: (
            _("Too many attempts"),
            _("Please wait a little before you try again."),
        ),
        503: (
            _("We are away for a moment"),
            _("Nothing is lost. Try again in a few seconds; a form keeps what you typed when you go back."),
        ),
    }
    return pairs.get(
        code,
        (
            _("Something went wrong on our side"),
            _("Nothing was changed halfway. Try again; if it happens again, tell us the number below."),
        ),
    )
