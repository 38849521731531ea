import pytest


@pytest.fixture
def partners(category):
    return category("Partners")


@pytest.fixture
def delete(db, people, partners):
    return lambda expected=None, **arguments: db.call(
        "cpn_deleteCategory",
        **{"categoryID": partners, "expectedCoupons": expected, "actor": "root"} | arguments,
    )


def test_an_empty_category_is_deleted_without_a_word(db, delete):
    outcome = delete()
    assert (outcome.reason, outcome.details["coupons"]) == ("category_deleted", 0)
    assert db.read("SELECT * FROM cpn_categoryList") == []


def test_its_coupons_are_deleted_with_it_and_no_others(db, delete, partners, coupon):
    coupon("ONE", value=10, categoryID=partners)
    coupon("TWO", value=10, categoryID=partners)
    coupon("GONE", value=10, categoryID=partners)
    db.call("cpn_deleteCoupon", code="GONE")
    coupon("OTHER", value=10)
    assert delete(2).details["coupons"] == 2
    assert dict(db.read("SELECT written, state FROM cpn_couponList")) == {
        "ONE": "deleted",
        "TWO": "deleted",
        "GONE": "deleted",
        "OTHER": "active",
    }


@pytest.mark.parametrize("expected", [None, 0, 2, -1])
def test_who_deletes_coupons_says_how_many(delete, partners, coupon, untouched, expected):
    coupon("ONE", value=10, categoryID=partners)
    with untouched():
        outcome = delete(expected)
    assert (outcome.reason, outcome.details["coupons"]) == ("count_unconfirmed", 1)
    assert outcome.details["field"] == "expectedCoupons"


def test_a_category_that_an_order_in_the_making_names_is_kept(db, delete, partners, untouched):
    order = db.call("cpn_generateCoupons", count=1, value=10, categoryID=partners).details["generationID"]
    with untouched():
        outcome = delete()
    assert (outcome.reason, outcome.details["category"]) == ("category_in_use", "Partners")
    assert db.call("cpn_makeCoupons", generationID=order).ok
    assert delete(1).ok


def test_a_category_of_a_personal_discount_is_kept_until_that_ends(db, delete, partners, personal, untouched):
    discount = personal("bob", 30, "Studied this year", categoryID=partners)
    with untouched():
        assert delete().reason == "category_in_use"
    assert db.call("cpn_endPersonalDiscount", username="bob", id=discount).ok
    assert delete().ok


def test_a_category_that_an_import_names_is_kept(db, delete, partners, untouched):
    db.execute(
        "INSERT INTO cpn_sources (name, holds, host, port, databaseName, userName, password, tls, certificate,"
        " tableName, keyColumn, mapping, timeZone, categoryID, endingIsAllowed, failures, createdAt, updatedAt)"
        " VALUES ('Centre', 'coupons', 'h', 3306, 'd', 'u', '', 'off', '', 't', 'id', '{}', 'UTC', %s, false, 0,"
        " now(), now())",
        [partners],
    )
    with untouched():
        outcome = delete()
    assert outcome.reason == "category_in_use" and "Centre" in outcome.msg


def test_it_refuses_an_unknown_category(delete, untouched):
    with untouched():
        assert delete(categoryID=999).reason == "no_such_category"


def test_it_is_for_administrators(refuses_strangers, partners):
    refuses_strangers("cpn_deleteCategory", categoryID=partners)


def test_it_answers_a_repeated_request_once(answers_once, partners):
    answers_once("cpn_deleteCategory", {"expectedCoupons": 1}, categoryID=partners)
