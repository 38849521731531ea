"""One run of a job: taken by a lease, its progress told, ended as done, failed or to be tried again."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import contextmanager

import structlog
from psycopg.types.json import Jsonb

from portal import db, logs
from workers import accounts, campaigns, coupons, jobs, loyalty, notifications, pohoda, tariffs
from workers.leases import insist, name, sentence

#: A schedule's code is a name on this list, behind which the number of what it works on may stand; nothing else runs.
JOBS: dict[str, Callable] = {
    "tariffs.notices": tariffs.notices,
    "tariffs.deadlines": tariffs.deadlines,
    "accounts.tidy": accounts.tidy,
    "coupons.generate": coupons.generate,
    "coupons.import": coupons.run_import,
    "coupons.trials": coupons.trials,
    "coupons.tidy": coupons.tidy,
    "contacts.send": pohoda.send,
    "contacts.receive": pohoda.receive,
    "contacts.compare": pohoda.compare,
    "contacts.tidy": pohoda.tidy,
    "loyalty.birthdays": loyalty.birthdays,
    "loyalty.expiring": loyalty.expiring,
    "loyalty.service": loyalty.service,
    "loyalty.tiers": loyalty.tiers,
    "campaigns.steps": campaigns.steps,
    "notifications.tidy": notifications.tidy,
    "jobs.check": jobs.check,
    "jobs.tidy": jobs.tidy,
}
TOLD_EVERY = 2
LEASE_RENEWED_EVERY = 15


class Lost(Exception):
    """Another worker has taken the run: this one stops without a trace."""


class Run:
    """What a job sees of its run."""

    def __init__(self, run_id: int, code: str):
        self.id = run_id
        self.code = code
        self.done = 0
        self.total = None
        self.counts = Counter()
        self.lost = False

    def each(self, rows: Iterable, do: Callable) -> None:
        """Do it for every row; count the reasons that come back. What fails for one does not stop the others."""
        rows = list(rows)
        self.total = len(rows)
        failures = []
        for row in rows:
            self.go_on()
            try:
                self.counts[do(row)] += 1
            except db.Away:
                raise
            except Exception as error:  # noqa: BLE001 -- one person's failure is not the others'
                logs.surprise(error)
                self.counts["error"] += 1
                failures.append(error)
            self.done += 1
        if failures:
            raise RuntimeError(f"{len(failures)} of {len(rows)} failed; the first: {sentence(failures[0])}")

    def go_on(self) -> None:
        """Stop here where another worker has taken the run."""
        if self.lost:
            raise Lost

    def tell(self) -> None:
        """Say how far it is, which renews the lease."""
        outcome = db.call(
            "job_reportRun",
            id=self.id,
            worker=name(),
            done=self.done,
            total=self.total,
            counts=self.as_json(),
        )
        self.lost = not outcome.ok

    def finish(self, state: str, error: str | None = None) -> None:
        insist(
            "job_finishRun",
            id=self.id,
            worker=name(),
            state=state,
            done=self.done,
            total=self.total,
            counts=self.as_json(),
            error=error,
        )

    def as_json(self) -> Jsonb:
        return Jsonb(dict(self.counts))

    @contextmanager
    def kept(self):
        """Keep the lease while the block works."""
        over = threading.Event()

        def renew():
            told, when = None, time.monotonic()
            while not over.wait(TOLD_EVERY) and not self.lost:
                if self.done != told or time.monotonic() - when > LEASE_RENEWED_EVERY:
                    told, when = self.done, time.monotonic()
                    try:
                        self.tell()
                    except Exception as error:  # noqa: BLE001 -- a thread has nobody to tell
                        # The job itself will notice, or the lease ends.
                        logs.surprise(error)

        thread = threading.Thread(target=renew, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


def work(run_id: int) -> None:
    """Do a run, if it is still to be done."""
    outcome = db.call("job_claimRun", id=run_id, worker=name())
    if outcome.reason != "run_claimed":
        return
    run = Run(run_id, outcome.details["code"])
    log = structlog.get_logger().bind(run=run.id, job=run.code)
    try:
        with run.kept():
            if kind(run.code) not in JOBS:
                raise jobs.Failed(f"There is no job {run.code} in this version of the portal.")
            JOBS[kind(run.code)](run)
    except Lost:
        log.warning("run_lost")
    except jobs.Failed as failure:
        run.finish("failed", str(failure))
        log.error("run_failed")
    except jobs.Again as trouble:
        run.finish("again", str(trouble))
        log.warning("run_again")
    except Exception as error:  # noqa: BLE001 -- the run's row says what it was
        logs.surprise(error)
        run.finish("again", sentence(error))
    else:
        run.finish("done")
        log.info("run_done", done=run.done, counts=dict(run.counts))


def kind(code: str) -> str:
    """Which job a schedule is of: coupons.import:3 is one of coupons.import."""
    name, colon, number = code.partition(":")
    return name if not colon or (number.isascii() and number.isdigit()) else code
