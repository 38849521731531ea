"""People, a small catalogue, coupons and personal discounts: what the tests of coupons start from."""

from types import SimpleNamespace

import pytest

from tests.catalogue.conftest import answers_once, people, refuses_strangers  # noqa: F401
from tests.people import alice, bob, charlie, mona, root  # noqa: F401
from tests.rails import world
from tests.tariffs.cabinet import cabinet  # noqa: F401


@pytest.fixture
def shop(db) -> SimpleNamespace:
    """Free is the default tariff; Team costs 10, 55, 100, 270, Business twice as much."""
    return world.catalogue(db)


@pytest.fixture
def coupon(db):
    """Add a coupon as a DBA and return its code: `coupon("TEN", value=10)`."""

    def add(code, **terms):
        return world.done(db.call("cpn_addCoupon", code=code, **terms)).details["written"]

    return add


@pytest.fixture
def category(db):
    return lambda name: world.done(db.call("cpn_saveCategory", name=name)).details["categoryID"]


@pytest.fixture
def personal(db):
    """Give somebody a discount and return its id: `personal(alice, "30", "Studied this year")`."""

    def give(username, percentage, reason, **terms):
        outcome = db.call(
            "cpn_setPersonalDiscount", username=username, percentage=percentage, reason=reason, **terms
        )
        return world.done(outcome).details["discountID"]

    return give


@pytest.fixture
def buy(db, shop):
    """Take Team for a year with codes: `buy(alice, "TEN")`; it is refused where a code does not count."""

    def change(username, *codes, tariffID=shop.team, period=12, **arguments):
        return db.call(
            "trf_changeUserTariff",
            **{
                "username": username,
                "tariffID": tariffID,
                "period": period,
                "couponCodes": list(codes),
                "actor": username,
            }
            | arguments,
        )

    return change


@pytest.fixture
def at(db):
    """Make it a moment of UTC: at("2026-03-29 01:00")."""
    return lambda moment: db.execute(
        "UPDATE as_clock SET isDemo = true, shift = (%s::timestamp AT TIME ZONE 'UTC') - now()", [moment]
    )


@pytest.fixture
def healthy(db):
    """After the test no invariant is broken."""
    yield
    for view in ("cpn_violations", "trf_violations", "fin_violations", "as_violations"):
        assert db.read(f"SELECT * FROM {view}") == []
