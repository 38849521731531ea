import pytest


@pytest.fixture
def saved(db, people):
    def call(**arguments):
        return db.call("trf_saveOption", **{"actor": "root"} | arguments)

    return call


def row(db, optionID):
    return db.row("SELECT * FROM trf_options WHERE option_id = %s", [optionID])


def test_it_adds_an_option_at_the_end(db, saved, options):
    outcome = saved(code="seats", name=" Seats ", type="number", unit="people", defaultValue="05.50")
    assert outcome.reason == "option_added"
    seats = row(db, outcome.details["optionID"])
    assert (seats.option, seats.unit, seats.default_value) == ("Seats", "people", "5.5")
    assert seats.sort_order == max(o.sort_order for o in db.read("SELECT sort_order FROM trf_options"))


def test_a_text_without_default_is_the_simplest_option(db, saved):
    outcome = saved(code="note", name="Note")
    note = row(db, outcome.details["optionID"])
    assert (note.type, note.default_value, note.choices) == ("text", None, [])


def test_a_saved_option_keeps_what_was_not_said_except_its_default(db, saved, options):
    saved(optionID=options.support, description="Who answers", defaultValue="phone")
    support = row(db, options.support)
    assert (support.code, support.type, support.choices) == ("support", "choice", ["e-mail", "phone"])
    assert (support.description, support.default_value) == ("Who answers", "phone")
    saved(optionID=options.support, name="Help")
    assert (row(db, options.support).description, row(db, options.support).default_value) == (
        "Who answers",
        None,
    )


@pytest.mark.parametrize("word", ["unlimited", "denied"])
def test_the_default_may_be_one_of_the_two_words(db, saved, word):
    outcome = saved(code="seats", name="Seats", type="number", defaultValue=f" {word.upper()} ")
    assert row(db, outcome.details["optionID"]).default_value == word


@pytest.mark.parametrize(
    "arguments, reason, field",
    [
        ({"code": None}, "invalid_code", "code"),
        ({"code": "1st"}, "invalid_code", "code"),
        ({"code": "with space"}, "invalid_code", "code"),
        ({"code": "x" * 64}, "invalid_code", "code"),
        ({"code": "STORAGE"}, "code_taken", "code"),
        ({"name": " "}, "name_missing", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"unit": "x" * 31}, "too_long", "unit"),
        ({"type": "money"}, "invalid_type", "type"),
        ({"type": "number", "choices": ["a"]}, "choices_not_wanted", "choices"),
        ({"type": "choice"}, "choices_missing", "choices"),
        ({"type": "choice", "choices": [str(n) for n in range(101)]}, "too_long", "choices"),
        ({"type": "choice", "choices": ["a", " "]}, "choice_unreadable", "choices"),
        ({"type": "choice", "choices": ["a", "x" * 101]}, "choice_unreadable", "choices"),
        ({"type": "choice", "choices": ["a", "Denied"]}, "reserved_word", "choices"),
        ({"type": "choice", "choices": ["a", "a "]}, "choice_twice", "choices"),
        ({"type": "choice", "choices": ["a"], "defaultValue": "b"}, "value_not_a_choice", "defaultValue"),
        ({"type": "number", "defaultValue": "lots"}, "value_not_a_number", "defaultValue"),
        ({"type": "yesno", "defaultValue": "perhaps"}, "value_not_yes_or_no", "defaultValue"),
        ({"type": "text", "defaultValue": " "}, "value_missing", "defaultValue"),
        ({"type": "text", "defaultValue": "x" * 1001}, "too_long", "defaultValue"),
    ],
)
def test_it_refuses_what_cannot_be_an_option(saved, options, untouched, arguments, reason, field):
    with untouched():
        outcome = saved(**{"code": "new", "name": "New"} | arguments)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_a_code_changes_only_before_anything_asks_by_it(db, saved, options, shelf, put, untouched):
    assert saved(optionID=options.storage, code="disk").ok
    put(shelf.fast, options.storage, "50")
    with untouched():
        assert saved(optionID=options.storage, code="space").reason == "code_in_use"
    assert saved(optionID=options.storage, code="disk", name="Disk").ok


def test_a_personal_value_keeps_the_code_as_well(db, saved, options, untouched):
    db.call("trf_setUserOptionValue", username="alice", optionCode="api", value="yes", note="trial")
    with untouched():
        assert saved(optionID=options.api, code="rest").reason == "code_in_use"


def test_the_type_changes_only_where_every_value_still_fits(db, saved, options, shelf, put, untouched):
    put(shelf.fast, options.note, "12")
    put(shelf.team, options.note, "a dozen")
    db.call("trf_setUserOptionValue", username="alice", optionCode="note", value="unlimited", note="trial")
    with untouched():
        outcome = saved(optionID=options.note, type="number")
    assert (outcome.reason, outcome.details["field"]) == ("values_do_not_fit", "type")
    assert outcome.details["values"] == [{"tariff": "Team", "value": "a dozen"}]
    assert outcome.details["found"] == "a dozen (Team)"
    put(shelf.team, options.note, None)
    assert saved(optionID=options.note, type="number").ok


def test_a_value_that_would_have_to_be_rewritten_does_not_fit(saved, options, shelf, put):
    put(shelf.fast, options.note, "012")
    assert saved(optionID=options.note, type="number").reason == "values_do_not_fit"


def test_a_choice_that_somebody_has_stays(db, saved, options, untouched):
    db.call("trf_setUserOptionValue", username="alice", optionCode="support", value="phone", note="VIP")
    with untouched():
        outcome = saved(optionID=options.support, choices=["e-mail", "chat"], defaultValue="chat")
    assert (outcome.reason, outcome.details["field"]) == ("values_do_not_fit", "choices")
    assert outcome.details["values"] == [{"username": "alice", "value": "phone"}]
    assert saved(optionID=options.support, choices=["chat", "phone"]).ok


def test_it_refuses_an_unknown_option(saved, untouched):
    with untouched():
        assert saved(optionID=999, name="X").reason == "no_such_option"


def test_it_refuses_a_form_that_became_stale(db, saved, options, untouched):
    seen = row(db, options.storage).updated_at
    assert saved(optionID=options.storage, name="Disk", expectedUpdatedAt=seen).ok
    with untouched():
        outcome = saved(optionID=options.storage, name="Space", expectedUpdatedAt=seen)
    assert (outcome.reason, outcome.details["changedBy"]) == ("changed_meanwhile", "Root")


def test_it_is_for_administrators(refuses_strangers):
    refuses_strangers("trf_saveOption", code="new", name="New")


def test_it_answers_a_repeated_request_once(answers_once):
    answers_once("trf_saveOption", {"name": "Other"}, code="new", name="New")
