"""What invented people do in a year: each life says what it asks for and how long it waits, and is told the answers.

A life is a generator. It yields a number of days to wait, or a Call; a Call is answered with the Outcome, and the next thing
happens at the next step of the clock at the earliest, so that nobody does two things at once.
"""

from calendar import monthrange
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from random import Random

from portal.db import Outcome
from portal.demo import catalogue
from portal.demo.people import Person

YEAR = 365
STEPS_A_DAY = 3
#: How far the clock moves at once, in days.
STEP = 1 / STEPS_A_DAY
#: Days after the beginning on which the replaced tariff stops being sold.
LEGACY_UNTIL = 165
MANAGER = "mona"
PERIODS = {1: "price", 6: "price6", 12: "price12", 36: "price36"}

#: How often a tariff is chosen; those beside it are what people move up and down to.
CHOICES = {
    "Mail Plus": 46,
    "Proton Unlimited": 26,
    "Proton Duo": 7,
    "Proton Family": 5,
    "Mail Essentials": 6,
    "Mail Professional": 4,
    "Proton Business": 4,
    "Proton Business Suite": 2,
}
DEARER = {
    "Mail Plus": "Proton Unlimited",
    "Proton Unlimited": "Proton Family",
    "Mail Essentials": "Mail Professional",
}
CHEAPER = {to: source for source, to in DEARER.items()}


@dataclass
class Call:
    """A procedure to be called by a database role."""

    procedure: str
    arguments: dict
    role: str = "portal_web"


Life = Generator[int | float | Call, Outcome | None, None]


class World:
    """What everybody knows: what can be bought, and what day it is. The year that is played ends now, by the local clock."""

    def __init__(self, ids: dict[str, int], now: datetime):
        self.ids = ids
        self.prices = {tariff["name"]: catalogue.prices(tariff) for tariff in catalogue.read()["tariffs"]}
        self.first = now - timedelta(days=YEAR)
        self.today = now.date()
        self.day = 0.0

    def price(self, tariff: str, period: int) -> Decimal:
        return self.prices[tariff][PERIODS[period]]

    def number(self, day: date) -> float:
        """The number of a day, as Until takes it: about noon, so that it is that day wherever a step falls."""
        return (datetime.combine(day, time(12)) - self.first) / timedelta(days=1)


class Customer:
    """One person with the calls he can make; every call has a request key of its own, the same in every run."""

    def __init__(self, person: Person, world: World, dice: Random, joins: float):
        self.person = person
        self.world = world
        self.dice = dice
        self.joins = joins
        self.money = Decimal(0)
        self.deadline: date | None = None
        self._calls = 0

    def key(self) -> str:
        self._calls += 1
        return f"demo:{self.person.username}:{self._calls}"

    def call(
        self, procedure: str, actor: str | None = None, /, database_role="portal_web", **arguments
    ) -> Call:
        arguments = {"username": self.person.username, **arguments, "requestKey": self.key()}
        if database_role == "portal_web" and procedure != "fin_receivePayment":
            arguments["actor"] = actor or self.person.username
        return Call(procedure, arguments, database_role)

    def register(self, **more) -> Call:
        return self.call(
            "as_register",
            database_role="portal_dba",
            name=self.person.name,
            email=self.person.email,
            phone=self.person.phone,
            locale=self.person.locale,
            **more,
        )

    def change(self, tariff: str, period: int) -> Iterator:
        """Confirm a change of tariff; returns whether it went well."""
        answer = yield self.call("trf_changeUserTariff", tariffID=self.world.ids[tariff], period=period)
        if answer.ok:
            self.money = Decimal(answer.details["balanceAfter"])
            self.deadline = date.fromisoformat(answer.details["deadline"])
        return answer.ok

    def buy(self, tariff: str, period: int) -> Iterator:
        """Bring the money, then confirm."""
        yield from self.have(self.world.price(tariff, period))
        return (yield from self.change(tariff, period))

    def prolonged(self, tariff: str, period: int) -> None:
        """What a renewal or a scheduled change does at the deadline, without being asked."""
        self.money = max(self.money - self.world.price(tariff, period), Decimal(0))
        self.deadline = months_after(self.deadline, period)

    def have(self, amount: Decimal) -> Iterator:
        """Bring so much money that it suffices, by one of the ways there are."""
        missing = amount - self.money
        if missing <= 0:
            return
        # People top up in round amounts.
        bring = (missing / 5).to_integral_value(ROUND_CEILING) * 5 + self.dice.choice((0, 0, 0, 5, 10))
        way = self.dice.random()
        if way < 0.4:
            yield from self.transfer(bring)
        elif way < 0.8:
            yield from self.pay_by_card(bring)
        else:
            answer = yield self.call("fin_topUp", MANAGER, amount=bring, purpose="Cash at the desk")
            self.got(answer, bring)

    def transfer(self, amount: Decimal) -> Iterator:
        """Ask for a top-up, and have it approved when the money has come."""
        asked = yield self.call("fin_requestTopUp", amount=amount)
        if not asked.ok:
            return
        request = asked.details["financeID"]
        luck = self.dice.random()
        yield self.dice.uniform(0.4, 2.5)
        if luck < 0.03:
            yield self.call("fin_reject", MANAGER, financeID=request, note="The transfer did not arrive.")
        elif luck < 0.05:
            yield self.call("fin_cancelRequest", financeID=request)
        else:
            answer = yield self.call("fin_approve", MANAGER, financeID=request)
            self.got(answer, amount)

    def pay_by_card(self, amount: Decimal) -> Iterator:
        reference = f"{self.person.username}-{self._calls + 1}"
        answer = yield self.call(
            "fin_receivePayment",
            provider="demo",
            reference=reference,
            amount=amount,
            currency="EUR",
            # When it was paid: the loader knows what time it is.
            occurredAt=None,
            bodyHash=sha256(reference.encode()).hexdigest(),
        )
        self.got(answer, amount)

    def got(self, answer: Outcome, amount: Decimal) -> None:
        if answer.ok:
            self.money += amount


def customer(person: Person, world: World, seed: int, number: int) -> Life:
    """An ordinary customer: joins, perhaps pays, renews, moves, forgets, comes back."""
    dice = Random(f"{seed}:{number}")
    me = Customer(person, world, dice, (YEAR - 1) * dice.random() ** 0.8)
    yield me.joins
    registered = yield me.register()
    if not registered.ok or dice.random() < 0.36:
        return
    yield dice.expovariate(1 / 12)

    tariff = dice.choices(list(CHOICES), CHOICES.values())[0]
    if tariff == "Proton Business" and me.joins > LEGACY_UNTIL - 30:
        tariff = "Proton Business Suite"
    period = dice.choices((1, 6, 12, 36), (58, 9, 29, 4))[0]
    if dice.random() < 0.08:
        # Confirmed without looking at the balance.
        yield from me.change(tariff, period)
    if not (yield from me.buy(tariff, period)):
        return
    if dice.random() < 0.08:
        yield from incident(me)
    if dice.random() < 0.05:
        yield dice.uniform(1, 10)
        yield from mistake(me)
    yield from subscription(me, tariff, period)


def subscription(me: Customer, tariff: str, period: int) -> Life:
    """From one deadline to the next, until it is given up."""
    dice, world = me.dice, me.world
    renews = dice.random() < 0.55
    if renews:
        yield dice.uniform(0.3, 5)
        yield me.call("trf_setRenewal", period=period)
    while True:
        left = world.number(me.deadline) - world.day
        goes_on = renews
        if tariff in DEARER and dice.random() < 0.1:
            yield dice.uniform(0.15, 0.7) * left
            if (yield from me.buy(DEARER[tariff], period)):
                tariff = DEARER[tariff]
            continue
        if tariff in CHEAPER and dice.random() < 0.12:
            yield dice.uniform(0.2, 0.7) * left
            yield me.call("trf_scheduleUserTariff", tariffID=world.ids[CHEAPER[tariff]], period=period)
            if dice.random() < 0.15:
                yield dice.uniform(0.5, 3)
                yield me.call("trf_cancelScheduledTariff")
            else:
                tariff = CHEAPER[tariff]
                goes_on = True

        yield Until(world.number(me.deadline) - dice.uniform(4, 8))
        fate = dice.random()
        if goes_on and fate < 0.9:
            yield from me.have(world.price(tariff, period))
            yield Until(world.number(me.deadline) + 1)
            me.prolonged(tariff, period)
        elif goes_on:
            # Late or never: the days of grace decide.
            yield Until(world.number(me.deadline) + dice.uniform(0.4, 9))
            if fate > 0.96:
                return
            in_grace = world.day < world.number(me.deadline) + 2
            yield from me.have(world.price(tariff, period))
            if in_grace:
                yield 1
                me.prolonged(tariff, period)
            elif not (yield from me.change(tariff, period)):
                return
        elif fate < 0.5:
            if not (yield from me.buy(tariff, period)):
                return
        elif fate < 0.7:
            yield Until(world.number(me.deadline) + dice.uniform(2, 60))
            if not (yield from me.buy(tariff, period)):
                return
        else:
            return


SERVICES = (
    ("Moving a mailbox from another provider", "12.50"),
    ("An hour of help with settings", "19.90"),
    ("A printed manual", "7.20"),
)


def incident(me: Customer) -> Life:
    """Something beside the tariff: a service, a deposit, an apology."""
    kind = me.dice.random()
    yield me.dice.uniform(1, 20)
    if kind < 0.35:
        yield from me.have(Decimal(20))
        purpose, price = me.dice.choice(SERVICES)
        yield me.call("fin_charge", MANAGER, amount=Decimal(price), purpose=purpose)
    elif kind < 0.6:
        yield from me.have(Decimal(40))
        held = yield me.call("fin_hold", MANAGER, amount=Decimal(40), purpose="Deposit for a security key")
        if not held.ok:
            return
        yield me.dice.uniform(2, 9)
        if me.dice.random() < 0.7:
            yield me.call(
                "fin_capture", MANAGER, financeID=held.details["financeID"], amount=Decimal("34.90")
            )
        else:
            yield me.call("fin_void", MANAGER, financeID=held.details["financeID"])
    else:
        yield me.call(
            "trf_setUserOptionValue",
            "root",
            optionCode=me.dice.choice(("mailStorage", "addresses")),
            value=me.dice.choice(("20", "100", "unlimited")),
            note="Apology for an outage",
        )


def mistake(me: Customer) -> Life:
    """A manager enters something wrong, and takes it back."""
    if me.dice.random() < 0.7:
        entered = yield me.call(
            "fin_topUp", MANAGER, amount=Decimal(100), purpose="Bank transfer", counterparty="source:bank"
        )
        if entered.ok:
            yield me.dice.uniform(0.3, 2)
            yield me.call(
                "fin_reverse",
                MANAGER,
                financeID=entered.details["financeID"],
                note="Entered for the wrong customer",
            )
    else:
        yield me.call("trf_reverseChange", MANAGER, number=2, note="Bought by mistake")


# The people that somebody who tries the demo signs in as


def staff(person: Person, world: World, role: str, password_hash: str) -> Life:
    me = Customer(person, world, Random(0), 0)
    yield me.register(login=person.username, passwordHash=password_hash, role=role)


def alice(person: Person, world: World, password_hash: str) -> Life:
    """Somebody with a year of history, money on the account, and a tariff that ends in four days."""
    me = Customer(person, world, Random(1), 0)
    bought, period = purchase_that_ends(world.today + timedelta(days=4))
    upgrades = world.number(bought)
    yield 2
    yield me.register(login=person.username, passwordHash=password_hash)
    has_upgraded = False
    for month in range(12):
        # What she does in a month takes less than six days.
        begins = 3 + 30 * month
        if not has_upgraded and begins + 6 > upgrades:
            yield Until(upgrades - STEP)
            yield from upgrade(me, period)
            has_upgraded = True
        yield Until(begins)
        if month % 3:
            yield from me.transfer(Decimal(me.dice.choice((10, 15, 25))))
        else:
            yield from me.pay_by_card(Decimal(me.dice.choice((20, 30, 40))))
        if not has_upgraded:
            yield from me.change("Mail Plus", 1)
        if month % 2:
            purpose, price = me.dice.choice(SERVICES)
            yield me.call("fin_charge", MANAGER, amount=Decimal(price), purpose=purpose)
    if not has_upgraded:
        yield Until(upgrades - STEP)
        yield from upgrade(me, period)
    yield Until(YEAR - 9)
    yield me.call("fin_hold", MANAGER, amount=Decimal(15), purpose="Deposit for a security key")
    yield 3
    yield me.call("fin_requestTopUp", amount=Decimal(40))


def upgrade(me: Customer, period: int) -> Life:
    """Bring money, and a step later move to the larger tariff; what is left of the smaller one comes back."""
    price = me.world.price("Proton Unlimited", period)
    amount = price.to_integral_value(ROUND_CEILING) + 20
    yield me.call("fin_topUp", MANAGER, amount=amount, purpose="Cash at the desk")
    yield from me.change("Proton Unlimited", period)


def bob(person: Person, world: World, password_hash: str) -> Life:
    """Somebody who cannot pay."""
    me = Customer(person, world, Random(2), 0)
    yield 40
    yield me.register(login=person.username, passwordHash=password_hash)
    yield 3
    yield me.call("fin_topUp", MANAGER, amount=Decimal("1.50"), purpose="Cash at the desk")
    yield from me.change("Mail Plus", 1)


def charlie(person: Person, world: World, password_hash: str) -> Life:
    """Somebody who has just come."""
    me = Customer(person, world, Random(3), 0)
    yield Until(YEAR)
    yield me.register(login=person.username, passwordHash=password_hash)


@dataclass(frozen=True)
class Until:
    """Wait for a day of the history; 0 is its first."""

    day: float


def months_after(day: date, months: int) -> date:
    """
    >>> months_after(date(2027, 1, 31), 1)
    datetime.date(2027, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def purchase_that_ends(deadline: date) -> tuple[date, int]:
    """On which day, and for how many months, to buy so that the tariff ends on a given day.

    >>> purchase_that_ends(date(2027, 3, 30))
    (datetime.date(2026, 9, 30), 6)
    """
    for months in (1, 6, 12):
        bought = months_after(deadline, -months)
        if months_after(bought, months) == deadline:
            return bought, months
    raise AssertionError("the same day a year before is there, but for 29 February, which 29 January reaches")
