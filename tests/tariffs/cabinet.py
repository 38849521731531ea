"""A customer at the pages of a tariff: presses buttons as a browser does, with JavaScript or without.

from tests.tariffs.cabinet import cabinet  # noqa: F401
"""

import json
import re

import pytest
from lxml import html

from portal import access

HTMX = {"HX-Request": "true"}


class Page:
    """What was answered, as a person reads it."""

    def __init__(self, response):
        self.response = response
        self.status = response.status_code
        self.text = response.text
        self.tree = html.fromstring(self.text) if self.text.strip() else None

    @property
    def words(self) -> str:
        """The text of the page with single spaces, none before a full stop."""
        return re.sub(r" (?=[.,:])", "", " ".join(" ".join(self.tree.itertext()).split()))

    @property
    def results(self) -> list:
        """The reasons of the refusals and answers that are shown."""
        return [each for each in self.tree.xpath("//@data-result") if each]

    @property
    def events(self) -> dict:
        return json.loads(self.response.headers.get("HX-Trigger", "{}"))

    def form(self, action: str):
        return self.tree.xpath(f'//form[@action="{action}" or starts-with(@action, "{action}?")]')[-1]

    def fields(self, action: str) -> dict:
        return dict(self.form(action).form_values())

    def buttons(self, action: str) -> dict:
        """The text of each button of a form by its value."""
        return {
            button.get("value"): " ".join(button.text_content().split())
            for button in self.form(action).xpath(".//button")
        }

    def checked(self, name: str):
        return next(iter(self.tree.xpath(f'//input[@name="{name}"][@checked]/@value')), None)

    def links(self, text: str) -> list:
        return [
            link.get("href")
            for link in self.tree.xpath("//a")
            if text in " ".join(link.text_content().split())
        ]


@pytest.fixture
def cabinet(app, client, db):
    class Cabinet:
        def enter(self, username: str, customer: str | None = None):
            """Sign in; an administrator may be in the cabinet of a customer."""
            token = f"token of {username}"
            session = db.value(
                "SELECT as_startSession(username, role, %s, '10.0.0.1', 'test') FROM as_users WHERE username = %s",
                [access.token_hash(token), username],
            )
            if customer:
                outcome = db.call("as_actFor", sessionID=session, username=customer, actor=username)
                assert outcome.ok, outcome
            client.set_cookie(app.config["PORTAL_COOKIE"], token)
            return self

        def open(self, path: str, htmx: bool = False) -> Page:
            return Page(client.get(path, headers=HTMX if htmx else None))

        def press(self, page: Page, address: str, /, htmx: bool = False, **changes) -> Page:
            """Send a form of the page as it stands, but for the changes; follow nothing."""
            fields = {
                name: value for name, value in (page.fields(address) | changes).items() if value is not None
            }
            return Page(client.post(address, data=fields, headers=HTMX if htmx else None))

    return Cabinet()
