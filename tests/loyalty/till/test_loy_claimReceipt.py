"""A receipt that was bought without a card is claimed later, by the person or at the till, and earns."""

import json

import pytest

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish

BOOTS = ("BOOTS", 2, "50.00", {"brand": "columbia"})
#: 100.00, a tenth off, 3.00 off the receipt.
NET = "87.00"


@pytest.fixture
def claim(db, till):
    def ask(username, number=17, net=NET, **given):
        return db.call("loy_claimReceipt", username=username, **till.called(number), net=net, **given)

    return ask


@pytest.fixture
def sold(till, shop):
    return told(till.sell(None, BOOTS, number=17))


def test_a_claimed_receipt_earns_as_if_the_card_had_been_shown(
    db, till, alice, sold, claim, balance, healthy
):
    outcome = claim(alice, actor=alice)
    assert outcome.ok and outcome.details["earned"] == "4.35"
    assert db.row("SELECT username, is_booked FROM loy_receiptList") == (alice, False)
    till.book()
    assert balance(alice) == "4.35"
    row = db.row("SELECT * FROM loy_receiptList")
    assert (str(row.net), str(row.earned)) == (NET, "4.35")
    # Its till is told the same as ever.
    assert told(till.sell(None, BOOTS, number=17)) == sold


def test_what_took_something_off_stays_whatever_is_in_force(db, till, alice, sold, claim, at, healthy):
    at(1)
    publish(db, {"code": "half", "kind": "percent", "value": 50})
    assert claim(alice, actor=alice).details["earned"] == "4.35"
    assert str(db.value("SELECT discount FROM loy_receipts")) == "13.00"


def test_what_came_back_earns_nothing(db, till, alice, sold, claim, balance, healthy):
    told(till.give_back(17, (1, 1)))
    first = claim(alice, actor=alice)
    assert first.ok and first.details["earned"] == "2.17"
    assert claim(alice, actor=alice) == first
    till.book()
    assert balance(alice) == "2.17"
    assert str(db.value("SELECT amount FROM loy_purchases")) == "43.50"
    told(till.give_back(17, (1, 1)))
    assert balance(alice) == "0.00"


def test_what_came_back_as_a_whole_is_no_purchase(db, till, alice, sold, claim, balance, healthy):
    told(till.give_back(17, (1, 2)))
    assert claim(alice, actor=alice).details["earned"] == "0.00"
    till.book()
    assert balance(alice) == "0.00"
    row = db.row("SELECT amount, receipts FROM loy_purchases WHERE username = 'alice'")
    assert (str(row.amount), row.receipts) == ("0.00", 0)


@pytest.mark.parametrize("back", [0, 1, 2])
def test_a_budget_gives_what_is_earned_in_the_end(db, till, alice, claim, balance, healthy, back):
    publish(
        db,
        {
            "code": "member",
            "kind": "earnPercent",
            "value": 10,
            "conditions": {"member": ["true"]},
            "budget": 50,
        },
    )
    told(till.sell(None, BOOTS, number=17))
    if back:
        told(till.give_back(17, (1, back)))
    outcome = claim(alice, net="100.00")
    till.book()
    given = "SELECT sum(given) FROM loy_budgetSlots WHERE promotion = 'member'"
    assert outcome.details["earned"] == balance(alice) == str(db.value(given)) == f"{10 - 5 * back}.00"


def test_it_is_claimed_once(db, till, alice, bob, mona, sold, claim, unchanged):
    assert claim(alice, actor=alice, requestKey="mine").ok
    with unchanged(db):
        assert claim(alice, actor=alice, requestKey="mine").ok
        assert claim(bob, actor=bob).reason == "receipt_taken"
        assert claim(bob, actor=alice).reason == "not_allowed"
    assert claim(alice, actor=mona).ok


def test_whoever_guesses_gets_nothing(db, till, alice, sold, claim, untouched):
    told(till.give_back(17, (1, 1), number=18))
    with untouched():
        for number, net in ((17, "87.01"), (16, NET), (18, "-43.50"), (17, None)):
            assert claim(alice, number=number, net=net, actor=alice).reason == "no_such_sale"


def test_who_may_not_claim(db, till, alice, bob, mona, sold, claim, untouched):
    with untouched():
        assert claim("nobody").reason == "no_such_user"
        assert claim(alice, actor="nobody").reason == "no_such_actor"
    assert db.call("loy_blockAccount", username=alice, note="lost", actor=mona).ok
    assert db.call("loy_mergeAccounts", username="mona", otherUsername=bob, note="").ok
    with untouched():
        assert claim(alice).reason == "account_blocked"
        assert claim(bob).reason == "account_merged"


def test_after_some_days_it_is_too_late(db, till, alice, sold, claim, at, untouched):
    at(15)
    with untouched():
        assert claim(alice, actor=alice).reason == "claim_too_late"


# At the till


def at_till(db, till, number=17, key=PHONE, net=NET, **of):
    sale = {"till": "1", "businessDay": till.today, "number": str(number)} | of
    return db.call("loy_claimAtTill", storeID=till.store, key=key, sale=json.dumps(sale), net=net)


def test_a_till_gives_it_to_who_shows_his_card(db, till, alice, sold, balance, healthy):
    first = at_till(db, till)
    assert first.ok and first.details["earned"] == "4.35" and first.details["account"]["name"] == "Alice"
    assert at_till(db, till).details["earned"] == "4.35"
    till.book()
    assert balance(alice) == "4.35"


def test_what_a_till_cannot_give(db, till, alice, sold, untouched):
    with untouched():
        assert at_till(db, till, number=16).reason == "no_such_sale"
        assert at_till(db, till, key="+421 999 999 999").reason == "no_such_account"
        assert at_till(db, till, key="").reason == "no_such_account"
        assert at_till(db, till, store="s002").reason == "other_store"
        assert at_till(db, till, businessDay="x").reason == "wrong_sale"
        till.store = "s999"
        assert at_till(db, till).reason == "no_such_store"
