"""fin_reverse_preview: what a reversal would do, in numbers."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, bob, mona):
    return db.call("fin_topUp", username=bob, amount="50.00", purpose="cash", actor=mona).details["financeID"]


def test_it_says_the_numbers_and_writes_nothing(db, untouched, number, bob, mona):
    with untouched():
        outcome = db.call("fin_reverse_preview", username=bob, financeID=number, actor=mona)
    assert outcome.details == {
        "financeID": number,
        "amount": "-50.00",
        "currency": "EUR",
        "balanceBefore": "50.00",
        "balanceAfter": "0.00",
        "missing": None,
    }


def test_the_reversal_does_what_was_said(db, number, bob, mona):
    said = db.call("fin_reverse_preview", username=bob, financeID=number, actor=mona)
    done = db.call("fin_reverse", username=bob, financeID=number, note="no", actor=mona)
    assert (done.details["amount"], done.details["balance"]) == (
        said.details["amount"],
        said.details["balanceAfter"],
    )


def test_it_says_what_would_be_missing(db, number, bob, mona):
    assert db.call("fin_charge", username=bob, amount="20.00", purpose="service", actor=mona).ok
    outcome = db.call("fin_reverse_preview", username=bob, financeID=number, actor=mona)
    assert (outcome.result, outcome.details["missing"]) == (1, "20.00")


def test_it_refuses_what_the_reversal_refuses(db, refused, number, bob, mona, nina, locked, alice):
    preview = "fin_reverse_preview"
    refused(preview, "no_such_user", username="nobody", financeID=number, actor=mona)
    with db.as_role("portal_web"):
        refused(preview, "actor_required", username=bob, financeID=number)
    refused(preview, "no_such_actor", username=bob, financeID=number, actor="nobody")
    refused(preview, "actor_locked", username=bob, financeID=number, actor=locked)
    refused(preview, "not_allowed", username=bob, financeID=number, actor=bob)
    refused(preview, "own_account", username=mona, financeID=number, actor=mona)
    refused(preview, "no_such_movement", username=bob, financeID=10**12, actor=mona)
    mirror = db.call("fin_reverse", username=bob, financeID=number, note="no", actor=mona).details[
        "financeID"
    ]
    refused(preview, "already_reversed", username=bob, financeID=number, actor=mona)
    refused(preview, "not_reversible", username=bob, financeID=mirror, actor=mona)
    large = db.call("fin_topUp", username=alice, amount="2000.00", purpose="x", actor=mona).details[
        "financeID"
    ]
    assert db.call("fin_approve", username=alice, financeID=large, actor=nina).ok
    refused(preview, "same_person", username=alice, financeID=large, actor=mona)


def test_it_refuses_what_belongs_to_a_tariff_and_what_has_no_room(db, refused, number, bob, mona):
    bought = db.row("SELECT * FROM fin_post('bob', -19.00, 'income:tariff', 'Team, 1 month', 'key', NULL)")
    db.execute("SELECT as_record('bob', 'test', '{}', 'key', NULL, done('test', 'A purchase by hand.'))")
    refused("fin_reverse_preview", "belongs_to_tariff", username=bob, financeID=bought.id, actor=mona)
    charge = db.call("fin_charge", username=bob, amount="1.00", purpose="x", actor=mona).details["financeID"]
    db.execute("UPDATE fin_accounts SET balance = 999999999999.99 WHERE username = 'bob'")
    refused("fin_reverse_preview", "balance_too_large", username=bob, financeID=charge, actor=mona)
    db.execute("UPDATE fin_accounts SET balance = 30.00 WHERE username = 'bob'")
