def claim(db, run, worker="a"):
    return db.call("job_claimRun", id=run, worker=worker)


def test_one_worker_gets_it(db, run, run_of, untouched):
    waiting = run()
    outcome = claim(db, waiting)
    assert (outcome.reason, outcome.details["code"]) == ("run_claimed", "jobs.check")
    with untouched():
        assert claim(db, waiting, "b").reason == "not_free"
    assert (run_of(waiting).state, run_of(waiting).worker, run_of(waiting).attempts) == ("running", "a", 1)


def test_it_keeps_the_business_day(db, run, run_of):
    db.execute("UPDATE as_clock SET isDemo = true, shift = '400 days'")
    waiting = run()
    claim(db, waiting)
    assert run_of(waiting).day == db.value("SELECT as_today()")


def test_a_lost_run_is_taken_again_from_the_start(db, run, run_of, pass_time):
    lost = run()
    claim(db, lost)
    db.call("job_reportRun", id=lost, worker="a", done=5, total=9)
    pass_time("61 seconds")
    assert claim(db, lost, "b").reason == "run_claimed"
    assert (run_of(lost).worker, run_of(lost).done, run_of(lost).attempts) == ("b", 0, 2)


def test_two_runs_of_one_job_do_not_run_at_once(db, run, untouched):
    first = run()
    claim(db, first)
    second = run()
    with untouched():
        assert claim(db, second, "b").reason == "not_free"
    db.call("job_finishRun", id=first, worker="a", state="done", done=1)
    assert claim(db, second, "b").ok


def test_a_run_that_takes_every_worker_with_it_is_given_up(db, run, run_of, pass_time):
    deadly = run()
    for _ in range(5):
        assert claim(db, deadly).reason == "run_claimed"
        pass_time("61 seconds")
    assert claim(db, deadly).reason == "run_failed"
    assert run_of(deadly).state == "failed"
    assert "5 workers" in run_of(deadly).error


def test_it_refuses_an_unknown_run(db, untouched):
    with untouched():
        assert claim(db, 0).reason == "no_such_run"


def test_what_waits_and_what_is_lost_is_due(db, run, pass_time):
    waiting = run()
    pass_time("1 second")
    assert db.read("SELECT id FROM job_dueRuns") == [(waiting,)]
    claim(db, waiting)
    assert db.read("SELECT id FROM job_dueRuns") == []
    pass_time("61 seconds")
    assert db.read("SELECT id FROM job_dueRuns") == [(waiting,)]
