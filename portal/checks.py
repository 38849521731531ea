"""Ask the database for everything that must never be true; a healthy one answers nothing."""

from dataclasses import dataclass
from itertools import groupby

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from portal import services

#: More rows than these of one rule tell nothing new.
SHOWN = 20


@dataclass(frozen=True)
class Violation:
    rule: str
    username: str | None
    detail: str | None


def views(connection) -> list[str]:
    """The views that hold invariants, one a domain: fin_violations, trf_violations and so on."""
    return [
        name
        for (name,) in connection.execute(
            "SELECT relname FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace = 'portal'::regnamespace AND relname ~ '_violations$'"
            " ORDER BY relname"
        )
    ]


def violations(connection) -> list[Violation]:
    """What is wrong, as of one moment."""
    with connection.transaction(), connection.cursor(row_factory=class_row(Violation)) as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        found = []
        for view in views(connection):
            found += cursor.execute(
                sql.SQL("SELECT rule, username, detail FROM portal.{}").format(sql.Identifier(view))
            ).fetchall()
    return sorted(found, key=lambda one: (one.rule, one.username or "", one.detail or ""))


def run(echo=print) -> bool:
    """Print what is wrong, and say whether nothing is."""
    with psycopg.connect(services.dsn("portal_report"), autocommit=True) as connection:
        names = views(connection)
        found = violations(connection)
    for rule, rows in groupby(found, key=lambda one: one.rule):
        rows = list(rows)
        echo(f"{rule}: {len(rows)}")
        for one in rows[:SHOWN]:
            echo("  " + "  ".join(part for part in (one.username, one.detail) if part))
        if len(rows) > SHOWN:
            echo(f"  … and {len(rows) - SHOWN} more")
    if found:
        echo(f"{len(found)} violation{'s' if len(found) > 1 else ''}.")
    else:
        echo(f"Nothing is wrong: {', '.join(names)} are empty.")
    return not found
