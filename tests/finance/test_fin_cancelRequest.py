"""fin_cancelRequest: take one's own top-up request back."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, bob):
    return db.call("fin_requestTopUp", username=bob, amount="50.00", actor=bob).details["financeID"]


def test_it_cancels(db, number, bob, movement, mails):
    outcome = db.call("fin_cancelRequest", username=bob, financeID=number, actor=bob)
    assert (outcome.reason, movement(bob, number).status) == ("request_cancelled", "cancelled")
    assert mails(bob) == []


def test_the_same_key_has_one_effect(once, number, bob):
    once("fin_cancelRequest", username=bob, financeID=number, actor=bob)


def test_it_is_for_oneself(guarded):
    guarded("fin_cancelRequest", needs="self", username="luke", financeID=1)


def test_it_refuses_what_does_not_wait(db, refused, number, bob, mona):
    refused("fin_cancelRequest", "no_such_movement", username=bob, financeID=10**12, actor=bob)
    assert db.call("fin_approve", username=bob, financeID=number, actor=mona).ok
    refused("fin_cancelRequest", "already_posted", username=bob, financeID=number, actor=bob)
    other = db.call("fin_requestTopUp", username=bob, amount="5.00", actor=bob).details["financeID"]
    assert db.call("fin_cancelRequest", username=bob, financeID=other, actor=bob).ok
    refused("fin_cancelRequest", "already_cancelled", username=bob, financeID=other, actor=bob)


def test_what_managers_prepare_is_not_the_persons_to_cancel(db, refused, alice, mona):
    posting = db.call("fin_topUp", username=alice, amount="2000.00", purpose="cash", actor=mona)
    held = db.call("fin_hold", username=alice, amount="5.00", purpose="deposit", actor=mona)
    for outcome in (posting, held):
        number = outcome.details["financeID"]
        refused("fin_cancelRequest", "no_such_movement", username=alice, financeID=number, actor=alice)
