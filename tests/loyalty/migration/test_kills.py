"""A migration that is killed anywhere goes on where it stood, and brings what one brings that was left alone."""

import os
import subprocess
import sys
import threading

import psycopg
import pytest

from portal import checks
from portal.migration.carrier import Migration
from portal.places import ROOT
from tests import servers
from tests.chaos.private import postgres
from tests.loyalty.migration import falling
from tests.loyalty.migration.conftest import migration, totals

KILLS = 200 if os.environ.get("PORTAL_SOAK") else 20


@pytest.fixture(scope="module")
def whole(server, old):
    """What an uninterrupted migration brings, and how many moments there are to be killed at."""
    moments = []
    kept = Migration.call, Migration.copy
    falling.watched(moments.append)
    try:
        with servers.clone(server) as database, database.in_use():
            with migration(old) as one:
                assert one.run(switch=True) == "done"
            with database.connect() as connection:
                yield totals(connection), len(moments)
    finally:
        Migration.call, Migration.copy = kept


@pytest.fixture(autouse=True)
def unwatched(whole):
    """The watching of the uninterrupted one is over."""
    falling_call, falling_copy = Migration.call, Migration.copy
    yield
    Migration.call, Migration.copy = falling_call, falling_copy


def places(moments: int) -> list[int]:
    """Moments spread over the whole."""
    chosen = sorted({1 + round(number * (moments - 2) / (KILLS - 1)) for number in range(KILLS)})
    assert len(chosen) == min(KILLS, moments - 1)
    return chosen


@pytest.mark.timeout(600)
def test_the_process_killed_at_twenty_moments(server, old, whole):
    expected, moments = whole
    for place in places(moments):
        with servers.clone(server) as database, database.in_use():
            killed = subprocess.run(
                [sys.executable, "-m", "tests.loyalty.migration.falling", old.cards, old.history, str(place)],
                cwd=ROOT,
                env=database.environment(),
                capture_output=True,
                text=True,
            )
            assert killed.returncode == -9, f"the kill at {place} was not felt: {killed.stderr[-500:]}"
            with migration(old) as rest:
                assert rest.run(switch=True) == "done"
            with database.connect() as connection:
                assert totals(connection) == expected, f"killed at moment {place} of {moments}"


@pytest.mark.timeout(600)
def test_postgres_killed_at_twenty_moments(old, whole):
    """One migration, under which the server dies again and again: between calls, and in the middle of one."""
    expected, moments = whole
    wanted = iter(places(moments))
    felt = []
    with postgres("migration") as (server, database), database.in_use():
        reached = 0
        next_kill = next(wanted)
        killer = None

        def moment(what: str) -> None:
            nonlocal reached, next_kill, killer
            # Every connection begins with the start.
            reached += not what.endswith("loy_startMigration")
            if next_kill is None or reached < next_kill or killer:
                return
            next_kill = next(wanted, None)
            # Now, between two calls; or while the next one works.
            killer = threading.Timer(0.002 * (len(felt) % 2), server.kill)
            killer.start()
            if not len(felt) % 2:
                killer.join()

        falling.watched(moment)
        while True:
            try:
                with migration(old) as one:
                    assert one.run(switch=True) == "done"
                break
            except psycopg.OperationalError as death:
                felt.append(str(death))
                killer.join()
                killer = None
                server.start()
        with database.connect() as connection:
            assert totals(connection) == expected
        assert checks.run(lambda sentence: None)
    assert len(felt) == KILLS, felt
