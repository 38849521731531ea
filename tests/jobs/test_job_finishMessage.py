import pytest

PAUSES = [1, 5, 30, 120, 360, 720, 1440]


def test_it_was_sent(message, claim, finish, message_of):
    mine = message()
    claim(mine)
    assert finish(mine, "sent", reference="abc").reason == "message_sent"
    assert (message_of(mine).state, message_of(mine).reference) == ("sent", "abc")


def test_it_was_refused_for_good(message, claim, finish, message_of):
    mine = message()
    claim(mine)
    assert finish(mine, "failed", error="550 no such user").reason == "message_failed"
    assert (message_of(mine).state, message_of(mine).error) == ("failed", "550 no such user")


def test_it_is_of_no_use_any_more(message, claim, finish, message_of):
    mine = message()
    claim(mine)
    assert finish(mine, "cancelled", error="Too late.").reason == "message_cancelled"
    assert message_of(mine).state == "cancelled"


def test_later_means_growing_pauses_and_failed_after_the_eighth(
    db, message, claim, finish, pass_time, message_of
):
    mine, pauses = message(), []
    claim(mine)
    while finish(mine, "later", error="451 busy").reason == "message_waits":
        pauses.append(
            db.value("SELECT not_before - clock_timestamp() FROM job_messages WHERE id = %s", [mine])
        )
        pass_time("1 day")
        assert claim(mine).ok
    assert [round(pause.total_seconds() / 60) for pause in pauses] == PAUSES
    assert (message_of(mine).state, message_of(mine).attempts) == ("failed", 8)


def test_what_waits_was_not_handed_over(message, claim, hand_over, finish, message_of):
    mine = message()
    claim(mine)
    hand_over(mine)
    finish(mine, "later", error="451 busy")
    assert message_of(mine).handed_over is None


def test_a_late_answer_is_still_the_truth(message, claim, hand_over, finish, pass_time, message_of):
    mine = message()
    claim(mine)
    hand_over(mine)
    pass_time("61 seconds")
    assert claim(mine, "there:2").reason == "message_unknown"
    assert finish(mine, "sent", reference="abc").reason == "message_sent"
    assert message_of(mine).state == "sent"


def test_only_who_has_it_may(message, claim, finish, untouched):
    mine = message()
    claim(mine)
    with untouched():
        assert finish(mine, "sent", worker="there:2", reference="abc").reason == "not_yours"
    finish(mine, "sent", reference="abc")
    with untouched():
        assert finish(mine, "failed", error="No.").reason == "not_yours"


@pytest.mark.parametrize(
    "state, reference", [("new", None), ("", None), (None, None), ("sent", None), ("failed", "abc")]
)
def test_it_refuses_what_is_no_end(message, claim, finish, untouched, state, reference):
    mine = message()
    claim(mine)
    with untouched():
        assert finish(mine, state, reference=reference).reason == "invalid_value"
