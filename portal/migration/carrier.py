"""Carry a migration from step to step, from wherever it stands."""

import time
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import class_row, namedtuple_row
from psycopg.types.json import Jsonb

from portal import services
from portal.db import Outcome
from portal.migration.files import File, Portion
from portal.services import address
from portal.trouble import Trouble

#: Accounts that are converted and loaded at once.
ACCOUNTS = 20_000
#: What a step may take of the server, so that a mistake of a plan ends it instead of filling the disk.
LIMITS = {"temp_file_limit": "4GB", "work_mem": "64MB", "maintenance_work_mem": "512MB"}
TRIES = 5

BEFORE_SWITCH = (("twins", "loy_findTwins"), ("convert", "loy_convertCards"))
AFTER_SWITCH = (
    ("people", "loy_migratePeople"),
    ("balances", "loy_migrateBalances"),
    ("compare", "loy_compareMigration"),
)


@contextmanager
def session(limits: dict[str, str], say, database: str | None = None):
    """A connection as DBA that takes no more of the server than it may."""
    with ExitStack() as stack:
        connection = stack.enter_context(
            psycopg.connect(elsewhere(services.dsn(), database), autocommit=True)
        )
        try:
            # Only an administrator may: it stays when the session becomes a lesser one.
            limit(connection, limits)
            connection.execute("SET SESSION AUTHORIZATION portal_dba")
        except psycopg.errors.InsufficientPrivilege:
            say("This user may not set temp_file_limit: the server's own holds.")
            connection = stack.enter_context(
                psycopg.connect(elsewhere(services.dsn("portal_dba"), database), autocommit=True)
            )
            limit(connection, {name: value for name, value in limits.items() if name != "temp_file_limit"})
        connection.row_factory = namedtuple_row
        # How far it has come is lost together with what was done: nothing is missing and nothing is done twice.
        connection.execute("SET synchronous_commit = off")
        yield connection


def elsewhere(dsn: str, database: str | None) -> str:
    return address.uri(**(conninfo_to_dict(dsn) | {"dbname": database})) if database else dsn


def limit(connection, limits: dict[str, str]) -> None:
    for name, value in limits.items():
        connection.execute("SELECT set_config(%s, %s, false)", [name, value])


class Migration:
    """One migration over one connection.

    >>> Migration(connection, cards, history, say=print).run(switch=True)
    """

    def __init__(
        self,
        connection,
        cards: File,
        history: File | None = None,
        tiers: dict[str, str] | None = None,
        locale: str = "en",
        accounts: int = ACCOUNTS,
        say=print,
    ):
        self.connection = connection
        self.cards = cards
        self.history = history
        self.tiers = tiers or {}
        self.locale = locale
        self.accounts = accounts
        self.say = say
        self.temp: dict[str, int] = {}

    def run(self, switch: bool) -> str:
        """Do what is missing; the state it is in then."""
        started = self.call(
            "loy_startMigration",
            cards=Jsonb(self.cards.describe()),
            history=Jsonb(self.history.describe()) if self.history else None,
            tiers=Jsonb(self.tiers),
            locale=self.locale,
        )
        self.id = must(started).details["migrationID"]
        self.say(started.msg)
        if self.state() == "loading":
            self.stage("stage", "loy_stageCards", self.cards)
            if self.position("index") is not None:
                with self.measured("index"):
                    must(self.call("loy_indexCards", migrationID=self.id))
            for step, procedure in BEFORE_SWITCH:
                self.walk(step, procedure)
        if self.state() == "ready" and switch:
            must(self.call("loy_switchMigration", migrationID=self.id))
        if self.state() == "switching":
            for step, procedure in AFTER_SWITCH:
                self.walk(step, procedure)
            # From here on shops work with it: what has been done is on disk before that is said.
            self.connection.execute("SET synchronous_commit = on")
            opened = must(self.call("loy_openMigration", migrationID=self.id))
            self.say(opened.msg)
        if self.state() == "open":
            if self.history:
                self.connection.execute("SET synchronous_commit = off")
                self.stage("history", "loy_stageHistory", self.history)
            self.connection.execute("SET synchronous_commit = on")
            must(self.call("loy_finishMigration", migrationID=self.id))
        return self.state()

    def state(self) -> str:
        return self.connection.execute(
            "SELECT state FROM loy_migrationList WHERE migration_id = %s", [self.id]
        ).fetchone()[0]

    def position(self, step: str) -> str | None:
        """Where a step goes on; None when it is over."""
        row = self.connection.execute(
            "SELECT position, ended FROM loy_migrationStepList WHERE migration_id = %s AND step = %s",
            [self.id, step],
        ).fetchone()
        if row is None:
            return ""
        return None if row.ended else row.position

    def walk(self, step: str, procedure: str) -> None:
        """Portion after portion of accounts."""
        position = self.position(step)
        if position is None:
            return
        with self.measured(step):
            while True:
                done = must(
                    self.call(procedure, migrationID=self.id, after=position, portion=self.accounts)
                ).details
                if done["isLast"]:
                    return
                position = done["position"]

    def stage(self, step: str, procedure: str, file: File) -> None:
        """Portion after portion of a file."""
        position = self.position(step)
        if position is None:
            return
        with self.measured(step):
            for portion in file.portions(position):
                with self.connection.transaction():
                    self.copy(file, portion)
                    must(
                        self.call(
                            procedure,
                            migrationID=self.id,
                            after=position,
                            upTo=str(portion.up_to),
                            isLast=portion.is_last,
                        )
                    )
                position = str(portion.up_to)

    def copy(self, file: File, portion: Portion) -> None:
        """As it is; line by line where COPY cannot read it."""
        # A line of \. alone would end the COPY of an older server, and what follows be lost.
        if not portion.lines.startswith(b"\\.") and b"\n\\." not in portion.lines:
            try:
                with self.connection.transaction(), self.connection.cursor().copy(file.copy()) as copy:
                    copy.write(portion.lines)
                return
            except psycopg.DataError:
                pass
        columns = ", ".join([*file.columns, "broken"])
        with self.connection.cursor().copy(f"COPY loy_oldLines ({columns}) FROM STDIN") as copy:
            for row in file.rows(portion.lines):
                copy.write_row(row)

    @contextmanager
    def measured(self, step: str):
        """Say what a step took, when it is over."""
        before = self.temp_bytes()
        yield
        self.temp[step] = self.temp_bytes() - before
        row = self.connection.execute(
            "SELECT rows, seconds, rows_per_second FROM loy_migrationStepList WHERE migration_id = %s AND step = %s",
            [self.id, step],
        ).fetchone()
        self.say(
            f"  {step:<10} {row.rows:>13,} rows {row.seconds:>10,.1f} s {row.rows_per_second or 0:>11,.0f} rows/s"
            f" {self.temp[step] / 1e6:>8,.0f} MB of temporary files"
        )

    def temp_bytes(self) -> int:
        self.connection.execute("SELECT pg_stat_force_next_flush()")
        return self.connection.execute(
            "SELECT temp_bytes FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()[0]

    def call(self, procedure: str, **arguments) -> Outcome:
        """Call a procedure, again where somebody else was in the way."""
        named = ", ".join(f"{name.lower()} => %s" for name in arguments)
        for attempt in range(TRIES):
            try:
                with self.connection.cursor(row_factory=class_row(Outcome)) as cursor:
                    return cursor.execute(
                        f"SELECT * FROM {procedure}({named})", list(arguments.values())
                    ).fetchone()
            except (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected):
                if attempt == TRIES - 1 or self.connection.info.transaction_status:
                    raise
                time.sleep(0.2 * 2**attempt)


def must(outcome: Outcome) -> Outcome:
    if not outcome.ok:
        raise Trouble(outcome.msg)
    return outcome


def current(connection):
    """The migration that is under way, else the last one; None where there was none."""
    return connection.execute(
        "SELECT * FROM loy_migrationList ORDER BY state IN ('done', 'aborted'), migration_id DESC LIMIT 1"
    ).fetchone()


def abort(connection, say) -> None:
    found = current(connection)
    if found is None:
        raise Trouble("There is no migration to abort.")
    row = connection.execute(
        "SELECT result, msg FROM loy_abortMigration(%s)", [found.migration_id]
    ).fetchone()
    if not row.result:
        raise Trouble(row.msg)
    say(row.msg)
