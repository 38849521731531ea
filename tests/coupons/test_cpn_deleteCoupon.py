import pytest


@pytest.fixture
def delete(db, people):
    return lambda code, **arguments: db.call(
        "cpn_deleteCoupon", **{"code": code, "actor": "root"} | arguments
    )


def test_a_deleted_coupon_keeps_its_code(db, delete, coupon):
    coupon("SALE", value=10)
    outcome = delete(" sale ")
    assert (outcome.reason, outcome.details["uses"], outcome.details["status"]) == (
        "coupon_deleted",
        0,
        "active",
    )
    assert db.value("SELECT state FROM cpn_couponList WHERE code = 'sale'") == "deleted"


def test_it_refuses_what_is_not_there(delete, untouched):
    with untouched():
        assert delete("nothing").reason == "no_such_coupon"


def test_it_is_deleted_once(delete, coupon, untouched):
    coupon("SALE", value=10)
    assert delete("SALE").ok
    with untouched():
        assert delete("SALE").reason == "coupon_is_deleted"


def test_it_is_for_administrators(refuses_strangers, coupon):
    refuses_strangers("cpn_deleteCoupon", code=coupon("SALE", value=10))


def test_it_answers_a_repeated_request_once(answers_once, coupon):
    answers_once("cpn_deleteCoupon", {"code": coupon("OTHER", value=10)}, code=coupon("SALE", value=10))
