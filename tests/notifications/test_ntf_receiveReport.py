import itertools

import pytest


@pytest.fixture
def handed(message, claim, hand_over):
    """A message that was handed over; its number and our reference."""
    one = message()
    reference = claim()[one]["reference"]
    hand_over(one)
    return one, reference


@pytest.fixture
def report(db, handed):
    def report(state, reference=handed[1], provider="mail", **given):
        return db.call("ntf_receiveReport", provider=provider, state=state, reference=reference, **given)

    return report


def test_it_was_delivered(handed, report, finish, message_of):
    finish(handed[0], "sent")
    assert report("delivered").reason == "report_taken"
    row = message_of(handed[0])
    assert (row.state, row.reported_state) == ("sent", "delivered")
    assert row.delivered == row.reported


def test_it_was_not(handed, report, finish, message_of):
    finish(handed[0], "sent")
    assert report("failed", error="Phone off").ok
    row = message_of(handed[0])
    assert (row.state, row.reported_state, row.error, row.delivered) == ("sent", "failed", "Phone off", None)


def test_the_providers_own_number_names_it_too(db, handed, finish, message_of):
    finish(handed[0], "sent", theirReference="their-7")
    outcome = db.call("ntf_receiveReport", provider="mail", state="delivered", theirReference="their-7")
    assert outcome.reason == "report_taken"
    assert message_of(handed[0]).delivered


def test_in_whatever_order_they_come_the_end_is_the_same(db, handed, report, finish, message_of):
    finish(handed[0], "sent")
    for order in itertools.permutations(("accepted", "failed", "delivered", "delivered")):
        db.execute(
            "UPDATE job_outbox SET reportedState = NULL, reportedAt = NULL, deliveredAt = NULL, error = NULL"
        )
        for state in order:
            assert report(state).ok
        assert (message_of(handed[0]).reported_state, message_of(handed[0]).error) == ("delivered", None)


def test_the_same_again_changes_nothing(report, untouched):
    assert report("delivered").reason == "report_taken"
    with untouched():
        for state in ("delivered", "failed", "accepted"):
            assert report(state).reason == "report_known"


def test_a_report_of_what_nobody_knew_settles_it(handed, report, finish, message_of):
    finish(handed[0], "unknown")
    assert message_of(handed[0]).state == "unknown"
    report("delivered")
    assert message_of(handed[0]).state == "sent"


@pytest.mark.parametrize("moment", ["1999-01-01", "2999-01-01"])
def test_nothing_is_delivered_before_it_was_handed_over_nor_tomorrow(handed, report, message_of, moment, db):
    report("delivered", occurredAt=moment)
    row = message_of(handed[0])
    assert row.handed_over <= row.delivered
    assert db.value("SELECT deliveredAt <= clock_timestamp() FROM job_outbox WHERE id = %s", [handed[0]])


@pytest.mark.parametrize("given", [{"reference": "f" * 32}, {"provider": "cabinet"}, {"provider": "nobody"}])
def test_it_refuses_what_this_provider_does_not_have(report, untouched, given):
    with untouched():
        assert report("delivered", **given).reason == "no_such_message"


def test_it_refuses_what_was_never_handed_over(db, message, claim, untouched):
    one = message()
    reference = claim()[one]["reference"]
    with untouched():
        outcome = db.call("ntf_receiveReport", provider="mail", state="delivered", reference=reference)
    assert outcome.reason == "no_such_message"


@pytest.mark.parametrize(
    "given", [{"state": "sent"}, {"state": None}, {"reference": None}, {"theirReference": "both"}]
)
def test_it_refuses_what_it_cannot_read(report, untouched, given):
    with untouched():
        assert report(**({"state": "delivered"} | given)).reason == "invalid_value"


def healthy(db) -> bool:
    return db.value("SELECT count(*) FROM ntf_violations") == 0


def test_it_settles_what_waits_to_be_asked_about(db, message, claim, hand_over, finish, message_of):
    """A report is the answer; nobody waits an hour for the question."""
    one = message()
    reference = claim()[one]["reference"]
    hand_over(one, canAsk=True)
    assert finish(one, "unknown", error="no answer") == ["new"]
    assert db.call("ntf_receiveReport", provider="mail", state="accepted", reference=reference).ok
    row = message_of(one)
    assert (row.state, row.error) == ("sent", None)
    assert row.finished
    assert healthy(db)


@pytest.mark.parametrize("state", ["accepted", "failed", "delivered"])
def test_of_what_the_gateway_had_refused_it_is_no_trouble(db, handed, report, finish, message_of, state):
    """Many answer no and report it once more."""
    finish(handed[0], "failed", error="The number is not in use.")
    assert report(state, error="Not in use").ok
    row = message_of(handed[0])
    assert (row.state, row.reported_state) == ("failed" if state == "failed" else "sent", state)
    assert healthy(db)


def test_of_what_was_given_up_it_is_no_trouble(db, jana, handed, report, finish, message_of):
    finish(handed[0], "unknown")
    assert db.call("job_cancelMessage", username=jana, id=handed[0]).ok
    assert report("delivered").ok
    assert message_of(handed[0]).state == "sent"
    assert healthy(db)


def test_why_it_did_not_arrive_is_kept_whoever_is_first(handed, report, finish, message_of, pass_time, claim):
    report("failed", error="Phone off")
    finish(handed[0], "sent")
    assert message_of(handed[0]).error == "Phone off"


def test_why_it_did_not_arrive_is_kept_where_no_answer_comes(handed, report, message_of, pass_time, claim):
    report("failed", error="Phone off")
    pass_time("2 minutes")
    assert claim("there:2") == {}
    assert (message_of(handed[0]).state, message_of(handed[0]).error) == ("sent", "Phone off")


def test_what_was_told_of_an_attempt_is_not_told_of_the_next(
    db, jana, handed, report, finish, message_of, claim, hand_over
):
    finish(handed[0], "failed", error="No.")
    report("failed", error="No.")
    assert db.call("job_resendMessage", username=jana, id=handed[0]).ok
    assert healthy(db)
    claim()
    assert finish(handed[0], "back") == ["new"]
    claim()
    hand_over(handed[0])
    finish(handed[0], "sent")
    assert message_of(handed[0]).reported_state is None
    assert report("failed", error="Phone off").reason == "report_taken"
