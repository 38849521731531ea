"""The customer's pages of money, over HTTP and without JavaScript."""

import re

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


def said(answer) -> list[str]:
    """The reasons that a page shows."""
    return re.findall(r'data-result="(\w+)"', answer.text)


PAGES = ["/finance", "/finance/top-up", "/finance/statement"]
DESK = [
    "/finance/admin",
    "/finance/admin/post",
    "/finance/admin/totals",
    "/finance/admin/books",
    "/finance/admin/customers",
]


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_as_a_page_and_as_a_fragment(browser_of, alice, path):
    browser = browser_of(alice)
    page = browser.get(path)
    fragment = browser.get(path, headers={"HX-Request": "true"})
    assert (page.status_code, fragment.status_code) == (200, 200)
    assert "<html" in page.text
    assert "<html" not in fragment.text


@pytest.mark.parametrize("path", DESK)
def test_the_desk_is_for_managers(browser_of, alice, mona, path):
    assert browser_of(alice).get(path).status_code == 403
    browser = browser_of(mona)
    assert browser.get(path).status_code == 200
    assert "<html" not in browser.get(path, headers={"HX-Request": "true"}).text


def test_somebody_without_operations_is_told_what_to_do(browser_of, bob):
    assert "your first top-up" in browser_of(bob).get("/finance").text
