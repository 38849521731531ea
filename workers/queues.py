"""What stands in Valkey: wake-up calls with nothing but ids; losing them all loses nothing."""

import redis
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer

from portal import logs, services
from workers import messages, runs

#: The one function that each queue calls. One queue a worker process: RQ loses work where one listens on several.
QUEUES = {
    "jobs": ("workers.runs.work", runs.work),
    # A source that answers slowly holds up neither the deadlines nor whoever tries another one out.
    "imports": ("workers.runs.work", runs.work),
    "trials": ("workers.runs.work", runs.work),
    # Birthdays of everybody at once slow no till.
    "marketing": ("workers.runs.work", runs.work),
    "messages": ("workers.messages.send", messages.send),
    # A link that somebody waits for does not queue behind a campaign.
    "urgent": ("workers.messages.send_urgent", messages.send_urgent),
}
TIMEOUTS = {
    "jobs": 6 * 60 * 60,
    "imports": 6 * 60 * 60,
    "trials": 60 * 60,
    "marketing": 6 * 60 * 60,
    "messages": 55,
    "urgent": 55,
}
#: Who works on a queue as somebody else than portal_worker.
ROLES = {"marketing": "portal_marketing"}
#: The jobs whose runs have a queue of their own.
ELSEWHERE = {
    "coupons.import": "imports",
    "coupons.trials": "trials",
    "loyalty.birthdays": "marketing",
    "loyalty.expiring": "marketing",
    "loyalty.service": "marketing",
    "loyalty.tiers": "marketing",
    "campaigns.steps": "marketing",
}


class Refused(Exception):
    """Somebody else has put something into a queue."""


class Wake(Job):
    """A call of one function of the list with plain ids. Whatever else a job of RQ can carry is not looked at."""

    def restore(self, raw_data):
        super().restore(raw_data)
        # Each of these names a function to import, or an address to call.
        self._success_callback_name = self._failure_callback_name = self._stopped_callback_name = None
        self.webhooks = []
        self.repeats_left = self.retries_left = None

    @property
    def func(self):
        raise Refused("A wake-up call is not imported by its name.")

    def check(self) -> None:
        """Refuse everything but our own calls."""
        if (
            self.origin not in QUEUES
            or self.func_name != QUEUES[self.origin][0]
            or self.instance
            or self.kwargs
        ):
            raise Refused(str(self.func_name))
        if not all(type(value) in (int, str) for value in self.args):
            raise Refused("An argument is not an id.")

    def _execute(self):
        """Do it. What goes wrong stands in the tables, so that RQ has nothing to keep of it."""
        self.check()
        try:
            QUEUES[self.origin][1](*self.args)
        except Exception as error:  # noqa: BLE001 -- the tables know what was not done
            logs.surprise(error)


def connect() -> redis.Redis:
    return redis.Redis.from_url(services.valkey_url(), socket_connect_timeout=5, health_check_interval=15)


def queue(name: str, connection: redis.Redis) -> Queue:
    return Queue(
        name,
        connection=connection,
        serializer=JSONSerializer,
        job_class=Wake,
        default_timeout=TIMEOUTS[name],
    )


def wake(queue: Queue, *ids) -> None:
    queue.enqueue_call(QUEUES[queue.name][0], args=ids, result_ttl=0, failure_ttl=60, description="")
