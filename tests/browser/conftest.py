"""Debian's Chromium before the whole portal."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser import site as sites
from tests.browser.window import FLAGS, Window

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="package")
def site(server):
    with sites.opened(server) as site:
        yield site


@pytest.fixture(scope="package")
def empty_site(server):
    """Where nothing was sold yet and nobody but root is registered."""
    with sites.opened(server, with_demo=False) as site:
        yield site


@pytest.fixture(scope="package")
def chromium():
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine: apt-get install chromium")
    # Ended with this folder: as long as it lives, no other test can have an event loop of its own.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium):
    """Opens windows, each with cookies of its own: `window(site, "alice", width=390)`; nothing may be complained of in them."""
    opened = []

    def open_one(site, username=None, **options) -> Window:
        opened.append(Window(chromium, site, username, **options))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()
    complaints = [line for one in opened for line in one.complaints]
    assert not complaints, "\n".join(complaints)
