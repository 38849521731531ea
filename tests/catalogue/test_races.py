"""Two administrators at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

AT_ONCE = 4


@pytest.fixture
def together(fresh_database):
    """Make calls at the same moment, each on a connection of its own, and commit them."""

    def run(*calls):
        start = Barrier(len(calls))

        def one(procedure, arguments):
            with fresh_database.connect() as connection:
                start.wait()
                return connection.call(procedure, **arguments)

        with ThreadPoolExecutor(len(calls)) as pool:
            return [each.result() for each in [pool.submit(one, *call) for call in calls]]

    return run


def done(outcomes):
    return [outcome.reason for outcome in outcomes if outcome.ok]


def refused(outcomes):
    return {outcome.reason for outcome in outcomes if not outcome.ok}


def test_one_name_becomes_one_tariff(together):
    outcomes = together(*[("trf_saveTariff", {"name": "Fast"})] * AT_ONCE)
    assert done(outcomes) == ["tariff_added"] and refused(outcomes) == {"name_taken"}


def test_the_same_click_twice_becomes_one_tariff(together, fresh_database):
    outcomes = together(*[("trf_saveTariff", {"name": "Fast", "requestKey": "one"})] * AT_ONCE)
    assert done(outcomes) == ["tariff_added"] * AT_ONCE
    assert len({outcome.details["tariffID"] for outcome in outcomes}) == 1
    with fresh_database.connect() as connection:
        assert connection.value("SELECT count(*) FROM trf_tariffManagement") == 1


def test_a_type_does_not_change_under_a_value_that_is_being_given(together, fresh_database):
    with fresh_database.connect() as connection:
        connection.call("as_register", name="Alice", username="alice", email="alice@example.com")
        option = connection.call("trf_saveOption", code="note", name="Note").details["optionID"]
    given = {"username": "alice", "optionCode": "note", "value": "a dozen", "note": "trial"}
    together(
        ("trf_setUserOptionValue", given),
        ("trf_saveOption", {"optionID": option, "type": "number"}),
    )
    with fresh_database.connect() as connection:
        kept = connection.row("SELECT type, value FROM trf_userOverrides")
        # Whichever came first, the other was judged by it.
        assert kept is None or kept.type == "text"


def test_an_option_does_not_go_under_a_value_that_is_being_given(together, fresh_database):
    with fresh_database.connect() as connection:
        connection.call("as_register", name="Alice", username="alice", email="alice@example.com")
        option = connection.call("trf_saveOption", code="note", name="Note").details["optionID"]
    given = {"username": "alice", "optionCode": "note", "value": "a dozen", "note": "trial"}
    outcomes = together(("trf_setUserOptionValue", given), ("trf_deleteOption", {"optionID": option}))
    assert len(done(outcomes)) == 1
    assert refused(outcomes) <= {"no_such_option", "in_use"}
