"""Booking: gives the bonuses that receipts have earned, apart from the tills, which never wait for it.

It may be stopped for hours: what tills enter stays in loy_bookingQueue, and is booked once when it is back. Any number of these
processes may run; who comes second finds nothing left.
"""

import signal
import threading
import time

import structlog

from portal import db, logs

#: Seconds between looks at an empty queue.
PAUSE = 0.5
#: Receipts that one look takes.
BATCH = 200
#: Seconds after which what could not be booked is tried again, and between sweeps of what is old.
LATER = 60

QUEUE = """
    SELECT username, receipt_id
    FROM loy_bookingQueue
    WHERE NOT (username, receipt_id) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
    ORDER BY created_at
    LIMIT %s
"""


def main() -> None:
    """Book until somebody says stop."""
    logs.configure()
    db.connect_as("portal_booking")
    over = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: over.set())
    structlog.get_logger().info("booking_started")
    booking = Booking()
    while not over.is_set():
        try:
            found = booking.look(over)
        except db.Away as error:
            structlog.get_logger().warning("booking_waits", error=type(error).__qualname__)
            found = 0
        except Exception as error:  # noqa: BLE001 -- the next look tries again
            logs.surprise(error)
            found = 0
        if found < BATCH:
            over.wait(PAUSE)


class Booking:
    """What one process remembers: which receipts it could not book, and when it swept last.

    >>> Booking().look()
    0
    """

    def __init__(self):
        self.put_off: dict[tuple[str, int], float] = {}
        self.swept = 0.0

    def look(self, over: threading.Event | None = None) -> int:
        """Book what waits, at most a batch; how much there was."""
        now = time.monotonic()
        self.put_off = {receipt: until for receipt, until in self.put_off.items() if until > now}
        if now - self.swept > LATER:
            self.swept = now
            sweep()
        # Others are not to wait for one that cannot be booked.
        names, numbers = zip(*self.put_off, strict=True) if self.put_off else ((), ())
        waiting = db.read(QUEUE, [list(names), list(numbers), BATCH])
        for receipt in waiting:
            if over is not None and over.is_set():
                break
            try:
                db.call("loy_bookReceipt", username=receipt.username, receiptID=receipt.receipt_id)
            except db.Away:
                raise
            except Exception as error:  # noqa: BLE001 -- whatever it is, it is this receipt's
                self.put_off[receipt.username, receipt.receipt_id] = now + LATER
                logs.surprise(error)
        return len(waiting)


def sweep() -> None:
    """Forget what guards nothing any more."""
    db.call("loy_tidy")
    for account in db.read("SELECT username FROM loy_expiredHolds"):
        db.call("loy_releaseExpired", username=account.username)


if __name__ == "__main__":
    main()
