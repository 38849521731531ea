"""Version 1 of what tills ask. openapi.py says what each call takes and answers; the procedures decide everything."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, Response, g, jsonify, request
from psycopg.types.json import Jsonb

from portal import db
from portal.till import limits, openapi
from portal.till.answers import refusal, refused

bp = Blueprint("v1", __name__)
buckets = limits.from_environment()


def call(name: str) -> Callable:
    """A call of the API: admitted, read and found to be of the documented shape before the function is asked."""

    def decorate(view: Callable) -> Callable:
        @bp.post(f"/{name}", endpoint=name)
        @wraps(view)
        def answer() -> Response:
            body = request.get_data(cache=False)
            return refuse_call(body) or read_call(name, body) or view(g.asked)

        return answer

    return decorate


def refuse_call(body: bytes) -> Response | None:
    """The answer to a call that is not a store's; null where it is one."""
    if request.mimetype != "application/json" or request.content_encoding:
        return refusal("not_json", "Send JSON as it is, with Content-Type: application/json.")
    store = request.headers.get("X-Store", "")
    seconds = buckets.wait((store, request.remote_addr))
    if seconds:
        response = refusal("too_many_calls", f"Too many calls. Wait {seconds} s.", {"seconds": seconds})
        response.headers["Retry-After"] = str(seconds)
        return response
    try:
        signature = bytes.fromhex(request.headers.get("X-Signature", ""))
    except ValueError:
        signature = b""
    admitted = db.call(
        "loy_admitCall",
        storeID=store,
        keyID=request.headers.get("X-Key", ""),
        signedAt=request.headers.get("X-Timestamp"),
        nonce=request.headers.get("X-Nonce"),
        method=request.method,
        path=request.path,
        bodyHash=hashlib.sha256(body).digest(),
        signature=signature,
    )
    g.store = store
    g.body = body
    return None if admitted.ok else refused(admitted)


def read_call(name: str, body: bytes) -> Response | None:
    """Put what is asked into g; or the answer to what is not as documented."""
    try:
        # Numbers stay as they were written: 49.90 is no binary fraction.
        g.asked = json.loads(body, parse_float=str, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        return refusal("unreadable", "The body is not JSON.")
    if wrong := openapi.fault(openapi.REQUESTS[name], g.asked):
        field, sentence = wrong
        return refusal("unreadable", sentence, {"field": field})
    return None


def refuse_constant(name: str):
    raise ValueError(name)


def answered(outcome: db.Outcome, told: Callable[[db.Outcome], Response]) -> Response:
    return told(outcome) if outcome.ok else refused(outcome)


def word_for_word(outcome: db.Outcome) -> Response:
    """What was answered the first time, to the byte."""
    return Response(outcome.details["answer"], 200, content_type="application/json")


def details(outcome: db.Outcome) -> Response:
    return jsonify(outcome.details)


def receipt(asked: dict) -> dict:
    """What a till calls a receipt."""
    return {"storeID": g.store} | {name: asked[name] for name in ("till", "businessDay", "number")}


@call("quote")
def quote(asked):
    outcome = db.call("loy_quote", storeID=g.store, key=asked.get("key"), basket=Jsonb(asked["basket"]))
    return answered(outcome, details)


@call("hold")
def hold(asked):
    outcome = db.call(
        "loy_hold", **receipt(asked), key=asked.get("key"), basket=Jsonb(asked["basket"]), body=g.body
    )
    return answered(outcome, word_for_word)


@call("commit")
def commit(asked):
    outcome = db.call(
        "loy_commit",
        **receipt(asked),
        key=asked.get("key"),
        basket=Jsonb(asked["basket"]),
        soldAt=asked.get("soldAt"),
        expectedNet=asked.get("expectedNet"),
        isOffline=asked.get("isOffline", False),
        body=g.body,
    )
    return answered(outcome, word_for_word)


@call("cancel")
def cancel(asked):
    outcome = db.call("loy_cancel", **receipt(asked), key=asked.get("key"))
    return answered(outcome, lambda done: jsonify(reason=done.reason))


@call("return")
def return_(asked):
    outcome = db.call(
        "loy_return",
        **receipt(asked),
        sale=Jsonb(asked["sale"]),
        lines=Jsonb(asked["lines"]),
        soldAt=asked.get("soldAt"),
        body=g.body,
    )
    return answered(outcome, word_for_word)


@call("claim")
def claim(asked):
    outcome = db.call(
        "loy_claimAtTill", storeID=g.store, key=asked["key"], sale=Jsonb(asked["sale"]), net=asked["net"]
    )
    return answered(outcome, details)


@call("identify")
def identify(asked):
    return answered(db.call("loy_tellAccount", storeID=g.store, key=asked["key"]), details)


@call("balance")
def balance(asked):
    outcome = db.call("loy_tellAccount", storeID=g.store, key=asked["key"], withForecast=True)
    return answered(outcome, details)


@bp.get("/openapi.json")
def document():
    """What this version takes and answers, for people and their tools."""
    return jsonify(openapi.document())
