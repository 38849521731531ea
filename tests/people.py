"""Alice can pay, Bob cannot, Charlie is somebody else; root is an administrator, mona a manager.

    from tests.people import alice, bob, charlie, mona, root  # noqa: F401   in a folder's conftest.py

Each fixture is a username; the person was registered by the public procedures and signs in with PASSWORD.
"""

import functools

import pytest

from portal import passwords

PASSWORD = "correct horse battery"


@functools.cache
def password_hash() -> str:
    return passwords.make(PASSWORD)


def register(db, username: str, role: str = "user", **given) -> str:
    """A person with everything to sign in with: alice, alice@example.com, PASSWORD.

    >>> register(db, "dana", phone="0903 111 222")
    'dana'
    """
    outcome = db.call(
        "as_register",
        **{
            "name": username.title(),
            "email": f"{username}@example.com",
            "login": username,
            "passwordHash": password_hash(),
            "username": username,
            "role": role,
        }
        | given,
    )
    assert outcome.ok, outcome
    return outcome.details["username"]


@pytest.fixture
def alice(db):
    register(db, "alice", phone="+421 903 123 456")
    outcome = db.call("fin_topUp", username="alice", amount="1000.00", purpose="cash at the desk")
    assert outcome.ok, outcome
    return "alice"


@pytest.fixture
def bob(db):
    return register(db, "bob")


@pytest.fixture
def charlie(db):
    return register(db, "charlie")


@pytest.fixture
def root(db):
    return register(db, "root", role="admin")


@pytest.fixture
def mona(db):
    return register(db, "mona", role="manager")
