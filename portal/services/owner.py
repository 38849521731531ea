"""Who runs the embedded servers and where their files are: the person who calls, or a service user for root."""

import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.places import var
from portal.trouble import Trouble

# A Unix socket's path fits into 107 bytes; the longest name that the servers append takes 16 of them.
LONGEST_SOCKET_FOLDER = 107 - 16


@dataclass(frozen=True)
class Owner:
    uid: int
    gid: int

    def popen(self) -> dict:
        """What subprocess needs to run something as this user."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def folder(self, path: Path) -> Path:
        """A folder that nobody else may enter."""
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if path.stat().st_uid != self.uid:
            os.chown(path, self.uid, self.gid)
        path.chmod(0o700)
        return path

    def can_enter(self, path: Path) -> bool:
        return subprocess.run(["test", "-x", path], **self.popen()).returncode == 0

    def can_run(self, *command) -> bool:
        try:
            return subprocess.run(command, capture_output=True, cwd="/", **self.popen()).returncode == 0
        except OSError:
            return False


@cache
def owner() -> Owner:
    """The caller; for root, whom PostgreSQL refuses to run as, a user without rights."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())

    named = os.environ.get("PORTAL_SERVICE_USER")
    for name in [named] if named else ["portal", "postgres"]:
        try:
            found = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(found.pw_uid, found.pw_gid)

    name = named or "portal"
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--shell",
        "/usr/sbin/nologin",
        name,
    ]
    if not shutil.which("useradd") or subprocess.run(command, capture_output=True).returncode:
        raise Trouble(
            f"PostgreSQL does not run as root and the user {name} could not be created: name an existing one in"
            " PORTAL_SERVICE_USER, start as an ordinary user, or set DATABASE_URL and VALKEY_URL."
        )
    made = pwd.getpwnam(name)
    return Owner(made.pw_uid, made.pw_gid)


def home(name: str) -> Path:
    """The private folder of one server: under var/, or under /var/lib where root's clone is closed to others."""
    if sys.platform != "linux":
        raise Trouble(
            "The embedded servers need Linux: set DATABASE_URL and VALKEY_URL to servers of your own."
        )
    base = var()
    if not base.exists():
        base.mkdir(parents=True)
        base.chmod(0o755)
    if not owner().can_enter(base):
        # Opening the parents would show the caller's files to everybody; the data moves instead.
        base = Path("/var/lib") / f"portal-{digest(base)}"
        base.mkdir(exist_ok=True)
        base.chmod(0o755)
    return owner().folder(base / name)


def socket_folder(place: Path) -> Path:
    """A private folder for a socket, in a short path where the server's own is too long for one."""
    if len(os.fsencode(place)) <= LONGEST_SOCKET_FOLDER:
        return owner().folder(place)
    short = Path(tempfile.gettempdir()) / f"portal-{owner().uid}-{digest(place)}"
    short.mkdir(mode=0o700, exist_ok=True)
    # The temporary folder belongs to everybody: somebody else may have made this name first.
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (owner().uid, os.geteuid()):
        raise Trouble(
            f"{short} belongs to somebody else: remove it, or clone the project into a shorter path."
        )
    return owner().folder(short)


def software(name: str, root: Path, folders: list[str], program: str) -> Path:
    """The program under root, where pip put it, or in a copy of the folders that the service user can read."""
    installed = root / program
    if owner().can_run(installed, "--version"):
        return installed
    place = home(name) / "software"
    marker = place / "copied-from"
    source = f"{installed} {installed.stat().st_mtime_ns}"
    if not marker.exists() or marker.read_text() != source:
        shutil.rmtree(place, ignore_errors=True)
        for folder in folders:
            shutil.copytree(root / folder, place / folder, symlinks=True)
        subprocess.run(["chmod", "-R", "a+rX", place], check=True)
        marker.write_text(source)
    if not owner().can_run(place / program, "--version"):
        raise Trouble(f"{program} does not run on this machine: set DATABASE_URL and VALKEY_URL instead.")
    return place / program


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
