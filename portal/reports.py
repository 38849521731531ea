"""Reports: who is on which tariff, what it brings in, who comes and goes, whose tariff ends, what coupons did."""

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import pgettext

from portal import access, db, exports, formats, pages

bp = Blueprint("reports", __name__)

SPANS = (3, 6, 12, 24)
AHEAD = (7, 30, 90)
SOON = 8

USERS = "SELECT * FROM trf_usersByTariff ORDER BY sort_order, tariff_id"
INCOME = """
    SELECT
        trf_reportMonths.month,
        sum(coalesce(trf_incomeByMonth.charged, 0)) AS charged,
        sum(coalesce(trf_incomeByMonth.credited, 0)) AS credited,
        sum(coalesce(trf_incomeByMonth.reversed, 0)) AS reversed,
        sum(coalesce(trf_incomeByMonth.income, 0)) AS income
    FROM trf_reportMonths
    LEFT JOIN trf_incomeByMonth ON trf_reportMonths.month = trf_incomeByMonth.month
    WHERE trf_reportMonths.months_ago < %(months)s
    GROUP BY trf_reportMonths.month
    ORDER BY trf_reportMonths.month
"""
MONEY = """
    SELECT
        trf_reportMonths.month,
        coalesce(sum(moved.amount) FILTER (WHERE kind = 'source'), 0) AS topped_up,
        coalesce(-sum(moved.amount) FILTER (WHERE counterparty = 'income:tariff'), 0) AS tariffs,
        coalesce(-sum(moved.amount) FILTER (WHERE kind = 'income' AND counterparty <> 'income:tariff'), 0) AS services,
        coalesce(sum(moved.amount) FILTER (WHERE kind = 'expense'), 0) AS given,
        coalesce(sum(moved.amount), 0) AS kept,
        coalesce(sum(moved.movements), 0) AS movements
    FROM trf_reportMonths
    LEFT JOIN fin_getMonthlyTotals(%(months)s) AS moved ON moved.month = trf_reportMonths.month
    WHERE trf_reportMonths.months_ago < %(months)s
    GROUP BY trf_reportMonths.month
    ORDER BY trf_reportMonths.month
"""
CHANGES = """
    SELECT
        trf_reportMonths.month,
        coalesce(joined, 0) AS joined,
        coalesce(extended, 0) AS extended,
        coalesce(renewed, 0) AS renewed,
        coalesce(up, 0) AS up,
        coalesce(down, 0) AS down,
        coalesce(sideways, 0) AS sideways,
        coalesce(gone, 0) AS gone,
        coalesce(joined - gone, 0) AS net
    FROM trf_reportMonths
    LEFT JOIN trf_changesByMonth ON trf_reportMonths.month = trf_changesByMonth.month
    WHERE trf_reportMonths.months_ago < %(months)s
    ORDER BY trf_reportMonths.month
"""
COUPONS = """
    SELECT
        trf_reportMonths.month,
        coalesce(redemptions, 0) AS redemptions,
        coalesce(released, 0) AS released,
        coalesce(purchases, 0) AS purchases,
        coalesce(people, 0) AS people,
        coalesce(given, 0) AS given,
        coalesce(income, 0) AS income,
        coalesce(cpn_couponEffect.currency, as_getSetting('currency')) AS currency
    FROM trf_reportMonths
    LEFT JOIN cpn_couponEffect ON trf_reportMonths.month = cpn_couponEffect.month
    WHERE trf_reportMonths.months_ago < %(months)s
    ORDER BY trf_reportMonths.month
"""
DEADLINES = """
    SELECT *
    FROM trf_upcomingDeadlines
    WHERE
        days_left <= %(days)s
        AND (%(what)s = '' OR what_next = %(what)s OR (%(what)s = 'missing' AND missing > 0))
        AND (%(deadline)s::date IS NULL OR (deadline, username) > (%(deadline)s::date, %(username)s))
    ORDER BY deadline, username
    LIMIT %(limit)s
"""


@bp.get("/reports")
@access.manager
def reports():
    months = span()
    return pages.render(
        "reports/page.html",
        "reports/_reports.html",
        months=months,
        spans=SPANS,
        users=db.read(USERS),
        income=db.read(INCOME, {"months": months}),
        money=db.read(MONEY, {"months": months}),
        changes=db.read(CHANGES, {"months": months}),
        coupons=db.read(COUPONS, {"months": months}),
        deadlines=deadlines(30, limit=SOON),
        total=db.row("SELECT count(*) AS people FROM trf_upcomingDeadlines WHERE days_left <= 30").people,
        currency=formats.currency(),
    )


@bp.get("/reports/deadlines")
@access.manager
def upcomingDeadlines():
    rows = deadlines(
        ahead(), request.args.get("what", ""), *(pages.after(2) or []), limit=pages.page_size() + 1
    )
    return pages.render(
        "reports/deadlines.html",
        "reports/_upcomingDeadlines.html",
        page=pages.keyset(rows, "deadline", "username"),
        days=ahead(),
        choices=AHEAD,
    )


@bp.get("/reports/users.<any(csv, xlsx):kind>")
@access.manager
def exportUsers(kind):
    columns = [
        (_("Tariff"), "tariff"),
        (_("Users"), "users"),
        (_("Share"), "share"),
        (_("Income a month"), "monthly_income"),
        (_("Currency"), "currency"),
    ]
    return exports.respond(kind, "users-by-tariff", columns, db.read(USERS))


@bp.get("/reports/income.<any(csv, xlsx):kind>")
@access.manager
def exportIncome(kind):
    columns = [
        (_("Month"), "month"),
        (_("Tariff"), "tariff"),
        (_("Purchases"), "purchases"),
        (_("Charged"), "charged"),
        (_("Credited"), "credited"),
        (_("Reversed"), "reversed"),
        (_("Income"), "income"),
        (_("Currency"), "currency"),
    ]
    rows = db.read(
        "SELECT trf_incomeByMonth.* FROM trf_incomeByMonth"
        " INNER JOIN trf_reportMonths ON trf_reportMonths.month = trf_incomeByMonth.month"
        " WHERE months_ago < %s ORDER BY trf_incomeByMonth.month, tariff_id",
        [span()],
    )
    return exports.respond(kind, "income-by-month", columns, rows)


@bp.get("/reports/money.<any(csv, xlsx):kind>")
@access.manager
def exportMoney(kind):
    columns = [
        (_("Month"), "month"),
        (_("Account"), "counterparty"),
        (pgettext("of a thing", "Name"), "counterparty_name"),
        (_("Operations"), "movements"),
        (_("Amount"), "amount"),
        (_("Currency"), "currency"),
    ]
    rows = db.read("SELECT * FROM fin_getMonthlyTotals(%s)", [span()])
    return exports.respond(kind, "money-by-month", columns, rows)


@bp.get("/reports/changes.<any(csv, xlsx):kind>")
@access.manager
def exportChanges(kind):
    columns = [
        (_("Month"), "month"),
        (_("New"), "joined"),
        (_("Extended"), "extended"),
        (_("Renewed"), "renewed"),
        (_("Up"), "up"),
        (_("Down"), "down"),
        (_("Same price"), "sideways"),
        (_("Gone"), "gone"),
    ]
    return exports.respond(kind, "changes-by-month", columns, db.read(CHANGES, {"months": span()}))


@bp.get("/reports/coupons.<any(csv, xlsx):kind>")
@access.manager
def exportCoupons(kind):
    columns = [
        (_("Month"), "month"),
        (_("Uses"), "redemptions"),
        (_("Given back"), "released"),
        (_("Purchases"), "purchases"),
        (_("People"), "people"),
        (pgettext("of discounts", "Given"), "given"),
        (_("Income"), "income"),
        (_("Currency"), "currency"),
    ]
    return exports.respond(kind, "coupons-by-month", columns, db.read(COUPONS, {"months": span()}))


@bp.get("/reports/deadlines.<any(csv, xlsx):kind>")
@access.manager
def exportDeadlines(kind):
    columns = [
        (_("Deadline"), "deadline"),
        (_("Days left"), "days_left"),
        (_("Username"), "username"),
        (_("Name"), "name"),
        (_("Tariff"), "tariff"),
        (_("Then"), "what_next"),
        (_("To be paid"), "due"),
        (_("Available"), "available"),
        (_("Missing"), "missing"),
        (_("Currency"), "currency"),
    ]
    asked = criteria(ahead(), request.args.get("what", ""))
    return exports.respond(kind, "upcoming-deadlines", columns, exports.rows(DEADLINES, asked))


def span() -> int:
    """How many months the address asks for."""
    months = request.args.get("months", type=int)
    return months if months in SPANS else 12


def ahead() -> int:
    """How many days ahead the address asks for."""
    days = request.args.get("days", type=int)
    return days if days in AHEAD else 30


def deadlines(days, *arguments, **more) -> list:
    return db.read(DEADLINES, criteria(days, *arguments, **more))


def criteria(days, what="", deadline=None, username=None, limit=None) -> dict:
    known = what if what in ("change", "renewal", "end", "missing") else ""
    return {"days": days, "what": known, "deadline": deadline, "username": username, "limit": limit}
