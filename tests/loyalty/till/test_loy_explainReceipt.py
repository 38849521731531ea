"""Any receipt is explained, and decided again by the promotions of its own moment."""

import datetime as dt

from tests.loyalty.till.conftest import PHONE, told
from tests.loyalty.till.shop import publish

BOOTS = ("BOOTS", 2, "60.00", {"brand": "columbia"})
SOCKS = ("SOCKS", 1, "5.00")


def explained(db, username="alice") -> dict:
    rows = db.read(
        "SELECT said.* FROM loy_receipts AS receipt"
        " CROSS JOIN LATERAL loy_explainReceipt(receipt.username, receipt.receiptID) AS said WHERE receipt.kind = 'sale'"
    )
    return {(row.promotion, row.line): (row.state, str(row.amount), row.reason) for row in rows}


def test_what_gave_and_what_did_not(db, till, alice):
    publish(
        db,
        {"code": "columbia", "kind": "percent", "value": 10, "conditions": {"brand": ["columbia"]}, "class": "brand"},
        {"code": "columbia-less", "kind": "percent", "value": 5, "conditions": {"brand": ["columbia"]}, "class": "brand"},
        {"code": "kosice", "kind": "percent", "value": 50, "conditions": {"city": ["kosice"]}},
        {"code": "earn", "kind": "earnPercent", "value": 5, "offer": {"kind": "regular"}},
    )  # fmt: skip
    told(till.sell(PHONE, BOOTS, SOCKS))
    said = explained(db)
    assert said["columbia", 1] == ("given", "12.00", "given")
    assert said["earn", 1] == ("given", "5.40", "given") and said["earn", 2] == ("given", "0.25", "given")
    assert said["columbia-less", None][0] != "given"
    assert said["kosice", None][2] == "wrong_city"


def test_an_offline_receipt_says_that_its_price_was_final(db, till, alice):
    told(till.sell(PHONE, BOOTS, soldAt=dt.datetime.now(dt.UTC).isoformat(), isOffline=True))
    said = explained(db)
    assert said["columbia-tenth", None][2] == "price_final"
    assert said["member", 1] == ("given", "6.00", "given")


def test_without_promotions_and_for_a_return_nothing_is_said(db, till, alice):
    told(till.sell(PHONE, SOCKS, number=17))
    told(till.give_back(17, (1, 1)))
    back = db.value("SELECT receiptID FROM loy_receipts WHERE kind = 'return'")
    assert db.read("SELECT * FROM loy_explainReceipt('alice', %s)", [back]) == []
    assert db.row("SELECT * FROM loy_recompute('alice', %s)", [back]) == (None, None, None)


def test_an_old_receipt_is_decided_the_same_under_new_promotions(db, till, alice, grant):
    grant(alice, 10)
    told(till.sell(PHONE, BOOTS, SOCKS, pay="max"))
    publish(db, {"code": "half", "kind": "percent", "value": 50})
    again = db.row("SELECT again.* FROM loy_receipts AS r, loy_recompute(r.username, r.receiptID) AS again")
    assert again.same and again.differences == [] and again.decision["bonus"] == "10.00"


def test_a_receipt_that_was_tampered_with_is_not_the_same(db, till, alice):
    told(till.sell(PHONE, BOOTS, SOCKS))
    db.execute("UPDATE loy_receiptLines SET discount = discount - 1, net = net + 1 WHERE number = 1")
    again = db.row("SELECT again.* FROM loy_receipts AS r, loy_recompute(r.username, r.receiptID) AS again")
    assert not again.same and [one["line"] for one in again.differences] == [1]
