import pytest


@pytest.fixture
def switch(db, people, coupon):
    coupon("SALE", value=10)

    def call(isDisabled, code=" sale", **arguments):
        return db.call(
            "cpn_setCouponDisabled", **{"code": code, "isDisabled": isDisabled, "actor": "root"} | arguments
        )

    return call


def test_a_coupon_is_switched_off_and_on_again(db, switch):
    state = "SELECT state FROM cpn_couponList"
    outcome = switch(True)
    assert (outcome.reason, outcome.details["after"]) == ("coupon_switched_off", {"status": "disabled"})
    assert db.value(state) == "disabled"
    assert switch(False).reason == "coupon_switched_on"
    assert db.value(state) == "active"


def test_it_refuses_what_is_not_there(switch, untouched):
    with untouched():
        assert switch(True, code="nothing").reason == "no_such_coupon"
        assert switch(True, code=None).reason == "no_such_coupon"


def test_it_refuses_neither_true_nor_false(switch, untouched):
    with untouched():
        outcome = switch(None)
    assert (outcome.reason, outcome.details["field"]) == ("invalid_value", "isDisabled")


def test_a_deleted_coupon_stays_deleted(db, switch, untouched):
    assert db.call("cpn_deleteCoupon", code="SALE").ok
    with untouched():
        assert switch(False).reason == "coupon_is_deleted"


def test_it_is_for_administrators(refuses_strangers, coupon):
    refuses_strangers("cpn_setCouponDisabled", code=coupon("SALE", value=10), isDisabled=True)


def test_it_answers_a_repeated_request_once(answers_once, coupon):
    answers_once(
        "cpn_setCouponDisabled", {"isDisabled": False}, code=coupon("SALE", value=10), isDisabled=True
    )
