"""portal.passwords: argon2id, length and the well-known ones; nothing else is asked of a password."""

import statistics
import time

import pytest

from portal import passwords


@pytest.mark.parametrize(
    "password", ["correct horse battery", "x1 y2 z3 ", "пароль-длинный", "🦆🦆🦆🦆🦆🦆🦆🦆", "a" * 128]
)
def test_it_matches_itself_and_nothing_else(password):
    kept = passwords.make(password)
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, password)
    assert not passwords.matches(kept, password + " ")
    assert not passwords.matches(kept, password.swapcase()) or password == password.swapcase()
    assert passwords.refuse(password) is None


def test_nothing_matches_where_there_is_no_hash():
    assert not passwords.matches(None, "anything")
    assert not passwords.matches("not a hash", "anything")


def test_two_hashes_of_one_password_differ():
    assert passwords.make("correct horse") != passwords.make("correct horse")


def test_a_letter_typed_in_two_ways_is_one():
    assert passwords.matches(passwords.make("žlutý kůň"), "z\u030cluty\u0301 ku\u030an\u030c")


@pytest.mark.parametrize("password", ["", "1234567", " " * 10, "a" * 129, "\ud800" * 7])
def test_length(password):
    assert passwords.refuse(password).reason == "password_length"


@pytest.mark.parametrize("password", ["12345678", "password1", "PASSWORD1", "qwertyuiop"])
def test_the_first_ones_of_every_list(password):
    outcome = passwords.refuse(password, "new")
    assert (outcome.reason, outcome.details["field"]) == ("password_common", "new")


def test_no_hash_takes_as_long_as_a_wrong_password():
    kept = passwords.make("correct horse")
    passwords.matches(None, "warm up")

    def seconds(hashed):
        start = time.perf_counter()
        passwords.matches(hashed, "wrong")
        return time.perf_counter() - start

    pairs = [(seconds(kept), seconds(None)) for _ in range(40)]
    known, unknown = (statistics.median(side) for side in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.005 + 0.2 * known
