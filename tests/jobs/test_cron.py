import datetime as dt

import pytest

from workers import cron

ZONE = "Europe/Bratislava"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "fields, now, due",
    [
        ("15 8 * * *", "2027-01-10 07:14:59", "2027-01-09 07:15"),
        ("15 8 * * *", "2027-01-10 07:15", "2027-01-10 07:15"),
        ("15 8 * * *", "2027-07-10 06:15", "2027-07-10 06:15"),
        ("*/10 * * * *", "2027-01-10 07:19:59", "2027-01-10 07:10"),
        ("0 0 29 2 *", "2027-06-01 00:00", "2024-02-28 23:00"),
        # 28 March 2027: two o'clock does not exist, and half past two becomes three.
        ("30 2 * * *", "2027-03-28 00:59", "2027-03-27 01:30"),
        ("30 2 * * *", "2027-03-28 01:00", "2027-03-28 01:00"),
        # 31 October 2027: half past two comes twice and counts once.
        ("30 2 * * *", "2027-10-31 00:30", "2027-10-31 00:30"),
        ("30 2 * * *", "2027-10-31 01:30", "2027-10-31 00:30"),
        ("30 2 * * *", "2027-11-01 01:00", "2027-10-31 00:30"),
        # What is due in every hour is due in that one as well.
        ("*/10 * * * *", "2027-10-31 01:35", "2027-10-31 01:30"),
    ],
)
def test_the_latest_due_time(fields, now, due):
    assert cron.latest(fields, ZONE, utc(now)) == utc(due)


@pytest.mark.parametrize(
    "day, fields, times",
    [
        ("2027-03-28", "30 2 * * *", 1),
        ("2027-10-31", "30 2 * * *", 1),
        ("2027-03-28", "15 * * * *", 23),
        ("2027-10-31", "15 * * * *", 25),
        ("2027-03-28", "0 8 * * *", 1),
        ("2027-10-31", "0 8 * * *", 1),
        ("2027-10-31", "0 2,3 * * *", 2),
    ],
)
def test_the_days_on_which_the_clock_is_changed(day, fields, times):
    start = dt.datetime.fromisoformat(day).replace(tzinfo=cron.ZoneInfo(ZONE))
    end = (start + dt.timedelta(days=1)).astimezone(dt.UTC)
    due = cron.upcoming(fields, ZONE, start - dt.timedelta(microseconds=1), 30)
    assert len([time for time in due if time < end]) == times


def test_every_upcoming_time_is_the_latest_when_it_comes():
    now = utc("2027-10-30 12:00")
    for fields in ("30 2 * * *", "*/20 * * * *", "0 */2 * * *", "5 1-4 * * *"):
        for due in cron.upcoming(fields, ZONE, now, 80):
            assert cron.latest(fields, ZONE, due) == due
            assert cron.latest(fields, ZONE, due - dt.timedelta(seconds=1)) < due
