"""Reports of providers over HTTP: signed, fresh, harmless however often and in whatever order they come (T14)."""

import hashlib
import hmac
import json
import random
import time

import pytest

SECRET = "a secret of the tests"


@pytest.fixture
def handed(message, claim, hand_over, finish):
    one = message()
    reference = claim()[one]["reference"]
    hand_over(one)
    finish(one, "sent", theirReference="their-7")
    return reference


@pytest.fixture
def tell(client, monkeypatch):
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET_MAIL", SECRET)

    def post(told=None, body=None, secret=SECRET, timestamp=None, provider="mail", **headers):
        body = json.dumps(told).encode() if body is None else body
        timestamp = str(int(time.time()) if timestamp is None else timestamp)
        signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return client.post(
            f"/webhooks/messages/{provider}",
            data=body,
            headers={"X-Timestamp": timestamp, "X-Signature": signature} | headers,
        )

    return post


def test_a_signed_report_is_taken(db, tell, handed):
    answer = tell({"reference": handed, "state": "delivered", "occurredAt": "2027-03-01T10:00:00Z"})
    assert (answer.status_code, answer.json["reason"]) == (200, "report_taken")
    assert "Set-Cookie" not in answer.headers
    assert db.value("SELECT reportedState FROM job_outbox WHERE reference = %s", [handed]) == "delivered"


def test_their_own_number_names_it_too(tell, handed):
    assert tell({"id": "their-7", "state": "failed", "error": "Phone off"}).status_code == 200


def test_ten_times_and_in_any_order_is_once(db, tell, handed):
    for _ in range(3):
        told = [{"reference": handed, "state": state} for state in ("accepted", "failed", "delivered") * 10]
        random.shuffle(told)
        assert {tell(each).status_code for each in told} == {200}
        assert db.value("SELECT reportedState FROM job_outbox WHERE reference = %s", [handed]) == "delivered"


def test_forged_old_and_unknown_look_alike(tell, handed, untouched):
    told = {"reference": handed, "state": "delivered"}
    with untouched():
        answers = [
            tell(told, secret="another"),
            tell(told, timestamp=int(time.time()) - 301),
            tell(told, timestamp=int(time.time()) + 301),
            tell(told, timestamp="soon"),
            tell(told, provider="nobody"),
            tell(told, provider="Mail"),
            tell(told, **{"X-Signature": "0" * 64}),
        ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(401, answers[0].data)}


def test_another_provider_cannot_report_it(tell, handed, untouched, monkeypatch):
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET_CABINET", SECRET)
    with untouched():
        assert tell({"reference": handed, "state": "failed"}, provider="cabinet").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"7", b"\xff", b'{"state": 7}', b'{"state": "delivered", "reference": 7}',
        b'{"state": "delivered", "reference": "x", "occurredAt": "soon"}',
        b'{"state": "delivered", "reference": "x", "occurredAt": 7}', b'{"reference": "x"}', b"[" * 10000,
        b'{"state": "delivered", "reference": "\\u0000"}', b'{"state": "lost", "reference": "x"}',
        b'{"state": "delivered"}',
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_so(tell, untouched, body):
    with untouched():
        assert tell(body=body).status_code == 400


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024])
def test_a_large_body_is_not_read(tell, untouched, size):
    with untouched():
        assert tell(body=b"x" * size).status_code == 413
