"""as_requestRegistration, as_getLink, as_finishRegistration: e-mail first, and nothing shows who is known."""

import threading

import pytest

from portal import access
from tests.people import password_hash

NEW = "dana@example.com"


def ask(db, **given):
    return db.call(
        "as_requestRegistration",
        **{
            "email": NEW,
            "name": "Dana",
            "passwordHash": password_hash(),
            "locale": "sk",
            "address": "10.0.0.7",
        }
        | given,
    )


def finish(db, token, **given):
    return db.call("as_finishRegistration", tokenHash=access.token_hash(token), **given)


@pytest.fixture
def token(db, link):
    return link("registration", registrationID=ask(db).details["registrationID"])


def test_nobody_exists_before_the_link_is_opened(db, untouched):
    with untouched("as_registrations", "as_attempts", "job_outbox"):
        outcome = ask(db, email=" Dana@Example.COM")
    assert outcome.reason == "link_sent"
    row = db.row("SELECT * FROM job_outbox")
    assert (row.kind, row.username, row.address) == ("registration", "", NEW)
    assert row.details == {
        "registrationID": outcome.details["registrationID"],
        "name": "Dana",
        "locale": "sk",
    }


def test_a_known_address_gets_the_same_answer_and_the_same_writes(db, alice, messages):
    def counts():
        return db.row(
            "SELECT (SELECT count(*) FROM as_registrations) AS registrations, (SELECT count(*) FROM job_outbox) AS messages,"
            " (SELECT count(*) FROM as_attempts) AS attempts"
        )

    before = counts()
    unknown = ask(db)
    between = counts()
    known = ask(db, email="alice@example.com")
    after = counts()
    assert (unknown.result, unknown.reason, unknown.msg) == (known.result, known.reason, known.msg)
    assert unknown.details.keys() == known.details.keys()
    assert [b - a for a, b in zip(before, between, strict=True)][:2] == [1, 1]
    assert [b - a for a, b in zip(between, after, strict=True)][:2] == [1, 1]
    assert messages(kind="already_registered", username="alice", address="alice@example.com")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"email": "dana"}, "invalid_email"),
        ({"email": None}, "invalid_email"),
        ({"name": ""}, "invalid_name"),
        ({"passwordHash": None}, "invalid_password_hash"),
        ({"passwordHash": "secret"}, "invalid_password_hash"),
        ({"locale": "de"}, "no_such_locale"),
    ],
)
def test_it_refuses_and_writes_nothing(db, untouched, given, reason):
    with untouched():
        assert ask(db, **given).reason == reason


def test_a_mailbox_gets_three_messages_an_hour(db, messages):
    assert {ask(db).reason for _ in range(5)} == {"link_sent"}
    assert messages(address=NEW) == ["registration"] * 3


def test_an_address_registers_twenty_an_hour(db, untouched):
    assert all(ask(db, email=f"dana{number}@example.com").ok for number in range(20))
    with untouched("as_attempts"):
        refused = ask(db, email="one.more@example.com")
    assert refused.reason == "too_many_attempts" and 0 < refused.details["seconds"] <= 3600
    assert ask(db, email="one.more@example.com", address="10.0.0.8").ok


def test_the_link_makes_the_person_and_signs_in(db, token, who):
    looked_at = db.row("SELECT * FROM as_getLink(%s)", [access.token_hash(token)])
    assert (looked_at.purpose, looked_at.email, looked_at.name) == ("registration", NEW, "Dana")
    outcome = finish(
        db, token, sessionHash=access.token_hash("session"), address="10.0.0.7", userAgent="Firefox"
    )
    assert outcome.reason == "registered"
    username = outcome.details["username"]
    assert who("session") == username
    person = db.row("SELECT * FROM as_people WHERE username = %s", [username])
    assert (person.email, person.name, person.locale, person.role) == (NEW, "Dana", "sk", "user")
    assert db.call("as_signInBegin", key=NEW).details["hash"] == password_hash()
    assert db.value("SELECT passwordHash FROM as_registrations") is None
    assert (
        db.value("SELECT procedure FROM as_auditTrail WHERE username = %s", [username])
        == "as_finishRegistration"
    )
    assert db.read("SELECT * FROM as_violations") == []


def test_what_was_chosen_on_the_price_list_comes_back(db, link):
    registration = ask(db, tariffID=20, period=12).details["registrationID"]
    outcome = finish(db, link("registration", registrationID=registration))
    assert (outcome.details["tariffID"], outcome.details["period"]) == (20, 12)


def test_a_link_is_good_once(db, token, untouched):
    assert finish(db, token).ok
    with untouched():
        assert finish(db, token).reason == "link_used"
    assert db.row("SELECT * FROM as_getLink(%s)", [access.token_hash(token)]) is None


def test_two_links_of_one_registration_are_good_once_together(db, token, link, untouched):
    other = link("registration", registrationID=db.value("SELECT id FROM as_registrations"))
    assert finish(db, token).ok
    with untouched():
        assert finish(db, other).reason == "link_used"


def test_a_link_is_good_for_a_day(db, token, untouched):
    db.execute("UPDATE as_tokens SET expiresAt = now()")
    with untouched():
        assert finish(db, token).reason == "link_expired"
    assert db.row("SELECT * FROM as_getLink(%s)", [access.token_hash(token)]) is None
    row = db.row("SELECT expiresAt - createdAt AS time FROM as_registrations")
    assert row.time.total_seconds() == 24 * 3600


def test_a_guess_is_no_link(db, token, untouched):
    with untouched():
        assert finish(db, "guess").reason == "no_such_link"


def test_a_link_for_something_else_registers_nobody(db, alice, link, untouched):
    reset = link("password", "alice")
    with untouched():
        assert finish(db, reset).reason == "no_such_link"


def test_of_two_registrations_of_one_address_the_first_wins(db, token, link, untouched):
    second = link("registration", registrationID=ask(db, name="Somebody else").details["registrationID"])
    assert finish(db, second).ok
    with untouched():
        assert finish(db, token).reason == "email_taken"


def test_two_clicks_at_once_make_one_person(fresh_database):
    with fresh_database.connect() as db:
        registration = ask(db).details["registrationID"]
        token = db.value("SELECT as_issueToken('registration', registrationID => %s)", [registration])
    start, answers = threading.Barrier(8), []

    def click():
        with fresh_database.connect() as own:
            start.wait()
            answers.append(finish(own, token).reason)

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["link_used"] * 7 + ["registered"]


def test_two_registrations_of_one_address_at_once_make_one_person(fresh_database):
    with fresh_database.connect() as db:
        tokens = []
        for number in range(3):
            registration = ask(db, name=f"Dana {number}").details["registrationID"]
            tokens.append(
                db.value("SELECT as_issueToken('registration', registrationID => %s)", [registration])
            )
    start, answers = threading.Barrier(3), []

    def click(token):
        with fresh_database.connect() as own:
            start.wait()
            answers.append(finish(own, token).reason)

    threads = [threading.Thread(target=click, args=[token]) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["email_taken", "email_taken", "registered"]
    with fresh_database.connect() as db:
        assert db.value("SELECT count(*) FROM as_users") == 1
        assert db.read("SELECT * FROM as_violations") == []


def test_there_is_no_link_to_send_for_what_is_over(db, alice, token, link):
    registration = db.value("SELECT id FROM as_registrations")
    assert link("registration", registrationID="unknown") is None
    assert link("email", "alice", registration) is None
    assert link("password", "nobody") is None
    finish(db, token)
    assert link("registration", registrationID=registration) is None
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    assert link("password", "alice") is None


def test_the_token_is_nowhere_in_the_database(db, token):
    assert len(token) == 64
    assert not [row for row in db.read("SELECT as_tokens::text AS text FROM as_tokens") if token in row.text]
