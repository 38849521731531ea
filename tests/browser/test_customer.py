"""What a customer does: by mouse, by keys alone, without JavaScript."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW, WAYS


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_dearer_tariff_now_a_cheaper_one_at_the_deadline_and_back(site, window, Hand, script):
    dana = customer(site, balance="100.00")
    one = window(site, dana, script=script)
    page, hand = one.open("/tariff"), Hand(one.page)

    choose(one, hand, "Proton Unlimited")
    expect(page.locator("#changeQuote")).to_contain_text("of Mail Plus not used")
    hand.press(page.get_by_role("button", name=re.compile("Pay .* and switch")))
    expect(page.get_by_role("heading", name="Proton Unlimited")).to_be_visible()
    assert present(site, dana).tariff == "Proton Unlimited"
    paid = site.value("SELECT balance FROM fin_balances WHERE username = %s", [dana])

    choose(one, hand, "Mail Plus")
    expect(page.locator(".losses")).to_contain_text("Storage")
    hand.press(page.get_by_role("button", name=re.compile("Switch on .* for €4.99")))
    keep = page.get_by_role("button", name="Keep Proton Unlimited instead")
    expect(keep).to_be_visible()
    assert present(site, dana).scheduled_tariff == "Mail Plus"

    hand.press(keep)
    expect(page.get_by_label("Renew from the balance for")).to_be_visible()
    assert present(site, dana).scheduled_tariff is None
    assert site.value("SELECT balance FROM fin_balances WHERE username = %s", [dana]) == paid


@pytest.mark.parametrize("Hand, script", WAYS)
def test_what_is_missing_is_asked_for_approved_and_the_choice_goes_on(site, window, Hand, script):
    dana = site.register()
    one, desk = window(site, dana, script=script), window(site, "mona", script=script)
    page, hand = one.open("/tariff"), Hand(one.page)
    choose(one, hand, "Mail Plus")
    expect(page.locator("#changeQuote")).to_contain_text("€4.99 is missing")
    hand.press(page.locator("#changeQuote").get_by_role("link", name="Top up €4.99"))
    hand.press(page.get_by_role("button", name="Ask for the top-up"))
    expect(page.locator("#requests")).to_contain_text("waiting")

    row = desk.open(f"/finance/admin?q=Dana+{dana[4:]}").locator("#requests tbody tr").last
    Hand(desk.page).press(row.get_by_role("button", name="Approve"))
    if script:
        expect(row).to_contain_text("posted")
    else:
        expect(row).to_have_count(0)
    assert site.value("SELECT balance FROM fin_balances WHERE username = %s", [dana]) == Decimal("4.99")

    page.reload()
    hand.press(page.get_by_role("link", name="Back to where you were"))
    hand.press(page.get_by_role("button", name="Pay €4.99 and switch"))
    expect(page.get_by_role("heading", name="Mail Plus")).to_be_visible()
    assert present(site, dana).tariff == "Mail Plus"


@pytest.mark.parametrize("Hand, script", FEW)
def test_the_renewal_is_switched_on_and_off(site, window, Hand, script):
    dana = customer(site, balance="20.00")
    one = window(site, dana, script=script)
    page, hand = one.open("/tariff"), Hand(one.page)
    for label, period in (("1 month, €4.99", 1), ("Off: it ends at the deadline", None)):
        hand.select(page.get_by_label("Renew from the balance for"), label)
        hand.press(page.get_by_role("button", name="Save the renewal"))
        expect(page.locator("#toasts .toast-note").last).to_be_visible()
        assert present(site, dana).renewal_period == period
        page.reload()


@pytest.mark.parametrize("Hand, script", FEW)
def test_language_and_colours(site, window, Hand, script):
    one = window(site, site.register(), script=script)
    page, hand = one.open("/profile"), Hand(one.page)
    hand.press(page.locator(".language-button"))
    hand.press(page.get_by_role("button", name="Slovenčina"))
    expect(page.locator("html")).to_have_attribute("lang", "sk")
    expect(page.get_by_role("heading", level=1)).to_have_text("Profil")
    hand.press(page.locator("[popovertarget=themes]"))
    hand.press(page.locator("#themes [value=dark]"))
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


@pytest.mark.parametrize("Hand, script", FEW)
def test_other_browsers_are_signed_out(site, window, Hand, script):
    dana = site.register()
    other, one = window(site, dana, script=script), window(site, dana, script=script)
    page = one.open("/profile")
    expect(page.locator("#sessions tbody tr")).to_have_count(2)
    Hand(page).press(page.get_by_role("button", name="Sign out all others"))
    expect(page.locator("#sessions tbody tr")).to_have_count(1)
    other.open("/tariff")
    expect(other.page).to_have_url(re.compile("/sign-in"))


def customer(site, balance: str) -> str:
    """Somebody on Mail Plus for a month, with that much left."""
    dana = site.register(balance=balance)
    site.call("fin_topUp", username=dana, amount="4.99", purpose="Cash at the desk")
    site.call("trf_changeUserTariff", username=dana, tariffID=site.facts["cheap"], period=1)
    return dana


def present(site, username: str):
    with site.database.connect() as connection:
        return connection.row("SELECT * FROM trf_userTariffs WHERE username = %s", [username])


def choose(one, hand, tariff: str) -> None:
    """Open the choice, take a tariff for a month, and see its price."""
    page = one.page
    hand.press(
        page.locator("#tariffInfo").get_by_role("link", name=re.compile("^(Change|Choose a) tariff")).first
    )
    plan = page.locator(".plan", has=page.locator(".choice-title", has_text=tariff))
    hand.choose(plan.get_by_role("radio"))
    if not one.script:
        hand.press(page.get_by_role("button", name="Show the price"))
    expect(page.locator("#changeQuote")).to_contain_text(tariff)
    hand.choose(page.locator("#changePeriods [value='1']"))
    if not one.script:
        hand.press(page.get_by_role("button", name="Show the price"))
    expect(page.locator("#changeQuote .quote")).to_contain_text(f"{tariff}, 1 month")
