"""A server that loses nothing, 20,000 people with money, and pgbench beside it."""

import re
import subprocess
from pathlib import Path
from statistics import mean

import psycopg
import pytest

from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers

PEOPLE = 20_000
BARE_WRITES = Path(__file__).with_name("bare_writes.sql")
#: How long is measured, and before it how long nobody looks: a new connection compiles and plans what a pool's has long had.
SECONDS, WARMING = 4, 2

PEOPLE_AND_CATALOGUE = """
SELECT as_register(name => 'Mona', username => 'mona', role => 'manager');
SELECT trf_saveTariff(name => 'Free');
SELECT trf_saveTariff(name => 'Team', price => 10, price6 => 55, price12 => 100, price36 => 270);
SELECT trf_saveTariff(name => 'Business', price => 20, price6 => 110, price12 => 200, price36 => 540);
SELECT as_setSetting('tariffDefault', '1');
SELECT trf_saveOption(code => 'option' || n, name => 'Option ' || n, type => 'number', defaultValue => '5')
FROM generate_series(1, 20) AS n;
SELECT trf_setTariffOptionValue(tariff.id, option.id, '50')
FROM as_trf_tariffs AS tariff CROSS JOIN as_trf_tariffOptions AS option;
SELECT count(as_register(name => 'Person ' || n, username => 'u' || n)) FROM generate_series(1, {people}) AS n;
SELECT count(fin_topUp('u' || n, 1000000, 'for the bench')) FROM generate_series(1, {people}) AS n;
SELECT count(trf_changeUserTariff('u' || n, 2, 12)) FROM generate_series(1, {people}) AS n;
VACUUM ANALYZE;
"""


@pytest.fixture(scope="session")
def bench(server):
    """`bench.rate(script, clients)` runs a pgbench script and returns transactions a second."""
    # fsync and synchronous_commit as in production; room enough that checkpoints do not fall on one side only.
    own = Postgres(home("postgres-bench"), max_wal_size="4GB", shared_buffers="512MB")
    own.start()
    try:
        with servers.clone(own.address("postgres")) as database:
            own.create("tpcb")
            fill(database)
            yield Bench(own, database)
    finally:
        own.stop()


def fill(database) -> None:
    with database.connect() as connection:
        connection.execute("SET synchronous_commit = off")
        for statement in filter(str.strip, PEOPLE_AND_CATALOGUE.format(people=PEOPLE).split(";")):
            connection.execute(statement)
    with database.connect() as connection:
        connection.execute(BARE_WRITES.read_text())


class Bench:
    """pgbench on our database and, with its own tables, on a database beside it."""

    def __init__(self, own: Postgres, database):
        self.own = own
        self.database = database
        self.pgbench = Path(own.programs) / "pgbench"
        self.script = own.place / "script.sql"
        with psycopg.connect(own.address("tpcb")) as connection:
            there = connection.execute("SELECT to_regclass('pgbench_accounts')").fetchone()[0]
        if not there:
            self.run("tpcb", "-i", "-q", "-s", 20)

    def run(self, database: str, *arguments) -> str:
        done = subprocess.run(
            [self.pgbench, "-h", self.own.sockets, "-U", "postgres", *map(str, arguments), database],
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    def rate(self, script: str, clients: int) -> float:
        self.script.write_text(f"\\set n random(1, {PEOPLE})\n{script}\n")
        return self.tps(self.database.name, clients, "-f", self.script)

    def builtin(self, name: str, clients: int) -> float:
        return self.tps("tpcb", clients, "-b", name)

    def tps(self, database: str, clients: int, *what) -> float:
        printed = self.run(
            database, "-n", "-M", "prepared", "-c", clients, "-j", 2, "-T", WARMING + SECONDS, "-P", 1, *what
        )
        assert "number of failed transactions: 0 " in printed, printed
        return mean(float(tps) for tps in re.findall(r"progress: .* s, ([\d.]+) tps", printed)[WARMING:])
