"""The pages of accounts as a browser sees them."""

import pytest

PAGES = ["/profile", "/profile/password", "/users", "/users/new", "/users/alice", "/users/alice/sessions",
         "/users/alice/audit", "/users/alice/lock", "/users/alice/role", "/settings", "/settings/currency", "/audit"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_sees_every_page(browser, root, alice, path):
    page = browser.sign_in("root").open(path)
    assert page.status_code == 200, page.text
    assert "</html>" in page.text


@pytest.mark.parametrize("path", ["/sign-in", "/register", "/register/sent", "/reset", "/reset/sent"])
def test_a_visitor_sees_the_pages_before_signing_in(client, path):
    assert client.get(path).status_code == 200
