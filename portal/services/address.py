"""Addresses of databases as libpq reads them."""

from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict

from portal.trouble import Trouble


def uri(dbname: str, **parts: str) -> str:
    """
    >>> uri("portal", host="/var/run/portal", user="portal_web")
    'postgresql:///portal?host=%2Fvar%2Frun%2Fportal&user=portal_web'
    """
    return f"postgresql:///{quote(dbname, safe='')}?{urlencode(parts, quote_via=quote, safe='')}"


def parse(address: str, variable: str) -> dict:
    """The parts of an address that somebody typed."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.ProgrammingError as error:
        raise Trouble(
            f"{variable} is not an address that PostgreSQL understands ({str(error).strip()}):"
            " write postgresql://user:password@host:5432/database."
        ) from None
    # libpq would take the user's name for the database's.
    if not parts.get("dbname"):
        raise Trouble(f"{variable} names no database: write postgresql://user:password@host:5432/database.")
    return parts


def as_user(address: str, variable: str, user: str, password: str) -> str:
    """The same server and database for another role."""
    parts = parse(address, variable) | {"user": user, "password": password}
    # They belong to the administrator's sign-in.
    for own in ("passfile", "sslcert", "sslkey", "sslpassword"):
        parts.pop(own, None)
    return uri(**parts)
