"""A draft against the receipts of some days, in one statement that writes nothing."""

import pytest

from tests.loyalty.rules.conftest import basket, done


@pytest.fixture
def sold(db, stores, rule, publish):
    """Three receipts of today, decided by a set with 10 % on Columbia and 1 off each ski."""
    rule("columbia", value=10, conditions={"brand": ["columbia"]})
    rule("skis", kind="amount", value=1, per="unit", conditions={"category": ["ski/skis"]})
    publish()
    today = db.value("SELECT as_today()")
    for number, line in enumerate([("BOOT-1", 1, "100.00"), ("SKI-1", 2, "300.00"), ("SOCKS-1", 3, "10.00")]):
        done(
            db.call(
                "loy_commit",
                storeID="s001",
                till="1",
                businessDay=today,
                number=str(number),
                key=None,
                basket=basket(line),
                soldAt=db.value("SELECT as_now()"),
            )
        )
    return today


def test_it_says_what_the_draft_costs_and_who_wins_and_loses(db, sold, rule, untouched):
    rule("columbia", value=25, conditions={"brand": ["columbia"]})
    db.call("loy_deletePromotion", code="skis")
    rule("socks", kind="nForM", offer={"buy": 3, "pay": 2}, conditions={"category": ["clothes/socks"]})
    with untouched():
        found = done(db.call("loy_backTest", fromDay=sold, toDay=sold)).details
    assert (found["receipts"], found["of"], found["unproved"]) == (3, 3, 0)
    assert (found["before"]["discount"], found["after"]["discount"]) == ("12.00", "35.00")
    assert (found["before"]["net"], found["after"]["net"]) == ("718.00", "695.00")
    assert found["cost"] == "23.00"
    assert found["winners"] == {"receipts": 2, "amount": "25.00"}
    assert found["losers"] == {"receipts": 1, "amount": "-2.00"}
    assert {
        row["promotion"]: (row["before"], row["after"], row["receiptsBefore"], row["receiptsAfter"])
        for row in found["promotions"]
    } == {
        "columbia": ("10.00", "25.00", 1, 1),
        "skis": ("2.00", "0.00", 1, 0),
        "socks": ("0.00", "10.00", 0, 1),
    }
    assert [row["gain"] for row in found["best"]] == ["15.00", "10.00"]
    assert [row["gain"] for row in found["worst"]] == ["-2.00"]


def test_a_gift_of_bonuses_is_no_loss_by_the_set_that_gave_it(db, stores, rule, publish):
    rule("gift", kind="giftBonus", offer={"kind": "promotional", "amount": "5"})
    version = publish()["setVersion"]
    today = db.value("SELECT as_today()")
    done(
        db.call(
            "loy_commit",
            storeID="s001",
            till="1",
            businessDay=today,
            number="1",
            key=None,
            basket=basket(("BOOT-1", 1, "100.00")),
            soldAt=db.value("SELECT as_now()"),
        )
    )
    found = done(db.call("loy_backTest", fromDay=today, toDay=today, setVersion=version)).details
    assert found["cost"] == "0.00" and found["before"] == found["after"]
    assert found["after"]["earned"] == "5.00"
    rule("gift", kind="giftBonus", offer={"kind": "promotional", "amount": "8"})
    rule("columbia", value=10, conditions={"brand": ["columbia"]})
    found = done(db.call("loy_backTest", fromDay=today, toDay=today)).details
    assert found["cost"] == "13.00"
    assert {
        (row["promotion"], row["isBonus"]): (row["before"], row["after"], row["receiptsBefore"])
        for row in found["promotions"]
    } == {("columbia", False): ("0.00", "10.00", 0), ("gift", True): ("5.00", "8.00", 1)}


def test_the_set_that_decided_the_receipts_changes_nothing(db, sold):
    version = db.value("SELECT version FROM loy_setList WHERE state = 'inForce'")
    found = done(db.call("loy_backTest", fromDay=sold, toDay=sold, setVersion=version)).details
    assert found["cost"] == "0.00" and found["before"] == found["after"]
    assert found["winners"]["receipts"] == found["losers"]["receipts"] == 0


def test_a_sample_is_the_same_each_time_and_says_of_how_many(db, sold, rule):
    rule("columbia", value=25, conditions={"brand": ["columbia"]})
    first = done(db.call("loy_backTest", fromDay=sold, toDay=sold, maxReceipts=2)).details
    assert (first["receipts"], first["of"]) == (2, 3)
    assert done(db.call("loy_backTest", fromDay=sold, toDay=sold, maxReceipts=2)).details == first


def test_a_promotion_to_come_is_tested_as_if_it_had_begun(db, sold, rule):
    begins = db.value("SELECT as_now() + interval '3 weeks'")
    rule("winter", value=50, conditions={"brand": ["wolle"]}, validFrom=begins)
    now = done(db.call("loy_backTest", fromDay=sold, toDay=sold)).details
    later = done(db.call("loy_backTest", fromDay=sold, toDay=sold, weeksLater=4)).details
    assert (now["cost"], later["cost"]) == ("0.00", "15.00")


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"fromDay": "2026-02-01", "toDay": "2026-01-01"}, "days_in_wrong_order"),
        ({"fromDay": None}, "days_in_wrong_order"),
        ({"toDay": "infinity"}, "days_in_wrong_order"),
        ({"weeksLater": 600}, "too_many_weeks"),
        ({"maxReceipts": -1}, "invalid_value"),
        ({"setVersion": 999999}, "no_such_set"),
    ],
)
def test_what_cannot_be_tested_is_refused(db, sold, given, reason):
    usual = {"fromDay": sold, "toDay": sold}
    assert db.call("loy_backTest", **usual | given).reason == reason


def test_a_receipt_is_simulated_as_it_was_sold(db, sold, rule):
    row = db.row("SELECT username, receipt_id FROM loy_receiptList WHERE number = '0'")
    rule("columbia", value=25, conditions={"brand": ["columbia"]})
    found = done(db.call("loy_simulate", username=row.username, receiptID=row.receipt_id)).details
    assert (found["was"]["discount"], found["would"]["discount"]) == ("10.00", "25.00")
    assert db.call("loy_simulate", username="bob", receiptID=row.receipt_id).reason == "no_such_receipt"


def test_no_weeks_later_is_the_same_as_now(db, sold, rule):
    rule("columbia", value=25, conditions={"brand": ["columbia"]})
    now, unsaid = (
        done(db.call("loy_backTest", fromDay=sold, toDay=sold, **given)).details
        for given in ({}, {"weeksLater": None})
    )
    assert unsaid["cost"] == now["cost"] and unsaid["promotions"] == now["promotions"]
