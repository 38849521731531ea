"""A visitor sees the prices, chooses, registers and has the tariff: by mouse, by keys alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import Keys, Mouse
from tests.browser.window import TWO_LOOKS

PASSWORD = "three quiet herons"


@pytest.mark.parametrize("hand", [Mouse, Keys])
@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_the_prices_to_a_tariff_that_costs_more_than_there_is(site, window, hand, script):
    one = window(site, script=script)
    page, hand = one.open("/prices"), hand(one.page)
    name = page.locator(".price-card", has_text="Mail Plus")
    hand.press(
        page.get_by_role("navigation", name="Period").get_by_role("link", name=re.compile("^12 months"))
    )
    expect(name.locator(".price-figure")).to_contain_text("3.99")
    hand.press(name.get_by_role("link", name="Choose"))
    register(one, hand, f"vera-{hand.name}-{script}@example.com")

    expect(page).to_have_url(re.compile(r"/tariff/change\?tariffID=\d+&period=12"))
    expect(page.locator("#changeQuote")).to_contain_text("47.88 is missing")
    top_up = page.locator("#changeQuote").get_by_role("link", name="Top up €47.88")
    hand.press(top_up)
    expect(page.get_by_role("textbox", name="Amount")).to_have_value("47.88")


def test_a_free_tariff_is_confirmed_and_costs_nothing(site, window):
    site.call("trf_saveTariff", name="Open garden", description="Free for everybody", sortOrder=5)
    one = window(site)
    page, hand = one.open("/prices"), Mouse(one.page)
    hand.press(page.locator(".price-card", has_text="Open garden").get_by_role("link", name="Choose"))
    register(one, hand, "olga@example.com")
    hand.press(page.get_by_role("button", name=re.compile("Open garden|Switch")))
    expect(page.get_by_role("heading", name="Open garden")).to_be_visible()


def test_a_wrong_password_says_so_beside_the_form(site, window):
    one = window(site)
    page, hand = one.open("/sign-in"), Keys(one.page)
    hand.fill(page.get_by_label("E-mail, phone or login"), "alice")
    hand.fill(page.get_by_label("Password"), "not hers")
    page.keyboard.press("Enter")
    expect(page.locator("[data-result]")).to_be_visible()
    one.judge_everywhere(*TWO_LOOKS)


def register(one, hand, email: str) -> None:
    """Fill in the form, open the message that the demo shows, and finish."""
    page = one.page
    hand.fill(page.get_by_label("Name"), "Vera Visitor")
    hand.fill(page.get_by_role("textbox", name="E-mail"), email)
    hand.fill(page.get_by_label("Password"), PASSWORD)
    hand.press(page.get_by_role("button", name="Send me the link"))
    hand.press(page.get_by_role("link", name="Open the message here"))
    link = page.get_by_role("link", name="Open the link")
    for _ in range(40):
        # With JavaScript the page looks again by itself.
        if link.count():
            break
        page.wait_for_timeout(250)
        if not one.script:
            page.reload()
    expect(link).to_be_visible()
    if one.script:
        one.judge_everywhere(*TWO_LOOKS)
    hand.press(link)
    hand.press(page.get_by_role("button", name="Finish registration"))
