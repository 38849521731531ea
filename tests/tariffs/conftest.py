"""A small catalogue, a clock that can be set, and money: what every test of tariffs needs."""

from types import SimpleNamespace

import pytest

from tests.people import mona, register, root  # noqa: F401
from tests.tariffs.cabinet import cabinet  # noqa: F401


@pytest.fixture
def on(db):
    """Make it noon of a day: `on("2024-01-31")`."""

    def turn(day: str) -> None:
        db.execute(
            "UPDATE as_clock SET isDemo = true, shift ="
            " ((%s::date + time '12:00') AT TIME ZONE as_clock.timeZone) - now()",
            [day],
        )

    return turn


@pytest.fixture
def tariffs(db):
    """Free is the default; Team is cheaper than Business; Legacy is not offered any more."""

    def saved(name, *prices):
        keys = ("price", "price6", "price12", "price36")
        outcome = db.call("trf_saveTariff", name=name, **dict(zip(keys, prices, strict=False)))
        assert outcome.ok, outcome
        return outcome.details["tariffID"]

    shelf = SimpleNamespace(
        free=saved("Free"),
        team=saved("Team", "10.00", "55.00", "100.00", "270.00"),
        business=saved("Business", "20.00", "110.00", "200.00", "540.00"),
        legacy=saved("Legacy", "5.00", "30.00", "60.00", "180.00"),
    )
    assert db.call("as_setSetting", code="tariffDefault", value=str(shelf.free)).ok
    assert db.call("trf_setTariffDisabled", tariffID=shelf.legacy, isDisabled=True).ok
    return shelf


@pytest.fixture
def alice(db, tariffs):
    """On Free, like everybody who registers here, and without money: each test gives what it needs."""
    return register(db, "alice")


@pytest.fixture
def bob(db, tariffs):
    return register(db, "bob")


@pytest.fixture
def charlie(db, tariffs):
    return register(db, "charlie")


@pytest.fixture
def give(db):
    """Put money on somebody's account: `give(alice, "50.00")`."""

    def top_up(username: str, amount: str) -> None:
        outcome = db.call("fin_topUp", username=username, amount=amount, purpose="cash at the desk")
        assert outcome.reason == "topped_up", outcome

    return top_up


@pytest.fixture
def change(db):
    """`change(alice, tariffs.team, 6)` as the person herself."""

    def put(username, tariffID, period, **arguments):
        return db.call(
            "trf_changeUserTariff",
            **{"username": username, "tariffID": tariffID, "period": period, "actor": username} | arguments,
        )

    return put


@pytest.fixture
def tariff_of(db):
    """The row of trf_userTariffs of somebody."""
    return lambda username: db.row("SELECT * FROM trf_userTariffs WHERE username = %s", [username])


@pytest.fixture
def log_of(db):
    return lambda username: db.read(
        "SELECT * FROM trf_changes WHERE username = %s ORDER BY number", [username]
    )


@pytest.fixture
def balance_of(db):
    return lambda username: str(db.value("SELECT balance FROM fin_balances WHERE username = %s", [username]))


@pytest.fixture
def healthy(db):
    """After the test no invariant of money or tariffs is broken."""
    yield
    assert db.read("SELECT * FROM trf_violations UNION ALL SELECT * FROM fin_violations") == []
