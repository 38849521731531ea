"""Windows, menus and popovers: nothing to object to while they are open, Esc closes them, and focus goes back."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.keys import Keys
from tests.browser.places import OPENED
from tests.browser.window import TWO_LOOKS

PICTURES = os.environ.get("PORTAL_PICTURES")


@pytest.mark.parametrize("line", OPENED)
def test_it_opens_and_esc_closes_it(site, window, line):
    place, opener, opened = (part.strip() for part in line.format(**site.facts).split("|"))
    who, path = place.split()
    one = window(site, None if who == "visitor" else who)
    page = one.open(path)
    page.wait_for_load_state("networkidle")
    button, box = page.locator(opener).first, page.locator(opened)
    Keys(page).press(button)
    expect(box).to_be_visible()
    page.wait_for_load_state("networkidle")
    one.judge_everywhere(*TWO_LOOKS)
    if PICTURES:
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                name = re.sub(r"\W+", "-", line).strip("-")
                page.screenshot(path=Path(PICTURES, f"opened-{name}-{width}-{scheme}.png"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(button).to_be_focused()


def test_focus_outlives_a_list_that_fetches_itself_again(site, window):
    page = window(site, "root").open("/jobs")
    button = page.locator("a[href$='/jobs/jobs.check']")
    fetch = "htmx.ajax('GET', '/jobs', {target: '#jobs', select: '#jobs', swap: 'outerHTML'})"
    button.focus()
    button.evaluate("link => { link.old = true }")
    page.evaluate(fetch)
    assert not button.evaluate("link => link.old")
    expect(button).to_be_focused()

    button.press("Enter")
    expect(page.locator("#modal")).to_be_visible()
    button.evaluate("link => { link.old = true }")
    page.evaluate(fetch)
    assert not button.evaluate("link => link.old")
    page.keyboard.press("Escape")
    expect(page.locator("#modal")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_of_those_who_manage(site, window):
    one = window(site, "root")
    page = one.open("/")
    button = page.get_by_role("button", name="Manage")
    Keys(page).press(button)
    expect(page.get_by_role("link", name="Jobs")).to_be_visible()
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        one.judge()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Jobs")).to_be_hidden()
    expect(button).to_be_focused()


def test_the_menu_of_a_phone(site, window):
    one = window(site, "root", width=390)
    page = one.open("/")
    Keys(page).press(page.get_by_role("button", name="Menu"))
    expect(page.get_by_role("link", name="Jobs")).to_be_visible()
    one.judge()
    one.measure()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Jobs")).to_be_hidden()


@pytest.mark.parametrize(
    "path", ["/finance/receipt/{posted}", "/finance/statement", "/bonuses/receipts/{bought}", "/card"]
)
def test_paper_shows_the_figures_and_nothing_to_click(site, window, path):
    one = window(site, "alice", scheme="dark")
    page = one.open(path.format(**site.facts))
    page.emulate_media(media="print")
    for gone in (".topbar", ".footer-bar", ".page-head .actions", ".trail"):
        assert not page.locator(gone).filter(visible=True).count(), gone
    expect(page.locator("main")).to_contain_text("€")
    # Ink on white, whatever the colours of the screen.
    assert page.evaluate(
        "() => getComputedStyle(document.body).colorScheme + getComputedStyle(document.documentElement).colorScheme"
    ).startswith("light")
    one.measure()
    if PICTURES:
        page.screenshot(
            path=Path(PICTURES, f"print{path.format(**site.facts).replace('/', '-')}.png"), full_page=True
        )
