"""A customer with a discount and a coupon: looks at the prices, buys with codes, takes one away again."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import WAYS

numbers = itertools.count(1)


@pytest.fixture
def code(site):
    """A coupon nobody else knows: `code(value="10")`."""

    def add(**terms) -> str:
        name = f"BROWSER-{next(numbers)}"
        category = site.call("cpn_saveCategory", name=f"Category of {name}").details["categoryID"]
        site.call("cpn_addCoupon", code=name, categoryID=category, **terms)
        return name

    return add


def customer(site) -> str:
    dana = site.register(balance="300.00")
    site.call("cpn_setPersonalDiscount", username=dana, percentage="30", reason="You studied this year")
    return dana


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_coupon_is_tried_and_bought_with(site, window, code, Hand, script):
    dana, year = customer(site), code(value="10", periods=[12])
    one = window(site, dana, script=script)
    page, hand = one.open("/coupons"), Hand(one.page)
    expect(page.locator("#ownDiscounts")).to_contain_text("You studied this year")

    hand.fill(page.get_by_label("Try a coupon"), f" {year.lower()} ")
    hand.press(page.get_by_role("button", name="Show the prices"))
    expect(page.locator("#couponPrices")).to_contain_text(f"{year} takes 10% off")
    row = page.locator("#couponPrices tr", has_text="Mail Plus")
    expect(row).to_contain_text("€28.73")
    expect(row).to_contain_text("without the coupon")
    hand.press(row.get_by_role("link", name="€28.73"))

    expect(page.locator("#given-coupons")).to_contain_text(year)
    pay = page.get_by_role("button", name=re.compile("Pay €28.73 and"))
    hand.press(pay)
    expect(pay).to_have_count(0)
    if script:
        expect(page.locator("#usedCoupons")).to_contain_text(year)
    assert site.value("SELECT uses FROM cpn_couponList WHERE written = %s", [year]) == 1


@pytest.mark.parametrize("Hand, script", WAYS)
def test_codes_are_given_one_by_one_and_taken_away(site, window, code, Hand, script):
    dana, ten, five = customer(site), code(value="10"), code(discountType="amount", value="5")
    one = window(site, dana, script=script)
    cheap = site.facts["cheap"]
    page, hand = one.open(f"/tariff/change?tariffID={cheap}&period=12"), Hand(one.page)
    pay = page.get_by_role("button", name=re.compile("Pay .* and"))
    expect(pay).to_have_text("Pay €33.52 and switch")

    for number, given in enumerate((ten, five, "no-such-code"), 1):
        hand.fill(page.get_by_label("Coupon"), given)
        hand.press(page.get_by_role("button", name="Apply"))
        expect(page.locator("#given-coupons li")).to_have_count(number)
    expect(page.locator("#given-coupons")).to_contain_text("There is no coupon no-such-code.")
    expect(pay).to_have_text("Pay €23.73 and switch")

    for given in ("no-such-code", five):
        hand.press(page.get_by_role("button", name=f"Take {given} away"))
        expect(page.locator("#given-coupons")).not_to_contain_text(given)
    expect(pay).to_have_text("Pay €28.73 and switch")


def test_enter_in_the_field_applies_the_code_and_keeps_the_place(site, window, code):
    dana, ten = customer(site), code(value="10")
    one = window(site, dana)
    page = one.open(f"/tariff/change?tariffID={site.facts['cheap']}&period=12")
    field = page.get_by_label("Coupon")
    field.fill(ten)
    field.press("Enter")
    expect(page.locator("#given-coupons")).to_contain_text(ten)
    expect(field).to_be_focused()
    expect(field).to_have_value("")
