"""Whatever cuts an import off, the next one ends in exactly the state of one that nothing happened to."""

import subprocess
import sys
import threading

import psycopg
import pytest

from portal import db as gateway
from portal.places import ROOT
from tests.chaos.private import postgres
from tests.imports.conftest import Office, adds_up, coupon
from tests.imports.falling import small
from tests.imports.wire import Proxy
from tests.jobs.processes import wait_until
from workers import mysql, runs, staging

ROWS = 3000
CUTS = 40
KILLS = 20


@pytest.fixture(autouse=True)
def small_portions(monkeypatch):
    for module, name in ((mysql, "BATCH"), (mysql, "PORTION"), (staging, "ROWS")):
        monkeypatch.setattr(module, name, getattr(module, name))
    small()


@pytest.fixture
def filled(buffer):
    """Codes with twins, rows that cannot be taken, and people."""
    rows = [
        coupon(
            n,
            f"Code-{n % 2300}",
            "1000" if n % 13 == 0 else str(n % 99 + 1),
            category=f"Cat {n % 5}",
            note="n" * (n % 50),
        )
        for n in range(1, ROWS)
    ]
    buffer.fill("coupons", [*rows, coupon(ROWS, None)])
    buffer.fill("people", [(n, f"person{n}", str(n % 60 + 1), "studied") for n in range(1, ROWS)])
    return buffer


def everything(connection) -> tuple:
    """The coupons and discounts, without the imports that happened to bring them and the moment at which they came."""
    return (
        connection.read(
            "SELECT code, written, useType, discountType, value, validFrom, validUntil, maxUses, note, status, sourceID,"
            " sourceKey, contentHash, rowHash, (SELECT name FROM cpn_categories WHERE id = categoryID) AS category"
            " FROM cpn_coupons ORDER BY code"
        ),
        connection.read(
            "SELECT identity, percentage, reason, sourceID FROM cpn_personalDiscounts WHERE endedAt IS NULL ORDER BY 1"
        ),
        connection.read("SELECT count(*) FROM cpn_importRows"),
    )


def forget(connection) -> None:
    connection.execute(
        "TRUNCATE cpn_coupons, cpn_personalDiscounts, cpn_importRows, cpn_skippedRows, cpn_imports CASCADE"
    )
    connection.execute(
        "UPDATE job_runs SET state = 'failed', finishedAt = now(), leaseUntil = NULL WHERE finishedAt IS NULL"
    )


@pytest.fixture(params=["coupons", "discounts"])
def holds(request):
    return request.param


@pytest.fixture
def source(fresh_database, filled, holds):
    """A committed database with a source, and what it looks like after an import that nothing happened to."""
    with fresh_database.connect() as connection:
        office = Office(connection, filled)
        given = {"holds": holds, "name": "Source"}
        if holds == "discounts":
            given |= {"tableName": "people", "identityKind": "login"}
        office.given = given
        office.id = office.save(**given)
        assert office.run(office.id).state == "done"
        assert adds_up(office.last(office.id))
        office.whole = everything(connection)
        yield office


def at(office, port: int) -> None:
    """Have the source at another port."""
    office.save(sourceID=office.id, port=port, **office.given)


@pytest.mark.timeout(300)
def test_a_connection_cut_at_any_byte(source, filled):
    with Proxy(filled.port) as proxy:
        at(source, proxy.port)
        forget(source.connection)
        assert source.run(source.id).state == "done"
        total = proxy.passed
    # From the greeting to the last row, closer together where more is said at once.
    places = sorted({round(30 * (total / 30) ** (n / (CUTS - 1))) - 1 for n in range(CUTS)})
    assert len(places) == CUTS and total > 40_000
    for place in places:
        forget(source.connection)
        with Proxy(filled.port, cut=place) as proxy:
            at(source, proxy.port)
            run = source.run(source.id)
            assert proxy.felt, f"the cut after {place} bytes was not felt"
            assert (run.state, source.last(source.id).state) == ("waiting", "failed")
        at(source, filled.port)
        source.connection.execute("UPDATE job_runs SET notBefore = clock_timestamp() WHERE state = 'waiting'")
        assert source.work(run.id).state == "done"
        assert everything(source.connection) == source.whole, place
        assert adds_up(source.last(source.id))


@pytest.mark.timeout(300)
def test_a_connection_that_hangs(source, filled, monkeypatch):
    monkeypatch.setattr(mysql, "READ_TIMEOUT", 1)
    for place in (50, 5_000, 50_000):
        forget(source.connection)
        with Proxy(filled.port, hang=place) as proxy:
            at(source, proxy.port)
            run = source.run(source.id)
            assert proxy.felt and "does not answer" in run.error
        at(source, filled.port)
        assert source.run(source.id).state == "done"
        assert everything(source.connection) == source.whole


@pytest.mark.timeout(300)
def test_a_worker_killed_before_any_of_its_calls(source, fresh_database):
    # The run and the import are begun and ended; every portion is staged and decided.
    calls = 2 * -(-ROWS // staging.ROWS) + 4
    places = sorted({1 + round(n * (calls - 1) / (KILLS - 1)) for n in range(KILLS)})
    assert len(places) == KILLS
    for place in places:
        forget(source.connection)
        run_id = source.connection.call("job_runNow", code=f"coupons.import:{source.id}").details["runID"]
        worker = subprocess.run(
            [sys.executable, "-m", "tests.imports.falling", str(run_id), str(place)],
            cwd=ROOT,
            env=fresh_database.environment(),
            capture_output=True,
            text=True,
        )
        assert worker.returncode == -9, f"the kill at {place} was not felt: {worker.stderr[-500:]}"
        source.connection.execute(
            "UPDATE job_runs SET leaseUntil = clock_timestamp() - interval '1 second' WHERE state = 'running'"
        )
        run = source.work(run_id)
        assert run.state == "done"
        assert everything(source.connection) == source.whole, place
        assert source.connection.value("SELECT count(*) FROM cpn_imports WHERE state = 'reading'") == 0


@pytest.mark.timeout(300)
def test_postgres_killed_in_the_middle(filled, holds, monkeypatch):
    given = {"holds": holds, "name": "Source"}
    if holds == "discounts":
        given |= {"tableName": "people", "identityKind": "login"}
    monkeypatch.setattr(gateway, "_role", "portal_worker")
    with postgres("imports") as (server, database), database.in_use():
        with database.connect() as connection:
            office = Office(connection, filled)
            source = office.save(**given)
            assert office.run(source).state == "done"
            whole = everything(connection)
        for number in (2, 5, 9, 13):
            with database.connect() as connection:
                forget(connection)
                run_id = connection.call("job_runNow", code=f"coupons.import:{source}").details["runID"]
            felt = killed_while(server, run_id, number, monkeypatch)
            assert felt, f"the death of PostgreSQL at the portion {number} was not felt"
            with database.connect() as connection:
                connection.execute(
                    "UPDATE job_runs SET notBefore = clock_timestamp() WHERE state = 'waiting'"
                )
                office = Office(connection, filled)
                run = office.work(run_id)
                assert (run.state, run.attempts) == ("done", 2)
                assert everything(connection) == whole
                assert adds_up(office.last(source))


def killed_while(server, run_id: int, number: int, monkeypatch) -> bool:
    """Do a run, with PostgreSQL killed at a portion and started again; whether the run noticed."""
    staged = staging.stage
    seen = []

    def stage(copy, chunk) -> None:
        seen.append(chunk)
        if len(seen) == number:
            server.kill()
            threading.Thread(target=server.start).start()
        staged(copy, chunk)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "stage", stage)
        runs.work(run_id)
    wait_until(is_there, what="PostgreSQL")
    return len(seen) == number


def is_there() -> bool:
    try:
        return gateway.row("SELECT 1 AS one").one == 1
    except (gateway.Away, psycopg.Error):
        return False


def test_a_worker_that_lost_its_run_stops_and_adds_nothing(source, filled, monkeypatch):
    """Another one has begun anew meanwhile; what this one still stages belongs to an import that is over."""
    forget(source.connection)
    staged = staging.stage
    seen = []

    def stage(copy, chunk) -> None:
        seen.append(chunk)
        if len(seen) == 3:
            assert source.connection.call("cpn_startImport", sourceID=source.id).ok
        staged(copy, chunk)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "stage", stage)
        run = source.run(source.id)
    assert run.state == "failed" and "is over" in run.error
    assert source.run(source.id).state == "done"
    assert everything(source.connection) == source.whole
