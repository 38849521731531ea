import pytest


@pytest.fixture
def delete(db, people):
    def call(optionID, **arguments):
        return db.call("trf_deleteOption", **{"optionID": optionID, "actor": "root"} | arguments)

    return call


def test_it_deletes_an_option_without_values(db, delete, options):
    outcome = delete(options.storage)
    assert outcome.reason == "option_deleted" and outcome.details["before"]["code"] == "storage"
    assert db.value("SELECT count(*) FROM trf_options WHERE code = 'storage'") == 0


def test_it_keeps_what_a_tariff_uses(delete, options, shelf, put, untouched):
    put(shelf.fast, options.storage, "50")
    with untouched():
        outcome = delete(options.storage)
    assert (outcome.reason, outcome.details["tariffs"], outcome.details["users"]) == ("in_use", 1, 0)


def test_it_keeps_what_a_person_has(db, delete, options, untouched):
    db.call("trf_setUserOptionValue", username="alice", optionCode="api", value="yes", note="trial")
    with untouched():
        outcome = delete(options.api)
    assert (outcome.reason, outcome.details["tariffs"], outcome.details["users"]) == ("in_use", 0, 1)


def test_it_refuses_an_unknown_option(delete, untouched):
    with untouched():
        assert delete(999).reason == "no_such_option"


def test_it_is_for_administrators(refuses_strangers, options):
    refuses_strangers("trf_deleteOption", optionID=options.api)


def test_it_answers_a_repeated_request_once(answers_once, options):
    answers_once("trf_deleteOption", {"optionID": options.note}, optionID=options.api)
