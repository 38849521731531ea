"""`portal up`: both servers, the database, web, tills, booking, marketing, worker and scheduler; all again when killed."""

import ctypes
import errno
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path

import psycopg

from portal import demo, locks, migrate, progress, services
from portal.places import ROOT, var
from portal.services import processes
from portal.trouble import Trouble

PR_SET_PDEATHSIG = 1
# In the environment of every child: whose it is. A child without a living supervisor is known by it.
MARK = "PORTAL_SUPERVISOR"
LONGEST_PAUSE = 30
HEALTHY_AFTER = 60
LARGEST_LOG = 10_000_000
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# Enough to fill the pages in seconds; `portal demo` makes 20,000.
FIRST_CUSTOMERS = 1000


class Child:
    """One process that has to run, started again with growing pauses whenever it ends."""

    def __init__(self, name: str, command: list[str]):
        self.name = name
        self.command = command
        self.log = var("log", f"{name}.log")
        self.process = None
        self.started = 0.0
        self.pause = 0.5
        self.due = 0.0

    def look(self) -> None:
        """Start it when it is not there and its pause is over."""
        if self.process and self.process.poll() is None:
            return
        if self.process:
            self._ended(self.process.returncode)
        elif time.monotonic() >= self.due:
            self._start()

    def end(self, sign: int) -> None:
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, sign)

    def _start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", *self.command],
                cwd=ROOT,
                env=os.environ | {MARK: mark(os.getpid()), "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C in the terminal is for the supervisor, which then ends its children in order.
                process_group=0,
            )
        self.started = time.monotonic()

    def _ended(self, status: int) -> None:
        # What a killed process has left of its group would keep the port or a job.
        self.end(signal.SIGKILL)
        self.process = None
        if time.monotonic() - self.started > HEALTHY_AFTER:
            self.pause = 0.5
        how = f"was killed (signal {-status})" if status < 0 else f"ended: {processes.tail(self.log, 1)}"
        say(f"The {self.name} {how}; starting it again in {self.pause:g} s, see {self.log}.")
        self.due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE)


class Stop(BaseException):
    """Somebody asked the supervisor to end, whatever it is doing."""


def up(port: int, till_port: int, with_demo: bool = True) -> None:
    """Open the portal and keep it open until Ctrl-C."""
    claimed = claim(port)
    for sign in ENDING:
        signal.signal(sign, stop)
    os.environ.setdefault("PORTAL_URL", f"http://localhost:{port}")
    var("log").mkdir(parents=True, exist_ok=True)
    children = [
        Child("web", ["web", "--port", str(port)]),
        Child("till-server", ["till-server", "--port", str(till_port)]),
        Child("booking", ["booking"]),
        Child("marketing", ["marketing"]),
        Child("worker", ["work"]),
        Child("scheduler", ["schedule"]),
    ]
    try:
        prepare(with_demo)
        watch(children, port, till_port)
    except Stop:
        print(flush=True)
    finally:
        close(children)
        services.stop()
        claimed.close()
    say(f"Stopped; the data stays in {var()}.")


def stop(*_) -> None:
    raise Stop


def claim(port: int):
    """Make sure that this is the only supervisor and that nothing of a killed one is left."""
    lock = var("run", "up.lock")
    claimed = locks.claim(lock)
    if claimed is None:
        raise Trouble(
            f"The portal runs already ({lock.read_text().strip()}): stop that one first, with Ctrl-C."
        )
    processes.end(orphans(), patience=5)
    wait_for_port(port)
    claimed.truncate()
    claimed.write(f"process {os.getpid()}, http://localhost:{port}\n")
    claimed.flush()
    return claimed


def address() -> str | None:
    """Where the portal of this installation is open now."""
    with suppress(OSError):
        found = re.fullmatch(r"process (\d+), (\S+)", var("run", "up.lock").read_text().strip())
        if found and processes.is_running(int(found[1])):
            return found[2]
    return None


def mark(supervisor: int) -> str:
    return f"{supervisor}:{var()}"


def orphans() -> list[int]:
    """Children of an earlier supervisor of this installation."""
    ending = f":{var()}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            for variable in (process / "environ").read_bytes().split(b"\0"):
                if variable.startswith(MARK.encode() + b"=") and variable.endswith(ending):
                    found.append(int(process.name))
    return [pid for pid in found if pid != os.getpid()]


def stay_with_supervisor() -> bool:
    """In a child: end when the supervisor does, however it ends. False where nobody supervises."""
    if MARK not in os.environ:
        return False
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(os.environ[MARK].partition(":")[0]):
        sys.exit("The supervisor has ended.")
    return True


def wait_for_port(port: int) -> None:
    """A killed web server's connections may keep the port for a moment; somebody else's server keeps it longer."""
    deadline = time.monotonic() + 3
    while True:
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return
            except PermissionError:
                raise Trouble(
                    f"Port {port} is for root only: choose one from 1024 on, as in make up PORT=8001."
                ) from None
            except OverflowError:
                raise Trouble(f"There is no port {port}: choose one from 1024 to 65535.") from None
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise Trouble(f"Port {port} cannot be opened ({error.strerror}).") from None
                if time.monotonic() > deadline:
                    raise Trouble(
                        f"Port {port} is in use: stop what uses it, or choose another, as in make up PORT={port + 1}."
                    ) from None
        time.sleep(0.1)


def prepare(with_demo: bool) -> None:
    """Servers, tables, procedures and, the first time, people to try it with."""
    with progress.step("PostgreSQL and Valkey"):
        services.ensure(say)
    with progress.step("Tables and procedures"):
        migrate.migrate(services.dsn())
    if with_demo and (is_empty() or (is_demo() and demo.is_unfinished())):
        demo.load(customers=FIRST_CUSTOMERS, echo=say)


def is_empty() -> bool:
    return not ask("SELECT EXISTS (SELECT FROM portal.as_users)")


def is_demo() -> bool:
    return ask("SELECT isDemo FROM portal.as_clock")


def ask(question: str) -> bool:
    with psycopg.connect(services.dsn()) as connection:
        return connection.execute(question).fetchone()[0]


def watch(children: list[Child], port: int, till_port: int) -> None:
    """Keep everything running until somebody asks to stop."""
    opened = False
    while True:
        if opened and not services.are_up():
            say("A server was killed; starting it again.")
            services.ensure(say)
        for child in children:
            child.look()
        if not opened and answers(port):
            opened = True
            greet(port, till_port)
        time.sleep(1 if opened else 0.1)


def answers(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False


def greet(port: int, till_port: int) -> None:
    """What a newcomer wants to know."""
    print(f"\n  The portal is open: http://localhost:{port}\n")
    if is_demo():
        for who, key, password in demo.sign_ins():
            print(f"    {who:<14} {key:<28} {password}")
    print(f"    {'DBA':<14} .venv/bin/portal psql")
    print(f"    {'':<14} psql '{services.dsn('portal_dba')}'")
    print(f"    {'Shop tills':<14} http://localhost:{till_port}/api/v1/openapi.json")
    print(f"\n  E-mail is written to {var('mail')}. Ctrl-C stops everything.\n", flush=True)


def close(children: list[Child]) -> None:
    """End the children in order; a second Ctrl-C does not wait for them."""
    patience = {"until": time.monotonic() + 15}
    for sign in ENDING:
        signal.signal(sign, lambda *_: patience.update(until=0))
    for child in children:
        child.end(signal.SIGTERM)
    running = [child for child in children if child.process]
    while any(child.process.poll() is None for child in running) and time.monotonic() < patience["until"]:
        time.sleep(0.05)
    for child in children:
        child.end(signal.SIGKILL)


def say(sentence: str) -> None:
    print(f"  {sentence}", flush=True)
