"""How many calls a store may make: a bucket of tokens a store and address, so that nobody can empty another's."""

import os
import threading
import time

#: More buckets than these are of nobody who asks often.
MOST = 10_000


class Buckets:
    """Each holds as many calls as may come in one second, and is filled at that rate.

    >>> Buckets(rate=1).wait(("s001", "127.0.0.1"))
    0
    """

    def __init__(self, rate: float):
        self.rate = rate
        self.lock = threading.Lock()
        self.buckets: dict = {}

    def wait(self, owner) -> int:
        """0 where the call may be made, else in how many seconds one may."""
        now = time.monotonic()
        with self.lock:
            left, seen = self.buckets.pop(owner, (self.rate, now))
            left = min(self.rate, left + (now - seen) * self.rate)
            allowed = left >= 1
            # The one that was asked for last stands last, so the first is the longest unused.
            self.buckets[owner] = (left - 1 if allowed else left, now)
            if len(self.buckets) > MOST:
                self.buckets.pop(next(iter(self.buckets)))
        return 0 if allowed else max(1, round((1 - left) / self.rate))


def from_environment() -> Buckets:
    """PORTAL_TILL_RATE: calls a second from one store and address; 100 where it says nothing."""
    return Buckets(float(os.environ.get("PORTAL_TILL_RATE", "100")))
