"""Pohoda's stand-in: a process of the test's own, which may be killed and started again, or a thread, which is quick."""

import json
import random
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

from portal.demo.addressbook import Book
from portal.demo.pohoda import Server
from portal.demo.unit import Unit
from portal.places import ROOT, var
from portal.pohoda.mserver import MServer

ICO = "12345678"
USER = "portal"
PASSWORD = "pohoda-demo"


class StandIn:
    """
    >>> stand_in.add(name="Jana", city="Nitra")
    >>> stand_in.fail("timeout_after", seconds=2)
    """

    def __init__(self, place: Path | None, *options: str):
        self.place = place
        self.options = options
        self.process = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "StandIn":
        """The same port again after a kill, so that who looks for it finds it."""
        remembered = ["--file", str(self.place)] if self.place else ["--memory"]
        given = ["--ico", ICO, "--user", USER, "--password", PASSWORD, *remembered, *self.options]
        for _ in range(20):
            port = self.port or random.randrange(20000, 32000)
            var("log").mkdir(parents=True, exist_ok=True)
            with var("log", "test-pohoda.log").open("ab") as log:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "portal.cli", "pohoda-demo", f"--port={port}", *given],
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                )
            if self.is_up(port):
                self.port = port
                return self
        raise AssertionError("the stand-in does not start")

    def is_up(self, port: int) -> bool:
        deadline = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5):
                    return True
            except OSError:
                time.sleep(0.03)
        self.process.kill()
        self.process.wait()
        return False

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.kill()

    def channel(self, **given) -> MServer:
        return MServer(self.url, USER, PASSWORD, **({"ico": ICO, "timeout": 30} | given))

    def ask(self, method: str, path: str, given=None):
        body = None if given is None else json.dumps(given).encode()
        request = urllib.request.Request(self.url + path, body, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read())

    def contacts(self) -> list[dict]:
        return self.ask("GET", "/demo/contacts")

    def add(self, **contact) -> int:
        return self.ask("POST", "/demo/contacts", contact)["id"]

    def change(self, id: int, **fields) -> None:
        self.ask("POST", f"/demo/contacts/{id}", fields)

    def delete(self, id: int) -> None:
        self.ask("DELETE", f"/demo/contacts/{id}")

    def fail(self, what: str, **given) -> None:
        """times=1, seconds=3.0, after=items"""
        self.ask("POST", "/demo/fail", {"what": what} | given)

    def requests(self) -> dict:
        return self.ask("GET", "/demo/requests")


class ThreadedStandIn(StandIn):
    """The same server on a port of its own, without the seconds that a process takes to begin."""

    def start(self) -> "ThreadedStandIn":
        unit = Unit(Book(self.place, unicode="--unicode" in self.options), ICO)
        while True:
            try:
                port = self.port or random.randrange(20000, 32000)
                self.server = Server(("127.0.0.1", port), unit, USER, PASSWORD)
                break
            except OSError:
                assert not self.port, "the port is taken"
        self.port = port
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def kill(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def stop(self) -> None:
        self.kill()
