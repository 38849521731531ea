"""Days end at midnight here, whatever the clock of the machine, the summer time and the calendar do."""

import pytest

from portal import access
from tests.people import register
from tests.rails import world

BRATISLAVA = "Europe/Bratislava"

# Where, when it is bought (UTC), for how many months, the first day without it, the last moment with it and the first
# one without it (UTC).
CASES = {
    "an ordinary month": (BRATISLAVA, "2026-01-15 10:00", 1, "2026-02-15", "2026-02-14 22:59:59", "2026-02-14 23:00"),
    "28 February": (BRATISLAVA, "2026-02-28 10:00", 1, "2026-03-28", "2026-03-27 22:59:59", "2026-03-27 23:00"),
    "29 February": (BRATISLAVA, "2024-02-29 10:00", 1, "2024-03-29", "2024-03-28 22:59:59", "2024-03-28 23:00"),
    "a year from 29 February": (BRATISLAVA, "2024-02-29 10:00", 12, "2025-02-28", "2025-02-27 22:59:59", "2025-02-27 23:00"),
    "three years from 29 February": (BRATISLAVA, "2024-02-29 10:00", 36, "2027-02-28", "2027-02-27 22:59:59", "2027-02-27 23:00"),
    "31 January, common year": (BRATISLAVA, "2026-01-31 10:00", 1, "2026-02-28", "2026-02-27 22:59:59", "2026-02-27 23:00"),
    "31 January, leap year": (BRATISLAVA, "2024-01-31 10:00", 1, "2024-02-29", "2024-02-28 22:59:59", "2024-02-28 23:00"),
    "31 August and half a year": (BRATISLAVA, "2025-08-31 10:00", 6, "2026-02-28", "2026-02-27 22:59:59", "2026-02-27 23:00"),
    "31 December": (BRATISLAVA, "2025-12-31 10:00", 1, "2026-01-31", "2026-01-30 22:59:59", "2026-01-30 23:00"),
    "over a New Year": (BRATISLAVA, "2025-12-15 10:00", 1, "2026-01-15", "2026-01-14 22:59:59", "2026-01-14 23:00"),
    "up to the day of 23 hours": (BRATISLAVA, "2026-02-28 23:30", 1, "2026-04-01", "2026-03-31 21:59:59", "2026-03-31 22:00"),
    "ends as the day of 23 hours begins": (BRATISLAVA, "2025-09-29 10:00", 6, "2026-03-29", "2026-03-28 22:59:59", "2026-03-28 23:00"),
    "ends after the day of 23 hours": (BRATISLAVA, "2025-09-30 10:00", 6, "2026-03-30", "2026-03-29 21:59:59", "2026-03-29 22:00"),
    "ends as the day of 25 hours begins": (BRATISLAVA, "2026-09-25 10:00", 1, "2026-10-25", "2026-10-24 21:59:59", "2026-10-24 22:00"),
    "ends after the day of 25 hours": (BRATISLAVA, "2026-09-26 10:00", 1, "2026-10-26", "2026-10-25 22:59:59", "2026-10-25 23:00"),
    "in the hour that is left out": (BRATISLAVA, "2026-03-29 01:00", 1, "2026-04-29", "2026-04-28 21:59:59", "2026-04-28 22:00"),
    "in the hour that comes twice, first": (BRATISLAVA, "2026-10-25 00:30", 1, "2026-11-25", "2026-11-24 22:59:59", "2026-11-24 23:00"),
    "in the hour that comes twice, again": (BRATISLAVA, "2026-10-25 01:30", 1, "2026-11-25", "2026-11-24 22:59:59", "2026-11-24 23:00"),
    "yesterday in UTC, today here": (BRATISLAVA, "2026-01-31 23:30", 1, "2026-03-01", "2026-02-28 22:59:59", "2026-02-28 23:00"),
    "last year in UTC, this year here": (BRATISLAVA, "2025-12-31 23:00", 1, "2026-02-01", "2026-01-31 22:59:59", "2026-01-31 23:00"),
    "a second before midnight here": (BRATISLAVA, "2026-01-31 22:59:59", 1, "2026-02-28", "2026-02-27 22:59:59", "2026-02-27 23:00"),
    "in UTC": ("UTC", "2026-01-31 23:30", 1, "2026-02-28", "2026-02-27 23:59:59", "2026-02-28 00:00"),
    "far in the east": ("Pacific/Kiritimati", "2026-01-31 09:59", 1, "2026-02-28", "2026-02-27 09:59:59", "2026-02-27 10:00"),
    "far in the west": ("Pacific/Pago_Pago", "2026-03-01 10:59", 1, "2026-03-28", "2026-03-28 10:59:59", "2026-03-28 11:00"),
    "half an hour aside": ("Asia/Kolkata", "2026-01-31 18:30", 1, "2026-03-01", "2026-02-28 18:29:59", "2026-02-28 18:30"),
    "a day that was left out": ("Pacific/Apia", "2011-12-30 09:59", 1, "2012-01-29", "2012-01-28 09:59:59", "2012-01-28 10:00"),
}  # fmt: skip


@pytest.fixture
def shelf(db):
    return world.catalogue(db)


@pytest.fixture
def alice(db, shelf):
    register(db, "alice")
    world.done(db.call("fin_topUp", username="alice", amount="1000.00", purpose="start"))
    return "alice"


@pytest.fixture
def at(db):
    """Make it a moment of UTC: at("2026-03-29 01:00")."""
    return lambda moment: db.execute(
        "UPDATE as_clock SET isDemo = true, shift = (%s::timestamp AT TIME ZONE 'UTC') - now()", [moment]
    )


@pytest.fixture
def buy(db, shelf, alice):
    return lambda period: world.done(
        db.call("trf_changeUserTariff", username=alice, tariffID=shelf.team, period=period, actor=alice)
    )


@pytest.fixture
def standing(db, alice):
    return lambda: db.row(
        "SELECT state, days_left, deadline FROM trf_userTariffs WHERE username = %s", [alice]
    )


@pytest.mark.parametrize("case", CASES)
def test_a_tariff_ends_at_midnight_here(db, at, buy, standing, case):
    zone, bought, period, deadline, last, first = CASES[case]
    world.done(db.call("as_setSetting", code="timeZone", value=zone))
    at(bought)
    assert buy(period).details["deadline"] == deadline
    at(last)
    assert (standing().state, standing().days_left) == ("running", 1)
    at(first)
    assert (standing().state, standing().days_left) == ("expired", 0)


def test_who_moves_the_time_zone_moves_no_deadline(db, at, buy, standing):
    at("2026-01-15 10:00")
    buy(1)
    world.done(db.call("as_setSetting", code="timeZone", value="Asia/Tokyo"))
    assert str(standing().deadline) == "2026-02-15"
    at("2026-02-14 15:00")
    assert standing().state == "expired"


@pytest.mark.parametrize("back", ["2026-01-15 09:00", "2026-01-15 08:00", "2026-01-14 10:00"])
def test_a_clock_that_goes_back_makes_no_hole_in_the_books(db, at, alice, back):
    for moment in ("2026-01-15 10:00", back, "2026-01-15 10:00"):
        at(moment)
        world.done(db.call("fin_topUp", username=alice, amount="1.00", purpose="x"))
    rows = db.read(
        "SELECT version, balance_after FROM fin_statements WHERE username = %s ORDER BY version", [alice]
    )
    assert [(row.version, str(row.balance_after)) for row in rows] == [
        (1, "1000.00"), (2, "1001.00"), (3, "1002.00"), (4, "1003.00"),
    ]  # fmt: skip
    assert db.read("SELECT * FROM fin_violations") == []


def test_a_clock_that_goes_back_and_forth_sends_one_notice(db, at, buy, alice):
    at("2026-01-15 10:00")
    buy(1)
    for moment in ("2026-02-11 10:00", "2026-02-11 08:00", "2026-02-09 10:00", "2026-02-12 10:00"):
        at(moment)
        db.call("trf_queueDeadlineNotice", username=alice)
    notices = db.read(
        "SELECT details FROM job_outbox WHERE username = %s AND kind = 'tariff_deadline' AND channel = 'email'",
        [alice],
    )
    assert len(notices) == 1


def test_a_renewal_is_paid_once_though_its_day_comes_twice(db, at, buy, alice, standing):
    at("2026-01-31 10:00")
    buy(1)
    world.done(db.call("trf_setRenewal", username=alice, period=1, actor=alice))
    reasons = []
    for moment in ("2026-02-27 23:00", "2026-02-27 22:00", "2026-02-28 10:00", "2026-02-27 23:00"):
        at(moment)
        reasons.append(db.call("trf_settleDeadline", username=alice).reason)
    assert reasons == ["tariff_renewed", "nothing_due", "nothing_due", "nothing_due"]
    assert str(standing().deadline) == "2026-03-31"


def test_sessions_live_by_real_time(db, at, alice):
    db.execute(
        "SELECT portal.as_startSession(%s, 'user', %s, '127.0.0.1', '')", [alice, access.token_hash("token")]
    )

    def is_signed_in() -> bool:
        return db.row("SELECT * FROM as_getSession(%s)", [access.token_hash("token")]).username == alice

    at("2030-01-01 00:00")
    assert is_signed_in(), "a demo's clock signs nobody out"
    db.execute("UPDATE as_sessions SET idleUntil = clock_timestamp() - interval '1 minute'")
    at("2020-01-01 00:00")
    assert (
        db.read("SELECT * FROM as_getSession(%s) WHERE username IS NOT NULL", [access.token_hash("token")])
        == []
    ), "nor does it bring a session back to life"
