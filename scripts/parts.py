"""Run commands one after the other, or one beside the others, and say how long each took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


class Parts:
    """
    >>> parts = Parts()
    >>> parts.run("ruff", "ruff", "check")
    >>> parts.report()
    """

    def __init__(self):
        self.begun = time.monotonic()
        self.done = []

    def run(self, name: str, program: str, *arguments: str | Path, **variables: str) -> int:
        """Run a program of the virtual environment; what it prints is seen."""
        print(f"\n── {name}", flush=True)
        return self._run(name, None, [BIN / program, *arguments], variables)

    @contextmanager
    def beside(self, name: str, program: str, *arguments: str | Path, **variables: str):
        """Run a program while the block runs; what it printed is seen when it has ended."""
        with tempfile.TemporaryFile("w+") as printed:
            running = threading.Thread(
                target=self._run, args=(name, printed, [BIN / program, *arguments], variables)
            )
            running.start()
            try:
                yield
            finally:
                running.join()
                printed.seek(0)
                print(f"\n── {name}, meanwhile\n{printed.read()}", flush=True)

    def _run(self, name: str, printed, command: list, variables: dict) -> int:
        begun = time.monotonic()
        status = subprocess.call(
            command,
            cwd=ROOT,
            env=os.environ | variables,
            stdout=printed,
            stderr=printed and subprocess.STDOUT,
        )
        self.done.append((name, time.monotonic() - begun, status))
        return status

    def report(self) -> int:
        """Print the times; 0 when every part went well."""
        print()
        for name, seconds, status in self.done:
            print(f"  {seconds:7.1f} s  {name}{'' if status == 0 else '  FAILED'}")
        print(f"  {time.monotonic() - self.begun:7.1f} s  together\n", flush=True)
        return 0 if all(status == 0 for *_, status in self.done) else 1
