"""Cases of other loyalty systems' own tests about returns, as a table: returns.toml."""

import tomllib
from pathlib import Path

import pytest

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish

CASES = tomllib.loads(Path(__file__).with_name("returns.toml").read_text())["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_case_of_the_table(db, till, alice, grant, balance, healthy, case):
    # Half of an old purchase may be paid with bonuses there; here all of it may.
    publish(
        db,
        {"code": "points", "kind": "earnPercent", "value": case["earnPercent"], "offer": {"kind": "regular"}},
        *(
            {"code": f"product-{name}", "kind": "earnFixed", "value": value, "conditions": {"brand": [name]},
             "offer": {"kind": "regular"}}
            for name, value in case.get("earnFixed", {}).items()
        ),
        bonusShare=10000, lineShare=10000, totalShare=10000,
    )  # fmt: skip
    if "policy" in case:
        assert db.call("as_setSetting", code="loyReturnPolicy", value=case["policy"]).ok
    if "grant" in case:
        grant(alice, case["grant"])
    lines = [
        (f"L{place}", quantity, price, *({"brand": name} for name in brand))
        for place, (price, quantity, *brand) in enumerate(case["lines"])
    ]
    for turn in range(case.get("times", 1)):
        told(till.sell(PHONE, *lines, number=f"sale{turn}", pay=case.get("spend", "none")))
        till.book()
        if "balanceSold" in case:
            assert balance(alice) == case["balanceSold"]
        if "spendElsewhere" in case:
            other = told(till.sell(PHONE, ("OTHER", 1, case["spendElsewhere"]), pay="max"))
            assert other["decision"]["bonus"] == case["spendElsewhere"]
        if "active" in case:
            grant(alice, case["active"])
            grant(alice, case["pending"], validFrom="2098-01-01", validTo="2099-01-01")
        outcomes = [
            till.give_back(f"sale{turn}", *case["back"], number=f"back{turn}")
            for _ in range(2 if case.get("twice") else 1)
        ]
        assert outcomes[0] == outcomes[-1]
        answer = told(outcomes[0])
        assert answer["earned"] == case["taken"]
        for name, key in (("restored", "bonus"), ("refund", "refund")):
            assert name not in case or answer[key] == case[name]
        for name in ("notTakenBack", "deducted"):
            assert answer[name] == case.get(name, "0.00")
        assert balance(alice) == case["balance"]
    if "left" in case:
        assert str(db.value("SELECT sum(remaining) FROM loy_lots WHERE username = 'alice'")) == case["left"]
