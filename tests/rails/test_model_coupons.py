"""Any sequence of coupons, personal discounts and purchases costs what a small model in Python says, to the cent.

Amounts and limits are at the edges: exactly the rest of a price, the last use, the first moment without.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests import servers
from tests.people import register
from tests.rails import machine, world
from tests.rails.machine import deed, one_of

CENT = Decimal("0.01")
PRICES = {1: Decimal("9.99"), 6: Decimal("55.00"), 12: Decimal("0.05")}
WAYS = ("sum", "sequential", "best")
PERIOD = one_of(1, 1, 6, 6, 12)
ALICE_OR_BOB = one_of("alice", "bob")


@pytest.fixture(scope="module")
def database(server):
    with servers.clone(server) as own:
        with own.connect() as db:
            world.catalogue(db)
            prices = [str(PRICES[period]) for period in (1, 6, 12)]
            own.odd = world.save(db, "Odd", *prices, "100.00")
            own.categories = [
                world.done(db.call("cpn_saveCategory", name=name)).details["categoryID"]
                for name in ("one", "two")
            ]
            for username, role in {
                "alice": "user",
                "bob": "user",
                "mona": "manager",
                "root": "admin",
            }.items():
                register(db, username, role=role)
            for username in ("alice", "bob"):
                world.done(db.call("fin_topUp", username=username, amount="9000.00", purpose="start"))
        yield own


def test_prices_are_as_the_model_says(database, seed, say):
    Coupons.odd, Coupons.categories = database.odd, database.categories
    machine.run(Coupons, database, seed, say)


@dataclass
class Coupon:
    code: str
    use: str
    type: str
    value: Decimal
    category: int | None
    periods: tuple | None
    since: date
    until: date | None
    limit: int | None
    each: int | None
    status: str = "active"
    users: list = field(default_factory=list)

    @property
    def kind(self):
        return self.use, self.category, self.periods


@dataclass
class Discount:
    id: str
    percentage: Decimal
    category: int | None
    periods: tuple | None
    until: date | None
    ended: bool = False


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


class Coupons(machine.Machine):
    views = ("cpn_violations", "trf_violations", "fin_violations")

    def __init__(self):
        super().__init__()
        self.today = date(2024, 1, 31)
        self.turn(0)
        self.way = "sum"
        self.coupons = {}
        self.discounts = {"alice": [], "bob": []}
        self.bought = {"alice": [], "bob": []}
        self.numbers = 0

    def turn(self, days: int) -> None:
        self.today += timedelta(days=days)
        world.turn_clock(self.db, self.today.isoformat())
        self.seen = None

    def number(self) -> str:
        self.numbers += 1
        return str(self.numbers)

    # What an administrator does

    @deed(days=one_of(1, 1, 2, 30))
    def time_passes(self, days):
        self.turn(days)

    @deed(way=one_of(*WAYS))
    def combine(self, way):
        self.call(None, "as_setSetting", code="discountCombination", value=way)
        self.way = way

    @deed(
        5,
        use=one_of("single", "multiple", "multiple"),
        type=one_of("percentage", "percentage", "amount", "free"),
        value=one_of(
            "10", "33.33", "100", "0.01", "5.00", "9.99", "55.00", rarely=["0", "-1", "NaN", "0.001"]
        ),
        category=one_of(None, 0, 0, 1),
        periods=one_of(None, None, None, (1,), (6, 12)),
        days=one_of(None, None, 1, 2),
        later=one_of(0, 0, 0, 0, 1),
        limits=one_of((None, None), (None, None), (2, None), (None, 1), (3, 2)),
    )
    def add(self, use, type, value, category, periods, days, later, limits):
        limit, each = (1, None) if use == "single" else limits
        expected = None
        if type != "free":
            if value == "NaN":
                expected = "discount_not_a_number"
            elif type == "percentage" and not 0 < Decimal(value) <= 100:
                expected = "percentage_out_of_range"
            elif Decimal(value) <= 0:
                expected = "value_not_positive"
            elif Decimal(value) != cents(Decimal(value)):
                expected = "value_too_precise"
        since = self.today + timedelta(days=later)
        until = since + timedelta(days=days) if days else None
        code = f"Code {self.number()}"
        self.call(
            expected,
            "cpn_addCoupon",
            code=code,
            useType=use,
            discountType=type,
            value=value,
            categoryID=None if category is None else self.categories[category],
            periods=periods and list(periods),
            validFrom=f"{since} 00:00 Europe/Bratislava" if later else None,
            validUntil=until and f"{until} 00:00 Europe/Bratislava",
            maxUses=limit,
            maxUsesPerPerson=each,
            requestKey=f"coupon {code}",
        )
        if not expected:
            worth = Decimal(0) if type == "free" else Decimal(value)
            self.coupons[code] = Coupon(code, use, type, worth, category, periods, since, until, limit, each)

    @deed(place=one_of(*range(20)), to=one_of("disabled", "disabled", "active", "deleted"))
    def switch(self, place, to):
        found = [coupon for coupon in self.coupons.values() if coupon.status not in ("deleted", to)]
        if found:
            coupon = found[place % len(found)]
            if to == "deleted":
                self.call(None, "cpn_deleteCoupon", code=coupon.code)
            else:
                self.call(None, "cpn_setCouponDisabled", code=coupon.code, isDisabled=to == "disabled")
            coupon.status = to

    @deed(
        2,
        username=ALICE_OR_BOB,
        percentage=one_of("10", "33.33", "100", "0.01", rarely=["0", "100.01"]),
        category=one_of(None, 0),
        periods=one_of(None, None, (1,)),
        days=one_of(None, 1, 2),
    )
    def give(self, username, percentage, category, periods, days):
        expected = None if 0 < Decimal(percentage) <= 100 else "percentage_out_of_range"
        until = self.today + timedelta(days=days) if days else None
        outcome = self.call(
            expected,
            "cpn_setPersonalDiscount",
            username=username,
            percentage=percentage,
            reason="a friend",
            validUntil=until and until.isoformat(),
            categoryID=None if category is None else self.categories[category],
            periods=periods and list(periods),
            requestKey=f"discount {self.number()}",
            actor="root",
        )
        if not expected:
            self.discounts[username].append(
                Discount(outcome.details["discountID"], Decimal(percentage), category, periods, until)
            )

    @deed(username=ALICE_OR_BOB, place=one_of(*range(10)))
    def end(self, username, place):
        if given := self.discounts[username]:
            discount = given[place % len(given)]
            expected = "already_ended" if discount.ended else None
            self.call(expected, "cpn_endPersonalDiscount", username=username, id=discount.id, actor="root")
            discount.ended = True

    # What a customer does

    @deed(
        8,
        username=ALICE_OR_BOB,
        period=PERIOD,
        places=one_of((), (0,), (0,), (0, 1), (1, 0), (2, 0, 1), (0, 0), (0, 1, 2, 3, 4, 5)),
        unknown=one_of(False, False, False, True),
        shown=one_of("right", "right", None, rarely=["wrong"]),
    )
    def buy(self, username, period, places, unknown, shown):
        newest = sorted(self.coupons, key=lambda code: int(code.split()[1]), reverse=True)
        codes = [newest[place] for place in places if place < len(newest)] + ["nothing"] * unknown
        price, counted, ignored = self.price(username, period, codes)
        typed = [f"  {code.upper()} " for code in codes]
        found = self.db.row("SELECT * FROM cpn_getPrice(%s, %s, %s, %s)", [username, self.odd, period, typed])
        assert found.price == price, (found, counted, ignored)
        assert [(line.get("code"), Decimal(line["amount"])) for line in found.discounts] == counted
        assert sorted((line["code"].lower(), line["reason"]) for line in found.ignored) == sorted(
            (code.lower(), reason) for code, reason in ignored
        )
        total = {"right": str(price), "wrong": str(price + CENT)}.get(shown)
        expected = None
        if shown == "wrong":
            expected = "quote_changed"
        elif shown is None and ignored:
            expected = "coupon_not_applied"
        outcome = self.call(
            expected,
            "trf_changeUserTariff",
            username=username,
            tariffID=self.odd,
            period=period,
            expectedTotal=total,
            couponCodes=typed,
            requestKey=f"purchase {self.number()}",
            actor=username,
        )
        if not expected:
            assert Decimal(outcome.details["price"]) == price
            used = [code for code, _ in counted if code]
            for code in used:
                self.coupons[code].users.append(username)
            self.bought[username].append((outcome.details["number"], used))

    @deed(2, username=ALICE_OR_BOB)
    def take_back(self, username):
        if self.bought[username]:
            number, used = self.bought[username].pop()
            self.call(
                None, "trf_reverseChange", username=username, number=number, note="mistake", actor="mona"
            )
            for code in used:
                self.coupons[code].users.remove(username)

    def price(self, username: str, period: int, codes: list) -> tuple:
        """What is to be paid; what counts, with its amount; what does not, with the reason."""
        full = rest = PRICES[period]
        counted, ignored, kinds, seen = [], [], [], []
        for one in sorted(self.discounts[username], key=lambda one: -one.percentage):
            over = (
                one.ended
                or (one.until and one.until <= self.today)
                or (one.periods and period not in one.periods)
            )
            kind = (one.category, one.periods)
            if over or kind in kinds or (self.way == "best" and counted):
                continue
            base = rest if self.way == "sequential" else full
            if amount := min(cents(base * one.percentage / 100), rest):
                counted.append((None, amount))
                kinds.append(kind)
                rest -= amount
        kinds = []
        for code in codes:
            if code in seen:
                ignored.append((code, "coupon_given_twice"))
                continue
            if len(seen) == 5:
                ignored.append((code, "too_many_codes"))
                continue
            seen.append(code)
            coupon = self.coupons.get(code)
            if reason := self.judge(coupon, username, period):
                ignored.append((code, reason))
                continue
            if coupon.kind in kinds and self.way != "best":
                ignored.append((code, "coupon_same_kind"))
                continue
            base = rest if self.way == "sequential" else full
            worth = {
                "percentage": cents(base * coupon.value / 100),
                "amount": coupon.value,
                "free": full,
            }[coupon.type]
            if self.way == "best":
                best = full - rest
                worth = min(worth, full)
                if worth <= best:
                    ignored.append((code, "coupon_not_needed"))
                    continue
                ignored += [(name, "coupon_not_needed") for name, _ in counted if name]
                counted, rest = [(code, worth)], full - worth
                continue
            worth = min(worth, rest)
            if not worth:
                ignored.append((code, "coupon_not_needed"))
                continue
            counted.append((code, worth))
            kinds.append(coupon.kind)
            rest -= worth
        return rest, counted, ignored

    def judge(self, coupon: Coupon | None, username: str, period: int) -> str | None:
        if coupon is None or coupon.status == "deleted":
            return "no_such_coupon"
        if coupon.status == "disabled":
            return "coupon_disabled"
        if coupon.limit is not None and len(coupon.users) >= coupon.limit:
            return "coupon_used_by_you" if username in coupon.users else "coupon_used"
        if coupon.since > self.today:
            return "coupon_not_yet"
        if coupon.until and coupon.until <= self.today:
            return "coupon_expired"
        if coupon.periods and period not in coupon.periods:
            return "coupon_other_period"
        if coupon.each is not None and coupon.users.count(username) >= coupon.each:
            return "coupon_used_by_you"
        return None

    def compare(self):
        uses = {row.written: row.uses for row in self.db.read("SELECT written, uses FROM cpn_couponList")}
        assert uses == {code: len(coupon.users) for code, coupon in self.coupons.items()}
