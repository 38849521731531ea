"""What the best deal must be in cases that are told one by one."""

import json
import random

import pytest

from tests.bench.test_quote import CONTEXT, basket, usual
from tests.loyalty.promotions.conftest import line, promotion
from tests.loyalty.promotions.market import AT, store


def given(answer) -> list[str]:
    return [one["promotion"] for one in answer["promotions"] if one["state"] == "given"]


def test_without_any_set_the_price_is_the_price(shop):
    answer = shop.decide([line("10.00", "3")], None)
    assert (answer["net"], answer["proved"], answer["promotions"]) == ("30.00", True, [])


def test_a_basket_without_lines_costs_nothing(shop):
    answer = shop.decide([], shop.set([promotion("a", value="10")]))
    assert (answer["net"], answer["lines"], answer["proved"]) == ("0.00", [], True)


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({"brand": ["Columbia"]}, True),
        ({"category": ["ski"]}, True),
        ({"category": ["ski/boots", "ski"]}, True),
        ({"category": ["ski/boot"]}, False),
        ({"sku": ["X"]}, True),
        ({"city": ["KOSICE"], "weekday": [6, 7]}, True),
        ({"weekday": [5]}, False),
        ({"tier": ["silver"]}, False),
        ({"member": [True]}, True),
        ({"has.brand": ["fila"]}, True),
        ({"has.brand": ["puma"]}, False),
        ({"coupon": ["spring"]}, True),
        ({"coupon": ["autumn"]}, False),
    ],
)
def test_a_condition_holds_by_any_of_its_values(shop, conditions, holds):
    version = shop.set([promotion("a", value="10", conditions=conditions)])
    lines = [line("10.00", brand="columbia", category="ski/boots/kids"), line("10.00", brand="FILA", sku="y")]
    assert bool(given(shop.decide(lines, version, coupons=["Spring"]))) is holds


PRICES = ["9.99", "10.00", "49.90", "49.91", "100.00", "100.01"]


@pytest.mark.parametrize(
    ("ranges", "held"),
    [
        (["10..49.90"], [1, 2]),
        (["10..49.9", "49.91.."], [1, 2, 3, 4, 5]),
        (["..10"], [0, 1]),
        (["100.."], [4, 5]),
        (["10..10"], [1]),
        (["..9.98"], []),
        # Ranges that overlap do not count twice.
        (["5..49.90", "10..100", "40.."], [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_range_of_prices_holds_with_both_its_ends(shop, ranges, held):
    others = [
        promotion("b", value="1", conditions={"price": ["20..60"]}),
        promotion("c", value="1", exceptions={"price": ["10..99.99"]}),
    ]
    alone = shop.set([promotion("a", value="10", conditions={"price": ranges})])
    among = shop.set([promotion("a", value="10", conditions={"price": ranges}), *others])
    for version in (alone, among):
        lines = shop.decide([line(price) for price in PRICES], version)["lines"]
        assert [
            n for n, told in enumerate(lines) if "a" in [one["promotion"] for one in told["discounts"]]
        ] == held


def test_a_price_is_one_condition_among_others_and_overlapping_ranges_do_not_make_up_for_them(shop):
    conditions = {"price": ["1..20", "5..30", "10..40"], "brand": ["columbia"], "category": ["ski"]}
    version = shop.set([promotion("a", value="10", conditions=conditions)])
    assert not given(shop.decide([line("15.00", brand="columbia")], version))
    assert not given(shop.decide([line("15.00", category="ski")], version))
    assert given(shop.decide([line("15.00", brand="columbia", category="ski")], version))


def test_an_attribute_that_a_till_calls_price_is_none(shop):
    version = shop.set([promotion("a", value="10", conditions={"price": ["10..20"]})])
    assert not given(shop.decide([line("50.00", attributes={"price": "1"})], version))
    assert given(shop.decide([line("15.00", attributes={"price": "0", "Price": "2"})], version))


def test_a_price_somewhere_on_the_receipt_opens_a_promotion_of_all_goods(shop):
    version = shop.set([promotion("a", value="10", conditions={"has.price": ["40..60"]})])
    assert not given(shop.decide([line("10.00")], version))
    assert not given(shop.decide([line("10.00"), line("50.00", special=True)], version))
    assert shop.decide([line("10.00"), line("50.00")], version)["discount"] == "6.00"


def test_parts_of_a_bundle_are_told_apart_by_their_prices(shop):
    parts = [{"conditions": {"price": ["..9.99"]}, "qty": 2}, {"conditions": {"price": ["50.."]}, "qty": 1}]
    version = shop.set([promotion("a", kind="bundle", offer={"parts": parts, "price": "40.00"})])
    assert not given(shop.decide([line("5.00"), line("50.00")], version))
    assert shop.decide([line("5.00", "2"), line("50.00"), line("20.00")], version)["net"] == "60.00"


def test_bonuses_can_be_for_goods_of_some_prices_only(shop):
    lots = [
        {
            "lotID": "1",
            "kind": "regular",
            "unit": "bonus",
            "priority": 1,
            "amount": "100.00",
            "scope": {"price": ["20.."]},
        }
    ]
    answer = shop.decide([line("10.00"), line("50.00")], None, pay="max", lots=lots)
    assert [one["bonus"] for one in answer["lines"]] == ["0.00", "15.00"]


def test_a_receipt_of_before_meets_the_prices_of_its_own_set(shop):
    goods = [line("15.00"), line("25.00")]
    before = shop.set([promotion("a", value="10", conditions={"price": ["10..20"]})])
    told = shop.decide(goods, before)
    shop.set([promotion("a", value="10", conditions={"price": ["12..14", "..30"]})])
    assert shop.decide(goods, before) == told
    assert [one["discount"] for one in told["lines"]] == ["1.50", "0.00"]


def test_an_exception_keeps_a_line_or_the_whole_receipt_out(shop):
    lines = [line("10.00", brand="columbia"), line("10.00", brand="fila")]
    version = shop.set([promotion("a", value="10", exceptions={"brand": ["fila"], "city": ["zilina"]})])
    assert [one["discount"] for one in shop.decide(lines, version)["lines"]] == ["1.00", "0.00"]
    assert shop.decide(lines, version, context={"city": "zilina"})["discount"] == "0.00"


def test_hours_are_those_of_the_stores_own_clock_and_may_pass_midnight(shop):
    # It is 14:30 in UTC: 16:30 in Bratislava, 22:30 in Asia/Yekaterinburg less three hours.
    version = shop.set([promotion("a", value="10", hoursFrom="22:00", hoursTo="01:00")])
    assert not given(shop.decide([line("10.00")], version))
    assert given(shop.decide([line("10.00")], version, context={"timeZone": "Asia/Tokyo"}))


def test_a_spent_budget_takes_a_promotion_out(shop):
    version = shop.set([promotion("a", value="10"), promotion("b", value="5", **{"class": "x"})])
    assert given(shop.decide([line("10.00")], version, context={"exhausted": ["a"]})) == ["b"]


def test_a_joint_promotion_goes_with_one_that_counts_alone(shop):
    version = shop.set(
        [
            promotion("alone", value="50", isSolo=True),
            promotion("joint", value="5", isJoint=True),
            promotion("c", value="9"),
        ]
    )
    answer = shop.decide([line("100.00")], version)
    assert (given(answer), answer["net"]) == (["alone", "joint"], "45.00")


def test_service_points_pay_services_and_bonuses_do_not(shop):
    lots = [
        {"lotID": "1", "kind": "service", "unit": "service", "priority": 1, "amount": "100.00"},
        {"lotID": "2", "kind": "regular", "unit": "bonus", "priority": 2, "amount": "100.00"},
    ]
    answer = shop.decide([line("20.00", isService=True), line("50.00")], None, pay="max", lots=lots)
    assert (answer["service"], answer["bonus"]) == ("20.00", "15.00")
    assert [one["bonus"] for one in answer["lines"]] == ["0.00", "15.00"]


def test_special_terms_and_floors_hold_for_payment_too(shop):
    lots = [{"lotID": "2", "kind": "regular", "unit": "bonus", "priority": 2, "amount": "100.00"}]
    lines = [line("50.00", special=True), line("50.00", floor="45.00")]
    answer = shop.decide(lines, shop.set([promotion("a", value="4")]), pay="max", lots=lots)
    assert [one["net"] for one in answer["lines"]] == ["50.00", "45.00"]
    assert answer["bonus"] == "3.00"


def test_a_search_that_is_given_up_says_so_and_the_gap(shop):
    many = [
        promotion(
            f"p{n}",
            kind="amount",
            per="unit",
            value=f"{1 + n % 7}.{n % 10}0",
            exclusionGroup=f"g{n % 6}",
            conditions={"brand": [f"b{n % 5}", f"b{(n * 3) % 5}"]},
            **{"class": "c"},
        )
        for n in range(40)
    ]
    lines = [line("20.00", brand=f"b{n % 5}") for n in range(10)]
    short = shop.decide(lines, shop.set(many, nodeBudget=1))
    long = shop.decide(lines, shop.set(many, nodeBudget=1_000_000))
    assert long["proved"] and long["gap"] == "0.00"
    assert not short["proved"]
    assert float(short["value"]) <= float(long["value"]) <= float(short["value"]) + float(short["gap"])


def test_where_the_best_cannot_be_proved_a_tenth_of_the_steps_is_taken(db):
    [version] = store(db, [(usual(random.Random(5)), {"nodeBudget": 1000})])
    large = random.Random(200)
    goods = [basket(large, 200) for _ in range(12)][-1]
    answer = db.value(
        "SELECT loy_decide(%s, %s, '[]', %s, %s)", [json.dumps(goods), json.dumps(CONTEXT), AT, version]
    )
    assert not answer["proved"] and float(answer["gap"]) > 0
    # What was begun is finished.
    assert 100 < answer["nodes"] < 150


def test_a_near_miss_says_what_is_missing(shop):
    version = shop.set(
        [promotion("a", value="10", minTotal="100.00"), promotion("b", value="10", minTotal="500.00")]
    )
    answer = shop.decide([line("87.60")], version)
    assert answer["advice"][0] == {"promotion": "a", "missing": "12.40"}


def test_promotions_that_do_not_go_together_have_no_value(shop):
    version = shop.set(
        [promotion("a", value="10", exclusionGroup="g"), promotion("b", value="5", exclusionGroup="g")]
    )
    assert shop.value_of([line("10.00")], version, ["a", "b"]) is None
    assert shop.value_of([line("10.00")], version, ["b"])["discount"] == "0.50"
    assert shop.value_of([line("10.00")], version, [])["discount"] == "0.00"


def test_the_set_in_force_is_the_last_published_one(db, shop):
    one = shop.set([])
    two = shop.set([])
    assert db.value("SELECT loy_getSetAt('2026-05-16 12:00+00')") == max(one, two)
    assert db.value("SELECT loy_getSetAt('2001-01-01')") is None
