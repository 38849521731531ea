"""Notices of payment providers over HTTP: signed, fresh, once (T14)."""

import hashlib
import hmac
import json
import random
import time

import pytest

pytestmark = pytest.mark.usefixtures("healthy")

SECRET = "a secret of the tests"


@pytest.fixture
def tell(client, monkeypatch):
    """Post a notice as the provider would: tell(notice) or tell(body=b"…", secret="…", timestamp=…)."""
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET_ACME_PAY", SECRET)

    def post(notice=None, body=None, secret=SECRET, timestamp=None, provider="acme-pay", **headers):
        body = json.dumps(notice).encode() if body is None else body
        timestamp = str(int(time.time()) if timestamp is None else timestamp)
        signature = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return client.post(
            f"/webhooks/payments/{provider}",
            data=body,
            headers={"X-Timestamp": timestamp, "X-Signature": signature} | headers,
        )

    return post


@pytest.fixture
def notice(bob):
    return {
        "reference": "tx-1",
        "username": bob,
        "amount": "50.00",
        "currency": "EUR",
        "status": "paid",
        "occurredAt": "2027-03-01T10:00:00Z",
    }


@pytest.fixture
def nothing(untouched):
    """Nothing is booked in the block."""
    return untouched


def test_a_signed_notice_is_booked(tell, notice, money):
    answer = tell(notice)
    assert (answer.status_code, answer.json["reason"]) == (200, "payment_received")
    assert str(money("bob").balance) == "50.00"
    assert "Set-Cookie" not in answer.headers


def test_ten_times_the_same_gets_ten_times_the_same_answer(tell, notice, money):
    answers = [tell(notice) for _ in range(10)]
    assert {(answer.status_code, answer.data) for answer in answers} == {(200, answers[0].data)}
    assert str(money("bob").balance) == "50.00"


def test_in_any_order_and_again_after_a_day_each_is_booked_once(tell, notice, money, monkeypatch):
    """Every provider signs a repeat anew."""
    notices = [
        notice | {"reference": f"tx-{number}", "status": status, "amount": f"{number}.00"}
        for number in range(1, 11)
        for status in ("pending", "paid")
    ] * 3
    random.Random(7).shuffle(notices)
    assert {tell(one).status_code for one in notices} == {200}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 60 * 60)
    assert {tell(one).status_code for one in notices} == {200}
    assert money("bob").balance == sum(range(1, 11))


def test_another_notice_with_the_same_reference_is_a_conflict(tell, nothing, notice):
    assert tell(notice).status_code == 200
    with nothing():
        answer = tell(notice | {"amount": "60.00"})
    assert (answer.status_code, answer.json["reason"]) == (409, "reference_reused")


def test_it_pays_the_request_whose_reference_it_carries(db, tell, notice, bob, movement):
    asked = db.call("fin_requestTopUp", username=bob, amount="50.00", actor=bob).details
    notice.pop("username")
    assert tell(notice | {"request": asked["reference"]}).json["details"]["financeID"] == asked["financeID"]
    assert movement(bob, asked["financeID"]).status == "posted"


def test_forged_old_and_unknown_look_alike(tell, nothing, notice, monkeypatch):
    now = int(time.time())
    monkeypatch.setenv("PORTAL_WEBHOOK_SECRET_EMPTY", "")
    with nothing():
        answers = [
            tell(notice, secret="guessed"),
            tell(notice, provider="unknown"),
            tell(notice, provider="unknown", secret="none"),
            tell(notice, provider="empty", secret=""),
            tell(notice, provider="ACME-PAY"),
            tell(notice, provider="acme_pay"),
            tell(notice, timestamp=now - 301),
            tell(notice, timestamp=now + 310),
            tell(notice, timestamp="soon"),
            tell(notice, timestamp="9" * 5000),
            tell(notice, timestamp="\u0662"),
            tell(notice, **{"X-Signature": ""}),
            tell(notice, **{"X-Signature": "é" * 64}),
            tell(notice, **{"X-Timestamp": str(now - 1)}),
            tell(body=b"not even JSON", secret="guessed"),
        ]
    assert {(answer.status_code, answer.data) for answer in answers} == {(401, answers[0].data)}


@pytest.mark.parametrize("age", [-295, 0, 295])
def test_five_minutes_either_way_are_fresh(tell, notice, age):
    assert tell(notice, timestamp=int(time.time()) + age).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not JSON",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 60_000,
        b'{"reference": "tx"}',
        b'{"amount": NaN}',
    ],
)
def test_what_cannot_be_read_is_said_so(tell, nothing, body):
    with nothing():
        answer = tell(body=body)
    assert (answer.status_code, answer.json["reason"]) == (400, "unreadable")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 50.0),
        ("amount", "fifty"),
        ("amount", "50\u0000"),
        ("reference", 7),
        ("reference", None),
        ("username", None),
        ("username", {"$gt": ""}),
        ("occurredAt", "2027-03-01"),
        ("occurredAt", "yesterday"),
        ("occurredAt", "infinity"),
        ("request", "alice"),
        ("request", "alice:1"),
        ("request", "bob:" + "9" * 30),
    ],
)
def test_a_field_of_the_wrong_kind_is_unreadable(tell, nothing, notice, field, value):
    with nothing():
        assert tell(notice | {field: value}).status_code == 400


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "nobody", "no_such_user"),
        ("amount", "12.345", "amount_too_precise"),
        ("amount", "-5.00", "amount_not_positive"),
        ("amount", "NaN", "amount_not_a_number"),
        ("currency", "USD", "wrong_currency"),
        ("status", "refunded", "no_such_payment_status"),
        ("reference", "x" * 101, "reference_missing"),
    ],
)
def test_what_the_procedure_refuses_is_not_booked(tell, nothing, notice, field, value, reason):
    with nothing():
        answer = tell(notice | {field: value})
    assert (answer.status_code, answer.json["reason"]) == (422, reason)


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1024 * 1024, 2 * 1024 * 1024])
def test_a_large_body_is_not_read(tell, nothing, size):
    with nothing():
        assert tell(body=b"x" * size).status_code == 413


def test_only_posting_is_answered(client):
    assert client.get("/webhooks/payments/acme-pay").status_code == 405
