"""as_requestPasswordReset, as_resetPassword, as_getPasswordHash, as_changePassword."""

import threading

import pytest

from portal import access, passwords
from tests.people import password_hash, register

NEW = passwords.make("another good password")


def ask(db, key, address="10.0.0.7"):
    return db.call("as_requestPasswordReset", key=key, address=address)


def reset(db, token, passwordHash=NEW):
    return db.call("as_resetPassword", tokenHash=access.token_hash(token), passwordHash=passwordHash)


def change(db, **given):
    arguments = {"username": "alice", "passwordHash": NEW, "matchedHash": password_hash(), "actor": "alice"}
    return db.call("as_changePassword", **arguments | given)


def kept(db, username="alice"):
    return db.value("SELECT hash FROM as_passwords WHERE username = %s", [username])


@pytest.mark.parametrize("key", ["alice", "Alice@example.com", "0903 123 456"])
def test_whoever_is_known_gets_a_link(db, alice, messages, key):
    assert ask(db, key).reason == "link_sent"
    assert messages(kind="password_reset", username="alice") == ["password_reset"]


def test_nobody_learns_who_is_known(db, alice, messages):
    register(db, "dana", email=None)
    answers = {str(ask(db, key)) for key in ("alice", "nobody", "no@example.com", "dana", "", "?!")}
    assert len(answers) == 1
    assert messages(kind="password_reset") == ["password_reset"]


def test_a_locked_person_gets_no_link(db, alice, messages):
    db.execute("UPDATE as_users SET isLocked = true")
    assert ask(db, "alice").ok
    assert messages(kind="password_reset") == []


def test_a_mailbox_gets_three_links_an_hour(db, alice, messages):
    assert {ask(db, "alice", f"10.0.0.{number}").reason for number in range(5)} == {"link_sent"}
    assert messages(kind="password_reset") == ["password_reset"] * 3


def test_an_address_asks_twenty_times_an_hour(db, untouched):
    assert all(ask(db, f"person{number}").ok for number in range(20))
    with untouched("as_attempts"):
        assert ask(db, "one more").reason == "too_many_attempts"
    assert ask(db, "one more", "10.0.0.8").ok


def test_the_link_sets_the_password_and_ends_all_sessions(db, alice, link, session_of, who, messages):
    token, session = link("password", "alice"), session_of("alice")
    for _ in range(11):
        db.call("as_signInBegin", key="alice@example.com")
    assert reset(db, token).reason == "password_changed"
    assert kept(db) == NEW
    assert who(session) is None
    assert messages(kind="password_changed") == ["password_changed"]
    assert db.call("as_signInBegin", key="alice@example.com").ok
    assert not [row for row in db.read("SELECT as_audit::text AS text FROM as_audit") if "argon2" in row.text]


def test_a_link_is_good_once_and_ends_the_others(db, alice, link, untouched):
    token, other = link("password", "alice"), link("password", "alice")
    assert reset(db, token).ok
    with untouched():
        assert reset(db, token).reason == "link_used"
        assert reset(db, other).reason == "link_used"


def test_a_link_is_good_for_an_hour(db, alice, link, untouched):
    token = link("password", "alice")
    assert db.value("SELECT expiresAt - createdAt FROM as_tokens").total_seconds() == 3600
    db.execute("UPDATE as_tokens SET expiresAt = now()")
    with untouched():
        assert reset(db, token).reason == "link_expired"


def test_other_refusals_of_a_reset(db, alice, link, untouched):
    token = link("password", "alice")
    with untouched():
        assert reset(db, "guess").reason == "no_such_link"
        assert reset(db, token, "secret").reason == "invalid_password_hash"
    db.execute("UPDATE as_users SET isLocked = true")
    with untouched():
        assert reset(db, token).reason == "account_locked"


def test_of_many_who_use_a_link_at_once_one_wins(fresh_database):
    with fresh_database.connect() as db:
        register(db, "alice")
        token = db.value("SELECT as_issueToken('password', 'alice')")
    start, answers = threading.Barrier(8), []

    def use():
        with fresh_database.connect() as own:
            start.wait()
            answers.append(reset(own, token).reason)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["link_used"] * 7 + ["password_changed"]


def test_a_change_keeps_this_browser_by_a_new_session(db, alice, session_of, who):
    old, other = session_of("alice"), session_of("alice")
    assert change(db, tokenHash=access.token_hash("fresh"), address="10.0.0.7").reason == "password_changed"
    assert (who(old), who(other), who("fresh")) == (None, None, "alice")
    assert kept(db) == NEW
    assert db.read("SELECT * FROM as_violations") == []


def test_a_dba_sets_a_password_without_the_old_one(db):
    register(db, "dana", passwordHash=None)
    assert change(db, username="dana", matchedHash=None, actor=None).ok
    assert kept(db, "dana") == NEW


def test_a_first_password_needs_no_present_one(db):
    register(db, "dana", passwordHash=None)
    assert db.call("as_getPasswordHash", username="dana", actor="dana").details == {"hash": None}
    assert change(db, username="dana", matchedHash=None, actor="dana").ok


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"matchedHash": None}, "wrong_password"),
        ({"matchedHash": NEW}, "wrong_password"),
        ({"passwordHash": "secret"}, "invalid_password_hash"),
        ({"passwordHash": None}, "invalid_password_hash"),
        ({"actor": "charlie"}, "not_allowed"),
        ({"actor": "root"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
    ],
)
def test_a_change_is_refused_and_nothing_written(db, alice, charlie, root, untouched, given, reason):
    with untouched():
        assert change(db, **given).reason == reason


@pytest.mark.parametrize(
    ("username", "actor", "reason"),
    [
        ("nobody", "root", "no_such_user"),
        ("alice", "charlie", "not_allowed"),
        ("alice", "root", "not_allowed"),
    ],
)
def test_nobody_gets_the_hash_of_another(db, alice, charlie, root, untouched, username, actor, reason):
    with untouched():
        assert db.call("as_getPasswordHash", username=username, actor=actor).reason == reason


def test_a_stolen_session_guesses_ten_times(db, alice, untouched):
    answers = [db.call("as_getPasswordHash", username="alice", actor="alice") for _ in range(11)]
    assert [answer.ok for answer in answers] == [True] * 10 + [False]
    assert answers[-1].reason == "too_many_attempts" and 0 < answers[-1].details["seconds"] <= 900
    assert change(db).ok
    assert db.call("as_getPasswordHash", username="alice", actor="alice").ok
