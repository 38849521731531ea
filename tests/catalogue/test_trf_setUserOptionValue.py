import pytest


@pytest.fixture
def own(db, people, options):
    def call(value="500", **arguments):
        return db.call(
            "trf_setUserOptionValue",
            **{
                "username": "alice",
                "optionCode": "storage",
                "value": value,
                "note": "Apology",
                "actor": "root",
            }
            | arguments,
        )

    return call


@pytest.fixture
def day(db):
    """A day so many days from today."""
    return lambda days: db.value("SELECT (now() AT TIME ZONE timeZone)::date + %s FROM as_clock", [days])


@pytest.fixture
def later(db):
    """Let so many days pass."""

    def move(days):
        db.execute("UPDATE as_clock SET isDemo = true, shift = shift + make_interval(days => %s)", [days])

    return move


def value(db):
    return db.value("SELECT trf_getUserTariffOptionValue('alice', 'storage')")


def test_it_is_stronger_than_the_tariff_which_is_still_seen(db, own, shelf, options, put, buy):
    put(shelf.fast, options.storage, "20")
    buy("alice", shelf.fast)
    assert value(db) == "20"
    outcome = own("100")
    assert outcome.reason == "user_option_value_set"
    assert value(db) == "100"
    candidates = {
        c.source: c.value for c in db.read("SELECT * FROM trf_explainOptionValue('alice', 'storage')")
    }
    assert candidates == {"personal": "100", "tariff": "20", "default": "1"}
    assert db.value("SELECT hasOverrides FROM as_users WHERE username = 'alice'")


def test_it_holds_from_its_first_day_until_the_day_before_the_last(db, own, shelf, day, later):
    db.execute("UPDATE as_users SET tariffID = NULL WHERE username = 'alice'")
    own("100", validFrom=day(2), validUntil=day(4))
    seen = []
    for _ in range(5):
        seen.append(value(db))
        later(1)
    assert seen == ["1", "1", "100", "100", "1"]


def test_the_value_of_a_tariff_may_go_and_the_personal_one_stays(db, own, shelf, options, put, buy):
    put(shelf.fast, options.storage, "20")
    buy("alice", shelf.fast)
    own("100")
    put(shelf.fast, options.storage, None)
    assert value(db) == "100"


def test_two_values_may_touch_but_not_overlap(own, day, untouched):
    assert own("1", validUntil=day(10)).ok
    assert own("2", validFrom=day(10), validUntil=day(20)).ok
    with untouched():
        outcome = own("3", validFrom=day(19))
    assert outcome.reason == "overlaps"
    assert (outcome.details["value"], outcome.details["until"]) == ("2", str(day(20)))
    with untouched():
        assert own("3", validFrom=day(5), validUntil=day(6)).details["value"] == "1"
    assert own("3", optionCode="note").ok
    assert own("4", username="bob").ok


@pytest.mark.parametrize(
    "arguments, reason, field",
    [
        ({"optionCode": "nothing"}, "no_such_option", "optionCode"),
        ({"value": None}, "value_missing", "value"),
        ({"value": "lots"}, "value_not_a_number", "value"),
        ({"optionCode": "api"}, "value_not_yes_or_no", "value"),
        ({"optionCode": "support"}, "value_not_a_choice", "value"),
        ({"optionCode": "note", "value": "x" * 1001}, "too_long", "value"),
        ({"note": None}, "note_missing", "note"),
        ({"note": " "}, "note_missing", "note"),
        ({"note": "x" * 501}, "too_long", "note"),
        ({"validFrom": "infinity"}, "invalid_value", "validFrom"),
        ({"validUntil": "infinity"}, "invalid_value", "validUntil"),
        ({"validFrom": "31 February"}, "invalid_value", "validfrom"),
    ],
)
def test_it_refuses_what_makes_no_sense(own, untouched, arguments, reason, field):
    with untouched():
        outcome = own(**arguments)
    assert (outcome.reason, outcome.details["field"].lower()) == (reason, field.lower())


def test_it_refuses_days_in_the_wrong_order(own, day, untouched):
    with untouched():
        assert own(validFrom=day(-1)).reason == "starts_in_past"
        assert own(validUntil=day(0)).reason == "ends_before_it_starts"
        assert own(validFrom=day(5), validUntil=day(5)).reason == "ends_before_it_starts"


def test_it_refuses_an_option_that_is_off(db, own, options, untouched):
    db.call("trf_setOptionDisabled", optionID=options.storage, isDisabled=True)
    with untouched():
        assert own().reason == "option_disabled"


def test_it_refuses_an_unknown_person(own, untouched):
    with untouched():
        assert own(username="zoe").reason == "no_such_user"


def test_it_is_for_administrators(refuses_strangers, options):
    refuses_strangers("trf_setUserOptionValue", username="bob", optionCode="api", value="yes", note="trial")


def test_it_answers_a_repeated_request_once(answers_once, options):
    answers_once(
        "trf_setUserOptionValue",
        {"value": "no"},
        username="alice",
        optionCode="api",
        value="yes",
        note="trial",
    )
