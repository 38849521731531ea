"""Where PostgreSQL and Valkey are: addresses from the environment, or the embedded servers under var/.

Beside them stands the MariaDB that `portal demo --coupons` imports from, where that was asked for.

Nothing outside this package knows which of the two it is.

>>> dsn("portal_web")
'postgresql:///portal?host=…&user=portal_web'
"""

import os
from contextlib import contextmanager

import psycopg

from portal import secrets
from portal.services import address, mariadb, postgres, valkey
from portal.services.together import Together
from portal.trouble import Trouble

SUPPORTED = range(15, 19)

# The embedded servers that this process uses.
_embedded = None

#: The demo's MariaDB, which is there once somebody has made it.
buffer = mariadb.Buffer()


def dsn(role: str | None = None) -> str:
    """The address of the database for a role, or for its administrator."""
    if role:
        own = variable(role)
        if own in os.environ:
            address.parse(os.environ[own], own)
            return os.environ[own]
    given = os.environ.get("DATABASE_URL")
    if not given:
        return postgres.server().address("portal", role or "postgres")
    if role:
        return address.as_user(given, "DATABASE_URL", role, secrets.get(role))
    address.parse(given, "DATABASE_URL")
    return given


def variable(role: str) -> str:
    """The environment variable with a role's own address: DATABASE_URL_WEB for portal_web."""
    return f"DATABASE_URL_{role.removeprefix('portal_').upper()}"


def valkey_url() -> str:
    return os.environ.get("VALKEY_URL") or valkey.server().address()


def ensure(say=lambda sentence: None, **settings: str) -> None:
    """Have both servers answer, starting the embedded ones where needed; PostgreSQL with further settings."""
    global _embedded
    database, queue = os.environ.get("DATABASE_URL"), os.environ.get("VALKEY_URL")
    if database:
        check_postgres(dsn())
    if queue and (reason := valkey.ping(queue)):
        raise Trouble(f"Valkey does not answer at VALKEY_URL ({reason}): write redis://host:6379/0.")
    if not _embedded:
        servers = [] if database else [postgres.server(**settings)]
        servers += [] if queue else [valkey.server()]
        servers += [buffer]
        _embedded = Together("servers", servers)
    _embedded.enter(say)
    if not database:
        postgres.server().create("portal")


def are_up() -> bool:
    """Whether the embedded servers that this process uses are alive; a look at their processes, no connection."""
    return _embedded.are_up() if _embedded else True


def stop() -> None:
    """Stop the embedded servers, unless another process uses them."""
    global _embedded
    if _embedded:
        _embedded.leave()
        _embedded = None


@contextmanager
def running(say=lambda sentence: None):
    """Both servers, for as long as the block lasts."""
    ensure(say)
    try:
        yield
    finally:
        stop()


def check_postgres(dsn: str) -> None:
    """Refuse an address that does not answer and a version that was never tried."""
    try:
        with psycopg.connect(dsn, connect_timeout=10) as connection:
            major = connection.info.server_version // 10000
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise Trouble(f"PostgreSQL does not answer at DATABASE_URL: {reason}") from None
    if major not in SUPPORTED:
        raise Trouble(
            f"The PostgreSQL at DATABASE_URL is version {major}; the portal runs on"
            f" {SUPPORTED[0]} to {SUPPORTED[-1]}: point DATABASE_URL at one of those."
        )
