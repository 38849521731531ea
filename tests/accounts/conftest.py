"""People, browsers, links and what a page says: what every test of accounts starts from."""

import re

import pytest

from portal import access
from tests.people import PASSWORD, alice, bob, charlie, mona, register, root  # noqa: F401


@pytest.fixture
def browser(client, session_of):
    """A visitor who fills in forms as a person does: each post carries the token of a page seen before.

    >>> browser.send("/sign-in", key="alice", password=PASSWORD).status_code
    303
    """
    tokens = {}

    class Browser:
        open = staticmethod(client.get)

        def token(self) -> str:
            if self.cookies() not in tokens:
                page = client.get("/sign-in")
                if page.status_code != 200:
                    page = client.get("/profile")
                tokens[self.cookies()] = re.search(r'name="csrf_token" value="(\w+)"', page.text)[1]
            return tokens[self.cookies()]

        def cookies(self) -> tuple:
            """What a form's token belongs to."""
            found = [client.get_cookie(name) for name in ("portal", "visitor")]
            return tuple(cookie and cookie.value for cookie in found)

        def send(self, path: str, headers=None, **fields):
            return client.post(path, data={"csrf_token": self.token(), **fields}, headers=headers)

        def sign_in(self, key: str, password: str = PASSWORD):
            """Through the form."""
            answer = self.send("/sign-in", key=key, password=password)
            assert answer.status_code == 303, answer.text
            return self

        def become(self, username: str):
            """Without the form, where signing in is not what is tested."""
            client.set_cookie("portal", session_of(username))
            return self

    return Browser()


@pytest.fixture
def link(db):
    """Make the token of a link as the worker does when it renders the message: `link("password", "alice")`."""

    def issue(purpose, username=None, registrationID=None) -> str:
        return db.value("SELECT as_issueToken(%s, %s, %s)", [purpose, username, registrationID])

    return issue


@pytest.fixture
def messages(db):
    """The kinds of e-mails in the outbox, in the order in which they were queued."""

    def kinds(**where) -> list[str]:
        rows = db.read("SELECT kind, username, address FROM job_outbox WHERE channel = 'email' ORDER BY id")
        return [row.kind for row in rows if all(getattr(row, name) == value for name, value in where.items())]

    return kinds


@pytest.fixture
def session_of(db):
    """Start a session without a browser and return its token: `session_of("alice")`."""
    made = []

    def start(username: str) -> str:
        token = f"token {len(made)} of {username}"
        made.append(token)
        db.execute(
            "SELECT as_startSession(username, role, %s, '10.0.0.1', 'test') FROM as_users WHERE username = %s",
            [access.token_hash(token), username],
        )
        return token

    return start


@pytest.fixture
def who(db):
    """The username behind a session's token, or None."""

    def look(token: str):
        return db.value("SELECT username FROM as_getSession(%s)", [access.token_hash(token)])

    return look
