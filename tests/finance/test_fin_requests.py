"""What waits for a decision is found among everything that was decided long ago."""

import pytest

POSTED, OPEN = 200_000, 400


@pytest.fixture
def busy(db, alice):
    """A ledger of 200,000 posted movements and 400 that wait."""
    db.execute(
        "INSERT INTO fin_finances (username, amount, currency, counterparty, statusID, version, balanceAfter,"
        "    purpose, requestKey, details, createdAt, postedAt)"
        " SELECT 'old-' || n %% 1000, 1, 'EUR', 'source:cash', 3, 1 + n / 1000, 1 + n / 1000,"
        "    'old', 'old-' || n, '{}', timestamptz '2020-01-01' + n * interval '1 minute',"
        "    timestamptz '2020-01-01' + n * interval '1 minute'"
        " FROM generate_series(0, %s - 1) AS n",
        [POSTED],
    )
    db.execute(
        "INSERT INTO fin_finances (username, amount, currency, counterparty, statusID, purpose, requestKey,"
        "    details, createdAt)"
        " SELECT 'alice', 1, 'EUR', 'source:cash', 1, 'Top-up', 'new-' || n, '{\"kind\": \"request\"}',"
        "    timestamptz '2020-01-01' + n * interval '1 hour'"
        " FROM generate_series(1, %s) AS n",
        [OPEN],
    )
    # What autovacuum does.
    db.execute("SELECT brin_summarize_new_values('fin_finances_time')")
    db.execute("ANALYZE fin_finances")


def read_rows(db) -> tuple[int, int]:
    """How often the whole ledger was read so far, and how many of its rows were fetched by an index."""
    row = db.row(
        "SELECT seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'fin_finances'"
    )
    return row.seq_scan, row.idx_tup_fetch


def test_the_queue_reads_what_waits_and_nothing_else(db, browser_of, mona, busy):
    browser = browser_of(mona)
    for query in ("", "&kind=request", "&kind=hold", "&q=alice", "&q=nobody"):
        scans, fetched = read_rows(db)
        # The days whose totals stand below the queue are from before the first movement.
        assert browser.get(f"/finance/admin?until=2010-01-01{query}").status_code == 200
        after_scans, after_fetched = read_rows(db)
        assert after_scans == scans
        # Once for the total, once for the page.
        assert after_fetched - fetched <= 2 * OPEN


def test_an_index_has_the_order_of_the_queue(db, busy):
    # Whether sorting is cheaper is the planner's business; that it need not sort is the index's.
    db.execute("SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off")
    plan = "\n".join(
        row[0]
        for row in db.read(
            "EXPLAIN SELECT * FROM fin_requests WHERE (asked_at, username, id) > ('2020-01-05', 'alice', 1)"
            " ORDER BY asked_at, username, id LIMIT 26"
        )
    )
    assert "Index Scan using fin_finances_open" in plan
    assert "Sort" not in plan
