import pytest
from psycopg.types.json import Jsonb

PAUSES = [1, 5, 30, 120, 360, 720, 1440]


def test_it_was_sent(message, claim, finish, message_of):
    mine = message()
    reference = claim()[mine]["reference"]
    assert finish(mine, "sent", theirReference="abc") == ["sent"]
    assert (message_of(mine).state, message_of(mine).reference) == ("sent", reference)


def test_it_was_refused_for_good(message, claim, finish, message_of):
    mine = message()
    claim()
    assert finish(mine, "failed", error="550 no such user") == ["failed"]
    assert (message_of(mine).state, message_of(mine).error) == ("failed", "550 no such user")


def test_it_is_of_no_use_any_more(message, claim, finish, message_of):
    mine = message()
    claim()
    assert finish(mine, "cancelled", error="Too late.") == ["cancelled"]
    assert message_of(mine).state == "cancelled"


def test_many_are_finished_at_once(db, message, claim, message_of, jana):
    one, two = message(), message()
    claim()
    outcome = db.call(
        "ntf_finishMessages",
        worker="here:1",
        results=Jsonb(
            [
                {"username": jana, "id": two, "state": "failed", "error": "No."},
                {"username": jana, "id": one, "state": "sent"},
            ]
        ),
    )
    assert outcome.details["finished"] == [{"id": one, "state": "sent"}, {"id": two, "state": "failed"}]
    assert (message_of(one).state, message_of(two).state) == ("sent", "failed")


def test_later_means_growing_pauses_and_failed_after_the_eighth(
    db, message, claim, finish, pass_time, message_of
):
    mine, pauses = message(), []
    claim()
    while finish(mine, "later", error="451 busy") == ["new"]:
        pauses.append(
            db.value("SELECT not_before - clock_timestamp() FROM job_messages WHERE id = %s", [mine])
        )
        pass_time("1 day")
        assert claim()
    assert [round(pause.total_seconds() / 60) for pause in pauses] == PAUSES
    assert (message_of(mine).state, message_of(mine).attempts) == ("failed", 8)


def test_where_another_provider_can_nobody_waits_for_the_one_in_trouble(
    db, message, claim, finish, message_of, add_provider
):
    add_provider("other", channel="email", driver="folder", place=20)
    mine = message()
    claim()
    finish(mine, "later", error="away", isTrouble=True)
    assert message_of(mine).state == "new"
    assert db.value("SELECT not_before < clock_timestamp() + interval '5 seconds' FROM job_messages")


def test_what_waits_was_not_handed_over(message, claim, hand_over, finish, message_of):
    mine = message()
    claim()
    hand_over(mine)
    finish(mine, "later", error="451 busy")
    assert message_of(mine).handed_over is None


def test_given_back_it_is_no_attempt(message, claim, hand_over, finish, message_of):
    mine = message()
    claim()
    hand_over(mine, canAsk=True)
    assert finish(mine, "back") == ["new"]
    assert (message_of(mine).attempts, message_of(mine).handed_over) == (0, None)
    assert list(claim("there:2")) == [mine]


def test_without_an_answer_nobody_knows(message, claim, hand_over, finish):
    mine = message()
    claim()
    hand_over(mine)
    assert finish(mine, "unknown", error="no answer") == ["unknown"]


def test_without_an_answer_who_can_be_asked_is_asked_later(
    message, claim, hand_over, finish, pass_time, message_of
):
    mine = message()
    claim()
    hand_over(mine, canAsk=True)
    assert finish(mine, "unknown", error="no answer") == ["new"]
    assert message_of(mine).handed_over
    pass_time("2 minutes")
    assert claim("there:2")[mine]["wasHandedOver"]


def test_who_never_says_leaves_it_unknown(message, claim, hand_over, finish, pass_time):
    mine = message()
    claim()
    hand_over(mine, canAsk=True)
    for _ in range(7):
        assert finish(mine, "unknown", error="no answer") == ["new"]
        pass_time("1 day")
        assert claim()
    assert finish(mine, "unknown", error="no answer") == ["unknown"]


def test_a_report_that_overtook_the_answer_knows_more_than_it(db, message, claim, hand_over, finish):
    mine = message()
    reference = claim()[mine]["reference"]
    hand_over(mine)
    assert db.call("ntf_receiveReport", provider="mail", reference=reference, state="delivered").ok
    assert finish(mine, "unknown", error="no answer") == ["sent"]


def test_a_late_answer_is_still_the_truth(message, claim, hand_over, finish, pass_time, message_of):
    mine = message()
    claim()
    hand_over(mine)
    pass_time("61 seconds")
    assert claim("there:2") == {}
    assert finish(mine, "sent") == ["sent"]
    assert message_of(mine).state == "sent"


def test_only_who_has_it_may(message, claim, finish, untouched):
    mine = message()
    claim()
    with untouched():
        assert finish(mine, "sent", worker="there:2") == []
    finish(mine, "sent")
    with untouched():
        assert finish(mine, "failed", error="No.") == []


@pytest.mark.parametrize("state", ["new", "", None, "sending"])
def test_it_refuses_what_is_no_end(db, message, claim, untouched, jana, state):
    mine = message()
    claim()
    with untouched():
        outcome = db.call(
            "ntf_finishMessages",
            worker="here:1",
            results=Jsonb([{"username": jana, "id": mine, "state": state}]),
        )
    assert outcome.reason == "invalid_value"


def test_it_refuses_what_is_no_list(db, untouched):
    with untouched():
        assert db.call("ntf_finishMessages", worker="here:1", results="{}").reason == "invalid_value"


# How the provider does


@pytest.fixture
def health(db):
    return lambda: db.row(
        "SELECT failures, opens, openUntil > clock_timestamp() AS open, openUntil - clock_timestamp() AS pause, error"
        " FROM ntf_providerStates WHERE provider = 'mail'"
    )


@pytest.fixture
def told(message, claim, finish, pass_time, db):
    """A message that its provider has taken, or not: `told("later", isTrouble=True)`."""

    def tell(state="later", seconds=0.1, **given):
        one = message()
        db.execute(
            "UPDATE job_outbox SET notBefore = clock_timestamp() + '1 day' WHERE id <> %s AND state = 'new'",
            [one],
        )
        claim()
        return finish(one, state, provider="mail", seconds=seconds, error="away", **given)

    return tell


def test_after_so_many_failures_in_a_row_it_is_left_alone(told, health, message, claim):
    for _ in range(4):
        told(isTrouble=True)
    assert (health().failures, health().open) == (4, None)
    told(isTrouble=True)
    assert (health().open, health().opens, health().error) == (True, 1, "away")
    message()
    assert claim() == {}


def test_a_success_between_begins_anew(told, health):
    for _ in range(4):
        told(isTrouble=True)
    told("sent")
    assert health().failures == 0


@pytest.mark.parametrize(
    "given",
    [
        {"state": "later"},
        {"state": "failed"},
        {"state": "later", "isTrouble": True, "seconds": None},
        {"state": "sent"},
    ],
)
def test_what_is_the_messages_own_fault_is_not_the_providers(told, health, given):
    for _ in range(6):
        told(**given)
    assert (health().failures, health().open) == (0, None)


@pytest.mark.parametrize("given", [{"state": "sent", "seconds": 11}, {"state": "unknown"}])
def test_whoever_is_slow_or_gives_no_answer_does_badly(told, health, given):
    for _ in range(5):
        told(**given)
    assert health().open


def test_its_pauses_grow_and_a_success_ends_them(db, told, health):
    for _ in range(5):
        told(isTrouble=True)
    pauses = []
    for _ in range(8):
        pauses.append(round(health().pause.total_seconds()))
        db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() - interval '1 second'")
        told(isTrouble=True)
    assert pauses == [15, 30, 60, 120, 240, 480, 900, 900]
    db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() - interval '1 second'")
    told("sent")
    assert (health().failures, health().opens, health().open) == (0, 0, None)


def test_answers_to_what_was_sent_before_it_opened_tell_nothing_new(db, health, message, claim, finish):
    many = [message() for _ in range(12)]
    claim()
    for one in many[:5]:
        finish(one, "later", provider="mail", seconds=0.1, isTrouble=True)
    assert health().opens == 1
    for one in many[5:]:
        finish(one, "later", provider="mail", seconds=0.1, isTrouble=True)
    assert health().opens == 1


def test_what_was_not_taken_is_not_paid_for(db, message, claim, hand_over, finish):
    db.execute("UPDATE ntf_providers SET pricePerPart = 0.05, dailyCap = 1 WHERE code = 'mail'")
    one, two = message(), message()
    claim()
    hand_over(one, two)
    assert db.row("SELECT messages, spent::float FROM ntf_providerDays") == (2, pytest.approx(0.1))
    finish(one, "failed", error="No.")
    finish(two, "sent")
    assert db.row("SELECT messages, spent::float FROM ntf_providerDays") == (1, pytest.approx(0.05))
    assert db.value("SELECT sum(price)::float FROM job_outbox") == pytest.approx(0.05)


def test_who_says_that_it_is_not_there_after_having_reported_it_does_not_get_it_again(
    db, message, claim, hand_over, finish, pass_time
):
    mine = message()
    claim()
    hand_over(mine, canAsk=True)
    finish(mine, "unknown", error="no answer")
    pass_time("2 minutes")
    reference = claim()[mine]["reference"]
    assert db.call("ntf_receiveReport", provider="mail", reference=reference, state="delivered").ok
    assert finish(mine, "back") == ["sent"]


def test_what_a_report_says_was_taken_is_paid_for(db, message, claim, hand_over, finish):
    db.execute("UPDATE ntf_providers SET pricePerPart = 0.5 WHERE code = 'mail'")
    mine = message()
    reference = claim()[mine]["reference"]
    hand_over(mine, text="Hello")
    assert db.call("ntf_receiveReport", provider="mail", reference=reference, state="accepted").ok
    assert finish(mine, "later", error="503") == ["sent"]
    assert db.value("SELECT sum(spent) FROM ntf_providerDays WHERE provider = 'mail'") == db.value(
        "SELECT price FROM job_outbox WHERE id = %s", [mine]
    )
    assert db.value("SELECT spent > 0 FROM ntf_providerDays WHERE provider = 'mail'")
