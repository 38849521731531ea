"""Any sequence of grants, sales with bonuses, holds, returns, merges and months leaves every lot as a small model in Python says.

The model knows lots with their validity, in which order they pay, what a return gives back and takes back; not how.
"""

import json
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

import pytest

from tests import servers
from tests.loyalty.till.shop import MAIN, basket, open_shop
from tests.people import register
from tests.rails import machine, world
from tests.rails.machine import deed, one_of

CENT = Decimal("0.01")
HERE = ZoneInfo("Europe/Bratislava")
PRIORITIES = {"promotional": 30, "regular": 90}
GRACE = 14
RETURN_DAYS = 730
MEMBER = {
    "code": "member",
    "kind": "earnPercent",
    "value": 5,
    "conditions": {"member": ["true"]},
    "offer": {"kind": "regular"},
}
PEOPLE = ("alice", "bob", "charlie")
WHO = one_of("alice", "alice", "alice", "bob", "bob", "charlie")


@pytest.fixture(scope="module")
def database(server):
    with servers.clone(server) as own:
        with own.connect() as db:
            for username, role in {
                **dict.fromkeys(PEOPLE, "user"),
                "mona": "manager",
                "root": "admin",
            }.items():
                register(db, username, role=role)
            for number, username in enumerate(PEOPLE):
                world.done(db.call("loy_addCard", username=username, number=f"2900{number}"))
            open_shop(db, [MEMBER])
            # No service points: nobody buys for so much.
            world.done(db.call("loy_saveTier", code="gold", names='{"en": "Gold"}', minPurchases="1000000"))
            db.execute("UPDATE as_clock SET isDemo = true")
        yield own


# What fails is told by the shortest way to it, which takes minutes to find.
@pytest.mark.timeout(900)
def test_bonuses_are_as_the_model_says(database, seed, say):
    machine.run(Club, database, seed, say)


@dataclass
class Lot:
    owner: str
    kind: str
    amount: Decimal
    since: datetime
    until: datetime
    remaining: Decimal = Decimal(0)
    isRestored: bool = False
    was: tuple | None = None
    id: int = 0


@dataclass
class Sale:
    number: str
    owner: str
    day: date
    at: datetime
    quantity: int
    net: Decimal
    payments: list
    earned: Decimal
    arguments: dict
    answer: object = None
    lot: Lot | None = None
    isBooked: bool = False
    returned: int = 0


@dataclass
class Hold:
    number: str
    owner: str
    until: datetime
    asked: tuple
    payments: list = field(default_factory=list)


def share(amount: Decimal, part: int, whole: int) -> Decimal:
    return (amount * part / whole).quantize(CENT, ROUND_HALF_UP)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), HERE)


class Club(machine.Machine):
    views = ("loy_violations", "as_violations")

    def __init__(self):
        super().__init__()
        self.real = self.db.value("SELECT now()")
        self.now = datetime.combine(date(self.real.year + 1, 5, 10), time(12), HERE)
        self.lots, self.sales, self.holds = [], [], []
        self.merged, self.blocked = {}, set()
        self.count = 0
        self.move_clock()
        # Every story begins with something to return that was paid with bonuses which end soon.
        for kind in PRIORITIES:
            self.grant("alice", kind, "20")
        self.sell("alice", "33.30", 3, "max", False)

    # What the model knows

    def move_clock(self):
        seconds = (self.now.astimezone(self.real.tzinfo) - self.real).total_seconds()
        self.db.execute("UPDATE as_clock SET shift = make_interval(secs => %s)", [seconds])
        self.seen = None

    @property
    def today(self) -> date:
        return self.now.astimezone(HERE).date()

    def number(self) -> str:
        self.count += 1
        return str(self.count)

    def owner(self, username: str) -> str:
        while username in self.merged:
            username = self.merged[username]
        return username

    def closed(self, *usernames: str) -> str | None:
        """Why nothing may happen on one of these accounts."""
        for username in usernames:
            if username in self.merged:
                return "account_merged"
            if username in self.blocked:
                return "account_blocked"
        return None

    def free(self, lot: Lot) -> Decimal:
        held = sum(
            amount
            for hold in self.holds
            if hold.until > self.now
            for of, amount in hold.payments
            if of is lot
        )
        return lot.remaining - held

    def valid(self, owner: str) -> list[Lot]:
        found = [
            lot
            for lot in self.lots
            if lot.owner == owner and lot.remaining and lot.since <= self.now < lot.until
        ]
        return sorted(
            found, key=lambda lot: (PRIORITIES[lot.kind], lot.until, lot.since, self.lots.index(lot))
        )

    def add(
        self, owner: str, kind: str, amount: Decimal, until: datetime | None = None, since=None, **more
    ) -> Lot:
        if until is None:
            until = midnight(
                date(self.today.year + 1, 3, 1) if kind == "regular" else self.today + timedelta(days=31)
            )
        lot = Lot(owner, kind, amount, since or self.now, until, amount, **more)
        self.lots.append(lot)
        return lot

    def pay(self, owner: str, net: Decimal) -> list:
        """Which lots pay how much: nearly a third of it, specific ones first."""
        rest, payments = (net * 3 / 10).quantize(CENT), []
        for lot in self.valid(owner):
            if part := min(rest, self.free(lot)):
                payments.append((lot, part))
                rest -= part
        return payments

    # What managers do

    @deed(
        4,
        username=WHO,
        kind=one_of("regular", "promotional"),
        amount=one_of("5", "0.01", "33.33", "20", rarely=["0", "-5"]),
    )
    def grant(self, username, kind, amount):
        expected = self.closed(username) or (None if Decimal(amount) > 0 else "amount_not_positive")
        outcome = self.call(
            expected,
            "loy_grant",
            username=username,
            kind=kind,
            amount=amount,
            requestKey=f"grant {self.number()}",
            actor="mona",
        )
        if not expected:
            self.add(username, kind, Decimal(amount)).id = outcome.details["lotID"]

    @deed(place=one_of(*range(8)), part=one_of("all", "half", rarely=["more"], share=0.2))
    def correct(self, place, part):
        known = [lot for lot in self.lots if lot.id]
        if not known:
            return
        lot = known[place % len(known)]
        free = self.free(lot)
        amount = {"all": free, "half": (free / 2).quantize(CENT), "more": free + CENT}[part]
        expected = self.closed(lot.owner)
        if not expected and amount <= 0:
            expected = "amount_not_positive"
        if not expected and lot.until <= self.now:
            expected = "lot_expired"
        if not expected and part == "more":
            expected = "insufficient_bonuses"
        self.call(
            expected,
            "loy_adjust",
            username=lot.owner,
            lotID=lot.id,
            amount=str(-amount),
            note="x",
            requestKey=f"correct {self.number()}",
            actor="mona",
        )
        if not expected:
            lot.remaining -= amount

    @deed(username=WHO)
    def block(self, username):
        if username in self.blocked:
            self.call(None, "loy_unblockAccount", username=username, note="x", actor="mona")
            self.blocked.remove(username)
            return
        expected = self.closed(username)
        self.call(expected, "loy_blockAccount", username=username, note="x", actor="mona")
        if not expected:
            self.blocked.add(username)

    @deed(username=WHO, other=WHO, chance=one_of(True, False, False))
    def merge(self, username, other, chance):
        if not chance:
            return
        expected = "same_account" if username == other else self.closed(username, other)
        if not expected and any(sale.owner == other and not sale.isBooked for sale in self.sales):
            expected = "receipts_waiting"
        self.call(
            expected,
            "loy_mergeAccounts",
            username=username,
            otherUsername=other,
            requestKey=f"merge {self.number()}",
            actor="mona",
        )
        if expected:
            return
        self.holds = [hold for hold in self.holds if hold.owner != other]
        for lot in [lot for lot in self.lots if lot.owner == other and lot.remaining]:
            self.add(username, lot.kind, lot.remaining, lot.until, lot.since, was=(other, lot))
            lot.remaining = Decimal(0)
        self.merged[other] = username

    @deed(3, days=one_of(1, 14, 15, 31, 60, 300), isEve=one_of(False, True))
    def wait(self, days, isEve):
        """Time passes; sometimes up to the last moment of a day."""
        later = self.today + timedelta(days=days)
        self.now = midnight(later) - timedelta(seconds=1) if isEve else midnight(later) + timedelta(hours=12)
        self.move_clock()

    @deed(minutes=one_of(5, 10))
    def wait_a_little(self, minutes):
        self.now += timedelta(minutes=minutes)
        self.move_clock()

    # What tills do

    def receipt(self, number: str) -> dict:
        return {"storeID": MAIN, "till": "1", "businessDay": str(self.today), "number": number}

    def goods(self, price, quantity, pay) -> str:
        return basket(("A", quantity, price), pay=pay)

    @deed(
        6,
        username=WHO,
        price=one_of("100.00", "10.10", "0.10", "33.30"),
        quantity=one_of(1, 1, 2, 3),
        pay=one_of("max", "max", "none"),
        held=one_of(False, False, True),
    )
    def sell(self, username, price, quantity, pay, held):
        owner, number = self.owner(username), self.number()
        gross = Decimal(price) * quantity
        hold = None
        waiting = [one for one in self.holds if one.owner == owner and one.asked[3] == str(self.today)]
        if held and waiting:
            hold = waiting[0]
            number, (price, quantity, pay, _) = hold.number, hold.asked
            gross = Decimal(price) * quantity
        expected = "account_blocked" if owner in self.blocked else None
        arguments = self.receipt(number) | {
            "key": f"2900{PEOPLE.index(username)}",
            "basket": self.goods(price, quantity, pay),
        }
        payments = self.pay(owner, gross) if pay == "max" else []
        if hold and hold.until > self.now:
            payments = hold.payments
        outcome = self.call(expected, "loy_commit", **arguments)
        if expected:
            return
        if hold:
            self.holds.remove(hold)
            if hold.until <= self.now:
                payments = self.pay(owner, gross) if pay == "max" else []
        net = gross - sum((amount for _, amount in payments), Decimal(0))
        told = json.loads(outcome.details["answer"])["decision"]
        assert Decimal(told["net"]) == net, (told, payments)
        for lot, amount in payments:
            lot.remaining -= amount
        earned = share(net, 5, 100)
        assert Decimal(told["earned"]) == earned
        self.sales.append(
            Sale(number, owner, self.today, self.now, quantity, net, payments, earned, arguments, outcome)
        )

    @deed(
        2,
        username=WHO,
        price=one_of("100.00", "10.10"),
        quantity=one_of(1, 2),
        pay=one_of("max", "max", "none"),
    )
    def hold(self, username, price, quantity, pay):
        owner, number = self.owner(username), self.number()
        expected = "account_blocked" if owner in self.blocked else None
        payments = self.pay(owner, Decimal(price) * quantity) if pay == "max" else []
        self.call(
            expected,
            "loy_hold",
            **self.receipt(number),
            key=f"2900{PEOPLE.index(username)}",
            basket=self.goods(price, quantity, pay),
        )
        if not expected:
            asked = (price, quantity, pay, str(self.today))
            self.holds.append(Hold(number, owner, self.now + timedelta(minutes=10), asked, payments))

    @deed(place=one_of(*range(4)))
    def cancel(self, place):
        today = [hold for hold in self.holds if hold.asked[3] == str(self.today)]
        if today:
            hold = today[place % len(today)]
            key = f"2900{PEOPLE.index(hold.owner)}"
            self.call(None, "loy_cancel", **self.receipt(hold.number), key=key)
            self.holds.remove(hold)

    @deed(2)
    def book(self):
        for sale in self.sales:
            if not sale.isBooked:
                receipt = sale.answer.details["receiptID"]
                self.call(None, "loy_bookReceipt", username=sale.owner, receiptID=receipt)
                self.enter(sale)

    def enter(self, sale):
        sale.isBooked = True
        if sale.earned:
            # Counted from the moment of the sale.
            sold = datetime.fromisoformat(json.loads(sale.answer.details["answer"])["receipt"]["enteredAt"])
            until = midnight(date(sold.astimezone(HERE).year + 1, 3, 1))
            sale.lot = self.add(self.owner(sale.owner), "regular", sale.earned, until, sold)

    @deed(place=one_of(*range(6)))
    def send_again(self, place):
        """The same receipt gets the same answer, and nothing is spent twice."""
        recent = [sale for sale in self.sales if sale.day == self.today]
        if recent:
            sale = recent[place % len(recent)]
            before = self.snapshot()
            answer = self.db.call("loy_commit", **sale.arguments)
            assert answer.details["answer"] == sale.answer.details["answer"]
            assert self.snapshot() == before

    @deed(4, place=one_of(*range(6)), quantity=one_of(1, 1, 2, 3, rarely=[4]))
    def give_back(self, place, quantity):
        if not self.sales:
            return
        sale = self.sales[-1 - place % len(self.sales)]
        expected = "nothing_left" if sale.returned + quantity > sale.quantity else None
        if sale.at + timedelta(days=RETURN_DAYS) <= self.now:
            expected = "return_too_late"
        self.call(
            expected,
            "loy_return",
            **self.receipt(self.number()),
            sale=json.dumps({"till": "1", "businessDay": str(sale.day), "number": sale.number}),
            lines=json.dumps([{"line": 1, "quantity": str(quantity)}]),
        )
        if expected:
            return
        if not sale.isBooked:
            self.enter(sale)
        part = {"before": sale.returned, "after": sale.returned + quantity}
        owner = self.owner(sale.owner)
        for lot, paid in sorted(sale.payments, key=lambda pair: self.lots.index(pair[0])):
            amount = share(paid, part["after"], sale.quantity) - share(paid, part["before"], sale.quantity)
            if amount:
                self.restore(lot, amount, owner)
        back = share(sale.earned, part["after"], sale.quantity) - share(
            sale.earned, part["before"], sale.quantity
        )
        self.take_back(sale, back, owner)
        sale.returned += quantity

    def restore(self, lot, amount, owner):
        isOver = lot.until <= self.now and not lot.isRestored
        if owner == lot.owner and not isOver:
            lot.remaining += amount
        elif isOver:
            until = midnight(self.today + timedelta(days=GRACE + 1))
            self.add(owner, lot.kind, amount, until, isRestored=owner == lot.owner)
        else:
            self.add(owner, lot.kind, amount, lot.until, lot.since)

    def take_back(self, sale, amount, owner):
        def is_own(lot):
            if owner == sale.owner:
                return lot is sale.lot
            return lot.was is not None and lot.was[0] == sale.owner and lot.was[1] is sale.lot

        there = [
            lot
            for lot in self.lots
            if lot.owner == owner and lot.remaining and (is_own(lot) or self.now < lot.until)
        ]
        there.sort(
            key=lambda lot: (
                not is_own(lot),
                lot.since <= self.now,
                lot.kind != "regular",
                PRIORITIES[lot.kind],
                lot.until,
                self.lots.index(lot),
            )
        )
        for lot in there:
            part = min(amount, self.free(lot))
            if part > 0:
                lot.remaining -= part
                amount -= part

    # What must be so

    def compare(self):
        found = self.db.read("SELECT username, kind, amount, remaining, validTo FROM loy_lots ORDER BY lotID")
        said = [(row.username, row.kind, row.amount, row.remaining, row.validto) for row in found]
        known = [(lot.owner, lot.kind, lot.amount, lot.remaining, lot.until) for lot in self.lots]
        assert sorted(said) == sorted(known)
        for username in PEOPLE:
            balance = self.db.value("SELECT loy_getBalance(%s)", [username])
            assert balance == sum((lot.remaining for lot in self.valid(username)), Decimal(0))

    @machine.invariant()
    def every_lot_is_as_predicted(self):
        self.compare()
