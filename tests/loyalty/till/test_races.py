"""The same receipt, the last lot, the last of a budget, one unclaimed receipt: asked for by many in one moment."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tests import servers
from tests.loyalty.till.shop import basket, open_shop, publish
from tests.people import register
from tests.rails.report import SOAK

ROUNDS = 5000 if SOAK else 200
FEW = 100 if SOAK else 20
AT_ONCE = 8
PHONE = "+421 903 123 456"
BOOTS = ("BOOTS", 2, "49.90", {"brand": "columbia"})


class Market:
    """A database whose tills call at the same moment, each over its own connection."""

    def __init__(self, database, stack: ExitStack):
        self.database = database
        self.tills = [stack.enter_context(database.connect("portal_till")) for _ in range(AT_ONCE)]
        self.pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        self.db = stack.enter_context(database.connect())
        self.today = str(self.db.value("SELECT (now() AT TIME ZONE 'Europe/Bratislava')::date"))

    def at_once(self, *calls) -> list:
        """Each call is a procedure and its arguments; all of them begin together."""
        meeting = threading.Barrier(len(calls))

        def one(place):
            procedure, arguments = calls[place]
            meeting.wait(30)
            return self.tills[place].call(procedure, **arguments)

        return list(self.pool.map(one, range(len(calls))))

    def name(self, number) -> dict:
        return {"storeID": "s001", "till": "1", "businessDay": self.today, "number": str(number)}

    def sale(self, number, *lines, key=PHONE, expectedNet=None, **more):
        return "loy_commit", self.name(number) | {
            "key": key, "basket": basket(*lines, **more), "expectedNet": expectedNet,
        }  # fmt: skip

    def give_back(self, number, sale, *lines):
        called = {"till": "1", "businessDay": self.today, "number": str(sale)}
        return "loy_return", self.name(number) | {
            "sale": json.dumps(called),
            "lines": json.dumps([{"line": line, "quantity": str(quantity)} for line, quantity in lines]),
        }


@pytest.fixture(scope="module")
def market(server):
    with servers.clone(server) as own, ExitStack() as stack:
        with own.connect() as db:
            open_shop(db)
            register(db, "alice", phone=PHONE)
            register(db, "bob", phone="+421 903 999 999")
        yield Market(own, stack)


@pytest.fixture
def db(market):
    yield market.db
    assert market.db.read("SELECT * FROM loy_violations") == []


def test_a_receipt_sent_often_and_changed_at_once_is_entered_once(market, db):
    """T05: five times the same and two changed ones in one moment; then its return, twice in one moment."""
    first = set()
    for number in range(ROUNDS):
        same, other = market.sale(number, BOOTS), market.sale(number, BOOTS, ("SOCKS", 1, "5.00"))
        foreign = market.sale(number, BOOTS, key="+421 903 999 999")
        answers = market.at_once(same, other, same, foreign, same, same, same)
        done = [answer for answer in answers if answer.ok]
        assert len({answer.details["answer"] for answer in done}) == 1
        assert len(done) in (1, 5) and {a.reason for a in answers if not a.ok} == {"receipt_changed"}
        first.add(len(done))
        sold = json.loads(done[0].details["answer"])
        back = market.give_back(f"{number}-back", number, (1, 2))
        again = market.give_back(f"{number}-other", number, (1, 1))
        answers = market.at_once(back, back, again)
        whole, twin, part = answers
        assert whole == twin and whole.ok != part.ok
        if whole.ok:
            assert json.loads(whole.details["answer"])["refund"] == sold["decision"]["lines"][0]["net"]
        assert {answer.reason for answer in answers if not answer.ok} == {"nothing_left"}
    assert db.value("SELECT count(*) FROM loy_receipts WHERE kind = 'sale'") == ROUNDS
    assert db.value("SELECT count(*) FROM loy_receipts WHERE kind = 'return'") == ROUNDS
    assert first == {1, 5} or ROUNDS < 20, "the changed ones were never, or always, first: they did not race"


def test_the_last_lot_is_spent_once(market, db):
    for number in range(FEW):
        phone = f"+421 904 000 {number:03}"
        lucky = register(db, f"lucky{number}", phone=phone)
        lot = db.call("loy_grant", username=lucky, kind="regular", amount="10.00").details["lotID"]
        shown = db.call("loy_quote", storeID="s001", key=phone, basket=basket(("X", 1, "50.00"), pay="10.00"))
        net = shown.details["decision"]["net"]
        tills = [
            market.sale(f"lot{number}-{till}", ("X", 1, "50.00"), key=phone, pay="10.00", expectedNet=net) for till in range(AT_ONCE)
        ]  # fmt: skip
        answers = market.at_once(*tills)
        won = sorted(answer.reason for answer in answers)
        assert won == ["price_changed"] * (AT_ONCE - 1) + ["receipt_entered"]
        assert db.value("SELECT remaining FROM loy_lots WHERE lotID = %s", [lot]) == 0


def test_a_lot_is_spent_or_taken_back_never_both(market, db):
    for number in range(FEW):
        call, arguments = market.sale(f"earn{number}", ("X", 1, "200.00"))
        assert db.call(call, **arguments).ok
        for row in db.read("SELECT username, receipt_id FROM loy_bookingQueue"):
            assert db.call("loy_bookReceipt", username=row.username, receiptID=row.receipt_id).ok
        answers = market.at_once(
            market.give_back(f"earn{number}-back", f"earn{number}", (1, 1)),
            market.sale(f"spend{number}", ("Y", 1, "100.00"), pay="max"),
        )
        assert all(answer.ok for answer in answers)
        assert db.value("SELECT loy_getBalance('alice')") >= 0


def test_the_last_of_a_budget_is_given_once(market, db):
    for number in range(FEW):
        code = f"last{number}"
        publish(
            db,
            {"code": code, "kind": "amount", "value": 10, "phase": 2, "per": "receipt", "budget": 10,
             "budgetPeriod": "always", "budgetPer": "installation"},
        )  # fmt: skip
        tills = [market.sale(f"{code}-{till}", ("X", 1, "50.00"), key=None) for till in range(AT_ONCE)]
        answers = market.at_once(*tills)
        nets = sorted(json.loads(answer.details["answer"])["decision"]["net"] for answer in answers)
        assert nets == ["40.00"] + ["50.00"] * (AT_ONCE - 1)
        assert db.value("SELECT sum(given) FROM loy_budgetSlots WHERE promotion = %s", [code]) == 10


def test_a_receipt_is_claimed_by_one(market, db):
    for number in range(FEW):
        call, arguments = market.sale(f"claim{number}", BOOTS, key=None)
        sold = db.call(call, **arguments)
        net = json.loads(sold.details["answer"])["decision"]["net"]
        sale = json.dumps({"till": "1", "businessDay": market.today, "number": f"claim{number}"})
        claims = [
            ("loy_claimAtTill", {"storeID": "s001", "key": key, "sale": sale, "net": net})
            for key in (PHONE, "+421 903 999 999") * 3
        ]
        answers = market.at_once(*claims, market.give_back(f"claim{number}-back", f"claim{number}", (1, 1)))
        *claimed, back = answers
        assert sorted(answer.reason for answer in claimed) == ["receipt_claimed"] * 3 + ["receipt_taken"] * 3
        if not back.ok:
            # Its nobody had it when the return began, and somebody when it came to it.
            assert back.reason == "try_again"
            call, arguments = market.give_back(f"claim{number}-back", f"claim{number}", (1, 1))
            assert db.call(call, **arguments).ok


def test_goods_that_come_back_while_their_receipt_is_claimed_are_asked_for_again(market, db):
    call, arguments = market.sale("handed", BOOTS, key=None)
    net = json.loads(db.call(call, **arguments).details["answer"])["decision"]["net"]
    call, arguments = market.give_back("handed-back", "handed", (1, 1))
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%%loy_return%%'"
    )
    with market.database.connect() as desk, desk.transaction():
        assert desk.call("loy_claimReceipt", username="alice", **market.name("handed"), net=net).ok
        answer = market.pool.submit(market.tills[0].call, call, **arguments)
        while not db.value(waits):
            assert not answer.done()
    assert answer.result().reason == "try_again"
    assert db.call(call, **arguments).ok


def test_a_receipt_is_booked_once(market, db):
    for number in range(FEW):
        call, arguments = market.sale(f"book{number}", ("X", 1, "100.00"))
        sold = db.call(call, **arguments).details
        with ThreadPoolExecutor(4) as pool, ExitStack() as stack:
            bookers = [stack.enter_context(market.database.connect("portal_booking")) for _ in range(4)]
            asked = {"username": sold["username"], "receiptID": sold["receiptID"]}
            answers = list(
                pool.map(lambda one, asked=asked: one.call("loy_bookReceipt", **asked).reason, bookers)
            )
        assert sorted(answers) == ["booked"] + ["booked_before"] * 3
