"""Who runs the embedded servers: the person who calls, or for root a user without rights, whose way in is not forced."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from portal.places import ROOT
from portal.services.owner import digest, owner

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="root's own case")


def test_only_the_owner_can_reach_the_servers(portal):
    portal.up()
    for folder in ("postgres", "valkey"):
        assert stat.S_IMODE((portal.place / "var" / folder).stat().st_mode) == 0o700
        assert stat.S_IMODE((portal.place / "var" / folder / "run").stat().st_mode) == 0o700
    assert portal.run("psql", "-Atc", "SHOW listen_addresses").stdout.strip() == ""
    for pid in portal.processes():
        assert "0.0.0.0" not in portal.processes().get(pid, "")


@AS_ROOT
def test_root_runs_them_as_somebody_else(portal):
    portal.up()
    for program in ("postgres -D", "valkey-server"):
        assert os.stat(f"/proc/{portal.pid(program)}").st_uid == owner().uid != 0


@AS_ROOT
def test_a_folder_that_is_closed_to_others_stays_closed(portal):
    """In /root, say: the servers' data goes where their user can reach it."""
    portal.place.chmod(0o700)
    elsewhere = Path("/var/lib") / f"portal-{digest(portal.place / 'var')}"
    try:
        done = portal.run("migrate")
        assert done.returncode == 0, done.stderr
        assert stat.S_IMODE(portal.place.stat().st_mode) == 0o700
        assert (elsewhere / "postgres" / "data").is_dir()
        assert stat.S_IMODE((elsewhere / "postgres").stat().st_mode) == 0o700
    finally:
        subprocess.run(["rm", "-rf", elsewhere], check=True)


# Root becomes an ordinary user after Python is loaded, for Python itself may lie where only root may read.
AS_ORDINARY = """
import os, sys
import portal.cli, portal.services.valkey, sqlalchemy.dialects.postgresql.psycopg
uid, gid = int(sys.argv[1]), int(sys.argv[2])
os.setgroups([])
os.setgid(gid)
os.setuid(uid)
portal.cli.main(["migrate"])
"""


@AS_ROOT
def test_an_ordinary_user_needs_no_root(portal):
    os.chown(portal.place, owner().uid, owner().gid)
    done = subprocess.run(
        [sys.executable, "-c", AS_ORDINARY, str(owner().uid), str(owner().gid)],
        cwd=ROOT,
        env=portal.environment(HOME=str(portal.place)),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    for path in (portal.place / "var", portal.place / "var" / "postgres" / "data"):
        assert path.stat().st_uid == owner().uid


def test_a_long_path_gets_a_short_socket(portal):
    deep = portal.place / ("long" * 20) / "var"
    done = portal.run("migrate", PORTAL_VAR=str(deep))
    assert done.returncode == 0, done.stderr
    short = Path(
        portal.run("dsn", PORTAL_VAR=str(deep)).stdout.split("host=")[1].split("&")[0].replace("%2F", "/")
    )
    assert len(str(short)) < 91
    assert stat.S_IMODE(short.stat().st_mode) == 0o700
    for folder in ("postgres", "valkey"):
        shutil.rmtree(f"{tempfile.gettempdir()}/portal-{owner().uid}-{digest(deep / folder / 'run')}")


def test_a_half_made_data_folder_is_made_anew(portal):
    assert portal.run("dsn").returncode == 0
    (portal.place / "var" / "postgres" / "data.new.killed").mkdir()
    assert portal.run("migrate").returncode == 0
    assert not (portal.place / "var" / "postgres" / "data.new.killed").exists()


def test_data_of_another_version_is_refused_in_one_sentence(portal):
    assert portal.run("migrate").returncode == 0
    (portal.place / "var" / "postgres" / "data" / "PG_VERSION").write_text("16\n")
    refused = portal.run("migrate")
    assert refused.returncode != 0
    assert "was made by PostgreSQL 16 and this is 18" in refused.stderr


def test_the_last_one_turns_the_light_off(portal):
    """A command beside a running portal uses its servers and leaves them up."""
    portal.up()
    assert portal.run("migrate").returncode == 0
    portal.wait_until(portal.is_ready)
    portal.stop()
    assert portal.run("migrate").returncode == 0
    portal.wait_until(lambda: portal.processes() == {})
