"""fin_capture: pay with money that was held."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, alice, mona):
    return db.call("fin_hold", username=alice, amount="123.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]


def test_what_is_not_needed_is_released(db, number, alice, mona, money, movement):
    """F08: hold 123, capture 100, 23 come back."""
    outcome = db.call("fin_capture", username=alice, financeID=number, amount="100.00", actor=mona)
    assert (outcome.reason, outcome.details["amount"], outcome.details["released"]) == (
        "captured",
        "-100.00",
        "23.00",
    )
    assert [str(value) for value in money(alice)[1:4]] == ["900.00", "0.00", "900.00"]
    assert movement(alice, number).status == "captured"
    paid = movement(alice, outcome.details["financeID"])
    assert (paid.captures_id, paid.counterparty, paid.purpose) == (number, "income:service", "deposit")


def test_without_an_amount_it_takes_all(db, number, alice, mona, money):
    assert db.call("fin_capture", username=alice, financeID=number, actor=mona).details["released"] == "0.00"
    assert str(money(alice).balance) == "877.00"


def test_the_same_key_has_one_effect(once, number, alice, mona, money):
    once("fin_capture", username=alice, financeID=number, actor=mona)
    assert str(money(alice).balance) == "877.00"


def test_a_cent_too_much_is_refused(refused, number, alice, mona):
    outcome = refused(
        "fin_capture", "more_than_held", username=alice, financeID=number, amount="123.01", actor=mona
    )
    assert outcome.details["held"] == "123.00"


def test_twice_is_refused(db, refused, number, alice, mona):
    """F09."""
    assert db.call("fin_capture", username=alice, financeID=number, actor=mona).ok
    refused("fin_capture", "already_captured", username=alice, financeID=number, actor=mona)
    refused("fin_void", "already_captured", username=alice, financeID=number, actor=mona)


def test_it_refuses_what_is_not_held(db, refused, number, alice, mona):
    refused("fin_capture", "no_such_movement", username=alice, financeID=10**12, actor=mona)
    asked = db.call("fin_requestTopUp", username=alice, amount="5.00", actor=alice).details["financeID"]
    refused("fin_capture", "not_held", username=alice, financeID=asked, actor=mona)
    assert db.call("fin_void", username=alice, financeID=number, actor=mona).ok
    refused("fin_capture", "already_voided", username=alice, financeID=number, actor=mona)


def test_a_large_hold_is_captured_by_another_manager(db, refused, alice, mona, nina):
    assert db.call("fin_topUp", username=alice, amount="5000.00", purpose="cash").ok
    held = db.call("fin_hold", username=alice, amount="2000.00", purpose="car", actor=mona).details[
        "financeID"
    ]
    refused("fin_capture", "same_person", username=alice, financeID=held, actor=mona)
    assert db.call("fin_capture", username=alice, financeID=held, actor=nina).ok


def test_it_is_for_managers_and_their_keys(guarded, number, alice):
    guarded("fin_capture", username=alice, financeID=number)


@pytest.mark.parametrize(("amount", "reason"), [pair for pair in AMOUNTS if pair[0]])
def test_it_refuses_what_is_no_amount(refused, number, alice, mona, amount, reason):
    refused("fin_capture", reason, username=alice, financeID=number, amount=amount, actor=mona)
