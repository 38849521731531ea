import pytest

GOOD = [
    "* * * * *",
    "*/5 * * * *",
    "0 0 29 2 *",
    "15 8 * * 1-5",
    "0,30 8-18/2 1,15 * *",
    "0 0 31 2 1",
    "59 23 31 12 7",
]
BAD = {
    "": "all",
    "* * * *": "all",
    "* * * * * *": "all",
    "*  * * * *": "all",
    " * * * * *": "all",
    "60 * * * *": "minute",
    "-1 * * * *": "minute",
    "5/10 * * * *": "minute",
    "*/0 * * * *": "minute",
    "1,,2 * * * *": "minute",
    "1, * * * *": "minute",
    "* 24 * * *": "hour",
    "* 9-8 * * *": "hour",
    "* * 0 * *": "day",
    "* * 32 * *": "day",
    "* * L * *": "day",
    "* * * 13 *": "month",
    "* * * jan *": "month",
    "* * * * 8": "weekday",
    "* * * * ٣": "weekday",
    "@daily": "all",
    "* * * * *; DROP TABLE job_runs": "all",
    "99999999999999999999 * * * *": "minute",
}


def save(db, cron="0 6 * * *", timeZone="Europe/Bratislava", isEnabled=True, **given):
    return db.call(
        "job_setSchedule", code="jobs.check", cron=cron, timeZone=timeZone, isEnabled=isEnabled, **given
    )


def schedule(db):
    return db.row("SELECT * FROM job_scheduleList WHERE code = 'jobs.check'")


@pytest.mark.parametrize("cron", GOOD)
def test_it_keeps_a_time_that_comes(db, root, cron):
    assert save(db, cron, actor=root).reason == "schedule_saved"
    assert schedule(db).cron == cron


@pytest.mark.parametrize("cron", BAD)
def test_it_refuses_what_cron_cannot_be_read_as(db, root, untouched, cron):
    with untouched():
        outcome = save(db, cron, actor=root)
    assert (outcome.reason, outcome.details["field"], outcome.details["part"]) == (
        "invalid_cron",
        "cron",
        BAD[cron],
    )


@pytest.mark.parametrize("cron", ["0 0 31 2 *", "0 0 30-31 2 *", "0 0 31 4,6,9,11 *"])
def test_it_refuses_a_day_that_no_month_has(db, root, untouched, cron):
    with untouched():
        assert save(db, cron, actor=root).reason == "never_due"


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "CET+3", "+02:00", "europe/bratislava", None])
def test_it_refuses_a_time_zone_that_is_none(db, root, untouched, zone):
    with untouched():
        outcome = save(db, timeZone=zone, actor=root)
    assert (outcome.reason, outcome.details["field"]) == ("no_such_time_zone", "timeZone")


def test_it_refuses_an_unknown_job(db, root, untouched):
    with untouched():
        outcome = db.call(
            "job_setSchedule", code="os.system", cron="* * * * *", timeZone="UTC", isEnabled=True, actor=root
        )
    assert outcome.reason == "no_such_schedule"


def test_it_refuses_a_switch_that_is_neither(db, root, untouched):
    with untouched():
        assert save(db, isEnabled=None, actor=root).reason == "invalid_value"


def test_only_an_administrator_may(db, mona, alice, untouched):
    with untouched():
        assert save(db, actor=mona).reason == "not_allowed"
        assert save(db, actor=alice).reason == "not_allowed"
        assert save(db, actor="nobody").reason == "no_such_actor"
    with db.as_role("portal_web"), untouched():
        assert save(db).reason == "actor_required"


def test_the_same_request_has_one_effect(db, root, untouched):
    first = save(db, "0 7 * * *", actor=root, requestKey="once")
    with untouched():
        assert save(db, "0 7 * * *", actor=root, requestKey="once").msg == first.msg
        assert save(db, "0 8 * * *", actor=root, requestKey="once").reason == "request_key_reused"
    assert schedule(db).cron == "0 7 * * *"


def test_switched_off_its_waiting_run_is_dropped(db, root, pass_time):
    pass_time("1 day")
    due = db.value("SELECT date_trunc('hour', clock_timestamp())")
    run = db.call("job_createRun", code="jobs.check", dueAt=due).details["runID"]
    assert save(db, isEnabled=False, actor=root).ok
    row = db.row("SELECT state, error FROM job_runList WHERE id = %s", [run])
    assert (row.state, row.error) == ("failed", "The schedule was switched off.")


def test_switched_off_it_leaves_what_somebody_asked_for(db, root, run, run_of):
    wanted = run("jobs.check")
    assert save(db, isEnabled=False, actor=root).ok
    assert run_of(wanted).state == "waiting"


def test_the_audit_has_what_was_before(db, root):
    before = schedule(db).cron
    outcome = save(db, "1 2 3 4 5", actor=root)
    assert outcome.details["before"]["cron"] == before
    assert (
        db.value("SELECT count(*) FROM as_audit WHERE procedure = 'job_setSchedule' AND actor = 'root'") == 1
    )
