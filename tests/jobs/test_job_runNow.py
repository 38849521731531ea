def test_it_queues_a_run_for_who_asks(db, root, run_of):
    run = run_of(db.call("job_runNow", code="jobs.check", actor=root).details["runID"])
    assert (run.state, run.actor, run.attempts) == ("waiting", "root", 0)


def test_of_one_job_only_one_run_waits(db, root, untouched):
    db.call("job_runNow", code="jobs.check", actor=root)
    with untouched():
        assert db.call("job_runNow", code="jobs.check", actor=root).reason == "already_waiting"


def test_it_runs_what_is_switched_off_as_well(db, root):
    db.call(
        "job_setSchedule", code="jobs.check", cron="0 0 * * *", timeZone="UTC", isEnabled=False, actor=root
    )
    assert db.call("job_runNow", code="jobs.check", actor=root).reason == "run_queued"


def test_it_brings_a_waiting_retry_forward(db, root, run, run_of):
    waits = run()
    assert db.call("job_claimRun", id=waits, worker="a").ok
    assert (
        db.call("job_finishRun", id=waits, worker="a", state="again", done=0, error="No.").reason
        == "run_waits"
    )
    assert db.call("job_claimRun", id=waits, worker="a").reason == "not_free"
    assert db.call("job_runNow", code="jobs.check", actor=root).details["runID"] == waits
    assert db.call("job_claimRun", id=waits, worker="a").reason == "run_claimed"
    assert run_of(waits).attempts == 2


def test_while_one_runs_another_may_wait(db, root, run):
    db.call("job_claimRun", id=run(), worker="a")
    assert db.call("job_runNow", code="jobs.check", actor=root).reason == "run_queued"


def test_it_refuses_an_unknown_job(db, root, untouched):
    with untouched():
        assert db.call("job_runNow", code="nothing", actor=root).reason == "no_such_schedule"


def test_only_an_administrator_may(db, mona, untouched):
    with untouched():
        assert db.call("job_runNow", code="jobs.check", actor=mona).reason == "not_allowed"


def test_the_same_request_makes_one_run(db, root):
    first = db.call("job_runNow", code="jobs.check", actor=root, requestKey="once")
    again = db.call("job_runNow", code="jobs.check", actor=root, requestKey="once")
    assert (again.ok, again.details) == (True, first.details)
