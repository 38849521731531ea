"""What a till asks of an account costs the same with ten thousand lots of which twenty count, and on 1 March at midnight."""

import json

import pytest

from tests.loyalty.till.shop import basket, done, open_shop


@pytest.fixture
def hoarder(db, alice):
    """8,000 lots that have expired, 1,980 that are spent, 20 that count."""
    db.execute(
        "INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)"
        " SELECT 'alice', 'regular', 10, CASE WHEN n <= 1980 THEN 0 ELSE 10 END, n <= 1980,"
        " as_now() - interval '400 days',"
        " CASE WHEN n > 9980 THEN as_now() + interval '1 day' ELSE as_now() - n * interval '10 minutes' END, '', as_now()"
        " FROM generate_series(1, 10000) AS n"
    )
    # Others have lots too.
    db.execute(
        "INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)"
        " SELECT 'other' || n % 1000, 'regular', 10, 10, false, as_now(), as_now() + interval '1 day', '', as_now()"
        " FROM generate_series(1, 20000) AS n"
    )
    db.execute("ANALYZE loy_lots")
    return alice


def touched(db, query) -> int:
    """Pages that a query reads, once it is planned for good."""
    for _ in range(8):
        db.execute(query)
    plan = db.value(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}")[0]["Plan"]
    return plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


def test_an_index_leads_to_the_lots_that_count(db, hoarder):
    body = """
        SELECT * FROM loy_lots AS lot
        WHERE lot.username = 'alice' AND NOT lot.isSpent AND lot.validTo > as_now() AND lot.validFrom <= as_now()
    """
    plan = str(db.value(f"EXPLAIN (FORMAT JSON) {body}"))
    assert "loy_lots_open" in plan and "Seq Scan" not in plan
    rows = db.value("SELECT count(*) FROM loy_validLots('alice', as_now())")
    assert rows == 20


@pytest.mark.parametrize(
    "query",
    [
        "SELECT loy_getBalance('alice')",
        "SELECT loy_lotsForDecision('alice', as_now())",
        "SELECT count(*) FROM loy_getForecast('alice')",
    ],
)
def test_ten_thousand_lots_are_not_read_for_twenty(db, hoarder, query):
    many = touched(db, query)
    db.execute("DELETE FROM loy_lots WHERE username = 'alice' AND (isSpent OR validTo <= as_now())")
    few = touched(db, query)
    assert many < few + 40, (many, few)


def test_a_receipt_reads_the_lots_that_count_and_changes_the_ones_that_pay(db, hoarder):
    open_shop(db)

    def read() -> int:
        return db.value(
            "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)"
            " FROM pg_stat_xact_user_tables WHERE relname = 'loy_lots'"
        )

    before = read()
    goods = basket(("A1", 1, "49.90"), ("B1", 1, "10.00"), pay="12.00")
    answer = done(db.call("loy_commit", storeID="s001", till="1", businessDay=db.value("SELECT as_today()"),
                          number="17", key="0903 123 456", basket=goods))  # fmt: skip
    assert json.loads(answer["answer"])["decision"]["bonus"] == "12.00"
    # Twenty to decide, twenty for the balance, a few that pay.
    assert read() - before < 60


def test_the_moment_at_which_everything_expires_costs_no_more(db, alice, at):
    """A whole base of lots ends on 1 March at 00:00: before, at and after it a balance reads the same few pages."""
    at("2026-02-28 23:00")
    db.execute(
        "INSERT INTO loy_lots (username, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt)"
        " SELECT CASE n % 100 WHEN 0 THEN 'alice' ELSE 'other' || n END, 'regular', 10, 10, false, as_now(),"
        " '2026-03-01 00:00+01', '', as_now() FROM generate_series(1, 20000) AS n"
    )
    db.execute("ANALYZE loy_lots")
    pages = {}
    written = db.value(
        "SELECT sum(n_tup_upd + n_tup_ins) FROM pg_stat_xact_user_tables WHERE relname LIKE 'loy_%'"
    )
    for moment in ("2026-02-28 23:59", "2026-03-01 00:00", "2026-03-02 12:00"):
        at(moment)
        pages[moment] = touched(db, "SELECT loy_getBalance('alice')")
    assert db.value("SELECT loy_getBalance('alice')") == 0
    assert max(pages.values()) == pages["2026-02-28 23:59"], pages
    after = db.value(
        "SELECT sum(n_tup_upd + n_tup_ins) FROM pg_stat_xact_user_tables WHERE relname LIKE 'loy_%'"
    )
    assert after == written
