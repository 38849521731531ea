"""as_setRole, as_lockUser, as_unlockUser: what an administrator does to people, never to himself."""

import threading

import pytest

from tests.people import register


def role(db, **given):
    return db.call("as_setRole", **{"username": "alice", "role": "manager", "actor": "root"} | given)


def lock(db, **given):
    return db.call("as_lockUser", **{"username": "alice", "note": "asked for it", "actor": "root"} | given)


def unlock(db, **given):
    return db.call("as_unlockUser", **{"username": "alice", "note": "came by", "actor": "root"} | given)


def test_a_role_changes_and_the_audit_says_from_what(db, alice, root):
    outcome = role(db)
    assert (outcome.reason, outcome.details["before"], outcome.details["role"]) == (
        "role_changed",
        "user",
        "manager",
    )
    assert db.value("SELECT role FROM as_people WHERE username = 'alice'") == "manager"
    row = db.row("SELECT actor, details FROM as_auditTrail WHERE procedure = 'as_setRole'")
    assert (row.actor, row.details["before"]) == ("root", "user")


def test_a_locked_person_is_out_until_unlocked(db, alice, root, session_of, who):
    token = session_of("alice")
    assert lock(db).reason == "user_locked"
    assert who(token) is None
    assert db.value("SELECT is_locked FROM as_people WHERE username = 'alice'")
    assert db.call("as_setProfile", username="alice", theme="dark", actor="alice").reason == "actor_locked"
    assert unlock(db).reason == "user_unlocked"
    assert who(token) is None
    assert db.call("as_setProfile", username="alice", theme="dark", actor="alice").ok


def test_what_is_so_already_is_refused(db, alice, root, untouched):
    with untouched():
        assert unlock(db).reason == "not_locked"
    assert lock(db).ok
    with untouched():
        assert lock(db).reason == "already_locked"


@pytest.mark.parametrize("change", [role, lock, unlock])
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"actor": "alice"}, "not_allowed"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "lost"}, "actor_locked"),
        ({"username": "root"}, "own_account"),
        ({"requestKey": ""}, "invalid_value"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, root, untouched, change, given, reason):
    register(db, "lost", role="admin")
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'lost'")
    with untouched():
        assert change(db, **given).reason == reason


@pytest.mark.parametrize("change", [role, lock, unlock])
def test_the_web_must_say_who_asks(db, alice, untouched, change):
    with db.as_role("portal_web"), untouched():
        assert change(db, actor=None).reason == "actor_required"


@pytest.mark.parametrize("wanted", ["king", None, ""])
def test_there_are_three_roles(db, alice, root, untouched, wanted):
    with untouched():
        assert role(db, role=wanted).reason == "no_such_role"


@pytest.mark.parametrize("note", [None, "", " ", "x" * 1001])
def test_locking_says_why(db, alice, root, untouched, note):
    with untouched():
        assert lock(db, note=note).reason == "note_required"
        assert unlock(db, note=note).reason == "note_required"


@pytest.mark.parametrize("change", [role, lock])
def test_the_same_request_is_done_once(db, alice, root, change):
    first = change(db, requestKey="r-1")
    assert change(db, requestKey="r-1") == first
    other = {"role": "admin"} if change is role else {"note": "another"}
    assert change(db, requestKey="r-1", **other).reason == "request_key_reused"
    assert db.value("SELECT count(*) FROM as_auditTrail WHERE actor = 'root'") == 1


def test_the_same_unlocking_is_done_once(db, alice, root):
    lock(db)
    first = unlock(db, requestKey="r-1")
    assert first.ok and unlock(db, requestKey="r-1") == first
    assert unlock(db, requestKey="r-1", note="another").reason == "request_key_reused"


@pytest.mark.parametrize("change", ["as_setRole", "as_lockUser"])
def test_two_administrators_cannot_put_each_other_down(fresh_database, change):
    with fresh_database.connect() as db:
        for username in ("anna", "boris"):
            register(db, username, role="admin")
    start, answers = threading.Barrier(2), []

    def put_down(actor, username):
        given = {"role": "user"} if change == "as_setRole" else {"note": "no"}
        with fresh_database.connect() as own:
            start.wait()
            answers.append(own.call(change, username=username, actor=actor, **given).ok)

    threads = [
        threading.Thread(target=put_down, args=pair) for pair in (("anna", "boris"), ("boris", "anna"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [False, True]
