"""Migrations, procedures and views are one transaction: a broken file leaves the database as it was."""

import os
import shutil
import subprocess
import sys

import psycopg
import pytest

from portal import migrate
from portal.places import ROOT
from tests import servers


@pytest.fixture
def database(server):
    """A database without anything in it."""
    with psycopg.connect(server, autocommit=True) as admin:
        name = "empty_database"
        servers.drop(admin, name)
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield servers.Database(server, name).dsn()
        servers.drop(admin, name)


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A copy of the SQL that a test may break."""
    for folder in ("sql", "migrations"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copyfile(ROOT / "alembic.ini", tmp_path / "alembic.ini")
    monkeypatch.setattr(migrate, "ROOT", tmp_path)
    monkeypatch.setattr(migrate, "BOOTSTRAP", tmp_path / "sql" / "bootstrap.sql")
    return tmp_path / "sql"


def test_a_second_run_changes_nothing(database):
    migrate.migrate(database)
    before = catalogue(database)
    migrate.migrate(database)
    assert catalogue(database) == before


def test_a_database_that_was_there_before_compiles_no_statement_just_in_time(database):
    migrate.migrate(database)
    name = "empty_database"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {name} RESET jit")
    migrate.migrate(database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SHOW jit").fetchone()[0] == "off"


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "procedures/accounts/as_broken.sql",
            "CREATE OR REPLACE FUNCTION as_broken() RETURNS no_such_type AS",
        ),
        (
            "views/accounts/as_broken.sql",
            "CREATE OR REPLACE VIEW as_broken AS SELECT no_such_column FROM as_users;",
        ),
        ("views/accounts/as_lost.sql", "CREATE OR REPLACE VIEW as_lost AS SELECT * FROM no_such_view;"),
    ],
)
def test_a_broken_file_is_named_and_nothing_is_done(database, tree, file, text):
    migrate.migrate(database)
    before = catalogue(database)
    (tree / "procedures" / "accounts" / "as_extra.sql").write_text(
        "CREATE OR REPLACE FUNCTION as_extra() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
    )
    (tree / file).write_text(text)
    with pytest.raises(psycopg.Error) as broken:
        migrate.migrate(database)
    assert broken.value.__notes__ == [f"sql/{file}"]
    assert catalogue(database) == before


def test_a_body_is_stored_as_it_is_written(database, tree):
    """SQLAlchemy would turn every %s into $1."""
    (tree / "procedures" / "accounts" / "as_percent.sql").write_text(
        "CREATE OR REPLACE FUNCTION as_percent() RETURNS text LANGUAGE sql AS $$ SELECT format('%s:x %% %(a)s', 1) $$;"
    )
    migrate.migrate(database)
    with psycopg.connect(database) as connection:
        body = connection.execute("SELECT prosrc FROM pg_proc WHERE proname = 'as_percent'").fetchone()[0]
    assert body == " SELECT format('%s:x %% %(a)s', 1) "


@pytest.mark.parametrize(
    "earlier",
    [
        # Gone, with another argument, with another answer.
        "as_earlier(one integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "as_isDba(one integer) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "fin_getDailyTotals(a date, b date) RETURNS TABLE (day date) LANGUAGE sql AS 'SELECT a'",
    ],
)
def test_procedures_of_an_earlier_version_give_way(database, earlier):
    """One that got another argument would else stand beside its earlier self, and no call would be clear."""
    migrate.migrate(database)
    before = catalogue(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE portal_owner")
        connection.execute(f"DROP FUNCTION IF EXISTS portal.{earlier.partition('(')[0]} CASCADE")
        connection.execute(f"CREATE FUNCTION portal.{earlier}")
    assert catalogue(database) != before
    migrate.migrate(database)
    assert catalogue(database) == before


def test_views_may_read_each_other_in_any_order(database, tree):
    for name, source in {"as_one": "as_two", "as_two": "as_zero", "as_zero": "as_users"}.items():
        (tree / "views" / "accounts" / f"{name}.sql").write_text(
            f"CREATE OR REPLACE VIEW {name} AS SELECT username FROM {source};"
        )
    migrate.migrate(database)
    migrate.migrate(database)
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM as_one").fetchone() == (0,)


def test_everything_belongs_to_the_owner_that_nobody_signs_in_as(database):
    migrate.migrate(database)
    with psycopg.connect(database) as connection:
        others = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'portal'::regnamespace"
            " AND relowner <> 'portal_owner'::regrole"
            " UNION SELECT proname FROM pg_proc WHERE pronamespace = 'portal'::regnamespace"
            " AND proowner <> 'portal_owner'::regrole"
        ).fetchall()
        assert others == []
        assert connection.execute(
            "SELECT rolcanlogin FROM pg_roles WHERE rolname = 'portal_owner'"
        ).fetchone() == (False,)


def test_two_at_once_wait_for_each_other(database):
    command = [sys.executable, "-m", "portal.cli", "migrate"]
    environment = os.environ | {"DATABASE_URL": database}
    both = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert [(one.communicate()[1], one.returncode) for one in both] == [("", 0), ("", 0)]


def catalogue(dsn: str) -> list:
    """What the schema consists of: names and definitions, without the numbers that a reload changes."""
    with psycopg.connect(dsn) as connection:
        return connection.execute(
            "SELECT 'function', proname::text, md5(prosrc), proacl::text FROM pg_proc"
            " WHERE pronamespace = 'portal'::regnamespace"
            " UNION ALL SELECT relkind::text, relname::text, md5(coalesce(pg_get_viewdef(oid), '')), relacl::text"
            " FROM pg_class WHERE relnamespace = 'portal'::regnamespace AND relkind IN ('r', 'v', 'i')"
            " UNION ALL SELECT 'version', version_num, '', '' FROM alembic_version ORDER BY 1, 2"
        ).fetchall()
