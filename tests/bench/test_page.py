"""A customer's cabinet against a bare Flask page, both served by gunicorn with the same settings on the same database."""

import io
import os
import secrets
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, redirect_stderr, suppress

import pytest

from portal import access, create_app, db, demo
from portal.places import ROOT, var
from tests import servers
from tests.bench.side_by_side import ratio

GOAL = 0.6
SECONDS = 3
VISITORS = 8
#: Customers with a history, each with a session of his own: what is remembered of one page is of no use to the next.
CUSTOMERS = 40


@pytest.fixture(scope="module")
def shop(server):
    """A small demo: a year of history behind everybody."""
    with servers.clone(server) as database:
        with database.in_use():
            demo.load(CUSTOMERS, echo=lambda sentence: None)
        yield database


@pytest.fixture(scope="module")
def cookies(shop):
    """Sessions of the customers with the longest histories, Alice first."""
    with shop.connect() as connection:
        people = connection.read(
            "SELECT username, role FROM as_users INNER JOIN fin_accounts USING (username)"
            " WHERE role = 'user' ORDER BY username <> 'alice', version DESC LIMIT %s",
            [VISITORS],
        )
        return [f"portal={session(connection, person)}" for person in people]


def session(connection, person) -> str:
    token = secrets.token_urlsafe(32)
    connection.execute(
        "SELECT as_startSession(%s, %s, %s, '127.0.0.1', 'bench')",
        [person.username, person.role, access.token_hash(token)],
    )
    return token


def test_page(shop, cookies):
    with (
        served(shop, "portal:create_app()") as cabinet,
        served(shop, "tests.bench.bare:create_app()") as bare,
    ):
        ratio(
            f"the cabinet against a bare Flask page, {VISITORS} visitors",
            GOAL,
            lambda: pages_a_second(cabinet, 'id="operations"', cookies),
            lambda: pages_a_second(bare, "<h1>Operations</h1>", ["bare=1"] * VISITORS),
        )


def pages_a_second(port: int, expected: str, cookies: list[str]) -> float:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.bench.visitors"),
            *("127.0.0.1", str(port), str(SECONDS), expected, *cookies),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return float(done.stdout)


@contextmanager
def served(database, application: str):
    """The port at which gunicorn serves it."""
    port = free_port()
    var("log").mkdir(parents=True, exist_ok=True)
    with var("log", "bench-web.log").open("ab") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", application, f"--bind=127.0.0.1:{port}"),
                *("--worker-class=gthread", "--workers=2", "--threads=4"),
                *("--no-control-socket", "--log-level=warning"),
            ],
            cwd=ROOT,
            env=database.environment()
            | {
                "PORTAL_URL": f"http://localhost:{port}",
                "PORTAL_THREADS": "4",
                "BARE_DSN": database.dsn("portal_web"),
            },
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 30
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                break
            assert process.poll() is None and time.monotonic() < until, f"no answer from {application}"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    """Below 32768, where connections that go out do not take ports from."""
    for port in range(21000 + os.getpid() % 5000, 32768):
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("There is no free port.")


def test_where_the_time_goes(shop, cookies):
    """In this process, one page after the other: what of a page is SQL, what is the template, what is around them."""
    rounds = 100
    spent = dict.fromkeys(("queries", "template"), 0.0)
    count = 0

    def clocked(name, function):
        def timed(*arguments, **named):
            nonlocal count
            count += name == "queries"
            before = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                spent[name] += time.perf_counter() - before

        return timed

    with shop.in_use(), pytest.MonkeyPatch.context() as patch, redirect_stderr(io.StringIO()):
        app = create_app()
        visitor = app.test_client()
        visitor.set_cookie(*cookies[0].split("="))
        for _ in range(10):
            assert visitor.get("/").status_code == 200
        patch.setattr(db, "_run", clocked("queries", db._run))
        template = app.jinja_env.template_class
        patch.setattr(template, "render", clocked("template", template.render))
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in range(rounds):
            visitor.get("/")
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu

    def each(seconds: float) -> str:
        return f"{seconds / rounds * 1000:.2f} ms"

    print(
        f"    the cabinet in one process: {each(wall)} ({each(cpu)} of this process's processor time);"
        f" {count / rounds:.0f} queries {each(spent['queries'])}, templates {each(spent['template'])},"
        f" sign-in check, headers, log and the rest {each(wall - sum(spent.values()))}"
    )
