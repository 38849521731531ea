import pytest


@pytest.fixture
def number(db):
    number = db.call("cpn_generateCoupons", count=4, value=10).details["generationID"]
    assert db.call("cpn_makeCoupons", generationID=number).ok
    return number


@pytest.fixture
def revoke(db, people, number):
    return lambda expected=None, **arguments: db.call(
        "cpn_revokeGeneration",
        **{"generationID": number, "expectedCoupons": expected, "actor": "root"} | arguments,
    )


def test_what_nobody_has_used_is_deleted_and_the_rest_stays(db, revoke, number, buy, coupon):
    used = db.value("SELECT written FROM cpn_couponList LIMIT 1")
    coupon("OTHER", value=10)
    assert buy("alice", used).ok
    outcome = revoke(3)
    assert (outcome.reason, outcome.details["used"]) == ("coupons_revoked", 1)
    states = dict(db.read("SELECT written, state FROM cpn_couponList"))
    assert states.pop("OTHER") == "active" and states.pop(used) == "used"
    assert set(states.values()) == {"deleted"} and len(states) == 3
    assert db.row("SELECT state, used, made FROM cpn_generationList") == ("revoked", 1, 4)


def test_an_order_in_the_making_is_stopped(db, revoke):
    other = db.call("cpn_generateCoupons", count=10, value=10).details["generationID"]
    assert db.call("cpn_makeCoupons", generationID=other, atMost=4).ok
    assert revoke(10, generationID=other).ok
    assert db.call("cpn_makeCoupons", generationID=other).details["made"] == 0
    states = db.read("SELECT DISTINCT state FROM cpn_couponList WHERE generation_id = %s", [other])
    assert [state for (state,) in states] == ["deleted"]
    assert db.row("SELECT state, made FROM cpn_generationList WHERE generation_id = %s", [other]) == (
        "revoked",
        4,
    )


@pytest.mark.parametrize("expected", [None, 0, 3, 5])
def test_who_revokes_says_how_many(revoke, untouched, expected):
    with untouched():
        outcome = revoke(expected)
    assert (outcome.reason, outcome.details["coupons"]) == ("count_unconfirmed", 4)


def test_it_is_revoked_once(revoke, untouched):
    assert revoke(4).ok
    with untouched():
        assert revoke(4).reason == "revoked_already"


def test_it_refuses_an_unknown_order(revoke, untouched):
    with untouched():
        assert revoke(generationID=999).reason == "no_such_generation"


def test_it_is_for_administrators(refuses_strangers, number):
    refuses_strangers("cpn_revokeGeneration", generationID=number, expectedCoupons=4)


def test_it_answers_a_repeated_request_once(answers_once, number):
    answers_once("cpn_revokeGeneration", {"expectedCoupons": 5}, generationID=number, expectedCoupons=4)
