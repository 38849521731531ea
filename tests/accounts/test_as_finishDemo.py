"""The end of the loading of a demo: from then on it is now, and messages go out."""


def register(db, username):
    db.call("as_register", name=username, email=f"{username}@example.com", username=username)
    # This transaction began before the message was due.
    db.execute("UPDATE job_outbox SET notBefore = now() WHERE username = %s", [username])


def test_it_returns_to_real_time_and_lets_messages_out(db):
    db.call("as_startDemo")
    db.call("as_setClock", shift="-30 days")
    register(db, "alice")
    assert db.value("SELECT count(*) FROM job_dueMessages") == 0

    finished = db.call("as_finishDemo", customers=1)

    assert (finished.reason, finished.details) == ("demo_finished", {"customers": 1})
    assert db.value("SELECT shift FROM as_installation").total_seconds() == 0
    assert db.value("SELECT count(*) FROM job_dueMessages WHERE username = 'alice'") == 1


def test_it_refuses_where_no_demo_is(db, untouched):
    with untouched():
        assert db.call("as_finishDemo", customers=1).reason == "not_a_demo"


def test_it_refuses_when_the_clock_does_not_stand_in_the_past(db, untouched):
    db.call("as_startDemo")
    with untouched():
        assert db.call("as_finishDemo", customers=1).reason == "nothing_to_finish"
