"""The only door to PostgreSQL: call a procedure, or read a view."""

import os
import random
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import psycopg
from psycopg import sql
from psycopg.rows import class_row, namedtuple_row
from psycopg_pool import ConnectionPool, PoolTimeout

from portal import services

#: Nothing was committed when one of these is raised, so the call may be made again.
NOT_DONE = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.LockNotAvailable,
    # What the call found was deleted before it could refer to it; asked again, it is refused in words.
    psycopg.errors.ForeignKeyViolation,
)
TRIES = 5
#: Seconds: a little longer than the statement_timeout of portal_web.
PATIENCE = 12
#: Seconds that somebody waits for a connection.
WAIT = 3

_role = "portal_web"
_pools: dict[int, ConnectionPool] = {}
_borrowed: ContextVar = ContextVar("borrowed connection", default=None)


@dataclass
class Outcome:
    """What a procedure answers: result 1 is done, 0 refused; reason is a word that lasts."""

    result: int
    msg: str
    reason: str
    details: dict = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.result == 1


class Away(Exception):
    """PostgreSQL cannot be reached, or has no room: nothing is known to be wrong with the request."""


class Patient(psycopg.Connection):
    """One that gives up a server that hangs: the server's own statement_timeout needs it alive."""

    def wait(self, gen, interval=0.1, timeout=None):
        try:
            return super().wait(gen, interval, timeout or PATIENCE)
        except psycopg.errors._WaitTimeout as error:
            # Nobody may find this connection in the pool again, with half an answer in it.
            self.close()
            raise Away(f"PostgreSQL has not answered for {PATIENCE} seconds.") from error


def connect_as(role: str) -> None:
    """Say, once a process, as which database role it works."""
    global _role
    _role = role


def call(procedure: str, **arguments) -> Outcome:
    """Call a procedure by its name; a refusal leaves nothing behind.

    >>> call("trf_changeUserTariff", username="alice", tariffID=20, period=6, actor="alice")
    Outcome(result=1, msg='alice is now on Fast.', reason='tariff_changed', details={...})
    """
    query = sql.SQL("SELECT * FROM {}({})").format(
        folded(procedure),
        sql.SQL(", ").join(sql.SQL("{} => {}").format(folded(a), sql.Placeholder(a)) for a in arguments),
    )
    try:
        return _run(query, arguments, class_row(Outcome), again="requestKey" in arguments)[0]
    except (psycopg.DataError, UnicodeEncodeError):
        # PostgreSQL does not say which argument it could not read; where it is none of them, it is a bug.
        name = _unreadable(procedure, arguments)
        if name is None:
            raise
        return Outcome(0, f"The value of {name} cannot be read.", "invalid_value", {"field": name})


def read(query: str, parameters=None) -> list:
    """Read rows of a view, or of a function that only reads.

    >>> read("SELECT * FROM trf_userTariffs WHERE username = %s", ["alice"])[0].deadline
    """
    return _run(query, parameters, namedtuple_row, again=True)


def row(query: str, parameters=None):
    """Read the first row, or None."""
    return next(iter(read(query, parameters)), None)


@contextmanager
def use(connection):
    """Work on the given connection instead of the pool, each statement in a savepoint of its transaction."""
    token = _borrowed.set(connection)
    try:
        yield connection
    finally:
        _borrowed.reset(token)


@contextmanager
def connection():
    """A connection in autocommit, for what is neither a call nor a read: COPY into a staging table."""
    borrowed = _borrowed.get()
    if borrowed is not None:
        with borrowed.transaction():
            yield borrowed
    else:
        with _pool().connection() as pooled:
            yield pooled


def folded(name: str) -> sql.Identifier:
    """PostgreSQL reads trf_changeUserTariff as trf_changeusertariff, but not once it is quoted."""
    return sql.Identifier(name.lower())


def _run(query, parameters, row_factory, again: bool) -> list:
    """Run one statement; make it again where that cannot do it twice."""
    for attempt in range(TRIES):
        last = attempt == TRIES - 1
        try:
            with connection() as conn:
                return conn.cursor(row_factory=row_factory).execute(query, parameters).fetchall()
        except NOT_DONE:
            if last or _borrowed.get() is not None:
                raise
        except PoolTimeout as error:
            raise Away(str(error)) from error
        except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientResources) as error:
            raise Away(str(error)) from error
        except psycopg.OperationalError as error:
            # The connection broke. Whether the call was committed is unknown; a request key makes asking again safe.
            if last or not again:
                raise Away(str(error)) from error
            if _borrowed.get() is None:
                _pool().check()
        time.sleep(random.uniform(0.02, 0.1) * 2**attempt)


def _pool() -> ConnectionPool:
    """The pool of this process: connections do not survive a fork."""
    pid = os.getpid()
    if pid not in _pools:
        _pools.clear()
        _pools[pid] = ConnectionPool(
            services.dsn(_role),
            # Who works for a visitor or a till gives up when he would; a worker's query may take its time.
            connection_class=Patient if _role in ("portal_web", "portal_till") else psycopg.Connection,
            kwargs={"autocommit": True, "connect_timeout": 5, "application_name": _role},
            min_size=1,
            max_size=int(os.environ.get("PORTAL_THREADS", "8")),
            timeout=WAIT,
            # Whoever comes after a failed attempt makes the next one, instead of waiting for a pause that grew.
            reconnect_timeout=WAIT,
            open=True,
        )
    return _pools[pid]


def _unreadable(procedure: str, arguments: dict) -> str | None:
    """The first argument that PostgreSQL cannot read as its parameter's type."""
    types = dict(
        read(
            "SELECT name, type::regtype::text FROM pg_proc"
            " CROSS JOIN LATERAL unnest(proargnames, proargtypes::oid[]) AS parameter (name, type)"
            " WHERE proname = %s AND pronamespace = 'portal'::regnamespace",
            [procedure.lower()],
        )
    )
    for name, value in arguments.items():
        try:
            read(f"SELECT %s::{types[name.lower()]}", [value])
        except (psycopg.DataError, UnicodeEncodeError):
            return name
    return None
