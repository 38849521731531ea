"""People, three tariffs and four options: what every test of the catalogue starts from."""

from types import SimpleNamespace

import pytest


@pytest.fixture
def people(db):
    """root is an administrator, mona a manager; alice has money, bob none; lost is a locked administrator."""
    roles = {"root": "admin", "lost": "admin", "mona": "manager", "alice": "user", "bob": "user"}
    for username, role in roles.items():
        outcome = db.call(
            "as_register",
            name=username.title(),
            email=f"{username}@example.com",
            username=username,
            role=role,
        )
        assert outcome.ok, outcome
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'lost'")
    assert db.call("fin_topUp", username="alice", amount="500", purpose="cash at the desk").ok


@pytest.fixture
def save(db):
    """Save a tariff as root and return its id: `save("Fast", 19, 99, 190, 490)`."""

    def tariff(name, *prices, **arguments):
        keys = ("price", "price6", "price12", "price36")
        outcome = db.call("trf_saveTariff", name=name, **dict(zip(keys, prices, strict=False)), **arguments)
        assert outcome.ok, outcome
        return outcome.details["tariffID"]

    return tariff


@pytest.fixture
def option(db):
    """Save an option and return its id: `option("storage", "number", unit="GB")`."""

    def add(code, type="text", **arguments):
        outcome = db.call("trf_saveOption", **{"code": code, "name": code.title(), "type": type} | arguments)
        assert outcome.ok, outcome
        return outcome.details["optionID"]

    return add


@pytest.fixture
def put(db):
    """Give an option its value in a tariff."""

    def value(tariffID, optionID, value):
        outcome = db.call("trf_setTariffOptionValue", tariffID=tariffID, optionID=optionID, value=value)
        assert outcome.ok, outcome

    return value


@pytest.fixture
def shelf(db, save):
    """Free is the default tariff, Fast and Team cost money."""
    shelf = SimpleNamespace(
        free=save("Free"), fast=save("Fast", 19, 99, 190, 490), team=save("Team", 49, 279, 490, 1300)
    )
    db.execute("UPDATE as_clock SET defaultTariffID = %s", [shelf.free])
    return shelf


@pytest.fixture
def options(option):
    return SimpleNamespace(
        storage=option("storage", "number", unit="GB", defaultValue="1"),
        support=option("support", "choice", choices=["e-mail", "phone"], defaultValue="e-mail"),
        api=option("api", "yesno", defaultValue="no"),
        note=option("note", "text"),
    )


@pytest.fixture
def buy(db):
    """Put somebody on a tariff, by the DBA."""

    def purchase(username, tariffID, period=1):
        outcome = db.call("trf_changeUserTariff", username=username, tariffID=tariffID, period=period)
        assert outcome.ok, outcome
        return outcome

    return purchase


#: What as_checkActor says to each who may not: reason by actor.
STRANGERS = {"mona": "not_allowed", "alice": "not_allowed", "lost": "actor_locked", "nobody": "no_such_actor"}


@pytest.fixture
def refuses_strangers(db, people, untouched):
    """Every catalogue procedure is for administrators, and for DBAs without an actor."""

    def check(procedure, **arguments):
        for actor, reason in STRANGERS.items():
            with untouched():
                assert db.call(procedure, **arguments, actor=actor).reason == reason
        with db.as_role("portal_web"):
            assert db.call(procedure, **arguments).reason == "actor_required"

    return check


@pytest.fixture
def answers_once(db, people, untouched):
    """The same request gets its first answer again, and a key belongs to one request."""

    def check(procedure, other, **arguments):
        count = "SELECT count(*) FROM as_audit WHERE requestKey = 'one'"
        first = db.call(procedure, **arguments, requestKey="one", actor="root")
        assert first.ok, first
        with untouched():
            assert db.call(procedure, **arguments, requestKey="one", actor="root") == first
            reused = db.call(procedure, **arguments | other, requestKey="one", actor="root")
        assert reused.reason == "request_key_reused"
        with untouched():
            assert db.call(procedure, **arguments, requestKey=" ", actor="root").reason == "invalid_value"
        assert db.value(count) == 1
        audit = db.row("SELECT * FROM as_audit WHERE requestKey = 'one'")
        assert (audit.actor, audit.procedure, audit.reason) == ("root", procedure, first.reason)
        assert audit.username == arguments.get("username", "root")
        return first

    return check
