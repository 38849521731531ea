"""A person, an administrator, a message that waits and a run that waits."""

import os
import shutil

import pytest
import redis
from psycopg.types.json import Jsonb

from portal import db as gateway
from portal.services.owner import home
from portal.services.valkey import Valkey
from tests.jobs.processes import MailServer, Portal
from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401

WORKER = "here:1"


@pytest.fixture
def jana(db):
    username = register(db, "jana", name="Jana", locale="sk")
    # Her welcome is not what these tests are about.
    db.execute("DELETE FROM job_outbox")
    return username


@pytest.fixture
def message(db, jana):
    """Queues a message to Jana and gives its id: `message("welcome")`."""
    number = iter(range(1, 1000))

    def queue(kind="welcome", username=jana, details="{}", address=None, channel="email") -> int:
        key = f"test:{next(number)}"
        db.execute(
            "INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)"
            " VALUES (%s, %s, true, false, now()) ON CONFLICT (kind, channel) DO UPDATE SET isOn = true",
            [kind, channel],
        )
        assert db.value(
            "SELECT job_queueMessage(%s, %s, %s, %s, %s)", [username, kind, key, details, address]
        )
        db.execute("DELETE FROM job_outbox WHERE dedupKey = %s AND channel <> %s", [key, channel])
        return db.value("SELECT id FROM job_messages WHERE username = %s AND dedup_key = %s", [username, key])

    return queue


@pytest.fixture
def claim(db, jana):
    """The messages that a worker gets, by their numbers: `claim()`, `claim("there:2", channel="sms")`."""

    def claim(worker=WORKER, channel="email", **given) -> dict:
        outcome = db.call("ntf_claimMessages", worker=worker, channel=channel, **given)
        assert outcome.ok, outcome
        return {message["id"]: message for message in outcome.details["messages"]}

    return claim


@pytest.fixture
def finish(db, jana):
    """Says what became of a message, and gives what was written down: `finish(one, "sent")`."""

    def finish(message_id, state, worker=WORKER, username=jana, **given) -> list:
        result = {"username": username, "id": message_id, "state": state} | given
        outcome = db.call("ntf_finishMessages", worker=worker, results=Jsonb([result]))
        assert outcome.ok, outcome
        return [each["state"] for each in outcome.details["finished"]]

    return finish


@pytest.fixture
def hand_over(db, jana):
    """What a worker may hand over: `hand_over(one, two)["handed"]`."""

    def hand_over(*messages, worker=WORKER, provider="mail", canAsk=False, text=None) -> dict:
        given = [{"username": jana, "id": one} | ({"text": text} if text else {}) for one in messages]
        outcome = db.call(
            "ntf_handOverMessages", worker=worker, provider=provider, messages=Jsonb(given), canAsk=canAsk
        )
        assert outcome.ok, outcome
        return outcome.details

    return hand_over


@pytest.fixture
def message_of(db):
    return lambda message_id: db.row("SELECT * FROM job_messages WHERE id = %s", [message_id])


@pytest.fixture
def run(db):
    """Makes a run that waits: `run("jobs.check")`."""

    def make(code="jobs.check") -> int:
        outcome = db.call("job_runNow", code=code)
        assert outcome.reason == "run_queued", outcome
        return outcome.details["runID"]

    return make


@pytest.fixture
def run_of(db):
    return lambda run_id: db.row("SELECT * FROM job_runList WHERE id = %s", [run_id])


@pytest.fixture
def pass_time(db):
    """Let time pass for whatever waits or is leased: the columns are real time, so they are moved back."""

    def back(interval: str) -> None:
        db.execute(
            "UPDATE job_outbox SET createdAt = createdAt - %(t)s::interval, notBefore = notBefore - %(t)s::interval,"
            " handedOverAt = handedOverAt - %(t)s::interval, leaseUntil = leaseUntil - %(t)s::interval,"
            " finishedAt = finishedAt - %(t)s::interval",
            {"t": interval},
        )
        db.execute(
            "UPDATE job_runs SET createdAt = createdAt - %(t)s::interval, dueAt = dueAt - %(t)s::interval,"
            " notBefore = notBefore - %(t)s::interval, leaseUntil = leaseUntil - %(t)s::interval",
            {"t": interval},
        )
        db.execute("UPDATE job_schedules SET updatedAt = updatedAt - %s::interval", [interval])

    return back


@pytest.fixture(scope="module")
def valkey(server):
    """A Valkey of the test's own, which may be flushed and killed."""
    own = Valkey(home(f"valkey-{os.getpid()}"))
    own.start()
    yield own
    own.stop()
    shutil.rmtree(own.place)


@pytest.fixture
def mail_server():
    with MailServer() as running:
        yield running


@pytest.fixture
def outbox(fresh_database):
    """A committed database: a DBA's connection that sees what processes do."""
    with fresh_database.connect() as connection:
        register(connection, "jana", name="Jana", locale="sk")
        register(connection, "root", role="admin")
        connection.execute("DELETE FROM job_outbox")
        connection.execute("UPDATE job_schedules SET isEnabled = false")
        yield connection


@pytest.fixture
def as_worker(app, fresh_database, outbox):
    """This process calls as a worker does."""
    with fresh_database.connect("portal_worker") as connection, gateway.use(connection), app.app_context():
        yield connection


@pytest.fixture
def portal(fresh_database, outbox, valkey):
    """Workers and schedulers on the test's database and Valkey: `portal.start("workers.work", "jobs")`."""
    redis.Redis.from_url(valkey.address()).flushall()
    portal = Portal(fresh_database.environment() | {"VALKEY_URL": valkey.address()})
    yield portal
    portal.stop()
