"""fin_requestTopUp: ask to top up one's own account."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def arguments(bob):
    return {"username": bob, "amount": "50.00", "actor": bob}


def test_it_waits_and_moves_nothing(db, arguments, money, movement):
    outcome = db.call("fin_requestTopUp", **arguments)
    number = outcome.details["financeID"]
    assert (outcome.reason, outcome.details["reference"]) == ("top_up_requested", f"bob:{number}")
    row = movement("bob", number)
    assert (row.status, row.kind, row.version, row.counterparty) == (
        "created",
        "request",
        None,
        "source:bank",
    )
    assert (str(money("bob").balance), str(money("bob").held)) == ("0.00", "0.00")
    assert db.row("SELECT kind, amount FROM fin_requests WHERE username = 'bob'") == ("request", 50)


def test_the_same_key_asks_once(db, once, arguments):
    once("fin_requestTopUp", **arguments)
    assert db.value("SELECT count(*) FROM fin_requests") == 1


def test_it_is_for_oneself(guarded, arguments):
    arguments.pop("actor")
    # Nobody else may ask; bob is somebody else here.
    guarded("fin_requestTopUp", needs="self", **arguments | {"username": "luke"})


def test_an_administrator_may_ask_for_a_customer(db, arguments, root):
    assert db.call("fin_requestTopUp", **arguments | {"actor": root}).reason == "top_up_requested"


@pytest.mark.parametrize(("amount", "reason"), AMOUNTS)
def test_it_refuses_what_is_no_amount(refused, arguments, amount, reason):
    refused("fin_requestTopUp", reason, **arguments | {"amount": amount})


def test_it_keeps_to_the_limits(db, refused, arguments):
    low = refused("fin_requestTopUp", "below_minimum", **arguments | {"amount": "0.99"})
    high = refused("fin_requestTopUp", "above_maximum", **arguments | {"amount": "10000.01"})
    assert (low.details["minimum"], high.details["maximum"]) == ("1.00", "10000.00")
    for amount in ("1.00", "10000.00"):
        assert db.call("fin_requestTopUp", **arguments | {"amount": amount}).ok


@pytest.mark.parametrize(
    ("counterparty", "reason"),
    [("source:moon", "no_such_counterparty"), ("expense:gift", "wrong_counterparty")],
)
def test_it_asks_for_ways_to_pay_only(refused, arguments, counterparty, reason):
    refused("fin_requestTopUp", reason, **arguments | {"counterparty": counterparty})


def test_a_full_account_asks_for_no_more(db, refused, arguments):
    db.execute("UPDATE fin_accounts SET balance = 999999999999.00 WHERE username = 'bob'")
    refused("fin_requestTopUp", "balance_too_large", **arguments)
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'bob'")


def test_twenty_may_wait_at_a_time(db, refused, arguments):
    numbers = [db.call("fin_requestTopUp", **arguments).details["financeID"] for _ in range(20)]
    assert refused("fin_requestTopUp", "too_many_requests", **arguments).details["maximum"] == 20
    assert db.call("fin_cancelRequest", username="bob", financeID=numbers[0], actor="bob").ok
    assert db.call("fin_requestTopUp", **arguments).ok
