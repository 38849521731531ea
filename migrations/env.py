"""Move the tables forward, then read every procedure, view and text in from sql/: one transaction, all or nothing."""

import tomllib
from contextlib import contextmanager
from pathlib import Path

import psycopg
from alembic import context
from psycopg.types.json import Jsonb
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from portal import services

SQL = Path(__file__).parent.parent / "sql"


def files(folder: str) -> list[Path]:
    return sorted((SQL / folder).rglob("*.sql"))


def drop_views() -> None:
    """Views stand aside while tables change; every one of them is read in again below."""
    views = driver.execute(
        "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class"
        " WHERE relkind = 'v' AND relnamespace = to_regnamespace('portal')"
    ).fetchone()[0]
    if views:
        driver.execute(f"DROP VIEW {views}")


def read_procedures() -> None:
    """Run each file exactly as it is written: through the driver, for SQLAlchemy would rewrite every %s in it."""
    before = procedures()
    # A body may name a function or a view that comes later; plpgsql_check reads them all in the tests.
    driver.execute("SET LOCAL check_function_bodies = off")
    for path in files("procedures"):
        text = path.read_text(encoding="utf-8")
        with named(path):
            try:
                with driver.transaction():
                    driver.execute(text)
            except (psycopg.errors.AmbiguousFunction, psycopg.errors.InvalidFunctionDefinition):
                # It has other arguments than in an earlier version, or answers something else.
                drop(name for name, _ in before if name.partition("(")[0] == path.stem.lower())
                driver.execute(text)
    drop(name for name, _ in before & procedures())  # what no file writes any more


def procedures() -> set:
    """Every procedure as it stands: one that is written anew has another xmin."""
    return set(
        driver.execute(
            "SELECT oid::regprocedure::text, xmin::text FROM pg_proc"
            " WHERE pronamespace = 'portal'::regnamespace AND proowner = 'portal_owner'::regrole"
        ).fetchall()
    )


def drop(names) -> None:
    for name in names:
        driver.execute(f"DROP FUNCTION IF EXISTS {name}")


def read_views() -> None:
    """Run each file; one that reads a view not yet made is tried again after the others."""
    waiting = files("views")
    while waiting:
        failed = {}
        for path in waiting:
            try:
                with named(path), driver.transaction():
                    driver.execute(path.read_text(encoding="utf-8"))
            except psycopg.errors.UndefinedTable as error:
                failed[path] = error
        if len(failed) == len(waiting):
            raise failed[waiting[0]]
        waiting = list(failed)


def read_texts() -> None:
    """Bring along the texts of messages; those that the installation has written itself stay in force."""
    for path in sorted((SQL / "texts").glob("*.toml")):
        with named(path):
            said = tomllib.loads(path.read_text(encoding="utf-8"))
            placeholders = [{"name": name, **given} for name, given in said.pop("placeholders").items()]
            texts = [
                {"locale": locale, "channel": channel, **text}
                for locale, given in said.items()
                for channel, text in by_channel(given)
            ]
            driver.execute("SELECT ntf_readTexts(%s, %s, %s)", [path.stem, Jsonb(placeholders), Jsonb(texts)])


def by_channel(given: dict):
    """The text of all channels, whose name is empty, and those of single ones below it: [en] and [en.sms]."""
    yield "", {name: words for name, words in given.items() if isinstance(words, str)}
    yield from ((channel, text) for channel, text in given.items() if isinstance(text, dict))


@contextmanager
def named(path: Path):
    """Say in which file PostgreSQL found the error."""
    try:
        yield
    except psycopg.Error as error:
        error.add_note(str(path.relative_to(SQL.parent)))
        raise


def connect() -> psycopg.Connection:
    return psycopg.connect(
        context.config.attributes.get("dsn") or services.dsn(), application_name="portal migrate"
    )


with create_engine("postgresql+psycopg://", creator=connect, poolclass=NullPool).connect() as connection:
    driver = connection.connection.driver_connection
    context.configure(connection=connection)
    upgrading = "destination_rev" in context.get_context().opts

    with context.begin_transaction():
        if upgrading:
            # First of all: Citus accepts it only before a transaction has touched a sharded table.
            driver.execute("SET LOCAL citus.multi_shard_modify_mode = 'sequential'")
            driver.execute("SET LOCAL ROLE portal_owner")
            driver.execute("SELECT pg_advisory_xact_lock(hashtext('portal migrations'))")
            # Better to give up than to make every visitor wait behind somebody's long transaction.
            driver.execute("SET LOCAL lock_timeout = '10s'")
            drop_views()
        context.run_migrations()
        if upgrading:
            read_procedures()
            read_views()
            read_texts()
