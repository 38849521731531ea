"""Why each promotion gives nothing."""

from datetime import timedelta

import pytest

from tests.loyalty.promotions.conftest import SATURDAY, line, promotion

GOODS = [line("50.00", brand="columbia"), line("10.00", brand="fila", special=True)]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "given"),
        ({"isDisabled": True}, "disabled"),
        ({"validity": (SATURDAY + timedelta(days=1), None)}, "not_valid_now"),
        ({"hoursFrom": "08:00", "hoursTo": "09:00"}, "wrong_hours"),
        ({"conditions": {"city": ["zilina"]}}, "wrong_city"),
        ({"conditions": {"store": ["s9"]}}, "wrong_store"),
        ({"conditions": {"tier": ["blue"]}}, "wrong_tier"),
        ({"conditions": {"weekday": [1]}}, "wrong_weekday"),
        ({"conditions": {"segment": ["runner"]}}, "wrong_segment"),
        ({"conditions": {"coupon": ["spring"]}}, "coupon_missing"),
        ({"conditions": {"has.brand": ["fila"]}}, "no_such_goods"),
        ({"conditions": {"brand": ["puma"]}}, "no_line_matches"),
        ({"conditions": {"brand": ["fila"]}}, "special_terms"),
        ({"conditions": {"brand": ["columbia"], "price": ["60.."]}}, "wrong_price"),
        ({"conditions": {"brand": ["puma"], "price": ["60.."]}}, "no_line_matches"),
        ({"conditions": {"price": ["..10"]}}, "special_terms"),
        ({"conditions": {"price": ["50..60"]}, "exceptions": {"brand": ["columbia"]}}, "no_line_matches"),
        ({"conditions": {"has.price": ["..49.99"]}}, "no_such_goods"),
        ({"minTotal": "80.00"}, "below_threshold"),
        ({"kind": "nForM", "value": None, "offer": {"buy": 3, "pay": 2}}, "no_units"),
    ],
)
def test_each_reason(shop, more, reason):
    told = shop.explain(GOODS, shop.set([promotion("a", **({"value": "10"} | more))]))["a"]
    assert told.reason == reason
    assert told.msg


def test_a_spent_budget(shop):
    told = shop.explain(GOODS, shop.set([promotion("a", value="10")]), context={"exhausted": ["a"]})["a"]
    assert told.reason == "budget_spent"


def test_a_threshold_says_what_is_missing(shop):
    told = shop.explain(GOODS, shop.set([promotion("a", value="10", minTotal="80.00")]))["a"]
    assert told.params == {"missing": "30.00"}


def test_another_price_says_which_one_is_asked_for(shop):
    told = shop.explain(
        GOODS, shop.set([promotion("a", value="10", conditions={"price": ["20..40", "60.."]})])
    )["a"]
    assert (told.state, told.params) == ("not_possible", {"name": "price", "wanted": ["20..40", "60.."]})


def test_who_was_better_and_by_how_much(shop):
    version = shop.set(
        [promotion("a", value="10", exclusionGroup="g"), promotion("b", value="4", exclusionGroup="g")]
    )
    told = shop.explain(GOODS, version)["b"]
    assert (told.state, told.reason) == ("beaten", "excluded_by")
    assert told.params == {"by": "a", "how": "group", "difference": "3.00"}


def test_a_floor_that_is_reached_already(shop):
    version = shop.set([promotion("a", value="50", priority=1), promotion("b", value="10")])
    told = shop.explain([line("10.00", floor="8.00")], version)["b"]
    assert told.reason == "floor"


def test_a_gift_is_told_by_what_it_gives(shop):
    gifts = [
        promotion("bonus", phase=2, kind="giftBonus", offer={"kind": "promotional", "amount": "5"}),
        promotion("thing", phase=2, kind="freeItem", value=None, offer={"sku": "MUG"}),
    ]
    told = shop.explain(GOODS, shop.set(gifts))
    assert told["bonus"].msg == "bonus gives 5.00 bonuses." and told["bonus"].params == {"lines": []}
    assert told["thing"].msg == "thing gives one MUG."


def test_what_only_tips_the_rounding_of_others_says_so(shop):
    """Of 3.4 hundredths 3 are given; with 0.3 of what stands at its lowest price they are 3.7, and 4."""
    goods = [line("0.33"), line("0.01", floor="0.01", brand="columbia")]
    rules = [
        promotion("tenth", phase=2, value="10"),
        promotion("third", phase=2, value="30", conditions={"brand": ["columbia"]}),
    ]
    version = shop.set(rules)
    answer = shop.decide(goods, version)
    given = {one["promotion"]: (one["state"], one["amount"]) for one in answer["promotions"]}
    assert given["third"] == ("given", "0.00"), answer
    alone = shop.value_of(goods, version, ["tenth"])
    assert float(answer["value"]) == float(alone["value"]) + 0.01
    assert "rounded" in shop.explain(goods, version)["third"].msg


def test_of_two_that_tip_the_rounding_of_others_one_is_enough_and_said_so(shop):
    """Of 3.4 hundredths 3 are given; 0.3 of either of the others are enough for the fourth."""
    goods = [line("0.33"), line("0.01", floor="0.01", brand="columbia")]
    rules = [promotion("tenth", phase=2, value="10")] + [
        promotion(code, phase=2, value="30", conditions={"brand": ["columbia"]}) for code in ("one", "other")
    ]
    version = shop.set(rules)
    answer = shop.decide(goods, version)
    states = {one["promotion"]: one["state"] for one in answer["promotions"]}
    assert states == {"tenth": "given", "one": "given", "other": "not_needed"}
    assert shop.value_of(goods, version, ["tenth", "one"])["value"] == answer["value"]
    told = shop.explain(goods, version)
    assert "rounded" in told["one"].msg and told["other"].state == "not_needed"
