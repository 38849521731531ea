"""What an administrator does with promotions: builds a rule, tries it on a receipt, publishes it."""

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW

#: A day on which a rule for weekends counts.
SATURDAY = "2027-02-06T12:00"


@pytest.fixture(scope="module")
def cities(site):
    """Stores in two cities to limit a rule to."""
    site.call("loy_saveStore", storeID="s001", name="Hlavná 1", city="Košice", country="sk")
    site.call("loy_saveStore", storeID="s003", name="Obchodná 3", city="Bratislava", country="sk")


def add(hand, page, name, kind="condition"):
    """Add a row to the conditions."""
    hand.select(page.locator("#cond-add"), name)
    hand.press(page.get_by_role("button", name=f"Add {kind}"))
    return page.get_by_role("group", name=name, exact=True)


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_rule_is_built_simulated_on_a_receipt_and_published(site, cities, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/loyalty/rules"), Hand(one.page)
    code = f"weekend-{Hand.name}-{script}".lower()
    name = f"Columbia {Hand.name} {script}"

    # 20 % on brand X on weekends in two cities, not together with Y
    hand.press(page.get_by_role("link", name="New promotion"))
    hand.fill(page.get_by_role("textbox", name="Per cent"), "20")
    hand.fill(add(hand, page, "brand").get_by_role("textbox"), "columbia")
    row = add(hand, page, "city")
    expect(page.get_by_role("textbox", name="Per cent")).to_have_value("20")
    hand.tick(row.get_by_role("checkbox", name="Bratislava"))
    hand.tick(row.get_by_role("checkbox", name="Košice"))
    row = add(hand, page, "weekday")
    hand.tick(row.get_by_role("checkbox", name="Saturday"))
    hand.tick(row.get_by_role("checkbox", name="Sunday"))
    hand.select(page.get_by_label("Not on one receipt with"), "Skiing costs less (ski)")
    hand.fill(page.get_by_role("textbox", name="Code"), code)
    hand.fill(page.get_by_role("textbox", name="Name, English"), name)
    if not script:
        hand.press(page.get_by_role("button", name="Say it"))
    else:
        page.get_by_role("textbox", name="Code").focus()
    says = page.locator("#says")
    expect(says).to_contain_text(
        "20% off — brand: columbia; city: Bratislava or Košice; weekday: Saturday or Sunday."
    )
    hand.press(page.get_by_role("button", name="Add to the draft"))

    row = page.locator("#ruleRows tbody tr", has_text=code)
    expect(row).to_contain_text("Not together with others of group “ski” on one receipt.")
    expect(page.locator(".draft-bar")).to_contain_text("Customers get none of it until it is published.")

    # Simulated: on a receipt that a till has sent, and on a basket of a Saturday
    hand.press(page.locator(".draft-bar").get_by_role("link", name="Simulate"))
    hand.press(page.locator(".receipt-picks a").first)
    expect(page.locator("#explained tbody tr", has_text=code)).to_have_count(1)
    page.get_by_label("Goods").fill("JACKET 1 150.00 brand=columbia")
    page.get_by_label("Store").select_option(label="Hlavná 1, Košice")
    page.get_by_label("At").fill(SATURDAY)
    hand.press(page.get_by_role("button", name="Simulate"))
    expect(page.locator("#explained tbody tr", has_text=code)).to_contain_text("gives")
    expect(page.locator("#simulatedLines")).to_contain_text(f"{name} −€30.00")
    assert site.value("SELECT state FROM loy_setList ORDER BY version DESC LIMIT 1") == "draft"

    # Published, after a look at what changes
    hand.press(page.locator(".draft-bar").get_by_role("link", name="Publish…"))
    expect(page.locator(".change", has_text=code)).to_contain_text("new")
    hand.press(page.get_by_role("button", name="Publish set"))
    expect(page.locator(".draft-bar")).to_have_count(0)
    expect(page.locator("#ruleRows tbody tr", has_text=code)).to_contain_text("active")
    assert (
        site.value(
            "SELECT exclusion_group FROM loy_promotionList INNER JOIN loy_setList AS sets ON version = set_version"
            " WHERE sets.state = 'inForce' AND code = %s",
            [code],
        )
        == "ski"
    )

    # The rule of the next walk is as good as this one and would lose against it.
    site.call("loy_deletePromotion", code=code)


@pytest.mark.parametrize("script", [True, False])
def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(site, window, script):
    page = window(site, "root", script=script).open("/loyalty/rules/new?kind=nForM")
    page.get_by_role("textbox", name="Take").fill("2")
    page.get_by_role("textbox", name="Pay for").fill("3")
    page.get_by_role("textbox", name="Code").fill("never-saved")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.locator("#field-pay-error")).to_be_visible()
    expect(page.get_by_role("textbox", name="Pay for")).to_have_value("3")
    page.get_by_role("textbox", name="Pay for").fill("1")
    page.get_by_role("textbox", name="Code").fill("Not a Code")
    page.get_by_role("button", name="Add to the draft").click()
    expect(page.locator("#field-code-error")).to_be_visible()
    assert not site.value("SELECT count(*) FROM loy_promotionList WHERE code = 'never-saved'")


def test_a_row_is_added_filled_by_a_click_and_removed(site, window):
    page = window(site, "root").open("/loyalty/rules/new")
    page.locator("#exc-add").select_option(label="weekday")
    page.get_by_role("button", name="Add exception").click()
    row = page.get_by_role("group", name="weekday")
    row.get_by_role("checkbox", name="Monday").check()
    expect(page.locator("#says")).to_contain_text("Not on weekday: Monday.")
    row.get_by_role("button", name="Remove weekday").click()
    expect(row).to_have_count(0)


def test_a_back_test_shows_what_the_draft_would_cost(site, window):
    page = window(site, "root").open("/loyalty/rules/back-test")
    page.get_by_label("From").fill("2020-01-01")
    page.get_by_label("Until").fill("2035-01-01")
    page.get_by_role("button", name="Test", exact=True).click()
    expect(page.locator("#testedRules tbody tr")).not_to_have_count(0)
    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    assert download.value.suggested_filename == "back-test.xlsx"
