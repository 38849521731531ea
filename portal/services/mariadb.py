"""A private MariaDB of Debian's package: somebody else's database, as far as the portal is concerned, to import from.

Its administrator comes in over a socket that only its owner may open; everybody else over a port of this machine, as the
user `reader`, who may only read.
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import pymysql

from portal.locks import alone
from portal.places import ROOT, var
from portal.services import processes
from portal.services.owner import home, owner, socket_folder
from portal.trouble import Trouble

SETTINGS = {
    "bind-address": "127.0.0.1",
    "skip-name-resolve": "on",
    "character-set-server": "utf8mb4",
    "performance-schema": "off",
    "innodb-buffer-pool-size": "64M",
    # It can be filled again.
    "innodb-flush-log-at-trx-commit": "0",
}
#: Debian's programs of servers are not in everybody's path.
PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/bin"])
PACKAGES = "mariadb-server-core mariadb-client-core"
#: Below the range from which clients get theirs.
PORTS = range(20000, 32000)
PATIENCE = 60
#: Somebody may take its port in the last moment; what fails again and again is something else.
LAUNCHES = 3

#: A new server lets its administrator in over the network too, without any password.
FIRST = "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';\nFLUSH PRIVILEGES;\n"


class MariaDB:
    """One server in one folder, with one database and a user who may read it.

    >>> server = MariaDB(home("mariadb"))
    >>> server.start()
    >>> server.admit("buffer", password)
    >>> server.run("CREATE TABLE `buffer`.coupons (id int PRIMARY KEY, code varchar(255))")
    """

    def __init__(self, place: Path, **settings):
        self.place = place
        self.settings = SETTINGS | settings
        self.data = place / "data"
        self.log = place / "log" / "mariadb.log"
        self.process = None
        with alone(place / "lock"):
            self.socket = socket_folder(place / "run") / "mariadb.sock"

    @property
    def port(self) -> int:
        """The port it had when it was last started."""
        return int((self.place / "port").read_text())

    def connect(self, database: str | None = None):
        """The administrator."""
        return pymysql.connect(
            unix_socket=str(self.socket),
            user="root",
            database=database,
            charset="utf8mb4",
            autocommit=True,
            ssl_disabled=True,
        )

    def run(self, statement: str, *arguments, database: str | None = None) -> tuple:
        with closing(self.connect(database)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, arguments or None)
            return cursor.fetchall()

    def admit(self, database: str, password: str) -> None:
        """Have a database, and let `reader` read it with that password."""
        with closing(self.connect(None)) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE IF NOT EXISTS `{database}`")
            cursor.execute("CREATE OR REPLACE USER reader@`127.0.0.1` IDENTIFIED BY %s", [password])
            cursor.execute(f"GRANT SELECT, SHOW VIEW ON `{database}`.* TO reader@`127.0.0.1`")

    def answers(self) -> bool:
        with suppress(pymysql.MySQLError):
            self.connect(None).close()
            return True
        return False

    def start(self, say=lambda sentence: None) -> None:
        """Have a server that answers: the one that runs already, or a new one over the same data."""
        if self.answers():
            return
        with alone(self.place / "lock"):
            if not self.data.exists():
                self._initialise()
            deadline = time.monotonic() + PATIENCE
            launches = 0
            while not self.answers():
                if not self.pids():
                    launches += 1
                    if launches > LAUNCHES:
                        break
                    self._launch()
                if time.monotonic() > deadline:
                    break
                time.sleep(0.05)
            else:
                return
            raise Trouble(f"MariaDB does not start: {processes.tail(self.log)}")

    def stop(self) -> None:
        """Shut down cleanly."""
        with alone(self.place / "lock"):
            pids = self.pids()
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            processes.end(pids, patience=60)
            self._reap()

    def kill(self) -> None:
        processes.end(self.pids(), patience=0)
        self._reap()

    def pids(self) -> list[int]:
        self._reap()
        return processes.standing_in(self.data)

    def is_up(self) -> bool:
        return bool(self.pids())

    def _initialise(self) -> None:
        for unfinished in self.place.glob("data.new.*"):
            shutil.rmtree(unfinished)
        fresh = owner().folder(Path(tempfile.mkdtemp(prefix="data.new.", dir=self.place)))
        done = subprocess.run(
            [
                program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={fresh}",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ],
            cwd="/",
            env={"PATH": PATH, "LC_ALL": "C"},
            capture_output=True,
            text=True,
            **owner().popen(),
        )
        if done.returncode:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise Trouble(
                f"MariaDB could not make its data folder: {lines[-1] if lines else 'it does not say why'}"
            )
        # A kill before this line leaves nothing that looks like a database.
        fresh.rename(self.data)

    def _launch(self) -> None:
        # Read before anybody can connect.
        first = self.place / "first.sql"
        first.write_text(FIRST)
        settings = self.settings | {
            "init-file": first,
            "datadir": self.data,
            "socket": self.socket,
            "pid-file": self.data / "mariadb.pid",
            "port": self._choose_port(),
        }
        self.socket.unlink(missing_ok=True)
        self.process = processes.spawn(
            [
                program("mariadbd"),
                "--no-defaults",
                *(f"--{name}={value}" for name, value in settings.items()),
            ],
            self.data,
            self.log,
        )

    def _choose_port(self) -> int:
        """The same as before, unless somebody else has taken it meanwhile."""
        if not (self.place / "port").exists() or not is_free(self.port):
            (self.place / "port").write_text(str(free_port()))
        return self.port

    def _reap(self) -> None:
        if self.process and self.process.poll() is not None:
            self.process = None


class Buffer:
    """The demo's server among those of this installation: there once it was made, and then as long as they are.

    What ails it is said, but keeps nobody from opening the portal.
    """

    def __init__(self):
        self.server = None
        self.has_failed = False

    @property
    def is_made(self) -> bool:
        return var("run", "buffer").exists()

    def make(self, say=lambda sentence: None) -> MariaDB:
        """Have it answer, and again whenever the portal is up."""
        program("mariadbd", say)
        server = self._server()
        server.start(say)
        var("run", "buffer").parent.mkdir(parents=True, exist_ok=True)
        var("run", "buffer").touch()
        return server

    def start(self, say=lambda sentence: None) -> None:
        if self.is_made:
            try:
                self._server().start(say)
            except Trouble as trouble:
                self.has_failed = True
                say(f"The demo's coupons are not imported any more. {trouble}")

    def stop(self) -> None:
        if self.is_made:
            self._server().stop()

    def is_up(self) -> bool:
        return not self.is_made or self.has_failed or self._server().is_up()

    def _server(self) -> MariaDB:
        self.server = self.server or MariaDB(home("mariadb"))
        return self.server


def free_port() -> int:
    return next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))


def is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return True
    return False


def program(name: str, say=None) -> str:
    """Where a program of MariaDB is; who may say something may also install it."""
    found = shutil.which(name, path=PATH)
    if not found and say:
        say("MariaDB is missing here; Debian's package is asked for.")
        subprocess.run(
            [sys.executable, ROOT / "scripts" / "debian.py", "mariadb-server-core"], capture_output=True
        )
        found = shutil.which(name, path=PATH)
    if not found:
        raise Trouble(
            f"There is no MariaDB on this machine: as root, apt-get install {PACKAGES}, and repeat."
        )
    return found
