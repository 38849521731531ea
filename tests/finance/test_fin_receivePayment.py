"""fin_receivePayment: book a provider's payment, once a reference."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def notice(bob):
    return {
        "username": bob,
        "provider": "acme",
        "reference": "tx-1",
        "amount": "50.00",
        "currency": "EUR",
        "occurredAt": "2027-03-01T10:00:00+00:00",
        "bodyHash": "one",
    }


@pytest.fixture
def asked(db, bob):
    return db.call("fin_requestTopUp", username=bob, amount="50.00", actor=bob).details["financeID"]


def test_it_books_the_payment(db, notice, movement, mails):
    outcome = db.call("fin_receivePayment", **notice)
    assert (outcome.reason, outcome.details["balance"]) == ("payment_received", "50.00")
    row = movement("bob", outcome.details["financeID"])
    assert (row.counterparty, row.status, row.actor) == ("source:card", "posted", None)
    assert row.details["reference"] == "tx-1"
    assert mails("bob") == ["top_up"]


def test_a_provider_may_have_a_system_account_of_its_own(db, notice):
    db.execute("INSERT INTO fin_counterparties (code, name) VALUES ('source:acme', 'Acme')")
    assert db.call("fin_receivePayment", **notice).details["counterparty"] == "source:acme"


def test_the_same_notice_is_booked_once(db, notice, money):
    first = db.call("fin_receivePayment", **notice)
    assert [db.call("fin_receivePayment", **notice) for _ in range(10)] == [first] * 10
    assert str(money("bob").balance) == "50.00"


def test_a_repeat_reads_the_same_in_another_time_zone(db, notice):
    first = db.call("fin_receivePayment", **notice)
    db.execute("SET LOCAL TimeZone = 'Asia/Tokyo'")
    assert db.call("fin_receivePayment", **notice | {"occurredAt": "2027-03-01T19:00:00+09:00"}) == first


def test_a_reference_is_one_notices(db, refused, notice, alice):
    assert db.call("fin_receivePayment", **notice).ok
    refused("fin_receivePayment", "reference_reused", **notice | {"bodyHash": "two"})
    refused("fin_receivePayment", "reference_reused", **notice | {"username": alice})
    assert db.call("fin_receivePayment", **notice | {"provider": "other"}).ok


def test_a_key_is_one_payments(db, refused, notice):
    assert db.call("fin_receivePayment", **notice, requestKey="mine").ok
    other = notice | {"reference": "tx-2"}
    refused("fin_receivePayment", "request_key_reused", **other, requestKey="mine")
    refused("fin_receivePayment", "invalid_value", **other, requestKey=" ")


def test_it_pays_the_request_that_it_names(db, notice, asked, movement, money):
    outcome = db.call("fin_receivePayment", **notice, financeID=asked)
    assert outcome.details["financeID"] == asked
    assert (movement("bob", asked).status, str(money("bob").balance)) == ("posted", "50.00")


def test_another_amount_is_booked_beside_the_request(db, notice, asked, movement, money):
    outcome = db.call("fin_receivePayment", **notice | {"amount": "49.00"}, financeID=asked)
    assert outcome.details["financeID"] != asked
    assert (movement("bob", asked).status, str(money("bob").balance)) == ("created", "49.00")


def test_money_for_a_decided_request_is_booked_all_the_same(db, notice, asked, mona, money):
    assert db.call("fin_approve", username="bob", financeID=asked, actor=mona).ok
    assert db.call("fin_receivePayment", **notice, financeID=asked).ok
    assert str(money("bob").balance) == "100.00"


@pytest.mark.parametrize("status", ["pending", "failed", "cancelled"])
def test_what_is_no_payment_yet_books_nothing(db, untouched, notice, money, status):
    with untouched():
        assert db.call("fin_receivePayment", **notice, status=status).reason == "payment_noted"
    assert db.call("fin_receivePayment", **notice).reason == "payment_received"
    assert (
        db.call("fin_receivePayment", **notice | {"bodyHash": "late"}, status=status).reason
        == "payment_noted"
    )
    assert str(money("bob").balance) == "50.00"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "nobody", "no_such_user"),
        ("provider", "No Such", "no_such_provider"),
        ("provider", None, "no_such_provider"),
        ("reference", " ", "reference_missing"),
        ("reference", "x" * 101, "reference_missing"),
        ("status", "maybe", "no_such_payment_status"),
        ("status", None, "no_such_payment_status"),
        ("currency", "USD", "wrong_currency"),
        ("currency", None, "wrong_currency"),
        ("occurredAt", None, "invalid_value"),
        ("occurredAt", "yesteryear", "invalid_value"),
        ("bodyHash", None, "invalid_value"),
        *(("amount", amount, reason) for amount, reason in AMOUNTS),
    ],
)
def test_it_refuses_what_is_no_payment_of_ours(refused, notice, field, value, reason):
    refused("fin_receivePayment", reason, **notice | {field: value})


def test_a_full_account_takes_no_more(db, refused, notice):
    db.execute("UPDATE fin_accounts SET balance = 999999999999.00 WHERE username = 'bob'")
    refused("fin_receivePayment", "balance_too_large", **notice)
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'bob'")
