"""The bank under fire: PostgreSQL is killed with -9 while many customers use a few accounts.

Nothing that was acknowledged is lost or doubled, nothing is there that nobody asked for, a repeated request gets its
first answer, and after every restart no invariant is broken. The customers' own notes are the witness.
"""

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import pytest

from portal import checks
from portal.places import ROOT
from tests.chaos import history, private
from tests.loyalty.till.shop import open_shop
from tests.people import register
from tests.rails import world
from tests.rails.report import SOAK

CLIENTS = 16
ACCOUNTS = 20
KILLS = 200 if SOAK else 20
ACKNOWLEDGED = 1_000_000 if SOAK else 5_000
# So many answers lie between a restart and the next kill, so that every kill hits work.
BETWEEN = 50
PATIENCE = 30
#: A few that are soon used up, for whose last use everybody comes at once, and some that never are.
COUPONS = {
    **{f"LAST{number}": {"useType": "multiple", "value": 10, "maxUses": 3} for number in range(10)},
    "EVERYBODY": {"useType": "multiple", "value": 5},
    "ONCE-EACH": {"useType": "multiple", "discountType": "amount", "value": 2, "maxUsesPerPerson": 1},
}


@pytest.fixture
def bank():
    """A PostgreSQL of its own that keeps its promises: fsync and synchronous_commit are on."""
    with private.postgres("bank", max_wal_size="512MB", checkpoint_timeout="30s") as bank:
        yield bank


@contextmanager
def customers(database, folder, seed, people, tariffs, coupons):
    started = []
    try:
        for number in range(CLIENTS):
            told = {
                "name": f"client{number}",
                "seed": seed,
                "web": database.dsn("portal_web"),
                "worker": database.dsn("portal_worker"),
                "till": database.dsn("portal_till"),
                "booking": database.dsn("portal_booking"),
                "folder": str(folder),
                "people": people,
                "tariffs": tariffs,
                "coupons": coupons,
            }
            command = [sys.executable, "-m", "tests.chaos.client", json.dumps(told)]
            started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


class Notes:
    """The customers' files, read on from where they were read last."""

    def __init__(self, folder):
        self.folder = folder
        self.read = {}
        self.acknowledged = 0
        self.broken = 0

    def look(self) -> None:
        for path in self.folder.iterdir():
            with path.open("rb") as file:
                file.seek(self.read.get(path, 0))
                lines = file.read()
            self.read[path] = self.read.get(path, 0) + len(lines)
            # Each line is written at once.
            self.acknowledged += lines.count(b'{"ack": ')
            self.broken += lines.count(b'{"lost": ')

    def wait(self, true, clients, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not true():
            for client in clients:
                assert client.poll() is None, client.stderr.read()
            assert time.monotonic() < deadline, f"waited {PATIENCE} s for {what}"
            time.sleep(0.02)
            self.look()


def test_nothing_acknowledged_is_lost_or_doubled(bank, tmp_path, seed, say):
    server, database = bank
    chance = random.Random(seed)
    people = [f"person{number}" for number in range(ACCOUNTS)]
    with database.connect() as db:
        for setting in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums"):
            assert db.value(f"SHOW {setting}") == "on", setting
        shelf = world.catalogue(db)
        for manager in ("mona", "milan"):
            register(db, manager, role="manager")
        register(db, "root", role="admin")
        world.turn_clock(db, "2024-01-31")
        open_shop(db)
        for username in people:
            world.done(db.call("as_register", name=username, username=username))
            world.done(db.call("loy_addCard", username=username, number=username))
        for code, terms in COUPONS.items():
            world.done(db.call("cpn_addCoupon", code=code, **terms))

    notes = Notes(tmp_path)
    restarts = []
    felt = 0
    begun = time.monotonic()
    shelf = [shelf.free, shelf.team, shelf.business]
    with customers(database, tmp_path, seed, people, shelf, list(COUPONS)) as clients:
        while felt < KILLS or notes.acknowledged < ACKNOWLEDGED:
            enough = notes.acknowledged + BETWEEN
            notes.wait(lambda enough=enough: notes.acknowledged >= enough, clients, "answers")
            time.sleep(chance.uniform(0, 0.6))
            if felt >= KILLS:
                continue
            notes.look()
            broken = notes.broken
            restarts.append(strike(server, database, chance, whole=felt % 4 < 3))
            notes.wait(lambda broken=broken: notes.broken > broken, clients, "somebody to feel the kill")
            felt += 1
            check(database)
            with database.connect() as db:
                # A month passes, so that what was bought for one is due; and no mail is sent here.
                world.turn_clock(db, db.value("SELECT trf_periodEnd('2024-01-31', %s)", [felt]))
                db.execute(
                    "UPDATE job_outbox SET state = 'cancelled', finishedAt = now() WHERE state = 'new'"
                )
        for client in clients:
            client.send_signal(signal.SIGTERM)
        for client in clients:
            _, said = client.communicate(timeout=PATIENCE)
            assert client.returncode == 0, said
    seconds = time.monotonic() - begun

    told = history.read(tmp_path)
    with database.connect() as db:
        found = history.judge(told, db, people)
        checksums = db.value("SELECT sum(checksum_failures) FROM pg_stat_database")
        redeemed = db.value("SELECT count(*) FROM cpn_usage")
    check(database)
    done = sum(answer["result"] for answer in told.acknowledged.values())
    say(
        f"{len(told.acknowledged)} acknowledged ({done} done, {len(told.repeated)} repeated) in {seconds:.0f} s,"
        f" {felt} kills felt as {told.broken} broken calls, lost {len(found.lost)}, doubled {len(found.doubled)},"
        f" ghost {len(found.ghost)}, other answers {len(found.unlike)};"
        f" {redeemed} coupons redeemed; restart {statistics.median(restarts):.2f} s, at most {max(restarts):.2f} s"
    )
    assert not found.any(), found.any()[:10]
    assert told.broken >= felt >= KILLS
    assert len(told.acknowledged) >= ACKNOWLEDGED and len(told.repeated) > 0.01 * len(told.acknowledged)
    assert {procedure for procedure, _ in told.invoked.values()} == {
        told.invoked[key][0] for key, answer in told.acknowledged.items() if answer["result"]
    }, "some procedure only ever refused"
    assert redeemed > len(COUPONS)
    assert checksums == 0
    sound(server)


def strike(server, database, chance, whole: bool) -> float:
    """Kill all of the server, or one busy backend, and say how long it took until it answered again."""
    if whole:
        server.kill()
        begun = time.monotonic()
        server.start()
        return time.monotonic() - begun
    with database.connect() as db:
        pids = [pid for (pid,) in db.read("SELECT pid FROM pg_stat_activity WHERE application_name = 'bank'")]
    begun = time.monotonic()
    os.kill(chance.choice(pids), signal.SIGKILL)
    # The postmaster ends the others and recovers by itself.
    while True:
        time.sleep(0.02)
        with suppress(Exception), database.connect() as db:
            if db.value("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [pids]) == 0:
                return time.monotonic() - begun
        assert time.monotonic() - begun < PATIENCE


def check(database) -> None:
    with database.connect("portal_report") as db:
        violations = checks.violations(db)
    assert not violations, violations[:10]


def sound(server) -> None:
    """Tables and indexes agree, page by page."""
    program = [server.programs / "pg_amcheck", "--install-missing", "--heapallindexed", "--parent-check"]
    said = subprocess.run([*program, "--checkunique", server.address("bank")], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, ""), said.stdout + said.stderr
