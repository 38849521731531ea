"""trf_changeUserTariff: put a person on a tariff and charge it."""

from datetime import date

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.mark.parametrize(("period", "price"), [(1, "10.00"), (6, "55.00"), (12, "100.00"), (36, "270.00")])
def test_it_charges_the_price_of_the_period(change, give, balance_of, alice, tariffs, period, price):
    give(alice, "300.00")
    outcome = change(alice, tariffs.team, period)
    assert (outcome.reason, outcome.details["total"]) == ("tariff_changed", price)
    assert balance_of(alice) == str(300 - float(price)) + "0"


def test_the_seeds_call_works_positionally_and_by_name_in_any_case(db, give, alice, tariffs):
    give(alice, "100.00")
    first = db.row("SELECT result, msg FROM trf_changeUserTariff(%s, %s, 6)", [alice, tariffs.team])
    second = db.row(
        "SELECT result, msg FROM TRF_CHANGEUSERTARIFF(username => %s, tariffID => %s, period => 0)",
        [alice, tariffs.free],
    )
    assert (first.result, second.result) == (1, 1)
    assert first.msg.startswith("alice has Team until ")
    assert second.msg == "alice has Free without end."


def test_it_writes_charge_log_and_copy_as_one(db, change, give, on, log_of, tariff_of, alice, tariffs):
    on("2024-03-10")
    give(alice, "55.00")
    change(alice, tariffs.team, 6, requestKey="one click")
    bought = log_of(alice)[-1]
    charge = db.row("SELECT * FROM fin_statements WHERE username = %s ORDER BY version DESC", [alice])
    assert (bought.bought_from, bought.bought_until) == (date(2024, 3, 10), date(2024, 9, 10))
    assert (bought.paid, bought.charge_id, bought.request_key) == (55, charge.id, "one click")
    assert (charge.amount, charge.counterparty, charge.balance_after) == (-55, "income:tariff", 0)
    assert tariff_of(alice).deadline == date(2024, 9, 10)


def test_period_zero_gives_a_free_tariff_without_end(change, tariff_of, alice, bob, tariffs, give):
    give(bob, "20.00")
    change(bob, tariffs.team, 1)
    assert change(bob, tariffs.free, 0).reason == "tariff_changed"
    assert (tariff_of(bob).deadline, tariff_of(bob).state) == (None, "endless")


def test_a_free_tariff_costs_nothing_for_any_period(change, balance_of, tariff_of, bob, tariffs):
    assert change(bob, tariffs.team, 1).reason == "insufficient_balance"
    on_free = change(bob, tariffs.free, 12)
    assert on_free.reason == "already_without_end"
    assert balance_of(bob) == "0.00"


def test_it_refuses_what_the_balance_cannot_pay(change, give, untouched, bob, tariffs):
    give(bob, "9.99")
    with untouched():
        outcome = change(bob, tariffs.team, 1)
    assert outcome.reason == "insufficient_balance"
    assert outcome.details["missing"] == "0.01"
    assert outcome.msg == "Team costs 10.00 EUR, 9.99 are there: 0.01 are missing."


def test_it_accepts_what_the_balance_pays_to_the_cent(change, give, balance_of, bob, tariffs):
    give(bob, "10.00")
    assert change(bob, tariffs.team, 1).ok
    assert balance_of(bob) == "0.00"


def test_what_is_held_cannot_be_spent(db, change, give, untouched, bob, tariffs):
    give(bob, "15.00")
    assert db.call("fin_hold", username=bob, amount="5.01", purpose="order", counterparty="income:service").ok
    with untouched():
        outcome = change(bob, tariffs.team, 1)
    assert (outcome.reason, outcome.details["missing"]) == ("insufficient_balance", "0.01")


def test_the_credit_for_unused_days_counts_towards_the_price(change, give, on, balance_of, alice, tariffs):
    on("2024-01-01")
    give(alice, "15.00")
    change(alice, tariffs.team, 1)
    on("2024-01-17")
    # 15 of 31 days are left of 10.00: 4.84.
    outcome = change(alice, tariffs.business, 1)
    assert outcome.reason == "insufficient_balance"
    assert (outcome.details["total"], outcome.details["missing"]) == ("15.16", "10.16")
    give(alice, "10.16")
    outcome = change(alice, tariffs.business, 1)
    assert (outcome.details["credit"], outcome.details["total"]) == ("4.84", "15.16")
    assert balance_of(alice) == "0.00"


def test_credit_and_charge_are_two_movements_that_tell_how_they_came(db, change, give, on, alice, tariffs):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    on("2024-01-17")
    change(alice, tariffs.business, 1)
    charge, credit = db.read(
        "SELECT * FROM fin_statements WHERE username = %s ORDER BY version DESC LIMIT 2", [alice]
    )
    assert (str(credit.amount), str(charge.amount)) == ("4.84", "-20.00")
    assert credit.details["unused"] == [
        {
            "number": 2,
            "tariffID": tariffs.team,
            "days": 15,
            "of": 31,
            "paid": "10.00",
            "amount": "4.84",
        }
    ]
    assert (charge.details["tariff"], charge.details["deadline"]) == ("Business", "2024-02-17")


def test_unused_days_can_be_forfeited_by_setting(db, change, give, on, balance_of, alice, tariffs):
    assert db.call("as_setSetting", code="tariffUnusedDays", value="forfeit").ok
    on("2024-01-01")
    give(alice, "40.00")
    change(alice, tariffs.team, 1)
    outcome = change(alice, tariffs.business, 1)
    assert (outcome.details["credit"], outcome.details["total"]) == ("0.00", "20.00")
    assert balance_of(alice) == "10.00"


def test_money_comes_back_when_the_new_tariff_costs_less_than_the_unused_days(
    change, give, on, balance_of, alice, tariffs
):
    on("2024-01-01")
    give(alice, "200.00")
    change(alice, tariffs.business, 12)
    outcome = change(alice, tariffs.team, 1)
    assert outcome.details["total"] == "-190.00"
    assert balance_of(alice) == "190.00"


def test_days_that_were_credited_are_not_credited_again(change, give, on, log_of, alice, tariffs):
    on("2024-01-01")
    give(alice, "500.00")
    change(alice, tariffs.business, 12)
    on("2024-02-01")
    change(alice, tariffs.team, 12)
    outcome = change(alice, tariffs.free, 0)
    assert outcome.details["credit"] == "100.00"
    assert all(row.credited <= row.paid for row in log_of(alice))


def test_the_same_tariff_again_extends_from_the_deadline(change, give, on, tariff_of, log_of, alice, tariffs):
    on("2024-01-31")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    assert tariff_of(alice).deadline == date(2024, 2, 29)
    on("2024-02-10")
    assert change(alice, tariffs.team, 1).reason == "tariff_extended"
    assert tariff_of(alice).deadline == date(2024, 3, 31)
    assert [row.kind for row in log_of(alice)][-2:] == ["change", "extension"]


def test_an_extension_that_has_not_begun_comes_back_whole(change, give, on, alice, tariffs):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.team, 6)
    on("2024-01-17")
    outcome = change(alice, tariffs.free, 0)
    assert outcome.details["credit"] == "59.84"


def test_after_the_deadline_the_same_tariff_starts_anew(change, give, on, tariff_of, alice, tariffs):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    on("2024-03-22")
    assert change(alice, tariffs.team, 1).reason == "tariff_changed"
    assert tariff_of(alice).deadline == date(2024, 4, 22)


def test_on_the_deadline_itself_the_same_tariff_goes_on_without_a_gap(
    change, give, on, tariff_of, alice, tariffs
):
    on("2024-01-31")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    on("2024-02-29")
    assert change(alice, tariffs.team, 1).reason == "tariff_extended"
    assert tariff_of(alice).deadline == date(2024, 3, 31)


@pytest.mark.parametrize("period", [2, 3, 24, -1, 120, 2**31 - 1, None])
def test_it_refuses_any_other_period(change, give, untouched, alice, tariffs, period):
    give(alice, "100.00")
    with untouched():
        assert change(alice, tariffs.team, period).reason == "no_such_period"


@pytest.mark.parametrize(
    "period", ["abc", "1.5", "99999999999", "1; DROP TABLE as_users", "", "\x00", "\ud800"]
)
def test_it_says_which_value_cannot_be_read(change, untouched, alice, tariffs, period):
    with untouched():
        outcome = change(alice, tariffs.team, period)
    assert (outcome.reason, outcome.details) == ("invalid_value", {"field": "period"})


def test_it_refuses_an_unknown_tariff(change, untouched, alice, tariffs):
    with untouched():
        assert change(alice, 2**62, 1).reason == "no_such_tariff"
        assert change(alice, None, 1).reason == "no_such_tariff"
        assert change(alice, str(2**63), 1).reason == "invalid_value"


def test_it_refuses_an_unknown_user(db, untouched, tariffs):
    with untouched():
        outcome = db.call("trf_changeUserTariff", username="nobody' OR true", tariffID=tariffs.team, period=1)
    assert outcome.reason == "no_such_user"


def test_a_disabled_tariff_is_not_given(change, give, untouched, alice, root, tariffs):
    give(alice, "100.00")
    with untouched():
        assert change(alice, tariffs.legacy, 1).reason == "tariff_disabled"
        assert change(alice, tariffs.legacy, 1, actor=root).reason == "tariff_disabled"


def test_who_has_a_disabled_tariff_keeps_and_prolongs_it(db, change, give, tariff_of, alice, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    assert db.call("trf_setTariffDisabled", tariffID=tariffs.team, isDisabled=True).ok
    assert tariff_of(alice).effective_tariff == "Team"
    assert change(alice, tariffs.team, 1).reason == "tariff_extended"


def test_only_an_administrator_gives_a_paid_tariff_without_end(
    change, untouched, tariff_of, alice, mona, root, tariffs
):
    with untouched():
        assert change(alice, tariffs.team, 0).reason == "endless_needs_admin"
        assert change(alice, tariffs.team, 0, actor=mona).reason == "not_allowed"
    assert change(alice, tariffs.team, 0, actor=root).ok
    assert (tariff_of(alice).tariff, tariff_of(alice).deadline) == ("Team", None)


def test_what_has_no_end_cannot_be_taken_again(change, give, untouched, alice, root, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 0, actor=root)
    with untouched():
        assert change(alice, tariffs.team, 12).reason == "already_without_end"
        assert change(alice, tariffs.team, 0, actor=root).reason == "already_without_end"


def test_nobody_changes_the_tariff_of_somebody_else(change, give, untouched, alice, charlie, mona, tariffs):
    give(alice, "100.00")
    with untouched():
        assert change(alice, tariffs.team, 1, actor=charlie).reason == "not_allowed"
        assert change(alice, tariffs.team, 1, actor=mona).reason == "not_allowed"
        assert change(alice, tariffs.team, 1, actor="ghost").reason == "no_such_actor"


def test_a_locked_person_changes_nothing(db, change, give, untouched, alice, root, tariffs):
    give(alice, "100.00")
    assert db.call("as_lockUser", username=alice, note="asked for it", actor=root).ok
    with untouched():
        assert change(alice, tariffs.team, 1).reason == "actor_locked"


def test_who_is_not_a_dba_has_to_say_who_asks(db, untouched, alice, tariffs):
    with untouched(), db.as_role("portal_web"):
        outcome = db.call("trf_changeUserTariff", username=alice, tariffID=tariffs.team, period=1)
    assert outcome.reason == "actor_required"


def test_a_stale_quote_is_refused_and_the_new_one_shown(db, change, give, untouched, on, alice, tariffs):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    shown = db.call(
        "trf_changeUserTariff_preview", username=alice, tariffID=tariffs.business, period=1, actor=alice
    )
    on("2024-01-17")
    with untouched():
        outcome = change(alice, tariffs.business, 1, expectedTotal=shown.details["total"])
    assert (outcome.reason, outcome.details["total"]) == ("quote_changed", "15.16")
    assert change(alice, tariffs.business, 1, expectedTotal=outcome.details["total"]).ok


@pytest.mark.parametrize("total", ["NaN", "Infinity", "-1", "10.001"])
def test_a_strange_expected_total_never_matches(change, give, untouched, alice, tariffs, total):
    give(alice, "100.00")
    with untouched():
        assert change(alice, tariffs.team, 1, expectedTotal=total).reason == "quote_changed"


def test_the_same_request_is_done_once(change, give, untouched, balance_of, alice, tariffs):
    give(alice, "100.00")
    first = change(alice, tariffs.team, 1, requestKey="one click")
    with untouched():
        assert change(alice, tariffs.team, 1, requestKey="one click") == first
    assert balance_of(alice) == "90.00"


def test_a_key_belongs_to_one_request_and_one_person_who_asks(change, give, untouched, alice, root, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 1, requestKey="key")
    with untouched():
        assert change(alice, tariffs.team, 6, requestKey="key").reason == "request_key_reused"
        assert change(alice, tariffs.team, 1, requestKey="key", actor=root).reason == "request_key_reused"


def test_a_refused_key_is_judged_anew(change, give, bob, tariffs):
    assert change(bob, tariffs.team, 1, requestKey="key").reason == "insufficient_balance"
    give(bob, "10.00")
    assert change(bob, tariffs.team, 1, requestKey="key").ok


@pytest.mark.parametrize("key", ["", "   ", "k" * 201])
def test_a_key_has_one_to_two_hundred_characters(change, give, untouched, alice, tariffs, key):
    give(alice, "100.00")
    with untouched():
        outcome = change(alice, tariffs.team, 1, requestKey=key)
    assert (outcome.reason, outcome.details["field"]) == ("invalid_value", "requestKey")


def test_a_change_drops_what_was_scheduled(db, change, give, alice, tariffs, tariff_of):
    give(alice, "500.00")
    change(alice, tariffs.business, 1)
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1, actor=alice).ok
    change(alice, tariffs.business, 1)
    assert tariff_of(alice).scheduled_tariff is None


def test_a_renewal_follows_the_last_choice(db, change, give, alice, tariffs, tariff_of):
    give(alice, "500.00")
    change(alice, tariffs.team, 1)
    assert db.call("trf_setRenewal", username=alice, period=1, actor=alice).ok
    change(alice, tariffs.business, 12)
    assert tariff_of(alice).renewal_period == 12
    change(alice, tariffs.free, 0)
    assert tariff_of(alice).renewal_period is None


def test_everything_is_in_the_audit(db, change, give, alice, root, tariffs):
    give(alice, "100.00")
    change(alice, tariffs.team, 1, actor=root, requestKey="by root")
    row = db.row("SELECT * FROM as_auditTrail WHERE username = %s AND request_key = 'by root'", [alice])
    assert (row.actor, row.procedure, row.reason) == (root, "trf_changeUserTariff", "tariff_changed")
