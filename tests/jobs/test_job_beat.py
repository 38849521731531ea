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
