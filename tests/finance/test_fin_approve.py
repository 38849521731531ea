"""fin_approve: post what a person, or another manager, asked for."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def request_of(db):
    def ask(username, amount="50.00"):
        return db.call("fin_requestTopUp", username=username, amount=amount, actor=username).details[
            "financeID"
        ]

    return ask


def test_it_posts_the_row_that_was_asked_for(db, request_of, bob, mona, movement, money, mails):
    number = request_of(bob)
    outcome = db.call("fin_approve", username=bob, financeID=number, actor=mona)
    assert (outcome.reason, outcome.details["financeID"]) == ("approved", number)
    row = movement(bob, number)
    assert (row.status, row.version, str(row.balance_after), row.actor) == ("posted", 1, "50.00", "bob")
    steps = db.read("SELECT status, actor FROM fin_statusHistory WHERE username = %s ORDER BY id", [bob])
    assert steps == [("created", "bob"), ("posted", "mona")]
    assert str(money(bob).balance) == "50.00"
    assert mails(bob) == ["top_up"]


def test_the_same_key_has_one_effect(once, request_of, bob, mona, money):
    once("fin_approve", username=bob, financeID=request_of(bob), actor=mona)
    assert str(money(bob).balance) == "50.00"


def test_a_large_posting_is_approved_by_another_manager(db, refused, bob, mona, nina, money):
    asked = db.call("fin_topUp", username=bob, amount="2000.00", purpose="sale of a car", actor=mona)
    number = asked.details["financeID"]
    refused("fin_approve", "same_person", username=bob, financeID=number, actor=mona)
    assert db.call("fin_approve", username=bob, financeID=number, actor=nina).ok
    assert str(money(bob).balance) == "2000.00"


def test_a_large_charge_is_judged_again_when_it_is_approved(db, refused, bob, mona, nina):
    assert db.call("fin_topUp", username=bob, amount="2000.00", purpose="cash").ok
    asked = db.call("fin_charge", username=bob, amount="1500.00", purpose="device", actor=mona)
    number = asked.details["financeID"]
    assert db.call("fin_charge", username=bob, amount="600.00", purpose="service", actor=mona).ok
    outcome = refused("fin_approve", "insufficient_balance", username=bob, financeID=number, actor=nina)
    assert outcome.details["missing"] == "100.00"
    assert db.call("fin_topUp", username=bob, amount="100.00", purpose="cash").ok
    assert db.call("fin_approve", username=bob, financeID=number, actor=nina).details["balance"] == "0.00"


def test_it_is_for_managers_and_their_keys(guarded, request_of, alice):
    guarded("fin_approve", username=alice, financeID=request_of(alice))


def test_it_refuses_what_does_not_wait(db, refused, request_of, bob, mona, charlie):
    refused("fin_approve", "no_such_movement", username=bob, financeID=10**12, actor=mona)
    refused("fin_approve", "no_such_movement", username=bob, financeID=request_of(charlie), actor=mona)
    refused("fin_approve", "invalid_value", username=bob, financeID="seven", actor=mona)
    done, dropped = request_of(bob), request_of(bob)
    assert db.call("fin_approve", username=bob, financeID=done, actor=mona).ok
    assert db.call("fin_cancelRequest", username=bob, financeID=dropped, actor=bob).ok
    refused("fin_approve", "already_posted", username=bob, financeID=done, actor=mona)
    refused("fin_approve", "already_cancelled", username=bob, financeID=dropped, actor=mona)
    held = db.call("fin_hold", username=bob, amount="1.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]
    refused("fin_approve", "not_waiting", username=bob, financeID=held, actor=mona)


def test_a_full_account_takes_no_more(db, refused, request_of, bob, mona):
    number = request_of(bob)
    db.execute("UPDATE fin_accounts SET balance = 999999999999.00 WHERE username = 'bob'")
    refused("fin_approve", "balance_too_large", username=bob, financeID=number, actor=mona)
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'bob'")
