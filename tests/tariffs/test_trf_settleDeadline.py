"""trf_setRenewal and trf_settleDeadline: one charge a period, a grace, and a clear message."""

from datetime import date

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def renew(db):
    def switch(username, period, **arguments):
        return db.call(
            "trf_setRenewal", **{"username": username, "period": period, "actor": username} | arguments
        )

    return switch


@pytest.fixture
def settle(db):
    return lambda username: db.call("trf_settleDeadline", username=username)


MAILS = "SELECT kind FROM job_outbox WHERE username = %s AND channel = 'email' ORDER BY id"


@pytest.fixture
def messages(db):
    def kinds(username):
        return [row.kind for row in db.read(MAILS, [username]) if row.kind.startswith(("renewal", "tariff"))]

    return kinds


@pytest.fixture
def renewing(on, give, change, renew, alice, tariffs):
    """Alice has Team until 29 February, renews monthly, and has nothing left."""
    on("2024-01-31")
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    assert renew(alice, 1).reason == "renewal_on"
    return alice


def test_a_renewal_starts_at_the_deadline_and_keeps_the_anchor(
    settle, give, on, tariff_of, balance_of, messages, renewing
):
    give(renewing, "30.00")
    on("2024-02-29")
    assert settle(renewing).reason == "tariff_renewed"
    assert tariff_of(renewing).deadline == date(2024, 3, 31)
    on("2024-03-31")
    assert settle(renewing).ok
    assert tariff_of(renewing).deadline == date(2024, 4, 30)
    assert balance_of(renewing) == "10.00"
    assert messages(renewing) == ["renewal_done", "renewal_done"]


def test_it_is_one_charge_a_deadline_however_often_it_runs(settle, give, on, untouched, balance_of, renewing):
    give(renewing, "30.00")
    on("2024-02-29")
    settle(renewing)
    with untouched():
        assert settle(renewing).reason == "nothing_due"
    assert balance_of(renewing) == "20.00"


def test_it_does_not_matter_how_late_it_runs(db, settle, give, on, tariff_of, renewing):
    assert db.call("as_setSetting", code="tariffGraceDays", value="10").ok
    give(renewing, "10.00")
    on("2024-03-07")
    assert settle(renewing).reason == "tariff_renewed"
    assert tariff_of(renewing).deadline == date(2024, 3, 31)


def test_nothing_is_due_before_the_deadline(settle, on, untouched, renewing, bob):
    on("2024-02-28")
    with untouched():
        assert settle(renewing).reason == "nothing_due"
        assert settle(bob).reason == "nothing_due"
        assert settle("nobody").reason == "no_such_user"


def test_without_money_the_tariff_stays_for_the_days_of_grace_and_the_person_is_told_once(
    settle, give, on, untouched, tariff_of, messages, renewing
):
    on("2024-02-29")
    outcome = settle(renewing)
    assert (outcome.reason, outcome.details["missing"], outcome.details["until"]) == (
        "renewal_postponed",
        "10.00",
        "2024-03-03",
    )
    with untouched("job_outbox"):
        assert settle(renewing).reason == "insufficient_balance"
    assert messages(renewing) == ["renewal_failed"]
    on("2024-03-02")
    assert (tariff_of(renewing).state, tariff_of(renewing).effective_tariff) == ("grace", "Team")
    give(renewing, "10.00")
    assert settle(renewing).reason == "tariff_renewed"
    assert tariff_of(renewing).deadline == date(2024, 3, 31)


def test_when_the_grace_is_over_the_renewal_is_off_and_the_person_told(
    settle, on, untouched, tariff_of, messages, renewing
):
    on("2024-02-29")
    settle(renewing)
    on("2024-03-03")
    assert (tariff_of(renewing).state, tariff_of(renewing).effective_tariff) == ("expired", "Free")
    assert settle(renewing).reason == "tariff_expired"
    assert tariff_of(renewing).renewal_period is None
    with untouched():
        assert settle(renewing).reason == "nothing_due"
    assert messages(renewing) == ["renewal_failed", "tariff_expired"]


def test_a_deadline_that_nobody_settled_is_not_charged_after_the_grace(
    settle, give, on, balance_of, messages, renewing
):
    give(renewing, "500.00")
    on("2024-06-01")
    assert settle(renewing).reason == "tariff_expired"
    assert balance_of(renewing) == "500.00"
    assert messages(renewing) == ["tariff_expired"]


def test_without_grace_the_anchor_is_kept_all_the_same(db, settle, give, on, tariff_of, renewing):
    assert db.call("as_setSetting", code="tariffGraceDays", value="0").ok
    give(renewing, "10.00")
    on("2024-02-29")
    assert settle(renewing).reason == "tariff_renewed"
    assert tariff_of(renewing).deadline == date(2024, 3, 31)


def test_buying_by_hand_in_the_grace_starts_at_the_deadline(change, give, on, tariff_of, renewing, tariffs):
    give(renewing, "10.00")
    on("2024-03-02")
    assert change(renewing, tariffs.team, 1).reason == "tariff_extended"
    assert tariff_of(renewing).deadline == date(2024, 3, 31)


def test_a_renewal_takes_the_price_that_is_valid_then(db, settle, give, on, balance_of, renewing, tariffs):
    give(renewing, "50.00")
    assert db.call(
        "trf_saveTariff",
        tariffID=tariffs.team,
        name="Team",
        price="12.00",
        price6="60.00",
        price12="110.00",
        price36="300.00",
    ).ok
    on("2024-02-29")
    assert settle(renewing).details["price"] == "12.00"
    assert balance_of(renewing) == "38.00"


def test_who_has_a_disabled_tariff_is_renewed(db, settle, give, on, renewing, tariffs):
    give(renewing, "10.00")
    assert db.call("trf_setTariffDisabled", tariffID=tariffs.team, isDisabled=True).ok
    on("2024-02-29")
    assert settle(renewing).reason == "tariff_renewed"


def test_the_due_are_listed(db, on, renewing, bob):
    listed = lambda: [row.username for row in db.read("SELECT username FROM trf_dueDeadlines")]
    on("2024-02-28")
    assert listed() == []
    on("2024-02-29")
    assert listed() == [renewing]


def test_a_renewal_is_switched_off_and_on(renew, settle, on, tariff_of, renewing):
    first = renew(renewing, None, requestKey="off")
    assert first.reason == "renewal_off"
    assert renew(renewing, None, requestKey="off") == first
    on("2024-02-29")
    assert settle(renewing).reason == "nothing_due"
    assert tariff_of(renewing).state == "expired"


def test_in_the_grace_the_period_may_still_be_chosen(renew, on, tariff_of, renewing):
    on("2024-03-01")
    assert renew(renewing, 12).ok
    assert tariff_of(renewing).renewal_period == 12


def test_it_refuses_a_renewal_of_nothing_or_by_others(renew, on, untouched, renewing, bob, charlie):
    with untouched():
        assert renew(bob, 1).reason == "nothing_to_renew"
        assert renew(renewing, 0).reason == "no_such_period"
        assert renew(renewing, 3).reason == "no_such_period"
        assert renew(renewing, 12, actor=charlie).reason == "not_allowed"
        assert renew("nobody", 12, actor=None).reason == "no_such_user"
        assert renew(renewing, 12, requestKey=" ").reason == "invalid_value"
    renew(renewing, 12, requestKey="key")
    with untouched():
        assert renew(renewing, 6, requestKey="key").reason == "request_key_reused"


def test_after_the_deadline_a_renewal_cannot_be_switched_on(renew, on, untouched, renewing):
    renew(renewing, None)
    on("2024-03-01")
    with untouched():
        assert renew(renewing, 1).reason == "nothing_to_renew"
