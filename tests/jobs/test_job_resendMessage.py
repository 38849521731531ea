import pytest


@pytest.fixture
def resend(db, jana):
    return lambda message_id, **given: db.call("job_resendMessage", username=jana, id=message_id, **given)


@pytest.mark.parametrize("end", ["failed", "unknown", "cancelled"])
def test_what_was_not_sent_is_sent_anew(message, claim, finish, resend, message_of, root, end):
    mine = message()
    claim()
    finish(mine, end, error="No.")
    assert resend(mine, actor=root).reason == "message_queued"
    row = message_of(mine)
    assert (row.state, row.attempts, row.handed_over, row.finished) == ("new", 0, None, None)
    assert mine in claim()


def test_what_waits_for_its_next_attempt_is_brought_forward(message, claim, finish, resend, root):
    mine = message()
    claim()
    finish(mine, "later", error="451 busy")
    assert mine not in claim()
    assert resend(mine, actor=root).ok
    assert mine in claim()


def test_nothing_is_sent_twice(message, claim, finish, resend, root, untouched):
    mine = message()
    claim()
    with untouched():
        assert resend(mine, actor=root).reason == "being_sent"
    finish(mine, "sent")
    with untouched():
        assert resend(mine, actor=root).reason == "already_sent"


def test_it_refuses_strangers_and_unknown_messages(message, resend, root, mona, untouched):
    mine = message()
    with untouched():
        assert resend(mine, actor=mona).reason == "not_allowed"
        assert resend(0, actor=root).reason == "no_such_message"


def test_a_message_to_a_stranger_is_in_the_administrators_audit(db, message, root):
    mine = message("registration", username="", address="new@example.com")
    assert db.call("job_resendMessage", username="", id=mine, actor=root, requestKey="once").ok
    assert db.call("job_resendMessage", username="", id=mine, actor=root, requestKey="once").ok
    assert (
        db.value("SELECT count(*) FROM as_audit WHERE username = 'root' AND procedure = 'job_resendMessage'")
        == 1
    )
