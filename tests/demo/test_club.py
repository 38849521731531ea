"""The demo's club: what a customer sees of bonuses at once, made by the tills' own procedures, once."""

import pytest

from portal import checks, demo
from portal.demo import loyalty
from tests import servers

CUSTOMERS = 40


@pytest.fixture(scope="module")
def loaded(server):
    with servers.clone(server) as database:
        with database.in_use():
            demo.load(CUSTOMERS, echo=lambda sentence: None)
        yield database


@pytest.fixture
def look(loaded):
    with loaded.in_use(), loaded.connect() as connection:
        yield connection


def test_alice_has_bonuses_of_every_kind_and_some_end_soon(look):
    lots = look.read("SELECT * FROM loy_lotList WHERE username = 'alice'")
    valid = [lot for lot in lots if lot.state == "valid"]
    assert {lot.kind for lot in valid} == {"regular", "birthday", "promotional", "product", "service"}
    assert {lot.state for lot in lots} == {"valid", "expired", "spent"}
    soon = look.value(
        "SELECT count(*) FROM loy_lotList WHERE username = 'alice' AND state = 'valid' AND valid_to < now() + interval '14 days'"
    )
    assert soon >= 3
    assert look.value("SELECT count(*) FROM loy_getForecast('alice')") >= 5


def test_she_is_gold_by_what_she_bought_and_brought_something_back(look):
    assert look.value("SELECT tier FROM loy_accountList WHERE username = 'alice'") == "gold"
    tiers = [
        row.tier for row in look.read("SELECT tier FROM loy_tierHistory WHERE username = 'alice' ORDER BY at")
    ]
    assert tiers == ["blue", "silver", "gold"]
    assert (
        look.value("SELECT count(*) FROM loy_receiptList WHERE username = 'alice' AND kind = 'return'") == 2
    )
    assert look.value("SELECT sum(discount) FROM loy_receiptList WHERE username = 'alice'") > 100
    assert look.value("SELECT sum(service) FROM loy_receiptList WHERE username = 'alice'") > 0


def test_others_are_members_too_and_everything_is_booked(look):
    members = look.value("SELECT count(*) FROM loy_cardList WHERE state = 'active'")
    assert members == loyalty.MEMBERS + 3
    assert look.value("SELECT count(*) FROM loy_receiptList") > 80
    assert look.value("SELECT count(*) FROM loy_bookingQueue") == 0
    assert look.value("SELECT count(*) FROM loy_storeList") == 5
    said = []
    assert checks.run(said.append), said


def test_every_receipt_is_decided_again_the_same(look):
    different = look.read(
        "SELECT receipt.username, receipt.number FROM loy_receiptList AS receipt"
        " CROSS JOIN LATERAL loy_recompute(receipt.username, receipt.receipt_id) AS again"
        " WHERE receipt.kind = 'sale' AND NOT again.same"
    )
    assert different == []


class Interrupted(Exception):
    pass


def fail_at(place: int):
    """What demo.must is, until that call of it."""
    must, calls = demo.must, []

    def failing(connection, procedure, **arguments):
        calls.append(procedure)
        if len(calls) == place:
            raise Interrupted
        return must(connection, procedure, **arguments)

    return failing


def test_an_interrupted_loading_sells_nothing_twice(fresh_database, loaded, monkeypatch):
    for place in (80, 150, 230):
        with monkeypatch.context() as patched, pytest.raises(Interrupted):
            patched.setattr(demo, "must", fail_at(place))
            demo.load(CUSTOMERS, echo=lambda sentence: None)
    demo.load(CUSTOMERS, echo=lambda sentence: None)
    compared = "SELECT username, number, gross, discount, bonus, earned FROM loy_receiptList ORDER BY 1, 2"
    with fresh_database.connect() as resumed, loaded.connect() as whole:
        assert resumed.read(compared) == whole.read(compared)
        lots = "SELECT username, kind, amount, remaining FROM loy_lotList ORDER BY 1, 2, 3, 4"
        assert resumed.read(lots) == whole.read(lots)
    assert checks.run(lambda sentence: None)
