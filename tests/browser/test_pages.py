"""Every page, in light and dark, wide and on a phone: nothing axe-core objects to, nothing wider than the window."""

import os
import re
from pathlib import Path

import pytest

from portal import create_app
from tests.browser.places import ERRORS, FIRST_DAY, NO_PAGES, PAGES
from tests.browser.window import LOOKS, TWO_LOOKS

#: A folder to keep pictures of every page in, to look at them.
PICTURES = os.environ.get("PORTAL_PICTURES")
#: How the further states of a page are looked at.
ALL_OR_TWO = LOOKS if os.environ.get("PORTAL_SOAK") else TWO_LOOKS


def test_every_view_is_in_the_lists():
    readable = {rule.endpoint for rule in create_app().url_map.iter_rules() if "GET" in rule.methods}
    assert readable == PAGES.keys() | NO_PAGES


@pytest.mark.parametrize("place", [places[0] for places in PAGES.values()])
def test_a_page(site, window, place):
    look(site, window, place, LOOKS)


@pytest.mark.parametrize("place", [place for places in PAGES.values() for place in places[1:]] + ERRORS)
def test_a_page_in_another_state(site, window, place):
    look(site, window, place, ALL_OR_TWO)


@pytest.mark.parametrize("place", FIRST_DAY)
def test_a_page_on_the_first_day(empty_site, window, place):
    look(empty_site, window, place, ALL_OR_TWO, "first-day-")


def look(site, window, place, looks, name=""):
    who, path, *status = place.format(**site.facts).split()
    status = int(*status or [200])
    one = window(site, None if who == "visitor" else who, allowed={422, status})
    answer = one.page.goto(path)
    assert answer.status == status
    one.page.wait_for_load_state("networkidle")
    one.judge_everywhere(*looks)
    if PICTURES:
        name = name + re.sub(r"\W+", "-", place).strip("-")
        for width, scheme in LOOKS:
            one.page.set_viewport_size({"width": width, "height": 900})
            one.page.emulate_media(color_scheme=scheme)
            one.page.screenshot(
                path=Path(PICTURES, f"{name}-{width}-{scheme}.png"), full_page=True, animations="disabled"
            )
