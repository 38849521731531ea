"""fin_void: let go of money that was held."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, alice, mona):
    return db.call("fin_hold", username=alice, amount="123.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]


def test_it_makes_the_money_available_again(db, number, alice, mona, money, movement):
    assert db.call("fin_void", username=alice, financeID=number, actor=mona).reason == "voided"
    assert [str(value) for value in money(alice)[1:4]] == ["1000.00", "0.00", "1000.00"]
    assert movement(alice, number).status == "cancelled"


def test_the_same_key_has_one_effect(once, number, alice, mona, money):
    once("fin_void", username=alice, financeID=number, actor=mona)
    assert str(money(alice).available) == "1000.00"


def test_twice_is_refused(db, refused, number, alice, mona):
    """F09."""
    assert db.call("fin_void", username=alice, financeID=number, actor=mona).ok
    refused("fin_void", "already_voided", username=alice, financeID=number, actor=mona)


def test_it_refuses_what_is_not_held(db, refused, number, alice, mona):
    refused("fin_void", "no_such_movement", username=alice, financeID=10**12, actor=mona)
    asked = db.call("fin_requestTopUp", username=alice, amount="5.00", actor=alice).details["financeID"]
    refused("fin_void", "not_held", username=alice, financeID=asked, actor=mona)
    assert db.call("fin_capture", username=alice, financeID=number, actor=mona).ok
    refused("fin_void", "already_captured", username=alice, financeID=number, actor=mona)


def test_it_is_for_managers_and_their_keys(guarded, number, alice):
    guarded("fin_void", username=alice, financeID=number)
