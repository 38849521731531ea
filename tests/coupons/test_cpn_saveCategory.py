import pytest


@pytest.fixture
def save(db, people):
    return lambda name, categoryID=None, **arguments: db.call(
        "cpn_saveCategory", **{"name": name, "categoryID": categoryID, "actor": "root"} | arguments
    )


def names(db):
    return [name for (name,) in db.read("SELECT name FROM cpn_categoryList ORDER BY name")]


def test_a_category_is_added_and_renamed(db, save):
    outcome = save("  Partners \t of ours ")
    assert (outcome.reason, outcome.details["category"]) == ("category_added", "Partners of ours")
    outcome = save("Friends", outcome.details["categoryID"])
    assert (outcome.reason, outcome.details["before"]) == ("category_saved", "Partners of ours")
    assert names(db) == ["Friends"]


def test_a_category_may_change_the_case_of_its_name(db, save):
    number = save("partners").details["categoryID"]
    assert save("Partners", number).ok
    assert names(db) == ["Partners"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (None, "name_missing"),
        (" ", "name_missing"),
        ("x" * 101, "too_long"),
        ("PARTNERS", "category_name_taken"),
    ],
)
def test_it_refuses_names_that_say_nothing_or_are_taken(save, untouched, name, reason):
    save("Partners")
    other = save("Friends").details["categoryID"]
    with untouched():
        assert save(name).reason == reason
        assert save(name, other).reason == reason
        assert save(name).details["field"] == "name"


def test_it_refuses_an_unknown_category(save, untouched):
    with untouched():
        assert save("Friends", 999).reason == "no_such_category"


def test_it_is_for_administrators(refuses_strangers):
    refuses_strangers("cpn_saveCategory", name="Partners")


def test_it_answers_a_repeated_request_once(answers_once):
    answers_once("cpn_saveCategory", {"name": "Friends"}, name="Partners")
