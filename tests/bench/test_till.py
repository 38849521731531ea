"""A till's commit of five lines that earns and is paid with bonuses, against TPC-B; and whether it stays flat.

PORTAL_SOAK=1 puts ten million lots into the table instead of a million.
"""

import json

import pytest

from tests.bench.conftest import PEOPLE
from tests.bench.side_by_side import ratio
from tests.loyalty.till.shop import PROMOTIONS, open_shop
from tests.rails.report import SOAK

GOAL = 0.5
MANY = 10_000_000 if SOAK else 1_000_000

LINES = [
    {"line": n, "sku": f"S{n}", "qty": "2", "price": f"{n}9.90", "attributes": {"brand": brand, "category": "ski/boots"}}
    for n, brand in enumerate(("columbia", "fila", "puma", "columbia", "fila"), 1)
]  # fmt: skip
BASKET = json.dumps({"lines": LINES, "pay": "5.00"})


def commit(card: str) -> str:
    """A pgbench script: a receipt with a number of its own, of whoever has this card."""
    return (
        "\\set r random(1, 9000000000000000)\n"
        f"SELECT result FROM loy_commit('s001', 't' || :client_id::text, current_date, :r::text, {card}, '{BASKET}');"
    )


SOMEBODY = commit("'CARD' || :n::text")
MEMBERS = f"""
INSERT INTO as_userKeys (key, username, createdAt) SELECT 'card:CARD' || n, 'u' || n, now() FROM generate_series(1, {PEOPLE}) AS n;
INSERT INTO loy_cards (number, username, state, createdAt) SELECT 'CARD' || n, 'u' || n, 'active', now() FROM generate_series(1, {PEOPLE}) AS n;
SELECT count(loy_grant('u' || n, 'regular', 1000000.00)) FROM generate_series(1, {PEOPLE}) AS n;
VACUUM ANALYZE
"""
OTHERS = """
INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)
SELECT 'other' || n / 100, 'regular', 10, 10, false, now() - '400 days'::interval, now() + (n % 700 - 350) * '1 day'::interval, '', now()
FROM generate_series(1, {lots}) AS n;
VACUUM ANALYZE loy_lots
"""
HOARDER = """
INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)
SELECT 'u1', 'regular', 10, 10, false, now() - '800 days'::interval, now() - n * '1 hour'::interval, '', now()
FROM generate_series(1, 9980) AS n;
INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)
SELECT name, 'promotional', 10000, 10000, false, now() - '1 day'::interval, now() + n * '1 day'::interval, '', now()
FROM generate_series(1, 19) AS n CROSS JOIN unnest('{u1,u2}'::text[]) AS name;
VACUUM ANALYZE loy_lots
"""


@pytest.fixture(scope="module")
def club(bench):
    with bench.database.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        open_shop(connection, PROMOTIONS)
        run(connection, MEMBERS)
        called = f"SELECT * FROM loy_commit('s001', 'x', current_date, '1', 'CARD7', '{BASKET}')"
        bench.answer = connection.row(called).details["answer"]
        decision = json.loads(bench.answer)["decision"]
        assert (
            decision["bonus"] == "5.00" and float(decision["earned"]) > 0 and float(decision["discount"]) > 0
        )
    return bench


def run(connection, statements: str) -> None:
    for statement in statements.split(";"):
        connection.execute(statement)


@pytest.mark.parametrize("clients", [1, 8])
def test_commit(club, clients):
    ratio(
        f"a till's commit of 5 lines against TPC-B, {clients} client{'s' * (clients > 1)}",
        GOAL if clients == 8 else None,
        lambda: club.rate(SOMEBODY, clients),
        lambda: club.builtin("tpcb-like", clients),
    )


def test_what_it_writes(club):
    """How near to TPC-B a commit could come that finds, checks and decides nothing."""
    rows = (
        "\\set r random(1, 9000000000000000)\n"
        f"SELECT length(bench_commit('u' || :n::text, :r::text, '{BASKET}', '[]', '{club.answer}'));"
    )
    ratio(
        "the rows of such a commit alone against TPC-B, 8 clients", None,
        lambda: club.rate(rows, 8), lambda: club.builtin("tpcb-like", 8),
    )  # fmt: skip


def test_an_account_with_many_old_lots(club):
    with club.database.connect() as connection:
        run(connection, HOARDER)
        assert connection.value("SELECT count(*) FROM loy_validLots('u1', now())") == 20
    ratio(
        "… of somebody with 10,000 lots, 20 of them valid, against 20",
        0.8,
        lambda: club.rate(commit("'CARD1'"), 1),
        lambda: club.rate(commit("'CARD2'"), 1),
    )


# Ten million rows take minutes to make.
@pytest.mark.timeout(3600)
def test_it_is_flat(club):
    """Before and after cannot take turns; TPC-B beside each says what the machine did meanwhile."""
    with club.database.connect() as connection:
        few = connection.value("SELECT count(*) FROM loy_lots")
    before = ratio(
        f"a till's commit with {few:,} lots in the table", None,
        lambda: club.rate(SOMEBODY, 8), lambda: club.builtin("tpcb-like", 8),
    )  # fmt: skip
    with club.database.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        run(connection, OTHERS.format(lots=MANY))
    after = ratio(
        f"… with {MANY + few:,}", None, lambda: club.rate(SOMEBODY, 8), lambda: club.builtin("tpcb-like", 8)
    )
    print(f"… which is {after / before:.2f} of it (goal 0.8)")
