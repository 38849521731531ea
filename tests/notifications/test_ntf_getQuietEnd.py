"""ntf_getQuietEnd: quiet hours by the clock on the person's wall, in the nights when clocks change too (T12)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

BRATISLAVA = "Europe/Bratislava"

# The moment (UTC), the zone, from, to, and when quiet ends (UTC), or None where it is not quiet.
CASES = [
    # An ordinary night, at its edges.
    ("2027-02-10 19:59:59", BRATISLAVA, "21:00", "08:00", None),
    ("2027-02-10 20:00:00", BRATISLAVA, "21:00", "08:00", "2027-02-11 07:00"),
    ("2027-02-10 23:30:00", BRATISLAVA, "21:00", "08:00", "2027-02-11 07:00"),
    ("2027-02-11 06:59:59", BRATISLAVA, "21:00", "08:00", "2027-02-11 07:00"),
    ("2027-02-11 07:00:00", BRATISLAVA, "21:00", "08:00", None),
    # Quiet at noon, within a day.
    ("2027-02-10 11:30:00", BRATISLAVA, "12:00", "14:00", "2027-02-10 13:00"),
    ("2027-02-10 13:00:00", BRATISLAVA, "12:00", "14:00", None),
    # Midnight is an edge like any other.
    ("2027-02-10 23:00:00", BRATISLAVA, "00:00", "06:00", "2027-02-11 05:00"),
    ("2027-02-10 22:59:59", BRATISLAVA, "00:00", "06:00", None),
    ("2027-02-10 22:30:00", BRATISLAVA, "18:00", "00:00", "2027-02-10 23:00"),
    ("2027-02-10 10:00:00", BRATISLAVA, "09:00", "09:00", None),
    # 28 March 2027: 02:00 becomes 03:00, the night has an hour less.
    ("2027-03-27 21:00:00", BRATISLAVA, "21:00", "08:00", "2027-03-28 06:00"),
    ("2027-03-28 01:00:00", BRATISLAVA, "21:00", "03:00", None),
    ("2027-03-28 00:59:59", BRATISLAVA, "21:00", "03:00", "2027-03-28 01:00"),
    # An end that the clock leaps over.
    ("2027-03-28 00:30:00", BRATISLAVA, "21:00", "02:30", "2027-03-28 01:30"),
    # A beginning that it leaps over: it is past at 03:00.
    ("2027-03-28 01:00:00", BRATISLAVA, "02:30", "08:00", "2027-03-28 06:00"),
    # 25 October 2026: 03:00 becomes 02:00, the night has an hour more.
    ("2026-10-24 19:00:00", BRATISLAVA, "21:00", "08:00", "2026-10-25 07:00"),
    ("2026-10-25 00:15:00", BRATISLAVA, "21:00", "02:30", "2026-10-25 01:30"),
    ("2026-10-25 01:15:00", BRATISLAVA, "21:00", "02:30", "2026-10-25 01:30"),
    ("2026-10-25 01:30:00", BRATISLAVA, "21:00", "02:30", None),
    # Far away: the same moment is night here and day there, and a day or a quarter of an hour off.
    ("2027-02-10 20:30:00", "Pacific/Kiritimati", "21:00", "08:00", None),
    ("2027-02-10 08:30:00", "Pacific/Kiritimati", "21:00", "08:00", "2027-02-10 18:00"),
    ("2027-02-10 18:30:00", "Pacific/Pago_Pago", "21:00", "08:00", "2027-02-10 19:00"),
    ("2027-02-10 15:15:00", "Asia/Kathmandu", "21:00", "08:00", "2027-02-11 02:15"),
    ("2027-04-03 15:10:00", "Australia/Lord_Howe", "21:00", "08:00", "2027-04-03 21:30"),
]


def moment(text):
    return text and dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.fixture
def quiet_end(db):
    def quiet_end(at, zone, begins, ends):
        return db.value("SELECT ntf_getQuietEnd(%s, %s, %s::time, %s::time)", [at, zone, begins, ends])

    return quiet_end


@pytest.mark.parametrize("at, zone, begins, ends, until", CASES)
def test_it_ends_when_the_clock_on_the_wall_says_so(quiet_end, at, zone, begins, ends, until):
    assert quiet_end(moment(at), zone, begins, ends) == moment(until)


@pytest.mark.parametrize(
    "zone", [BRATISLAVA, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
)
@pytest.mark.parametrize(
    "begins, ends", [("21:00", "08:00"), ("22:30", "02:30"), ("02:15", "02:45"), ("12:00", "13:00")]
)
def test_nobody_is_disturbed_in_any_quarter_of_an_hour_of_a_year_s_changes(db, zone, begins, ends):
    """Against Python's own time zones: quiet exactly when the wall says so, and over at an end that is not quiet."""
    first, last = dt.time.fromisoformat(begins), dt.time.fromisoformat(ends)

    def quiet(at):
        shown = at.astimezone(ZoneInfo(zone)).time()
        return first <= shown < last if first <= last else shown >= first or shown < last

    changes = [
        at
        for at in (dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(hours=hour) for hour in range(8760))
        if at.astimezone(ZoneInfo(zone)).utcoffset() != (at + dt.timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
    ] or [dt.datetime(2027, 3, 28, tzinfo=dt.UTC)]  # fmt: skip
    moments = [change + dt.timedelta(minutes=15 * step) for change in changes for step in range(-100, 100)]
    found = db.execute(
        "SELECT one, ntf_getQuietEnd(one, %s, %s::time, %s::time) FROM unnest(%s::timestamptz[]) AS one",
        [zone, begins, ends, moments],
    ).fetchall()
    assert len(found) == len(moments)
    for at, until in found:
        assert (until is not None) == quiet(at), at
        if until:
            assert not quiet(until), at
            # Never longer than the night itself and the hour that there is twice.
            end = next(
                at + dt.timedelta(minutes=minute) for minute in range(1, 1600) if not quiet(at + dt.timedelta(minutes=minute))
            )  # fmt: skip
            assert end <= until <= end + dt.timedelta(hours=1), at
