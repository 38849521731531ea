"""The demo's club: shops, goods, promotions, cards, and half a year of receipts and returns by the tills' own procedures.

Everything has a key or a number of its own, so that a loading that was interrupted goes on where it stopped.
"""

import json
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from psycopg.types.json import Jsonb

from portal.demo import promotions

CLUB = Path(__file__).with_suffix(".toml")
SEED = 41
#: Before today: when the club begins, and how many customers are in it beside those who can be signed in as.
BEGINS, MEMBERS = 200, 30
TILL, MANAGER = "demo", "mona"
#: How many days before today alice had birthday.
BIRTHDAY = 10
#: What alice buys: days before today, shop, goods with their number, what she pays with, coupons.
ALICE = (
    (190, "demo", {"BIKE-28": 1, "HELMET": 1, "BOTTLE": 2}, "none", ()),
    (171, "kosice", {"RUN-41": 1, "RUN-SHIRT": 2}, "max", ()),
    (140, "demo", {"SKI-170": 1, "BOOT-42": 1, "SOCKS": 3}, "none", ()),
    (120, "online", {"JACKET-M": 2}, "max", ("SPRING",)),
    (88, "praha", {"BIKE-28": 1}, "none", ()),
    (61, "demo", {"SOCKS": 3, "FLEECE-L": 1}, "max", ()),
    (40, "kosice", {"JACKET-M": 1, "BALL": 1}, "none", ()),
    (26, "demo", {"WAX": 1, "SOCKS": 1}, "max", ()),
    (12, "online", {"RUN-41": 1, "SOCKS": 3}, "12.00", ()),
    (5, "demo", {"FLEECE-L": 2, "GIFT-CARD": 1}, "none", ()),
)
#: Which line of which of these she brings back, and how many days before today.
ALICE_RETURNS = ((171, 2, 1, 160), (12, 1, 1, 3))
#: What a manager gives her: kind, amount, what it pays, and how many days from today it ends.
GRANTS = (
    ("promotional", "15.00", None, 6),
    ("product", "20.00", {"brand": ["columbia"]}, 25),
    ("promotional", "8.00", None, -2),
)


def load(connection, call: Callable, bar: Callable, echo: Callable) -> None:
    """Play the club's half-year; call(procedure, **arguments) gives the answer or raises."""
    club = tomllib.loads(CLUB.read_text())
    prices = {product["sku"]: Decimal(product.pop("price")) for product in club["products"]}
    known = {
        number
        for (number,) in connection.execute("SELECT number FROM loy_receiptList WHERE till = %s", [TILL])
    }
    (today,) = connection.execute(
        "SELECT (now() AT TIME ZONE time_zone)::date FROM as_installation"
    ).fetchone()

    begin(connection, call, club)
    days = plan(connection, today, club, prices)
    with bar("Receipts", sum(map(len, days.values()))) as advance:
        for day, asked in sorted(days.items(), reverse=True):
            asked = [one for one in asked if one[1].get("number") not in known]
            if asked:
                set_clock(call, day)
                for procedure, arguments in asked:
                    call(procedure, **arguments)
                book(connection, call)
                advance(len(asked))
    # Whoever had birthday a day ago.
    set_clock(call, BIRTHDAY - 1)
    for (username,) in connection.execute("SELECT username FROM loy_dueBirthdays").fetchall():
        call("loy_grantBirthday", username=username)
    echo(f"The club has {len(club['stores'])} shops and {MEMBERS + 3} members with cards.")


def begin(connection, call: Callable, club: dict) -> None:
    """Shops, goods, promotions and cards, on the first day."""
    set_clock(call, BEGINS)
    for store in club["stores"]:
        call("loy_saveStore", **store, requestKey=f"demo:store:{store['storeID']}")
    call("loy_saveProducts", products=Jsonb(club["products"]), requestKey="demo:products")
    promotions.load(call)
    for username in members(connection):
        call("loy_addCard", username=username, requestKey=f"demo:card:{username}")


def members(connection) -> list[str]:
    """Those who can be signed in as, and the first customers."""
    rows = connection.execute(
        "SELECT username FROM as_people WHERE role = 'user' AND username NOT IN ('alice', 'bob', 'charlie')"
        " AND username NOT LIKE 'household%%' ORDER BY username LIMIT %s",
        [MEMBERS],
    ).fetchall()
    return ["alice", "bob", "charlie", *(username for (username,) in rows)]


def plan(
    connection, today: date, club: dict, prices: dict[str, Decimal]
) -> dict[int, list[tuple[str, dict]]]:
    """What happens so many days before today."""
    days: dict[int, list] = {}
    cards = dict(
        connection.execute(
            "SELECT username, min(number) FROM loy_cardList WHERE state = 'active' GROUP BY username"
        ).fetchall()
    )

    def add(day: int, procedure: str, **arguments) -> None:
        days.setdefault(day, []).append((procedure, arguments))

    for before, store, goods, pay, coupons in ALICE:
        add(before, "loy_commit", **sale(today, before, store, "alice", cards, goods, prices, pay, coupons))
    for sold, line, quantity, before in ALICE_RETURNS:
        store = next(one[1] for one in ALICE if one[0] == sold)
        add(
            before, "loy_return",
            storeID=store, till=TILL, businessDay=today - timedelta(days=before), number=f"alice-{before}-back",
            sale=Jsonb({"till": TILL, "businessDay": str(today - timedelta(days=sold)), "number": f"alice-{sold}"}),
            lines=Jsonb([{"line": line, "quantity": str(quantity)}]),
        )  # fmt: skip
    for number, (kind, amount, scope, ends) in enumerate(GRANTS):
        add(
            20, "loy_grant",
            username="alice", kind=kind, amount=amount, scope=Jsonb(scope) if scope else None,
            validTo=datetime.combine(today + timedelta(days=ends), datetime.min.time(), UTC),
            note="For patience with a late delivery", requestKey=f"demo:grant:{number}", actor=MANAGER,
        )  # fmt: skip
    # The bonus for it is there and soon ends.
    born = date(1990, 1, 1).replace(
        month=(today - timedelta(days=BIRTHDAY)).month, day=min((today - timedelta(days=BIRTHDAY)).day, 28)
    )
    add(150, "loy_setBirthday", username="alice", birthday=born, requestKey="demo:birthday:alice")

    for username in members(connection)[1:]:
        for before, store, goods, pay in errands(username, club, prices):
            add(before, "loy_commit", **sale(today, before, store, username, cards, goods, prices, pay, ()))
    return days


def errands(username: str, club: dict, prices: dict[str, Decimal]) -> Iterator[tuple]:
    """What somebody buys, the same in every run."""
    dice = Random(f"{SEED}:{username}")
    shops = [store["storeID"] for store in club["stores"]]
    # Charlie has only just come.
    days = [1] if username == "charlie" else dice.sample(range(2, BEGINS - 5), dice.randrange(1, 6))
    for day in days:
        goods = dict.fromkeys(dice.sample(sorted(prices), dice.randrange(1, 5)), 1)
        goods |= {"SOCKS": 3} if dice.random() < 0.3 else {}
        yield day, dice.choice(shops), goods, dice.choice(("none", "max"))


def sale(today, before, store, username, cards, goods, prices, pay, coupons) -> dict:
    lines = [
        {"line": number, "sku": sku, "qty": str(quantity), "price": str(prices[sku])}
        for number, (sku, quantity) in enumerate(goods.items(), 1)
    ]
    return {
        "storeID": store,
        "till": TILL,
        "businessDay": today - timedelta(days=before),
        "number": f"{username}-{before}",
        "key": cards[username],
        "basket": json.dumps({"lines": lines, "pay": pay, "coupons": list(coupons)}),
    }


def set_clock(call: Callable, days: int) -> None:
    call("as_setClock", shift=timedelta(days=-days))


def book(connection, call: Callable) -> None:
    """What the booking workers do."""
    for username, number in connection.execute(
        "SELECT username, receipt_id FROM loy_bookingQueue"
    ).fetchall():
        call("loy_bookReceipt", username=username, receiptID=number)
