"""What a person sees first: the customer's cabinet, or the desk of who works here."""

import datetime as dt

import flask_babel
from flask import Blueprint, g, redirect, url_for
from flask_babel import gettext as _

from portal import access, db, pages, tariffs

bp = Blueprint("overview", __name__)

LATEST = 6
SOON = 7


@bp.get("/")
@access.public
def show():
    if g.person is None:
        return redirect(url_for("prices.prices"), 303)
    if access.has_role("manager") and not g.person.actingfor:
        return desk()
    return cabinet()


def cabinet():
    username = access.customer()
    return pages.render(
        "overview/cabinet.html",
        "overview/_cabinet.html",
        greeting=greeting(),
        **tariffs.standing(username),
        club=club(username),
        months=db.read("SELECT * FROM fin_getMonthlyBalances(%s, 12)", [username]),
        operations=db.read(
            "SELECT * FROM fin_statements WHERE username = %s AND version IS NOT NULL"
            " ORDER BY version DESC LIMIT %s",
            [username, LATEST],
        ),
    )


def club(username):
    """The bonuses of a person and what of them ends first."""
    return db.row(
        "SELECT balance, service, tier, tier_names, ends.until, ends.amount FROM loy_accountList"
        " LEFT JOIN LATERAL loy_getNextEnd(loy_accountList.username) AS ends ON true"
        " WHERE loy_accountList.username = %s AND merged_into IS NULL",
        [username],
    )


def desk():
    return pages.render(
        "overview/desk.html",
        "overview/_desk.html",
        greeting=greeting(),
        requests=db.read(
            "SELECT * FROM fin_requests WHERE kind <> 'hold' ORDER BY asked_at LIMIT %s", [LATEST]
        ),
        waiting=db.row("SELECT count(*) AS count FROM fin_requests WHERE kind <> 'hold'"),
        deadlines=db.read(
            "SELECT * FROM trf_upcomingDeadlines WHERE days_left <= %s ORDER BY deadline, username LIMIT %s",
            [SOON, LATEST],
        ),
        ending=db.row(
            "SELECT count(*) AS count, count(*) FILTER (WHERE missing > 0) AS short"
            " FROM trf_upcomingDeadlines WHERE days_left <= %s",
            [SOON],
        ),
        shares=db.read("SELECT * FROM trf_usersByTariff WHERE users > 0 ORDER BY sort_order, tariff_id"),
        people=db.row("SELECT sum(users) AS count FROM trf_usersByTariff"),
        outbox=db.row("SELECT * FROM job_outboxState"),
        failed=db.row(
            "SELECT count(*) AS count FROM job_runList WHERE state = 'failed' AND created > now() - interval '7 days'"
        ),
        days=SOON,
    )


def greeting() -> str:
    """Good morning, evening and so on, by the person's own clock."""
    hour = flask_babel.to_user_timezone(dt.datetime.now(dt.UTC)).hour
    name = (g.person.actingforname if g.person.actingfor else g.person.name).split()[0]
    if hour < 5:
        return _("Good night, %(name)s", name=name)
    if hour < 12:
        return _("Good morning, %(name)s", name=name)
    if hour < 18:
        return _("Good day, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
