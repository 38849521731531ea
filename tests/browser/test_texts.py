"""What an administrator does with texts of messages: writes one, sees it as a person would get it, goes back."""

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_text_is_written_seen_with_somebodys_figures_and_taken_back(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/messages/texts"), Hand(one.page)
    hand.press(page.get_by_role("link", name="money arrived, all channels, English"))
    body, look = page.get_by_role("textbox", name="Text"), page.locator("#text-preview")
    expect(look.locator(".look-letter").first).to_contain_text("Your account was topped up.")

    # Seen by Alice while it is being written
    hand.fill(page.get_by_role("textbox", name="Subject"), f"Thank you {Hand.name} {script}, {{name}} 🎉")
    if script:
        body.fill("Now you have ")
        body.press("End")
        hand.press(page.get_by_role("button", name="{balance} Insert"))
        expect(body).to_have_value("Now you have {balance}")
    else:
        hand.fill(body, "Now you have {balance}")
    hand.fill(page.get_by_role("searchbox", name="Seen by"), "alice")
    if not script:
        hand.press(page.get_by_role("button", name="Preview"))
    balance = site.value("SELECT to_char(balance, 'FM999,990.00') FROM fin_accounts WHERE username = 'alice'")
    expect(look.locator(".look-letter").first).to_contain_text(f"Now you have €{balance}")
    expect(look.locator("h4").first).to_contain_text(", Alice")
    expect(look.locator(".look-sms")).to_contain_text("🎉")

    # What cannot be sent is refused, and stays in the form
    hand.fill(body, "Now you have {money}")
    hand.press(page.get_by_role("button", name="Save"))
    expect(page.locator("#field-body-error")).to_contain_text("There is no {money} here.")
    expect(body).to_have_value("Now you have {money}")
    hand.fill(body, "Now you have {balance}")
    hand.press(page.get_by_role("button", name="Save"))
    expect(page.locator(".text-versions li").first).to_contain_text("is sent")
    expect(page.locator(".text-versions ins").first).to_be_visible()
    assert site.value("SELECT ntf_getText('top_up', 'email', 'en') ->> 'body'") == "Now you have {balance}"

    # And back
    hand.press(page.get_by_role("button", name="Go back to the delivered text"))
    expect(body).to_have_value(site.value("SELECT ntf_getText('top_up', 'email', 'en') ->> 'body'"))
    assert site.value("SELECT ntf_getText('top_up', 'email', 'en') ->> 'subject'") == "{amount} arrived"
