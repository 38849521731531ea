"""Kill -9 of the worker, of Pohoda's stand-in, of Valkey and of PostgreSQL, each at twenty moments of an exchange.

Both books are edited all the time. After the last recovery they are equal, nobody is there twice and nobody is missing; and
the kills must have been felt, for a kill between two exchanges proves nothing.
"""

import os
import random
import shutil
import signal
import time
from collections import Counter
from contextlib import suppress

import psycopg
import pytest
import redis

from portal.services.owner import home
from portal.services.valkey import Valkey
from tests.chaos import private
from tests.contacts.conftest import switch_on
from tests.jobs.processes import Portal, children, wait_until
from tests.people import register
from tests.rails.report import SOAK, say, seed  # noqa: F401
from workers import queues

KILLS = 200 if SOAK else 20
PEOPLE = 12
#: What both sides edit; each its own, so that no conflict waits for a person.
OURS, THEIRS = ("street", "zip", "ico"), ("web", "phone", "division")


class Exchange:
    """One worker of the jobs' queue, the servers that it needs, and the hands at both books."""

    def __init__(self, server, database, pohoda, dice):
        self.server = server
        self.database = database
        self.pohoda = pohoda
        self.dice = dice
        self.felt = Counter()
        self.made = 0
        self.valkey = Valkey(home(f"valkey-contacts-{os.getpid()}"))
        self.valkey.start()
        self.redis = redis.Redis.from_url(self.valkey.address())
        self.portal = Portal(database.environment() | {"VALKEY_URL": self.valkey.address()})
        self.db = database.connect()
        self.worker = self.portal.start("workers.work", "jobs")

    def close(self) -> None:
        self.portal.stop()
        self.valkey.stop()
        shutil.rmtree(self.valkey.place)
        with suppress(psycopg.Error):
            self.db.close()

    # The hands

    def edit(self, most: float = 1.0) -> None:
        """Somebody new, or a change on one of the sides."""
        chosen = self.dice.random() * most
        username = f"person{self.dice.randrange(max(self.made, 1))}"
        if self.made < PEOPLE and (chosen < 0.4 or not self.made):
            register(self.db, f"person{self.made}", name=f"Person {self.made}")
            self.made += 1
        elif chosen < 0.75:
            value = f"{self.dice.choice(['Hlavná', 'Łódzka', 'K jezeru'])} {self.dice.randrange(99)}"[:15]
            field = self.dice.choice(OURS)
            given = value.replace(" ", "") if field == "ico" else value
            assert self.db.call("ctr_setProfile", username=username, **{field: given}).ok
        else:
            number = self.db.value("SELECT pohoda_id FROM ctr_contactStates WHERE username = %s", [username])
            if number:
                self.pohoda.change(number, **{self.dice.choice(THEIRS): f"web {self.dice.randrange(99)}"})
            self.db.call("job_runNow", code="contacts.receive")

    def wake(self) -> None:
        queue = queues.queue("jobs", self.redis)
        for run in self.db.read("SELECT id FROM job_dueRuns ORDER BY due"):
            queues.wake(queue, run.id)

    def expire(self) -> None:
        """Leases of those who were killed end at once, and so do pauses."""
        self.db.execute(
            "UPDATE job_runs SET leaseUntil = clock_timestamp() - interval '1 second' WHERE state = 'running'"
        )
        self.db.execute("UPDATE job_runs SET notBefore = clock_timestamp() WHERE state = 'waiting'")
        self.db.execute(
            "UPDATE ctr_linkState SET leaseUntil = clock_timestamp() - interval '1 second' WHERE worker IS NOT NULL"
        )
        self.db.execute("UPDATE ctr_contacts SET notBefore = NULL")

    # The hammer

    def is_busy(self) -> bool:
        return bool(self.db.value("SELECT worker IS NOT NULL FROM ctr_linkState"))

    def is_out(self) -> bool:
        """Whether a pack is on its way."""
        return bool(
            self.db.value(
                "SELECT count(*) FROM ctr_packs WHERE handedOverAt IS NOT NULL AND finishedAt IS NULL"
            )
        )

    def kill(self, victim: str) -> None:
        """While the worker talks with Pohoda, every other time while a pack is on its way."""
        is_pack = self.dice.random() < 0.5
        self.have_worker()
        self.edit(most=0.75 if is_pack else 1)
        self.wake()
        met = self.is_out if is_pack else self.is_busy
        with suppress(AssertionError):
            # A worker that lost Valkey ends a little later, and is started again.
            wait_until(lambda: met() or self.have_worker(), seconds=8)
        time.sleep(self.dice.random() * (0.15 if is_pack else 0.3))
        self.felt[victim] += self.is_busy()
        self.felt["packs"] += self.is_out()
        getattr(self, f"kill_{victim}")()
        if victim == "worker":
            self.expire()

    def recover(self) -> None:
        """Every other time it gets through before the next kill."""
        if self.dice.random() < 0.5:
            self.have_worker()
            self.expire()
            self.wake()
            with suppress(AssertionError):
                wait_until(lambda: not self.is_out() and not self.is_busy(), seconds=3)

    def kill_worker(self) -> None:
        horses = children(self.worker.pid)
        if horses and self.dice.random() < 0.7:
            # Only the child that works: the worker lives on.
            for pid in horses:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        else:
            self.end_worker()
            self.have_worker()

    def kill_pohoda(self) -> None:
        self.pohoda.kill()
        self.pohoda.start()
        self.slow_down()

    def kill_valkey(self) -> None:
        self.valkey.kill()
        self.valkey.start()
        self.have_worker()

    def kill_postgres(self) -> None:
        self.server.kill()
        self.server.start()
        self.db.close()
        self.db = wait_until(self.connected, what="PostgreSQL")
        self.have_worker()

    def connected(self):
        with suppress(psycopg.Error):
            return self.database.connect()

    def slow_down(self) -> None:
        """So that a request takes long enough to be hit."""
        self.pohoda.fail("slow", times=10_000, seconds=0.1)

    def end_worker(self) -> None:
        for pid in [*children(self.worker.pid), self.worker.pid]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.worker.wait()

    def have_worker(self) -> None:
        if self.worker.poll() is not None:
            self.worker = self.portal.start("workers.work", "jobs")

    # The end

    def is_settled(self) -> bool:
        self.have_worker()
        # What was killed last may have the link still, renewed as it died; that one is not waited for.
        if self.is_busy() and children(self.worker.pid):
            time.sleep(0.1)
            return False
        self.expire()
        for job in ("contacts.receive", "contacts.send"):
            self.db.call("job_runNow", code=job)
        self.wake()
        wait_until(
            lambda: not self.db.value("SELECT count(*) FROM job_dueRuns") or self.worker.poll() is not None,
            seconds=20,
            what="the jobs to be through",
        )
        time.sleep(0.3)
        left = self.db.value("SELECT count(*) FROM ctr_toSend") + self.db.value(
            "SELECT count(*) FROM ctr_toMerge"
        )
        return not left and not self.is_busy()

    def settle(self) -> None:
        self.pohoda.kill()
        self.pohoda.start()
        # Twice: the first round may have brought what the second one sends.
        for _ in range(2):
            wait_until(self.is_settled, seconds=90, what="both books to be equal")

    def check(self) -> None:
        ours = dict(
            self.db.read("SELECT username, content FROM ctr_ourContacts WHERE username LIKE 'person%'")
        )
        there = self.pohoda.contacts()
        owners = Counter(contact["extIds"].get("portal") for contact in there)
        assert max(owners.values()) == 1, f"somebody is there twice: {owners}"
        assert set(owners) == set(ours), "somebody is missing, or nobody's"
        for contact in there:
            mine = ours[contact["extIds"]["portal"]]
            for field in (*OURS, *THEIRS, "name", "email"):
                assert contact.get(field, "") == mine[field], (contact["extIds"], field)
        assert self.db.read("SELECT * FROM ctr_violations") == []


@pytest.fixture
def exchange(killable, seed):  # noqa: F811
    with (
        private.postgres("contacts", max_wal_size="512MB") as (server, database),
        database.connect() as connection,
    ):
        switch_on(connection, killable.url)
        connection.execute("UPDATE job_schedules SET isEnabled = false")
        one = Exchange(server, database, killable, random.Random(seed))
        try:
            one.slow_down()
            yield one
        finally:
            one.close()


@pytest.mark.parametrize("victim", ["worker", "pohoda", "valkey", "postgres"])
@pytest.mark.timeout(7200 if SOAK else 290)
def test_killed_at_any_moment_both_books_end_equal(exchange, victim, say):  # noqa: F811
    for _ in range(4):
        exchange.edit()
    for _ in range(KILLS):
        exchange.kill(victim)
        exchange.edit()
        exchange.recover()
    exchange.settle()
    exchange.check()
    sent = exchange.db.value("SELECT count(*) FROM ctr_packList WHERE kind = 'send'")
    again = exchange.db.value("SELECT count(*) FROM ctr_packList WHERE attempts > 1 OR state = 'cancelled'")
    say(
        f"{victim}: {exchange.felt[victim]} of {KILLS} kills met an exchange, {exchange.felt['packs']} a pack on its way;"
        f" {sent} packs, {again} of them more than once"
    )
    assert exchange.felt[victim] >= KILLS // 2 and exchange.felt["packs"] >= KILLS // 10, (
        "the kills were not felt"
    )
