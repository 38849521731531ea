"""Any sequence of calls about money and tariffs is answered as a small model in Python predicts.

The accounts are funded and the amounts aim at the edges, where a < that should be a <= shows.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import Phase

from portal.places import ROOT
from tests import servers
from tests.people import register
from tests.rails import machine, world
from tests.rails.machine import deed, one_of

CENT = Decimal("0.01")
CAP = Decimal(1000000000)
LARGEST_BALANCE = Decimal("999999999999.99")
SECOND_PERSON_ABOVE = Decimal(1000)
ROLES = {
    "alice": "user",
    "bob": "user",
    "mona": "manager",
    "milan": "manager",
    "root": "admin",
    "lola": "manager",
}
LOCKED = "lola"
FUNDS = {"alice": "300.00", "bob": "50.00", "mona": "40.00"}


@pytest.fixture(scope="module")
def database(server):
    """Two customers with money, a manager who is a customer too, and who looks after them."""
    with servers.clone(server) as own:
        with own.connect() as db:
            shelf = world.catalogue(db)
            shelf.legacy = world.save(db, "Legacy", "5.00", "30.00", "60.00", "180.00")
            world.done(db.call("trf_setTariffDisabled", tariffID=shelf.legacy, isDisabled=True))
            for username, role in ROLES.items():
                register(db, username, role=role)
            for username, amount in FUNDS.items():
                world.done(db.call("fin_topUp", username=username, amount=amount, purpose="start"))
            world.done(db.call("as_lockUser", username=LOCKED, note="gone"))
        own.shelf = shelf
        yield own


def test_money_moves_as_the_model_says(database, seed, say):
    machine.run(Finance, database, seed, say)


def test_tariffs_change_as_the_model_says(database, seed, say):
    Tariffs.shelf = database.shelf
    machine.run(Tariffs, database, seed, say)


# A machine that finds nothing may be one that cannot: what it has to find, where, and what is planted there.
PLANTED = {
    "the last cent cannot be spent": ("Finance", "fin_checkAvailable", "amount > available", "amount >= available"),
    "a cent too much can be spent": ("Finance", "fin_checkAvailable", "amount > available", "amount > available + 0.01"),
    "what is held can be spent": ("Finance", "fin_checkAvailable", "account.balance - account.held", "account.balance"),
    "two may approve what one asked for": ("Finance", "fin_approve", "movement.actor = actor", "false"),
    "a third decimal is rounded": ("Finance", "fin_checkAmount", "amount <> round(amount, 2)", "false"),
    "a capture may exceed its hold": ("Finance", "fin_capture", "paid > -hold.amount", "paid > -hold.amount + 1"),
    "a request is done twice": ("Finance", "as_replay", "IF NOT FOUND THEN", "IF true THEN"),
    "a refusal writes": ("Finance", "fin_void", "refusal := fin_checkHeld(movement);",
        "UPDATE as_users SET theme = 'dark' WHERE as_users.username = fin_void.username; refusal := fin_checkHeld(movement);"),
    "half a cent is rounded down": ("Tariffs", "trf_getUnusedDays", "/ days.total, 2)", "/ days.total - 0.005, 2)"),
    "the ends of periods are chained": ("Tariffs", "trf_priceChange", "SELECT purchase.anchor, purchase.months + trf_priceChange.period",
        "SELECT member.tariffDeadline, trf_priceChange.period"),
    "an expired tariff is extended from its end": ("Tariffs", "trf_priceChange", "member.tariffDeadline >= today", "true"),
    "a reversal keeps what it should restore": ("Tariffs", "trf_reverseChange", "credited = 0.00,", ""),
    "a renewal is made though it is not on": ("Tariffs", "trf_settleDeadline", "AND member.renewalPeriod IS NULL)", "AND false)"),
}  # fmt: skip


@pytest.mark.parametrize("bug", PLANTED)
def test_a_planted_bug_is_found(database, bug):
    name, procedure, healthy, broken = PLANTED[bug]
    source = next((ROOT / "sql" / "procedures").glob(f"*/{procedure}.sql")).read_text()
    assert healthy in source
    Tariffs.shelf = database.shelf
    with database.connect() as db:
        db.execute(source.replace(healthy, broken, 1))
        try:
            assert is_found(globals()[name], database)
        finally:
            db.execute(source)


def is_found(tried: type[machine.Machine], database) -> bool:
    """Always the same stories, so that this is no game of chance."""
    for number in range(3):
        try:
            machine.run(tried, database, number, lambda _: None, phases=[Phase.generate])
        except machine.FewGranted:
            raise
        except Exception:  # noqa: BLE001 -- a wrong answer, or what PostgreSQL raises of its own
            return True
    return False


def judge_actor(username: str, actor: str | None, needs: str) -> str | None:
    if username not in ROLES:
        return "no_such_user"
    if actor is None:
        return None
    if actor not in ROLES:
        return "no_such_actor"
    if actor == LOCKED:
        return "actor_locked"
    if needs == "self":
        return None if actor == username or ROLES[actor] == "admin" else "not_allowed"
    if ROLES[actor] not in ("manager", "admin"):
        return "not_allowed"
    return "own_account" if actor == username else None


# ---------------------------------------------------------------------------------------------------------------------

CUSTOMERS = one_of("alice", "bob", rarely=["mona", "nobody"])
MANAGERS = one_of(None, "mona", "milan", "root", rarely=["alice", "nobody", LOCKED])
PURPOSES = one_of("at the desk", rarely=["", None, "x" * 201])
# Counted from what is available, or as they are.
SUITABLE = ("available", "-0.01", "1", "0.01", "12.50", "12.500", "half")
EDGES = one_of(
    *SUITABLE,
    rarely=[
        "+0.01",
        "0",
        "-5",
        None,
        "12.345",
        "NaN",
        "Infinity",
        "1000",
        "1000.01",
        CAP,
        CAP + CENT,
        str(2**31),
        str(2**63 - 1),
        "-0.00",
        "0.001",
        "+0.01",
    ],
    share=0.2,
)
DEPOSITS = one_of(
    *SUITABLE, "1000", "1000.01", "1500.00", rarely=["0", "-5", None, "0.001", "NaN", CAP, CAP + CENT]
)
NUMBERS = one_of(*range(31))


@dataclass
class Movement:
    username: str
    amount: Decimal
    status: int
    kind: str | None
    actor: str | None
    mirror: bool = False


@dataclass
class Account:
    balance: Decimal
    held: Decimal = Decimal(0)

    @property
    def available(self) -> Decimal:
        return self.balance - self.held


class Finance(machine.Machine):
    views = ("fin_violations", "as_violations")

    def __init__(self):
        super().__init__()
        self.accounts = {name: Account(Decimal(FUNDS.get(name, 0))) for name in ROLES}
        self.movements = {
            row.id: Movement(row.username, row.amount, 3, None, None)
            for row in self.db.read("SELECT id, username, amount FROM fin_finances")
        }
        self.keys = 0

    def amount(self, username: str, edge) -> str | None:
        available = self.accounts[username].available if username in self.accounts else Decimal(10)
        match edge:
            case "available":
                return str(available)
            case "-0.01" | "+0.01":
                return str(available + Decimal(edge))
            case "half":
                return str((available / 2).quantize(CENT))
            case None:
                return None
            case _:
                return str(edge)

    def change(self, expected, procedure, username, **arguments):
        self.keys += 1
        return self.call(expected, procedure, username=username, requestKey=f"key {self.keys}", **arguments)

    @deed(
        username=CUSTOMERS,
        edge=DEPOSITS,
        purpose=PURPOSES,
        actor=MANAGERS,
        to=one_of(
            "source:cash",
            "source:bank",
            "expense:gift",
            rarely=["income:service", "income:tariff", "source:nowhere"],
        ),
    )
    def top_up(self, username, edge, purpose, actor, to):
        amount = self.amount(username, edge)
        expected = (
            judge_actor(username, actor, "manager")
            or judge_amount(amount)
            or judge_text(purpose, "purpose")
            or judge_counterparty(to, "source", "expense")
            or self.judge_room(username, amount)
        )
        outcome = self.change(
            expected, "fin_topUp", username, amount=amount, purpose=purpose, counterparty=to, actor=actor
        )
        if not expected:
            self.moved(outcome, username, Decimal(amount), actor, "topped_up")

    @deed(
        username=CUSTOMERS,
        edge=EDGES,
        purpose=PURPOSES,
        actor=MANAGERS,
        to=one_of(
            "income:service", "expense:correction", rarely=["source:cash", "income:tariff", "income:nowhere"]
        ),
    )
    def charge(self, username, edge, purpose, actor, to):
        amount = self.amount(username, edge)
        expected = (
            judge_actor(username, actor, "manager")
            or judge_amount(amount)
            or judge_text(purpose, "purpose")
            or judge_counterparty(to, "income", "expense")
            or self.judge_available(username, amount)
        )
        outcome = self.change(
            expected, "fin_charge", username, amount=amount, purpose=purpose, counterparty=to, actor=actor
        )
        if not expected:
            self.moved(outcome, username, -Decimal(amount), actor, "charged")

    @deed(2, username=CUSTOMERS, edge=EDGES, purpose=PURPOSES, actor=MANAGERS)
    def hold(self, username, edge, purpose, actor):
        amount = self.amount(username, edge)
        expected = (
            judge_actor(username, actor, "manager")
            or judge_amount(amount)
            or judge_text(purpose, "purpose")
            or self.judge_available(username, amount)
        )
        outcome = self.change(expected, "fin_hold", username, amount=amount, purpose=purpose, actor=actor)
        if not expected:
            self.accounts[username].held += Decimal(amount)
            self.movements[outcome.details["financeID"]] = Movement(
                username, -Decimal(amount), 2, "hold", actor
            )

    @deed(
        number=NUMBERS,
        edge=one_of(None, "all", "less", "0.01", rarely=["more", "more", "0", "NaN", "0.001"], share=0.3),
        actor=MANAGERS,
    )
    def capture(self, number, edge, actor):
        username, financeID, hold = self.pick(number, "hold")
        if username is None:
            return
        whole = -hold.amount if hold else Decimal(5)
        amount = {"all": str(whole), "less": str(whole - CENT), "more": str(whole + CENT)}.get(edge, edge)
        paid = str(whole) if amount is None else amount
        expected = judge_actor(username, actor, "manager") or self.judge_held(hold) or judge_amount(paid)
        if not expected and Decimal(paid) > whole:
            expected = "more_than_held"
        if not expected and judge_large(actor, Decimal(paid)) and hold.actor == actor:
            expected = "same_person"
        outcome = self.change(
            expected, "fin_capture", username, financeID=financeID, amount=amount, actor=actor
        )
        if not expected:
            hold.status = 6
            self.accounts[username].held -= whole
            self.post(outcome, username, -Decimal(paid), actor)

    @deed(number=NUMBERS, actor=MANAGERS)
    def void(self, number, actor):
        username, financeID, hold = self.pick(number, "hold")
        if username is None:
            return
        expected = judge_actor(username, actor, "manager") or self.judge_held(hold)
        self.change(expected, "fin_void", username, financeID=financeID, actor=actor)
        if not expected:
            hold.status = 4
            self.accounts[username].held += hold.amount

    @deed(number=NUMBERS, note=PURPOSES, actor=MANAGERS)
    def reverse(self, number, note, actor):
        username, financeID, movement = self.pick(number)
        if username is None:
            return
        expected = judge_actor(username, actor, "manager") or (None if movement else "no_such_movement")
        if not expected:
            if movement.status == 5:
                expected = "already_reversed"
            elif movement.status != 3 or movement.mirror:
                expected = "not_reversible"
            elif judge_large(actor, movement.amount) and movement.actor == actor:
                expected = "same_person"
            else:
                expected = (
                    judge_text(note, "note")
                    or self.judge_available(username, movement.amount)
                    or self.judge_room(username, -movement.amount)
                )
        outcome = self.change(expected, "fin_reverse", username, financeID=financeID, note=note, actor=actor)
        if not expected:
            movement.status = 5
            self.post(outcome, username, -movement.amount, actor, mirror=True)

    @deed(
        username=CUSTOMERS,
        amount=one_of(
            *("1.00", "10000.00", "25.00"),
            rarely=["0.99", "10000.01", "0", None, "NaN", "1.001", str(2**63 - 1)],
        ),
        himself=one_of(True, rarely=[False]),
    )
    def request_top_up(self, username, amount, himself):
        actor = username if himself else "milan"
        expected = judge_actor(username, actor, "self") or judge_amount(amount)
        if not expected:
            waiting = [
                m
                for m in self.movements.values()
                if (m.username, m.kind, m.status) == (username, "request", 1)
            ]
            if Decimal(amount) < 1:
                expected = "below_minimum"
            elif Decimal(amount) > 10000:
                expected = "above_maximum"
            elif len(waiting) >= 20:
                expected = "too_many_requests"
        outcome = self.change(expected, "fin_requestTopUp", username, amount=amount, actor=actor)
        if not expected:
            self.movements[outcome.details["financeID"]] = Movement(
                username, Decimal(amount), 1, "request", actor
            )

    @deed(number=NUMBERS, actor=MANAGERS)
    def approve(self, number, actor):
        username, financeID, movement = self.pick(number, "request", "posting")
        if username is None:
            return
        expected = judge_actor(username, actor, "manager") or self.judge_open(movement)
        if not expected and actor is not None and movement.actor == actor:
            expected = "same_person"
        expected = (
            expected
            or self.judge_available(username, -movement.amount)
            or self.judge_room(username, movement.amount)
        )
        self.change(expected, "fin_approve", username, financeID=financeID, actor=actor)
        if not expected:
            movement.status = 3
            self.accounts[username].balance += movement.amount

    @deed(number=NUMBERS, note=PURPOSES, actor=MANAGERS)
    def reject(self, number, note, actor):
        username, financeID, movement = self.pick(number, "request", "posting")
        if username is None:
            return
        expected = (
            judge_actor(username, actor, "manager") or self.judge_open(movement) or judge_text(note, "note")
        )
        self.change(expected, "fin_reject", username, financeID=financeID, note=note, actor=actor)
        if not expected:
            movement.status = 4

    @deed(number=NUMBERS)
    def cancel_request(self, number):
        username, financeID, movement = self.pick(number, "request")
        if username is None:
            return
        if movement and movement.kind != "request":
            movement = None
        expected = judge_actor(username, username, "self") or self.judge_open(movement)
        self.change(expected, "fin_cancelRequest", username, financeID=financeID, actor=username)
        if not expected:
            movement.status = 4

    def compare(self):
        found = self.db.read("SELECT username, balance, held, available FROM fin_balances")
        assert {row.username: (row.balance, row.held, row.available) for row in found} == {
            name: (account.balance, account.held, account.available)
            for name, account in self.accounts.items()
        }
        found = self.db.read("SELECT id, statusID, amount FROM fin_finances")
        assert {row.id: (row.statusid, row.amount) for row in found} == {
            number: (movement.status, movement.amount) for number, movement in self.movements.items()
        }

    def pick(self, number: int, *kinds: str):
        """Mostly a movement of the kind that can still be decided, sometimes any or one that never was."""
        fitting = [
            i for i, m in self.movements.items() if not kinds or (m.kind in kinds and m.status in (1, 2))
        ]
        if number % 10 == 9:
            fitting = [*self.movements, 0, 2**63 - 1]
        if not fitting:
            return None, None, None
        financeID = fitting[number % len(fitting)]
        movement = self.movements.get(financeID)
        return (movement.username if movement else "alice"), financeID, movement

    def moved(self, outcome, username, amount, actor, reason):
        if judge_large(actor, amount):
            assert outcome.reason == "awaits_approval"
            self.movements[outcome.details["financeID"]] = Movement(username, amount, 1, "posting", actor)
        else:
            assert outcome.reason == reason
            self.post(outcome, username, amount, actor)

    def post(self, outcome, username, amount, actor, mirror=False):
        self.accounts[username].balance += amount
        assert Decimal(outcome.details["balance"]) == self.accounts[username].balance
        self.movements[outcome.details["financeID"]] = Movement(username, amount, 3, None, actor, mirror)

    def judge_available(self, username, amount) -> str | None:
        return "insufficient_balance" if Decimal(amount) > self.accounts[username].available else None

    def judge_room(self, username, amount) -> str | None:
        return (
            "balance_too_large"
            if self.accounts[username].balance + Decimal(amount) > LARGEST_BALANCE
            else None
        )

    def judge_held(self, movement) -> str | None:
        if movement is None:
            return "no_such_movement"
        if movement.kind != "hold":
            return "not_held"
        return {6: "already_captured", 4: "already_voided"}.get(movement.status)

    def judge_open(self, movement) -> str | None:
        if movement is None:
            return "no_such_movement"
        if movement.kind == "hold":
            return "not_waiting"
        return {3: "already_posted", 5: "already_posted", 4: "already_cancelled"}.get(movement.status)


def judge_amount(amount: str | None) -> str | None:
    if amount is None:
        return "amount_missing"
    number = Decimal(amount)
    if not number.is_finite():
        return "amount_not_a_number"
    if number <= 0:
        return "amount_not_positive"
    if number > CAP:
        return "amount_too_large"
    return "amount_too_precise" if number != number.quantize(CENT) else None


def judge_text(text: str | None, field: str) -> str | None:
    if not text or not text.strip():
        return f"{field}_missing"
    return f"{field}_too_long" if len(text) > 200 else None


def judge_counterparty(code: str, *kinds: str) -> str | None:
    if code.endswith(":nowhere"):
        return "no_such_counterparty"
    return None if code.partition(":")[0] in kinds and code != "income:tariff" else "wrong_counterparty"


def judge_large(actor: str | None, amount: Decimal) -> bool:
    return actor is not None and abs(amount) > SECOND_PERSON_ABOVE


# ---------------------------------------------------------------------------------------------------------------------

PRICES = {
    "free": {},
    "team": {1: 10, 6: 55, 12: 100, 36: 270},
    "business": {1: 20, 6: 110, 12: 200, 36: 540},
    "legacy": {1: 5, 6: 30, 12: 60, 36: 180},
}
GRACE = 3
PERIODS = one_of(1, 1, 6, 12, rarely=[0, 36, 5, -1, None, 2**31 - 1])
WHO = one_of("alice", "alice", "bob", rarely=["nobody"])
BY = one_of("himself", "himself", None, "root", rarely=["mona", "nobody", LOCKED])


@dataclass
class Purchase:
    tariff: str
    anchor: date
    months: int | None
    bought: tuple
    paid: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)
    credited: Decimal = Decimal(0)
    during: tuple | None = None
    replaced_by: int | None = None
    reversed: bool = False

    def __post_init__(self):
        self.during = self.bought


@dataclass
class Quote:
    kind: str
    price: Decimal
    starts: date
    anchor: date
    months: int | None
    credits: dict = field(default_factory=dict)

    @property
    def deadline(self) -> date | None:
        return end_of(self.anchor, self.months)

    @property
    def total(self) -> Decimal:
        return self.price - sum(self.credits.values())


@dataclass
class Person:
    balance: Decimal
    log: list
    tariff: str | None = "free"
    deadline: date | None = None
    renewal: int | None = None
    waiting: tuple | None = None
    told: set = field(default_factory=set)


class Tariffs(machine.Machine):
    views = ("trf_violations", "fin_violations", "as_violations")

    def __init__(self):
        super().__init__()
        self.today = date(2024, 1, 31)
        self.turn(self.today)
        self.people = {
            name: Person(Decimal(FUNDS[name]), [Purchase("free", self.today, None, (self.today, None))])
            for name in ("alice", "bob")
        }
        # Registered today in real time, which is not today here: moved, so that time goes on from there.
        self.db.execute(
            "UPDATE as_trf_tariffLog SET anchor = %(day)s, bought = daterange(%(day)s, NULL),"
            " during = daterange(%(day)s, NULL)",
            {"day": self.today},
        )
        self.keys = 0

    def turn(self, day: date) -> None:
        world.turn_clock(self.db, day.isoformat())
        self.seen = None

    def change(self, expected, procedure, username, **arguments):
        self.keys += 1
        return self.call(expected, procedure, username=username, requestKey=f"key {self.keys}", **arguments)

    @deed(days=one_of(1, 2, 3, 15, 27, 28, 29, 30, 31, 31, 60, 366))
    def time_passes(self, days):
        self.today += timedelta(days=days)
        self.turn(self.today)

    @deed(days=one_of(0, 0, 0, 1, 2, 3, 4), then=one_of("settle", "settle", "wait"))
    def a_deadline_comes(self, days, then):
        """Of somebody for whom something is to happen then, where there is one."""
        ahead = [
            (not (person.renewal or person.waiting), person.deadline, username)
            for username, person in self.people.items()
            if person.deadline and person.deadline > self.today
        ]
        if ahead:
            _, deadline, username = min(ahead)
            self.today = deadline + timedelta(days=days)
            self.turn(self.today)
            if then == "settle":
                self.settle(username, anyway=True)

    @deed(
        6,
        username=WHO,
        by=BY,
        tariff=one_of("free", "team", "team", "business", "business", rarely=["legacy", "unknown"]),
        period=PERIODS,
        shown=one_of(None, "right", rarely=["wrong"]),
    )
    def change_tariff(self, username, by, tariff, period, shown):
        actor = username if by == "himself" else by
        expected = judge_actor(username, actor, "self") or self.judge(username, tariff, period, actor)
        quote = None
        if not expected:
            person = self.people[username]
            quote = self.quote(person, tariff, period, self.today)
            preview = self.db.call(
                "trf_changeUserTariff_preview",
                username=username,
                tariffID=self.id(tariff),
                period=period,
                actor=actor,
            )
            missing = max(quote.total - person.balance, Decimal(0)) or None
            assert (Decimal(preview.details["total"]), preview.details["deadline"]) == (
                quote.total,
                quote.deadline and quote.deadline.isoformat(),
            ), (preview, quote)
            assert preview.details["missing"] == (missing and str(missing.quantize(CENT)))
            if shown == "wrong":
                expected = "quote_changed"
            elif missing:
                expected = "insufficient_balance"
        total = quote and {"right": str(quote.total), "wrong": str(quote.total + CENT)}.get(shown)
        outcome = self.change(
            expected,
            "trf_changeUserTariff",
            username,
            tariffID=self.id(tariff),
            period=period,
            expectedTotal=total,
            actor=actor,
        )
        if expected == "insufficient_balance":
            assert Decimal(outcome.details["missing"]) == missing
        if not expected:
            assert Decimal(outcome.details["total"]) == quote.total
            self.enter(person, tariff, period, quote)

    @deed(
        2,
        username=WHO,
        by=BY,
        tariff=one_of("free", "team", rarely=["business", "legacy", "unknown"]),
        period=PERIODS,
        anyway=one_of(False, rarely=[True]),
    )
    def schedule(self, username, by, tariff, period, anyway):
        actor = username if by == "himself" else by
        if not anyway and self.is_without_deadline(username):
            return
        expected = judge_actor(username, actor, "self") or self.judge(username, tariff, period, actor)
        if not expected:
            person = self.people[username]
            same = self.quote(person, tariff, period, self.today).kind == "extension"
            ahead = person.deadline and person.deadline > self.today
            if same or not ahead or price(tariff, 1) >= price(person.tariff, 1):
                expected = "takes_effect_now"
        self.change(
            expected, "trf_scheduleUserTariff", username, tariffID=self.id(tariff), period=period, actor=actor
        )
        if not expected:
            person.waiting = (tariff, period, price(tariff, period))

    @deed(username=one_of("alice", "bob"), amount=one_of("5.00", "100.00", "33.33"))
    def top_up(self, username, amount):
        self.change(None, "fin_topUp", username, amount=amount, purpose="more")
        self.people[username].balance += Decimal(amount)

    @deed(username=WHO, by=BY, anyway=one_of(False, rarely=[True]))
    def cancel_schedule(self, username, by, anyway):
        actor = username if by == "himself" else by
        if not anyway and not (username in self.people and self.people[username].waiting):
            return
        expected = judge_actor(username, actor, "self")
        if not expected and not self.people[username].waiting:
            expected = "nothing_scheduled"
        self.change(expected, "trf_cancelScheduledTariff", username, actor=actor)
        if not expected:
            self.people[username].waiting = None

    @deed(
        2,
        username=WHO,
        by=BY,
        period=one_of(1, 1, None, rarely=[6, 0, 5]),
        anyway=one_of(False, rarely=[True]),
    )
    def set_renewal(self, username, by, period, anyway):
        actor = username if by == "himself" else by
        if not anyway and self.is_without_deadline(username):
            return
        expected = judge_actor(username, actor, "self")
        if not expected:
            person = self.people[username]
            if period not in (None, 1, 6, 12, 36):
                expected = "no_such_period"
            elif period and (
                person.deadline is None or (person.deadline <= self.today and person.renewal is None)
            ):
                expected = "nothing_to_renew"
        self.change(expected, "trf_setRenewal", username, period=period, actor=actor)
        if not expected:
            person.renewal = period

    @deed(username=one_of("alice", "bob"), anyway=one_of(False, rarely=[True]))
    def settle(self, username, anyway):
        person = self.people[username]
        due = person.deadline and person.deadline <= self.today and (person.waiting or person.renewal)
        if not due:
            if anyway:
                self.call("nothing_due", "trf_settleDeadline", username=username)
            return
        tariff, period, agreed = person.waiting or (person.tariff, person.renewal, None)
        quote = self.quote(person, tariff, period, person.deadline)
        quote.price = quote.price if agreed is None else agreed
        late = (self.today - person.deadline).days
        if late > GRACE or (late == GRACE and quote.total > person.balance):
            outcome = self.call(None, "trf_settleDeadline", username=username)
            assert outcome.reason == "tariff_expired", outcome
            person.renewal = person.waiting = None
        elif quote.total > person.balance:
            told = person.deadline in person.told
            self.call("insufficient_balance" if told else None, "trf_settleDeadline", username=username)
            person.told.add(person.deadline)
        else:
            outcome = self.call(None, "trf_settleDeadline", username=username)
            assert outcome.reason == ("tariff_changed" if person.waiting else "tariff_renewed"), outcome
            self.enter(person, tariff, period, quote)

    @deed(
        2,
        username=one_of("alice", "bob"),
        back=one_of(0, 0, rarely=[1, 2, -1]),
        note=PURPOSES,
        actor=MANAGERS,
    )
    def reverse(self, username, back, note, actor):
        person = self.people[username]
        standing = [number for number, one in enumerate(person.log, 1) if not one.reversed]
        number = (standing[-1] if standing else len(person.log)) - back
        expected = judge_actor(username, actor, "manager")
        if not expected and not 1 <= number <= len(person.log):
            expected = "no_such_change"
        if not expected:
            one = person.log[number - 1]
            if one.reversed:
                expected = "already_reversed"
            elif number != standing[-1]:
                expected = "not_the_last_change"
            elif not note or not note.strip():
                expected = "note_missing"
            elif one.credit - one.paid > person.balance:
                expected = "insufficient_balance"
        self.change(expected, "trf_reverseChange", username, number=number, note=note, actor=actor)
        if expected:
            return
        person.balance += one.paid - one.credit
        one.reversed, one.during = True, None
        for other in person.log:
            if other.replaced_by == number:
                other.replaced_by, other.credited, other.during = None, Decimal(0), other.bought
        last = next((p for p in reversed(person.log) if not p.reversed and p.replaced_by is None), None)
        person.tariff, person.deadline = (last.tariff, last.bought[1]) if last else (None, None)
        person.waiting = None
        if person.deadline is None or person.deadline <= self.today:
            person.renewal = None

    def compare(self):
        names = {value: name for name, value in vars(self.shelf).items()}
        for username, person in self.people.items():
            row = self.db.row(
                "SELECT * FROM trf_userTariffs INNER JOIN fin_balances USING (username) WHERE username = %s",
                [username],
            )
            assert (row.balance, names.get(str(row.tariff_id), names.get(row.tariff_id)), row.deadline) == (
                person.balance,
                person.tariff,
                person.deadline,
            )
            assert (row.renewal_period, row.scheduled_period) == (
                person.renewal,
                person.waiting and person.waiting[1],
            )
            log = self.db.read("SELECT * FROM trf_changes WHERE username = %s ORDER BY number", [username])
            assert [
                (row.paid, row.credited, row.in_force_from and (row.in_force_from, row.in_force_until))
                for row in log
            ] == [(one.paid, one.credited, one.during) for one in person.log]

    def is_without_deadline(self, username: str) -> bool:
        person = self.people.get(username)
        return bool(person) and (person.deadline is None or person.deadline <= self.today)

    def id(self, tariff: str):
        return getattr(self.shelf, tariff, 2**63 - 1)

    def judge(self, username, tariff, period, actor) -> str | None:
        person = self.people[username]
        if tariff not in PRICES:
            return "no_such_tariff"
        if period not in (0, 1, 6, 12, 36):
            return "no_such_period"
        if tariff == "legacy":
            return "tariff_disabled"
        if period == 0 and price(tariff, 1) and actor is not None and ROLES[actor] != "admin":
            return "endless_needs_admin"
        return "already_without_end" if person.tariff == tariff and person.deadline is None else None

    def quote(self, person, tariff, period, day) -> Quote:
        cost = price(tariff, period)
        if person.tariff == tariff and period and person.deadline:
            grace = timedelta(days=GRACE if person.renewal else 0)
            if person.deadline >= day or person.deadline + grace > day:
                last = next(p for p in person.log if p.during and p.during[1] == person.deadline)
                return Quote("extension", cost, person.deadline, last.anchor, last.months + period)
        credits = {}
        for number, one in enumerate(person.log, 1):
            if one.during and one.during[1] and one.during[1] > day and one.paid > one.credited:
                unused = (one.during[1] - max(one.during[0], day)).days
                worth = one.paid * unused / (one.during[1] - one.during[0]).days
                credits[number] = worth.quantize(CENT, ROUND_HALF_UP)
        return Quote("change", cost, day, day, period or None, credits)

    def enter(self, person, tariff, period, quote) -> None:
        number = len(person.log) + 1
        if quote.kind == "change":
            for earlier, one in enumerate(person.log, 1):
                if one.during and (one.during[1] is None or one.during[1] > quote.starts):
                    one.during = (one.during[0], quote.starts) if one.during[0] < quote.starts else None
                    one.credited = quote.credits.get(earlier, Decimal(0))
                    one.replaced_by = number
        person.log.append(
            Purchase(
                tariff,
                quote.anchor,
                quote.months,
                (quote.starts, quote.deadline),
                paid=quote.price,
                credit=sum(quote.credits.values(), Decimal(0)),
            )
        )
        person.balance -= quote.total
        person.tariff, person.deadline, person.waiting = tariff, quote.deadline, None
        person.renewal = (period or None) if person.renewal else None


def price(tariff: str | None, period: int) -> Decimal:
    return Decimal(PRICES.get(tariff, {}).get(period, 0))


def end_of(anchor: date, months: int | None) -> date | None:
    if months is None:
        return None
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return date(year, month + 1, min(anchor.day, calendar.monthrange(year, month + 1)[1]))
