"""trf_getUserTariffOptionValue, trf_explainOptionValue, trf_getUserOptions: what holds for a person, and why."""

import pytest


@pytest.fixture
def option(db, tariffs):
    def make(code, type="number", default=None, **values):
        saved = db.call("trf_saveOption", code=code, name=code.title(), type=type, defaultValue=default)
        assert saved.ok, saved
        for tariff, value in values.items():
            outcome = db.call(
                "trf_setTariffOptionValue",
                tariffID=getattr(tariffs, tariff),
                optionID=saved.details["optionID"],
                value=value,
            )
            assert outcome.ok, outcome
        return saved.details["optionID"]

    return make


@pytest.fixture
def value(db):
    return lambda username, code: db.value("SELECT trf_getUserTariffOptionValue(%s, %s)", [username, code])


@pytest.fixture
def winner(db):
    def explain(username, code):
        rows = db.read("SELECT * FROM trf_explainOptionValue(%s, %s) ORDER BY rank", [username, code])
        return [(row.source, row.value) for row in rows if row.iswinner]

    return explain


def test_the_value_is_the_one_of_the_tariff(value, winner, option, change, give, alice, tariffs):
    option("storage", free="1", team="50")
    assert value(alice, "storage") == "1"
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    assert value(alice, "storage") == "50"
    assert winner(alice, "storage") == [("tariff", "50")]


def test_not_set_unlimited_and_denied_are_different_answers(value, option, alice):
    option("a", free="unlimited")
    option("b", free="denied")
    option("c")
    assert [value(alice, code) for code in "abc"] == ["unlimited", "denied", None]


def test_the_options_default_holds_where_the_tariff_sets_nothing(value, winner, option, alice):
    option("storage", default="5")
    assert value(alice, "storage") == "5"
    assert winner(alice, "storage") == [("default", "5")]


def test_a_personal_value_is_stronger_while_it_lasts(db, value, winner, option, on, alice):
    option("storage", free="1")
    on("2024-03-01")
    outcome = db.call(
        "trf_setUserOptionValue",
        username=alice,
        optionCode="storage",
        value="999",
        validFrom="2024-03-01",
        validUntil="2024-03-05",
        note="promised by phone",
    )
    assert outcome.ok, outcome
    assert value(alice, "storage") == "999"
    assert winner(alice, "storage") == [("personal", "999")]
    on("2024-03-04")
    assert value(alice, "storage") == "999"
    on("2024-03-05")
    assert value(alice, "storage") == "1"


def test_after_the_deadline_the_default_tariff_holds_by_itself(
    value, option, change, give, on, alice, tariffs
):
    option("storage", free="1", team="50")
    on("2024-01-01")
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    on("2024-01-31")
    assert value(alice, "storage") == "50"
    on("2024-02-01")
    assert value(alice, "storage") == "1"


def test_without_any_tariff_nothing_holds_by_default(
    db, value, winner, option, change, give, on, alice, tariffs
):
    option("storage", default="5", team="50")
    on("2024-01-01")
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    assert db.call("as_setSetting", code="tariffDefault", value="").ok
    on("2024-02-01")
    assert value(alice, "storage") is None
    assert winner(alice, "storage") == []


def test_a_disabled_option_is_not_set_for_anybody(db, value, winner, option, alice):
    number = option("storage", free="1")
    assert db.call("trf_setOptionDisabled", optionID=number, isDisabled=True).ok
    assert value(alice, "storage") is None
    assert winner(alice, "storage") == [("none", None)]


def test_unknown_people_and_options_have_no_value_and_an_explanation(db, value, option, alice):
    option("storage", free="1")
    assert value("nobody", "storage") is None
    assert value(alice, "nothing") is None
    assert value(None, None) is None
    explained = lambda u, c: db.value("SELECT explanation FROM trf_explainOptionValue(%s, %s)", [u, c])
    assert explained(alice, "nothing") == "There is no option nothing: not set."
    assert explained("nobody", "storage") == "There is no user nobody: not set."


def test_editing_the_tariff_is_seen_at_once(db, value, option, alice, tariffs):
    number = option("storage", free="1")
    assert db.call("trf_setTariffOptionValue", tariffID=tariffs.free, optionID=number, value="2").ok
    assert value(alice, "storage") == "2"
    assert db.call("trf_setTariffOptionValue", tariffID=tariffs.free, optionID=number, value=None).ok
    assert value(alice, "storage") is None


def test_all_options_of_a_person_agree_with_the_single_answers(db, value, option, alice):
    option("storage", free="1")
    option("users", default="3")
    option("domain", type="text")
    rows = db.read("SELECT code, value, source FROM trf_getUserOptions(%s)", [alice])
    assert [(row.code, row.value, row.source) for row in rows] == [
        ("storage", "1", "tariff"),
        ("users", "3", "default"),
        ("domain", None, "none"),
    ]
    assert [row.value for row in rows] == [value(alice, row.code) for row in rows]


def test_explanations_say_why_the_others_did_not_win(db, option, alice):
    option("storage", default="5", free="1")
    rows = db.read("SELECT * FROM trf_explainOptionValue(%s, 'storage') ORDER BY rank", [alice])
    assert [(row.source, row.value, row.iswinner, row.explanation) for row in rows] == [
        ("personal", None, False, "No personal value today."),
        ("tariff", "1", True, "Free is in force."),
        ("default", "5", False, "The default of the option."),
    ]
