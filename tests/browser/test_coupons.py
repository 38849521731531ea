"""What an administrator does with coupons: by mouse, by keys alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW, WAYS


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_coupon_is_added_switched_off_and_brought_back(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/coupons/admin/codes"), Hand(one.page)
    code = f"Orchard {Hand.name} {script}"
    hand.press(page.get_by_role("link", name="Add coupon"))
    hand.fill(page.get_by_role("textbox", name="Code"), code)
    hand.fill(page.get_by_role("textbox", name="How much"), "120")
    hand.press(page.get_by_role("button", name="Add coupon"))
    expect(page.locator("#field-value-error")).to_be_visible()
    expect(page.get_by_role("textbox", name="Code")).to_have_value(code)

    hand.fill(page.get_by_role("textbox", name="How much"), "12,5")
    hand.press(page.get_by_role("button", name="Add coupon"))
    row = page.locator("#discountRows tbody tr", has_text=code)
    expect(row).to_contain_text("−12.5%")

    hand.press(row.get_by_role("link", name=code))
    hand.press(page.get_by_role("button", name="Switch off"))
    expect(page.locator("#coupon .chip").first).to_have_text("switched off")
    hand.press(page.get_by_role("button", name=f"Undo {code}"))
    expect(page.locator("#coupon .chip").first).to_have_text("active")

    hand.press(page.get_by_role("link", name="Delete"))
    hand.press(page.get_by_role("button", name="Delete coupon"))
    expect(page.locator("[data-result=coupon_deleted]")).to_be_visible()
    assert site.value("SELECT state FROM cpn_couponList WHERE written = %s", [code]) == "deleted"


@pytest.mark.parametrize("Hand, script", FEW)
def test_coupons_are_made_before_ones_eyes_and_revoked(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/coupons/admin/generated"), Hand(one.page)
    prefix = f"{Hand.name}-{script}-".upper()
    hand.press(page.get_by_role("link", name="Generate", exact=True))
    hand.fill(page.get_by_role("textbox", name="How many"), "20000")
    hand.fill(page.get_by_role("textbox", name="Beginning"), prefix)
    hand.fill(page.get_by_role("textbox", name="How much"), "20")
    hand.press(page.get_by_role("button", name="Generate"))
    row = page.locator("#generationRows tbody tr", has_text=prefix)
    expect(row).to_be_visible()
    if script:
        expect(row).to_contain_text("20,000 made", timeout=60_000)
    else:
        while "20,000 made" not in row.text_content():
            page.wait_for_timeout(500)
            page.reload()

    hand.press(row.get_by_role("link", name="Revoke"))
    hand.fill(page.get_by_role("textbox", name="To confirm"), "1")
    hand.press(page.get_by_role("button", name="Delete 20,000 coupons"))
    expect(page.locator("#field-expectedCoupons-error")).to_be_visible()
    hand.fill(page.get_by_role("textbox", name="To confirm"), "20,000")
    hand.press(page.get_by_role("button", name="Delete 20,000 coupons"))
    expect(row).to_contain_text("revoked")


def test_a_list_is_narrowed_while_one_types(site, window):
    page = window(site, "root").open("/coupons/admin/codes")
    page.get_by_role("searchbox").fill("sOMM")
    expect(page.locator("#discountRows tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/coupons/admin/codes\?q=sOMM&"))
    page.get_by_role("searchbox").fill("SОММЕR")
    page.get_by_role("link", name="Look for sommer").click()
    expect(page.locator("#discountRows tbody tr")).to_contain_text("SOMMER")


def test_unneeded_fields_are_not_shown(site, window):
    page = window(site, "root").open("/coupons/admin/new")
    limit, value = (
        page.get_by_role("textbox", name="Uses in all"),
        page.get_by_role("textbox", name="How much"),
    )
    expect(limit).to_be_hidden()
    page.get_by_role("radio", name="many times").check(force=True)
    expect(limit).to_be_visible()
    page.get_by_role("radio", name="free of charge").check(force=True)
    expect(value).to_be_hidden()


@pytest.mark.parametrize("Hand, script", WAYS)
def test_many_coupons_are_ticked_and_switched_off_at_once(site, window, Hand, script):
    beginning = f"many {Hand.name} {script} "
    for number in range(3):
        site.call("cpn_addCoupon", code=f"{beginning}{number}", value=10)
    one = window(site, "root", script=script)
    page, hand = one.open(f"/coupons/admin/codes?q={beginning.strip()}"), Hand(one.page)
    for number in (0, 2):
        hand.tick(page.get_by_role("checkbox", name=f"Choose {beginning}{number}"))
    hand.press(page.get_by_role("form", name="Many coupons at once").get_by_role("button", name="Switch off"))
    expect(page.locator("main")).to_contain_text("2 coupons are chosen")
    if script:
        one.judge_everywhere()
    hand.press(page.get_by_role("button", name="Switch off 2 coupons"))
    expect(page.locator("[data-result=coupons_changed]")).to_be_visible()
    states = site.value(
        "SELECT array_agg(state ORDER BY written) FROM cpn_couponList WHERE written LIKE %s",
        [f"{beginning}%"],
    )
    assert states == ["disabled", "active", "disabled"]


def test_a_box_ticks_all_that_are_shown_and_shows_how_many_are(site, window):
    for number in range(3):
        site.call("cpn_addCoupon", code=f"together {number}", value=10)
    page = window(site, "root").open("/coupons/admin/codes?q=together")
    everything = page.get_by_role("checkbox", name="Choose all of these")
    boxes = page.locator("input[name=codes]")
    expect(boxes).to_have_count(3)
    everything.check()
    expect(page.locator("input[name=codes]:checked")).to_have_count(3)
    boxes.nth(1).uncheck()
    assert everything.evaluate("box => [box.checked, box.indeterminate]") == [False, True]
    boxes.nth(1).check()
    expect(everything).to_be_checked()
    everything.uncheck()
    expect(page.locator("input[name=codes]:checked")).to_have_count(0)
    page = window(site, "root", script=False).open("/coupons/admin/codes?q=together")
    expect(page.get_by_role("checkbox", name="Choose all of these")).to_be_hidden()
    expect(page.get_by_role("combobox", name="Coupons")).to_be_visible()
