import pytest


@pytest.fixture
def switch(db, people):
    def call(tariffID, isDisabled, **arguments):
        return db.call(
            "trf_setTariffDisabled",
            **{"tariffID": tariffID, "isDisabled": isDisabled, "actor": "root"} | arguments,
        )

    return call


def test_a_disabled_tariff_leaves_the_offer_and_comes_back(db, switch, shelf):
    offered = "SELECT count(*) FROM trf_prices WHERE tariff_id = %s"
    assert db.value(offered, [shelf.fast]) == 4
    outcome = switch(shelf.fast, True)
    assert outcome.reason == "tariff_switched_off"
    assert db.value(offered, [shelf.fast]) == 0
    assert switch(shelf.fast, False).reason == "tariff_switched_on"
    assert db.value(offered, [shelf.fast]) == 4


def test_who_has_it_keeps_it_and_nobody_else_gets_it(db, switch, shelf, buy):
    buy("alice", shelf.fast)
    outcome = switch(shelf.fast, True)
    assert outcome.details["users"] == 1
    assert db.value("SELECT effective_tariff_id FROM trf_userTariffs WHERE username = 'alice'") == shelf.fast
    change = db.call("trf_changeUserTariff", username="bob", tariffID=shelf.fast, period=1)
    assert change.reason == "tariff_disabled"


def test_switching_twice_says_the_same(switch, shelf):
    assert switch(shelf.fast, True).ok
    assert switch(shelf.fast, True).reason == "tariff_switched_off"


def test_it_keeps_the_default_tariff_on(db, switch, shelf, untouched):
    with untouched():
        assert switch(shelf.free, True).reason == "is_default"
    assert switch(shelf.free, False).ok


def test_it_refuses_what_is_not_there(switch, shelf, untouched):
    with untouched():
        assert switch(999, True).reason == "no_such_tariff"
        assert switch(shelf.fast, None).reason == "invalid_value"
        assert switch(shelf.fast, "maybe").details["field"] == "isDisabled"


def test_it_is_for_administrators(refuses_strangers, shelf):
    refuses_strangers("trf_setTariffDisabled", tariffID=shelf.fast, isDisabled=True)


def test_it_answers_a_repeated_request_once(answers_once, shelf):
    answers_once("trf_setTariffDisabled", {"isDisabled": False}, tariffID=shelf.fast, isDisabled=True)
