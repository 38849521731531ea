"""Alice is a member with everything, Bob has bought nothing; Hlavná 1 sells and takes back."""

from types import SimpleNamespace

import pytest

from tests.loyalty.pages import club
from tests.people import alice, bob, charlie, mona, root  # noqa: F401
from tests.visits import enter


@pytest.fixture
def do(db):
    """Call a procedure as a DBA; a refusal is a mistake of the test."""

    def call(procedure, **arguments):
        outcome = db.call(procedure, **arguments)
        assert outcome.ok, outcome
        return outcome.details

    return call


@pytest.fixture
def shop(db, do, alice, bob, mona, root) -> SimpleNamespace:  # noqa: F811
    facts = club.furnish(do, db.read, "alice", "+421 903 123 456")
    return SimpleNamespace(**facts, till=club.Till(do, db.read))


@pytest.fixture
def visit(db, client, shop):
    """Let the client's requests be somebody's: `visit("alice").get("/bonuses")`."""
    known = {}

    def be(username):
        if username not in known:
            known[username] = enter(db, client, username)
        client.set_cookie("portal", f"a token of {username}")
        return known[username]

    return be
