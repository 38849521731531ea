"""Every page, in light and dark, wide and on a phone: nothing axe-core objects to, nothing wider than the window."""

import os
import re
from pathlib import Path

import pytest

from portal import create_app
from tests.browser.places import ERRORS, FIRST_DAY, NO_PAGES, PAGES

#: A folder to keep pictures of every page in, to look at them.
PICTURES = os.environ.get("PORTAL_PICTURES")


def test_every_view_is_in_the_lists():
    readable = {rule.endpoint for rule in create_app().url_map.iter_rules() if "GET" in rule.methods}
    assert readable == PAGES.keys() | NO_PAGES


@pytest.mark.parametrize("place", [place for places in PAGES.values() for place in places] + ERRORS)
def test_a_page(site, window, place):
    look(site, window, place, site.facts)


@pytest.mark.parametrize("place", FIRST_DAY)
def test_a_page_on_the_first_day(empty_site, window, place):
    look(empty_site, window, place, {}, "first-day-")


def look(site, window, place, facts, name=""):
    who, path, *status = place.format(**facts).split()
    status = int(*status or [200])
    one = window(site, None if who == "visitor" else who, allowed={422, status})
    answer = one.page.goto(path)
    assert answer.status == status
    one.page.wait_for_load_state("networkidle")
    one.judge_everywhere()
    if PICTURES:
        name = name + re.sub(r"\W+", "-", place).strip("-")
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                one.page.set_viewport_size({"width": width, "height": 900})
                one.page.emulate_media(color_scheme=scheme)
                one.page.screenshot(
                    path=Path(PICTURES, f"{name}-{width}-{scheme}.png"), full_page=True, animations="disabled"
                )
