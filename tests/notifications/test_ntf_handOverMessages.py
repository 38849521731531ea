from decimal import Decimal

import pytest


@pytest.fixture
def mail(db):
    """Change what the mail server takes: `mail("ratePerSecond = 3")`."""
    return lambda change: db.execute(f"UPDATE ntf_providers SET {change} WHERE code = 'mail'")


def test_who_has_it_hands_it_over(message, claim, hand_over, message_of):
    mine = message()
    claim()
    assert hand_over(mine)["handed"] == [mine]
    assert message_of(mine).handed_over


def test_nobody_else_may(message, claim, hand_over, untouched):
    mine = message()
    claim()
    with untouched():
        answer = hand_over(mine, worker="there:2")
    assert (answer["handed"], answer["mine"]) == ([], [])


def test_too_late_in_the_lease_is_too_late(message, claim, hand_over, pass_time, untouched):
    mine = message()
    claim()
    pass_time("41 seconds")
    with untouched():
        assert hand_over(mine)["mine"] == []


def test_no_more_than_the_rate_lets_through(db, message, claim, hand_over, mail):
    many = [message() for _ in range(6)]
    claim()
    mail("ratePerSecond = 4, burst = 2")
    db.execute("UPDATE ntf_providerStates SET tokens = 2, tokensAt = clock_timestamp()")
    answer = hand_over(*many)
    assert (answer["handed"], answer["stopped"]) == (many[:2], "rate")
    # Three of them a second and a half come back.
    assert 0 < answer["pause"] <= 0.5
    assert hand_over(*many[2:])["handed"] == []
    db.execute("UPDATE ntf_providerStates SET tokensAt = clock_timestamp() - interval '0.6 seconds'")
    assert hand_over(*many[2:])["handed"] == many[2:3]


def test_what_is_handed_over_again_is_paid_once(db, message, claim, hand_over, mail):
    mine, other = message(), message()
    claim()
    mail("pricePerPart = 0.50, dailyCap = 1.00")
    today = "SELECT messages, parts, spent FROM ntf_providerDays WHERE provider = 'mail'"
    for _ in range(2):
        assert hand_over(mine, canAsk=True)["handed"] == [mine]
        assert db.row(today) == (1, 1, Decimal("0.50"))
    assert hand_over(other, mine, canAsk=True)["handed"] == [other, mine]
    assert db.row(today) == (2, 2, Decimal("1.00"))


@pytest.mark.parametrize(
    ("rate", "burst"),
    [("0.01", 1), ("0.3", 1), ("0.5", 1), ("0.99", 1), ("1", 1), ("1.5", 1), ("10", 2), ("10", 10)],
)
def test_what_comes_back_is_something_and_with_what_is_there_never_more_than_the_rate(db, rate, burst):
    refill, rate = float(db.value("SELECT ntf_getRefill(%s::numeric, %s)", [rate, burst])), float(rate)
    assert 0 < refill <= rate
    # What was allowed half a second earlier arrives together with it.
    assert burst + 1.5 * refill <= rate + 1 + 1e-9 if rate >= 1 else 1 / refill - 0.5 >= 1 / rate - 1e-9


@pytest.mark.parametrize(("rate", "seconds"), [("0.5", 2.5), ("0.1", 10.5)])
def test_who_takes_less_than_one_a_second_gets_one_whenever_it_is_time(
    db, message, claim, hand_over, mail, rate, seconds
):
    many = [message() for _ in range(3)]
    claim()
    mail(f"ratePerSecond = {rate}, burst = 1")
    since = (
        "UPDATE ntf_providerStates SET tokens = 0, tokensAt = clock_timestamp() - make_interval(secs => %s)"
    )
    db.execute(since, [seconds - 1])
    early = hand_over(*many)
    assert (early["handed"], early["stopped"]) == ([], "rate")
    assert 0 < early["pause"] <= 1
    db.execute(since, [seconds + 0.1])
    answer = hand_over(*many)
    assert (answer["handed"], answer["stopped"]) == (many[:1], "rate")
    assert 0 < answer["pause"] <= seconds


def test_who_takes_less_than_one_a_second_is_given_one_by_a_worker(db, message, claim, mail):
    mine = message()
    mail("ratePerSecond = 0.3, burst = 1")
    db.execute("UPDATE ntf_providerStates SET tokens = 0, tokensAt = clock_timestamp() - interval '1 hour'")
    assert list(claim()) == [mine]


def test_a_clock_that_was_put_back_brings_nothing(db, message, claim, hand_over, mail):
    mine = message()
    claim()
    mail("ratePerSecond = 4, burst = 2")
    db.execute("UPDATE ntf_providerStates SET tokens = 0, tokensAt = clock_timestamp() + interval '1 hour'")
    assert hand_over(mine)["handed"] == []


def test_no_more_is_spent_than_the_daily_cap(db, message, claim, hand_over, mail):
    many = [message() for _ in range(5)]
    claim()
    mail("pricePerPart = 0.4, dailyCap = 1")
    answer = hand_over(*many)
    assert (answer["handed"], answer["stopped"]) == (many[:2], "over_cap")
    assert db.value("SELECT spent::float FROM ntf_providerDays") == pytest.approx(0.8)
    with_nothing_left = hand_over(many[2])
    assert (with_nothing_left["handed"], with_nothing_left["stopped"]) == ([], "over_cap")


def test_a_new_day_has_its_own_cap(db, message, claim, hand_over, mail):
    one, two = message(), message()
    claim()
    mail("pricePerPart = 1, dailyCap = 1")
    hand_over(one)
    db.execute("UPDATE ntf_providerDays SET day = day - 1")
    assert hand_over(two)["handed"] == [two]


@pytest.mark.parametrize(("kind", "most"), [("tariff_deadline", 6), ("news", 3)])
def test_a_text_of_too_many_parts_fails_with_words(
    db, message, claim, hand_over, message_of, add_provider, agree, kind, most
):
    add_provider(pricePerPart="0.05")
    db.execute("UPDATE as_users SET phone = '+421903123456'")
    db.execute("UPDATE as_settings SET value = '0' WHERE code IN ('messagesPerDay', 'messagesPerWeek')")
    agree("jana", "news", "sms")
    fits, long = message(kind, channel="sms"), message(kind, channel="sms")
    claim(channel="sms")
    assert hand_over(fits, provider="acme", text="a" * 153 * most)["handed"] == [fits]
    assert hand_over(long, provider="acme", text="a" * (153 * most + 1))["failed"] == [long]
    assert (message_of(fits).parts, float(message_of(fits).price)) == (most, pytest.approx(most * 0.05))
    assert message_of(long).state == "failed"
    assert message_of(long).error == f"The text takes {most + 1} parts, at most {most} are allowed."


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("UPDATE ntf_providers SET isEnabled = false", "provider_off"),
        (
            "UPDATE ntf_providerStates SET openUntil = clock_timestamp() + interval '1 minute'",
            "provider_open",
        ),
        (
            "UPDATE ntf_providerStates SET openUntil = clock_timestamp(), probeUntil = clock_timestamp() + interval '9 s'",
            "provider_open",
        ),
    ],
)
def test_what_a_provider_was_closed_for_meanwhile_waits(
    db, message, claim, hand_over, untouched, change, why
):
    mine = message()
    claim()
    db.execute(change)
    with untouched():
        answer = hand_over(mine)
    assert (answer["handed"], answer["mine"], answer["stopped"]) == ([], [mine], why)


def test_one_message_alone_tries_whether_it_is_back(db, message, claim, hand_over):
    one, two = message(), message()
    claim()
    db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() - interval '1 second'")
    assert hand_over(one, two)["handed"] == [one]
    assert hand_over(two)["stopped"] == "provider_open"


def test_it_refuses_an_unknown_provider(db, untouched):
    with untouched():
        outcome = db.call(
            "ntf_handOverMessages", worker="here:1", provider="nobody", messages="[]", canAsk=False
        )
    assert outcome.reason == "no_such_provider"


@pytest.mark.parametrize(("messages", "canAsk"), [("{}", False), ("[]", None)])
def test_it_refuses_what_it_cannot_read(db, untouched, messages, canAsk):
    with untouched():
        outcome = db.call(
            "ntf_handOverMessages", worker="here:1", provider="mail", messages=messages, canAsk=canAsk
        )
    assert outcome.reason == "invalid_value"
