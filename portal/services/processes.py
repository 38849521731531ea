"""Processes of the embedded servers, found by the folder they stand in: numbers in pid files lie after a crash.

That is read from /proc, so the embedded servers need Linux.
"""

import ctypes
import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from portal.services.owner import owner

PR_SET_CHILD_SUBREAPER = 36


def spawn(command: list, folder: Path, log: Path) -> subprocess.Popen:
    """Start a server in a session of its own, so that Ctrl-C in the terminal reaches only the supervisor."""
    adopt_orphans()
    owner().folder(log.parent)
    with log.open("ab") as output:
        os.chown(log, owner().uid, owner().gid)
        return subprocess.Popen(
            command,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            **owner().popen(),
        )


def adopt_orphans() -> None:
    """Become the parent of what a killed server leaves: in a container nobody else takes their exit status."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def standing_in(folder: Path) -> list[int]:
    """The living processes whose working directory is the folder."""
    numbers = [int(process.name) for process in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if stands_in(number, folder)]


def stands_in(pid: int, folder: Path) -> bool:
    """A zombie stands nowhere any more."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cwd").readlink() == folder.resolve()
    return False


def end(pids: list[int], patience: float) -> None:
    """Give processes some seconds to leave by themselves, then kill the rest."""
    deadline = time.monotonic() + patience
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    while any(is_running(pid) for pid in left):
        time.sleep(0.02)
    reap(pids)


def reap(pids: list[int]) -> None:
    """Take the exit status of those that have become ours; other children are left to who started them."""
    for pid in pids:
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def adopted(name: str) -> list[int]:
    """Children of this process that run, or ran, a program of that name."""
    found = []
    for children in Path("/proc/self/task").glob("*/children"):
        for pid in children.read_text().split():
            with suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().strip() == name:
                    found.append(int(pid))
    return found


def is_running(pid: int) -> bool:
    """Whether a process lives; one that has died and waits for its parent does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def tail(log: Path, lines: int = 3) -> str:
    """The end of a log in one line."""
    with suppress(OSError):
        return " / ".join(log.read_text(errors="replace").strip().splitlines()[-lines:])
    return "no log was written"
