"""The solver against the written specification, which tries every set of promotions and every way to take units."""

import json
import os
import random

import pytest

from tests.loyalty.promotions.market import AT, Market, store
from tests.loyalty.promotions.specification import Case
from tests.rails.report import SOAK

# The oldest server counts every statement meanwhile; the answers are proved on the product's own.
BASKETS = 200_000 if SOAK else 2_000 if os.environ.get("TEST_POSTGRES") == "15" else 20_000
SETS = 800
IN_ONE_STATEMENT = 800

DECIDE = """
SELECT loy_decide(case.basket, case.context, case.lots, %s, case.version) AS answer
FROM unnest(%s::jsonb[], %s::jsonb[], %s::jsonb[], %s::bigint[]) WITH ORDINALITY
AS case (basket, context, lots, version, n) ORDER BY case.n
""".replace("case", "deal")


def decide(db, deals) -> list[dict]:
    """Many deals in one statement: (basket, context, lots, version) each."""
    columns = list(zip(*deals, strict=True))
    told = [[json.dumps(value) for value in column] for column in columns[:3]]
    return [row.answer for row in db.execute(DECIDE, [AT, *told, list(columns[3])])]


def cents(text: str) -> int:
    return round(float(text) * 100)


def check_sums(answer: dict, basket: dict) -> None:
    """What the lines say adds up to what the receipt says, and nothing goes under a floor."""
    for name in ("gross", "discount", "bonus", "service", "net", "earned"):
        assert sum(cents(line[name]) for line in answer["lines"]) == cents(answer[name]), name
    for told, line in zip(answer["lines"], sorted(basket["lines"], key=lambda one: one["line"]), strict=True):
        parts = {
            name: cents(told[name]) for name in ("gross", "discount", "bonus", "service", "net", "earned")
        }
        assert min(parts.values()) >= 0
        assert parts["gross"] - parts["discount"] - parts["bonus"] - parts["service"] == parts["net"]
        assert sum(cents(one["amount"]) for one in told["discounts"]) == parts["discount"]
        assert sum(cents(one["amount"]) for one in told["payments"]) == parts["bonus"] + parts["service"]
        assert sum(cents(one["amount"]) for one in told["earnings"]) == parts["earned"]
        if parts["discount"] + parts["bonus"] + parts["service"]:
            assert not line.get("special")
            assert parts["net"] >= int(float(line.get("floor", "0")) * float(line["qty"]) * 100)


def check_limits(answer: dict, promotions: list[dict], lots: list[dict], rules: dict) -> None:
    given, paid = {}, {}
    for line in answer["lines"]:
        for one in line["discounts"]:
            given[one["promotion"]] = given.get(one["promotion"], 0) + cents(one["amount"])
        for one in line["payments"]:
            paid[one["lotID"]] = paid.get(one["lotID"], 0) + cents(one["amount"])
    for p in promotions:
        if p["cap"] is not None and p["phase"] < 4:
            # Percentages of the receipt are rounded together, so that one may be a hundredth above its own share.
            assert given.get(p["code"], 0) <= cents(p["cap"]) + (p["phase"] == 2)
    assert all(paid.get(lot["lotID"], 0) <= cents(lot["amount"]) for lot in lots)
    left = cents(answer["gross"]) - cents(answer["discount"])
    assert cents(answer["bonus"]) <= left * rules["bonusShare"] // 10_000


@pytest.mark.timeout(7200 if SOAK else 900)
def test_no_set_of_promotions_and_no_way_to_take_units_is_better(db, say, seed):
    unproved = interacting = paying = offers = most = 0
    done = 0
    for part in range(BASKETS // (SETS * 25) or 1):
        market = Market(f"{seed}-{part}")
        sets = [market.set() for _ in range(SETS)]
        versions = store(db, sets)
        deals = [(n % SETS, *market.basket()) for n in range(min(BASKETS, SETS * 25))]
        for start in range(0, len(deals), IN_ONE_STATEMENT):
            some = deals[start : start + IN_ONE_STATEMENT]
            answers = decide(db, [(*rest, versions[n]) for n, *rest in some])
            for (n, basket, context, lots), answer in zip(some, answers, strict=True):
                promotions, settings = sets[n]
                case = Case(basket, context, lots, AT, promotions, settings)
                best = case.best()
                value = round(float(answer["value"]) * 1_000_000)
                story = json.dumps([promotions, settings, basket, context, lots], default=str)
                if answer["proved"]:
                    assert value == best, story
                    assert answer["gap"] == "0.00"
                else:
                    assert value <= best <= value + cents(answer["gap"]) * 10_000, story
                check_sums(answer, basket)
                check_limits(answer, promotions, lots, case.rules)
                done += 1
                unproved += not answer["proved"]
                interacting += len(case.candidates) > 1
                paying += bool(case.lots)
                offers += any(case.takings.values())
                most = max(most, answer["nodes"])
    say(
        f"{done} baskets, no difference; {interacting * 100 // done} % with promotions that meet,"
        f" {offers * 100 // done} % with offers that take units, {paying * 100 // done} % that pay with bonuses;"
        f" {unproved} unproved (never better than their gap), at most {most} steps"
    )
    assert interacting >= done * 0.3
    assert unproved <= done / 1000


def test_the_order_of_lines_and_lots_makes_no_difference_to_the_value(db, seed):
    market = Market(seed)
    sets = [market.set() for _ in range(60)]
    versions = store(db, sets)
    shuffle = random.Random(seed)
    deals, shuffled = [], []
    for n in range(300):
        basket, context, lots = market.basket()
        deals.append((basket, context, lots, versions[n % 60]))
        lines, others = list(basket["lines"]), list(lots)
        shuffle.shuffle(lines)
        shuffle.shuffle(others)
        shuffled.append((basket | {"lines": lines}, context, others, versions[n % 60]))
    assert decide(db, deals) == decide(db, shuffled)


def test_the_value_of_what_was_chosen_is_the_value_that_was_promised(db, seed):
    market = Market(seed)
    sets = [market.set() for _ in range(60)]
    versions = store(db, sets)
    deals = [(*market.basket(), versions[n % 60]) for n in range(300)]
    for deal, answer in zip(deals, decide(db, deals), strict=True):
        basket, context, lots, version = deal
        chosen = [
            one["promotion"]
            for one in answer["promotions"]
            if one["state"] == "given"
            and not any(e["promotion"] == one["promotion"] for e in answer["earnings"])
        ]
        again = db.value(
            "SELECT loy_valueOf(%s, %s, %s, %s, %s, %s)",
            [json.dumps(basket), json.dumps(context), json.dumps(lots), AT, version, chosen],
        )
        assert again["value"] == answer["value"]
