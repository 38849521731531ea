import pytest


@pytest.fixture
def copy(db, people):
    def call(tariffID, **arguments):
        return db.call("trf_copyTariff", **{"tariffID": tariffID, "actor": "root"} | arguments)

    return call


def test_a_copy_has_prices_and_values_and_waits_switched_off(db, copy, shelf, options, put):
    put(shelf.fast, options.storage, "50")
    put(shelf.fast, options.api, "unlimited")
    outcome = copy(shelf.fast, name="Fast 2027")
    assert (outcome.reason, outcome.details["values"]) == ("tariff_copied", 2)
    row = db.row("SELECT * FROM trf_tariffManagement WHERE tariff = 'Fast 2027'")
    assert row.is_disabled and str(row.price12) == "190.00" and row.values_set == 2
    values = db.read(
        "SELECT code, value FROM trf_optionMatrix WHERE tariff = 'Fast 2027' AND value IS NOT NULL"
    )
    assert {tuple(v) for v in values} == {("storage", "50"), ("api", "unlimited")}


def test_copies_are_numbered_where_no_name_is_given(copy, shelf):
    assert [copy(shelf.fast).details["tariff"] for _ in range(3)] == [
        "Fast (copy)",
        "Fast (copy 2)",
        "Fast (copy 3)",
    ]


def test_the_longest_name_can_be_copied(copy, save):
    assert copy(save("x" * 100)).ok


@pytest.mark.parametrize(
    "name, reason", [(" ", "name_missing"), ("x" * 101, "too_long"), ("TEAM", "name_taken")]
)
def test_it_refuses_a_bad_name(copy, shelf, untouched, name, reason):
    with untouched():
        assert copy(shelf.fast, name=name).reason == reason


def test_it_refuses_an_unknown_tariff(copy, untouched):
    with untouched():
        assert copy(999).reason == "no_such_tariff"


def test_it_is_for_administrators(refuses_strangers, shelf):
    refuses_strangers("trf_copyTariff", tariffID=shelf.fast)


def test_it_answers_a_repeated_request_once(answers_once, shelf):
    answers_once("trf_copyTariff", {"tariffID": shelf.team}, tariffID=shelf.fast)
