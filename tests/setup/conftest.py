"""A portal started by its own command, in a folder of its own."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection

import pytest

from portal.places import ROOT, var
from portal.services import processes

# A start takes two seconds; a machine that runs everything else at once takes its time.
STARTING = 120


class Portal:
    """`portal up` and the other commands, on servers that nobody else uses."""

    def __init__(self, place):
        self.place = place
        self.port = free_port()
        self.output = place / "up.txt"
        self.process = None

    def environment(self, **more: str) -> dict:
        real = ("DATABASE_URL", "VALKEY_URL", "PORTAL_")
        return {name: value for name, value in os.environ.items() if not name.startswith(real)} | {
            "PORTAL_VAR": str(self.place / "var"),
            **more,
        }

    def run(self, *arguments: str, typed: str = "", **more: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            [sys.executable, "-m", "portal.cli", *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            input=typed,
            capture_output=True,
            text=True,
            timeout=STARTING,
        )

    def dsn(self) -> str:
        return self.run("dsn").stdout.splitlines()[0].removeprefix("DATABASE_URL=")

    def up(self) -> None:
        """Start it and wait until it says that it is open."""
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", "up", "--empty", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.wait_until(lambda: "is open" in self.said() or self.process.poll() is not None, STARTING)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def is_ready(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        with suppress(OSError):
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        return False

    def processes(self) -> dict[int, str]:
        """Everything that lives of it: the supervisor, its children, both servers."""
        found = {}
        for pid in [int(name) for name in os.listdir("/proc") if name.isdigit()]:
            with suppress(OSError):
                if not processes.is_running(pid):
                    continue
                with (
                    open(f"/proc/{pid}/environ", "rb") as environ,
                    open(f"/proc/{pid}/cmdline", "rb") as line,
                ):
                    words = line.read().replace(b"\0", b" ").decode(errors="replace")
                    where = os.readlink(f"/proc/{pid}/cwd")
                    if str(self.place).encode() in environ.read() or where.startswith(str(self.place)):
                        found[pid] = words
        return found

    def pid(self, pattern: str) -> int:
        """The oldest process whose command line fits."""
        return min(pid for pid, words in self.processes().items() if re.search(pattern, words))

    def wait_until(self, true, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, f"it did not happen in {seconds} s:\n{self.said()}"
            time.sleep(0.05)

    def stop(self, sign=signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(timeout=60)

    def kill_all(self) -> None:
        processes.end(list(self.processes()), patience=0)
        if self.process:
            self.process.wait()


@pytest.fixture
def portal(request):
    place = var("up", re.sub(r"\W+", "_", request.node.name)[:20] + str(os.getpid()))
    place.mkdir(parents=True)
    portal = Portal(place)
    yield portal
    portal.kill_all()
    shutil.rmtree(place)


def free_port() -> int:
    """A port below the range that clients' own connections are given."""
    for port in range(20000, 32768):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
