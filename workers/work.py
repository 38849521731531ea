"""Workers: one process a queue, each work done in a forked child that may be killed at any moment.

portal work             one worker for every queue of portal_worker, started again when it ends
portal marketing        the one of marketing, apart from the others and as another role
python -m workers.work messages
"""

import ctypes
import datetime as dt
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import redis
import structlog
from rq import Worker
from rq.serializers import JSONSerializer

from portal import create_app, db, logs
from portal.channels import email
from portal.trouble import Trouble
from workers import queues, runs

PARENT = "PORTAL_WORK_PARENT"
PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30
HEALTHY_AFTER = 60


class Woken(Worker):
    """A worker that does what is on the list and throws everything else away."""

    max_connection_wait_time = 5.0

    def execute_job(self, job, queue) -> None:
        try:
            job.check()
        except Exception as error:  # noqa: BLE001 -- what cannot be read is refused too
            # Not JSON, another function, more than ids: somebody else has written into Valkey.
            structlog.get_logger().error("wake_refused", queue=queue.name, error=runs.sentence(error)[:200])
            self.connection.lrem(queue.intermediate_queue_key, 1, job.id)
            job.delete()
            return
        super().execute_job(job, queue)

    def dequeue_job_and_maintain_ttl(self, timeout, max_idle_time=None):
        """Go on after what is not even the name of a call."""
        while True:
            try:
                return super().dequeue_job_and_maintain_ttl(timeout, max_idle_time)
            except (ValueError, TypeError, KeyError, redis.ResponseError) as error:
                structlog.get_logger().error("wake_unreadable", error=type(error).__qualname__)

    def subscribe(self) -> None:
        """No commands over Valkey: who may write there must not be able to stop workers."""

    def unsubscribe(self) -> None:
        """There is nothing to leave."""

    def run_maintenance_tasks(self) -> None:
        """Sweep up what killed workers have left in Valkey; the tables know what is still to be done."""
        self.last_cleaned_at = dt.datetime.now(dt.UTC)
        try:
            self.clean_registries()
        except (ValueError, TypeError, KeyError, redis.ResponseError) as error:
            structlog.get_logger().error("unswept", error=type(error).__qualname__)


def main(*names: str) -> None:
    """Work on one queue in this process, or on several in one process each."""
    names = names or tuple(name for name in queues.QUEUES if name not in queues.ROLES)
    if len(names) == 1:
        work(names[0])
    else:
        keep(names)


def work(name: str) -> None:
    """Work on a queue until somebody says stop."""
    stay_with_parent()
    logs.configure()
    db.connect_as(queues.ROLES.get(name, "portal_worker"))
    # Before the forks, so that a child has nothing to load.
    app = create_app()
    connection = queues.connect()
    with app.app_context():
        try:
            email.check()
        except Trouble as trouble:
            sys.exit(str(trouble))
        worker = Woken(
            [queues.queue(name, connection)],
            name=f"{runs.name()}:{name}",
            connection=connection,
            serializer=JSONSerializer,
            job_class=queues.Wake,
            log_job_description=False,
            default_result_ttl=0,
            job_monitoring_interval=5,
        )
        worker.work(logging_level="WARNING")
    if not worker._stop_requested:
        # Valkey went away in the middle: whoever looks after this process starts it again.
        sys.exit(1)


def keep(names: tuple[str, ...]) -> None:
    """One process a queue, started again with growing pauses; they end with this one."""
    over = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: over.set())
    children: dict[str, subprocess.Popen] = {}
    due = dict.fromkeys(names, 0.0)
    pauses = dict.fromkeys(names, 0.5)
    started = dict.fromkeys(names, 0.0)
    while not over.is_set():
        for name in names:
            child = children.get(name)
            if child and child.poll() is not None:
                del children[name]
                pauses[name] = (
                    0.5
                    if time.monotonic() - started[name] > HEALTHY_AFTER
                    else min(pauses[name] * 2, LONGEST_PAUSE)
                )
                due[name] = time.monotonic() + pauses[name]
            elif not child and time.monotonic() >= due[name]:
                started[name] = time.monotonic()
                children[name] = subprocess.Popen(
                    [sys.executable, "-m", "workers.work", name], env=os.environ | {PARENT: str(os.getpid())}
                )
        over.wait(0.2)
    for child in children.values():
        child.terminate()
    for child in children.values():
        child.wait()


def stay_with_parent() -> None:
    """End when the process that keeps this one does, however it ends."""
    if PARENT not in os.environ:
        return
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != int(os.environ.pop(PARENT)):
        sys.exit("The process that kept this worker has ended.")


if __name__ == "__main__":
    main(*sys.argv[1:])
