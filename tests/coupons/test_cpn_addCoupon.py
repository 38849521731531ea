import threading

import pytest

from tests.people import register


@pytest.fixture
def add(db, people):
    def call(code="SUMMER-2027", **arguments):
        return db.call("cpn_addCoupon", **{"code": code, "value": 10, "actor": "root"} | arguments)

    return call


def test_a_coupon_for_single_use_can_be_used_once_by_one_person(db, add):
    outcome = add(" Summer-2027 ", note="  for the fair ")
    assert outcome.reason == "coupon_added"
    assert outcome.msg == "The coupon Summer-2027 can be used."
    row = db.row("SELECT * FROM cpn_couponList")
    assert (row.code, row.written, row.state, row.note) == (
        "summer-2027",
        "Summer-2027",
        "active",
        "for the fair",
    )
    assert (row.use_type, row.max_uses, row.max_uses_per_person, row.uses) == ("single", 1, None, 0)
    assert (row.discount_type, str(row.value), row.currency) == ("percentage", "10.00", "EUR")
    assert (row.tariffs, row.periods, row.valid_until, row.category) == (None, None, None, None)
    assert row.valid_from == row.created
    assert outcome.details["value"] == "10.00" and outcome.details["currency"] == "EUR"


def test_a_coupon_has_scope_limits_and_days(db, add, shop, category):
    partners = category("Partners")
    assert add(
        categoryID=partners,
        useType="multiple",
        discountType="amount",
        value="5.50",
        tariffIDs=[shop.team, shop.business, shop.team],
        periods=[12, 6, 12],
        validFrom="2099-01-01 00:00 UTC",
        validUntil="2099-02-01 00:00 UTC",
        maxUses=100,
        maxUsesPerPerson=2,
    ).ok
    row = db.row("SELECT * FROM cpn_couponList")
    assert (row.category, row.tariffs, row.periods) == ("Partners", ["Team", "Business"], [6, 12])
    assert (row.max_uses, row.max_uses_per_person, row.state) == (100, 2, "upcoming")
    assert (row.discount_type, str(row.value)) == ("amount", "5.50")


def test_a_coupon_that_makes_it_free_has_no_value(db, add):
    assert add(discountType="free", value="77", useType="multiple").ok
    row = db.row("SELECT * FROM cpn_couponList")
    assert (str(row.value), row.max_uses, row.max_uses_per_person) == ("0.00", None, None)


def test_empty_lists_mean_everything(db, add):
    assert add(tariffIDs=[], periods=[]).ok
    assert db.row("SELECT tariff_ids, periods FROM cpn_couponList") == (None, None)


@pytest.mark.parametrize("again", ["SUMMER-2027", " summer-2027 ", "ＳＵＭＭＥＲ-2027"])
def test_a_code_is_given_once(add, untouched, again):
    assert add("Summer-2027").ok
    with untouched():
        outcome = add(again)
    assert (outcome.reason, outcome.details["written"]) == ("coupon_exists", "Summer-2027")


def test_the_code_of_a_deleted_coupon_stays_taken(db, add, untouched):
    assert add().ok and db.call("cpn_deleteCoupon", code="summer-2027").ok
    with untouched():
        outcome = add()
    assert outcome.reason == "code_retired" and "not given again" in outcome.msg


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (None, "code_missing"),
        ("", "code_missing"),
        (" \u00a0\u200b", "code_missing"),
        ("x" * 256, "code_too_long"),
        ("ﷺ" * 20, "code_too_long"),
        ("two\nlines", "code_unreadable"),
        ("bell\x07", "code_unreadable"),
        ("nul\x00", "invalid_value"),
    ],
)
def test_it_refuses_what_is_no_code(add, untouched, code, reason):
    with untouched():
        outcome = add(code)
    assert (outcome.reason, outcome.details["field"]) == (reason, "code")


def test_a_code_has_255_characters_at_most_of_any_kind(db, add):
    for letter in "x", "ж", "🎄":
        assert add(letter * 255).ok
    assert db.value("SELECT count(*) FROM cpn_couponList WHERE length(written) = 255") == 3


def test_it_is_for_administrators(refuses_strangers):
    refuses_strangers("cpn_addCoupon", code="SALE", value=10)


def test_it_answers_a_repeated_request_once(db, answers_once):
    answers_once("cpn_addCoupon", {"value": 20}, code="SALE", value=10)
    assert db.value("SELECT count(*) FROM cpn_couponList") == 1


def test_of_many_at_once_one_gets_the_code(fresh_database):
    with fresh_database.connect() as connection:
        register(connection, "root", role="admin")
    answers, start = [], threading.Barrier(8)

    def work(number):
        with fresh_database.connect("portal_web") as connection:
            start.wait()
            answers.append(
                connection.call(
                    "cpn_addCoupon", code=["SALE", "sale "][number % 2], value=10, actor="root"
                ).reason
            )

    threads = [threading.Thread(target=work, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["coupon_added"] + ["coupon_exists"] * 7
