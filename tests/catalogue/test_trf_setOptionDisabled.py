import pytest


@pytest.fixture
def switch(db, people):
    def call(optionID, isDisabled, **arguments):
        return db.call(
            "trf_setOptionDisabled",
            **{"optionID": optionID, "isDisabled": isDisabled, "actor": "root"} | arguments,
        )

    return call


def test_a_disabled_option_answers_as_not_set_and_keeps_its_values(db, switch, shelf, options, put, buy):
    put(shelf.fast, options.storage, "50")
    buy("alice", shelf.fast)
    value = "SELECT trf_getUserTariffOptionValue('alice', 'storage')"
    assert db.value(value) == "50"
    assert switch(options.storage, True).reason == "option_switched_off"
    assert db.value(value) is None
    assert switch(options.storage, False).reason == "option_switched_on"
    assert db.value(value) == "50"


def test_it_refuses_what_is_not_there(switch, options, untouched):
    with untouched():
        assert switch(999, True).reason == "no_such_option"
        assert switch(options.api, None).reason == "invalid_value"


def test_it_is_for_administrators(refuses_strangers, options):
    refuses_strangers("trf_setOptionDisabled", optionID=options.api, isDisabled=True)


def test_it_answers_a_repeated_request_once(answers_once, options):
    answers_once("trf_setOptionDisabled", {"isDisabled": False}, optionID=options.api, isDisabled=True)
