from psycopg.types.json import Jsonb


def test_it_tells_the_progress_and_renews_the_lease(db, run, run_of, pass_time):
    running = run()
    db.call("job_claimRun", id=running, worker="a")
    pass_time("50 seconds")
    outcome = db.call("job_reportRun", id=running, worker="a", done=3, total=9, counts=Jsonb({"told": 2}))
    assert outcome.reason == "run_reported"
    row = run_of(running)
    assert (row.done, row.total, row.counts) == (3, 9, {"told": 2})
    pass_time("50 seconds")
    assert db.call("job_claimRun", id=running, worker="b").reason == "not_free"


def test_who_has_lost_the_run_is_told_so(db, run, pass_time, untouched):
    running = run()
    db.call("job_claimRun", id=running, worker="a")
    pass_time("61 seconds")
    db.call("job_claimRun", id=running, worker="b")
    with untouched():
        assert db.call("job_reportRun", id=running, worker="a", done=3).reason == "not_yours"
