"""cpn_enterCodes: twenty different wrong codes in a quarter of an hour, then nothing is said about the next one."""

import pytest

WRONG = [f"guess-{number}" for number in range(20)]


def enter(db, *codes, username="alice", actor="alice"):
    return db.call("cpn_enterCodes", username=username, codes=list(codes), actor=actor)


def test_right_codes_and_empty_ones_cost_nothing(db, alice, coupon):
    coupon("TEN", value=10)
    for _ in range(30):
        assert enter(db, " ten ", "", "TEN").reason == "codes_entered"
    assert db.value("SELECT count(*) FROM as_attempts") == 0


def test_the_twenty_first_wrong_code_is_refused_and_so_is_a_right_one_then(db, alice, bob, coupon):
    coupon("TEN", value=10)
    for code in WRONG:
        assert enter(db, code).ok
    refused = enter(db, "guess-20")
    assert refused.reason == "too_many_attempts"
    assert 0 < refused.details["seconds"] <= 900
    assert enter(db, "TEN").reason == "too_many_attempts"
    assert enter(db, "TEN", username="bob", actor="bob").ok, "everybody counts for himself"


def test_wrong_codes_behind_many_others_count_as_well(db, alice, coupon):
    coupon("TEN", value=10)
    assert enter(db, *[""] * 50, *["TEN"] * 50, *WRONG).ok
    assert enter(db, *[""] * 50, "guess-20").reason == "too_many_attempts"


def test_the_same_wrong_code_counts_once_however_it_is_typed(db, alice):
    for _ in range(30):
        assert enter(db, "nothing", " NOTHING ").ok


def test_a_deleted_coupon_is_a_wrong_code(db, alice, coupon):
    coupon("GONE", value=10)
    db.call("cpn_deleteCoupon", code="GONE")
    assert all(enter(db, code).ok for code in WRONG)
    assert enter(db, "GONE").reason == "too_many_attempts"


def test_after_a_quarter_of_an_hour_it_goes_on(db, alice):
    assert all(enter(db, code).ok for code in WRONG)
    assert not enter(db, "one more").ok
    db.execute("UPDATE as_attempts SET since = since - interval '16 minutes'")
    assert enter(db, "one more").ok


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "bob"}, "not_allowed"),
        ({"actor": "ghost"}, "no_such_actor"),
    ],
)
def test_it_counts_only_for_whom_one_may_ask(db, alice, bob, asked, reason):
    assert enter(db, "guess", **asked).reason == reason
    assert db.value("SELECT count(*) FROM as_attempts") == 0


def test_the_pages_stop_whoever_guesses(cabinet, db, alice, shop, coupon):
    coupon("TEN", value=10)
    page = cabinet.enter(alice)
    for code in [*WRONG, "one-more"]:
        page = cabinet.open(f"/coupons?code={code}")
    page = cabinet.open("/coupons?code=TEN")
    assert page.status == 422 and "Too many attempts" in page.words
    page = cabinet.open(f"/tariff/change?tariffID={shop.team}&period=12&couponCodes=TEN")
    assert page.status == 422 and "Too many attempts" in page.words
    assert "Coupon TEN" not in page.words
