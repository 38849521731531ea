"""The administrator's pages about jobs and messages: schedules, runs, the outbox and what was sent."""

import datetime as dt

from flask import Blueprint, abort, render_template, request, session
from flask_babel import format_date, format_time, get_locale, ngettext
from flask_babel import gettext as _

from portal import access, db, formats, pages
from portal.channels import email
from workers import cron

bp = Blueprint("jobs", __name__)
messages_bp = Blueprint("mail", __name__)

STATES = ("new", "sending", "sent", "failed", "unknown", "cancelled")
RUN_STATES = ("waiting", "running", "done", "failed")
MESSAGE = "/messages/<username>/<int(max=9223372036854775807):id>"
#: What can be asked for in the address of the outbox, and what it means of a row.
FILTERS = {
    "state": "state = %s",
    "kind": "kind = %s",
    "channel": "channel = %s",
    "provider": "provider = %s",
    "username": "username = %s",
    "q": "strpos(lower(concat_ws(' ', address, name, error)), lower(%s)) > 0",
}


@bp.record_once
def init_app(state) -> None:
    state.app.extensions["ready"]["scheduler"] = scheduler_lives
    state.app.jinja_env.globals["in_zone"] = in_zone


def scheduler_lives() -> None:
    assert db.row("SELECT name FROM job_schedulerList WHERE is_alive LIMIT 1"), "no scheduler runs"


# Schedules and runs


@bp.get("/jobs")
@access.admin
def jobs():
    return pages.render("jobs/page.html", "jobs/_jobs.html", **overview())


def overview() -> dict:
    """Everything that /jobs shows; it is read again every two seconds while something runs."""
    schedules = db.read("SELECT * FROM job_scheduleList ORDER BY name")
    running = db.read("SELECT * FROM job_runList WHERE state = 'running' ORDER BY started")
    return {
        "schedules": schedules,
        "next_of": {row.code: next(iter(upcoming(row.cron, row.time_zone)), None) for row in schedules},
        "running": running,
        "failed": db.read(
            "SELECT * FROM job_scheduleList WHERE last_state = 'failed' ORDER BY last_finished DESC"
        ),
        "outbox": db.row("SELECT * FROM job_outboxState"),
        "schedulers": db.read("SELECT * FROM job_schedulerList WHERE is_alive ORDER BY name"),
        "busy": bool(running) or any(row.waiting_id and row.waiting_until <= now() for row in schedules),
    }


@bp.get("/jobs/<code>")
@access.admin
def schedule(code):
    row = schedule_of(code)
    return pages.render(
        "jobs/schedule.html",
        "jobs/_schedule.html",
        schedule=row,
        meaning=describe(row.cron),
        times=upcoming(row.cron, row.time_zone, 3),
        zones=[
            (zone.name, zone.name.replace("_", " "))
            for zone in db.read("SELECT * FROM as_timeZones ORDER BY name")
        ],
    )


@bp.post("/jobs/<code>")
@access.admin
def save(code):
    outcome = db.call(
        "job_setSchedule",
        code=code,
        cron=" ".join(request.form.get("cron", "").split()),
        timeZone=request.form.get("timeZone", ""),
        isEnabled=request.form.get("isEnabled") == "true",
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    if outcome.ok:
        return pages.answer(outcome, "/jobs")
    return pages.answer(outcome, schedule, code=code)


@bp.post("/jobs/<code>/run")
@access.admin
def run_now(code):
    outcome = db.call(
        "job_runNow", code=code, requestKey=request.form.get("requestKey") or None, actor=access.actor()
    )
    return pages.answer(outcome, jobs)


@bp.get("/jobs/<code>/runs")
@access.admin
def runs(code):
    size, mark = pages.page_size(), pages.after(2)
    state = request.args.get("state")
    conditions, values = ["code = %s"], [code]
    if state in RUN_STATES:
        conditions.append("state = %s")
        values.append(state)
    if mark:
        conditions.append("(created, id) < (%s::timestamptz, %s::bigint)")
        values += map(str, mark)
    rows = db.read(
        f"SELECT * FROM job_runList WHERE {' AND '.join(conditions)} ORDER BY created DESC, id DESC LIMIT %s",
        [*values, size + 1],
    )
    return render_template(
        "jobs/runs.html", schedule=schedule_of(code), page=pages.keyset(rows, "created", "id", size=size)
    )


def schedule_of(code: str):
    return db.row("SELECT * FROM job_scheduleList WHERE code = %s", [code]) or abort(404)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def upcoming(fields: str, zone: str, count: int = 1) -> list[dt.datetime]:
    """The next due times in the schedule's own zone; none where this machine cannot read it."""
    try:
        return [time.astimezone(cron.ZoneInfo(zone)) for time in cron.upcoming(fields, zone, now(), count)]
    except (ValueError, OSError):
        return []


def in_zone(time: dt.datetime) -> str:
    """A due time as the clock of the schedule's zone shows it."""
    return f"{format_date(time.date(), 'medium')}, {format_time(time.time(), 'short', rebase=False)}"


def describe(fields: str) -> str:
    """A sentence for the usual times; the next due times beside it say the rest."""
    minute, hour, day, month, weekday = fields.split(" ")
    if (hour, day, month, weekday) == ("*", "*", "*", "*"):
        if minute == "*":
            return _("Every minute.")
        if minute.startswith("*/") and 60 % int(minute[2:]) == 0:
            count = int(minute[2:])
            return ngettext("Every minute.", "Every %(num)d minutes.", count)
        if minute == "0":
            return _("Every hour, on the hour.")
        if minute.isdigit():
            return _("Every hour, %(minute)s minutes past.", minute=minute)
    if minute.isdigit() and hour.isdigit() and month == "*":
        at = format_time(dt.time(int(hour), int(minute)), "short", rebase=False)
        if (day, weekday) == ("*", "*"):
            return _("Every day at %(time)s.", time=at)
        if day == "*" and all(part.isdigit() for part in weekday.split(",")):
            names = get_locale().days["stand-alone"]["abbreviated"]
            # Babel counts from Monday, cron from Sunday.
            chosen = ", ".join(names[(int(part) - 1) % 7] for part in weekday.split(","))
            return _("At %(time)s on these days: %(days)s.", time=at, days=chosen)
        if weekday == "*" and day.isdigit():
            return _("On day %(day)s of every month at %(time)s.", day=day, time=at)
    return _("At the times that the five fields name.")


# The outbox


@messages_bp.get("/messages")
@access.admin
def messages():
    return render_template(
        "jobs/messages.html",
        page=outbox(**request.args.to_dict()),
        states=STATES,
        channels=[
            row.channel
            for row in db.read("SELECT DISTINCT channel, channel_order FROM ntf_channelList ORDER BY 2")
        ],
        kinds=[row.kind for row in db.read("SELECT DISTINCT kind FROM job_messages ORDER BY kind")],
        outbox=db.row("SELECT * FROM job_outboxState"),
    )


def outbox(**asked) -> pages.Page:
    """One page of the outbox, the newest first, of what the given filters let through."""
    size, mark = pages.page_size(), pages.after(3)
    wanted = {name: asked[name].strip() for name in FILTERS if asked.get(name, "").strip()}
    conditions = [FILTERS[name] for name in wanted]
    if mark:
        conditions.append("(created, username, id) < (%s::timestamptz, %s, %s::bigint)")
    rows = db.read(
        f"SELECT * FROM job_messages WHERE {' AND '.join(conditions) or 'true'}"
        " ORDER BY created DESC, username DESC, id DESC LIMIT %s",
        [*wanted.values(), *map(str, mark or ()), size + 1],
    )
    return pages.keyset(rows, "created", "username", "id", size=size)


@messages_bp.get(MESSAGE)
@access.admin
def message(username, id):
    row = message_of(username, id)
    return pages.render(
        "jobs/message.html",
        "jobs/_message.html",
        message=row,
        preview=email.preview(row.reference),
        currency=formats.currency(),
    )


@messages_bp.post(MESSAGE + "/resend")
@access.admin
def resend(username, id):
    return decide("job_resendMessage", username, id)


@messages_bp.post(MESSAGE + "/cancel")
@access.admin
def cancel(username, id):
    return decide("job_cancelMessage", username, id)


def decide(procedure: str, username: str, id: int):
    outcome = db.call(
        procedure,
        username=account(username),
        id=id,
        requestKey=request.form.get("requestKey") or None,
        actor=access.actor(),
    )
    return pages.answer(outcome, message, username=username, id=id)


@messages_bp.get("/messages/demo/<registrationID>")
@access.public
def demo_message(registrationID):
    """In a demo, where mail goes nowhere: the browser that registered may read the message it was sent."""
    mine = session.get("registration") == registrationID
    is_demo = db.row("SELECT is_demo FROM as_installation").is_demo
    if not access.has_role("admin") and not (mine and is_demo):
        abort(404)
    row = db.row(
        "SELECT * FROM job_messages WHERE dedup_key = %s AND kind IN ('registration', 'already_registered')"
        " ORDER BY created DESC LIMIT 1",
        [f"registration:{registrationID}"],
    )
    return render_template(
        "jobs/demo_message.html", message=row, preview=email.preview(row.reference) if row else None
    )


#: How an address names those who are not registered, whose username is empty.
NOBODY = "-"


def account(username: str) -> str:
    return "" if username == NOBODY else username


def message_of(username: str, id: int):
    return db.row(
        "SELECT * FROM job_messages WHERE username = %s AND id = %s", [account(username), id]
    ) or abort(404)
