def test_what_waits_is_given_up(db, message, claim, message_of, jana, root):
    mine = message()
    assert db.call("job_cancelMessage", username=jana, id=mine, actor=root).reason == "message_cancelled"
    assert message_of(mine).state == "cancelled"
    assert mine not in claim()


def test_it_refuses_what_is_over_or_on_its_way(db, message, claim, finish, jana, root, untouched):
    def cancel(message_id, **given):
        return db.call("job_cancelMessage", username=jana, id=message_id, **{"actor": root} | given)

    mine = message()
    claim()
    with untouched():
        assert cancel(mine).reason == "being_sent"
    finish(mine, "sent")
    with untouched():
        assert cancel(mine).reason == "already_sent"
        assert cancel(mine, actor=jana).reason == "not_allowed"
        assert cancel(0).reason == "no_such_message"
    other = message()
    cancel(other)
    with untouched():
        assert cancel(other).reason == "already_cancelled"


def test_the_same_request_has_one_effect(db, message, jana, root, untouched):
    mine = message()
    first = db.call("job_cancelMessage", username=jana, id=mine, actor=root, requestKey="once")
    with untouched():
        again = db.call("job_cancelMessage", username=jana, id=mine, actor=root, requestKey="once")
    assert (again.ok, again.msg) == (True, first.msg)
