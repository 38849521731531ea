"""Passwords: made into argon2id hashes and checked here, so that none is ever in a statement of the database."""

import functools
import hmac
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from portal.db import Outcome

SHORTEST, LONGEST = 8, 128
HASHER = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def make(password: str) -> str:
    """The hash to keep of a password."""
    return HASHER.hash(normal(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether it is the password of this hash; where there is none it takes the same time to say no."""
    try:
        return HASHER.verify(kept or unused(), normal(password)) and kept is not None
    except (Argon2Error, InvalidHashError):
        return False


def refuse(password: str, field: str = "password") -> Outcome | None:
    """Why somebody should not have this password, or None: only length and being widely known count.

    >>> refuse("12345678").reason
    'password_common'
    """
    password = normal(password)
    if not SHORTEST <= len(password) <= LONGEST or not password.strip():
        return Outcome(
            0,
            f"A password has {SHORTEST} to {LONGEST} characters.",
            "password_length",
            {"field": field, "shortest": SHORTEST, "longest": LONGEST},
        )
    if password.casefold() in common():
        return Outcome(
            0,
            "This password is one of the first that anybody tries. Choose another.",
            "password_common",
            {"field": field},
        )
    return None


def same(one: str, other: str) -> bool:
    """Whether a password was typed the same twice."""
    return hmac.compare_digest(normal(one).encode(), normal(other).encode())


def normal(password: str) -> str:
    # Keyboards write ö as one character or as two; both are the same password.
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode()


@functools.cache
def unused() -> str:
    """A hash that nobody has the password of, for keys that nobody has."""
    return HASHER.hash(secrets.token_urlsafe(32))


@functools.cache
def common() -> frozenset[str]:
    """The 30,000 passwords that guessers try first, of those that are long enough to be allowed."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)
