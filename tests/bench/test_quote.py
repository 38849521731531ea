"""The best deal out of 500 promotions against an empty function that reads the same basket, and how long the worst of them takes."""

import gc
import json
import random
import statistics
import time

import pytest

from tests.loyalty.promotions.market import AT, promotion, store

PROMOTIONS = 500
BASKETS = 300
BRANDS = [f"brand-{n}" for n in range(40)]
CATEGORIES = [f"{top}/{sub}" for top in ("ski", "bike", "run", "water", "hike") for sub in range(8)]
SPORTS = [f"sport-{n}" for n in range(12)]
GOALS = {3: 5, 10: 8, 50: 20, 200: 50}
CONTEXT = {
    "store": "s1",
    "city": "kosice",
    "country": "sk",
    "tier": "gold",
    "timeZone": "Europe/Bratislava",
    "isMember": True,
}

EMPTY = """
CREATE OR REPLACE FUNCTION bench_readBasket(basket jsonb, context jsonb) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE
    total numeric := 0;
    line record;
BEGIN
    FOR line IN
        SELECT * FROM jsonb_to_recordset(basket -> 'lines') AS l (line integer, price numeric, qty numeric, attributes jsonb)
    LOOP
        total := total + line.price * line.qty;
    END LOOP;
    RETURN jsonb_build_object('gross', total, 'store', context -> 'store');
END $$
"""


def conditions(r) -> dict:
    found = {}
    if r.random() < 0.8:
        found["brand"] = r.sample(BRANDS, r.randint(1, 3))
    if r.random() < 0.5:
        found["category"] = r.sample([*CATEGORIES, "ski", "bike"], r.randint(1, 3))
    if r.random() < 0.3 or not found:
        found["sport"] = r.sample(SPORTS, 2)
    if r.random() < 0.4:
        found["city"] = ["kosice", "zilina"]
    return found


def usual(r) -> list[dict]:
    """As a shop has them: most off goods, some in classes and groups, a few off the receipt, bundles and N for M."""
    found = []
    for n in range(PROMOTIONS):
        p = promotion(f"p{n}", conditions=conditions(r), priority=r.randint(0, 9))
        fate = r.random()
        if fate < 0.02:
            p |= {
                "phase": 2,
                "kind": "percent",
                "value": r.choice(["3", "5"]),
                "minTotal": "100.00",
                "conditions": {},
            }
            p["exclusionGroup"] = "receipt"
        elif fate < 0.03:
            p |= {"kind": "nForM", "offer": {"buy": 3, "pay": 2}, "conditions": {"brand": [r.choice(BRANDS)]}}
        elif fate < 0.04:
            brands = [{"conditions": {"brand": [b]}, "qty": 1} for b in r.sample(BRANDS, 2)]
            p |= {"kind": "bundle", "offer": {"parts": brands, "percent": "15"}, "conditions": {}}
        elif fate < 0.06:
            p |= {"phase": 4, "kind": "earnPercent", "value": "5"}
        elif fate < 0.3:
            p |= {"kind": "amount", "per": "unit", "value": r.choice(["1.00", "2.50"])}
        else:
            p["value"] = r.choice(["5", "10", "15", "20", "30"])
        if p["phase"] == 1:
            p["class"] = r.choice([None, "a", "a", "b", "c"])
            if r.random() < 0.06:
                p["exclusionGroup"] = f"g{r.randint(1, 8)}"
        found.append(p)
    return found


def adversarial(r) -> list[dict]:
    """Three promotions in five in twenty groups, of which one each may count."""
    found = []
    for n in range(PROMOTIONS):
        p = promotion(f"p{n}", conditions=conditions(r), value=r.choice(["5", "10", "15", "20", "30"]))
        p["class"] = r.choice(["a", "b", None])
        if r.random() < 0.6:
            p["exclusionGroup"] = f"g{r.randint(1, 20)}"
        found.append(p)
    return found


def basket(r, lines: int) -> dict:
    return {
        "lines": [
            {
                "line": n,
                "sku": f"s{r.randint(1, 5000)}",
                "qty": r.choice(["1", "1", "1", "2"]),
                "price": r.choice(["9.99", "19.90", "49.90", "99.00", "250.00"]),
                "floor": "5.00" if r.random() < 0.1 else "0.00",
                "attributes": {
                    "brand": r.choice(BRANDS),
                    "category": r.choice(CATEGORIES),
                    "sport": r.choice(SPORTS),
                    "color": "red",
                    "size": "42",
                },
            }
            for n in range(1, lines + 1)
        ]
    }


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


@pytest.fixture(scope="module")
def prices(bench):
    """Published sets on the bench's server, and a connection of a till that stays."""
    r = random.Random(5)
    with bench.database.connect() as connection:
        connection.execute(EMPTY)
        versions = store(
            connection, [(usual(r), {}), (adversarial(r), {"nodeBudget": 400}), (adversarial(r), {})]
        )
        connection.execute("ANALYZE loy_promotions; ANALYZE loy_promotionTokens")
        yield connection, versions


def run(connection, query: str, baskets: list[dict], *more) -> tuple[list[float], list]:
    times, answers = [], []
    # A collection in this process, over every basket of the run, would take longer than the quote that it falls into.
    gc.disable()
    try:
        for one in baskets:
            arguments = [json.dumps(one), json.dumps(CONTEXT), *more]
            started = time.perf_counter()
            answers.append(connection.value(query, arguments))
            times.append((time.perf_counter() - started) * 1000)
    finally:
        gc.enable()
    return times, answers


DECIDE = "SELECT loy_decide(%s::jsonb, %s::jsonb, '[]'::jsonb, %s, %s)"
READ = "SELECT bench_readBasket(%s::jsonb, %s::jsonb)"


@pytest.mark.parametrize("lines", GOALS)
def test_quote(prices, capsys, lines):
    connection, versions = prices
    r = random.Random(lines)
    baskets = [basket(r, lines) for _ in range(BASKETS)]
    run(connection, DECIDE, baskets[:10], AT, versions[0])
    own, bare, answers = [], [], []
    for start in range(0, BASKETS, 50):
        times, told = run(connection, DECIDE, baskets[start : start + 50], AT, versions[0])
        own += times
        answers += told
        bare += run(connection, READ, baskets[start : start + 50])[0]
    unproved = sum(not answer["proved"] for answer in answers)
    with capsys.disabled():
        print(
            f"\na quote of {lines} lines out of {PROMOTIONS} promotions: p50 {quantile(own, 0.5):.1f} ms,"
            f" p99 {quantile(own, 0.99):.1f} ms (goal {GOALS[lines]} ms on an idle core),"
            f" {statistics.median(own) / statistics.median(bare):.0f} times the empty call ({statistics.median(bare):.2f} ms);"
            f" {unproved} unproved, at most {max(answer['nodes'] for answer in answers)} steps"
        )


def test_the_worst_case_ends_within_its_budget(prices, capsys):
    connection, versions = prices
    r = random.Random(11)
    baskets = [basket(r, 200) for _ in range(40)]
    for budget, version in ((400, versions[1]), (4000, versions[2])):
        times, answers = run(connection, DECIDE, baskets, AT, version)
        gaps = [float(one["gap"]) / float(one["discount"]) * 100 for one in answers]
        # What was begun is finished.
        assert max(answer["nodes"] for answer in answers) <= budget + 100
        with capsys.disabled():
            print(
                f"\n200 lines, 60 % of {PROMOTIONS} promotions in 20 groups, {budget} steps: p50 {quantile(times, 0.5):.0f} ms,"
                f" p99 {quantile(times, 0.99):.0f} ms; {sum(one['proved'] for one in answers)} of {len(answers)} proved,"
                f" gap {statistics.mean(gaps):.3f} % on average, {max(gaps):.3f} % at most"
            )
