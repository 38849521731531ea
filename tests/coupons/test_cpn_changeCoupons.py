import pytest


@pytest.fixture
def change(db, people):
    return lambda act, *codes, **arguments: db.call(
        "cpn_changeCoupons", **{"act": act, "codes": list(codes) or None, "actor": "root"} | arguments
    )


@pytest.fixture
def states(db):
    return lambda: dict(db.read("SELECT written, state FROM cpn_couponList"))


@pytest.fixture
def three(coupon, category):
    """ONE and TWO of a category, THREE without."""
    flyers = category("Flyers")
    coupon("ONE", value=10, categoryID=flyers)
    coupon("TWO", value=10, categoryID=flyers)
    coupon("THREE", value=10)
    return flyers


def test_named_coupons_are_switched_off_and_on_again(change, states, three):
    outcome = change("disable", "one", " TWO ", "Two")
    assert (outcome.reason, outcome.details) == (
        "coupons_changed",
        {"act": "disable", "changed": 2, "same": 0, "deleted": 0, "missing": 0},
    )
    assert states() == {"ONE": "disabled", "TWO": "disabled", "THREE": "active"}
    assert change("enable", "ONE", "TWO").details["changed"] == 2
    assert set(states().values()) == {"active"}


def test_what_cannot_be_changed_is_counted_and_in_nobodys_way(db, change, states, three):
    assert change("disable", "TWO").ok and db.call("cpn_deleteCoupon", code="THREE").ok
    outcome = change("disable", "ONE", "TWO", "THREE", "FOUR")
    assert (outcome.reason, outcome.details) == (
        "coupons_changed_partly",
        {"act": "disable", "changed": 1, "same": 1, "deleted": 1, "missing": 1},
    )
    assert states() == {"ONE": "disabled", "TWO": "disabled", "THREE": "deleted"}


def test_what_is_deleted_stays_so(db, change, states, three):
    assert change("delete", "ONE", "TWO", expectedCoupons=2).details["changed"] == 2
    outcome = change("enable", "ONE")
    assert (outcome.reason, outcome.details["deleted"]) == ("coupons_changed_partly", 1)
    assert change("delete", "ONE", "THREE", expectedCoupons=2).details["deleted"] == 1
    assert set(states().values()) == {"deleted"}


def test_all_that_a_filter_finds_is_changed_and_nothing_else(change, states, three):
    outcome = change("disable", categoryID=three, expectedCoupons=2)
    assert outcome.details["changed"] == 2
    assert change("delete", state="disabled", search="tw", expectedCoupons=1).details["changed"] == 1
    assert states() == {"ONE": "disabled", "TWO": "deleted", "THREE": "active"}


@pytest.mark.parametrize("expected", [None, 0, 1, 3, -2])
@pytest.mark.parametrize(("act", "codes"), [("disable", []), ("delete", []), ("delete", ["ONE", "TWO"])])
def test_who_changes_what_a_filter_finds_or_deletes_says_how_many(
    change, three, untouched, act, codes, expected
):
    with untouched():
        outcome = change(act, *codes, categoryID=three, expectedCoupons=expected)
    assert (outcome.reason, outcome.details) == (
        "count_unconfirmed",
        {"field": "expectedCoupons", "coupons": 2},
    )


def test_it_refuses_when_nothing_is_chosen(change, three, untouched):
    with untouched():
        assert change("disable", " ", None).reason == "nothing_chosen"
        assert change("disable", search="nothing", expectedCoupons=0).reason == "nothing_chosen"


def test_it_refuses_what_it_does_not_know(change, three, untouched):
    with untouched():
        for act in (None, "", "burn"):
            assert change(act, "ONE").details["field"] == "act"


def test_it_refuses_too_many_at_once(change, three, untouched):
    with untouched():
        outcome = change("disable", *(f"CODE {number}" for number in range(100_001)))
    assert (outcome.reason, outcome.details) == ("too_many_coupons", {"maximum": 100_000})


def test_it_is_for_administrators(refuses_strangers, three):
    refuses_strangers("cpn_changeCoupons", act="disable", codes=["ONE"])


def test_it_answers_a_repeated_request_once(answers_once, three):
    answers_once("cpn_changeCoupons", {"codes": ["TWO"]}, act="disable", codes=["ONE"])
