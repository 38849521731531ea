"""The scheduler: makes the runs that are due and wakes workers for them and for the outbox.

It decides nothing and remembers nothing: any number of them may run, and after a flush of Valkey the next tick wakes
everything again from the tables.
"""

import datetime as dt
import signal
import threading

import redis
import structlog
from rq import Worker

from portal import db, logs
from workers import cron, queues, runs

PAUSE = 2
#: So many workers are woken for messages at once; each goes on while there are any.
WORKERS = 4


def main() -> None:
    """Tick until somebody says stop."""
    logs.configure()
    db.connect_as("portal_worker")
    over = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: over.set())
    connection = queues.connect()
    structlog.get_logger().info("scheduler_started", name=runs.name())
    while not over.is_set():
        try:
            tick(connection)
        except (db.Away, redis.RedisError) as error:
            structlog.get_logger().warning("tick_failed", error=type(error).__qualname__)
        except Exception as error:  # noqa: BLE001 -- the next tick tries again
            logs.surprise(error)
        over.wait(PAUSE)


def tick(connection: redis.Redis, now: dt.datetime | None = None) -> None:
    """Once round: due times become runs, what is due is woken for, and a sign of life is given."""
    create_runs(now or dt.datetime.now(dt.UTC))
    workers = None
    try:
        wake(connection)
        workers = Worker.count(connection=connection)
    finally:
        # Without Valkey it lives all the same, but sees no worker.
        db.call("job_beat", name=runs.name(), workers=workers or 0)


def create_runs(now: dt.datetime) -> None:
    """Make a run for the latest due time of every schedule; earlier ones that were missed are not made up for."""
    for schedule in db.read("SELECT * FROM job_scheduleList WHERE is_enabled"):
        try:
            due = cron.latest(schedule.cron, schedule.time_zone, now)
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is this schedule's
            # One that Python reads otherwise than SQL must not stop the others.
            structlog.get_logger().error("unreadable_schedule", job=schedule.code, error=runs.sentence(error))
            continue
        if due > schedule.updated and (schedule.last_due is None or due > schedule.last_due):
            db.call("job_createRun", code=schedule.code, dueAt=due)


def wake(connection: redis.Redis) -> None:
    """Wake for what is due, unless earlier calls still wait: who is woken twice finds nothing to do."""
    due_runs = db.read("SELECT id, code FROM job_dueRuns ORDER BY due")
    for name in dict.fromkeys(("jobs", *queues.ELSEWHERE.values())):
        due = [run for run in due_runs if queues.ELSEWHERE.get(runs.kind(run.code), "jobs") == name]
        queue = queues.queue(name, connection)
        if due and not queue.count:
            for run in due:
                queues.wake(queue, run.id)
    due = db.read("SELECT is_urgent FROM ntf_dueChannels")
    for name, count in (("messages", WORKERS if due else 0), ("urgent", any(row.is_urgent for row in due))):
        queue = queues.queue(name, connection)
        if count and not queue.count:
            for _ in range(count):
                queues.wake(queue)


if __name__ == "__main__":
    main()
