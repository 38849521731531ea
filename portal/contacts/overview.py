"""How the link does, and who waits."""

from flask import abort, request

from portal import access, db, jobs, pages, people
from portal.contacts.tabs import HOME, asked_for, bp, show
from portal.forms import asker

JOBS = {"send": "contacts.send", "receive": "contacts.receive", "compare": "contacts.compare"}
#: Which people are shown, and what orders them: only the first list can be long, and an index has its order.
QUEUES = {
    "": ("queued IS NOT NULL AND gone IS NULL", "queued"),
    "refused": ("queued IS NOT NULL AND failure IS NOT NULL AND gone IS NULL", "queued"),
    "gone": ("gone IS NOT NULL", "gone"),
}


@bp.get(HOME)
@access.manager
def overview():
    schedules = {
        row.code: row
        for row in db.read("SELECT * FROM job_scheduleList WHERE code = ANY (%s)", [list(JOBS.values())])
    }
    return show(
        "overview",
        page=queue(),
        jobs=[(name, schedules[code]) for name, code in JOBS.items()],
        next_of={row.code: next(iter(due(row)), None) for row in schedules.values()},
        busy=any(is_busy(row) for row in schedules.values()),
        listings=db.read("SELECT * FROM ctr_listingList ORDER BY id DESC LIMIT 5"),
        held=held_listing(),
    )


def queue() -> pages.Page:
    """One page of the people who are on their way to Pohoda, or should be."""
    condition, order = QUEUES[asked_for("show", QUEUES)]
    size, mark = pages.page_size(), pages.after(2)
    rows = db.read(
        f"SELECT * FROM ctr_contactStates WHERE {condition}"
        f" AND (%(at)s::timestamptz IS NULL OR ({order}, username) > (%(at)s::timestamptz, %(username)s))"
        f" ORDER BY {order}, username LIMIT %(limit)s",
        dict(zip(("at", "username"), mark or (None, None), strict=True)) | {"limit": size + 1},
    )
    return pages.keyset(rows, order, "username", size=size)


def held_listing():
    """The comparison that waits for a word, unless a later one has settled it."""
    newest = db.row(
        "SELECT * FROM ctr_listingList WHERE kind = 'all' AND state IN ('held', 'done') ORDER BY id DESC LIMIT 1"
    )
    return newest if newest and newest.state == "held" else None


def is_busy(schedule) -> bool:
    return bool(schedule.running_id or (schedule.waiting_id and schedule.waiting_until <= jobs.now()))


def due(row):
    return jobs.upcoming(row.cron, row.time_zone) if row.is_enabled else []


@bp.post(f"{HOME}/run")
@access.admin
def run():
    code = JOBS.get(request.form.get("job")) or abort(404)
    return pages.answer(db.call("job_runNow", code=code, **asker()), overview)


@bp.post(f"{HOME}/everybody")
@access.admin
def sendEverybody():
    return pages.answer(db.call("ctr_sendEverybody", **asker()), overview)


@bp.post(f"{HOME}/gone")
@access.admin
def allowGone():
    return pages.answer(db.call("ctr_allowGone", **asker()), overview)


@bp.post(f"{HOME}/people/<username>/resend")
@access.admin
def resend(username):
    outcome = db.call("ctr_resend", username=username, **asker())
    if "person" in request.form:
        return pages.answer(outcome, people.person, username=username)
    return pages.answer(outcome, overview)
