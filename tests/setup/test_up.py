"""`portal up`: opens, stops cleanly, and recovers from kill -9 of any or all of its processes."""

import os
import re
import signal
import socket
from contextlib import suppress

import psycopg
import pytest


def test_it_opens_ctrl_c_stops_everything_and_the_data_is_kept(portal):
    portal.up()
    portal.wait_until(portal.is_ready)
    assert f"http://localhost:{portal.port}" in portal.said()
    assert "user=portal_dba" in portal.said()
    write(portal, "kept")

    assert portal.stop(signal.SIGINT) == 0
    assert "Stopped" in portal.said()
    portal.wait_until(lambda: portal.processes() == {})

    portal.up()
    assert read(portal) == "kept"
    assert portal.stop() == 0


def test_a_second_portal_beside_it_is_refused_in_one_sentence(portal):
    portal.up()
    second = portal.run("up", "--port", "1")
    assert second.returncode != 0
    assert second.stderr.count("\n") == 1
    assert f"The portal runs already (process {portal.process.pid}" in second.stderr
    portal.wait_until(portal.is_ready)


def test_what_is_killed_is_started_again(portal):
    portal.up()
    write(portal, "before")
    for number, victim in enumerate([r"postgres -D", r"valkey-server", r"portal\.cli web"], start=1):
        pid = portal.pid(victim)
        os.kill(pid, signal.SIGKILL)
        portal.wait_until(lambda number=number: portal.said().count("starting it again") >= number)
        portal.wait_until(
            lambda pid=pid, victim=victim: any(other != pid for other in matching(portal, victim))
        )
        portal.wait_until(portal.is_ready)
    assert read(portal) == "before"
    assert portal.stop() == 0


@pytest.mark.parametrize("victims", ["supervisor", "children", "everything"])
def test_after_a_kill_the_next_start_recovers(portal, victims):
    portal.up()
    write(portal, "before")
    if victims == "supervisor":
        os.kill(portal.process.pid, signal.SIGKILL)
        portal.process.wait()
        # Web, worker and scheduler go with it; the servers may stay, and are used again.
        portal.wait_until(lambda: not matching(portal, r"portal\.cli (web|work|schedule)"))
    elif victims == "children":
        for pid in matching(portal, r"portal\.cli|postgres"):
            # One whose parent has just been killed may be gone.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        portal.process.wait()
    else:
        portal.kill_all()

    portal.up()
    portal.wait_until(portal.is_ready)
    assert read(portal) == "before"
    assert portal.stop() == 0
    portal.wait_until(lambda: portal.processes() == {})


def test_a_number_left_in_postmaster_pid_that_is_somebody_elses_now_is_no_obstacle(portal):
    assert portal.run("migrate").returncode == 0
    left = portal.place / "var" / "postgres" / "data" / "postmaster.pid"
    left.write_text(f"{os.getpid()}\n{left.parent}\n")
    assert portal.run("migrate").stderr == ""


def test_a_port_in_use_is_one_sentence_with_the_way_out(portal):
    with socket.socket() as other:
        other.bind(("127.0.0.1", portal.port))
        other.listen()
        refused = portal.run("up", "--port", str(portal.port))
    assert refused.returncode != 0
    assert refused.stderr.count("\n") == 1
    assert f"Port {portal.port} is in use" in refused.stderr
    assert f"PORT={portal.port + 1}" in refused.stderr


def matching(portal, pattern: str) -> list[int]:
    return [pid for pid, words in portal.processes().items() if re.search(pattern, words)]


def write(portal, value: str) -> None:
    with psycopg.connect(portal.dsn()) as connection:
        connection.execute(f"COMMENT ON DATABASE portal IS '{value}'")


def read(portal) -> str:
    with psycopg.connect(portal.dsn()) as connection:
        return connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        ).fetchone()[0]
