"""An import of a million coupons against the bare pipe: the same rows from pymysql into COPY, without any rule."""

import os
import shutil
import subprocess
import sys

import pytest
from psycopg.types.json import Jsonb

from portal.places import ROOT
from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers
from tests.bench import side_by_side
from tests.mariadb import PASSWORD, MariaDB, place

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
MEMORY = 200
#: Each pair takes most of a minute.
PAIRS = 2

BUFFER = f"""
CREATE TABLE coupons (
    id int PRIMARY KEY, code varchar(40) NOT NULL, kind varchar(20), percent decimal(6,2), category varchar(40),
    since datetime, until datetime, uses int, note varchar(200)
)
AS SELECT
    seq AS id, concat(upper(substr(md5(seq), 1, 10)), '-', seq) AS code, 'percentage' AS kind, 1 + seq % 90 AS percent,
    concat('Campaign ', seq % 20) AS category, '2026-01-01' + interval seq % 300 day AS since,
    if(seq % 3 = 0, NULL, '2027-06-30 12:00:00') AS until, if(seq % 4 = 0, 10, 1) AS uses,
    if(seq % 5 = 0, 'Given at the desk', NULL) AS note
FROM seq_1_to_{ROWS}
"""
MAPPING = {
    "code": "code", "discountType": "kind", "value": "percent", "category": "category", "validFrom": "since",
    "validUntil": "until", "maxUses": "uses", "note": "note",
}  # fmt: skip


@pytest.fixture(scope="module")
def pipe(server):
    """A server that loses nothing, a MariaDB with a million coupons, and a source between them."""
    postgres = Postgres(home("postgres-bench"), max_wal_size="4GB", shared_buffers="512MB")
    maria = MariaDB(place("bench"), **{"innodb-buffer-pool-size": "400M"})
    postgres.start()
    try:
        maria.start()
        maria.admit("buffer", PASSWORD)
        maria.run(BUFFER)
        with servers.clone(postgres.address("postgres")) as database:
            yield Pipe(database, maria)
    finally:
        maria.stop()
        shutil.rmtree(maria.place)
        postgres.stop()


class Pipe:
    def __init__(self, database, maria):
        self.database = database
        self.memory = 0
        with database.connect() as connection:
            outcome = connection.call("cpn_saveSource", mapping=Jsonb(MAPPING), **maria.source())
            self.source = outcome.details["sourceID"]
            # The staging table without its index, and nothing that reads it.
            connection.execute("CREATE UNLOGGED TABLE bare (LIKE cpn_importRows)")
            connection.execute("GRANT INSERT, TRUNCATE ON bare TO portal_worker")

    def forget(self) -> None:
        """As before the first import."""
        with self.database.connect() as connection:
            connection.execute("TRUNCATE cpn_coupons, cpn_importRows, cpn_skippedRows")

    def settle(self) -> None:
        """What earlier rounds have left to write is not this one's work."""
        with self.database.connect() as connection:
            connection.execute("VACUUM cpn_importRows")
            connection.execute("CHECKPOINT")

    def rate(self, what: str, argument: int) -> float:
        self.settle()
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.carrier", what, str(argument)],
            cwd=ROOT, env=self.database.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        seconds, megabytes = done.stdout.split()[-2:]
        if what == "work":
            self.memory = max(self.memory, int(megabytes))
        return ROWS / float(seconds)

    def imported(self) -> float:
        with self.database.connect() as connection:
            run = connection.call("job_runNow", code=f"coupons.import:{self.source}").details["runID"]
        rate = self.rate("work", run)
        with self.database.connect() as connection:
            last = connection.row("SELECT * FROM cpn_importList ORDER BY import_id DESC LIMIT 1")
        assert (last.state, last.rows) == ("done", ROWS), last
        self.last = last
        return rate

    def first(self) -> float:
        self.forget()
        rate = self.imported()
        assert self.last.added == ROWS
        return rate

    def second(self) -> float:
        rate = self.imported()
        assert (self.last.added, self.last.duplicate) == (0, ROWS)
        return rate

    def bare(self) -> float:
        return self.rate("pipe", self.source)

    def reader(self) -> float:
        return self.rate("reader", self.source)


@pytest.mark.timeout(1800)
def test_a_million_coupons(pipe, monkeypatch):
    monkeypatch.setattr(side_by_side, "PAIRS", PAIRS)
    first = side_by_side.ratio("a million new coupons against the bare pipe", 0.5, pipe.first, pipe.bare)
    second = side_by_side.ratio("the same million again against the bare pipe", 0.8, pipe.second, pipe.bare)
    print(f"{'the reader of the worker into COPY, without any rule':<52} {pipe.reader():,.0f}/s")
    print(f"{'memory of the worker at its peak':<52} {pipe.memory:5d} MB  (goal under {MEMORY})")
    assert pipe.memory < MEMORY and first > 0 and second > 0
