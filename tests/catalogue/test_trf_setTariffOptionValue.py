import pytest


@pytest.fixture
def set_(db, people):
    def call(tariffID, optionID, value, **arguments):
        return db.call(
            "trf_setTariffOptionValue",
            **{"tariffID": tariffID, "optionID": optionID, "value": value, "actor": "root"} | arguments,
        )

    return call


def cell(db, tariffID, optionID):
    return db.row(
        "SELECT * FROM trf_optionMatrix WHERE tariff_id = %s AND option_id = %s", [tariffID, optionID]
    )


def test_it_sets_changes_and_clears_a_value(db, set_, shelf, options):
    assert set_(shelf.fast, options.storage, "50").details["before"] is None
    outcome = set_(shelf.fast, options.storage, "60")
    assert (outcome.reason, outcome.details["before"], outcome.details["after"]) == (
        "option_value_set",
        "50",
        "60",
    )
    assert cell(db, shelf.fast, options.storage).effective == "60"
    outcome = set_(shelf.fast, options.storage, None)
    assert (outcome.reason, outcome.details["before"]) == ("option_value_cleared", "60")
    here = cell(db, shelf.fast, options.storage)
    assert (here.value, here.effective, here.source) == (None, "1", "default")


def test_not_set_unlimited_and_denied_are_different_answers(db, set_, shelf, options, buy):
    buy("alice", shelf.fast)
    value = "SELECT trf_getUserTariffOptionValue('alice', 'note')"
    answers = []
    for given in (None, "unlimited", "denied"):
        set_(shelf.fast, options.note, given)
        answers.append(db.value(value))
    assert answers == [None, "unlimited", "denied"]


def test_it_holds_at_once_for_all_who_have_the_tariff(db, set_, shelf, options, buy):
    buy("alice", shelf.fast)
    outcome = set_(shelf.fast, options.storage, "50")
    assert outcome.details["users"] == 1
    assert db.value("SELECT trf_getUserTariffOptionValue('alice', 'storage')") == "50"


@pytest.mark.parametrize(
    "code, given, kept",
    [
        ("storage", "50", "50"),
        ("storage", " 050.50 ", "50.5"),
        ("storage", "-1", "-1"),
        ("storage", "999999999999999.999999", "999999999999999.999999"),
        ("storage", "Unlimited", "unlimited"),
        ("api", "YES", "yes"),
        ("api", "denied", "denied"),
        ("support", "phone", "phone"),
        ("support", "DENIED", "denied"),
        ("note", " <b>two</b> words ", "<b>two</b> words"),
        ("note", " unLimited", "unlimited"),
        ("note", "x" * 1000, "x" * 1000),
    ],
)
def test_a_value_is_kept_in_one_form(db, set_, shelf, options, code, given, kept):
    assert set_(shelf.fast, getattr(options, code), given).details["after"] == kept


@pytest.mark.parametrize(
    "code, given, reason",
    [
        ("storage", "lots", "value_not_a_number"),
        ("storage", "5e3", "value_not_a_number"),
        ("storage", "NaN", "value_not_a_number"),
        ("storage", "1,5", "value_not_a_number"),
        ("storage", "1.1234567", "value_not_a_number"),
        ("storage", "9" * 16, "value_not_a_number"),
        ("storage", " ", "value_missing"),
        ("api", "true", "value_not_yes_or_no"),
        ("support", "Phone", "value_not_a_choice"),
        ("note", "", "value_missing"),
        ("note", "x" * 1001, "too_long"),
    ],
)
def test_it_refuses_what_does_not_fit_the_type(set_, shelf, options, untouched, code, given, reason):
    with untouched():
        outcome = set_(shelf.fast, getattr(options, code), given)
    assert (outcome.reason, outcome.details["field"]) == (reason, "value")


def test_it_refuses_an_unknown_tariff_or_option(set_, shelf, options, untouched):
    with untouched():
        assert set_(999, options.api, "yes").reason == "no_such_tariff"
        assert set_(shelf.fast, 999, "yes").reason == "no_such_option"


def test_it_is_for_administrators(refuses_strangers, shelf, options):
    refuses_strangers("trf_setTariffOptionValue", tariffID=shelf.fast, optionID=options.api, value="yes")


def test_it_answers_a_repeated_request_once(answers_once, shelf, options):
    answers_once(
        "trf_setTariffOptionValue", {"value": "no"}, tariffID=shelf.fast, optionID=options.api, value="yes"
    )
