"""`portal till-server` and `portal booking` over a database, as processes that a test may stop."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

from portal.places import ROOT, var
from portal.till.client import Answer, Client
from portal.till.signing import Key
from tests.chaos.private import free_port


class Process:
    """One command of the portal, its output in var/log."""

    def __init__(self, database, *command: str, **environment: str):
        self.command = command
        self.environment = database.environment() | {"PORTAL_THREADS": "8"} | environment

    def __enter__(self):
        var("log").mkdir(parents=True, exist_ok=True)
        with var("log", f"test-{self.command[0]}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", *self.command],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


class TillServer(Process):
    """
    >>> with TillServer(database) as server: server.client(key).ask("identify", key="0903123456").status
    """

    def __init__(self, database, workers: int = 2, **environment: str):
        self.port = free_port()
        # A storm is no reason to slow down here.
        super().__init__(
            database, "till-server", f"--port={self.port}", f"--workers={workers}",
            **{"PORTAL_TILL_RATE": "1000000"} | environment,
        )  # fmt: skip

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        super().__enter__()
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/healthz").status == 200:
                    return self
            assert self.process.poll() is None and time.monotonic() < deadline, (
                "the till server does not start"
            )
            time.sleep(0.1)

    def client(self, key: Key) -> Client:
        return Client(self.address, key)

    def request(self, method: str, path: str, body: bytes = b"", headers: dict | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body or None, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.headers))
        finally:
            connection.close()

    def half(self, path: str, body: bytes, headers: dict, part: float = 0.5) -> None:
        """Send only a part of what is announced, and hang up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as raw:
            head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
            head += [
                f"{name}: {value}" for name, value in ({"Content-Type": "application/json"} | headers).items()
            ]
            raw.sendall(("\r\n".join(head) + "\r\n\r\n").encode() + body[: int(len(body) * part)])


def booking(database) -> Process:
    return Process(database, "booking")
