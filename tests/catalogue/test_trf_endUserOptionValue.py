import pytest


@pytest.fixture
def own(db, people, options):
    """Give alice a value of storage and return its number."""

    def give(**arguments):
        outcome = db.call(
            "trf_setUserOptionValue",
            **{"username": "alice", "optionCode": "storage", "value": "500", "note": "Apology"} | arguments,
        )
        assert outcome.ok, outcome
        return outcome.details["id"]

    return give


@pytest.fixture
def end(db):
    def call(id, **arguments):
        return db.call(
            "trf_endUserOptionValue", **{"username": "alice", "id": id, "actor": "root"} | arguments
        )

    return call


def later(db, days):
    db.execute("UPDATE as_clock SET isDemo = true, shift = shift + make_interval(days => %s)", [days])


def has_overrides(db):
    return db.value("SELECT hasOverrides FROM as_users WHERE username = 'alice'")


def test_it_ends_today_and_the_days_before_stay(db, own, end):
    number = own()
    later(db, 3)
    outcome = end(number)
    assert outcome.reason == "user_option_value_ended"
    row = db.row("SELECT * FROM trf_userOverrides WHERE username = 'alice'")
    assert row.state == "ended" and (row.valid_until - row.valid_from).days == 3
    assert db.value("SELECT trf_getUserTariffOptionValue('alice', 'storage')") != "500"
    assert has_overrides(db)


def test_what_began_today_or_later_is_taken_back(db, own, end):
    today = own()
    assert has_overrides(db)
    assert end(today).ok
    assert db.value("SELECT count(*) FROM trf_userOverrides") == 0
    assert not has_overrides(db)


def test_its_place_is_free_again(own, end):
    assert end(own()).ok
    assert own(value="600")


def test_it_refuses_what_has_ended(db, own, end, untouched):
    number = own()
    later(db, 3)
    assert end(number).ok
    with untouched():
        assert end(number).reason == "already_ended"


def test_it_refuses_what_is_not_there_or_not_hers(own, end, untouched):
    number = own()
    with untouched():
        assert end(999).reason == "no_such_value"
        assert end(number, username="bob").reason == "no_such_value"
        assert end(number, username="zoe").reason == "no_such_user"


def test_it_is_for_administrators(refuses_strangers, own):
    refuses_strangers("trf_endUserOptionValue", username="bob", id=own())


def test_it_answers_a_repeated_request_once(answers_once, own):
    answers_once("trf_endUserOptionValue", {"id": 999}, username="alice", id=own())
