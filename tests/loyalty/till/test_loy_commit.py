"""A sale is entered once: decided, paid by the right lots, earned, and answered the same to the byte."""

import datetime as dt
import json

import pytest

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish

COLUMBIA = {"brand": "columbia"}
BOOTS = ("BOOTS", 2, "49.90", COLUMBIA)
SOCKS = ("SOCKS", 3, "3.33")


def counted(db) -> tuple:
    return db.row(
        "SELECT (SELECT count(*) FROM loy_receipts) AS receipts, (SELECT count(*) FROM loy_moves) AS moves,"
        " (SELECT count(*) FROM loy_toBook) AS waiting"
    )


def test_a_sale_is_decided_paid_written_and_booked(db, till, alice, grant, balance, healthy):
    lot = grant(alice, 20)
    answer = told(till.sell(PHONE, BOOTS, SOCKS, pay="max"))
    decision = answer["decision"]
    # 109.79 gross, 9.98 off the boots, 3.00 off a receipt of a hundred.
    assert (decision["gross"], decision["discount"], decision["bonus"]) == ("109.79", "12.98", "20.00")
    assert (decision["net"], decision["earned"], decision["proved"]) == ("76.81", "3.84", True)
    assert answer["account"] == {
        "name": "Alice", "tier": "blue", "isBlocked": False, "balance": "0.00", "service": "0.00",
    }  # fmt: skip
    assert answer["receipt"]["store"] == "s001" and answer["receipt"]["kind"] == "sale"
    assert balance(alice) == "0.00"

    receipt = db.row("SELECT * FROM loy_receiptList WHERE username = 'alice'")
    assert (str(receipt.net), receipt.is_booked, receipt.returned) == ("76.81", False, "none")
    spent = db.read("SELECT lotID, sum(amount) AS amount FROM loy_moves WHERE kind = 'spend' GROUP BY lotID")
    assert [(one.lotid, str(one.amount)) for one in spent] == [(lot, "-20.00")]

    assert till.book() == 1
    assert balance(alice) == "3.84"
    assert till.book() == 0
    row = db.row("SELECT * FROM loy_purchases")
    assert (str(row.amount), row.receipts) == ("76.81", 1)


def test_the_same_again_is_answered_the_same_to_the_byte(db, till, alice, grant):
    grant(alice, 20)
    first = till.sell(PHONE, BOOTS, number=17, pay="max", body=b"as it was sent")
    before = counted(db)
    publish(db)  # What is in force now is another set: nobody is asked again.
    again = till.sell(PHONE, BOOTS, number=17, pay="max", body=b"as it was sent")
    assert again == first
    assert again.details["answer"].encode() == first.details["answer"].encode()
    assert counted(db) == before


def test_other_contents_of_the_same_number_are_refused(db, till, alice, untouched):
    till.sell(PHONE, BOOTS, number=17)
    with untouched():
        assert till.sell(PHONE, SOCKS, number=17).reason == "receipt_changed"
        assert till.sell(None, BOOTS, number=17).reason == "receipt_changed"
        assert till.sell(PHONE, BOOTS, number=17, body=b"{} ").reason == "receipt_changed"


def test_a_price_that_is_not_the_shown_one_is_refused_with_the_new_one(till, alice, untouched):
    shown = till.quote(PHONE, BOOTS).details["decision"]["net"]
    with untouched("loy_nonces"):
        refused = till.sell(PHONE, BOOTS, SOCKS, number=1, expectedNet=shown)
    assert refused.reason == "price_changed"
    assert refused.details["decision"]["net"] == refused.details["net"] != shown
    assert till.sell(PHONE, BOOTS, SOCKS, number=1, expectedNet=refused.details["net"]).ok


def test_specific_bonuses_are_spent_first_and_the_soonest_ending_of_them(db, till, alice, grant):
    regular = grant(alice, 100)
    late = grant(alice, 5, kind="promotional", validTo="2099-01-01")
    soon = grant(alice, 5, kind="promotional")
    till.sell(PHONE, ("X", 1, "40.00"), pay="max")
    spent = dict(db.read("SELECT lotID, -sum(amount) FROM loy_moves WHERE kind = 'spend' GROUP BY lotID"))
    assert {lot: str(amount) for lot, amount in spent.items()} == {
        soon: "5.00",
        late: "5.00",
        regular: "2.00",
    }


def test_nobodys_receipt_goes_to_a_synthetic_account_and_earns_nothing(db, till, shop, healthy):
    answer = told(till.sell(None, BOOTS))
    assert answer["account"] is None and answer["decision"]["earned"] == "0.00"
    username = db.value("SELECT username FROM loy_receipts")
    assert username.startswith("anon-s001-")
    assert till.book() == 0


def test_a_till_whose_clock_is_wrong_decides_nothing_by_it(db, till, alice):
    """The centre's own clock decides; what the till says is kept."""
    answer = told(till.sell(PHONE, BOOTS, soldAt="2031-05-05T10:00:00Z"))
    assert answer["receipt"]["soldAt"].startswith("2031-05-05")
    row = db.row("SELECT soldAt, decidedAt FROM loy_receipts")
    assert row.soldat.year == 2031 and row.decidedat < dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)


# Offline


def ago(days: float) -> str:
    return (dt.datetime.now(dt.UTC) - dt.timedelta(days=days)).isoformat()


def test_an_offline_receipt_keeps_its_prices_and_earns(db, till, alice, grant, balance, at, healthy):
    at(3)
    grant(alice, 50)
    answer = told(till.sell(PHONE, BOOTS, SOCKS, soldAt=ago(-1), isOffline=True, pay="max"))
    decision = answer["decision"]
    assert (decision["discount"], decision["bonus"], decision["net"]) == ("0.00", "0.00", "109.79")
    assert decision["earned"] == "5.49"
    till.book()
    assert balance(alice) == "55.49"


def test_an_offline_receipt_earns_by_the_promotions_of_its_moment(db, till, alice, at):
    sold = ago(-1)
    at(2)
    publish(db, {"code": "member", "kind": "earnPercent", "value": 50, "offer": {"kind": "regular"}})
    assert (
        told(till.sell(PHONE, ("X", 1, "100.00"), soldAt=sold, isOffline=True))["decision"]["earned"]
        == "5.00"
    )
    assert told(till.sell(PHONE, ("X", 1, "100.00")))["decision"]["earned"] == "50.00"


def test_offline_receipts_come_late_and_out_of_order(db, till, alice, at, balance, healthy):
    sold = [ago(-day) for day in (1, 2, 3)]
    at(20)
    for moment in (sold[2], sold[0], sold[1]):
        assert till.sell(PHONE, ("X", 1, "10.00"), soldAt=moment, isOffline=True).ok
    till.book()
    assert balance(alice) == "1.50"
    order = [day for (day,) in db.read("SELECT soldAt::date FROM loy_receipts ORDER BY receiptID")]
    assert order != sorted(order)


def test_one_that_is_too_late_is_refused(till, alice, at, untouched):
    sold = ago(0)
    at(31)
    with untouched():
        assert till.sell(PHONE, SOCKS, soldAt=sold, isOffline=True).reason == "too_late"


def test_an_offline_receipt_says_when_it_was_sold(till, alice, untouched):
    with untouched():
        refused = till.sell(PHONE, SOCKS, isOffline=True)
    assert (refused.reason, refused.details) == ("invalid_value", {"field": "soldAt"})


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "9999-12-31 23:59+00", "0044-03-15 12:00+00 BC"])
def test_nothing_was_sold_at_a_moment_that_no_calendar_has(till, alice, untouched, moment):
    with untouched():
        for isOffline in (False, True):
            refused = till.sell(PHONE, SOCKS, soldAt=moment, isOffline=isOffline)
            assert (refused.reason, refused.details) == ("invalid_value", {"field": "soldAt"})


def test_the_offline_receipt_of_somebody_unknown_is_nobodys(db, till, shop):
    answer = told(till.sell("+421 999 999 999", SOCKS, soldAt=ago(0), isOffline=True))
    assert answer["account"] is None


def test_an_offline_receipt_is_taken_at_its_price_whatever_is_expected(till, alice):
    assert till.sell(PHONE, SOCKS, soldAt=ago(0), isOffline=True, expectedNet="1.00").ok


# What is refused


WRONG = [
    ({"lines": []}, "no_lines"),
    ({}, "no_lines"),
    ([], "no_lines"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}] * 2001}, "too_many_lines"),
    ({"lines": ["A"]}, "wrong_line"),
    ({"lines": [{"line": 2, "sku": "A", "qty": "1", "price": "1.00"}]}, "wrong_line"),
    ({"lines": [{"qty": "1", "price": "1.00"}]}, "wrong_line"),
    ({"lines": [{"sku": " ", "qty": "1", "price": "1.00"}]}, "wrong_line"),
    ({"lines": [{"sku": "A" * 65, "qty": "1", "price": "1.00"}]}, "wrong_line"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00", "attributes": {"a": 1}}]}, "wrong_line"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00", "special": "yes"}]}, "wrong_line"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00", "floor": "-1"}]}, "wrong_line"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00", "name": "n" * 201}]}, "wrong_line"),
    ({"lines": [{"sku": "A", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "0", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "-1", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "0.0005", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "0.000", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "1e3", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "NaN", "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": True, "price": "1.00"}]}, "wrong_quantity"),
    ({"lines": [{"sku": "A", "qty": "1"}]}, "wrong_price"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.001"}]}, "wrong_price"),
    ({"lines": [{"sku": "A", "qty": "1", "price": 0.001}]}, "wrong_price"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "-1.00"}]}, "wrong_price"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "999999999"}]}, "wrong_price"),
    ({"lines": [{"sku": "A", "qty": "999999.999", "price": "1000.01"}]}, "value_too_large"),
    ({"lines": [{"sku": "A", "qty": "999999", "price": "99999999.99"}] * 2000}, "value_too_large"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "coupons": "SPRING"}, "wrong_coupons"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "coupons": [""]}, "wrong_coupons"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "coupons": ["A"] * 21}, "wrong_coupons"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "pay": "all"}, "wrong_pay"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "pay": "-5"}, "wrong_pay"),
    ({"lines": [{"sku": "A", "qty": "1", "price": "1.00"}], "pay": ["max"]}, "wrong_pay"),
]


def test_the_dearest_basket_is_sold_and_comes_back(till, alice, grant, balance, healthy):
    lines = [("A", "1000", "99999.99"), ("B", 1, "10.00"), ("C", 9, "99999999.99")]
    answer = told(till.sell(PHONE, *lines, number=17))
    assert answer["decision"]["gross"] == "999999999.91"
    till.book()
    assert balance(alice) == answer["decision"]["earned"]
    back = told(till.give_back(17, (1, 1000), (2, 1), (3, 9)))
    assert back["refund"] == answer["decision"]["net"] and balance(alice) == "0.00"


@pytest.mark.parametrize(("basket", "reason"), WRONG)
def test_a_basket_that_cannot_be_is_refused_by_every_call(db, till, untouched, basket, reason):
    with untouched():
        for procedure in ("loy_commit", "loy_hold"):
            refused = db.call(procedure, **till.called(1), key=None, basket=json.dumps(basket))
            assert refused.reason == reason and refused.details["field"]
        assert db.call("loy_quote", storeID="s001", key=None, basket=json.dumps(basket)).reason == reason


@pytest.mark.parametrize(
    ("called", "reason"),
    [
        ({"storeID": "s999"}, "no_such_store"),
        ({"till": ""}, "wrong_till"),
        ({"till": "a b"}, "wrong_till"),
        ({"number": ""}, "wrong_number"),
        ({"number": "x" * 65}, "wrong_number"),
        ({"businessDay": "2031-01-01"}, "wrong_day"),
        ({"businessDay": "2001-01-01"}, "too_late"),
        ({"businessDay": "2026-02-30"}, "invalid_value"),
    ],
)
def test_a_receipt_that_cannot_be_named_so_is_refused(db, till, untouched, called, reason):
    basket = '{"lines": [{"sku": "A", "qty": "1", "price": "1.00"}]}'
    with untouched():
        for procedure in ("loy_commit", "loy_hold", "loy_cancel"):
            more = {} if procedure == "loy_cancel" else {"basket": basket}
            assert db.call(procedure, **till.called(1) | called, key=None, **more).reason == reason


def test_a_closed_store_enters_nothing(db, till, untouched):
    db.call("loy_saveStore", storeID="s001", name="Closed", isActive=False)
    with untouched():
        assert till.sell(None, SOCKS).reason == "store_closed"
        assert till.quote(None, SOCKS).reason == "store_closed"


def test_somebody_unknown_or_blocked_is_refused_and_it_is_sold_without_him(db, till, alice, mona, untouched):
    db.call("loy_blockAccount", username=alice, note="lost phone", actor=mona)
    with untouched():
        assert till.sell("+421 999 999 999", SOCKS).reason == "no_such_account"
        assert till.sell(PHONE, SOCKS).reason == "account_blocked"
        assert till.quote(PHONE, SOCKS).reason == "account_blocked"
    assert till.sell(None, SOCKS).ok


def test_two_thousand_lines_are_sold(db, till, alice, healthy):
    lines = [(f"SKU{n}", 1, "1.99", COLUMBIA) for n in range(2000)]
    assert told(till.sell(PHONE, *lines))["decision"]["gross"] == "3980.00"
    assert db.value("SELECT count(*) FROM loy_receiptLines") == 2000


def test_a_quantity_with_three_decimals_is_sold(till, shop):
    assert told(till.sell(None, ("ROPE", "1.234", "9.99")))["decision"]["gross"] == "12.33"


def test_what_the_centre_knows_of_a_product_need_not_be_sent(db, till, shop):
    db.execute(
        "INSERT INTO loy_products VALUES ('BOOTS', 'Boots', '{\"brand\": \"columbia\"}', 45.00, false, false, now()),"
        " ('CARD', 'Gift card', '{\"brand\": \"columbia\"}', 0, true, false, now())"
    )
    decision = told(till.sell(None, ("BOOTS", 1, "49.90"), ("CARD", 1, "50.00")))["decision"]
    # A tenth of 49.90 would bring it under its lowest price; of special terms nothing comes off.
    assert [line["discount"] for line in decision["lines"]] == ["4.90", "0.00"]
    assert db.value("SELECT name FROM loy_receiptLines WHERE number = 1") == "Boots"
