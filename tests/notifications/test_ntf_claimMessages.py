import pytest


def test_one_worker_gets_it_with_all_it_takes_to_render_it(message, claim, untouched, message_of):
    waiting = message("top_up", details='{"amount": "5.00", "currency": "EUR"}')
    [mine] = claim().values()
    assert (mine["id"], mine["address"], mine["channel"]) == (waiting, "jana@example.com", "email")
    assert (mine["locale"], mine["timeZone"]) == ("sk", "Europe/Bratislava")
    assert mine["details"]["amount"] == "5.00"
    assert not mine["wasHandedOver"]
    with untouched():
        assert claim("there:2") == {}
    assert message_of(waiting).state == "sending"


def test_its_provider_comes_with_it(db, message, claim):
    message()
    outcome = db.call("ntf_claimMessages", worker="here:1", channel="email")
    assert outcome.details["providers"] == {
        "mail": {"code": "mail", "channel": "email", "driver": "smtp", "settings": {}, "isLimited": False}
    }


def test_it_takes_no_more_than_it_was_asked_for(message, claim):
    waiting = [message() for _ in range(5)]
    assert list(claim(count=3)) == waiting[:3]
    assert list(claim("there:2")) == waiting[3:]


def test_a_channel_gets_only_its_own(message, claim):
    message()
    assert claim(channel="cabinet") == {}


def test_it_names_the_tariff_as_it_is_called_now(db, message, claim):
    tariff = db.call("trf_saveTariff", name="Fast").details["tariffID"]
    one = message("tariff_deadline", details=f'{{"tariffID": {tariff}}}')
    assert claim()[one]["details"]["tariff"] == "Fast"


def test_its_reference_stays_the_same_and_is_nobody_elses(message, claim, pass_time):
    first, second = message(), message()
    before = claim()
    pass_time("61 seconds")
    # The time of its writing stays.
    assert before[first]["reference"] != before[second]["reference"]


def test_a_lost_message_is_called_the_same(db, message, claim):
    one = message()
    before = claim()[one]["reference"]
    db.execute("UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second'")
    assert claim("there:2")[one]["reference"] == before


def test_a_lost_message_that_was_not_handed_over_is_sent_again(message, claim, pass_time, message_of):
    lost = message()
    claim()
    pass_time("61 seconds")
    assert list(claim("there:2")) == [lost]
    assert message_of(lost).attempts == 2


def test_one_that_was_handed_over_becomes_unknown_where_nobody_can_be_asked(
    message, claim, hand_over, pass_time, message_of
):
    lost = message()
    claim()
    hand_over(lost)
    pass_time("61 seconds")
    assert claim("there:2") == {}
    assert (message_of(lost).state, message_of(lost).worker) == ("unknown", "here:1")


def test_where_somebody_can_be_asked_he_is(message, claim, hand_over, pass_time):
    lost = message()
    claim()
    hand_over(lost, canAsk=True)
    pass_time("61 seconds")
    assert claim("there:2")[lost]["wasHandedOver"]


@pytest.mark.parametrize("kind", ["top_up", "password_reset"])
def test_it_may_still_be_on_its_way_to_who_can_be_asked(db, message, claim, hand_over, kind):
    lost = message(kind)
    claim()
    hand_over(lost, canAsk=True)
    for seconds, asked in ((9, []), (10, [lost])):
        db.execute(
            "UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second',"
            " handedOverAt = clock_timestamp() - make_interval(secs => %s)",
            [seconds],
        )
        assert list(claim("there:2")) == asked


def test_who_was_handed_a_message_is_asked_though_another_is_first_by_now(
    message, claim, hand_over, pass_time, add_provider
):
    lost = message()
    claim()
    hand_over(lost, canAsk=True)
    add_provider("faster", channel="email", driver="folder", place=1)
    pass_time("61 seconds")
    assert claim("there:2")[lost]["provider"] == "mail"
    assert claim() == {}
    message()
    assert [mine["provider"] for mine in claim().values()] == ["faster"]


def test_nobody_asks_a_provider_that_is_away(db, message, claim, hand_over, pass_time):
    lost = message()
    claim()
    hand_over(lost, canAsk=True)
    pass_time("61 seconds")
    db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() + interval '1 minute'")
    assert claim("there:2") == {}
    db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() - interval '1 second'")
    assert list(claim("there:2")) == [lost]


def test_what_the_provider_reported_is_known_without_asking(
    db, message, claim, hand_over, pass_time, message_of
):
    lost = message()
    reference = claim()[lost]["reference"]
    hand_over(lost)
    assert db.call("ntf_receiveReport", provider="mail", reference=reference, state="delivered").ok
    pass_time("61 seconds")
    assert claim("there:2") == {}
    assert (message_of(lost).state, message_of(lost).error) == ("sent", None)


@pytest.mark.parametrize(
    ("channel", "words"),
    [("email", "The person has no e-mail address."), ("sms", "The person has no phone number.")],
)
def test_without_an_address_it_is_given_up(db, message, claim, message_of, add_provider, channel, words):
    from tests.people import register

    silent = register(db, "silent", email=None)
    add_provider()
    waiting = message("tariff_deadline", username=silent, channel=channel)
    assert claim(channel=channel) == {}
    assert (message_of(waiting).state, message_of(waiting).error) == ("cancelled", words)


def test_a_number_is_a_plus_and_digits(db, message, claim, add_provider):
    from tests.people import register

    add_provider()
    ringing = register(db, "ringing", phone="0903 123 456")
    one = message("tariff_deadline", username=ringing, channel="sms")
    assert claim(channel="sms")[one]["address"] == "+421903123456"


def test_a_stranger_gets_it_at_the_address_that_was_typed(message, claim):
    one = message("registration", username="", address="new@example.com", details='{"locale": "hi"}')
    mine = claim()[one]
    assert (mine["address"], mine["locale"]) == ("new@example.com", "hi")


def test_it_waits_for_its_time(db, message, claim, untouched):
    message()
    db.execute("UPDATE job_outbox SET notBefore = clock_timestamp() + interval '1 minute'")
    with untouched():
        assert claim() == {}


def test_what_somebody_waits_for_comes_first(message, claim):
    message(), message()
    reset = message("password_reset")
    assert list(claim(count=1)) == [reset]


def test_who_takes_only_what_somebody_waits_for_leaves_the_rest(message, claim):
    message()
    reset = message("password_reset")
    assert list(claim(urgentOnly=True)) == [reset]


def test_without_a_provider_that_can_nothing_is_taken(db, message, claim, untouched):
    message()
    assert db.call("ntf_setProviderEnabled", code="mail", isEnabled=False).ok
    with untouched():
        assert claim() == {}


def test_no_more_is_taken_than_the_rate_lets_through_soon(message, claim, add_provider, db):
    db.execute("UPDATE ntf_providers SET ratePerSecond = 3, burst = 1 WHERE code = 'mail'")
    for _ in range(20):
        message()
    assert 0 < len(claim()) <= 7


def test_one_message_tries_a_provider_whose_pause_is_over(db, message, claim, hand_over, untouched):
    first, _ = message(), message()
    db.execute(
        "UPDATE ntf_providerStates SET openUntil = clock_timestamp() - interval '1 second', opens = 1"
        " WHERE provider = 'mail'"
    )
    assert list(claim()) == [first]
    assert hand_over(first)["handed"] == [first]
    # Until it has said how it went.
    assert claim("there:2") == {}


def test_a_channel_without_a_provider_is_carried_by_its_module(db, message, claim):
    db.execute("INSERT INTO ntf_channels VALUES ('pigeon', true, 99, now())")
    one = message(channel="pigeon")
    assert claim(channel="pigeon")[one]["provider"] == "pigeon"


@pytest.mark.parametrize("channel", ["sms", "webhook"])
def test_what_needs_an_address_first_is_carried_by_nobody(db, message, claim, channel, untouched):
    db.execute("UPDATE ntf_channels SET isEnabled = true")
    message("tariff_deadline", channel=channel)
    with untouched():
        assert claim(channel=channel) == {}


def test_while_the_history_of_a_demo_is_made_nothing_goes_out(db, message, claim, untouched):
    message()
    db.execute("UPDATE as_clock SET isDemo = true, shift = '-1 day'")
    with untouched():
        assert claim() == {}


@pytest.mark.parametrize("count", [0, -1, 1001, None])
def test_it_refuses_to_take_none_or_too_many(db, message, untouched, count):
    message()
    with untouched():
        outcome = db.call("ntf_claimMessages", worker="here:1", channel="email", count=count)
    assert outcome.reason == "invalid_value"


def test_it_refuses_a_channel_that_is_none(db, untouched):
    with untouched():
        assert db.call("ntf_claimMessages", worker="here:1", channel="drums").reason == "no_such_channel"
