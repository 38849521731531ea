"""How every answer to a till looks, whatever happened: JSON, and for a refusal a reason, a sentence and details."""

import re

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from portal import db, logs

#: Every other reason is 422: it was understood, and cannot be done.
STATUSES = {
    "unreadable": 400,
    "invalid_value": 400,
    "wrong_signature": 401,
    "signed_too_long_ago": 401,
    "nonce_used": 401,
    "store_closed": 403,
    "other_store": 403,
    "no_such_store": 404,
    "no_such_account": 404,
    "no_such_sale": 404,
    "not_found": 404,
    "unknown_version": 404,
    "receipt_changed": 409,
    "receipt_entered": 409,
    "receipt_taken": 409,
    "price_changed": 409,
    "hold_differs": 409,
    "too_large": 413,
    "not_json": 415,
    "too_many_calls": 429,
    "try_again": 503,
}
HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


def init_app(app: Flask, versions: list[str]) -> None:
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(ok=True))
    app.register_error_handler(HTTPException, lambda error: known(error, versions))
    app.register_error_handler(db.Away, away)
    app.register_error_handler(Exception, surprise)
    app.after_request(add_headers)


def refusal(reason: str, msg: str, details: dict | None = None) -> Response:
    response = jsonify(reason=reason, msg=msg, details=details or {})
    response.status_code = STATUSES.get(reason, 422)
    if response.status_code == 503:
        response.headers["Retry-After"] = "2"
    return response


def refused(outcome: db.Outcome) -> Response:
    return refusal(outcome.reason, outcome.msg, outcome.details)


def known(error: HTTPException, versions: list[str]) -> Response:
    if error.code == 404:
        asked = re.match(r"/api/([^/]+)/", request.path)
        if asked and asked[1] not in versions:
            return refusal(
                "unknown_version", f"There is no version {asked[1]} of this API.", {"versions": versions}
            )
        return refusal("not_found", "Nothing is asked at this address.")
    if error.code == 413:
        return refusal("too_large", "The body is too large.", {"maximum": request.max_content_length})
    if error.code == 405:
        response = refusal("wrong_method", "This address is asked in another way.")
        response.status_code = 405
        response.headers["Allow"] = ", ".join(error.valid_methods or [])
        return response
    # What the server could not read to its end: a half-sent body, a broken header.
    return refusal("unreadable", "The call could not be read to its end. Send it again.")


def away(error: db.Away) -> Response:
    logs.surprise(error)
    return refusal("try_again", "It is not known whether this was done. Send the very same again.")


def surprise(error: Exception) -> Response:
    logs.surprise(error)
    response = refusal("failed", "Something is wrong here; it was written down.")
    response.status_code = 500
    return response


def add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
