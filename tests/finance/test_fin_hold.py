"""fin_hold: set money aside."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def arguments(alice, mona):
    return {"username": alice, "amount": "123.00", "purpose": "deposit", "actor": mona}


def test_it_stays_in_the_balance_and_cannot_be_spent(db, arguments, money, movement):
    outcome = db.call("fin_hold", **arguments)
    assert (outcome.reason, outcome.details["available"]) == ("held", "877.00")
    assert [str(value) for value in money("alice")[1:4]] == ["1000.00", "123.00", "877.00"]
    row = movement("alice", outcome.details["financeID"])
    assert (row.status, row.kind, str(row.amount), row.version) == ("held", "hold", "-123.00", None)


def test_the_same_key_has_one_effect(once, money, arguments):
    once("fin_hold", **arguments)
    assert str(money("alice").held) == "123.00"


def test_two_holds_share_what_is_available(db, refused, arguments):
    assert db.call("fin_hold", **arguments | {"amount": "900.00"}).ok
    outcome = refused("fin_hold", "insufficient_balance", **arguments | {"amount": "100.01"})
    assert outcome.details["missing"] == "0.01"
    assert db.call("fin_hold", **arguments | {"amount": "100.00"}).details["available"] == "0.00"


def test_it_is_for_managers_and_their_keys(guarded, arguments):
    arguments.pop("actor")
    guarded("fin_hold", **arguments)


@pytest.mark.parametrize(("amount", "reason"), AMOUNTS)
def test_it_refuses_what_is_no_amount(refused, arguments, amount, reason):
    refused("fin_hold", reason, **arguments | {"amount": amount})


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("purpose", "", "purpose_missing"),
        ("purpose", "x" * 201, "purpose_too_long"),
        ("counterparty", "income:moon", "no_such_counterparty"),
        ("counterparty", "expense:gift", "wrong_counterparty"),
    ],
)
def test_it_refuses_what_it_cannot_book(refused, arguments, field, value, reason):
    refused("fin_hold", reason, **arguments | {field: value})
