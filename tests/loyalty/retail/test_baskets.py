"""Two thousand baskets of a real retailer: the solver against the written specification, with nothing in common but the data."""

import json
import random

import pytest

from portal.demo.retail import data, places
from portal.trouble import Trouble
from tests.loyalty.promotions.market import AT, promotion, store
from tests.loyalty.promotions.specification import Case
from tests.loyalty.promotions.test_brute_force import cents, check_limits, check_sums, decide
from tests.rails.report import say, seed  # noqa: F401

#: With coupons in hand, and any others.
WITH_COUPONS, OTHERS = 400, 1600
CHOSEN = """
    SELECT basket_id, household_id, store_id, sold, lines, codes FROM baskets WHERE codes IS NOT NULL
    ORDER BY hash(basket_id) LIMIT {coupons}
"""
ANY = """
    SELECT basket_id, household_id, store_id, sold, lines, codes FROM baskets WHERE codes IS NULL
    ORDER BY hash(basket_id) LIMIT {others}
"""
#: What a grocer of these goods could offer, so that promotions meet on real baskets.
OFFERS = [
    promotion("private", value="10", conditions={"brand": ["private"]}, **{"class": "goods"}),
    promotion("produce", value="15", conditions={"category": ["produce"], "country": ["sk", "cz", "in"]}, **{"class": "goods"}, cap="3"),
    promotion("bread", kind="fixedPrice", value="0.99", conditions={"category": ["grocery/baked-bread-buns-rolls"], "country": ["sk", "gb", "kz"]}, exclusionGroup="week"),
    promotion("meat", kind="amount", per="unit", value="0.50", conditions={"category": ["meat", "meat-pckgd"], "country": ["cz", "gb", "kz"]}, exclusionGroup="week"),
    promotion(
        "barbecue", kind="bundle", maxTimes=2, exclusionGroup="week",
        offer={
            "parts": [
                {"qty": 1, "conditions": {"category": ["meat-pckgd/hot-dogs"]}},
                {"qty": 1, "conditions": {"category": ["grocery/condiments-sauces"]}},
            ],
            "percent": "20",
        },
    ),
    promotion("pizza", kind="nForM", conditions={"category": ["grocery/pizza", "grocery/frozen-pizza"]}, offer={"buy": 3, "pay": 2}, maxTimes=1),
    promotion("fifty", kind="amount", per="receipt", phase=2, value="5", minTotal="50", exclusionGroup="check"),
    promotion("gold", phase=2, value="3", conditions={"tier": ["gold"]}, minTotal="20", basis="net", exclusionGroup="check"),
    promotion("member-solo", value="6", conditions={"channel": ["discount"]}, exceptions={"category": ["grocery"]}, isSolo=True),
    promotion("weekend", kind="earnPercent", phase=4, value="2", conditions={"weekday": [6, 7]}, offer={"kind": "promotional"}),
    *(
        promotion(f"earn-{tier}", kind="earnStep", phase=4, value=value, conditions={"tier": [tier]}, offer={"kind": "regular", "step": "10"})
        for tier, value in (("blue", "0.5"), ("silver", "0.75"), ("gold", "1"))
    ),
]  # fmt: skip
SETTINGS = {"bonusShare": 3000, "lineShare": 3000, "totalShare": 5000, "nodeBudget": 20_000}


@pytest.fixture(scope="module")
def source():
    try:
        with data.opened(print) as connection:
            yield connection
    except Trouble as trouble:
        pytest.skip(str(trouble))


@pytest.fixture(scope="module")
def goods(source):
    return {product["sku"]: product for portion in data.products(source) for product in portion}


def campaigns(source) -> list[dict]:
    """As the demo has them; valid on the day of this test."""
    return [
        promotion(
            f"campaign-{number}", value=str(percent), cap="10",
            conditions={"coupon": codes, f"campaign{number}": ["yes"]}, **{"class": "coupons"},
        )
        for number, _, _, _, codes, percent in data.campaigns(source)
    ]  # fmt: skip


def basket_of(row: tuple, goods: dict) -> dict:
    lines = []
    for number, (sku, quantity, price) in enumerate(row[4], 1):
        product = goods.get(sku, {"name": sku, "attributes": {}, "special": False, "isService": False})
        lines.append(
            {
                "line": number, "sku": sku, "name": product["name"], "qty": quantity, "price": price, "floor": "0.00",
                "special": product["special"], "isService": product["isService"], "attributes": product["attributes"],
            }
        )  # fmt: skip
    # The specification tries every set: one basket with ten coupons would take it longer than all others.
    return {"lines": lines, "coupons": (row[5] or [])[:2], "pay": "none" if row[0] % 3 else "max"}


def context_of(row: tuple) -> dict:
    shop = places.store(row[2])
    return {
        "store": shop["storeID"], "city": shop["city"].lower(), "country": shop["country"], "channel": shop["channel"],
        "timeZone": shop["timeZone"], "tier": ("blue", "silver", "gold")[row[1] % 3], "segments": [], "isMember": True,
    }  # fmt: skip


def lots_of(row: tuple) -> list[dict]:
    """What this household could have: the same every time."""
    dice = random.Random(row[0])
    scopes = [
        None,
        None,
        {"brand": ["private"]},
        {"category": ["grocery"]},
        {"category": ["produce", "meat"]},
    ]
    return [
        {
            "lotID": str(number), "kind": "regular", "unit": "bonus", "priority": dice.choice((10, 50, 90)),
            "amount": f"{dice.randrange(10, 900) / 100:.2f}", "validFrom": "2026-01-01T00:00:00+00:00",
            "validTo": dice.choice(("2026-05-20T00:00:00+00:00", "2027-03-01T00:00:00+00:00")),
            "scope": dice.choice(scopes), "keepValue": 0,
        }
        for number in range(dice.randrange(0, 4))
    ]  # fmt: skip


@pytest.mark.timeout(600)
def test_no_real_basket_could_have_been_cheaper(db, source, goods, say):  # noqa: F811
    rows = source.execute(CHOSEN.format(coupons=WITH_COUPONS)).fetchall()
    rows += source.execute(ANY.format(others=OTHERS)).fetchall()
    assert len(rows) == WITH_COUPONS + OTHERS
    promotions = OFFERS + campaigns(source)
    (version,) = store(db, [(promotions, SETTINGS)])
    deals = [(basket_of(row, goods), context_of(row), lots_of(row)) for row in rows]
    answers = []
    for begin in range(0, len(deals), 200):
        answers += decide(db, [(*deal, version) for deal in deals[begin : begin + 200]])
    unproved = meeting = redeemed = paying = longest = 0
    for (basket, context, lots), answer in zip(deals, answers, strict=True):
        case = Case(basket, context, lots, AT, promotions, SETTINGS)
        best, value = case.best(), round(float(answer["value"]) * 1_000_000)
        story = json.dumps([basket, context, lots])
        if answer["proved"]:
            assert value == best, story
        else:
            unproved += 1
            assert value <= best <= value + cents(answer["gap"]) * 10_000, story
        check_sums(answer, basket)
        check_limits(answer, promotions, lots, case.rules)
        meeting += len(case.candidates) > 1
        redeemed += any(
            one["promotion"].startswith("campaign-") and one["state"] == "given"
            for one in answer["promotions"]
        )
        paying += cents(answer["bonus"]) > 0
        longest = max(longest, len(basket["lines"]))
    say(
        f"{len(deals)} real baskets of up to {longest} lines, no difference; in {meeting} promotions meet, {redeemed} redeem"
        f" a coupon, {paying} pay with bonuses; {unproved} are not proved"
    )
    assert meeting > 1000 and redeemed > 100 and paying > 100
