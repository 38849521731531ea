"""Servers that a test may stop and kill: a PostgreSQL of its own, and the portal's web server over a database."""

import hashlib
import hmac
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from urllib.parse import urlencode

from portal import access, migrate
from portal.places import ROOT, var
from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers


@contextmanager
def postgres(name: str, **settings: str):
    """A server nobody else uses, and a database on it with everything loaded and nothing in it."""
    place = home(f"{name}-{os.getpid()}")
    server = Postgres(place, **settings)
    try:
        server.start()
        server.create(name)
        database = servers.Database(server.address("postgres"), name)
        with servers.environment(DATABASE_URL=database.dsn()):
            migrate.migrate(database.dsn())
        yield server, database
    finally:
        with suppress(Exception):
            server.kill()
        shutil.rmtree(place)


@dataclass
class Answer:
    status: int
    headers: dict
    text: str
    seconds: float


class Web:
    """`portal web`, asked over sockets.

    >>> with Web(database) as web: web.get("/healthz").status
    """

    def __init__(self, database, threads: int = 12):
        self.port = free_port()
        self.environment = database.environment() | {
            "PORTAL_URL": f"http://localhost:{self.port}",
            "PORTAL_THREADS": str(threads),
        }

    def __enter__(self):
        var("log").mkdir(parents=True, exist_ok=True)
        with var("log", "test-web.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", "web", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 60
        while True:
            with suppress(OSError):
                if self.has_database():
                    return self
            assert self.process.poll() is None and time.monotonic() < deadline, (
                "the web server does not start"
            )
            time.sleep(0.1)

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(30)

    def has_database(self) -> bool:
        """What /readyz says of it; no worker and no scheduler runs here."""
        return json.loads(self.get("/readyz").text)["database"]

    def get(self, path: str, **headers: str) -> Answer:
        return self.at_once([self.request("GET", path, {}, headers)])[0]

    def request(self, method: str, path: str, form: dict, headers: dict) -> bytes:
        body = urlencode(form).encode()
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            "Connection: close",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def at_once(self, requests: list[bytes]) -> list[Answer]:
        """Send everything but the last bytes, then all of those in one moment."""
        sockets = []
        for request in requests:
            sockets.append(socket.create_connection(("127.0.0.1", self.port), timeout=60))
            sockets[-1].sendall(request[:-1])
        if len(requests) > 1:
            time.sleep(0.05)
        begun = time.monotonic()
        for one, request in zip(sockets, requests, strict=True):
            one.sendall(request[-1:])
        answers = []
        for one in sockets:
            response = HTTPResponse(one)
            response.begin()
            text = response.read().decode()
            answers.append(Answer(response.status, dict(response.headers), text, time.monotonic() - begun))
            one.close()
        return answers


class Browser:
    """Somebody's cookies and form token."""

    def __init__(self, web: Web, cookies: str, token: str):
        self.web = web
        self.cookies = cookies
        self.token = token

    @classmethod
    def signed_in(cls, web: Web, db, username: str) -> "Browser":
        token = f"{username} {random.random()}".replace(" ", "-")
        db.execute(
            "SELECT portal.as_startSession(username, role, %s, '127.0.0.1', 'test') FROM as_users WHERE username = %s",
            [access.token_hash(token), username],
        )
        secret = db.value("SELECT csrf FROM as_sessions WHERE tokenHash = %s", [access.token_hash(token)])
        salt = "0" * 16
        return cls(
            web,
            f"portal={token}",
            salt + hmac.new(secret.encode(), salt.encode(), hashlib.sha256).hexdigest(),
        )

    @classmethod
    def visiting(cls, web: Web, path: str) -> "Browser":
        answer = web.get(path)
        cookie = answer.headers["Set-Cookie"].partition(";")[0]
        return cls(web, cookie, re.search(r'name="csrf_token" value="(\w+)"', answer.text)[1])

    def post(self, path: str, **form) -> bytes:
        """A request to be sent with others, at once."""
        return self.web.request("POST", path, {"csrf_token": self.token, **form}, {"Cookie": self.cookies})

    def asking(self, path: str) -> bytes:
        return self.web.request("GET", path, {}, {"Cookie": self.cookies})

    def get(self, path: str) -> Answer:
        return self.web.at_once([self.asking(path)])[0]


def free_port() -> int:
    """Below those that the system gives to clients: one that retries a dead port there can meet itself."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as one, suppress(OSError):
            one.bind(("127.0.0.1", port))
            return port
