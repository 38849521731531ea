"""What counts when: rows LO01 to LO09, LO19 and LO20 of the oracles (tests of Setono's plugin, of Open Loyalty's and
Voucherify's documentation), the 1 March rule, and what holds set aside. LO10 to LO17 are about payments and steps: they belong
to loy_decide; LO18 is a receipt that is sent twice."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def lots(db):
    """The open lots in the order in which they are spent, as (lot, what is left, what is free)."""
    return lambda username: [
        (row.lotid, float(row.remaining), float(row.available))
        for row in db.read("SELECT lotID, remaining, available FROM loy_validLots(%s, as_now())", [username])
    ]


@pytest.fixture
def spend(db, lots):
    """Take from the lots in their order, as a sale would; what is missing comes back."""

    def take(username, amount):
        for lot, _, free in lots(username):
            part = min(amount, free)
            if part:
                db.execute(
                    "SELECT loy_takeFromLot(%s, %s, %s::numeric, 'adjust', NULL, NULL, 'test', NULL)",
                    [username, lot, part],
                )
                amount -= part
        return amount

    return take


def test_lo01_one_lot_keeps_what_is_left(alice, grant, spend, lots):
    lot = grant(alice, 100)
    assert spend(alice, 30) == 0
    assert lots(alice) == [(lot, 70, 70)]


def test_lo02_what_ends_sooner_is_spent_first(alice, grant, spend, lots, at):
    at("2026-05-01 12:00")
    june = grant(alice, 100, validTo="2027-06-01")
    grant(alice, 100, validTo="2027-01-01")
    assert spend(alice, 100) == 0
    assert lots(alice) == [(june, 100, 100)]


def test_lo03_what_never_ends_is_spent_last(alice, grant, spend, lots):
    never = grant(alice, 100, validTo="infinity")
    grant(alice, 100)
    assert spend(alice, 100) == 0
    assert lots(alice) == [(never, 100, 100)]


def test_lo04_there_is_no_debt_what_is_missing_is_paid_in_money(alice, grant, spend, balance):
    """+50, -80, +100: 70 in all, of which 100 are here and 30 were paid in money (loyReturnPolicy unlimited)."""
    grant(alice, 50)
    missing = spend(alice, 80)
    grant(alice, 100)
    assert (missing, balance(alice)) == (30, "100.00")


def test_lo05_an_expired_lot_leaves_the_other(alice, grant, balance, at):
    at("2026-05-01 12:00")
    grant(alice, 100, validTo="2026-06-01")
    grant(alice, 40)
    at("2026-06-02 00:00")
    assert balance(alice) == "40.00"


def test_lo06_the_forecast_says_how_much_ends_by_when(db, alice, grant, at):
    at("2026-01-10 12:00")
    grant(alice, 100, validTo="2026-02-01")
    grant(alice, 200, validTo="2026-06-01")
    grant(alice, 50, validTo="infinity")
    forecast = db.read("SELECT * FROM loy_getForecast(%s)", [alice])
    assert [row.amount for row in forecast] == [100, 200, 50]
    assert forecast[-1].until is None
    by = "SELECT sum(amount) FROM loy_getForecast(%s) WHERE until < %s"
    assert [db.value(by, [alice, day]) for day in ("2026-03-01", "2026-07-01")] == [100, 300]


def test_what_ends_first_is_everything_of_that_day_that_works(db, alice, grant, at):
    at("2026-01-10 12:00")
    soonest = "SELECT * FROM loy_getNextEnd(%s)"
    grant(alice, 50, validTo="infinity")
    assert db.read(soonest, [alice]) == []
    grant(alice, 10, validTo="2026-02-01 08:00+01")
    grant(alice, 7, kind="promotional", validTo="2026-02-01 23:59+01")
    grant(alice, 3, validFrom="2026-01-20", validTo="2026-02-01 09:00+01")
    grant(alice, 100, validTo="2026-02-02 00:00+01")
    (ends,) = db.read(soonest, [alice])
    assert ends.amount == 17
    assert ends.until.isoformat() == "2026-02-01T07:00:00+00:00"


def test_lo07_the_end_is_the_first_moment_without_it(alice, grant, balance, at):
    at("2026-05-01 12:00")
    grant(alice, 100, validTo="2026-06-01 00:00+02")
    assert balance(alice, at="2026-05-31 23:59:59.999999+02") == "100.00"
    assert balance(alice, at="2026-06-01 00:00+02") == "0.00"
    at("2026-06-01 00:00")
    assert balance(alice) == "0.00"


def test_lo08_only_what_was_left_expires_and_nothing_is_written_for_it(
    db, alice, grant, spend, balance, at, untouched
):
    at("2026-05-01 12:00")
    lot = grant(alice, 150, validTo="2026-06-01")
    spend(alice, 50)
    at("2026-07-01 00:00")
    with untouched():
        assert balance(alice) == "0.00"
        row = db.row("SELECT state, remaining FROM loy_lotList WHERE lot_id = %s", [lot])
    assert row == ("expired", 100)


def test_lo09_a_lot_that_was_spent_does_not_expire_a_second_time(alice, grant, spend, balance, at):
    at("2026-05-01 12:00")
    grant(alice, 100, validTo="2026-06-01")
    spend(alice, 100)
    grant(alice, 50, validTo="infinity")
    at("2026-06-02 00:00")
    assert balance(alice) == "50.00"


def test_specific_ones_come_first_then_birthday_then_regular_then_what_ends_sooner(db, alice, grant):
    given = {
        kind: grant(alice, 1, kind=kind)
        for kind in ("regular", "promotional", "birthday", "product", "service")
    }
    later = grant(alice, 1, kind="birthday", validTo="infinity")
    order = [
        row.lotid
        for row in db.read("SELECT lotID FROM loy_validLots(%s, as_now()) WHERE unit = 'bonus'", [alice])
    ]
    assert order == [given["product"], given["promotional"], given["birthday"], later, given["regular"]]
    decided = db.value("SELECT loy_lotsForDecision(%s, as_now())", [alice])
    assert [int(lot["lotID"]) for lot in decided if lot["unit"] == "bonus"] == order
    assert next(lot for lot in decided if lot["lotID"] == str(later))["validTo"] is None


# Validity


@pytest.mark.parametrize(
    ("rule", "earned", "begins", "ends"),
    [
        # LO19
        ({"validity": "endOfMonth"}, "2026-01-22 15:00", "2026-01-22 15:00", "2026-02-01 00:00"),
        ({"validity": "endOfYear"}, "2018-05-05 15:00", "2018-05-05 15:00", "2019-01-01 00:00"),
        # LO20
        (
            {"validity": "months", "validityLength": 1},
            "2026-01-25 09:00",
            "2026-01-25 09:00",
            "2026-02-26 00:00",
        ),
        (
            {"validity": "months", "validityLength": 1},
            "2026-01-31 09:00",
            "2026-01-31 09:00",
            "2026-03-01 00:00",
        ),
        (
            {"validity": "months", "validityLength": 1},
            "2028-01-31 09:00",
            "2028-01-31 09:00",
            "2028-03-01 00:00",
        ),
        (
            {"validity": "months", "validityLength": 0},
            "2026-01-01 09:00",
            "2026-01-01 09:00",
            "2026-01-02 00:00",
        ),
        (
            {"validity": "days", "validityLength": 14},
            "2026-03-20 09:00",
            "2026-03-20 09:00",
            "2026-04-04 00:00",
        ),
        (
            {"validity": "endOfMonth", "validityLength": 2},
            "2026-01-31 09:00",
            "2026-01-31 09:00",
            "2026-04-01 00:00",
        ),
        (
            {"validity": "endOfYear", "validityLength": 1},
            "2026-12-31 09:00",
            "2026-12-31 09:00",
            "2028-01-01 00:00",
        ),
        # L-33, B-48
        ({"validity": "march"}, "2025-03-01 00:00", "2025-03-01 00:00", "2026-03-01 00:00"),
        ({"validity": "march"}, "2025-12-31 23:59", "2025-12-31 23:59", "2026-03-01 00:00"),
        ({"validity": "march"}, "2026-01-01 00:00", "2026-01-01 00:00", "2027-03-01 00:00"),
        ({"validity": "march"}, "2026-02-28 23:59", "2026-02-28 23:59", "2027-03-01 00:00"),
        (
            {"validity": "march", "pendingDays": 90},
            "2025-12-31 12:00",
            "2026-03-31 00:00",
            "2027-03-01 00:00",
        ),
        # L-09: spent from the next day on
        (
            {"validity": "days", "validityLength": 30, "pendingDays": 1},
            "2026-03-28 23:00",
            "2026-03-29 00:00",
            "2026-04-29 00:00",
        ),
        (
            {"validity": "endOfMonth", "pendingDays": 5},
            "2026-01-30 23:00",
            "2026-02-04 00:00",
            "2026-03-01 00:00",
        ),
        ({"validity": "never"}, "2026-01-30 23:00", "2026-01-30 23:00", None),
    ],
)
def test_bonuses_count_as_their_kind_says_in_days_of_the_installation(
    db, done, at, rule, earned, begins, ends
):
    done("loy_saveKind", code="tried", names='{"en": "Tried"}', **rule)
    zone = "Europe/Bratislava"
    row = db.row(
        "SELECT to_char(validFrom AT TIME ZONE %(z)s, 'YYYY-MM-DD HH24:MI') AS begins,"
        " CASE WHEN isfinite(validTo) THEN to_char(validTo AT TIME ZONE %(z)s, 'YYYY-MM-DD HH24:MI') END AS ends"
        " FROM loy_validityOf('tried', %(at)s::timestamp AT TIME ZONE %(z)s)",
        {"z": zone, "at": earned},
    )
    assert (row.begins, row.ends) == (begins, ends)


def test_the_zone_decides_which_day_it_is(db):
    ends = "SELECT validTo FROM loy_validityOf('regular', '2026-02-28 22:30+00', %s)"
    assert str(db.value(ends, ["Asia/Vladivostok"]).astimezone().year) == "2027"
    assert db.value(ends, ["UTC"]) == db.value("SELECT '2027-03-01 00:00+00'::timestamptz")
    # There it is 1 March already.
    assert db.value(ends, ["Asia/Vladivostok"]) == db.value("SELECT '2027-03-01 00:00+10'::timestamptz")


# Holds


def test_what_a_till_sets_aside_is_free_again_when_its_hold_expires(alice, grant, hold, lots, at, balance):
    at("2026-05-01 12:00")
    lot = grant(alice, 100)
    hold(alice, lot, 30, minutes=10)
    assert (lots(alice), balance(alice)) == ([(lot, 100, 70)], "100.00")
    at("2026-05-01 12:10")
    assert lots(alice) == [(lot, 100, 100)]


def test_a_hold_of_now_is_not_free_for_a_receipt_of_yesterday(db, alice, grant, hold, at):
    at("2026-05-01 12:00")
    lot = grant(alice, 100)
    at("2026-05-02 12:00")
    hold(alice, lot, 30)
    free = db.value("SELECT available FROM loy_validLots(%s, as_now() - interval '1 day')", [alice])
    assert free == 70


def test_more_than_a_lot_has_cannot_be_taken(db, alice, grant):
    lot = grant(alice, 10)
    with pytest.raises(Exception, match="has no 11 to take"), db.transaction():
        db.execute("SELECT loy_takeFromLot(%s, %s, 11, 'spend', NULL, NULL, 'x', NULL)", [alice, lot])
    with pytest.raises(Exception, match="has no room for 1"), db.transaction():
        db.execute("SELECT loy_putIntoLot(%s, %s, 1, 'restore', NULL, NULL, 'x', NULL)", [alice, lot])


def test_nobody_has_nothing(balance):
    assert balance("nobody") == "0.00"
