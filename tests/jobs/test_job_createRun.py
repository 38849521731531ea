import datetime as dt

import pytest


@pytest.fixture
def now(db, pass_time):
    pass_time("30 days")
    return db.value("SELECT clock_timestamp()")


def create(db, due, code="jobs.check"):
    return db.call("job_createRun", code=code, dueAt=due)


def test_a_due_time_has_one_run_however_many_schedulers_ask(db, now, untouched):
    assert create(db, now).reason == "run_created"
    with untouched():
        assert create(db, now).reason == "already_created"
        assert create(db, now - dt.timedelta(hours=1)).reason == "already_created"


def test_missed_times_become_one_run(db, now):
    first = create(db, now - dt.timedelta(hours=2))
    second = create(db, now - dt.timedelta(hours=1))
    assert second.details == first.details
    assert db.value("SELECT count(*) FROM job_runList") == 1
    assert db.value("SELECT due FROM job_runList") == now - dt.timedelta(hours=1)


def test_the_next_due_time_is_the_next_attempt_of_a_failed_run(db, now, run_of):
    run = create(db, now - dt.timedelta(hours=1)).details["runID"]
    db.call("job_claimRun", id=run, worker="a")
    db.call("job_finishRun", id=run, worker="a", state="again", done=0, error="No.")
    assert create(db, now).details["runID"] == run
    assert db.call("job_claimRun", id=run, worker="b").reason == "run_claimed"


def test_nothing_is_due_before_its_time(db, now, untouched):
    with untouched():
        assert create(db, now + dt.timedelta(minutes=5)).reason == "not_due"


def test_nothing_is_made_up_for_from_before_the_schedule_was_set(db, now, root, untouched):
    db.call(
        "job_setSchedule", code="jobs.check", cron="* * * * *", timeZone="UTC", isEnabled=True, actor=root
    )
    with untouched():
        assert create(db, now).reason == "before_schedule"


def test_what_is_switched_off_makes_no_run(db, now, root, untouched):
    db.call(
        "job_setSchedule", code="jobs.check", cron="* * * * *", timeZone="UTC", isEnabled=False, actor=root
    )
    with untouched():
        assert create(db, now).reason == "schedule_disabled"


def test_it_refuses_an_unknown_job(db, now, untouched):
    with untouched():
        assert create(db, now, "nothing").reason == "no_such_schedule"


def test_the_web_may_not(db, now):
    import psycopg

    with db.as_role("portal_web"), pytest.raises(psycopg.errors.InsufficientPrivilege), db.transaction():
        create(db, now)
