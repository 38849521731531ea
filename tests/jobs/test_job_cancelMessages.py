import datetime as dt


def test_everything_that_waits_since_before_is_given_up(db, message, claim, finish, message_of, root):
    sent = message()
    claim()
    finish(sent, "sent")
    waits = message()
    moment = db.value("SELECT clock_timestamp()")
    young = message()
    outcome = db.call("job_cancelMessages", writtenBefore=moment, actor=root)
    assert outcome.reason == "messages_cancelled"
    assert [message_of(one).state for one in (sent, waits, young)] == ["sent", "cancelled", "new"]


def test_it_refuses_the_future_and_everybody_but_administrators(db, message, root, mona, untouched):
    message()
    now = db.value("SELECT clock_timestamp()")
    with untouched():
        assert db.call("job_cancelMessages", writtenBefore=now, actor=mona).reason == "not_allowed"
        for moment in (None, now + dt.timedelta(hours=1)):
            assert db.call("job_cancelMessages", writtenBefore=moment, actor=root).reason == "invalid_value"


def test_the_same_request_gives_nothing_more_up(db, message, message_of, root, untouched):
    now = db.value("SELECT clock_timestamp()")
    first = db.call("job_cancelMessages", writtenBefore=now, actor=root, requestKey="once")
    young = message()
    with untouched():
        again = db.call("job_cancelMessages", writtenBefore=now, actor=root, requestKey="once")
    assert (again.details, message_of(young).state) == (first.details, "new")
