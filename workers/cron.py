"""When a schedule is due: five cron fields read in a time zone, across its changes of the clock."""

import datetime as dt
from zoneinfo import ZoneInfo

from croniter import croniter


def latest(cron: str, zone: str, now: dt.datetime) -> dt.datetime:
    """The last due time that is not after now.

    >>> latest("15 8 * * *", "Europe/Bratislava", dt.datetime(2027, 3, 28, 12, tzinfo=dt.UTC))
    datetime.datetime(2027, 3, 28, 6, 15, tzinfo=datetime.timezone.utc)
    """
    # croniter looks strictly before its start. Added in UTC: local arithmetic forgets which of two equal hours it is.
    start = (now.astimezone(dt.UTC) + dt.timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    return next(_times(cron, croniter(cron, start).get_prev))


def upcoming(cron: str, zone: str, now: dt.datetime, count: int = 1) -> list[dt.datetime]:
    """The next due times after now."""
    times = _times(cron, croniter(cron, now.astimezone(ZoneInfo(zone))).get_next)
    return [next(times) for _ in range(count)]


def _times(cron: str, step):
    """Due times in UTC. What is due at an hour of the day is due once, also when that hour comes twice in autumn."""
    every_hour = cron.split()[1] == "*"
    while True:
        due = step(dt.datetime)
        if every_hour or not _is_second(due):
            yield due.astimezone(dt.UTC)


def _is_second(due: dt.datetime) -> bool:
    """True in the repetition of the hour by which the clock was put back."""
    return due.astimezone(dt.UTC).astimezone(due.tzinfo).fold == 1
