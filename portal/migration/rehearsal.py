"""A rehearsal: the whole migration, switch and history included, in a database of its own on the same server."""

import os
from contextlib import contextmanager

import psycopg
from psycopg import sql

from portal import migrate, services
from portal.migration.carrier import elsewhere
from portal.trouble import Trouble

#: What decides how cards are read and whose they become, in an order that foreign keys accept.
NEEDED = (
    "as_clock",
    "as_settings",
    "loy_tiers",
    "loy_kinds",
    "as_trf_tariffs",
    "as_users",
    "as_userKeys",
    "loy_accounts",
    "loy_cards",
)
#: These come filled with a new database.
FILLED = NEEDED[:4]


@contextmanager
def database(say):
    """A database with today's rules and people and nothing else; gone afterwards. Its name."""
    name = f"portal_rehearsal_{os.getpid()}"
    admin = services.dsn()
    with psycopg.connect(admin, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            raise Trouble(
                f"A rehearsal needs a database of its own, and {connection.info.user} may make none:"
                f" ALTER ROLE {connection.info.user} CREATEDB, and repeat."
            ) from None
        try:
            say(f"Rehearsing in the database {name}; nothing is written here.")
            migrate.migrate(elsewhere(admin, name))
            take_over(admin, elsewhere(admin, name))
            yield name
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def take_over(live: str, rehearsal: str) -> None:
    """Copy what is needed, as of one moment."""
    with psycopg.connect(live) as source, psycopg.connect(rehearsal) as target:
        source.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for connection in (source, target):
            connection.execute("SET LOCAL ROLE portal_owner")
            connection.execute("SET LOCAL search_path = portal")
        target.execute(f"TRUNCATE {', '.join(FILLED)} CASCADE")
        for table in NEEDED:
            with (
                source.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as rows,
                target.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
            ):
                for block in rows:
                    copy.write(block)
        target.commit()
        target.execute("ANALYZE")
