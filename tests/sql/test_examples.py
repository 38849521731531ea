"""The guided tours for database administrators run, show what is recorded beside them, and leave nothing."""

import os
import shutil
import subprocess

import pytest

from portal.docs import SQL
from portal.services import postgres
from tests.recorded import compare

TOURS = sorted((SQL / "examples").glob("*.sql"))


def psql(dsn: str, path) -> str:
    """What psql prints for a file: every line of it, and the answers."""
    program = shutil.which("psql") or str(postgres.embedded() / "psql")
    done = subprocess.run(
        [
            program,
            "--no-psqlrc",
            "--echo-all",
            "--set=ON_ERROR_STOP=1",
            "--pset=null=∅",
            "--pset=pager=off",
            f"--file={path}",
            dsn,
        ],
        env=os.environ | {"PGTZ": "UTC", "PGCLIENTENCODING": "UTF8", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    # A line that is padded to the width of its column ends in spaces that an editor would take away.
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"


@pytest.mark.parametrize("path", TOURS, ids=lambda path: path.stem)
def test_a_tour_shows_what_is_recorded_and_leaves_nothing(path, fresh_database, unchanged):
    with fresh_database.connect() as connection, unchanged(connection):
        compare(psql(fresh_database.dsn("portal_dba"), path), path.with_suffix(".out"))


@pytest.mark.parametrize("path", TOURS, ids=lambda path: path.stem)
def test_a_tour_begins_with_what_it_shows_and_how_to_run_it(path):
    text = path.read_text()
    assert text.startswith("-- ") and f"portal psql -f sql/examples/{path.name}" in text
    assert "\nBEGIN;\n" in text and text.endswith("\nROLLBACK;\n")
