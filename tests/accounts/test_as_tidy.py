"""as_tidy, as_findUsers and as_violations."""

import pytest

from tests.people import register

OLD = {
    "as_sessions": ("endedAt", "31 days", "29 days"),
    "as_tokens": ("expiresAt", "8 days", "6 days"),
    "as_registrations": ("expiresAt", "8 days", "6 days"),
    "as_attempts": ("since", "25 hours", "23 hours"),
}


@pytest.fixture
def leftovers(db, alice, session_of, link):
    """A row of everything that sign-ins leave behind."""
    session_of("alice")
    link("password", "alice")
    db.execute(
        "INSERT INTO as_registrations (id, email, name, locale, createdAt, expiresAt)"
        " VALUES ('r', 'dana@example.com', 'Dana', 'en', now(), now())"
    )
    db.call("as_signInBegin", key="alice")
    db.execute("DELETE FROM as_attempts WHERE key LIKE 'signin-address:%%'")
    return list(OLD)


def test_what_is_over_for_long_goes(db, leftovers):
    for table, (column, gone, _) in OLD.items():
        db.execute(f"UPDATE {table} SET {column} = now() - %s::interval", [gone])
    outcome = db.call("as_tidy")
    assert outcome.details == {"sessions": 1, "links": 1, "registrations": 1, "counters": 1}
    assert [db.value(f"SELECT count(*) FROM {table}") for table in leftovers] == [0, 0, 0, 0]


def test_what_is_not_stays(db, leftovers):
    for table, (column, _, kept) in OLD.items():
        db.execute(f"UPDATE {table} SET {column} = now() - %s::interval", [kept])
    assert set(db.call("as_tidy").details.values()) == {0}
    assert [db.value(f"SELECT count(*) FROM {table}") for table in leftovers] == [1, 1, 1, 1]


@pytest.fixture
def crowd(db, alice, bob, root, mona):
    """Registered at different times, the first the longest ago."""
    register(db, "dana", name="Дана Новая", phone="+7 916 123 45 67")
    for age, username in enumerate(["dana", "mona", "root", "bob", "alice"]):
        db.execute(
            "UPDATE as_users SET createdAt = '2024-01-01 12:00+00'::timestamptz - %s * interval '1 day' WHERE username = %s",
            [age, username],
        )
    db.execute("INSERT INTO as_userKeys VALUES ('card:2012345678', 'bob', now())")
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'bob'")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        (None, ["dana", "mona", "root", "bob", "alice"]),
        ("ALI", ["alice"]),
        ("дан", ["dana"]),
        ("bob@exa", ["bob"]),
        ("0903 123 456", ["alice"]),
        ("+79161234567", ["dana"]),
        ("2012 3456 78", ["bob"]),
        ("zzz", []),
        ("%", []),
        ("_lice", []),
        ("\\", []),
    ],
)
def test_people_are_found_by_what_one_knows(db, crowd, search, found):
    assert [row.username for row in db.read("SELECT * FROM as_findUsers(%s)", [search])] == found


def test_people_are_found_by_role_and_state(db, crowd):
    def usernames(*arguments):
        return [row.username for row in db.read("SELECT * FROM as_findUsers('', %s, %s)", arguments)]

    assert usernames("admin", None) == ["root"]
    assert usernames(None, True) == ["bob"]
    assert usernames("user", False) == ["dana", "alice"]


def test_pages_follow_each_other(db, crowd):
    first = db.read("SELECT * FROM as_findUsers(rows => 2)")
    last = first[-1]
    second = db.read(
        "SELECT * FROM as_findUsers(NULL, NULL, NULL, %s, %s, 2)", [last.createdat, last.username]
    )
    assert [row.username for row in first + second] == ["dana", "mona", "root", "bob"]


def test_a_row_says_what_matters(db, crowd):
    row = db.row("SELECT * FROM as_findUsers('alice')")
    assert (row.email, row.balance, row.currency, row.locked, row.personrole) == (
        "alice@example.com", 1000, "EUR", False, "user",
    )  # fmt: skip


def test_nothing_is_wrong_at_first(db, crowd):
    assert db.read("SELECT * FROM as_violations") == []


@pytest.mark.parametrize(
    ("plant", "rule"),
    [
        ("UPDATE as_userKeys SET username = 'bob' WHERE key = 'login:alice'", "copy_without_key"),
        ("UPDATE as_userKeys SET key = 'login:other' WHERE key = 'login:alice'", "key_without_copy"),
        ("UPDATE as_userKeys SET username = 'ghost' WHERE key = 'card:2012345678'", "key_without_copy"),
        ("DELETE FROM fin_accounts WHERE username = 'bob'", "person_without_account"),
        ("UPDATE fin_accounts SET currency = 'CZK' WHERE username = 'bob'", "account_in_other_currency"),
        ("UPDATE as_users SET isLocked = true WHERE username = 'alice'", "session_of_locked_person"),
        ("UPDATE as_sessions SET username = 'ghost'", "session_of_nobody"),
        ("UPDATE as_passwords SET changedAt = clock_timestamp()", "session_older_than_password"),
        ("UPDATE as_clock SET graceDays = 50", "clock_copy"),
        ("UPDATE as_settings SET value = 'Asia/Tokyo' WHERE code = 'timeZone'", "clock_copy"),
        ("DELETE FROM as_clock", "clock_missing"),
        ("UPDATE as_audit SET requestKey = 'lost' WHERE procedure = 'fin_topUp'", "movement_without_audit"),
        ("UPDATE as_audit SET requestKey = 'lost' WHERE username = 'late'", "tariff_without_audit"),
    ],
)
def test_what_is_wrong_is_found(db, crowd, session_of, plant, rule):
    tariff = db.call("trf_saveTariff", name="Free").details["tariffID"]
    assert db.call("as_setSetting", code="tariffDefault", value=str(tariff)).ok
    register(db, "late")
    session_of("alice")
    assert db.read("SELECT * FROM as_violations") == []
    db.execute(plant)
    assert rule in {row.rule for row in db.read("SELECT * FROM as_violations")}
