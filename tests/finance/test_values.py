"""What is read of money: balances at moments, months, days, statements, totals."""

import datetime as dt

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def at(db):
    """Make it a moment of the business clock: at("2027-03-01 12:00+00")."""
    return lambda moment: db.execute(
        "UPDATE as_clock SET isDemo = true, shift = %s::timestamptz - now()", [moment]
    )


@pytest.fixture
def three(db, at, bob):
    """F06: 10 at 12:00, 20 at 13:00, 50 at 14:00."""
    for hour, amount in ((12, "10.00"), (13, "20.00"), (14, "50.00")):
        at(f"2027-03-01 {hour}:00+00")
        assert db.call("fin_topUp", username=bob, amount=amount, purpose="cash").ok


def test_the_balance_and_what_of_it_is_available(db, alice):
    assert db.call("fin_hold", username=alice, amount="300.00", purpose="deposit").ok
    assert str(db.value("SELECT fin_getBalance(%s)", [alice])) == "1000.00"
    assert str(db.value("SELECT fin_getAvailable(%s)", [alice])) == "700.00"
    assert db.row("SELECT fin_getBalance('nobody'), fin_getAvailable('nobody')") == (None, None)


@pytest.mark.parametrize(
    ("moment", "balance"), [("11:59:59", 0), ("12:15", 10), ("13:15", 30), ("14:00", 80), ("23:00", 80)]
)
def test_the_balance_at_a_moment(db, three, bob, moment, balance):
    assert db.value("SELECT fin_getBalanceAt(%s, %s)", [bob, f"2027-03-01 {moment}+00"]) == balance


def test_nobody_had_no_balance(db):
    assert db.value("SELECT fin_getBalanceAt('nobody', now())") is None


def test_the_months_of_the_chart(db, at, bob):
    for day, amount in (
        ("2026-12-31 22:59+00", "10.00"),
        ("2026-12-31 23:01+00", "5.00"),
        ("2027-03-10 12:00+00", "1.00"),
    ):
        at(day)
        assert db.call("fin_topUp", username=bob, amount=amount, purpose="cash").ok
    assert db.call("fin_charge", username=bob, amount="4.00", purpose="x").ok
    rows = db.read("SELECT * FROM fin_getMonthlyBalances(%s, 4)", [bob])
    # In Bratislava the second top-up was already in January.
    assert [(row.month.month, row.came, row.went, row.balance) for row in rows] == [
        (12, 10, 0, 10),
        (1, 5, 0, 15),
        (2, 0, 0, 15),
        (3, 1, -4, 12),
    ]


def test_the_chart_has_as_many_months_as_one_asks_within_reason(db, bob):
    for asked, given in ((12, 12), (0, 1), (-5, 1), (100000, 120)):
        assert len(db.read("SELECT * FROM fin_getMonthlyBalances(%s, %s)", [bob, asked])) == given
    assert db.read("SELECT * FROM fin_getMonthlyBalances('nobody', 12)") == []


def test_a_statement_adds_up(db, at, three, bob):
    at("2027-03-02 12:00+00")
    assert db.call("fin_charge", username=bob, amount="30.00", purpose="x").ok
    row = db.row("SELECT * FROM fin_getStatementTotals(%s, '2027-03-02', '2027-03-02')", [bob])
    assert (row.opening, row.came, row.went, row.closing, row.movements) == (80, 0, -30, 50, 1)
    row = db.row("SELECT * FROM fin_getStatementTotals(%s, '2027-03-01', '2027-03-01')", [bob])
    assert (row.opening, row.came, row.went, row.closing, row.movements) == (0, 80, 0, 80, 3)


def test_a_statement_is_of_this_month_unless_one_says_so(db, at, three, bob):
    at("2027-03-05 12:00+00")
    row = db.row("SELECT * FROM fin_getStatementTotals(%s)", [bob])
    assert (row.from_day, row.until_day, row.closing) == (dt.date(2027, 3, 1), dt.date(2027, 3, 5), 80)
    turned = db.row("SELECT * FROM fin_getStatementTotals(%s, '2027-03-04', '2027-03-01')", [bob])
    assert turned.from_day <= turned.until_day
    assert db.row("SELECT * FROM fin_getStatementTotals('nobody')") is None


def test_days_and_months_by_system_account(db, three, bob):
    assert db.call("fin_charge", username=bob, amount="30.00", purpose="x").ok
    days = db.read("SELECT * FROM fin_getDailyTotals('2027-03-01', '2027-03-01')")
    assert [(row.counterparty, row.movements, row.amount) for row in days] == [
        ("income:service", 1, -30),
        ("source:cash", 3, 80),
    ]
    assert [tuple(row)[:2] for row in db.read("SELECT * FROM fin_dailyTotals ORDER BY counterparty")] == [
        tuple(row)[:2] for row in days
    ]
    assert db.read("SELECT * FROM fin_getDailyTotals('2027-03-02', '2027-03-31')") == []


def test_months_by_system_account(db, at, bob, alice):
    at("2027-01-31 22:59+00")
    for moment, amount in (
        ("2027-01-31 22:59+00", "5.00"),
        ("2027-01-31 23:00+00", "7.00"),
        ("2027-03-02 12:00+00", "1.00"),
    ):
        at(moment)
        assert db.call("fin_topUp", username=bob, amount=amount, purpose="cash").ok
    assert db.call("fin_charge", username=bob, amount="3.00", purpose="x").ok
    rows = db.read(
        "SELECT month::text, kind, counterparty, movements, amount FROM fin_getMonthlyTotals(3)"
        " WHERE currency = 'EUR'"
    )
    # The month is the installation's, an hour ahead of UTC in winter.
    assert rows == [
        ("2027-01-01", "source", "source:cash", 1, 5),
        ("2027-02-01", "source", "source:cash", 1, 7),
        ("2027-03-01", "income", "income:service", 1, -3),
        ("2027-03-01", "source", "source:cash", 1, 1),
    ]
    counts = [
        db.value("SELECT count(*) FROM fin_getMonthlyTotals(%s)", [months])
        for months in (1, 2, 0, -1, 2147483647)
    ]
    # Alice's own money came before all that.
    assert counts == [2, 3, 2, 2, 5]


def test_people_and_system_accounts_add_up_to_nothing(db, three, bob, alice):
    people = db.value("SELECT sum(balance) FROM fin_balances")
    system = db.value("SELECT sum(balance) FROM fin_counterpartyBalances")
    assert (people, people + system) == (1080, 0)


def test_an_application_reads_them_too(db, alice):
    with db.as_role("portal_web"):
        assert db.value("SELECT fin_getBalance(%s)", [alice]) == 1000
        assert db.value("SELECT count(*) FROM fin_statements") == 1
        assert db.read("SELECT * FROM fin_requests") == []
        assert db.read("SELECT * FROM fin_violations") == []


def test_the_list_of_counterparties_tells_the_truth(db, alice):
    for row in db.read("SELECT * FROM fin_counterpartyList"):
        for procedure, allowed in (
            ("fin_topUp", row.can_top_up),
            ("fin_charge", row.can_charge),
            ("fin_hold", row.can_hold),
        ):
            outcome = db.call(procedure, username=alice, amount="1.00", purpose="x", counterparty=row.code)
            assert (outcome.ok, outcome.reason == "wrong_counterparty") == (allowed, not allowed), outcome
        asked = db.call("fin_requestTopUp", username=alice, amount="1.00", counterparty=row.code)
        assert asked.ok == row.can_ask
