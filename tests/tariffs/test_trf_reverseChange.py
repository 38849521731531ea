"""trf_reverseChange: a purchase taken back as if it had never been."""

from datetime import date

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def reverse(db, mona):
    def back(username, number, note="bought by mistake", **arguments):
        return db.call(
            "trf_reverseChange",
            **{"username": username, "number": number, "note": note, "actor": mona} | arguments,
        )

    return back


def newest(log):
    return max(row.number for row in log if not row.is_reversed)


def test_charge_and_credit_are_mirrored_and_the_old_tariff_goes_on(
    db, reverse, change, give, on, balance_of, tariff_of, log_of, alice, tariffs
):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    on("2024-01-17")
    change(alice, tariffs.business, 1)
    assert balance_of(alice) == "74.84"
    outcome = reverse(alice, newest(log_of(alice)))
    assert (outcome.reason, outcome.details["returned"]) == ("change_reversed", "15.16")
    assert balance_of(alice) == "90.00"
    assert (tariff_of(alice).tariff, tariff_of(alice).deadline) == ("Team", date(2024, 2, 1))


def test_three_purchases_unwind_newest_first(reverse, change, give, on, tariff_of, log_of, alice, tariffs):
    on("2024-01-31")
    give(alice, "100.00")
    for _ in range(3):
        change(alice, tariffs.team, 1)
    ends = []
    for _ in range(3):
        ends.append(tariff_of(alice).deadline)
        assert reverse(alice, newest(log_of(alice))).ok
    assert ends == [date(2024, 4, 30), date(2024, 3, 31), date(2024, 2, 29)]
    assert (tariff_of(alice).tariff, tariff_of(alice).state) == ("Free", "endless")


def test_a_reversed_purchase_after_an_expiry_gives_the_old_deadline_back(
    reverse, change, give, on, tariff_of, log_of, alice, tariffs
):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    on("2024-02-14")
    change(alice, tariffs.team, 1)
    reverse(alice, newest(log_of(alice)))
    assert (tariff_of(alice).deadline, tariff_of(alice).state) == (date(2024, 2, 1), "expired")


def test_the_first_tariff_can_be_taken_back_too(db, reverse, tariff_of, log_of, alice, tariffs):
    assert reverse(alice, newest(log_of(alice))).ok
    assert (tariff_of(alice).tariff, tariff_of(alice).state) == (None, "none")


def test_a_credit_that_was_spent_cannot_be_taken_back(
    db, reverse, change, give, untouched, on, log_of, alice, tariffs
):
    on("2024-01-01")
    give(alice, "200.00")
    change(alice, tariffs.business, 12)
    change(alice, tariffs.team, 1)
    assert db.call("fin_charge", username=alice, amount="180.00", purpose="spent").ok
    with untouched():
        outcome = reverse(alice, newest(log_of(alice)))
    assert (outcome.reason, outcome.details["missing"]) == ("insufficient_balance", "180.00")


def test_only_the_last_that_stands_and_only_once(reverse, change, give, untouched, log_of, alice, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.team, 1)
    last = newest(log_of(alice))
    with untouched():
        assert reverse(alice, last - 1).reason == "not_the_last_change"
        assert reverse(alice, 99).reason == "no_such_change"
        assert reverse("nobody", 1).reason == "no_such_user"
    reverse(alice, last)
    with untouched():
        assert reverse(alice, last).reason == "already_reversed"


@pytest.mark.parametrize("note", [None, "", " \t "])
def test_it_wants_to_know_why(reverse, untouched, alice, note, tariffs):
    with untouched():
        assert reverse(alice, 1, note=note).reason == "note_missing"


def test_it_takes_a_manager_and_not_the_person_herself(db, reverse, untouched, alice, mona, charlie, tariffs):
    with untouched():
        assert reverse(alice, 1, actor=alice).reason == "not_allowed"
        assert reverse(alice, 1, actor=charlie).reason == "not_allowed"
        assert reverse(mona, 1).reason == "own_account"


def test_one_request_reverses_once(reverse, change, give, untouched, balance_of, log_of, alice, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.team, 1)
    number = newest(log_of(alice))
    first = reverse(alice, number, requestKey="key")
    with untouched():
        assert reverse(alice, number, requestKey="key") == first
        assert reverse(alice, number - 1, requestKey="key").reason == "request_key_reused"
        assert reverse(alice, number - 1, requestKey=" ").reason == "invalid_value"
    assert balance_of(alice) == "90.00"


def test_it_drops_a_scheduled_change_and_a_renewal_that_has_nothing_left(
    db, reverse, change, give, tariff_of, log_of, alice, tariffs
):
    give(alice, "100.00")
    change(alice, tariffs.business, 1)
    assert db.call("trf_setRenewal", username=alice, period=1, actor=alice).ok
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1, actor=alice).ok
    reverse(alice, newest(log_of(alice)))
    now = tariff_of(alice)
    assert (now.scheduled_tariff, now.renewal_period, now.tariff) == (None, None, "Free")


def test_a_renewal_that_is_taken_back_is_not_made_again(
    db, reverse, change, give, on, tariff_of, log_of, balance_of, alice, tariffs
):
    give(alice, "100.00")
    on("2024-01-31")
    change(alice, tariffs.team, 1)
    assert db.call("trf_setRenewal", username=alice, period=1, actor=alice).ok
    on("2024-02-29")
    assert db.call("trf_settleDeadline", username=alice).reason == "tariff_renewed"
    assert reverse(alice, newest(log_of(alice))).ok
    assert (tariff_of(alice).renewal_period, balance_of(alice)) == (None, "90.00")
    assert db.call("trf_settleDeadline", username=alice).reason == "nothing_due"


def test_a_renewal_stays_on_where_its_deadline_is_still_to_come(
    db, reverse, change, give, on, tariff_of, log_of, alice, tariffs
):
    give(alice, "100.00")
    on("2024-01-31")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.team, 1)
    assert db.call("trf_setRenewal", username=alice, period=1, actor=alice).ok
    assert reverse(alice, newest(log_of(alice))).ok
    assert tariff_of(alice).renewal_period == 1
    on("2024-02-29")
    assert db.call("trf_settleDeadline", username=alice).reason == "tariff_renewed"
