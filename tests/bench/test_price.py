"""The price of a tariff for one person with a personal discount and five codes, out of a million coupons."""

import pytest

from tests.bench.conftest import PEOPLE
from tests.bench.side_by_side import ratio

COUPONS = 1_000_000
GOAL = 0.4

# Codes of five categories, so that all five of a purchase add up.
A_MILLION = f"""
INSERT INTO cpn_categories (name, createdAt) SELECT 'Category ' || n, now() FROM generate_series(1, 5) AS n;
INSERT INTO cpn_coupons (
    code, written, categoryID, useType, discountType, value, validFrom, maxUses, uses, status, note, createdAt
)
SELECT
    'code' || n, 'CODE' || n, (SELECT min(id) FROM cpn_categories) + n % 5, 'single', 'percentage', 1 + n % 9, now(), 1, 0,
    'active', '', now()
FROM generate_series(1, {COUPONS}) AS n;
SELECT count(cpn_setPersonalDiscount('u' || n, 10, 'Studied this year')) FROM generate_series(1, {PEOPLE}) AS n;
VACUUM ANALYZE
"""
PRICE = f"""\\set a random(1, {COUPONS // 5} - 1)
SELECT price FROM cpn_getPrice(
    'u' || :n, 3, 12,
    ARRAY['CODE' || 5 * :a, 'code' || 5 * :a + 1, ' CODE' || 5 * :a + 2, 'CODE' || 5 * :a + 3, 'CODE' || 5 * :a + 4]
);"""


@pytest.fixture(scope="module")
def market(bench):
    with bench.database.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        for statement in A_MILLION.split(";"):
            connection.execute(statement)
        found = connection.row(
            "SELECT fullPrice - price AS off, jsonb_array_length(discounts) AS counted"
            " FROM cpn_getPrice('u1', 3, 12, '{CODE5,CODE6,CODE7,CODE8,CODE9}')"
        )
        assert found.counted == 6, "what is measured is not what the title says"
    return bench


@pytest.mark.parametrize("clients", [1, 8])
def test_price(market, clients):
    ratio(
        f"a price with 5 codes against select-only, {clients} client{'s' * (clients > 1)}",
        GOAL,
        lambda: market.rate(PRICE, clients),
        lambda: market.builtin("select-only", clients),
    )
