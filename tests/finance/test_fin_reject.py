"""fin_reject: turn down what was asked for, and say why."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, bob):
    return db.call("fin_requestTopUp", username=bob, amount="50.00", actor=bob).details["financeID"]


def test_it_cancels_and_tells_the_person_why(db, number, bob, mona, movement, mails):
    outcome = db.call("fin_reject", username=bob, financeID=number, note="It never came.", actor=mona)
    assert outcome.reason == "rejected"
    assert movement(bob, number).status == "cancelled"
    assert mails(bob) == ["top_up_rejected"]
    letter = db.row("SELECT details FROM job_outbox WHERE username = %s AND kind = 'top_up_rejected'", [bob])
    assert (letter.details["note"], letter.details["amount"]) == ("It never came.", "50.00")


def test_the_same_key_has_one_effect(once, number, bob, mona):
    once("fin_reject", username=bob, financeID=number, note="It never came.", actor=mona)


def test_a_manager_takes_his_own_posting_back_without_a_letter(db, bob, mona, mails):
    asked = db.call("fin_topUp", username=bob, amount="2000.00", purpose="cash", actor=mona)
    assert db.call(
        "fin_reject", username=bob, financeID=asked.details["financeID"], note="Wrong person", actor=mona
    ).ok
    assert mails(bob) == []


def test_it_is_for_managers_and_their_keys(db, guarded, alice):
    asked = db.call("fin_requestTopUp", username=alice, amount="5.00", actor=alice)
    guarded("fin_reject", username=alice, financeID=asked.details["financeID"], note="no")


@pytest.mark.parametrize(
    ("note", "reason"), [(" ", "note_missing"), (None, "note_missing"), ("x" * 201, "note_too_long")]
)
def test_it_wants_to_know_why(refused, number, bob, mona, note, reason):
    refused("fin_reject", reason, username=bob, financeID=number, note=note, actor=mona)


def test_it_refuses_what_does_not_wait(db, refused, number, bob, mona):
    refused("fin_reject", "no_such_movement", username=bob, financeID=10**12, note="no", actor=mona)
    assert db.call("fin_approve", username=bob, financeID=number, actor=mona).ok
    refused("fin_reject", "already_posted", username=bob, financeID=number, note="no", actor=mona)
    other = db.call("fin_requestTopUp", username=bob, amount="5.00", actor=bob).details["financeID"]
    assert db.call("fin_reject", username=bob, financeID=other, note="no", actor=mona).ok
    refused("fin_reject", "already_cancelled", username=bob, financeID=other, note="no", actor=mona)
    held = db.call("fin_hold", username=bob, amount="1.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]
    refused("fin_reject", "not_waiting", username=bob, financeID=held, note="no", actor=mona)
