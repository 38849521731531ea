"""What an administrator does: by mouse, by keys alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW, WAYS
from tests.browser.window import TWO_LOOKS


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_tariff_has_all_four_prices_or_none(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/tariffs"), Hand(one.page)
    name = f"Orchard {Hand.name} {script}"
    hand.press(page.get_by_role("link", name="Add tariff"))
    hand.fill(page.get_by_role("textbox", name="Name"), name)
    hand.fill(page.get_by_role("textbox", name="1 month", exact=True), "5.00")
    hand.press(page.get_by_role("button", name="Add tariff"))
    expect(page.locator("[data-result]")).to_be_visible()
    assert not site.value("SELECT count(*) FROM trf_tariffManagement WHERE tariff = %s", [name])

    for label, price in (("6 months", "27"), ("12 months", "50.40"), ("36 months", "140.00")):
        hand.fill(page.get_by_role("textbox", name=label, exact=True), price)
    hand.press(page.get_by_role("button", name="Add tariff"))
    row = page.locator("#tariffs tbody tr", has_text=name)
    expect(row).to_contain_text("€140.00")

    hand.press(row.get_by_role("button", name=f"Switch {name} off"))
    expect(row.get_by_role("button", name=f"Switch {name} on")).to_be_visible()
    hand.press(page.get_by_role("button", name=f"Undo {name}"))
    expect(row.get_by_role("button", name=f"Switch {name} off")).to_be_visible()


@pytest.mark.parametrize("Hand, script", FEW)
def test_options_are_made_in_their_own_window(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/tariffs"), Hand(one.page)
    code = f"trees.{Hand.name}.{script}".lower()
    opener = page.get_by_role("link", name="Options", exact=True)
    hand.press(opener)
    hand.press(page.get_by_role("link", name="Add option"))
    hand.fill(page.get_by_role("textbox", name="Name"), f"Trees {code}")
    hand.fill(page.get_by_role("textbox", name="Code"), code)
    hand.press(page.get_by_role("button", name="Add option"))
    expect(page.locator("#tariffOptions tbody")).to_contain_text(code)
    if script:
        page.keyboard.press("Escape")
        expect(page.locator("#modal")).to_be_hidden()
        expect(opener).to_be_focused()


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_value_is_set_in_its_cell(site, window, Hand, script):
    tariff, option = site.facts["cheap"], site.facts["option"]
    one = window(site, "root", script=script)
    page, hand = one.open("/tariffs/values"), Hand(one.page)
    cell = page.locator(f"#cell-{tariff}-{option} > button")
    field = page.get_by_role("textbox", name=re.compile("in Mail Plus"))
    value = str(20 + [way.id for way in WAYS].index(f"{Hand.name}{'' if script else ' without JavaScript'}"))

    hand.press(cell)
    if not script:
        hand.press(page.locator(f"#pop-{tariff}-{option} a"))
    expect(field).to_be_visible()
    if script:
        expect(field).to_be_focused()
    hand.fill(field, value)
    if script:
        page.keyboard.press("Enter")
    else:
        with page.expect_navigation():
            page.keyboard.press("Enter")
        one.open("/tariffs/values")
    expect(cell).to_contain_text(f"{value} GB")
    assert stored(site, tariff, option) == value
    if not script:
        return

    expect(cell).to_be_focused()
    hand.press(cell)
    expect(field).to_be_focused()
    page.keyboard.type("99")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    expect(cell).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cell).not_to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(cell).to_be_focused()
    assert stored(site, tariff, option) == value


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_customers_cabinet_is_opened_and_left(site, window, Hand, script):
    dana = site.register(balance="10.00")
    one = window(site, "root", script=script)
    page, hand = one.open(f"/users/{dana}"), Hand(one.page)
    hand.press(page.get_by_role("button", name="Open cabinet"))
    banner = page.get_by_role("complementary", name="Acting for a customer")
    expect(banner).to_contain_text(f"Dana {dana[4:]}")
    expect(page.locator("main")).to_contain_text("€10.00")
    if script:
        one.judge_everywhere(*TWO_LOOKS)
    hand.press(page.get_by_role("button", name="Leave the cabinet"))
    expect(banner).to_have_count(0)
    assert site.value("SELECT count(*) FROM as_auditTrail WHERE username = %s AND actor = 'root'", [dana])


@pytest.mark.parametrize("Hand, script", FEW)
def test_requests_behind_show_more_are_decided_where_they_stand(site, window, Hand, script):
    surname = f"Queuer {Hand.name} {script}"
    for number in range(2):
        dana = site.register(name=f"{number} {surname}")
        for amount in range(1, 16):
            site.call("fin_requestTopUp", username=dana, amount=str(amount), actor=dana)
    one = window(site, "mona", script=script)
    page, hand = one.open("/finance/admin"), Hand(one.page)
    rows, total = page.locator("#requests tbody tr:not(.more)"), page.locator("#queue-total")
    hand.fill(page.get_by_role("searchbox", name="Name, login or purpose"), surname)
    if not script:
        page.keyboard.press("Enter")
    expect(total).to_have_text("30")
    expect(rows).to_have_count(25)
    hand.press(page.get_by_role("link", name="Show more"))
    expect(rows).to_have_count(30 if script else 5)

    last, before = rows.last, rows.nth(28)
    expect(last).to_contain_text("€15.00")
    hand.press(last.get_by_role("button", name="Approve"))
    expect(total).to_have_text("29")
    if script:
        expect(last).to_contain_text("posted")
        one.judge_everywhere(*TWO_LOOKS)
        hand.press(before.get_by_role("link", name="Reject"))
        hand.fill(page.get_by_role("textbox", name="Why not?"), "It never came.")
        hand.press(page.get_by_role("button", name="Reject €14.00"))
        expect(before).to_contain_text("cancelled")
        expect(total).to_have_text("28")
        expect(rows).to_have_count(30)
    else:
        expect(rows).to_have_count(4)
    assert site.value("SELECT balance FROM fin_balances WHERE username = %s", [dana]) == 15


@pytest.mark.parametrize("Hand, script", FEW)
def test_the_people_of_a_tariff_are_found(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open("/tariffs"), Hand(one.page)
    hand.press(page.get_by_role("link", name="users of Proton Unlimited"))
    hand.fill(page.get_by_role("searchbox"), "Alice")
    if not script:
        page.keyboard.press("Enter")
    expect(page.locator("main tbody tr")).to_have_count(1)
    expect(page.locator("main tbody")).to_contain_text("Alice Archer")


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_job_is_run_now(site, window, Hand, script):
    code = "accounts.tidy"
    one = window(site, "root", script=script)
    page = one.open("/jobs")
    row = page.locator("#schedules tbody tr", has_text=code)
    before = site.value("SELECT count(*) FROM job_runList WHERE code = %s AND state = 'done'", [code])
    Hand(page).press(row.get_by_role("button", name="Run now"))
    for _ in range(60):
        if site.value("SELECT count(*) FROM job_runList WHERE code = %s AND state = 'done'", [code]) > before:
            break
        page.wait_for_timeout(250)
    if not script:
        page.reload()
    # With JavaScript the page sees it by itself.
    expect(row).to_contain_text("done", timeout=10_000)


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_message_is_read(site, window, Hand, script):
    one = window(site, "root", script=script)
    page, hand = one.open(f"/messages?username={site.facts['hindi']}"), Hand(one.page)
    opener = page.locator("#messages tbody a").last
    hand.press(opener)
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()
    if script:
        page.keyboard.press("Escape")
        expect(opener).to_be_focused()


def test_back_from_a_filter_leaves_a_page_that_works(site, window):
    """htmx has no copy of the page before; its own restoring would leave the script with a dialog that is gone."""
    page = window(site, "root").open("/users")
    page.get_by_role("searchbox").fill("nobody-at-all")
    expect(page.get_by_text("Nobody is found.")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("")
    page.get_by_role("link", name="New person").click()
    expect(page.locator("#modal")).to_be_visible()


def stored(site, tariff, option) -> str:
    return site.value(
        "SELECT value FROM as_trf_tariffOptionValues WHERE tariffID = %s AND optionID = %s", [tariff, option]
    )
