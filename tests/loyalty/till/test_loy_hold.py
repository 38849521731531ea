"""A hold promises a price and sets bonuses aside; a quote promises and writes nothing."""

import pytest

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish

BOOTS = ("BOOTS", 2, "49.90", {"brand": "columbia"})
SOCKS = ("SOCKS", 1, "5.00")
HALF = {"code": "half", "kind": "percent", "value": 50}


def test_a_quote_writes_nothing_and_every_one_is_decided_anew(till, alice, grant, untouched):
    grant(alice, 100)
    with untouched():
        one = till.quote(PHONE, BOOTS, pay="max")
        two = till.quote(PHONE, BOOTS, SOCKS, pay="max")
        nobody = till.quote(None, BOOTS, pay="max")
    assert one.ok and one.details["account"]["balance"] == "100.00"
    assert two.details["decision"]["gross"] == "104.80" and two.details["decision"]["discount"] == "12.98"
    assert nobody.details["account"] is None and nobody.details["decision"]["bonus"] == "0.00"


def test_a_hold_sets_bonuses_aside_and_keeps_its_price(db, till, alice, grant, balance, healthy):
    grant(alice, 20)
    held = told(till.hold(PHONE, BOOTS, number=17, pay="max"))
    assert held["decision"]["bonus"] == "20.00" and held["expiresAt"]
    assert till.quote(PHONE, BOOTS, pay="max").details["decision"]["bonus"] == "0.00"
    assert balance(alice) == "20.00"  # it is still his
    publish(db)  # from now on nothing is given
    sold = told(till.sell(PHONE, BOOTS, number=17, pay="max", expectedNet=held["decision"]["net"]))
    assert sold["decision"] == held["decision"]
    assert balance(alice) == "0.00"
    assert db.value("SELECT count(*) FROM loy_holds") == db.value("SELECT count(*) FROM loy_holdLots") == 0


def test_after_it_has_expired_it_is_decided_again(db, till, alice, grant, at, healthy):
    grant(alice, 20)
    held = told(till.hold(PHONE, BOOTS, number=17, pay="max"))
    publish(db)
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + '11 minutes'")
    assert till.quote(PHONE, BOOTS, pay="max").details["decision"]["bonus"] == "20.00"
    refused = till.sell(PHONE, BOOTS, number=17, pay="max", expectedNet=held["decision"]["net"])
    assert refused.reason == "price_changed"
    assert told(till.sell(PHONE, BOOTS, number=17, pay="max"))["decision"]["discount"] == "0.00"
    assert db.value("SELECT count(*) FROM loy_holds") == 0


def test_the_same_hold_again_is_answered_the_same_and_another_takes_its_place(
    db, till, alice, grant, healthy
):
    grant(alice, 20)
    first = till.hold(PHONE, BOOTS, number=17, pay="5.00")
    assert till.hold(PHONE, BOOTS, number=17, pay="5.00") == first
    second = told(till.hold(PHONE, BOOTS, SOCKS, number=17, pay="7.00"))
    assert second["decision"]["bonus"] == "7.00"
    assert str(db.value("SELECT sum(amount) FROM loy_holdLots")) == "7.00"


def test_another_basket_than_the_held_one_is_not_entered(till, alice, untouched):
    told(till.hold(PHONE, BOOTS, number=17))
    with untouched():
        assert till.sell(PHONE, BOOTS, SOCKS, number=17).reason == "hold_differs"


def test_cancelling_frees_the_bonuses_and_can_be_sent_again(db, till, alice, grant, healthy):
    grant(alice, 20)
    told(till.hold(PHONE, BOOTS, number=17, pay="max"))
    for _ in range(2):
        assert till.cancel(PHONE, 17).reason == "hold_cancelled"
    assert till.quote(PHONE, BOOTS, pay="max").details["decision"]["bonus"] == "20.00"
    assert told(till.hold(None, BOOTS, number=18))["account"] is None
    assert till.cancel(None, 18).ok
    assert db.value("SELECT count(*) FROM loy_holds") == 0


def test_an_entered_receipt_is_neither_held_nor_cancelled(till, alice, untouched):
    told(till.sell(PHONE, BOOTS, number=17))
    with untouched():
        assert till.hold(PHONE, BOOTS, number=17).reason == "receipt_entered"
        assert till.cancel(PHONE, 17).reason == "receipt_entered"
        assert till.cancel("+421 999 999 999", 18).reason == "no_such_account"
        assert till.hold("+421 999 999 999", BOOTS, number=18).reason == "no_such_account"


def test_the_hold_of_a_blocked_account_can_be_let_go(db, till, alice, mona, grant):
    grant(alice, 20)
    told(till.hold(PHONE, BOOTS, number=17, pay="max"))
    assert db.call("loy_blockAccount", username=alice, note="lost", actor=mona).ok
    assert till.hold(PHONE, BOOTS, number=18).reason == "account_blocked"
    assert till.cancel(PHONE, 17).ok and db.value("SELECT count(*) FROM loy_holdLots") == 0


@pytest.fixture
def half(db, shop):
    """Half of everything, as long as 30.00 last."""
    publish(db, HALF | {"budget": 30, "budgetPeriod": "always", "budgetPer": "installation"})
    return lambda: str(db.value("SELECT coalesce(sum(given), 0) FROM loy_budgetSlots"))


def test_a_hold_takes_its_part_of_a_budget_once(db, till, alice, half, healthy):
    told(till.hold(PHONE, SOCKS, number=17))
    assert half() == "2.50"
    told(till.sell(PHONE, SOCKS, number=17))
    assert half() == "2.50"
    told(till.hold(PHONE, ("X", 1, "50.00"), number=18))
    assert half() == "27.50"
    assert till.cancel(PHONE, 18).ok and half() == "2.50"


def test_what_an_expired_hold_had_of_a_budget_goes_back(db, till, alice, half):
    told(till.hold(PHONE, ("X", 1, "50.00"), number=17))
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + '11 minutes'")
    assert [row.username for row in db.read("SELECT * FROM loy_expiredHolds")] == [alice]
    assert db.call("loy_releaseExpired", username=alice).details == {"holds": 1}
    assert half() == "0.00" and db.value("SELECT count(*) FROM loy_holds") == 0


def test_a_budget_that_is_spent_gives_nothing_more(db, till, alice, half, healthy):
    told(till.sell(PHONE, ("X", 1, "60.00")))
    assert half() == "30.00"
    assert told(till.sell(PHONE, ("X", 1, "60.00")))["decision"]["discount"] == "0.00"


def test_more_than_is_left_of_a_budget_is_not_given_and_decided_without_it(
    db, till, alice, half, untouched, healthy
):
    told(till.sell(PHONE, ("X", 1, "40.00")))
    answer = told(till.sell(PHONE, ("X", 1, "60.00"), number=2))
    assert answer["decision"]["discount"] == "0.00" and half() == "20.00"
    shown = till.quote(PHONE, ("X", 1, "60.00")).details["decision"]["net"]
    refused = till.sell(PHONE, ("X", 1, "60.00"), number=3, expectedNet=shown)
    assert refused.reason == "price_changed" and refused.details["net"] == "60.00"
    assert half() == "20.00" and db.value("SELECT count(*) FROM loy_receiptKeys") == 2
    assert told(till.hold(PHONE, ("X", 1, "60.00"), number=4))["decision"]["discount"] == "0.00"


def test_one_checkout_counts_once_however_many_lines_it_has(db, till, alice, healthy):
    """CU04: a coupon that may be used twice is used once by a receipt of three lines."""
    publish(
        db,
        {"code": "one-off", "kind": "amount", "value": 1, "phase": 2, "per": "receipt", "conditions": {"coupon": ["SPRING"]},
         "budget": 2, "budgetPeriod": "always", "budgetPer": "installation"},
    )  # fmt: skip
    three = [("X", 1, "10.00"), ("Y", 1, "10.00"), ("Z", 1, "10.00")]
    discounts = [told(till.sell(PHONE, *three, coupons=["spring"]))["decision"]["discount"] for _ in range(3)]
    assert discounts == ["1.00", "1.00", "0.00"]


@pytest.mark.parametrize("basket", [(BOOTS,), (BOOTS, SOCKS)])
@pytest.mark.parametrize("pay", ["none", "max"])
def test_what_a_till_sold_offline_keeps_its_own_price_whatever_was_held(
    db, till, alice, grant, balance, healthy, basket, pay
):
    publish(db, HALF | {"budget": "49.90"})
    grant(alice, 20)
    told(till.hold(PHONE, BOOTS, number=17, pay=pay))
    assert till.quote(None, BOOTS).details["decision"]["discount"] == "0.00"
    now = str(db.value("SELECT as_now()"))
    sold = told(till.sell(PHONE, *basket, number=17, pay=pay, soldAt=now, isOffline=True))["decision"]
    assert sold["net"] == sold["gross"] and sold["bonus"] == sold["discount"] == "0.00"
    assert balance(alice) == "20.00"
    assert db.value("SELECT count(*) FROM loy_holds") == db.value("SELECT count(*) FROM loy_holdLots") == 0
    # The budget of what was promised is there for the next buyer.
    assert till.quote(None, BOOTS).details["decision"]["discount"] == "49.90"
