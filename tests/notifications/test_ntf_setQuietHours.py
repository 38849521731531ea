"""ntf_setQuietHours: a person's own hours of rest."""

import pytest


@pytest.fixture
def choose(db):
    def choose(quietFrom=None, quietTo=None, actor="alice", **given):
        return db.call(
            "ntf_setQuietHours", username="alice", quietFrom=quietFrom, quietTo=quietTo, actor=actor, **given
        )

    return choose


@pytest.fixture
def hours(db):
    return lambda: db.row("SELECT quiet_from, quiet_to, is_own FROM ntf_quietHours WHERE username = 'alice'")


def test_the_installations_hold_until_somebody_chooses(alice, choose, hours):
    assert tuple(hours()) == ("21:00", "08:00", False)
    assert choose("22:15", "7:30").reason == "quiet_hours_saved"
    assert tuple(hours()) == ("22:15", "07:30", True)
    assert choose("12:00", "12:00").details["before"] == {"quietFrom": "22:15", "quietTo": "07:30"}
    assert choose("", "").reason == "quiet_hours_reset"
    assert tuple(hours()) == ("21:00", "08:00", False)


def test_an_administrator_may_for_the_person(alice, root, choose, hours):
    assert choose("20:00", "09:00", actor="root").ok
    assert hours().is_own


@pytest.mark.parametrize(
    "given, reason, field",
    [
        (("22:00", ""), "invalid_time", "quietTo"),
        (("", "07:00"), "invalid_time", "quietFrom"),
        (("24:00", "07:00"), "invalid_time", "quietFrom"),
        (("22:00", "7h"), "invalid_time", "quietTo"),
        (("22:00", "07:00", "bob"), "not_allowed", None),
        (("22:00", "07:00", "nobody"), "no_such_actor", None),
    ],
)
def test_it_refuses_what_is_no_time(alice, bob, choose, untouched, given, reason, field):
    with untouched():
        outcome = choose(*given)
        assert (outcome.reason, (outcome.details or {}).get("field")) == (reason, field)


def test_it_refuses_who_may_not(db, alice, choose, untouched):
    choose("22:00", "07:00", requestKey="once")
    with untouched():
        assert choose("22:00", "07:30", requestKey="once").reason == "request_key_reused"
        assert choose("22:00", "07:30", requestKey="").reason == "invalid_value"
    with db.as_role("portal_web"), untouched():
        assert choose("22:00", "07:00", actor=None).reason == "actor_required"
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    with untouched():
        assert choose("22:00", "07:00").reason == "actor_locked"
