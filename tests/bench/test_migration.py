"""Balances of an old card system against a bare COPY of the very rows they become, and what comes over in three hours."""

import os
import time

import pytest

from portal.migration import carrier, files
from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers
from tests.bench import side_by_side
from tests.loyalty.migration import old as old_system

CARDS = int(os.environ.get("BENCH_CARDS", "200000"))
WINDOW = 3 * 3600
#: What the balances of a migration are written into.
TABLES = {
    "loy_cards": "SELECT * FROM loy_cards",
    "as_userKeys": "SELECT * FROM as_userKeys WHERE key LIKE 'card:%'",
    "loy_lots": "SELECT * FROM loy_lots",
    "loy_moves": "SELECT * FROM loy_moves",
}


@pytest.fixture(scope="module")
def moving(server, tmp_path_factory):
    """A server that loses nothing, and a migration that stands before its balances."""
    postgres = Postgres(home("postgres-bench"), max_wal_size="4GB", shared_buffers="512MB")
    postgres.start()
    try:
        old = old_system.write(tmp_path_factory.mktemp("old"), cards=CARDS, history=CARDS, difficult=False)
        with (
            servers.clone(postgres.address("postgres")) as database,
            database.in_use(),
            carrier.session(carrier.LIMITS, lambda sentence: None) as connection,
            database.connect() as owner,
        ):
            yield Moving(connection, owner, old, tmp_path_factory.mktemp("rows"))
    finally:
        postgres.stop()


class Moving:
    def __init__(self, connection, owner, old, place):
        self.owner = owner
        self.place = place
        self.migration = carrier.Migration(
            connection,
            files.File(old.cards, files.CARDS),
            files.File(old.history, files.HISTORY),
            say=lambda sentence: None,
        )
        self.rows = 0

    def come_over(self) -> None:
        """All of it, once; the rows that its balances became are kept in files."""
        assert self.migration.run(switch=False) == "ready"
        # The one that is measured again and again has to find its staged rows.
        self.owner.execute("CREATE TABLE kept_cards AS SELECT * FROM loy_oldCards")
        self.owner.execute("CREATE TABLE kept_accounts AS SELECT * FROM loy_oldAccounts")
        assert self.migration.run(switch=True) == "done"
        for table, query in TABLES.items():
            with (
                (self.place / table).open("wb") as file,
                self.owner.cursor().copy(f"COPY ({query}) TO STDOUT") as out,
            ):
                for block in out:
                    file.write(block)
            self.rows += self.owner.value(f"SELECT count(*) FROM ({query}) AS rows")
            self.owner.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        # As ours: a move is one of a lot.
        self.owner.execute(
            "ALTER TABLE bare_loy_moves ADD FOREIGN KEY (username, lotID) REFERENCES bare_loy_lots (username, lotID)"
        )
        for kept, table in (("kept_cards", "loy_oldCards"), ("kept_accounts", "loy_oldAccounts")):
            self.owner.execute(f"INSERT INTO {table} SELECT * FROM {kept}")
            self.owner.execute(f"ANALYZE {table}")
        self.steps = {
            row.step: row.seconds
            for row in self.owner.read("SELECT step, seconds::float8 AS seconds FROM loy_migrationStepList")
        }

    def settle(self) -> None:
        self.owner.execute("VACUUM as_userKeys")
        self.owner.execute("CHECKPOINT")

    def balances(self) -> float:
        """The step as it is, into tables without what it brings."""
        self.owner.execute("TRUNCATE loy_cards, loy_lots, loy_moves")
        self.owner.execute("DELETE FROM as_userKeys WHERE key LIKE 'card:%'")
        self.owner.execute("DELETE FROM loy_migrationSteps WHERE step = 'balances'")
        self.owner.execute("UPDATE loy_migrations SET state = 'switching'")
        self.settle()
        began = time.perf_counter()
        self.migration.walk("balances", "loy_migrateBalances")
        took = time.perf_counter() - began
        written = sum(
            self.owner.value(f"SELECT count(*) FROM ({query}) AS rows") for query in TABLES.values()
        )
        assert written == self.rows
        return self.rows / took

    def bare(self) -> float:
        """The same rows out of files, into the same tables with the same indexes and keys, without any rule."""
        self.owner.execute(f"TRUNCATE {', '.join(f'bare_{table}' for table in TABLES)}")
        self.settle()
        began = time.perf_counter()
        for table in TABLES:
            with (
                (self.place / table).open("rb") as file,
                self.owner.cursor().copy(f"COPY bare_{table} FROM STDIN") as copy,
            ):
                while block := file.read(1_000_000):
                    copy.write(block)
        return self.rows / (time.perf_counter() - began)


@pytest.mark.timeout(1800)
def test_old_balances(moving):
    moving.come_over()
    result = side_by_side.ratio(
        "balances of old cards against a bare COPY of these rows", 0.5, moving.balances, moving.bare
    )
    show_window(moving.steps)
    assert result > 0


def show_window(steps: dict[str, float]) -> None:
    """What comes over in three hours, as measured here."""
    opening = sum(steps[step] for step in steps if step != "history")
    cards, lines = CARDS / opening, CARDS / steps["history"]
    print(
        f"\nIn a window of {WINDOW // 3600} hours, by one process a shard, in thousands of millions (10^9):"
    )
    print(f"{'shards':>8} {'cards until tills start':>26} {'lines of history in the same time':>36}")
    for shards in (1, 8, 32, 64, 128):
        print(f"{shards:8d} {shards * cards * WINDOW / 1e9:26.2f} {shards * lines * WINDOW / 1e9:36.2f}")
    print(
        f"Measured: {cards:,.0f} cards and {lines:,.0f} lines of history a second, {CARDS:,} of each, file to compared"
        " tables.\nAssumed: every shard is a server like this one with the files of its own people beside it, what one\n"
        "portion needs stays in its memory, and the rate holds for larger tables; unloading the old system, copying\n"
        "files and indexes that no longer fit into memory come on top. Nothing here was run on several servers."
    )
