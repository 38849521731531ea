"""Run commands one after the other, or some beside each other, and say how long each took."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"


@dataclass
class Part:
    """A program of the virtual environment, with its arguments and environment variables."""

    name: str
    program: str
    arguments: list[str | Path]
    variables: dict[str, str] = field(default_factory=dict)


class Parts:
    """
    >>> parts = Parts()
    >>> parts.run("ruff", "ruff", "check")
    >>> parts.report()
    """

    def __init__(self):
        self.begun = time.monotonic()
        self.done = []
        self.printing = threading.Lock()

    def run(self, name: str, program: str, *arguments: str | Path) -> None:
        """Run a program; what it prints is seen."""
        print(f"\n── {name}", flush=True)
        self._run(Part(name, program, list(arguments)))

    def run_in_lanes(self, lanes: int, parts: list[Part]) -> None:
        """Run some at a time, the first ones first; what each printed is seen when it has ended."""
        with ThreadPoolExecutor(lanes) as pool:
            for running in [pool.submit(self._run_unseen, part) for part in parts]:
                running.result()

    def _run_unseen(self, part: Part) -> None:
        with tempfile.TemporaryFile("w+") as printed:
            self._run(part, printed)
            printed.seek(0)
            with self.printing:
                print(f"\n── {part.name}\n{printed.read()}", flush=True)

    def _run(self, part: Part, printed=None) -> None:
        begun = time.monotonic()
        status = subprocess.call(
            [BIN / part.program, *part.arguments],
            cwd=ROOT,
            env=os.environ | part.variables,
            stdout=printed,
            stderr=printed and subprocess.STDOUT,
        )
        self.done.append((part.name, time.monotonic() - begun, status))

    def report(self) -> int:
        """Print the times; 0 when every part went well."""
        print()
        for name, seconds, status in self.done:
            print(f"  {seconds:7.1f} s  {name}{'' if status == 0 else '  FAILED'}")
        print(f"  {time.monotonic() - self.begun:7.1f} s  together\n", flush=True)
        return 0 if all(status == 0 for *_, status in self.done) else 1
