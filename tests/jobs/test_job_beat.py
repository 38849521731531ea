def test_a_scheduler_is_alive_for_a_minute(db):
    assert db.call("job_beat", name="one", workers=2).reason == "beaten"
    db.call("job_beat", name="one", workers=3)
    assert db.read("SELECT name, workers, is_alive FROM job_schedulerList") == [("one", 3, True)]
    db.execute("UPDATE job_schedulers SET seenAt = seenAt - interval '61 seconds'")
    assert not db.row("SELECT * FROM job_schedulerList").is_alive


def test_those_long_silent_are_forgotten(db):
    db.call("job_beat", name="one", workers=0)
    db.execute("UPDATE job_schedulers SET seenAt = seenAt - interval '61 minutes'")
    db.call("job_beat", name="two", workers=0)
    assert db.read("SELECT name FROM job_schedulerList") == [("two",)]


def test_it_refuses_who_has_no_name_and_counts_that_are_none(db, untouched):
    with untouched():
        assert db.call("job_beat", name=None, workers=1).details == {"field": "name"}
        for workers in (None, -1):
            outcome = db.call("job_beat", name="one", workers=workers)
            assert (outcome.reason, outcome.details) == ("invalid_value", {"field": "workers"})
