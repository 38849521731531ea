"""as_getSession and what ends a session (T29)."""

import pytest

from portal import access
from tests.people import password_hash


def move(db, **changes):
    for column, by in changes.items():
        db.execute(f"UPDATE as_sessions SET {column} = {column} + %s::interval", [by])


def test_it_says_who_is_signed_in(db, alice, session_of):
    row = db.row("SELECT * FROM as_getSession(%s)", [access.token_hash(session_of("alice"))])
    assert (row.username, row.name, row.role, row.locale) == ("alice", "Alice", "user", "en")
    assert (row.theme, row.density, row.timezone) == ("auto", "comfortable", "Europe/Bratislava")
    assert row.actingfor is None and len(row.csrf) == 32 and len(row.sessionid) == 32


def test_an_unknown_token_is_nobody(db, who):
    assert who("guess") is None


def test_reading_writes_nothing_within_a_minute(db, alice, session_of, who, untouched):
    token = session_of("alice")
    with untouched():
        assert who(token) == "alice"


def test_use_puts_the_idle_limit_off(db, alice, session_of, who, untouched):
    token = session_of("alice")
    move(db, seenAt="-2 minutes", idleUntil="-2 minutes")
    with untouched("as_sessions"):
        assert who(token) == "alice"
    row = db.row("SELECT idleUntil - seenAt AS idle, now() - seenAt < '1 minute' AS fresh FROM as_sessions")
    assert (row.idle.total_seconds(), row.fresh) == (720 * 60, True)


@pytest.mark.parametrize("limit", [{"idleUntil": "-721 minutes"}, {"expiresAt": "-721 hours"}])
def test_it_ends_by_itself(db, alice, session_of, who, limit):
    token = session_of("alice")
    move(db, **limit)
    assert who(token) is None
    assert db.read("SELECT * FROM as_sessionList") == []


@pytest.mark.parametrize(
    ("username", "minutes", "hours"), [("alice", 720, 720), ("mona", 60, 12), ("root", 60, 12)]
)
def test_whoever_can_do_more_is_signed_in_for_less(
    db, alice, mona, root, session_of, username, minutes, hours
):
    session_of(username)
    row = db.row("SELECT idleUntil - createdAt AS idle, expiresAt - createdAt AS whole FROM as_sessions")
    assert (row.idle.total_seconds(), row.whole.total_seconds()) == (minutes * 60, hours * 3600)


def test_the_settings_say_how_long(db, alice, mona, session_of):
    db.call("as_setSetting", code="sessionIdleMinutes", value="10")
    db.call("as_setSetting", code="sessionHours", value="2")
    session_of("alice")
    session_of("mona")
    rows = db.read("SELECT idleUntil - createdAt AS idle, expiresAt - createdAt AS whole FROM as_sessions")
    assert {(row.idle.seconds, row.whole.seconds) for row in rows} == {(600, 7200)}


def test_signing_out_ends_it(db, alice, session_of, who, untouched):
    token = session_of("alice")
    assert db.call("as_signOut", tokenHash=access.token_hash(token)).reason == "signed_out"
    assert who(token) is None
    with untouched():
        assert db.call("as_signOut", tokenHash=access.token_hash(token)).reason == "signed_out"


@pytest.mark.parametrize(
    "end",
    [
        lambda db: db.call("as_changePassword", username="alice", passwordHash=password_hash()),
        lambda db: db.call("as_setRole", username="alice", role="manager"),
        lambda db: db.call("as_lockUser", username="alice", note="asked for it"),
        lambda db: db.call("as_endOtherSessions", username="alice"),
    ],
)
def test_these_end_all_sessions_at_once(db, alice, bob, session_of, who, end):
    tokens = [session_of("alice") for _ in range(3)]
    other = session_of("bob")
    assert end(db).ok
    assert [who(token) for token in tokens] == [None] * 3
    assert who(other) == "bob"
    assert db.read("SELECT * FROM as_violations") == []


def test_a_locked_person_is_nobody_even_with_a_session(db, alice, session_of, who):
    token = session_of("alice")
    db.execute("UPDATE as_users SET isLocked = true")
    assert who(token) is None


def test_one_session_is_ended_by_its_id(db, alice, session_of, who):
    token, other = session_of("alice"), session_of("alice")
    ids = [
        db.value("SELECT id FROM as_sessions WHERE tokenHash = %s", [access.token_hash(t)])
        for t in (token, other)
    ]
    assert (
        db.call("as_endSession", username="alice", sessionID=ids[0], actor="alice").reason == "session_ended"
    )
    assert (who(token), who(other)) == (None, "alice")
    assert db.call("as_endSession", username="alice", sessionID=ids[0]).reason == "no_such_session"
    assert db.call("as_endOtherSessions", username="alice", sessionID=ids[1], actor="alice").details == {
        "count": 0
    }
    assert who(other) == "alice"


@pytest.mark.parametrize("procedure", ["as_endSession", "as_endOtherSessions"])
@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody", "actor": "root"}, "no_such_user"),
        ({"actor": "charlie"}, "not_allowed"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
    ],
)
def test_nobody_ends_the_session_of_another(
    db, alice, charlie, mona, root, session_of, who, untouched, procedure, given, reason
):
    token = session_of("alice")
    sessionID = db.value("SELECT id FROM as_sessions")
    with untouched():
        assert db.call(procedure, **{"username": "alice", "sessionID": sessionID} | given).reason == reason
    assert who(token) == "alice"


def test_the_session_of_another_is_no_session_of_mine(db, alice, charlie, session_of, untouched):
    session_of("alice")
    sessionID = db.value("SELECT id FROM as_sessions")
    with untouched():
        outcome = db.call("as_endSession", username="charlie", sessionID=sessionID, actor="charlie")
    assert outcome.reason == "no_such_session"


def test_an_administrator_opens_a_cabinet_and_leaves_it(db, alice, root, session_of):
    token = session_of("root")
    sessionID = db.value("SELECT id FROM as_sessions")

    def acting():
        row = db.row(
            "SELECT username, actingfor, actingforname FROM as_getSession(%s)", [access.token_hash(token)]
        )
        return tuple(row)

    assert (
        db.call("as_actFor", sessionID=sessionID, username="alice", actor="root").reason == "cabinet_opened"
    )
    assert acting() == ("root", "alice", "Alice")
    assert db.call("as_stopActingFor", sessionID=sessionID, actor="root").reason == "cabinet_left"
    assert acting() == ("root", None, None)
    assert db.call("as_stopActingFor", sessionID=sessionID, actor="root").reason == "cabinet_left"
    rows = db.read(
        "SELECT procedure FROM as_auditTrail WHERE username = 'alice' AND actor = 'root' ORDER BY id"
    )
    assert [row.procedure for row in rows] == ["as_actFor", "as_stopActingFor"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": None}, "actor_required"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"username": "root"}, "own_account"),
        ({"sessionID": "guess"}, "no_such_session"),
    ],
)
def test_nobody_else_opens_a_cabinet(db, alice, mona, root, session_of, untouched, given, reason):
    session_of("root")
    sessionID = db.value("SELECT id FROM as_sessions")
    with untouched():
        arguments = {"sessionID": sessionID, "username": "alice", "actor": "root"} | given
        assert db.call("as_actFor", **arguments).reason == reason


def test_a_cabinet_closes_with_the_role(db, alice, root, session_of):
    token = session_of("root")
    db.execute("UPDATE as_sessions SET actingFor = 'alice'")
    db.execute("UPDATE as_users SET role = 'user' WHERE username = 'root'")
    assert db.value("SELECT actingFor FROM as_getSession(%s)", [access.token_hash(token)]) is None
