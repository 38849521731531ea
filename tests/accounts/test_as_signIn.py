"""as_signInBegin and as_signInFinish: who knows the password gets a session; nobody else learns anything."""

import pytest

from portal import access
from tests.people import password_hash, register


def begin(db, key="alice", address="10.0.0.7"):
    return db.call("as_signInBegin", key=key, address=address)


def finish(db, key="alice", matchedHash=None, token="token", address="10.0.0.7"):
    return db.call(
        "as_signInFinish",
        key=key,
        address=address,
        matchedHash=matchedHash,
        tokenHash=access.token_hash(token),
        userAgent="Firefox",
    )


@pytest.mark.parametrize("key", ["alice", "ALICE ", "alice@example.com", "0903 123 456", "+421903123456"])
def test_login_email_and_phone_lead_to_the_same_person(db, alice, who, key):
    assert begin(db, key).details == {"hash": password_hash()}
    outcome = finish(db, key, password_hash())
    assert (outcome.reason, outcome.details) == ("signed_in", {"username": "alice"})
    assert who("token") == "alice"


def test_unknown_and_wrong_get_the_same_answer(db, alice, untouched):
    assert begin(db, "alice").reason == begin(db, "nobody").reason == "check_password"
    assert begin(db, "nobody").details == {"hash": None}
    with untouched():
        assert finish(db, "alice") == finish(db, "nobody")
        assert finish(db, "alice", "$argon2id$another").reason == "sign_in_failed"


def test_a_person_without_a_password_cannot_sign_in(db):
    register(db, "dana", passwordHash=None)
    assert begin(db, "dana").details == {"hash": None}
    assert finish(db, "dana").reason == "sign_in_failed"


def test_a_locked_person_is_told_only_after_the_right_password(db, alice, untouched):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    with untouched():
        assert finish(db).reason == "sign_in_failed"
        assert finish(db, matchedHash=password_hash()).reason == "account_locked"


def test_a_password_that_was_changed_meanwhile_opens_nothing(db, alice, who):
    kept = begin(db).details["hash"]
    db.execute("UPDATE as_passwords SET hash = '$argon2id$new' WHERE username = 'alice'")
    assert finish(db, matchedHash=kept).reason == "sign_in_failed"
    assert who("token") is None


def test_the_eleventh_attempt_on_a_key_waits(db, alice):
    assert {begin(db, address=f"10.0.1.{number}").reason for number in range(10)} == {"check_password"}
    refused = begin(db, "Alice ", "10.0.2.1")
    assert refused.reason == "too_many_attempts"
    assert 0 < refused.details["seconds"] <= 900
    assert begin(db, "bob", "10.0.2.1").ok


def test_an_unknown_key_waits_alike(db):
    assert [begin(db, "nobody", f"10.0.1.{number}").ok for number in range(11)] == [True] * 10 + [False]


def test_an_address_may_try_fifty_times(db):
    assert all(begin(db, f"person{number}").ok for number in range(50))
    assert begin(db, "one more").reason == "too_many_attempts"
    assert begin(db, "one more", "10.0.0.8").ok


def test_a_whole_ipv6_network_counts_as_one_address(db):
    assert all(begin(db, f"person{number}", f"2001:db8::{number:x}").ok for number in range(50))
    assert begin(db, "one more", "2001:db8::ffff").reason == "too_many_attempts"
    assert begin(db, "one more", "2001:db8:0:1::1").ok
    assert begin(db, "one more", "not:an:address").ok


def test_it_is_over_after_a_quarter_of_an_hour(db, alice):
    for _ in range(11):
        begin(db)
    db.execute("UPDATE as_attempts SET since = since - interval '15 minutes'")
    assert begin(db).ok
    assert db.value("SELECT attempts FROM as_attempts WHERE key = 'signin:login:alice'") == 1


def test_success_gives_the_attempts_back(db, alice):
    for _ in range(9):
        begin(db)
    assert begin(db).ok and finish(db, matchedHash=password_hash()).ok
    assert db.value("SELECT count(*) FROM as_attempts WHERE key = 'signin:login:alice'") == 0
    assert db.value("SELECT attempts FROM as_attempts WHERE key LIKE 'signin-address:%%'") == 9
    assert begin(db).ok


def test_the_sign_in_stands_in_the_audit(db, alice):
    finish(db, matchedHash=password_hash())
    row = db.row("SELECT actor, arguments FROM as_auditTrail WHERE procedure = 'as_signInFinish'")
    assert (row.actor, row.arguments["address"]) == ("alice", "10.0.0.7")


def test_only_the_hash_of_the_token_is_kept(db, alice):
    finish(db, matchedHash=password_hash(), token="canary")
    assert not [
        row for row in db.read("SELECT as_sessions::text AS text FROM as_sessions") if "canary" in row.text
    ]
    assert db.value("SELECT tokenHash FROM as_sessions") == access.token_hash("canary")


def test_two_hundred_addresses_together_get_ten_attempts(fresh_database):
    """At once, so that counting and looking cannot be passed between each other."""
    import threading

    start, answers = threading.Barrier(6), []

    def ask(number):
        with fresh_database.connect() as own:
            start.wait()
            for attempt in range(5):
                answers.append(begin(own, "alice", f"10.{number}.0.{attempt}").ok)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(answers), sum(answers)) == (30, 10)
