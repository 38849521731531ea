"""Locks between processes; the kernel releases them when their holder dies, however it dies."""

import fcntl
import os
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(path: Path):
    """Let one process at a time past."""
    with _opened(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def share(path: Path):
    """Hold a lock together with others until the returned file is closed."""
    file = _opened(path)
    fcntl.flock(file, fcntl.LOCK_SH)
    return file


def claim(path: Path):
    """Take a lock that nobody else holds or shares, or return None at once."""
    file = _opened(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _opened(path: Path):
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+")
