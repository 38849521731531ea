"""Every nonsense has a sentence and names its field."""

import json

import pytest

from tests.loyalty.promotions.market import AT, promotion

GIFT = {"kind": "giftBonus", "phase": 2, "value": None, "offer": {"kind": "regular", "amount": "5.00"}}
THREE = {"kind": "nForM", "value": None, "offer": {"buy": 3, "pay": 2, "free": "cheapest"}}
PARTS = [{"conditions": {"brand": ["a"]}, "qty": 1}, {"qty": 2}]
MEAL = {"kind": "bundle", "value": None, "offer": {"parts": PARTS, "price": "4.50"}}
FREE = {"kind": "freeItem", "value": None, "offer": {"buy": {"qty": 1}, "get": {"qty": 1}}}
EARN = {"phase": 4, "kind": "earnStep", "offer": {"step": "1000.00"}}


def check(db, **more):
    given = promotion(**({"code": "a", "value": "10"} | more))
    row = {name.lower(): value for name, value in given.items()} | {
        "names": more.get("names", {}),
        "updatedat": AT,
    }
    since, until = given["validity"]
    row |= {"validity": more.get("empty") or f"[{since or ''},{until or ''})", "setversion": 1, "number": 1}
    return db.row(
        "SELECT (loy_checkPromotion(jsonb_populate_record(NULL::loy_promotions, %s::jsonb))).*",
        [json.dumps(row, default=str)],
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        GIFT,
        THREE,
        MEAL,
        FREE,
        EARN,
        {"kind": "fixedPrice", "value": "0"},
        {"conditions": {"price": ["10..49.90", "100.00..", "..5"]}, "exceptions": {"has.price": ["..0.5"]}},
        MEAL | {"offer": {"parts": [{"conditions": {"price": ["..9.99"]}, "qty": 1}], "price": "1"}},
        {"kind": "amount", "per": "unit"},
        {"kind": "amount", "phase": 2},
        {"kind": "freeItem", "value": None, "offer": {"sku": "socks"}},
        {
            "conditions": {"brand": ["columbia"], "weekday": [6, 7], "birthday": [True]},
            "hoursFrom": "22:00",
            "hoursTo": "02:00",
        },
    ],
)
def test_sense_holds(db, more):
    assert check(db, **more).reason == "promotion_holds"


@pytest.mark.parametrize(
    ("more", "reason", "field"),
    [
        ({"code": "Not this"}, "promotion_code_invalid", "code"),
        ({"names": {"en": "x" * 201}}, "name_too_long", "names"),
        ({"names": []}, "invalid_value", "names"),
        ({"names": None}, "invalid_value", "names"),
        ({"names": {"en": {"text": "x"}}}, "invalid_value", "names"),
        ({"kind": "miracle"}, "unknown_kind", "kind"),
        ({"kind": "fixedPrice", "phase": 2}, "wrong_phase", "phase"),
        (THREE | {"value": "1"}, "value_not_wanted", "value"),
        ({"value": None}, "value_missing", "value"),
        ({"value": "0"}, "value_not_positive", "value"),
        ({"value": "100.01"}, "percentage_out_of_range", "value"),
        ({"kind": "amount", "per": "unit", "value": "10000000.01"}, "value_too_large", "value"),
        ({"kind": "amount"}, "per_missing", "per"),
        ({"per": "unit"}, "per_not_wanted", "per"),
        ({"offer": {"buy": 3}}, "offer_not_understood", "offer"),
        (THREE | {"offer": {"buy": 2, "pay": 2}}, "offer_not_understood", "offer"),
        (THREE | {"offer": {"buy": 3, "pay": 2, "free": "dearest"}}, "offer_not_understood", "offer"),
        (MEAL | {"offer": {"parts": PARTS}}, "offer_not_understood", "offer"),
        (MEAL | {"offer": {"parts": PARTS, "percent": "101"}}, "offer_not_understood", "offer"),
        (MEAL | {"offer": {"parts": [{"qty": 0}], "price": "1.00"}}, "offer_not_understood", "offer"),
        (MEAL | {"offer": {"parts": [], "price": "1.00"}}, "offer_not_understood", "offer"),
        (FREE | {"offer": {"buy": {"qty": 1}}}, "offer_not_understood", "offer"),
        (GIFT | {"offer": {"kind": "regular", "amount": "0"}}, "offer_not_understood", "offer"),
        (EARN | {"offer": {"step": "-1"}}, "offer_not_understood", "offer"),
        (EARN | {"offer": {"step": "10", "kind": "no-such"}}, "no_such_kind", "offer"),
        (GIFT | {"offer": {"kind": ["regular"], "amount": "5"}}, "no_such_kind", "offer"),
        ({"conditions": {"weekday": [8]}}, "condition_not_understood", "conditions"),
        ({"conditions": {"brand": []}}, "condition_not_understood", "conditions"),
        ({"conditions": {"brand": "columbia"}}, "condition_not_understood", "conditions"),
        ({"conditions": {"price": ["49.90"]}}, "condition_not_understood", "conditions"),
        ({"conditions": {"price": [".."]}}, "condition_not_understood", "conditions"),
        ({"conditions": {"price": ["50..10"]}}, "condition_not_understood", "conditions"),
        ({"conditions": {"price": ["1.005..2"]}}, "condition_not_understood", "conditions"),
        ({"conditions": {"Has.Price": ["-1..2"]}}, "condition_not_understood", "conditions"),
        ({"exceptions": {"a=b": ["x"]}}, "condition_not_understood", "exceptions"),
        (
            MEAL | {"offer": {"parts": [{"conditions": {"city": ["x"]}, "qty": 1}], "price": "1"}},
            "condition_not_understood",
            "offer",
        ),
        ({"empty": "empty"}, "never_valid", "validUntil"),
        ({"hoursFrom": "10:00"}, "hours_half", "hoursTo"),
        ({"isJoint": True, "isSolo": True}, "counts_always", "isSolo"),
        ({"isJoint": True, "exclusionGroup": "g"}, "counts_always", "exclusionGroup"),
        ({"class": " "}, "group_name_invalid", "class"),
        ({"phase": 2, "class": "a"}, "class_not_wanted", "class"),
        ({"basis": "net"}, "basis_not_known_yet", "basis"),
        ({"minTotal": "-1"}, "threshold_out_of_range", "minTotal"),
        ({"cap": "0"}, "cap_not_positive", "cap"),
        (GIFT | {"cap": "1.00"}, "cap_not_wanted", "cap"),
        (THREE | {"maxTimes": 0}, "limit_not_positive", "maxTimes"),
        ({"maxTimes": 2}, "limit_not_wanted", "maxTimes"),
        (FREE | {"offer": {"get": {"qty": 1}}}, "limit_missing", "maxTimes"),
        ({"priority": -1000001}, "priority_out_of_range", "priority"),
        ({"budget": "0", "budgetPeriod": "day", "budgetPer": "store"}, "budget_not_positive", "budget"),
        ({"budget": "10.00"}, "budget_half", "budgetPeriod"),
        (
            {"budget": "10.00", "budgetPeriod": "hour", "budgetPer": "store"},
            "budget_not_understood",
            "budgetPeriod",
        ),
    ],
)
def test_nonsense_names_its_field(db, more, reason, field):
    outcome = check(db, **more)
    assert (outcome.result, outcome.reason, outcome.details["field"]) == (0, reason, field)
    assert outcome.msg.endswith(".")
