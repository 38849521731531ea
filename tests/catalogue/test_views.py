"""What the views of the catalogue and its reports tell."""

import datetime as dt
from decimal import Decimal

import pytest


@pytest.fixture
def on(db):
    """Make it noon of a day."""

    def turn(day):
        db.execute(
            "UPDATE as_clock SET isDemo = true, shift ="
            " ((%s::date + time '12:00') AT TIME ZONE as_clock.timeZone) - now()",
            [day],
        )

    return turn


def test_the_offer_shows_what_longer_periods_save(db, shelf):
    offers = db.read(
        "SELECT period, price, per_month, saving, saving_percent FROM trf_prices WHERE tariff = 'Fast'"
    )
    assert [tuple(o) for o in sorted(offers)] == [
        (1, Decimal("19.00"), Decimal("19.00"), Decimal("0.00"), 0),
        (6, Decimal("99.00"), Decimal("16.50"), Decimal("15.00"), 13),
        (12, Decimal("190.00"), Decimal("15.83"), Decimal("38.00"), 16),
        (36, Decimal("490.00"), Decimal("13.61"), Decimal("194.00"), 28),
    ]


def test_a_free_tariff_is_one_offer_without_end(db, shelf):
    offers = db.read("SELECT period, price, is_free, is_default FROM trf_prices WHERE tariff = 'Free'")
    assert [tuple(o) for o in offers] == [(0, Decimal("0.00"), True, True)]


def test_a_longer_period_that_costs_more_saves_nothing(db, save):
    save("Odd", 10, 100, 200, 300)
    offer = db.row("SELECT saving, saving_percent FROM trf_prices WHERE tariff = 'Odd' AND period = 12")
    assert tuple(offer) == (Decimal("0.00"), 0)


def test_tariffs_count_who_has_them_in_force(db, people, shelf, buy, on):
    on("2027-01-10")
    buy("alice", shelf.fast)
    counted = "SELECT users, expired FROM trf_tariffManagement WHERE tariff_id = %s"
    assert tuple(db.row(counted, [shelf.fast])) == (1, 0)
    on("2027-02-10")
    assert tuple(db.row(counted, [shelf.fast])) == (0, 1)


def test_users_of_a_tariff_have_deadline_balance_and_last_change(db, people, shelf, buy, on):
    on("2027-01-31")
    buy("alice", shelf.fast, 1)
    row = db.row("SELECT * FROM trf_tariffUsers WHERE tariff_id = %s", [shelf.fast])
    assert (row.username, row.deadline, row.days_left, row.state) == (
        "alice",
        dt.date(2027, 2, 28),
        28,
        "running",
    )
    assert (row.balance, row.last_change, row.last_paid) == (Decimal("481.00"), "change", Decimal("19.00"))


def test_deadlines_say_what_comes_next_and_what_is_missing(db, people, shelf, buy):
    buy("alice", shelf.fast)
    ending = "SELECT what_next, due, missing FROM trf_upcomingDeadlines WHERE username = 'alice'"
    assert tuple(db.row(ending)) == ("end", None, Decimal("0.00"))
    assert db.call("trf_setRenewal", username="alice", period=36, actor="alice").ok
    assert tuple(db.row(ending)) == ("renewal", Decimal("490.00"), Decimal("9.00"))
    assert db.call(
        "trf_scheduleUserTariff", username="alice", tariffID=shelf.free, period=0, actor="alice"
    ).ok
    assert tuple(db.row(ending)) == ("change", Decimal("0.00"), Decimal("0.00"))


def test_people_are_counted_by_the_tariff_in_force(db, people, shelf, buy, on):
    on("2027-01-10")
    buy("alice", shelf.fast, 6)
    rows = {r.tariff: r for r in db.read("SELECT * FROM trf_usersByTariff")}
    # The four others, registered before there was a default tariff, have it all the same.
    assert rows["Fast"].users == 1 and rows["Free"].users == 4
    assert (rows["Fast"].share, rows["Fast"].monthly_income) == (Decimal("0.2000"), Decimal("16.50"))
    on("2027-08-10")
    rows = {r.tariff: r for r in db.read("SELECT * FROM trf_usersByTariff")}
    assert rows["Fast"].users == 0 and rows["Free"].users == 5 and rows["Fast"].monthly_income == 0


def test_changes_are_told_apart_month_by_month(db, people, shelf, buy, on):
    on("2027-01-10")
    buy("alice", shelf.fast)  # joined
    on("2027-02-01")
    buy("alice", shelf.fast)  # extended
    on("2027-02-20")
    buy("alice", shelf.team)  # up
    on("2027-03-01")
    buy("alice", shelf.fast)  # down, until 1 April
    on("2027-06-01")
    rows = {str(r.month): r for r in db.read("SELECT * FROM trf_changesByMonth")}
    assert rows["2027-01-01"].joined == 1
    assert (rows["2027-02-01"].extended, rows["2027-02-01"].up) == (1, 1)
    assert (rows["2027-03-01"].down, rows["2027-03-01"].gone) == (1, 0)
    assert rows["2027-04-01"].gone == 1
    buy("alice", shelf.team)
    assert {str(r.month): r.joined for r in db.read("SELECT * FROM trf_changesByMonth")}["2027-06-01"] == 1


def test_leaving_for_a_free_tariff_is_leaving(db, people, shelf, buy, on):
    on("2027-01-10")
    buy("alice", shelf.fast)
    on("2027-01-20")
    buy("alice", shelf.free, 0)
    row = db.row("SELECT * FROM trf_changesByMonth")
    assert (row.joined, row.gone, row.down) == (1, 1, 0)


def test_income_is_what_was_charged_less_what_came_back(db, people, shelf, buy, on):
    on("2027-01-01")
    buy("alice", shelf.fast)
    on("2027-01-16")
    buy("alice", shelf.team)
    rows = {r.tariff: r for r in db.read("SELECT * FROM trf_incomeByMonth")}
    assert rows["Fast"].income == Decimal("19.00")
    assert rows["Team"].charged == Decimal("49.00") and rows["Team"].credited > 0
    assert rows["Team"].income == rows["Team"].charged - rows["Team"].credited
    assert sum(r.income for r in rows.values()) == 500 - db.value(
        "SELECT balance FROM fin_balances WHERE username = 'alice'"
    )
    assert db.call("trf_reverseChange", username="alice", number=2, note="mistake").ok
    total = db.value("SELECT sum(income) FROM trf_incomeByMonth")
    assert total == 500 - db.value("SELECT balance FROM fin_balances WHERE username = 'alice'")


@pytest.mark.parametrize("role", ["portal_web", "portal_dba", "portal_report"])
def test_those_who_read_views_can_read_these(db, people, shelf, role):
    views = (
        "prices tariffManagement options optionMatrix userOverrides tariffUsers upcomingDeadlines"
        " usersByTariff changesByMonth incomeByMonth"
    )
    with db.as_role(role):
        for view in views.split():
            db.read(f"SELECT * FROM trf_{view}")
