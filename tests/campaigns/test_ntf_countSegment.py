"""Who belongs to a segment: each condition finds whom it means and nobody else."""

import datetime as dt

import pytest
from psycopg.types.json import Jsonb

from tests.campaigns.conftest import buy, consent, set_tier
from tests.people import register

HOSTILE = [
    "x'); DROP TABLE as_users; --",
    "' OR '1'='1",
    "$1",
    "%L %s %I",
    "\\'; SELECT pg_sleep(9); --",
    '}{"',
    "Košice' UNION SELECT username FROM as_users --",
]


def found(db, *conditions) -> set[str]:
    conditions = Jsonb(list(conditions))
    people = {row.username for row in db.read("SELECT * FROM ntf_previewSegment(%s, 100)", [conditions])}
    outcome = db.call("ntf_countSegment", conditions=conditions)
    assert outcome.details["people"] == len(people)
    return people


def ask(field, operator, value=None, days=None) -> dict:
    return {"field": field, "operator": operator, "value": value, "days": days}


def live_in(db, username, city):
    outcome = db.call("ctr_setProfile", username=username, city=city)
    assert outcome.ok, outcome


def test_the_account_of_receipts_without_a_person_is_nobody(db, people):
    db.execute(
        "INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)"
        " VALUES ('anonymous', false, 'blue', as_now(), false, '', as_now())"
    )
    assert db.value("SELECT details ->> 'people' FROM ntf_countSegment('[]')") == "4"
    assert found(db) == {"alice", "bob", "charlie", "root"}


def test_without_conditions_it_is_everybody_who_is_not_locked_or_merged(db, people):
    assert found(db) == {"alice", "bob", "charlie", "root"}
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    db.execute("UPDATE loy_accounts SET mergedInto = 'charlie' WHERE username = 'bob'")
    assert found(db) == {"charlie", "root"}


def test_by_tier_and_city_and_expiring_bonuses(db, people):
    """The one of the issue: bonuses expiring within 14 days, silver and gold, Bratislava."""
    for username, tier, city, days in (
        ("alice", "gold", "Bratislava", 10),
        ("bob", "silver", "BRATISLAVA", 20),
        ("charlie", "silver", "bratislava ", 14),
        ("root", "blue", "Bratislava", 5),
    ):
        set_tier(db, username, tier)
        live_in(db, username, city)
        until = db.value("SELECT as_now() + make_interval(days => %s) - interval '1 minute'", [days])
        assert db.call("loy_grant", username=username, kind="promotional", amount="5", validTo=until).ok
    wanted = (
        ask("bonusExpiring", "atLeast", "5", 14),
        ask("tier", "in", ["silver", "gold"]),
        ask("city", "in", "Bratislava"),
    )
    assert found(db, *wanted) == {"alice", "charlie"}
    assert found(db, ask("bonusExpiring", "atLeast", "5.01", 14)) == set()
    assert found(db, ask("bonusExpiring", "atLeast", "0", 14)) == {"alice", "charlie", "root"}
    assert found(db, ask("tier", "notIn", ["silver", "gold"])) == {"root"}
    assert found(db, ask("bonusBalance", "atLeast", "5")) == {"alice", "bob", "charlie", "root"}
    assert found(db, ask("bonusBalance", "atMost", "4.99")) == set()


def test_a_city_is_found_whatever_its_capitals_and_diacritics(db, people):
    live_in(db, "alice", "Košice")
    live_in(db, "bob", "KOSICE")
    live_in(db, "charlie", "Nitra")
    assert found(db, ask("city", "in", "košice")) == {"alice", "bob"}
    assert found(db, ask("city", "in", ["Kosice", "nitra"])) == {"alice", "bob", "charlie"}
    assert found(db, ask("city", "notIn", "Košice")) == {"charlie", "root"}


@pytest.mark.parametrize("value", HOSTILE)
def test_what_somebody_writes_is_a_value_and_nothing_else(db, people, value):
    live_in(db, "alice", value[:40])
    outcome = db.call("ntf_countSegment", conditions=Jsonb([ask("city", "in", [value, "nowhere"])]))
    assert outcome.ok, outcome
    assert db.value("SELECT count(*) FROM as_users") == 4
    for field, operator, days in (
        ("tier", "in", None),
        ("bonusBalance", "atLeast", None),
        ("language", "in", 3),
    ):
        conditions = Jsonb([ask(field, operator, value, days)])
        assert db.call("ntf_countSegment", conditions=conditions).reason == "condition_value_invalid"
    assert (
        db.call("ntf_countSegment", conditions=Jsonb([ask("deadline", value, None, 3)])).reason
        == "condition_unknown"
    )
    assert db.call("ntf_countSegment", conditions=Jsonb([ask("deadline", "within", None, value)])).reason == (
        "days_out_of_range"
    )


def test_by_tariff_and_deadline(db, people):
    tariff = db.call("trf_saveTariff", name="Team", price=10, price6=50, price12=90, price36=200).details[
        "tariffID"
    ]
    assert db.call("trf_changeUserTariff", username="alice", tariffID=tariff, period=1).ok
    days = db.value("SELECT tariffDeadline - as_today() FROM as_users WHERE username = 'alice'")
    assert found(db, ask("tariff", "in", str(tariff))) == {"alice"}
    assert found(db, ask("tariff", "notIn", str(tariff))) == {"bob", "charlie", "root"}
    assert found(db, ask("deadline", "within", days=days)) == {"alice"}
    assert found(db, ask("deadline", "within", days=days - 1)) == set()
    assert found(db, ask("deadline", "after", days=days - 1)) == {"alice"}
    assert found(db, ask("deadline", "after", days=days)) == set()
    assert found(db, ask("deadline", "ended", days=30)) == set()
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + make_interval(days => %s)", [days + 2])
    assert found(db, ask("tariff", "in", str(tariff))) == set(), "one that has ended is none"
    assert found(db, ask("deadline", "ended", days=3)) == {"alice"}


def test_by_purchases_and_inactivity(db, people):
    buy(db, "alice", "20.00")
    buy(db, "alice", "30.00")
    buy(db, "bob", "5.00")
    assert found(db, ask("purchaseSum", "atLeast", "50", 30)) == {"alice"}
    assert found(db, ask("purchaseSum", "atMost", "5", 30)) == {"bob", "charlie", "root"}
    assert found(db, ask("purchaseCount", "atLeast", "2", 30)) == {"alice"}
    assert found(db, ask("purchaseCount", "atMost", "0", 30)) == {"charlie", "root"}
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + interval '31 days'")
    assert found(db, ask("purchaseCount", "atMost", "0", 30)) == {"alice", "bob", "charlie", "root"}


def test_by_birthday(db, people):
    today = db.value("SELECT as_today()")
    for username, day in (
        ("alice", today),
        ("bob", today + dt.timedelta(7)),
        ("charlie", today + dt.timedelta(8)),
    ):
        db.execute(
            "UPDATE loy_accounts SET birthday = make_date(1996, %s, %s) WHERE username = %s",
            [day.month, day.day, username],
        )
    assert found(db, ask("birthday", "within", days=7)) == {"alice", "bob"}
    assert found(db, ask("birthday", "in", str(today.month))) >= {"alice"}


def test_who_was_born_on_29_february_has_birthday_on_the_28th(db, people):
    db.execute("UPDATE loy_accounts SET birthday = '1996-02-29' WHERE username = 'alice'")
    conditions = Jsonb([ask("birthday", "within", [], 2)])
    found = "SELECT ntf_findPeople(%s, '', 'b', %s::timestamptz)"
    assert db.value(found, [conditions, "2027-02-26 12:00+01"]) == ["alice"]
    assert db.value(found, [conditions, "2027-02-25 12:00+01"]) == []
    assert db.value(found, [conditions, "2028-02-26 12:00+01"]) == []
    assert db.value(found, [conditions, "2028-02-27 12:00+01"]) == ["alice"]


def test_by_language_registration_and_consent(db, people):
    register(db, "jana", locale="sk")
    assert found(db, ask("language", "in", ["sk", "cs"])) == {"jana"}
    assert found(db, ask("consent", "has", "campaign/email")) == {"alice", "bob"}
    assert found(db, ask("consent", "hasNot", "campaign/email")) == {"charlie", "root", "jana"}
    assert "jana" in found(db, ask("registered", "within", days=1))
    assert "jana" not in found(db, ask("registered", "before", days=1))
    today = db.value("SELECT as_today()::text")
    assert "jana" in found(db, ask("registered", "since", today))
    assert found(db, ask("registered", "since", "2099-01-01")) == set()


def test_consent_follows_the_default_the_fixed_and_the_channel(db, people):
    db.execute("UPDATE ntf_kindChannels SET isOn = true WHERE kind = 'campaign' AND channel = 'email'")
    consent(db, "alice", isOn=False)
    assert found(db, ask("consent", "has", "campaign/email")) == {"bob", "charlie", "root"}
    db.execute("UPDATE ntf_channels SET isEnabled = false WHERE code = 'email'")
    assert found(db, ask("consent", "has", "campaign/email")) == set()


def test_only_an_administrator_counts_and_sees_people(db, people, mona):
    for actor, reason in (("mona", "not_allowed"), ("nobody", "no_such_actor")):
        assert db.call("ntf_countSegment", conditions=Jsonb([]), actor=actor).reason == reason
        assert db.read("SELECT * FROM ntf_previewSegment('[]', 10, %s)", [actor]) == []
    with db.as_role("portal_web"):
        assert db.call("ntf_countSegment", conditions=Jsonb([])).reason == "actor_required"
    assert db.call("ntf_countSegment", conditions=Jsonb([]), actor="root").ok
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'root'")
    assert db.call("ntf_countSegment", conditions=Jsonb([]), actor="root").reason == "actor_locked"
