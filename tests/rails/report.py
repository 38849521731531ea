"""What a long test says about itself, seen without -s: its seed, its size and what it found.

from tests.rails.report import say  # noqa: F401   in a folder's conftest.py
"""

import os
import random

import pytest

SOAK = bool(os.environ.get("PORTAL_SOAK"))


@pytest.fixture
def say(capsys):
    def aloud(sentence: str) -> None:
        with capsys.disabled():
            print(f"\n{sentence}", end="", flush=True)

    return aloud


@pytest.fixture
def seed(say, request) -> int:
    """Another one every time; PORTAL_SEED repeats a run."""
    number = int(os.environ.get("PORTAL_SEED") or random.randrange(10**9))
    say(f"{request.node.name}: PORTAL_SEED={number}")
    return number
