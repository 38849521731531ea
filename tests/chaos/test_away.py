"""PostgreSQL does not answer, or is not there: the web server says so within bounds, and recovers by itself."""

import json
import os
import signal
import time

import pytest

from portal.services import processes
from tests import servers
from tests.chaos import private
from tests.people import register

# No visitor waits longer, and a machine that looks after us is answered sooner.
LONGEST = 15


@pytest.fixture(scope="module")
def portal(server):
    # A session that was begun is kept through the kill; nothing here is about disks.
    with private.postgres("away", **servers.FAST | {"synchronous_commit": "on"}) as (postgres, database):
        with database.connect() as db:
            register(db, "alice")
        with private.Web(database, threads=4) as web:
            yield postgres, database, web


@pytest.fixture
def alice(portal):
    _, database, web = portal
    with database.connect() as db:
        return private.Browser.signed_in(web, db, "alice")


def is_away(web, alice) -> None:
    assert web.get("/healthz").status == 200
    # Together, because each of them may have to wait.
    asked = [alice.asking(path) for path in ("/readyz", "/", "/tariff", "/finance")]
    ready, *pages = answers = web.at_once(asked)
    assert (ready.status, json.loads(ready.text)["database"]) == (503, False)
    assert [page.status for page in pages] == [503] * 3
    for page in pages:
        assert page.headers["Retry-After"] and "Traceback" not in page.text and "psycopg" not in page.text
    assert max(answer.seconds for answer in answers) < LONGEST


def comes_back(web, alice) -> None:
    """Every process of the web server does, each with a pool of its own."""
    deadline = time.monotonic() + 20
    while {page.status for page in web.at_once([alice.asking("/tariff")] * 8)} != {200}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_it_is_killed_and_comes_back(portal, alice):
    postgres, _, web = portal
    assert alice.get("/tariff").status == 200
    postgres.kill()
    is_away(web, alice)
    postgres.start()
    comes_back(web, alice)


def test_it_hangs_and_goes_on(portal, alice):
    postgres, _, web = portal
    assert alice.get("/tariff").status == 200
    # The postmaster first, so that it starts no other.
    hung = [postgres.pid(), *processes.standing_in(postgres.data)]
    for pid in hung:
        os.kill(pid, signal.SIGSTOP)
    try:
        is_away(web, alice)
    finally:
        for pid in hung:
            os.kill(pid, signal.SIGCONT)
    comes_back(web, alice)
