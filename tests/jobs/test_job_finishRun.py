import pytest


@pytest.fixture
def running(db, run):
    running = run()
    assert db.call("job_claimRun", id=running, worker="a").ok
    return running


def end(db, run, state, worker="a", **given):
    return db.call("job_finishRun", id=run, worker=worker, state=state, done=1, **given)


def test_it_ends_done(db, running, run_of):
    assert end(db, running, "done", total=1).reason == "run_done"
    assert (run_of(running).state, run_of(running).done) == ("done", 1)
    assert run_of(running).finished


def test_it_ends_failed_with_a_sentence(db, running, run_of):
    assert end(db, running, "failed", error="Two violations.").reason == "run_failed"
    assert (run_of(running).state, run_of(running).error) == ("failed", "Two violations.")


def test_it_is_tried_again_after_growing_pauses_and_fails_after_the_fifth(db, running, run_of, pass_time):
    pauses = []
    while end(db, running, "again", error="No.").reason == "run_waits":
        pauses.append(
            db.value("SELECT not_before - clock_timestamp() FROM job_runList WHERE id = %s", [running])
        )
        pass_time("3 hours")
        assert db.call("job_claimRun", id=running, worker="a").ok
    assert [round(pause.total_seconds() / 60) for pause in pauses] == [1, 5, 30, 120]
    assert (run_of(running).state, run_of(running).attempts) == ("failed", 5)


def test_where_another_waits_it_does_not_wait_too(db, running, run, run_of):
    run()
    assert end(db, running, "again", error="No.").reason == "run_failed"


def test_only_who_has_it_may_end_it(db, running, untouched):
    with untouched():
        assert end(db, running, "done", worker="b").reason == "not_yours"
    end(db, running, "done")
    with untouched():
        assert end(db, running, "failed").reason == "not_yours"


@pytest.mark.parametrize("state", ["waiting", "", None])
def test_it_refuses_another_end(db, running, untouched, state):
    with untouched():
        assert end(db, running, state).reason == "invalid_value"
