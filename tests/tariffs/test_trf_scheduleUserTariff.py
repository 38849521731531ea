"""trf_scheduleUserTariff and trf_cancelScheduledTariff: a cheaper tariff waits for the deadline."""

from datetime import date

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def schedule(db):
    def leave(username, tariffID, period, **arguments):
        return db.call(
            "trf_scheduleUserTariff",
            **{"username": username, "tariffID": tariffID, "period": period, "actor": username} | arguments,
        )

    return leave


@pytest.fixture
def cancel(db):
    def drop(username, **arguments):
        return db.call("trf_cancelScheduledTariff", **{"username": username, "actor": username} | arguments)

    return drop


@pytest.fixture
def settled(db):
    return lambda username: db.call("trf_settleDeadline", username=username)


@pytest.fixture
def on_business(on, give, change, alice, tariffs):
    on("2024-01-31")
    give(alice, "100.00")
    change(alice, tariffs.business, 1)
    return alice


def test_it_moves_no_money_now(schedule, balance_of, tariff_of, on_business, tariffs):
    assert schedule(on_business, tariffs.team, 6).reason == "tariff_scheduled"
    assert balance_of(on_business) == "80.00"
    waits = tariff_of(on_business)
    assert (waits.tariff, waits.scheduled_tariff, waits.scheduled_period) == ("Business", "Team", 6)
    assert (waits.scheduled_on, str(waits.scheduled_price)) == (date(2024, 2, 29), "55.00")


def test_at_the_deadline_it_is_made_at_the_agreed_price(
    db, schedule, settled, on, balance_of, tariff_of, on_business, tariffs
):
    schedule(on_business, tariffs.team, 1)
    assert db.call(
        "trf_saveTariff",
        tariffID=tariffs.team,
        name="Team",
        price="15.00",
        price6="60.00",
        price12="110.00",
        price36="300.00",
    ).ok
    on("2024-02-28")
    assert settled(on_business).reason == "nothing_due"
    on("2024-02-29")
    assert settled(on_business).reason == "tariff_changed"
    now = tariff_of(on_business)
    assert (now.tariff, now.deadline, now.scheduled_tariff) == ("Team", date(2024, 3, 29), None)
    assert balance_of(on_business) == "70.00"


def test_a_second_choice_replaces_the_first(schedule, tariff_of, on_business, tariffs):
    schedule(on_business, tariffs.team, 6)
    schedule(on_business, tariffs.free, 0)
    assert (tariff_of(on_business).scheduled_tariff, tariff_of(on_business).scheduled_period) == ("Free", 0)


def test_a_change_to_the_free_tariff_ends_the_renewal(
    db, schedule, settled, on, tariff_of, on_business, tariffs
):
    assert db.call("trf_setRenewal", username=on_business, period=1, actor=on_business).ok
    schedule(on_business, tariffs.free, 0)
    on("2024-03-01")
    assert settled(on_business).reason == "tariff_changed"
    assert (tariff_of(on_business).state, tariff_of(on_business).renewal_period) == ("endless", None)


def test_only_a_cheaper_tariff_with_a_deadline_to_come_waits(
    schedule, change, give, untouched, on, on_business, alice, bob, tariffs
):
    with untouched():
        assert schedule(alice, tariffs.business, 1).reason == "takes_effect_now"
        assert schedule(bob, tariffs.team, 1).reason == "takes_effect_now"
    on("2024-03-10")
    with untouched():
        assert schedule(alice, tariffs.team, 1).reason == "takes_effect_now"


def test_it_refuses_what_a_change_refuses(schedule, untouched, on_business, charlie, tariffs):
    with untouched():
        assert schedule("nobody", tariffs.team, 1, actor=None).reason == "no_such_user"
        assert schedule(on_business, 2**62, 1).reason == "no_such_tariff"
        assert schedule(on_business, tariffs.team, 5).reason == "no_such_period"
        assert schedule(on_business, tariffs.legacy, 1).reason == "tariff_disabled"
        assert schedule(on_business, tariffs.team, 0).reason == "endless_needs_admin"
        assert schedule(on_business, tariffs.team, 1, actor=charlie).reason == "not_allowed"


def test_what_has_no_end_is_not_scheduled_over_itself(schedule, untouched, bob, tariffs):
    with untouched():
        assert schedule(bob, tariffs.free, 0).reason == "already_without_end"


def test_one_request_schedules_once(schedule, untouched, on_business, tariffs):
    first = schedule(on_business, tariffs.team, 1, requestKey="key")
    with untouched():
        assert schedule(on_business, tariffs.team, 1, requestKey="key") == first
        assert schedule(on_business, tariffs.team, 6, requestKey="key").reason == "request_key_reused"
        assert schedule(on_business, tariffs.team, 6, requestKey=" ").reason == "invalid_value"


def test_cancelling_keeps_the_present_tariff(cancel, schedule, settled, on, tariff_of, on_business, tariffs):
    schedule(on_business, tariffs.team, 1)
    first = cancel(on_business, requestKey="key")
    assert first.reason == "schedule_cancelled"
    assert tariff_of(on_business).scheduled_tariff is None
    assert cancel(on_business, requestKey="key") == first
    on("2024-02-29")
    assert settled(on_business).reason == "nothing_due"


def test_there_must_be_something_to_cancel_and_it_must_be_ones_own(
    cancel, schedule, untouched, on_business, charlie, tariffs
):
    with untouched():
        assert cancel(on_business).reason == "nothing_scheduled"
        assert cancel("nobody", actor=None).reason == "no_such_user"
    schedule(on_business, tariffs.team, 1)
    with untouched():
        assert cancel(on_business, actor=charlie).reason == "not_allowed"
        assert cancel(on_business, requestKey="k" * 201).reason == "invalid_value"
