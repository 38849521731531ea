"""as_setProfile, as_changeKey, as_confirmEmail: what a person changes about himself."""

import threading

import pytest

from portal import access
from tests.people import register


def save(db, **given):
    return db.call("as_setProfile", **{"username": "alice", "actor": "alice"} | given)


def key(db, kind, value, **given):
    return db.call(
        "as_changeKey", **{"username": "alice", "kind": kind, "value": value, "actor": "alice"} | given
    )


def confirm(db, token):
    return db.call("as_confirmEmail", tokenHash=access.token_hash(token))


def keys(db, username="alice"):
    return {row.key for row in db.read("SELECT key FROM as_userKeys WHERE username = %s", [username])}


@pytest.fixture
def token(db, alice, link):
    """The link to Alice's new address."""
    assert key(db, "email", "New@Example.com").reason == "link_sent"
    return link("email", "alice", db.value("SELECT id FROM as_registrations"))


def test_everything_can_be_changed(db, alice):
    outcome = save(db, name=" Alica ", locale="sk", timeZone="Asia/Tokyo", theme="dark", density="compact")
    assert outcome.reason == "profile_saved"
    assert outcome.details["before"]["name"] == "Alice"
    row = db.row("SELECT name, locale, time_zone, theme, density FROM as_people WHERE username = 'alice'")
    assert row == ("Alica", "sk", "Asia/Tokyo", "dark", "compact")


def test_what_is_left_out_stays(db, alice):
    save(db, timeZone="Asia/Tokyo", theme="dark")
    save(db, locale="cs")
    row = db.row("SELECT name, locale, time_zone, theme FROM as_people WHERE username = 'alice'")
    assert row == ("Alice", "cs", "Asia/Tokyo", "dark")


def test_an_empty_time_zone_is_the_installations(db, alice):
    save(db, timeZone="Asia/Tokyo")
    assert save(db, timeZone="").ok
    assert db.value("SELECT time_zone FROM as_people WHERE username = 'alice'") is None


def test_the_same_request_is_done_once(db, alice):
    first = save(db, theme="dark", requestKey="p-1")
    save(db, theme="light")
    assert save(db, theme="dark", requestKey="p-1") == first
    assert db.value("SELECT theme FROM as_people WHERE username = 'alice'") == "light"
    assert save(db, theme="auto", requestKey="p-1").reason == "request_key_reused"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"name": " "}, "invalid_name"),
        ({"name": "Alice\nAdmin"}, "invalid_name"),
        ({"locale": "de"}, "no_such_locale"),
        ({"timeZone": "Bratislava"}, "no_such_time_zone"),
        ({"timeZone": "UTC+5"}, "no_such_time_zone"),
        ({"timeZone": "posix/UTC"}, "no_such_time_zone"),
        ({"theme": "pink"}, "no_such_theme"),
        ({"density": "dense"}, "no_such_density"),
        ({"requestKey": ""}, "invalid_value"),
        ({"actor": "charlie"}, "not_allowed"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, charlie, mona, untouched, given, reason):
    with untouched():
        assert save(db, **given).reason == reason


def test_an_administrator_may_for_another(db, alice, root):
    assert save(db, name="Alica", actor="root").ok


def test_a_new_phone_replaces_the_old_one(db, alice, messages):
    outcome = key(db, "phone", "0911 222 333")
    assert (outcome.reason, outcome.details["after"]) == ("key_changed", "+421911222333")
    assert keys(db) == {"email:alice@example.com", "login:alice", "phone:+421911222333"}
    assert messages(kind="key_changed", address="alice@example.com") == ["key_changed"]
    assert db.read("SELECT * FROM as_violations") == []


def test_a_login_can_be_removed_but_not_the_last_key(db, alice, untouched):
    assert key(db, "login", "").ok and key(db, "phone", " ").ok
    assert keys(db) == {"email:alice@example.com"}
    with untouched():
        assert key(db, "email", "").reason == "last_key"


def test_an_email_can_be_removed_where_another_key_stays(db, alice, messages):
    assert key(db, "email", "").reason == "key_changed"
    assert keys(db) == {"login:alice", "phone:+421903123456"}
    assert messages(kind="key_changed", address="alice@example.com") == ["key_changed"]
    assert db.read("SELECT * FROM as_violations") == []


def test_the_same_again_changes_nothing(db, alice, untouched):
    with untouched():
        assert key(db, "phone", "0903 123 456").reason == "key_unchanged"
        assert key(db, "login", "ALICE").reason == "key_unchanged"
        assert key(db, "email", "Alice@example.com").reason == "key_unchanged"


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        ("fax", "1", "no_such_kind"),
        (None, "1", "no_such_kind"),
        ("card", "12345678", "no_such_kind"),
        ("email", "alice", "invalid_email"),
        ("phone", "12", "invalid_phone"),
        ("login", "Ä", "invalid_login"),
        ("phone", "0900 000 000", "phone_taken"),
        ("login", "Dana", "login_taken"),
    ],
)
def test_a_key_is_refused_and_nothing_written(db, alice, untouched, kind, value, reason):
    register(db, "dana", phone="0900000000")
    with untouched():
        assert key(db, kind, value).reason == reason


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "charlie"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"requestKey": "x" * 201}, "invalid_value"),
    ],
)
def test_nobody_changes_the_keys_of_another(db, alice, charlie, untouched, given, reason):
    with untouched():
        assert key(db, "login", "stolen", **given).reason == reason


def test_the_same_key_request_is_done_once(db, alice):
    first = key(db, "login", "alica", requestKey="k-1")
    assert key(db, "login", "alica", requestKey="k-1") == first
    assert key(db, "login", "other", requestKey="k-1").reason == "request_key_reused"


def test_two_who_take_one_login_at_once(fresh_database):
    with fresh_database.connect() as db:
        for username in ("alice", "bob"):
            register(db, username)
    start, answers = threading.Barrier(2), []

    def take(username):
        with fresh_database.connect() as own:
            start.wait()
            answers.append(key(own, "login", "best", username=username, actor=username).reason)

    threads = [threading.Thread(target=take, args=[username]) for username in ("alice", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["key_changed", "login_taken"]
    with fresh_database.connect() as db:
        assert db.read("SELECT * FROM as_violations") == []


def test_a_login_taken_at_this_moment_is_refused(fresh_database):
    """The second waits inside the insertion for the first."""
    with fresh_database.connect() as one, fresh_database.connect() as two, fresh_database.connect() as look:
        for username in ("alice", "bob"):
            register(look, username)
        answers = []
        with one.transaction():
            assert key(one, "login", "best").ok
            other = threading.Thread(
                target=lambda: answers.append(key(two, "login", "best", username="bob", actor="bob"))
            )
            other.start()
            while not look.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
        other.join()
        assert answers[0].reason == "login_taken"


def test_a_new_email_counts_once_its_link_is_opened(db, token, messages):
    assert "email:alice@example.com" in keys(db)
    assert messages(kind="email_change", username="alice", address="new@example.com") == ["email_change"]
    outcome = confirm(db, token)
    assert (outcome.reason, outcome.details["email"]) == ("email_changed", "new@example.com")
    assert keys(db) == {"email:new@example.com", "login:alice", "phone:+421903123456"}
    assert messages(kind="key_changed", address="alice@example.com") == ["key_changed"]
    assert db.read("SELECT * FROM as_violations") == []


def test_the_link_to_the_new_address_is_good_once(db, token, link, untouched):
    other = link("email", "alice", db.value("SELECT id FROM as_registrations"))
    assert confirm(db, token).ok
    with untouched():
        assert confirm(db, token).reason == "link_used"
        assert confirm(db, other).reason == "link_used"
        assert confirm(db, "guess").reason == "no_such_link"


def test_the_link_to_the_new_address_ends(db, token, untouched):
    db.execute("UPDATE as_tokens SET expiresAt = now()")
    with untouched():
        assert confirm(db, token).reason == "link_expired"


def test_a_locked_person_confirms_nothing(db, token, untouched):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    with untouched():
        assert confirm(db, token).reason == "account_locked"


def test_an_address_that_was_taken_meanwhile_stays_with_its_owner(db, token, untouched):
    register(db, "dana", email="new@example.com")
    with untouched():
        assert confirm(db, token).reason == "email_taken"


def test_a_taken_address_is_told_to_its_owner_only(db, alice, bob, messages):
    free, taken = key(db, "email", "free@example.com"), key(db, "email", "bob@example.com")
    assert (free.reason, free.msg) == (taken.reason, taken.msg) == ("link_sent", free.msg)
    assert messages(kind="already_registered", username="bob", address="bob@example.com")
    assert not messages(kind="email_change", address="bob@example.com")


def test_nobody_fills_mailboxes_by_changing_the_address(db, alice, untouched):
    answers = [key(db, "email", f"new{number}@example.com").reason for number in range(6)]
    assert answers == ["link_sent"] * 5 + ["too_many_attempts"]
