"""A person's address data."""

import hashlib

import pytest


def test_what_is_left_out_stays_and_an_empty_text_takes_away(db, alice, profile_of):
    done = db.call(
        "ctr_setProfile",
        username=alice,
        company="ACME s.r.o.",
        city=" Nitra ",
        country="sk",
        ico="012 345 67",
        actor=alice,
    )
    assert done.reason == "profile_saved"
    profile = profile_of(alice)
    assert (profile.company, profile.city, profile.country, profile.ico) == (
        "ACME s.r.o.",
        "Nitra",
        "SK",
        "01234567",
    )
    again = db.call("ctr_setProfile", username=alice, company="", actor=alice)
    assert again.details["before"]["company"] == "ACME s.r.o."
    assert (profile_of(alice).company, profile_of(alice).city) == ("", "Nitra")


def test_the_same_request_is_done_once(db, alice, untouched):
    given = {"username": alice, "city": "Nitra", "requestKey": "k", "actor": alice}
    done = db.call("ctr_setProfile", **given)
    with untouched():
        assert db.call("ctr_setProfile", **given) == done
        assert db.call("ctr_setProfile", **(given | {"city": "Brno"})).reason == "request_key_reused"


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("street", "x" * 65, "too_long"),
        ("icDph", "x" * 19, "too_long"),
        ("company", "x" * 256, "too_long"),
        ("city", "Nit\x07ra", "bad_character"),
        ("street", "one\ntwo", "bad_character"),
        ("country", "SVK", "too_long"),
        ("country", "1A", "bad_country"),
    ],
)
def test_what_pohoda_could_not_take_is_refused(db, alice, untouched, field, value, reason):
    with untouched():
        outcome = db.call("ctr_setProfile", username=alice, **{field: value}, actor=alice)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_only_the_person_and_administrators_may(db, alice, bob, root, untouched):
    with untouched():
        assert db.call("ctr_setProfile", username="nobody", city="x", actor=root).reason == "no_such_user"
        assert db.call("ctr_setProfile", username=alice, city="x", actor=bob).reason == "not_allowed"
    assert db.call("ctr_setProfile", username=alice, city="x", actor=root).ok


def test_a_change_is_queued_once_however_often_it_changes(db, linked, alice, sent, state_of):
    sent()
    assert state_of(alice).state == "equal"
    for city in ("Nitra", "Brno", "Praha"):
        assert db.call("ctr_setProfile", username=alice, city=city, actor=alice).ok
    assert state_of(alice).state == "waiting"
    assert sent()["items"][0]["fields"] == {"city": "Praha"}


def test_a_change_that_is_taken_back_is_not_sent(db, linked, alice, sent, state_of):
    sent()
    db.call("ctr_setProfile", username=alice, city="Nitra", actor=alice)
    db.call("ctr_setProfile", username=alice, city="", actor=alice)
    assert state_of(alice).state == "equal"


def test_name_phone_and_email_go_too(db, linked, alice, sent):
    sent()
    assert db.call("as_setProfile", username=alice, name="Alica", actor=alice).ok
    assert db.call("as_changeKey", username=alice, kind="phone", value="0905 111 222", actor=alice).ok
    assert sent()["items"][0]["fields"] == {"name": "Alica", "mobile": "+421905111222"}
    assert db.call("as_changeKey", username=alice, kind="email", value="alica@example.com", actor=alice).ok
    token = db.value(
        "SELECT as_issueToken('email', 'alice', (SELECT id FROM as_registrations WHERE username = 'alice'))"
    )
    assert db.call("as_confirmEmail", tokenHash=hashlib.sha256(token.encode()).digest()).ok
    assert sent()["items"][0]["fields"] == {"email": "alica@example.com"}
