from datetime import UTC, datetime

import pytest
from psycopg.types.json import Jsonb

from tests.loyalty.promotions.market import AT, promotion, store
from tests.rails.report import say, seed  # noqa: F401

SATURDAY = AT
CONTEXT = {
    "store": "s1",
    "city": "kosice",
    "country": "sk",
    "channel": "store",
    "tier": "gold",
    "segments": [],
    "timeZone": "Europe/Bratislava",
    "isMember": True,
}


class Shop:
    """Promotions and a basket told in a few words, decided and explained.

    >>> shop(line("10.00"), promotions=[promotion("ten", value="10")]).discount
    """

    def __init__(self, db):
        self.db = db

    def set(self, promotions, **settings) -> int:
        return store(
            self.db.connection if hasattr(self.db, "connection") else self.db, [(promotions, settings)]
        )[0]

    def arguments(self, lines, context=None, lots=(), at=SATURDAY, **basket):
        numbered = [line | {"line": n} for n, line in enumerate(lines, 1)]
        return [Jsonb({"lines": numbered} | basket), Jsonb(CONTEXT | (context or {})), Jsonb(list(lots)), at]

    def decide(self, lines, version, **given) -> dict:
        return self.db.value(
            "SELECT loy_decide(%s, %s, %s, %s, %s)", [*self.arguments(lines, **given), version]
        )

    def value_of(self, lines, version, codes, **given) -> dict | None:
        return self.db.value(
            "SELECT loy_valueOf(%s, %s, %s, %s, %s, %s)",
            [*self.arguments(lines, **given), version, list(codes)],
        )

    def explain(self, lines, version, **given) -> dict:
        rows = self.db.execute(
            "SELECT * FROM loy_explain(%s, %s, %s, %s, %s)", [*self.arguments(lines, **given), version]
        )
        return {row.promotion: row for row in rows}


@pytest.fixture
def shop(db):
    return Shop(db)


def line(price: str, qty: str = "1", **more) -> dict:
    attributes = more.pop("attributes", {})
    for name in ("brand", "category"):
        if name in more:
            attributes[name] = more.pop(name)
    return {"sku": more.pop("sku", "x"), "price": price, "qty": qty, "attributes": attributes} | more


__all__ = ["CONTEXT", "UTC", "datetime", "line", "promotion"]
