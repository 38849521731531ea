"""One installation with one of everything, and a browser of each identity."""

import pytest

from tests.access import world
from tests.rails.report import say, seed  # noqa: F401


@pytest.fixture
def things(db):
    return world.build(db)


@pytest.fixture
def browsers(app, db, things):
    return world.Browsers(app, db)
