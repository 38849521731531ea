"""fin_charge: take money from a person's account."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def arguments(alice, mona):
    return {"username": alice, "amount": "12.50", "purpose": "installation", "actor": mona}


def test_it_takes_the_money(db, arguments, movement, mails):
    before = mails("alice")
    outcome = db.call("fin_charge", **arguments)
    assert (outcome.reason, outcome.details["amount"], outcome.details["balance"]) == (
        "charged",
        "-12.50",
        "987.50",
    )
    row = movement("alice", outcome.details["financeID"])
    assert (str(row.amount), row.counterparty, row.status) == ("-12.50", "income:service", "posted")
    assert mails("alice") == before


def test_the_same_key_has_one_effect(once, money, arguments):
    once("fin_charge", **arguments)
    assert str(money("alice").balance) == "987.50"


def test_the_whole_balance_can_be_charged_and_not_a_cent_more(db, refused, arguments, money):
    outcome = refused(
        "fin_charge", "insufficient_balance", **arguments | {"amount": "1000.01", "actor": None}
    )
    assert outcome.details == {
        "field": "amount",
        "missing": "0.01",
        "available": "1000.00",
        "currency": "EUR",
    }
    assert db.call("fin_charge", **arguments | {"amount": "1000.00"}).ok
    assert str(money("alice").balance) == "0.00"


def test_an_empty_account_pays_nothing(refused, arguments, bob):
    """F02, F13: there is no overdraft."""
    outcome = refused("fin_charge", "insufficient_balance", **arguments | {"username": bob})
    assert outcome.details["missing"] == "12.50"


def test_held_money_is_not_available(db, refused, arguments):
    assert db.call("fin_hold", username="alice", amount="990.00", purpose="deposit").ok
    outcome = refused("fin_charge", "insufficient_balance", **arguments)
    assert (outcome.details["available"], outcome.details["missing"]) == ("10.00", "2.50")


def test_it_is_for_managers_and_their_keys(guarded, arguments):
    arguments.pop("actor")
    guarded("fin_charge", **arguments)


@pytest.mark.parametrize(("amount", "reason"), AMOUNTS)
def test_it_refuses_what_is_no_amount(refused, arguments, amount, reason):
    refused("fin_charge", reason, **arguments | {"amount": amount})


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("purpose", "", "purpose_missing"),
        ("purpose", "x" * 201, "purpose_too_long"),
        ("counterparty", "income:moon", "no_such_counterparty"),
        ("counterparty", "source:cash", "wrong_counterparty"),
        ("counterparty", "income:tariff", "wrong_counterparty"),
    ],
)
def test_it_refuses_what_it_cannot_book(refused, arguments, field, value, reason):
    assert refused("fin_charge", reason, **arguments | {field: value}).details["field"] == field


def test_above_the_limit_another_manager_decides(db, arguments, money):
    assert db.call("fin_topUp", username="alice", amount="5000.00", purpose="cash").ok
    outcome = db.call("fin_charge", **arguments | {"amount": "1500.00"})
    assert (outcome.reason, outcome.details["amount"]) == ("awaits_approval", "-1500.00")
    assert (str(money("alice").balance), str(money("alice").available)) == ("6000.00", "6000.00")
