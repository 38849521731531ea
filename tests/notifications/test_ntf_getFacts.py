"""What a message says is true when it is sent, and nothing is asked for that its text does not say."""

import pytest
from psycopg.types.json import Jsonb

from tests.people import alice, bob, root  # noqa: F401


@pytest.fixture
def facts(db):
    def facts(kind, details=None, uses=None, username="alice"):
        return db.value("SELECT ntf_getFacts(%s, %s, %s, %s)", [username, kind, Jsonb(details or {}), uses])

    return facts


@pytest.fixture
def tariff(db, alice):  # noqa: F811
    fast = db.call("trf_saveTariff", name="Fast", price=19, price6=99, price12=190, price36=490).details[
        "tariffID"
    ]
    assert db.call("trf_changeUserTariff", username="alice", tariffID=fast, period=1).ok
    return db.row("SELECT tariffID, tariffDeadline::text AS deadline FROM as_users WHERE username = 'alice'")


def test_the_balance_is_that_of_this_moment(facts, alice):  # noqa: F811
    told = {"amount": "5.00", "balance": "5.00", "currency": "EUR"}
    assert facts("top_up", told, ["balance"]) == {"balance": "1000.00", "currency": "EUR"}


def test_only_what_the_text_says_is_asked_for(facts, alice):  # noqa: F811
    assert facts("top_up", {}, ["name", "amount"]) == {}
    assert facts("welcome", {}, ["name", "link"]) == {}
    assert facts("campaign", {"text": "campaign:1:1"}, ["bonus"]) == {"bonus": "0.00"}


def test_without_a_list_it_is_what_any_current_text_of_the_kind_says(facts, db, alice):  # noqa: F811
    assert set(facts("top_up", {})) == {"balance", "currency"}
    assert facts("campaign", {"text": "campaign:1:1"}) == {}
    db.execute("SELECT ntf_writeText('campaign:1:1', '', 'en', '{bonus}', '{tier}', '{bonus,tier}', 'root')")
    assert set(facts("campaign", {"text": "campaign:1:1"})) == {"bonus", "tier"}


def test_a_campaign_knows_the_person(facts, db, tariff):
    assert db.call(
        "loy_grant",
        username="alice",
        kind="regular",
        amount="120",
        validTo="2099-03-01 00:00 Europe/Bratislava",
    ).ok
    assert db.call("ctr_setProfile", username="alice", city="Nitra").ok
    db.execute("UPDATE as_users SET locale = 'sk' WHERE username = 'alice'")
    known = facts("campaign", {"text": "campaign:1:1"}, [
        "balance", "bonus", "bonusExpiring", "bonusExpiringOn", "tier", "city", "tariff", "deadline"
    ])  # fmt: skip
    assert known == {
        "balance": "981.00", "currency": "EUR", "bonus": "120.00", "bonusExpiring": "120.00",
        # The first day without it.
        "bonusExpiringOn": "2099-03-01",
        "tier": db.value("SELECT names ->> 'sk' FROM loy_tiers WHERE minPurchases = 0"),
        "city": "Nitra", "tariff": "Fast", "deadline": tariff.deadline,
    }  # fmt: skip


def test_who_has_nothing_has_no_optional_facts(facts, bob):  # noqa: F811
    known = facts(
        "campaign",
        {"text": "campaign:1:1"},
        ["bonusExpiring", "bonusExpiringOn", "city", "tariff", "deadline"],
        "bob",
    )
    assert known == {
        "bonusExpiring": "0",
        "bonusExpiringOn": None,
        "city": None,
        "tariff": None,
        "deadline": None,
    }


def test_the_tariff_is_called_as_it_is_called_now(facts, db, tariff):
    assert db.call(
        "trf_saveTariff",
        tariffID=tariff.tariffid,
        name="Rapid",
        price=19,
        price6=99,
        price12=190,
        price36=490,
    ).ok
    told = {"tariffID": tariff.tariffid, "deadline": tariff.deadline}
    assert facts("tariff_deadline", told, ["tariff", "deadline"]) == {
        "tariff": "Rapid",
        "deadline": tariff.deadline,
    }


def test_a_notice_whose_deadline_has_moved_on_is_over(facts, db, tariff):
    told = {"tariffID": tariff.tariffid, "deadline": tariff.deadline}
    assert "isOver" not in facts("tariff_deadline", told, ["tariff"])
    assert db.call("trf_changeUserTariff", username="alice", tariffID=tariff.tariffid, period=1).ok
    assert facts("tariff_deadline", told, ["tariff"]) == {"isOver": True}
    assert facts("renewal_failed", told, ["tariff"]) == {"isOver": True}


def test_what_is_missing_is_what_is_missing_now(facts, db, tariff):
    told = {
        "tariff": "Fast",
        "deadline": tariff.deadline,
        "price": "1000.00",
        "missing": "400.00",
        "currency": "EUR",
    }
    assert facts("renewal_failed", told, ["missing"])["missing"] == "19.00"
    assert db.call("fin_topUp", username="alice", amount="19", purpose="cash at the desk").ok
    assert facts("renewal_failed", told, ["missing"]) == {"isOver": True}


def test_bonuses_that_were_spent_meanwhile_are_not_told_of(facts, db, alice):  # noqa: F811
    lot = db.call(
        "loy_grant",
        username="alice",
        kind="regular",
        amount="120",
        validTo="2099-03-01 00:00 Europe/Bratislava",
    ).details["lotID"]
    assert facts("bonus_expiring", {"day": "2099-03-01", "amount": "500.00"}, ["amount"]) == {
        "amount": "120.00"
    }
    assert db.call("loy_adjust", username="alice", lotID=lot, amount="-100", note="a mistake").ok
    assert facts("bonus_expiring", {"day": "2099-03-01", "amount": "500.00"}, ["amount"]) == {
        "amount": "20.00"
    }
    assert facts("bonus_expiring", {"day": "2099-03-02", "amount": "500.00"}, ["amount"]) == {"isOver": True}


def test_a_tier_that_is_another_again_is_not_told_of(facts, db, alice):  # noqa: F811
    now = db.value("SELECT tier FROM loy_accounts WHERE username = 'alice'")
    assert facts("tier_changed", {"tier": now}, ["tier"]) == {
        "tier": db.value("SELECT names ->> 'en' FROM loy_tiers WHERE code = %s", [now])
    }
    assert facts("tier_changed", {"tier": "diamond"}, ["tier"]) == {"isOver": True}


def test_nobody_has_no_facts_of_his_own(facts):
    assert facts("registration", {"registrationID": "r1"}, ["brand", "link"], "") == {}
    assert facts("top_up", {}, ["balance"], "") == {}
