"""Sending the outbox to a sink with three workers, against the bare loop over the same sink; tills and pages beside it."""

import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest

from portal.places import ROOT, var
from tests.bench.side_by_side import ratio
from tests.bench.test_page import cookies, pages_a_second, served, shop  # noqa: F401
from tests.bench.test_till import MEMBERS, PROMOTIONS, SOMEBODY, open_shop, run

GOAL, BESIDE = 0.5, 0.9
WORKERS = 3
#: So many in a round; rounds of a few seconds each.
BATCH = 3_000
WORK = "from portal import create_app, db\nfrom workers import messages\ndb.connect_as('portal_worker')\nwith create_app().app_context():\n    {work}\n"
SEND = "while True:\n        messages.send()\n        __import__('time').sleep(0.05)"
QUEUE = """
INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)
SELECT 'u' || (n %% 20000 + 1), 'welcome', 'bench:' || %s || ':' || n, 'file', '{}', 'new', 0, now(), now()
FROM generate_series(1, %s) AS n
"""


@pytest.fixture(scope="module")
def outbox(bench):
    with bench.database.connect() as connection:
        connection.execute("UPDATE ntf_channels SET isEnabled = true WHERE code = 'file'")
        connection.execute(
            "INSERT INTO ntf_kindChannels VALUES ('welcome', 'file', true, false, now()) ON CONFLICT DO NOTHING"
        )
        connection.execute("DELETE FROM job_outbox")
        connection.execute("VACUUM ANALYZE job_outbox")
        yield connection


@contextlib.contextmanager
def processes(environment, code: str, count: int):
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(count)
    ]
    try:
        yield started
    finally:
        for process in started:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()


def sweep() -> None:
    for file in var("messages").glob("*.json"):
        file.unlink()


BARE = """
import os, sys
from portal import create_app
from portal.channels import Provider, file
with create_app().app_context():
    sink = file.Files(Provider("file", "file", "file"))
    sheet = file.Sheet(to="u1", kind="welcome", locale="en", subject="Welcome", body="Hello\\n" * 5, link="http://localhost/")
    sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.readline()
    for _ in range({count}):
        sink.deliver(sheet, os.urandom(16).hex(), lambda: None)
"""


def bare(environment) -> float:
    """Three processes that do nothing but put messages into the sink."""
    code = BARE.format(count=BATCH // WORKERS)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WORKERS)
    ]
    for process in started:
        process.stdout.readline()
    begin = time.perf_counter()
    for process in started:
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in started:
        assert process.wait() == 0
    seconds = time.perf_counter() - begin
    sweep()
    return BATCH / seconds


def sent(outbox, environment) -> float:
    """Three workers that find a full outbox."""
    outbox.execute(QUEUE, [str(time.monotonic()), BATCH])
    left = "SELECT count(*) FROM job_outbox WHERE state IN ('new', 'sending')"
    begin = time.perf_counter()
    # They stand ready already.
    while outbox.value(left):
        time.sleep(0.02)
    seconds = time.perf_counter() - begin
    assert outbox.value("SELECT count(*) FROM job_outbox WHERE state <> 'sent'") == 0
    outbox.execute("DELETE FROM job_outbox")
    outbox.execute("VACUUM job_outbox")
    sweep()
    return BATCH / seconds


@pytest.mark.timeout(900)
def test_sending(bench, outbox):
    environment = bench.database.environment()
    with processes(environment, WORK.format(work=SEND), WORKERS):
        time.sleep(4)
        ratio(
            f"messages to a sink by {WORKERS} workers against the bare loop", GOAL,
            lambda: sent(outbox, environment), lambda: bare(environment),
        )  # fmt: skip


@pytest.mark.timeout(900)
def test_tills_beside_it(bench, outbox):
    """A till's commit while a provider of thirty messages a second is sent to, against none being sent."""
    open_shop(outbox, PROMOTIONS)
    run(outbox, MEMBERS)
    outbox.execute("DELETE FROM job_outbox")
    outbox.execute(QUEUE, ["beside", 20_000])
    compare("a till's commit", outbox, bench.database.environment(), lambda: bench.rate(SOMEBODY, 1))


@pytest.mark.timeout(900)
def test_pages_beside_it(shop, cookies):  # noqa: F811
    """A customer's cabinet while a provider of thirty messages a second is sent to, against none being sent."""
    with shop.connect() as connection, served(shop, "portal:create_app()") as cabinet:
        connection.execute("UPDATE ntf_channels SET isEnabled = true WHERE code = 'file'")
        connection.execute("INSERT INTO ntf_kindChannels VALUES ('welcome', 'file', true, false, now())")
        connection.execute("DELETE FROM job_outbox")
        connection.execute(
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)"
            " SELECT username, 'welcome', 'bench:' || n, 'file', '{}', 'new', 0, now(), now()"
            " FROM as_users CROSS JOIN generate_series(1, 500) AS n"
        )
        compare(
            "the cabinet, one visitor,",
            connection,
            shop.environment(),
            lambda: pages_a_second(cabinet, 'id="operations"', cookies[:1]),
        )


def compare(what: str, connection, environment, rate) -> None:
    """A rate while messages are sent, against none being sent."""
    connection.execute("UPDATE ntf_providers SET ratePerSecond = 30, burst = 5 WHERE code = 'file'")
    gone = "SELECT count(*) FROM job_outbox WHERE state = 'sent'"

    def beside() -> float:
        with processes(environment, WORK.format(work=SEND), WORKERS):
            time.sleep(4)
            before = connection.value(gone)
            measured = rate()
            assert connection.value(gone) > before, "nothing was sent"
            return measured

    ratio(f"{what} while messages are sent against none", BESIDE, beside, rate)
    sweep()
