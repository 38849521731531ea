"""Bring a database up to date: bootstrap, migrations, procedures, views and texts, passwords of the roles."""

import os
import time

import psycopg
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from psycopg import sql

from portal import secrets, services
from portal.places import ROOT
from portal.trouble import Trouble

BOOTSTRAP = ROOT / "sql" / "bootstrap.sql"
ROLES = (
    "portal_web",
    "portal_worker",
    "portal_till",
    "portal_booking",
    "portal_marketing",
    "portal_dba",
    "portal_report",
)


def migrate(dsn: str) -> None:
    """Do everything that is missing; a second run changes nothing.

    >>> migrate(services.dsn())
    """
    with psycopg.connect(dsn, autocommit=True) as connection:
        refuse_foreign(connection)
        bootstrap(connection)
        let_roles_in(connection)
    upgrade(dsn)


def refuse_foreign(connection) -> None:
    """A schema of our name that somebody else made stays as it is."""
    owner = connection.execute(
        "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'portal'"
    ).fetchone()
    if owner and owner[0] != "portal_owner":
        raise Trouble(
            f"The database {connection.info.dbname} has a schema portal that belongs to {owner[0]}, not to the"
            " portal: name another database in DATABASE_URL, or rename that schema."
        )


def bootstrap(connection) -> None:
    """Run sql/bootstrap.sql as often as two databases of one server get into each other's way."""
    for attempt in range(10):
        try:
            connection.execute(BOOTSTRAP.read_text(encoding="utf-8"))
            return
        except (psycopg.errors.InternalError_, psycopg.errors.RaiseException):
            # "tuple concurrently updated": roles belong to the whole server.
            if attempt == 9:
                raise
            time.sleep(0.1 * (attempt + 1))
        except psycopg.errors.InsufficientPrivilege as error:
            if bootstrapped(connection):
                return
            raise Trouble(
                f"{connection.info.user} may not prepare the database ({error.diag.message_primary}): let its"
                " administrator run sql/bootstrap.sql and GRANT portal_owner to this user, then repeat."
            ) from None
        except psycopg.errors.UndefinedFile as error:
            raise Trouble(
                f"This PostgreSQL lacks an extension ({error.diag.message_primary}): install its contrib package."
            ) from None


def bootstrapped(connection) -> bool:
    """Whether the administrator has prepared this database for us already."""
    return connection.execute(
        "SELECT EXISTS (SELECT FROM pg_namespace INNER JOIN pg_roles ON pg_roles.oid = nspowner"
        " WHERE nspname = 'portal' AND rolname = 'portal_owner'"
        " AND pg_has_role(current_user, pg_roles.oid, 'MEMBER'))"
    ).fetchone()[0]


def let_roles_in(connection) -> None:
    """Give each role the password kept for it, where the server asks for one and it is another."""
    if not os.environ.get("DATABASE_URL"):
        return
    for role in ROLES:
        if services.variable(role) in os.environ or enters(services.dsn(role)):
            continue
        # Encrypted here: a clear password in a statement may end in the server's log.
        verifier = connection.pgconn.encrypt_password(
            secrets.get(role).encode(), role.encode(), b"scram-sha-256"
        ).decode()
        statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier))
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            raise Trouble(
                f"{connection.info.user} may not set the password of {role}: give the role's own address in"
                f" {services.variable(role)}."
            ) from None
        if not enters(services.dsn(role)):
            raise Trouble(
                f"{role} cannot sign in with its password where DATABASE_URL points: allow it in pg_hba.conf"
                f" (scram-sha-256), or give the role's own address in {services.variable(role)}."
            )


def enters(dsn: str) -> bool:
    try:
        psycopg.connect(dsn, connect_timeout=10).close()
    except psycopg.OperationalError:
        return False
    return True


def upgrade(dsn: str) -> None:
    """Run the migrations and read the procedures, views and texts in."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["dsn"] = dsn
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise Trouble(
            f"The database is not one that this version can move forward ({error}): use the version that made it."
        ) from None
    except psycopg.errors.LockNotAvailable:
        raise Trouble(
            "Somebody's long transaction holds tables that have to change: end it and repeat; nothing was changed."
        ) from None
