"""fin_reverse: move a posted movement back, once, by its exact mirror."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def number(db, bob, mona):
    return db.call("fin_topUp", username=bob, amount="50.00", purpose="cash", actor=mona).details["financeID"]


def test_it_posts_the_mirror(db, number, bob, mona, money, movement):
    outcome = db.call("fin_reverse", username=bob, financeID=number, note="Entered twice", actor=mona)
    assert (outcome.reason, outcome.details["amount"], outcome.details["reverses"]) == (
        "reversed",
        "-50.00",
        number,
    )
    mirror = movement(bob, outcome.details["financeID"])
    assert (mirror.reverses_id, mirror.counterparty, mirror.purpose) == (
        number,
        "source:cash",
        "Entered twice",
    )
    assert (movement(bob, number).status, movement(bob, number).reversed) == ("reversed", True)
    assert str(money(bob).balance) == "0.00"


def test_a_charge_comes_back(db, number, bob, mona, money):
    charge = db.call("fin_charge", username=bob, amount="20.00", purpose="service", actor=mona)
    assert db.call(
        "fin_reverse", username=bob, financeID=charge.details["financeID"], note="no", actor=mona
    ).ok
    assert str(money(bob).balance) == "50.00"


def test_a_payment_with_held_money_comes_back_free(db, number, bob, mona, money):
    held = db.call("fin_hold", username=bob, amount="30.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]
    paid = db.call("fin_capture", username=bob, financeID=held, actor=mona).details["financeID"]
    assert db.call("fin_reverse", username=bob, financeID=paid, note="no", actor=mona).ok
    assert [str(value) for value in money(bob)[1:4]] == ["50.00", "0.00", "50.00"]


def test_the_same_key_has_one_effect(once, number, bob, mona, money):
    once("fin_reverse", username=bob, financeID=number, note="Entered twice", actor=mona)
    assert str(money(bob).balance) == "0.00"


def test_what_was_spent_cannot_go_back(db, refused, number, bob, mona):
    """F16: the money must be there, and once is once."""
    assert db.call("fin_charge", username=bob, amount="0.01", purpose="service", actor=mona).ok
    outcome = refused(
        "fin_reverse", "insufficient_balance", username=bob, financeID=number, note="no", actor=mona
    )
    assert outcome.details["missing"] == "0.01"
    assert db.call("fin_topUp", username=bob, amount="0.01", purpose="cash", actor=mona).ok
    assert db.call("fin_reverse", username=bob, financeID=number, note="no", actor=mona).ok
    refused("fin_reverse", "already_reversed", username=bob, financeID=number, note="no", actor=mona)


def test_it_refuses_what_is_no_posting(db, refused, number, bob, mona):
    refused("fin_reverse", "no_such_movement", username=bob, financeID=10**12, note="no", actor=mona)
    asked = db.call("fin_requestTopUp", username=bob, amount="5.00", actor=bob).details["financeID"]
    held = db.call("fin_hold", username=bob, amount="5.00", purpose="deposit", actor=mona).details[
        "financeID"
    ]
    mirror = db.call("fin_topUp", username=bob, amount="1.00", purpose="x", actor=mona).details["financeID"]
    mirror = db.call("fin_reverse", username=bob, financeID=mirror, note="no", actor=mona).details[
        "financeID"
    ]
    for other in (asked, held, mirror):
        refused("fin_reverse", "not_reversible", username=bob, financeID=other, note="no", actor=mona)


def test_what_a_tariff_moved_goes_back_with_the_tariff(db, refused, number, bob, mona):
    charge = db.row("SELECT * FROM fin_post('bob', -19.00, 'income:tariff', 'Team, 1 month', 'key', NULL)")
    db.execute("SELECT as_record('bob', 'test', '{}', 'key', NULL, done('test', 'A purchase by hand.'))")
    refused("fin_reverse", "belongs_to_tariff", username=bob, financeID=charge.id, note="no", actor=mona)


@pytest.mark.parametrize(("note", "reason"), [(None, "note_missing"), ("x" * 201, "note_too_long")])
def test_it_wants_to_know_why(refused, number, bob, mona, note, reason):
    refused("fin_reverse", reason, username=bob, financeID=number, note=note, actor=mona)


def test_a_large_posting_is_reversed_by_another_manager(db, refused, bob, mona, nina, root):
    asked = db.call("fin_topUp", username=bob, amount="2000.00", purpose="cash", actor=mona)
    number = asked.details["financeID"]
    assert db.call("fin_approve", username=bob, financeID=number, actor=nina).ok
    refused("fin_reverse", "same_person", username=bob, financeID=number, note="no", actor=mona)
    assert db.call("fin_reverse", username=bob, financeID=number, note="no", actor=root).ok


def test_it_is_for_managers_and_their_keys(guarded, db, alice, mona):
    number = db.call("fin_topUp", username=alice, amount="5.00", purpose="x", actor=mona).details["financeID"]
    guarded("fin_reverse", username=alice, financeID=number, note="no")


def test_a_full_account_takes_nothing_back(db, refused, number, bob, mona):
    charge = db.call("fin_charge", username=bob, amount="1.00", purpose="x", actor=mona).details["financeID"]
    db.execute("UPDATE fin_accounts SET balance = 999999999999.99 WHERE username = 'bob'")
    refused("fin_reverse", "balance_too_large", username=bob, financeID=charge, note="no", actor=mona)
    db.execute("UPDATE fin_accounts SET balance = 49.00 WHERE username = 'bob'")
