import pytest


@pytest.fixture
def delete(db, people):
    def call(tariffID, **arguments):
        return db.call("trf_deleteTariff", **{"tariffID": tariffID, "actor": "root"} | arguments)

    return call


def test_it_deletes_what_nobody_ever_had_with_its_values(db, delete, shelf, options, put):
    put(shelf.fast, options.storage, "50")
    outcome = delete(shelf.fast)
    assert outcome.reason == "tariff_deleted"
    assert outcome.details["before"]["values"] == {"storage": "50"}
    assert db.value("SELECT count(*) FROM trf_tariffManagement WHERE tariff_id = %s", [shelf.fast]) == 0
    assert db.value("SELECT count(*) FROM as_trf_tariffOptionValues") == 0


def test_it_keeps_what_somebody_has(delete, shelf, buy, untouched):
    buy("alice", shelf.fast)
    with untouched():
        assert delete(shelf.fast).reason == "in_use"


def test_it_keeps_what_somebody_had(db, delete, shelf, buy, untouched):
    buy("alice", shelf.fast)
    buy("alice", shelf.team)
    with untouched():
        assert delete(shelf.fast).reason == "in_use"


def test_it_keeps_what_somebody_waits_for(db, delete, shelf, buy, untouched):
    buy("alice", shelf.team)
    outcome = db.call(
        "trf_scheduleUserTariff", username="alice", tariffID=shelf.fast, period=1, actor="alice"
    )
    assert outcome.ok, outcome
    with untouched():
        assert delete(shelf.fast).reason == "in_use"


def test_it_keeps_the_default_tariff(delete, shelf, untouched):
    with untouched():
        assert delete(shelf.free).reason == "is_default"


def test_it_refuses_an_unknown_tariff(delete, untouched):
    with untouched():
        assert delete(999).reason == "no_such_tariff"


def test_it_is_for_administrators(refuses_strangers, shelf):
    refuses_strangers("trf_deleteTariff", tariffID=shelf.fast)


def test_it_answers_a_repeated_request_once(answers_once, shelf):
    answers_once("trf_deleteTariff", {"tariffID": shelf.team}, tariffID=shelf.fast)
