"""Notices of providers, signed by them: of payments, booked by fin_receivePayment, and of messages, by ntf_receiveReport.

    POST /webhooks/payments/<provider>
    X-Timestamp: seconds since 1970
    X-Signature: hex HMAC-SHA256, by the provider's secret, of the timestamp, a dot and the body
    {"reference": "tx-1", "username": "alice", "amount": "50.00", "currency": "EUR", "status": "paid",
     "occurredAt": "2027-03-01T10:00:00Z"}

Instead of "username" there may be "request": "alice:17", which a top-up request showed to the person. The secret of the
provider acme is in PORTAL_WEBHOOK_SECRET_ACME, never in the database. 200 booked, now or before; 400 unreadable; 401 not
signed by a provider we know, or too old; 409 another notice had this reference; 413 too large; 422 refused.

    POST /webhooks/messages/<provider>
    {"reference": "0123456789abcdef0123456789abcdef", "state": "delivered", "occurredAt": "2027-03-01T10:00:00Z"}

Signed in the same way. Instead of "reference", ours, there may be "id", the provider's own; state is accepted, failed (with
"error") or delivered, and occurredAt may be missing. 200 taken, now or before, in whatever order they come; 404 no message of
this provider is called that.
"""

import datetime as dt
import hashlib
import hmac
import json
import os
import re
import time

from flask import Blueprint, Response, jsonify, request

from portal import access, db, security

bp = Blueprint("webhooks", __name__)

LARGEST = 64 * 1024
WINDOW = 300
FIELDS = ("reference", "amount", "currency", "status", "occurredAt")
CONFLICTS = ("reference_reused", "request_key_reused")


class Unreadable(ValueError):
    """The body is not a notice; the text says why."""


@bp.post("/webhooks/payments/<provider>")
@access.public
@security.signed_request
def payment(provider):
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    if not is_signed(provider, body):
        return reply(401, "wrong_signature", "The signature is wrong, or too old.")
    try:
        notice = read_notice(body)
    except Unreadable as error:
        return reply(400, "unreadable", str(error))
    outcome = db.call(
        "fin_receivePayment",
        provider=provider,
        **notice,
        bodyHash=hashlib.sha256(body).hexdigest(),
    )
    if outcome.ok:
        status = 200
    elif outcome.reason in CONFLICTS:
        status = 409
    else:
        status = 400 if outcome.reason == "invalid_value" else 422
    return reply(status, outcome.reason, outcome.msg, outcome.details, outcome.result)


# Who asks is known by the signature alone; there is no session to look for.
payment.without_session = True


@bp.post("/webhooks/messages/<provider>")
@access.public
@security.signed_request
def report(provider):
    request.max_content_length = LARGEST
    body = request.get_data(cache=False)
    if not is_signed(provider, body):
        return reply(401, "wrong_signature", "The signature is wrong, or too old.")
    try:
        told = read_report(body)
    except Unreadable as error:
        return reply(400, "unreadable", str(error))
    outcome = db.call("ntf_receiveReport", provider=provider, **told)
    status = 200 if outcome.ok else {"no_such_message": 404, "invalid_value": 400}.get(outcome.reason, 422)
    return reply(status, outcome.reason, outcome.msg, outcome.details, outcome.result)


report.without_session = True


def is_signed(provider: str, body: bytes) -> bool:
    """True for a signature by the provider's secret, not older or newer than five minutes."""
    secret = secret_of(provider)
    timestamp = request.headers.get("X-Timestamp", "")
    given = request.headers.get("X-Signature", "")
    # An unknown provider takes as long as a wrong signature.
    expected = hmac.new(
        (secret or "none").encode(), f"{timestamp}.".encode() + body, hashlib.sha256
    ).hexdigest()
    is_same = hmac.compare_digest(expected.encode(), given.lower().encode())
    is_fresh = bool(re.fullmatch(r"[0-9]{1,12}", timestamp)) and abs(time.time() - int(timestamp)) <= WINDOW
    return bool(secret) and is_same and is_fresh


def secret_of(provider: str) -> str | None:
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", provider):
        return None
    return os.environ.get("PORTAL_WEBHOOK_SECRET_" + provider.upper().replace("-", "_"))


def read_notice(body: bytes) -> dict:
    """The arguments of fin_receivePayment that the notice names; amounts are text, as JSON numbers are not exact."""
    notice = read_object(body, FIELDS)
    occurred = read_moment(notice["occurredAt"])
    return {name: notice[name] for name in FIELDS} | {"occurredAt": occurred, **payer(notice)}


def read_report(body: bytes) -> dict:
    """The arguments of ntf_receiveReport."""
    told = read_object(body, ("state",))
    given = {"reference": told.get("reference"), "theirReference": told.get("id"), "error": told.get("error")}
    if any(not isinstance(value, str | None) for value in given.values()):
        raise Unreadable("reference, id or error is not text.")
    occurred = told.get("occurredAt")
    return given | {"state": told["state"], "occurredAt": occurred and read_moment(occurred)}


def read_object(body: bytes, needed: tuple[str, ...]) -> dict:
    """A JSON object in which these are text."""
    try:
        notice = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("The body is not JSON.") from None
    if not isinstance(notice, dict):
        raise Unreadable("The body is not a JSON object.")
    for name in needed:
        if not isinstance(notice.get(name), str):
            raise Unreadable(f"{name} is missing or not text.")
    return notice


def read_moment(typed) -> dt.datetime:
    try:
        occurred = dt.datetime.fromisoformat(typed)
    except (ValueError, TypeError):
        raise Unreadable("occurredAt is not a time such as 2027-03-01T10:00:00Z.") from None
    if occurred.tzinfo is None:
        raise Unreadable("occurredAt has no time zone.")
    return occurred


def payer(notice: dict) -> dict:
    """Whose money it is: a username, or the request that a top-up page showed."""
    username, asked = notice.get("username"), notice.get("request")
    if isinstance(asked, str):
        named = re.fullmatch(r"(.+):([0-9]{1,18})", asked, re.DOTALL)
        if named is None or username not in (None, named[1]):
            raise Unreadable("request is not one that we made.")
        return {"username": named[1], "financeID": named[2]}
    if not isinstance(username, str):
        raise Unreadable("username or request is missing.")
    return {"username": username}


def reply(status: int, reason: str, msg: str, details=None, result: int = 0) -> Response:
    response = jsonify(result=result, reason=reason, msg=msg, details=details or {})
    response.status_code = status
    return response
