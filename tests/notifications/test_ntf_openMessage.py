"""ntf_openMessage, ntf_readMessages, ntf_hideMessage, ntf_tidy: what becomes of a message in the cabinet."""

import pytest

CALLS = [("ntf_openMessage", "id"), ("ntf_hideMessage", "id"), ("ntf_readMessages", None)]


@pytest.fixture
def unread(db):
    return lambda username="alice": db.value(
        "SELECT count(*) FROM ntf_inboxList WHERE username = %s AND read_at IS NULL", [username]
    )


def test_opening_marks_it_read_once(db, alice, deliver, unread, untouched):
    first = deliver("alice")
    deliver("alice")
    assert db.call("ntf_openMessage", username="alice", id=first.id, actor="alice").reason == "message_opened"
    assert unread() == 1
    with untouched():
        assert db.call("ntf_openMessage", username="alice", id=first.id, actor="alice").ok


def test_an_administrator_in_the_cabinet_reads_nothing_for_the_person(db, alice, root, deliver, untouched):
    row = deliver("alice")
    with untouched():
        assert db.call("ntf_openMessage", username="alice", id=row.id, actor="root").ok


def test_all_are_read_up_to_what_was_seen(db, alice, bob, deliver, unread):
    seen = deliver("alice")
    deliver("alice")
    deliver("bob")
    db.execute("UPDATE ntf_inbox SET createdAt = createdAt - interval '1 hour' WHERE id = %s", [seen.id])
    half = db.call("ntf_readMessages", username="alice", upTo=seen.createdat, actor="alice")
    assert half.details == {"messages": 1}
    assert db.call("ntf_readMessages", username="alice", actor="alice").details == {"messages": 1}
    assert (unread(), unread("bob")) == (0, 1)


def test_what_is_hidden_is_gone_and_read(db, alice, deliver, unread, untouched):
    row = deliver("alice")
    assert db.call("ntf_hideMessage", username="alice", id=row.id, actor="alice").reason == "message_hidden"
    assert db.read("SELECT * FROM ntf_inboxList WHERE username = 'alice'") == []
    assert db.value("SELECT count(*) FROM ntf_inbox WHERE readAt IS NULL") == 0
    with untouched():
        assert (
            db.call("ntf_openMessage", username="alice", id=row.id, actor="alice").reason == "no_such_message"
        )


@pytest.mark.parametrize("procedure, key", CALLS)
def test_nobody_else_may(db, alice, bob, deliver, untouched, procedure, key):
    given = {key: deliver("alice").id} if key else {}
    for actor, reason in (("bob", "not_allowed"), ("nobody", "no_such_actor")):
        with untouched():
            assert db.call(procedure, username="alice", **given, actor=actor).reason == reason
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    with untouched():
        assert db.call(procedure, username="alice", **given, actor="alice").reason == "actor_locked"
    with db.as_role("portal_web"):
        assert db.call(procedure, username="alice", **given).reason == "actor_required"


@pytest.mark.parametrize("procedure", ["ntf_hideMessage", "ntf_readMessages"])
def test_an_administrator_leaves_a_cabinet_as_it_is(db, alice, root, deliver, untouched, procedure):
    given = {"id": deliver("alice").id} if procedure == "ntf_hideMessage" else {}
    with untouched():
        assert db.call(procedure, username="alice", **given, actor="root").reason == "not_allowed"


@pytest.mark.parametrize("procedure", ["ntf_openMessage", "ntf_hideMessage"])
def test_another_persons_message_is_none_of_mine(db, alice, bob, deliver, untouched, procedure):
    row = deliver("bob")
    with untouched():
        assert db.call(procedure, username="alice", id=row.id, actor="alice").reason == "no_such_message"


def test_old_ones_go_at_night(db, alice, deliver):
    old = deliver("alice")
    deliver("alice")
    db.execute("UPDATE ntf_inbox SET createdAt = now() - interval '401 days' WHERE id = %s", [old.id])
    assert db.call("ntf_tidy").details == {"messages": 1}
    db.execute("UPDATE as_settings SET value = '500' WHERE code = 'inboxDays'")
    db.execute("UPDATE ntf_inbox SET createdAt = now() - interval '401 days'")
    assert db.call("ntf_tidy").details == {"messages": 0}
