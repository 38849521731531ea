"""Workers, schedulers, a Valkey and a mail server of a test's own, all of which it may kill."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.controller import Controller

from portal.places import ROOT, var


class Portal:
    """Processes that work on one database and one Valkey."""

    def __init__(self, environment: dict):
        self.environment = environment | {"PORTAL_THREADS": "2"}
        self.processes = []

    def start(self, *command: str) -> subprocess.Popen:
        """
        >>> portal.start("workers.work", "messages")
        """
        var("log").mkdir(parents=True, exist_ok=True)
        with var("log", "test-workers.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env=self.environment, stdout=log, stderr=log
            )
        self.processes.append(process)
        return process

    def stop(self) -> None:
        for process in self.processes:
            for pid in [*children(process.pid), process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


def children(pid: int) -> list[int]:
    """The work horse that a worker has forked, if it has one."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def wait_until(true, seconds: float = 30, what: str = "it"):
    """Poll until something is so, and give it back."""
    deadline = time.monotonic() + seconds
    while not (value := true()):
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.02)
    return value


class Mailbox:
    """What a mail server does: the local part of the address says how it answers."""

    def __init__(self):
        self.messages = []
        self.before_data = 0.0
        self.after_data = 0.0

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(self.before_data)
        answer = {"refused": "550 no such user", "busy": "451 try again"}.get(address.partition("@")[0])
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("full@"):
            return "552 mailbox is full"
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        if envelope.rcpt_tos[0].startswith("lost@"):
            server.transport.abort()
        await asyncio.sleep(self.after_data)
        return "250 taken"

    def ids(self) -> list[str]:
        return [message["Message-ID"].strip("<>").partition("@")[0] for message in self.messages]


class MailServer:
    """A real one on a port of its own.

    >>> with MailServer() as server: os.environ["PORTAL_SMTP_URL"] = server.url
    """

    def __init__(self, **settings):
        self.settings = settings

    def __enter__(self):
        self.mailbox = Mailbox()
        while True:
            port = random.randrange(20000, 32000)
            self.controller = Controller(self.mailbox, hostname="127.0.0.1", port=port, **self.settings)
            with suppress(OSError):
                self.controller.start()
                self.url = f"smtp://127.0.0.1:{port}"
                return self

    def __exit__(self, *_):
        self.controller.stop(no_assert=True)
