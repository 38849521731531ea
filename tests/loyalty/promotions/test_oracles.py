"""Every row of oracles.toml, by loy_spread and loy_decide; who differs says why."""

import tomllib
from pathlib import Path

import pytest

from tests.loyalty.promotions.conftest import line, promotion

ROWS = tomllib.loads((Path(__file__).parent / "oracles.toml").read_text())["row"]


def parts(answer: dict, name: str, key: str, code: str) -> list[str]:
    """What one promotion or lot did on every line."""
    return [
        next((one["amount"] for one in told[name] if one[key] == code), "0.00") for told in answer["lines"]
    ]


def test_every_row_is_there_once_and_says_what_is_done_with_it():
    ids = [row["id"] for row in ROWS]
    wanted = [f"AL{n:02}" for n in range(1, 30)] + [f"CO{n:02}" for n in range(1, 40)]
    assert ids == wanted + [f"EA{n:02}" for n in range(1, 13)]
    assert all(row["source"] and row["policy"] in ("ours", "differs", "elsewhere") for row in ROWS)
    assert all(row.get("reason") for row in ROWS if row["policy"] != "ours")


@pytest.mark.parametrize("row", [row for row in ROWS if "spread" in row], ids=lambda row: row["id"])
def test_spread(db, row):
    for case in row["spread"]:
        found = db.value(
            "SELECT loy_spread(%s, %s::bigint[], %s::bigint[])",
            [case["amount"], case["over"], case.get("caps")],
        )
        assert found == case["expect"], row["about"]


@pytest.mark.parametrize("row", [row for row in ROWS if "deal" in row], ids=lambda row: row["id"])
def test_deal(shop, row):
    for deal in row["deal"]:
        version = shop.set([promotion(**p) for p in deal["promotions"]], **deal.get("settings", {}))
        lines = [line(**({"qty": "1"} | one)) for one in deal["lines"]]
        more = {name: deal[name] for name in ("coupons", "pay", "lots") if name in deal}
        answer = shop.decide(lines, version, **more)
        seen = {
            "discounts": [one["discount"] for one in answer["lines"]],
            "given": [one["promotion"] for one in answer["promotions"] if one["state"] == "given"],
            "short": {one["promotion"]: one["short"] for one in answer["promotions"] if "short" in one},
            "by": {p["code"]: parts(answer, "discounts", "promotion", p["code"]) for p in deal["promotions"]},
            "paid": {
                lot["lotID"]: parts(answer, "payments", "lotID", lot["lotID"]) for lot in deal.get("lots", [])
            },
        } | {name: answer[name] for name in ("net", "discount", "bonus", "earned")}
        expect = deal["expect"]
        assert {name: seen[name] for name in expect} == expect, row["about"]
        assert answer["proved"]
