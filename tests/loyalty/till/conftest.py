"""A store, promotions in force, and people who buy: `till` sells and takes back as a till does."""

import itertools
import json

import pytest

from tests.loyalty.till.shop import MAIN, basket, open_shop
from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401

PHONE = "+421 903 123 456"


class Till:
    """One till of a store, by the procedures.

    >>> till.sell(PHONE, ("A1", 2, "49.90"), pay="max").details
    """

    def __init__(self, db, store=MAIN, name="1"):
        self.db = db
        self.store = store
        self.name = name
        self.numbers = itertools.count(1)
        self.today = str(db.value("SELECT (as_now() AT TIME ZONE 'Europe/Bratislava')::date"))

    def called(self, number=None) -> dict:
        number = next(self.numbers) if number is None else number
        return {"storeID": self.store, "till": self.name, "businessDay": self.today, "number": str(number)}

    def quote(self, key, *lines, **more):
        return self.db.call("loy_quote", storeID=self.store, key=key, basket=basket(*lines, **more))

    def hold(self, key, *lines, number=None, **more):
        return self.db.call("loy_hold", **self.called(number), key=key, basket=basket(*lines, **more))

    def cancel(self, key, number):
        return self.db.call("loy_cancel", **self.called(number), key=key)

    def sell(
        self, key, *lines, number=None, soldAt=None, expectedNet=None, isOffline=False, body=None, **more
    ):
        return self.db.call(
            "loy_commit",
            **self.called(number),
            key=key,
            basket=basket(*lines, **more),
            soldAt=soldAt,
            expectedNet=expectedNet,
            isOffline=isOffline,
            body=body,
        )

    def give_back(self, sale, *lines, number=None, **of):
        """give_back(17, (1, 2)): two of the first line of receipt 17."""
        return self.db.call(
            "loy_return",
            **self.called(number),
            sale=json.dumps({"till": self.name, "businessDay": self.today, "number": str(sale)} | of),
            lines=json.dumps([{"line": line, "quantity": str(quantity)} for line, quantity in lines]),
        )

    def book(self) -> int:
        """Book all that waits."""
        waiting = self.db.read(
            "SELECT username, receipt_id FROM loy_bookingQueue ORDER BY created_at, receipt_id"
        )
        for receipt in waiting:
            assert self.db.call("loy_bookReceipt", username=receipt.username, receiptID=receipt.receipt_id).ok
        return len(waiting)


@pytest.fixture
def shop(db):
    return open_shop(db)


@pytest.fixture
def till(db, shop):
    return Till(db)


@pytest.fixture
def balance(db):
    return lambda username, unit="bonus": str(
        db.value("SELECT loy_getBalance(%s, NULL, %s)", [username, unit])
    )


@pytest.fixture
def grant(db):
    """Give somebody bonuses: grant("alice", 50)."""

    def give(username, amount, kind="regular", **given):
        outcome = db.call("loy_grant", username=username, kind=kind, amount=str(amount), **given)
        assert outcome.ok, outcome
        return int(outcome.details["lotID"])

    return give


@pytest.fixture
def at(db):
    """Make it a moment here: at("2026-03-01 00:00"); later(days=3) from now."""
    return lambda days: db.execute(
        "UPDATE as_clock SET isDemo = true, shift = as_clock.shift + make_interval(days => %s)", [days]
    )


@pytest.fixture
def healthy(db):
    """After the test no invariant is broken, and every sale is decided the same again."""
    yield
    assert db.read("SELECT * FROM loy_violations") == []
    assert (
        db.read(
            "SELECT receipt.username, again.differences FROM loy_receipts AS receipt"
            " CROSS JOIN LATERAL loy_recompute(receipt.username, receipt.receiptID) AS again"
            " WHERE receipt.kind = 'sale' AND again.same IS NOT TRUE"
        )
        == []
    )


def told(outcome) -> dict:
    """What the till was answered."""
    assert outcome.ok, outcome
    return json.loads(outcome.details["answer"])
