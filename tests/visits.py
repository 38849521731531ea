"""Pages asked for as a browser does: with its cookies, the hidden fields of its forms, with or without htmx."""

import html
import json
import re
from functools import cached_property


def enter(db, client, username) -> "Browser":
    """Let the client's requests be somebody's."""
    token = f"a token of {username}"
    db.execute(
        "INSERT INTO as_sessions (tokenHash, id, username, csrf, address, userAgent, createdAt, seenAt, idleUntil,"
        " expiresAt) SELECT sha256(convert_to(%s, 'UTF8')), %s, %s, repeat('0', 32), '', '', at, at,"
        " at + interval '1 hour', at + interval '1 hour' FROM clock_timestamp() AS at",
        [token, token, username],
    )
    client.set_cookie("portal", token)
    return Browser(client)


class Browser:
    """A client that posts forms with their hidden fields and asks with or without htmx."""

    def __init__(self, client):
        self.client = client

    @cached_property
    def token(self):
        """The secret of this browser's forms, as any page has it."""
        return re.search(r'name="csrf_token" value="(\w+)"', self.client.get("/prices").text)[1]

    def get(self, path, htmx=False):
        response = self.client.get(path, headers={"HX-Request": "true"} if htmx else {})
        return with_words(response)

    def post(self, path, htmx=False, key=None, **form):
        response = self.client.post(
            path,
            data={"csrf_token": self.token, "requestKey": key or "", **form},
            headers={"HX-Request": "true"} if htmx else {},
        )
        return with_words(response)


def with_words(response):
    """The response, and what a person reads on it."""
    if response.mimetype == "text/html":
        response.words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())
    return response


def events(response):
    """What htmx is told to let happen on the page."""
    return json.loads(response.headers.get("HX-Trigger", "{}"))


def reasons(response):
    """The reasons of the answers that the page shows."""
    return re.findall(r'data-result="(\w+)"', response.text)
