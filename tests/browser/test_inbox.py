"""Messages in the cabinet, and switching a kind off: by mouse, by keys alone, without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.keys import WAYS
from tests.browser.site import put_into_inbox


@pytest.mark.parametrize("Hand, script", WAYS)
def test_the_bell_leads_to_a_message_and_all_are_read_at_once(site, window, Hand, script):
    dana = site.register(balance="10.00")
    for subject in ("Welcome among us", "Money has arrived"):
        put_into_inbox(site, dana, subject)
    one = window(site, dana, script=script)
    page, hand = one.open("/"), Hand(one.page)
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("Inbox, unread: 2")

    hand.press(bell)
    hand.press(page.get_by_role("button", name="Money has arrived"))
    expect(page.get_by_role("heading", name="Money has arrived")).to_be_visible()
    expect(page.locator(".letter-body")).to_contain_text("Your account was topped up.")
    expect(bell).to_have_accessible_name("Inbox, unread: 1")

    hand.press(page.get_by_role("link", name="All messages"))
    hand.press(page.get_by_role("button", name="Mark all as read"))
    # With a script the bell hears of it; without one the page is a new one.
    expect(bell).to_have_accessible_name("Inbox")
    expect(page.get_by_text("unread")).to_have_count(0)
    if script:
        one.judge_everywhere()

    hand.press(page.get_by_role("button", name="Welcome among us"))
    hand.press(page.get_by_role("button", name="Remove"))
    expect(page.get_by_role("button", name="Money has arrived")).to_be_visible()
    expect(page.get_by_role("button", name="Welcome among us")).to_have_count(0)


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_kind_is_switched_off_and_offers_on(site, window, Hand, script):
    dana = site.register()
    one = window(site, dana, script=script)
    page, hand = one.open("/profile"), Hand(one.page)
    hand.press(page.locator("#profile-messages").get_by_role("link", name="What I get"))

    box = page.get_by_role("checkbox", name="Money has arrived: E-mail")
    expect(box).to_be_checked()
    if Hand.name == "keys":
        hand.reach(box)
        page.keyboard.press("Space")
    else:
        box.uncheck()
    hand.tick(page.get_by_role("checkbox", name="A present for your birthday: E-mail"))
    hand.press(page.get_by_role("button", name="Save what is sent"))
    expect(page.get_by_text("Saved: it holds from the next message on.")).to_be_visible()
    expect(box).not_to_be_checked()
    assert site.value("SELECT ntf_isOn(%s, 'top_up', 'email')", [dana]) is False
    assert site.value("SELECT ntf_isOn(%s, 'birthday_bonus', 'email')", [dana]) is True
    if script:
        one.judge_everywhere()

    page.get_by_label("From", exact=True).fill("22:15")
    page.get_by_label("To", exact=True).fill("06:45")
    hand.press(page.get_by_role("button", name="Save quiet hours"))
    expect(page.get_by_text("From 22:15 to 06:45")).to_be_visible()
    if script:
        expect(page.get_by_role("button", name="Save quiet hours")).to_be_focused()


@pytest.mark.parametrize("script", [True, False])
def test_the_link_in_a_message_ends_it_and_takes_it_back(site, window, script):
    dana = site.register()
    site.call("ntf_setConsent", username=dana, kind="birthday_bonus", channel="email", isOn=True)
    path = site.value("SELECT ntf_unsubscribePath(%s, 'birthday_bonus', 'email')", [dana])
    one = window(site, script=script)
    page = one.open(path)
    page.get_by_role("button", name="End them").click()
    expect(page.get_by_text("You do not get this any more")).to_be_visible()
    assert site.value("SELECT ntf_isOn(%s, 'birthday_bonus', 'email')", [dana]) is False
    if script:
        one.judge_everywhere()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Everything is as it was before.")).to_be_visible()
    assert site.value("SELECT ntf_isOn(%s, 'birthday_bonus', 'email')", [dana]) is True
