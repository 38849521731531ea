"""Run commands one after the other and say how long each took."""

from __future__ import annotations

import os
import subprocess
import time
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
        self.done = []

    def run(self, name: str, program: str, *arguments: str | Path, **variables: str) -> int:
        """Run a program of the virtual environment; what it prints is seen."""
        begun = time.monotonic()
        print(f"\n── {name}", flush=True)
        status = subprocess.call([BIN / program, *arguments], cwd=ROOT, env=os.environ | variables)
        self.done.append((name, time.monotonic() - begun, status))
        return status

    def report(self) -> int:
        """Print the times; 0 when every part went well."""
        print()
        for name, seconds, status in self.done:
            print(f"  {seconds:7.1f} s  {name}{'' if status == 0 else '  FAILED'}")
        print(f"  {sum(seconds for _, seconds, _ in self.done):7.1f} s  together\n", flush=True)
        return 0 if all(status == 0 for *_, status in self.done) else 1
