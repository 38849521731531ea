"""A site of kit pages; none of them asks the database."""

import re

import pytest

from tests.web import kit


@pytest.fixture(scope="session")
def site():
    return kit.site()


@pytest.fixture
def visitor(site):
    return site.test_client()


@pytest.fixture
def token(visitor):
    """The form token of a visitor's page."""
    page = visitor.get("/kit").text
    return re.search(r'name="csrf_token" value="(\w+)"', page)[1]
