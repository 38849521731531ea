"""What every holder of a lease needs: a name in it, and the patience to say how it ended."""

import os
import socket
import time

from portal import db

#: So long the end of a run or message is told again and again to a database that is away; then the lease speaks.
PATIENCE = 45


def insist(procedure: str, **arguments) -> db.Outcome:
    """Call a procedure that may be called twice, also while the database restarts."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return db.call(procedure, **arguments)
        except db.Away:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def name() -> str:
    """What this process is called in leases."""
    return f"{socket.gethostname()}:{os.getpid()}"


def sentence(error: BaseException) -> str:
    """What an administrator reads of a surprise."""
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
