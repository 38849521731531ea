"""What forms and addresses say, in the way procedures read it; what cannot be read stays for PostgreSQL to refuse."""

import datetime as dt

from flask import request

from portal import access, db

#: A part of an address that PostgreSQL can hold as a bigint.
ID = "int(max=9223372036854775807)"


def fields(*names) -> dict:
    """What the form says under these names; nothing typed is nothing said."""
    return {name: request.form.get(name, "").strip() or None for name in names}


def asker() -> dict:
    return {**fields("requestKey"), "actor": access.actor()}


def amount(name) -> str | None:
    """A typed amount as PostgreSQL reads it: 1 290,50 is 1290.50."""
    return pointed(request.form.get(name, "")) or None


def pointed(typed: str) -> str:
    """
    >>> pointed("1 290,50")
    '1290.50'
    """
    typed = "".join(typed.split())
    return typed.replace(",", ".") if "." not in typed else typed


def day(name, after=0) -> str | None:
    """A day of the form, or one after it: people name the last day with it, procedures the first without it."""
    typed = request.form.get(name, "").strip()
    try:
        return (dt.date.fromisoformat(typed) + dt.timedelta(after)).isoformat()
    except (ValueError, OverflowError):
        return typed or None


def midnight(name, after=0) -> str | None:
    """The beginning of a day by the installation's clock."""
    given = day(name, after)
    return given and f"{given} {db.row('SELECT time_zone FROM as_installation').time_zone}"


def asked(name, longest=200) -> str:
    """What the address says under this name, without what PostgreSQL cannot hold."""
    return request.values.get(name, "").replace("\0", "").strip()[:longest]


def asked_day(name) -> dt.date | None:
    """A day of the address; one that nobody can read is none."""
    try:
        return dt.date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
