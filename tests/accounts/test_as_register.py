"""as_register: a person with keys, an account, the default tariff, a welcome and an audit row; or nothing."""

import threading

import pytest

from tests.people import password_hash


def register(db, **given):
    return db.call(
        "as_register", **{"name": "Dana Nová", "email": "Dana@Example.com", "username": "dana"} | given
    )


@pytest.fixture
def free(db):
    """The default tariff."""
    tariff = db.call("trf_saveTariff", name="Free").details["tariffID"]
    assert db.call("as_setSetting", code="tariffDefault", value=str(tariff)).ok
    return tariff


def test_a_person_has_everything_from_the_first_moment(db, free):
    outcome = register(db, phone="0903 123 456", login="Dana.Nova", passwordHash=password_hash(), locale="sk")
    assert (outcome.reason, outcome.details["username"]) == ("registered", "dana")
    dana = db.row("SELECT * FROM as_people WHERE username = 'dana'")
    assert (dana.email, dana.phone, dana.login) == ("dana@example.com", "+421903123456", "dana.nova")
    assert (dana.role, dana.locale, dana.is_locked, dana.tariff) == ("user", "sk", False, "Free")
    assert db.row("SELECT balance, held, currency FROM fin_accounts WHERE username = 'dana'") == (0, 0, "EUR")
    log = db.row("SELECT number, tariffID, kind, period, paid FROM as_trf_tariffLog WHERE username = 'dana'")
    assert log == (1, free, "change", 0, 0)
    assert db.value("SELECT kind FROM job_outbox WHERE username = 'dana'") == "welcome"
    assert db.value("SELECT procedure FROM as_auditTrail WHERE username = 'dana'") == "as_register"
    assert db.read("SELECT * FROM as_violations") == []
    assert db.read("SELECT * FROM trf_violations") == []


def test_only_a_name_is_needed_and_the_username_is_made(db):
    outcome = db.call("as_register", name="No Body")
    assert outcome.ok
    made = outcome.details["username"]
    assert made.startswith("u") and len(made) == 17
    assert db.row("SELECT tariff, email FROM as_people WHERE username = %s", [made]) == (None, None)
    assert db.value("SELECT count(*) FROM job_outbox WHERE username = %s", [made]) == 0
    assert db.read("SELECT * FROM as_violations") == []


def test_the_password_hash_is_kept_but_not_in_the_audit(db):
    register(db, passwordHash=password_hash(), requestKey="r-1")
    assert db.value("SELECT hash FROM as_passwords WHERE username = 'dana'") == password_hash()
    assert not [row for row in db.read("SELECT as_audit::text AS text FROM as_audit") if "argon2" in row.text]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": " "}, "invalid_name"),
        ({"name": None}, "invalid_name"),
        ({"name": "Dana\r\nBcc: all@example.com"}, "invalid_name"),
        ({"name": "x" * 201}, "invalid_name"),
        ({"email": "dana"}, "invalid_email"),
        ({"email": "dana@example"}, "invalid_email"),
        ({"email": "da na@example.com"}, "invalid_email"),
        ({"email": "ďana@example.com"}, "invalid_email"),
        ({"phone": "12"}, "invalid_phone"),
        ({"login": "da na"}, "invalid_login"),
        ({"login": "9dana"}, "invalid_login"),
        ({"login": "dana-nova"}, "invalid_login"),
        ({"username": "Dana Nova"}, "invalid_username"),
        ({"username": "-dana"}, "invalid_username"),
        ({"username": "portal_dba"}, "username_taken"),
        ({"locale": "de"}, "no_such_locale"),
        ({"locale": None}, "no_such_locale"),
        ({"role": "king"}, "no_such_role"),
        ({"role": None}, "no_such_role"),
        ({"passwordHash": "secret"}, "invalid_password_hash"),
        ({"requestKey": " "}, "invalid_value"),
        ({"email": "alice@EXAMPLE.com "}, "email_taken"),
        ({"phone": "00421 903 123 456"}, "phone_taken"),
        ({"login": "ALICE"}, "login_taken"),
        ({"username": "alice"}, "username_taken"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "alice"}, "not_allowed"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, untouched, given, reason):
    with untouched():
        assert register(db, **given).reason == reason


def test_the_web_must_say_who_asks(db, root, untouched):
    with db.as_role("portal_web"):
        with untouched():
            assert register(db).reason == "actor_required"
        assert register(db, actor="root").ok


def test_a_locked_administrator_registers_nobody(db, root, untouched):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'root'")
    with untouched():
        assert register(db, actor="root").reason == "actor_locked"


def test_the_same_request_gets_the_same_person(db, root):
    first = register(db, username=None, requestKey="r-1", actor="root")
    assert register(db, username=None, requestKey="r-1", actor="root") == first
    assert db.value("SELECT count(*) FROM as_users") == 2
    assert (
        register(db, username=None, name="Else", requestKey="r-1", actor="root").reason
        == "request_key_reused"
    )


def test_two_who_take_the_same_email_at_once_are_one(fresh_database):
    """The second waits for the first inside the insertion, and then takes back what it wrote."""
    with fresh_database.connect() as one, fresh_database.connect() as two, fresh_database.connect() as look:
        assert look.call("trf_saveTariff", name="Free").ok
        answers = []
        with one.transaction():
            assert register(one, login="dana").ok
            other = threading.Thread(target=lambda: answers.append(register(two, username="other")))
            other.start()
            while not look.value("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                pass
        other.join()
        assert [answer.reason for answer in answers] == ["email_taken"]
        assert look.value("SELECT count(*) FROM as_users") == 1
        assert look.value("SELECT array_agg(key ORDER BY key) FROM as_userKeys") == [
            "email:dana@example.com",
            "login:dana",
        ]
        assert look.read("SELECT * FROM as_violations") == []


def test_of_many_at_once_exactly_one_gets_the_email(fresh_database):
    start, answers = threading.Barrier(8), []

    def ask(number):
        with fresh_database.connect() as own:
            start.wait()
            answers.append(register(own, username=f"dana{number}", phone=f"090300000{number}").reason)

    threads = [threading.Thread(target=ask, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["email_taken"] * 7 + ["registered"]
    with fresh_database.connect() as look:
        assert look.value("SELECT count(*) FROM as_userKeys") == 2
        assert look.read("SELECT * FROM as_violations") == []
