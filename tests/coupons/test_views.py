"""What lists and reports say of uses and categories."""

from decimal import Decimal


def test_a_category_counts_what_can_be_used_and_what_is_there(db, category, coupon):
    partners, empty = category("Partners"), category("Empty")
    for number in range(3):
        coupon(f"C{number}", value=10, categoryID=partners)
    db.call("cpn_setCouponDisabled", code="C0", isDisabled=True)
    db.call("cpn_deleteCoupon", code="C1")
    counts = {row.category_id: (row.active, row.total) for row in db.read("SELECT * FROM cpn_categoryList")}
    assert counts == {partners: (1, 2), empty: (0, 0)}


def test_several_codes_of_one_purchase_are_one_purchase_in_the_report(db, coupon, buy, alice, shop):
    coupon("SALE", value=10, useType="multiple")
    coupon("FIVE", value=5, discountType="amount")
    assert buy(alice, "SALE", "FIVE").ok
    assert buy(alice, "SALE", tariffID=shop.business).ok
    (row,) = db.read("SELECT * FROM cpn_couponEffect")
    assert (row.redemptions, row.released, row.purchases, row.people) == (3, 0, 2, 1)
    assert (row.given, row.income) == (Decimal("35.00"), Decimal("265.00"))
    assert row.month == db.value("SELECT date_trunc('month', as_today())::date")


def test_what_was_taken_back_is_no_gift_and_no_income(db, coupon, buy, alice):
    coupon("SALE", value=10)
    number = buy(alice, "SALE").details["number"]
    assert db.call("trf_reverseChange", username=alice, number=number, note="by mistake").ok
    (row,) = db.read("SELECT * FROM cpn_couponEffect")
    assert (row.redemptions, row.released, row.purchases, row.people) == (0, 1, 0, 0)
    assert (row.given, row.income) == (Decimal("0.00"), Decimal("0.00"))
    (use,) = db.read("SELECT * FROM cpn_usage")
    assert use.released_at is not None and use.amount == Decimal("10.00")
