def test_one_worker_gets_it_with_all_it_takes_to_render_it(message, claim, untouched, message_of):
    waiting = message("top_up", details='{"amount": "5.00", "currency": "EUR"}')
    outcome = claim(waiting)
    assert outcome.reason == "message_claimed"
    assert outcome.details["address"] == "jana@example.com"
    assert (outcome.details["locale"], outcome.details["timeZone"]) == ("sk", "Europe/Bratislava")
    assert outcome.details["details"]["amount"] == "5.00"
    assert not outcome.details["wasHandedOver"]
    with untouched():
        assert claim(waiting, "there:2").reason == "not_free"
    assert message_of(waiting).state == "sending"


def test_it_names_the_tariff_as_it_is_called_now(db, message, claim):
    tariff = db.call("trf_saveTariff", name="Fast").details["tariffID"]
    waiting = message("tariff_deadline", details=f'{{"tariffID": {tariff}}}')
    assert claim(waiting).details["details"]["tariff"] == "Fast"


def test_its_reference_stays_the_same_and_is_nobody_elses(message, claim, pass_time, db, jana):
    first, second = message(), message()
    reference = claim(first).details["reference"]
    db.execute(
        "UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second' WHERE state = 'sending'"
    )
    assert claim(first, "there:2").details["reference"] == reference
    assert claim(second).details["reference"] != reference


def test_a_lost_message_that_was_not_handed_over_is_sent_again(message, claim, pass_time, message_of):
    lost = message()
    claim(lost)
    pass_time("61 seconds")
    assert claim(lost, "there:2").reason == "message_claimed"
    assert message_of(lost).attempts == 2


def test_one_that_was_handed_over_becomes_unknown_where_nobody_can_be_asked(
    message, claim, hand_over, pass_time, message_of
):
    lost = message()
    claim(lost)
    hand_over(lost)
    pass_time("61 seconds")
    assert claim(lost, "there:2").reason == "message_unknown"
    assert (message_of(lost).state, message_of(lost).worker) == ("unknown", "here:1")
    assert claim(lost, "there:2").reason == "not_free"


def test_where_somebody_can_be_asked_he_is(message, claim, hand_over, pass_time):
    lost = message()
    claim(lost)
    hand_over(lost)
    pass_time("61 seconds")
    outcome = claim(lost, "there:2", canAsk=True)
    assert (outcome.reason, outcome.details["wasHandedOver"]) == ("message_claimed", True)


def test_without_an_address_it_is_given_up(db, message, claim, message_of):
    from tests.people import register

    silent = register(db, "silent", email=None)
    waiting = message(username=silent)
    assert claim(waiting, username=silent).reason == "message_cancelled"
    assert (message_of(waiting).state, message_of(waiting).error) == (
        "cancelled",
        "The person has no e-mail address.",
    )


def test_a_stranger_gets_it_at_the_address_that_was_typed(message, claim):
    waiting = message("registration", username="", address="new@example.com", details='{"locale": "hi"}')
    outcome = claim(waiting, username="")
    assert (outcome.details["address"], outcome.details["locale"]) == ("new@example.com", "hi")


def test_it_waits_for_its_time(db, message, claim, untouched):
    waiting = message()
    db.execute("UPDATE job_outbox SET notBefore = clock_timestamp() + interval '1 minute'")
    with untouched():
        assert claim(waiting).reason == "not_free"


def test_it_refuses_an_unknown_message(claim, untouched):
    with untouched():
        assert claim(0).reason == "no_such_message"


def test_what_somebody_waits_for_is_due_first(db, message, pass_time):
    message("welcome")
    reset = message("password_reset")
    pass_time("1 minute")
    assert db.row("SELECT id FROM job_dueMessages ORDER BY is_urgent DESC, due").id == reset
