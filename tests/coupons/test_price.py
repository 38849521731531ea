"""cpn_getPrice: what is left of a price after personal discounts and up to five codes, and why a code does not count."""

from decimal import Decimal

import pytest

FULL = Decimal("100.00")


@pytest.fixture
def price(db, shop):
    """The price of Team for a year: `price("SUMMER", "FIVE")`; whose, which and how long may be said."""

    def ask(*codes, username="alice", tariffID=shop.team, period=12):
        return db.row("SELECT * FROM cpn_getPrice(%s, %s, %s, %s)", [username, tariffID, period, list(codes)])

    return ask


@pytest.fixture
def combine(db):
    def set_to(way: str) -> None:
        assert db.call("as_setSetting", code="discountCombination", value=way).ok

    return set_to


def amounts(found) -> list[str]:
    return [line["amount"] for line in found.discounts]


def why(found) -> dict:
    return {line["code"]: line["reason"] for line in found.ignored}


def adds_up(found) -> bool:
    return found.fullprice - sum(map(Decimal, amounts(found))) == found.price


# How discounts combine


def test_without_discounts_and_codes_it_is_the_full_price(price, alice):
    found = price()
    assert (found.fullprice, found.price, found.discounts, found.ignored) == (FULL, FULL, [], [])


def test_a_personal_discount_comes_off_by_itself_and_for_nobody_else(price, personal, alice, bob):
    personal(alice, "30", "Studied this year")
    found = price()
    assert (found.fullprice, found.price) == (FULL, Decimal("70.00"))
    assert found.discounts[0] | {"discountID": 0} == {
        "kind": "personal",
        "discountID": 0,
        "reason": "Studied this year",
        "discountType": "percentage",
        "value": "30.00",
        "amount": "30.00",
    }
    assert price(username=bob).price == price(username=None).price == FULL


@pytest.mark.parametrize(
    ("way", "left", "each"),
    [
        ("sum", "35.00", ["30.00", "20.00", "10.00", "5.00"]),
        ("sequential", "45.40", ["30.00", "14.00", "5.60", "5.00"]),
        ("best", "70.00", ["30.00"]),
    ],
)
def test_a_setting_says_how_discounts_combine(
    price, combine, coupon, category, personal, alice, way, left, each
):
    combine(way)
    personal(alice, "30", "Studied this year")
    personal(alice, "20", "The partner from Novosibirsk", categoryID=category("Partners"))
    coupon("TEN", value=10)
    coupon("FIVE", discountType="amount", value=5, categoryID=category("Flyers"))
    found = price("TEN", "FIVE")
    assert (str(found.price), amounts(found)) == (left, each)
    assert adds_up(found)


def test_of_personal_discounts_of_one_kind_the_largest_counts(price, personal, alice, shop):
    personal(alice, "20", "The partner from Novosibirsk")
    personal(alice, "30", "Studied this year")
    personal(alice, "5", "Half a year", periods=[6])
    assert [line["reason"] for line in price().discounts] == ["Studied this year"]
    assert [line["value"] for line in price(period=6).discounts] == ["30.00", "5.00"]


def test_the_best_single_one_is_found_wherever_it_stands(price, combine, coupon, personal, alice):
    combine("best")
    personal(alice, "10", "Studied this year")
    coupon("SEVEN", value=7)
    coupon("TWENTY", discountType="amount", value=20)
    coupon("FORTY", value=40)
    found = price("SEVEN", "TWENTY", "FORTY")
    assert (found.price, [line["code"] for line in found.discounts]) == (Decimal("60.00"), ["FORTY"])
    assert why(found) == {"SEVEN": "coupon_not_needed", "TWENTY": "coupon_not_needed"}


def test_an_equal_coupon_is_kept_where_the_personal_discount_does_it(price, combine, coupon, personal, alice):
    combine("best")
    personal(alice, "10", "Studied this year")
    coupon("TEN", value=10)
    assert why(price("TEN")) == {"TEN": "coupon_not_needed"}


def test_nothing_is_below_zero_and_the_last_amount_is_cut(price, coupon, category, alice):
    coupon("NINETY", discountType="amount", value=90)
    coupon("EIGHTY", value=80, categoryID=category("Flyers"))
    coupon("LATE", value=5, categoryID=category("Late"))
    found = price("NINETY", "EIGHTY", "LATE")
    assert (found.price, amounts(found)) == (Decimal("0.00"), ["90.00", "10.00"])
    assert why(found) == {"LATE": "coupon_not_needed"}
    assert adds_up(found)


def test_free_makes_it_free(price, coupon, alice):
    coupon("GIFT", discountType="free")
    found = price("GIFT")
    assert (found.price, amounts(found)) == (Decimal("0.00"), ["100.00"])


def test_each_amount_is_rounded_half_up_once(db, price, coupon, personal, alice, shop):
    tariff = db.call("trf_saveTariff", name="Odd", price="72.45", price6="1", price12="1", price36="1")
    coupon("TEN", value=10)
    found = price("TEN", tariffID=tariff.details["tariffID"], period=1)
    assert (str(found.price), amounts(found)) == ("65.20", ["7.25"])


def test_what_would_round_to_nothing_is_not_used_up(db, price, coupon, alice):
    tariff = db.call("trf_saveTariff", name="Cent", price="0.01", price6="1", price12="1", price36="1")
    coupon("TEN", value=10)
    assert why(price("TEN", tariffID=tariff.details["tariffID"], period=1)) == {"TEN": "coupon_not_needed"}


def test_a_free_tariff_needs_no_coupon(price, coupon, personal, alice, shop):
    coupon("TEN", value=10)
    personal(alice, "30", "Studied this year")
    found = price("TEN", "NONE", tariffID=shop.free, period=0)
    assert (found.price, found.discounts) == (0, [])
    assert why(found) == {"TEN": "coupon_not_needed", "NONE": "no_such_coupon"}


def test_there_is_no_price_of_no_tariff(price, alice):
    assert price(tariffID=-1).price is None


# Why a code does not count


def test_codes_are_found_whatever_their_case_and_outer_spaces(price, coupon, alice):
    coupon("Summer-2026", value=10)
    for typed in ("summer-2026", " SUMMER-2026 ", "\u00a0summer-2026\u200b", "ｓｕｍｍｅｒ-2026"):
        assert [line["code"] for line in price(typed).discounts] == ["Summer-2026"]


def test_empty_fields_are_no_codes(price, coupon, alice):
    coupon("TEN", value=10)
    found = price("", "  ", "TEN", None)
    assert (found.price, found.ignored) == (Decimal("90.00"), [])


def test_every_code_that_does_not_count_is_named_with_its_reason(db, price, coupon, alice, bob, shop):
    coupon("LATER", value=10, validFrom="2999-01-01")
    coupon("OFF", value=10)
    coupon("GONE", value=10)
    coupon("BUSINESS", value=10, tariffIDs=[shop.business])
    coupon("MONTHLY", value=10, periods=[1])
    assert db.call("cpn_setCouponDisabled", code="OFF", isDisabled=True).ok
    assert db.call("cpn_deleteCoupon", code="GONE").ok
    assert why(price("LATER", "OFF", "GONE", "BUSINESS", "MONTHLY")) == {
        "LATER": "coupon_not_yet",
        "OFF": "coupon_disabled",
        "GONE": "no_such_coupon",
        "BUSINESS": "coupon_other_tariff",
        "MONTHLY": "coupon_other_period",
    }
    found = {line["code"]: line["details"] for line in price("BUSINESS", "MONTHLY", "LATER").ignored}
    assert found["BUSINESS"] == {"code": "BUSINESS", "tariffs": "Business"}
    assert found["MONTHLY"] == {"code": "MONTHLY", "periods": "1"}
    assert found["LATER"]["from"].startswith("2999-01-01")


def test_what_was_used_is_told_apart_from_what_was_used_by_oneself(price, coupon, buy, alice, bob):
    coupon("ONCE", value=10)
    coupon("TWICE", value=10, useType="multiple", maxUsesPerPerson=1)
    buy(alice, "ONCE", "TWICE")
    assert why(price("ONCE", "TWICE")) == {"ONCE": "coupon_used_by_you", "TWICE": "coupon_used_by_you"}
    assert why(price("ONCE", "TWICE", username=bob)) == {"ONCE": "coupon_used"}


def test_a_code_twice_counts_once(price, coupon, alice):
    coupon("TEN", value=10)
    found = price("TEN", "ten ")
    assert (found.price, why(found)) == (Decimal("90.00"), {"TEN": "coupon_given_twice"})


def test_of_one_kind_scope_and_category_the_first_counts(price, coupon, category, alice, shop):
    coupon("FIRST", value=10)
    coupon("SAME", value=20)
    coupon("OTHER-KIND", value=1, useType="multiple")
    coupon("OTHER-SCOPE", value=1, periods=[12])
    coupon("OTHER-CATEGORY", value=1, categoryID=category("Flyers"))
    found = price("FIRST", "SAME", "OTHER-KIND", "OTHER-SCOPE", "OTHER-CATEGORY")
    assert (found.price, why(found)) == (Decimal("87.00"), {"SAME": "coupon_same_kind"})
    assert found.ignored[0]["details"] == {"code": "SAME", "other": "FIRST"}


def test_one_that_does_not_count_is_in_nobodys_way(price, coupon, alice):
    coupon("OVER", value=10, periods=[1])
    coupon("TEN", value=10, periods=[12])
    assert price("OVER", "TEN").price == Decimal("90.00")


def test_five_codes_are_looked_at(price, coupon, category, alice):
    for number in range(6):
        coupon(f"CODE{number}", value=1, categoryID=category(f"Category {number}"))
    found = price(*(f"CODE{number}" for number in range(6)))
    assert (found.price, why(found)) == (Decimal("95.00"), {"CODE5": "too_many_codes"})
    assert len(price(*(f"none {number}" for number in range(5000))).ignored) == 20


def test_five_different_codes_are_looked_at_wherever_they_stand(price, coupon, category, alice):
    coupon("FIRST", value=1)
    coupon("LAST", value=1, categoryID=category("Late"))
    found = price(*[""] * 30, *["FIRST"] * 30, "LAST")
    assert found.price == Decimal("98.00")
    assert [line["reason"] for line in found.ignored] == ["coupon_given_twice"] * 15


def test_a_cyrillic_letter_that_looks_latin_is_told(price, coupon, alice):
    coupon("SALE", value=10)
    found = price("SАLЕ")
    assert (found.price, why(found)) == (FULL, {"SАLЕ": "coupon_looks_cyrillic"})
    assert found.ignored[0]["details"] == {"code": "SАLЕ", "latin": "SALE"}
    assert why(price("СКИДКА")) == {"СКИДКА": "no_such_coupon"}


@pytest.mark.parametrize(
    ("zone", "last", "first"),
    [
        ("Europe/Bratislava", "2026-03-29 21:59:59.999", "2026-03-29 22:00"),
        ("UTC", "2026-03-29 23:59:59.999", "2026-03-30 00:00"),
        ("Pacific/Kiritimati", "2026-03-29 09:59:59.999", "2026-03-29 10:00"),
        ("America/New_York", "2026-03-30 03:59:59.999", "2026-03-30 04:00"),
    ],
)
def test_a_discount_ends_at_midnight_here_to_the_moment(
    db, price, personal, coupon, at, alice, zone, last, first
):
    """Day after the night that has 23 hours in Bratislava; the server's own zone is another."""
    assert db.call("as_setSetting", code="timeZone", value=zone).ok
    at("2026-03-01 12:00")
    personal(alice, "30", "Studied this year", validUntil="2026-03-30")
    until = db.value(
        "SELECT valid_until FROM cpn_discountList WHERE username = %s AND state = 'active'", [alice]
    )
    coupon("TEN", value=10, validUntil=until)
    at(last)
    assert price("TEN").price == Decimal("60.00")
    at(first)
    found = price("TEN")
    assert (found.price, why(found)) == (FULL, {"TEN": "coupon_expired"})
    assert found.ignored[0]["details"]["until"]


def test_a_coupon_begins_to_the_moment(price, coupon, at, alice):
    at("2026-03-01 12:00")
    coupon("TEN", value=10, validFrom="2026-03-02 00:00+01")
    at("2026-03-01 22:59:59.999")
    assert why(price("TEN")) == {"TEN": "coupon_not_yet"}
    at("2026-03-01 23:00")
    assert price("TEN").price == Decimal("90.00")


def test_asking_writes_nothing(price, coupon, personal, untouched, alice):
    coupon("TEN", value=10)
    personal(alice, "30", "Studied this year")
    with untouched():
        price("TEN", "NONE")
