"""Goods come back as the mirror of their sale: money, bonuses to their own lots, what was earned, purchases, tier, budget."""

import itertools
import json
import random

import pytest

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish
from tests.people import register

COLUMBIA = {"brand": "columbia"}
BOOTS = ("BOOTS", 3, "49.90", COLUMBIA)
SOCKS = ("SOCKS", 1, "3.33")
#: A third of it cannot be paid.
PENNIES = ("PENNIES", 3, "0.33")


def state(db) -> dict:
    """Everything that a full return has to leave as it was, but for rows that say zero."""
    return {
        "lots": db.read("SELECT lotID, remaining FROM loy_lots WHERE receiptID IS NULL ORDER BY 1"),
        "open": db.read("SELECT lotID FROM loy_lots WHERE receiptID IS NOT NULL AND NOT isSpent"),
        "bought": db.read("SELECT username, month, amount FROM loy_purchases WHERE amount <> 0 OR receipts <> 0"),
        "tier": db.read("SELECT username, tier FROM loy_accounts WHERE isPerson ORDER BY 1"),
        "given": db.read("SELECT sum(given) FROM loy_budgetSlots HAVING sum(given) > 0"),
    }  # fmt: skip


def test_one_of_three_comes_back(db, till, alice, grant, balance, healthy):
    lot = grant(alice, 30)
    sale = told(till.sell(PHONE, BOOTS, SOCKS, number=17, pay="30.00"))["decision"]
    till.book()
    answer = told(till.give_back(17, (1, 1)))
    line = sale["lines"][0]
    share = {name: round(float(line[name]) / 3, 2) for name in ("net", "bonus", "discount", "earned")}
    assert float(answer["refund"]) == pytest.approx(share["net"])
    assert float(answer["bonus"]) == pytest.approx(share["bonus"])
    assert float(answer["earned"]) == pytest.approx(share["earned"])
    assert answer["deducted"] == answer["notTakenBack"] == "0.00"
    assert db.value("SELECT remaining FROM loy_lots WHERE lotID = %s", [lot]) == pytest.approx(
        db.value("SELECT %s::numeric", [answer["bonus"]])
    )
    row = db.row("SELECT * FROM loy_receiptList WHERE kind = 'sale'")
    assert row.returned == "part"
    assert str(db.value("SELECT amount FROM loy_purchases")) == str(
        db.value("SELECT %s::numeric - %s::numeric", [sale["net"], answer["refund"]])
    )


@pytest.mark.parametrize("isBooked", [True, False])
@pytest.mark.parametrize("parts", [[3], [1, 2], [1, 1, 1], ["0.5", "1.25", "1.25"]])
def test_all_of_it_together_leaves_everything_as_it_was(
    db, till, alice, grant, balance, healthy, isBooked, parts
):
    grant(alice, 50)
    grant(alice, 7, kind="promotional")
    before = state(db)
    lines = [BOOTS, PENNIES, ("ROPE", "2.5", "9.99")]
    sale = told(till.sell(PHONE, *lines, number=17, pay="max"))["decision"]
    if isBooked:
        till.book()
    refunds = []
    for place, part in enumerate(parts):
        back = [(1, part), (2, part)] + ([(3, "2.5")] if place == 0 else [])
        answer = told(till.give_back(17, *back))
        assert float(answer["refund"]) >= 0 and float(answer["bonus"]) >= 0
        refunds.append(answer)
    for name, key in (("net", "refund"), ("bonus", "bonus"), ("earned", "earned")):
        assert round(sum(float(answer[key]) for answer in refunds), 2) == float(sale[name])
    assert state(db) == before
    assert till.book() == 0
    assert balance(alice) == "57.00"
    # The rows of the sale and of its returns are each other's mirror.
    totals = "SELECT sum(gross) + sum(discount) + sum(bonus) + sum(net) + sum(earned) FROM loy_receiptLines"
    assert db.value(totals) == 0
    assert db.value("SELECT sum(amount) FROM loy_lineDiscounts") == 0
    assert db.value("SELECT returned FROM loy_receiptList WHERE kind = 'sale'") == "all"


def test_random_parts_of_random_receipts_add_up(db, till, alice, grant, balance, healthy):
    chance = random.Random(11)
    grant(alice, 500)
    before = state(db)
    for number in range(12):
        lines = [
            (f"S{n}", chance.randint(1, 7), f"{chance.randint(1, 9999) / 100:.2f}", COLUMBIA if chance.random() < 0.5 else {})
            for n in range(chance.randint(1, 4))
        ]  # fmt: skip
        sale = told(till.sell(PHONE, *lines, number=f"r{number}", pay="max"))["decision"]
        if chance.random() < 0.5:
            till.book()
        left = {n: quantity for n, (_, quantity, *_) in enumerate(lines, 1)}
        paid = 0
        while left:
            line = chance.choice(list(left))
            quantity = chance.randint(1, left[line])
            paid += round(float(told(till.give_back(f"r{number}", (line, quantity)))["refund"]) * 100)
            left[line] -= quantity
            if left[line] == 0:
                del left[line]
        assert paid == round(float(sale["net"]) * 100)
    assert state(db) == before and balance(alice) == "500.00"


def test_the_same_return_again_is_answered_the_same(db, till, alice, unchanged):
    till.sell(PHONE, BOOTS, number=17)
    first = till.give_back(17, (1, 1), number=18)
    with unchanged(db):
        assert till.give_back(17, (1, 1), number=18) == first
        assert till.give_back(17, (1, 2), number=18).reason == "receipt_changed"
        assert till.sell(PHONE, SOCKS, number=18).reason == "receipt_changed"


def test_more_than_is_left_does_not_come_back(db, till, alice, untouched):
    till.sell(PHONE, BOOTS, SOCKS, number=17)
    told(till.give_back(17, (1, 2)))
    with untouched():
        refused = till.give_back(17, (2, 1), (1, "1.001"))
    assert refused.reason == "nothing_left" and refused.details["left"] == "1"


def test_what_cannot_come_back_is_refused(db, till, alice, untouched):
    told(till.sell(PHONE, SOCKS, number=17))
    told(till.give_back(17, (1, 1), number=18))
    with untouched():
        given = {"sale": json.dumps({"till": "1", "businessDay": till.today, "number": "17"}), "lines": "[]"}
        refused = db.call("loy_return", **till.called(99), **given, soldAt="infinity")
        assert (refused.reason, refused.details) == ("invalid_value", {"field": "soldAt"})
        assert till.give_back(99, (1, 1)).reason == "no_such_sale"
        assert till.give_back(18, (1, 1)).reason == "no_such_sale"
        assert till.give_back(17, (2, 1)).reason == "no_such_line"
        assert till.give_back(17).reason == "no_lines"
        assert till.give_back(17, *[(1, 1)] * 2001).reason == "too_many_lines"
        assert till.give_back(17, (1, 1), (1, 1)).reason == "wrong_line"
        assert till.give_back(17, ("x", 1)).reason == "wrong_line"
        for quantity in ("0", "-1", "0.0001", "all"):
            assert till.give_back(17, (1, quantity)).reason == "wrong_quantity"
        for sale in (
            {"businessDay": "2026-02-30"},
            {"till": 1},
            {"till": None},
            {"store": 7},
            {"businessDay": None},
        ):
            assert till.give_back(17, (1, 1), **sale).reason == "wrong_sale"


def test_another_store_takes_goods_back_only_where_the_setting_says_so(
    db, till, alice, root, untouched, healthy
):
    told(till.sell(PHONE, SOCKS, number=17))
    till.store = "s002"
    with untouched():
        assert till.give_back(17, (1, 1)).reason == "no_such_sale"
        assert till.give_back(17, (1, 1), store="s001").reason == "other_store"
    db.call("as_setSetting", code="loyReturnElsewhere", value="true")
    assert told(till.give_back(17, (1, 1), store="s001"))["sale"]["store"] == "s001"


def test_goods_that_are_too_old_do_not_come_back(db, till, alice, at, untouched):
    told(till.sell(PHONE, SOCKS, number=17))
    day = till.today
    at(731)
    till.today = str(db.value("SELECT as_today()"))
    with untouched():
        assert till.give_back(17, (1, 1), businessDay=day).reason == "return_too_late"


# Bonuses that came from a lot that is over


def test_bonuses_of_an_expired_lot_come_back_with_some_days_of_grace(
    db, till, alice, grant, balance, at, healthy
):
    lot = grant(alice, 10, kind="promotional")  # 30 days
    told(till.sell(PHONE, ("X", 2, "50.00"), number=17, pay="10.00"))
    day = till.today
    at(40)
    till.today = str(db.value("SELECT as_today()"))
    answer = told(till.give_back(17, (1, 1), businessDay=day))
    assert answer["bonus"] == "5.00"
    # 4.35 were earned, of which 2.18 went with the goods.
    assert balance(alice) == "7.17"
    grace = db.row("SELECT * FROM loy_lots WHERE restoresID IS NOT NULL")
    assert (grace.restoresid, grace.kind, (grace.validto - grace.validfrom).days) == (lot, "promotional", 14)
    # It is spent and comes back after it has ended too: grace is given once.
    till.book()
    told(till.sell(PHONE, ("X", 1, "50.00"), number=19, pay="5.00"))
    bought = till.today
    at(20)
    till.today = str(db.value("SELECT as_today()"))
    told(till.give_back(19, (1, 1), businessDay=bought))
    assert db.value("SELECT count(*) FROM loy_lots WHERE restoresID IS NOT NULL") == 1
    assert balance(alice) == "2.17"


# Bonuses that were earned and are spent


def spend_what_was_earned(till, alice):
    """Earn 5.00 by receipt 17, and pay all of it for receipt 18."""
    told(till.sell(PHONE, ("X", 1, "100.00"), number=17))
    till.book()
    assert told(till.sell(PHONE, ("Y", 1, "50.00"), number=18, pay="4.85"))["decision"]["bonus"] == "4.85"


@pytest.fixture
def policy(db):
    return lambda value: db.call("as_setSetting", code="loyReturnPolicy", value=value)


def test_within_the_balance_only_what_is_left_is_taken_back(till, alice, balance, policy, healthy):
    policy("withinBalance")
    spend_what_was_earned(till, alice)
    till.book()  # 2.26 for the second one
    answer = told(till.give_back(17, (1, 1)))
    assert (answer["refund"], answer["deducted"], answer["notTakenBack"]) == ("97.00", "0.00", "2.59")
    assert balance(alice) == "0.00"


def test_unlimited_the_rest_is_kept_of_the_money(db, till, alice, balance, policy, healthy):
    policy("unlimited")
    spend_what_was_earned(till, alice)
    answer = told(till.give_back(17, (1, 1)))
    assert (answer["refund"], answer["deducted"], answer["notTakenBack"]) == ("92.15", "4.85", "0.00")
    assert str(db.value("SELECT deducted FROM loy_receipts WHERE kind = 'return'")) == "4.85"
    assert balance(alice) == "0.00"


def test_only_pending_leaves_what_works_already(db, till, alice, grant, balance, policy, healthy):
    policy("onlyPending")
    spend_what_was_earned(till, alice)
    till.book()
    active = grant(alice, 30)
    pending = grant(alice, 2, validFrom="2098-01-01", validTo="2099-01-01")
    answer = told(till.give_back(17, (1, 1)))
    assert answer["notTakenBack"] == "2.85"
    left = dict(db.read("SELECT lotID, remaining FROM loy_lots"))
    assert (str(left[active]), str(left[pending])) == ("30.00", "0.00")


def test_what_a_till_holds_is_not_taken_back(till, alice, balance, healthy):
    told(till.sell(PHONE, ("X", 1, "100.00"), number=17))
    till.book()
    held = told(till.hold(PHONE, ("Y", 1, "50.00"), number=18, pay="max"))
    answer = told(till.give_back(17, (1, 1)))
    assert answer["notTakenBack"] == held["decision"]["bonus"] == "4.85"
    assert told(till.sell(PHONE, ("Y", 1, "50.00"), number=18, pay="max"))["decision"]["bonus"] == "4.85"


# Others


def test_a_tier_that_was_reached_goes_with_the_goods(db, till, alice, healthy):
    told(till.sell(PHONE, ("SKIS", 4, "600.00"), number=17))
    till.book()
    assert db.value("SELECT tier FROM loy_accounts WHERE username = 'alice'") == "gold"
    assert db.value("SELECT loy_getBalance('alice', NULL, 'service')") > 0
    told(till.give_back(17, (1, 4)))
    assert db.value("SELECT tier FROM loy_accounts WHERE username = 'alice'") == "blue"
    assert db.value("SELECT loy_getBalance('alice', NULL, 'service')") == 0


def test_a_budget_gets_its_part_back(db, till, alice, healthy):
    publish(
        db,
        {"code": "half", "kind": "percent", "value": 50, "budget": 100, "budgetPeriod": "always", "budgetPer": "installation"},
    )  # fmt: skip
    told(till.sell(PHONE, ("X", 2, "40.00"), number=17))
    assert str(db.value("SELECT sum(given) FROM loy_budgetSlots")) == "40.00"
    told(till.give_back(17, (1, 1)))
    assert str(db.value("SELECT sum(given) FROM loy_budgetSlots")) == "20.00"
    told(till.give_back(17, (1, 1)))
    assert str(db.value("SELECT sum(given) FROM loy_budgetSlots")) == "0.00"


def test_goods_of_nobody_come_back(db, till, shop, healthy):
    told(till.sell(None, BOOTS, number=17))
    assert told(till.give_back(17, (1, 3)))["refund"] == "131.73"


def test_goods_of_a_merged_account_come_back_to_the_one_it_is_now(
    db, till, alice, bob, mona, grant, balance, healthy
):
    db.call("as_changeKey", username=bob, kind="phone", value="+421 903 999 999", actor=bob)
    grant(alice, 10)
    told(till.sell(PHONE, ("X", 1, "100.00"), number=17, pay="10.00"))
    till.book()
    before = balance(alice)
    outcome = db.call("loy_mergeAccounts", username=bob, otherUsername=alice, note="one person", actor=mona)
    assert outcome.ok, outcome
    assert balance(bob) == before
    answer = told(till.give_back(17, (1, 1)))
    assert answer["bonus"] == "10.00"
    assert (balance(alice), balance(bob)) == ("0.00", "10.00")
    assert str(db.value("SELECT amount FROM loy_purchases WHERE username = 'bob'")) == "0.00"


def test_a_gift_of_bonuses_is_taken_back_by_the_lines_that_it_was_given_for(
    db, till, alice, balance, healthy
):
    publish(
        db,
        {
            "code": "gift",
            "kind": "giftBonus",
            "minTotal": 50,
            "offer": {"kind": "promotional", "amount": "10.00"},
        },
    )
    answer = told(till.sell(PHONE, ("X", 1, "75.00"), ("Y", 1, "25.00"), number=17))
    assert answer["decision"]["earned"] == "10.00"
    till.book()
    assert balance(alice) == "10.00"
    assert told(till.give_back(17, (1, 1)))["earned"] == "7.50"
    assert balance(alice) == "2.50"


def test_service_points_come_back_to_services(db, till, alice, grant, balance, healthy):
    grant(alice, 30, kind="service")
    db.execute("INSERT INTO loy_products VALUES ('SHARPEN', 'Sharpening', '{}', 0, false, true, now())")
    answer = told(till.sell(PHONE, ("SHARPEN", 2, "10.00"), number=17, pay="max"))
    assert answer["decision"]["service"] == "20.00" and balance(alice, "service") == "10.00"
    assert told(till.give_back(17, (1, 1)))["service"] == "10.00"
    assert balance(alice, "service") == "20.00"


def test_buying_earning_and_returning_again_and_again_gives_nothing(db, till, alice, grant, balance, healthy):
    grant(alice, 10)
    for number in range(5):
        told(till.sell(PHONE, BOOTS, number=f"l{number}", pay="max"))
        if number % 2:
            till.book()
        told(till.give_back(f"l{number}", (1, 3)))
        assert balance(alice) == "10.00"


def test_the_lines_of_a_return_are_told(db, till, alice):
    told(till.sell(PHONE, BOOTS, SOCKS, number=17))
    answer = told(till.give_back(17, (2, 1), (1, 2)))
    assert [line["line"] for line in answer["lines"]] == [1, 2]
    rows = db.read(
        "SELECT number, sale_line, quantity FROM loy_receiptLineList WHERE quantity < 0 ORDER BY number"
    )
    assert [(row.number, row.sale_line, str(row.quantity)) for row in rows] == [(1, 1, "-2"), (2, 2, "-1")]
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("merges", [1, 2, 3])
def test_what_the_goods_gave_is_taken_back_however_often_its_account_was_merged(
    db, till, alice, bob, charlie, balance, at, policy, healthy, merges
):
    policy("onlyPending")
    told(till.sell(PHONE, BOOTS, number=17))
    till.book()
    chain = [alice, bob, charlie, register(db, "dana")][: merges + 1]
    for goes, stays in itertools.pairwise(chain):
        assert db.call("loy_mergeAccounts", username=stays, otherUsername=goes).ok
    at(3)  # they work by now
    answer = told(till.give_back(17, (1, 1)))
    assert (answer["earned"], answer["notTakenBack"]) == ("2.20", "0.00")
    assert balance(chain[-1]) == "4.39"


def test_bonuses_that_came_back_after_a_merger_are_those_that_the_goods_gave(
    db, till, alice, bob, balance, at, policy, healthy
):
    policy("onlyPending")
    spend_what_was_earned(till, alice)
    till.book()
    assert db.call("loy_mergeAccounts", username=bob, otherUsername=alice).ok
    told(till.give_back(18, (1, 1)))
    assert balance(bob) == "4.85"
    at(3)
    assert told(till.give_back(17, (1, 1)))["notTakenBack"] == "0.00"
    assert balance(bob) == "0.00"


@pytest.mark.parametrize("merged", ["before", "between", "after"])
def test_grace_is_given_once_however_accounts_are_merged(
    db, till, alice, bob, grant, balance, at, healthy, merged
):
    def merge(when):
        if when == merged:
            assert db.call("loy_mergeAccounts", username=bob, otherUsername=alice).ok

    def pass_days(days):
        at(days)
        till.today = str(db.value("SELECT as_today()"))

    def return_all(number):
        told(till.give_back(number, (1, 1), businessDay=bought))

    db.execute("UPDATE loy_promotions SET value = 0.01 WHERE code = 'member'")
    lot = grant(alice, 10, kind="promotional")  # 30 days
    # As a campaign gives them.
    db.execute("UPDATE loy_lots SET promotion = 'campaign:1:1' WHERE lotID = %s", [lot])
    bought = till.today
    told(till.sell(PHONE, ("X", 1, "50.00"), number="a", pay="10.00"))
    till.book()
    merge("before")
    pass_days(40)
    return_all("a")
    merge("between")
    bought = till.today
    told(till.sell(PHONE, ("X", 1, "50.00"), number="b", pay="10.00"))
    till.book()
    merge("after")
    pass_days(40)
    return_all("b")
    assert db.read("SELECT * FROM loy_lots WHERE validTo > as_now() AND kind = 'promotional'") == []
    assert db.read("SELECT * FROM ntf_campaign_violations WHERE username = 'bob'") == []
