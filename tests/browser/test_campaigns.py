"""An administrator picks people, sees how many there are, writes to them, watches, pauses and reads what came of it."""

import itertools
import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import WAYS

numbers = itertools.count(1)


def customers(site, city: str) -> list[str]:
    """Three who have bonuses that end soon, are silver or gold and live in the city; two have agreed."""
    found = []
    for number, tier in enumerate(("silver", "gold", "silver")):
        username = site.register()
        until = site.value("SELECT as_now() + interval '10 days'")
        site.call("loy_grant", username=username, kind="promotional", amount="5", validTo=until)
        site.call("ctr_setProfile", username=username, city=city)
        with site.database.connect() as connection:
            connection.execute("UPDATE loy_accounts SET tier = %s WHERE username = %s", [tier, username])
            if number < 2:
                connection.execute(
                    "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
                    " VALUES (%s, 'campaign', 'email', true, 'profile', now())",
                    [username],
                )
        found.append(username)
    return found


def plan(site, campaign: int) -> None:
    with site.database.connect() as connection:
        for _ in range(3):
            connection.call("ntf_planCampaign", campaignID=campaign)


@pytest.mark.parametrize("Hand, script", WAYS)
def test_from_a_segment_to_the_result(site, window, Hand, script):
    city = f"Bratislava {next(numbers)}"
    people = customers(site, city)
    one = window(site, "root", script=script)
    page, hand = one.open("/segments/new"), Hand(one.page)
    name = f"Ending soon {people[0]}"

    hand.fill(page.get_by_label("Name"), name)
    for condition in ("Bonuses expiring, at least", "Tier is", "City is"):
        page.get_by_label("Add condition").select_option(label=condition)
        hand.press(page.get_by_role("button", name="Add condition"))
        expect(page.locator("legend", has_text=condition)).to_have_count(1)
    hand.fill(page.locator("[name=cond-0-values]"), "1")
    hand.fill(page.locator("[name=cond-0-days]"), "14")
    page.get_by_label("Silver").check(force=True)
    page.get_by_label("Gold").check(force=True)
    hand.fill(page.locator("[name=cond-2-values]"), city)
    if not script:
        hand.press(page.get_by_role("button", name="Count", exact=True))
    expect(page.locator("#count .stat-value")).to_have_text("3")
    hand.press(page.locator("#segment-form .btn-primary"))
    expect(page.locator("#segments")).to_contain_text(name)

    page = one.open("/campaigns/new")
    hand.fill(page.get_by_label("Name"), f"Campaign of {people[0]}")
    page.get_by_label("Segment").select_option(label=name)
    page.get_by_label("Last day").fill(str(site.value("SELECT as_today() + 30")))
    hand.fill(page.get_by_label("Control group"), "0")
    hand.press(page.get_by_role("button", name="Save"))
    expect(page.locator("#steps")).to_contain_text("no English text")
    hand.press(page.get_by_role("link", name="Step 1"))
    hand.fill(page.get_by_label("Subject"), "Your bonuses end soon")
    hand.fill(page.locator("[name=body]"), "Good day {name}, come and use them.")
    hand.press(page.get_by_role("button", name="Save the text"))
    expect(page.get_by_text("There is no such text yet.")).to_have_count(0)

    campaign = site.value("SELECT max(id) FROM ntf_campaigns")
    page = one.open(f"/campaigns/{campaign}/review")
    expect(page.locator(".stat", has_text="Get messages")).to_contain_text("2")
    expect(page.locator(".stat", has_text="Not reached")).to_contain_text("1")
    hand.press(page.get_by_role("button", name="Start the campaign"))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    plan(site, campaign)
    page = one.open(f"/campaigns/{campaign}")
    expect(page.locator(".stat", has_text="Take part")).to_contain_text("2")
    hand.press(page.get_by_role("button", name="Pause"))
    expect(page.get_by_role("button", name="Resume")).to_be_visible()
    expect(page.locator("#results")).to_contain_text(re.compile("Without a control group"))
    hand.press(page.get_by_role("button", name="Stop for good"))
    expect(page.locator("#campaign")).to_contain_text("stopped")
