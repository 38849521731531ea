"""An old card system: its files, easy lines and difficult ones, and what must come of them, counted without any SQL."""

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from random import Random

CARDS = ["number", "phone", "name", "tier", "kind", "balance", "validTo"]
HISTORY = ["number", "at", "kind", "amount", "store", "note"]

#: Lines that something is the matter with: what is in them, and what comes of each.
DIFFICULT = [
    (["X-1001", "", "No Phone", "blue", "", "10.00", ""], "phone_missing"),
    (["X-1002", "12", "Short Phone", "blue", "", "11.00", ""], "phone_broken"),
    (["X-1003", "+421903000003", "Odd Tier", "platinum", "", "12.00", ""], "tier_unknown"),
    (["", "+421903000004", "No Number", "blue", "", "13.00", ""], "number_unreadable"),
    (["X-1005", "+421903000005", "No Amount", "blue", "", "a lot", ""], "balance_unreadable"),
    (["X-1006", "+421903000006", "Cents", "blue", "", "1.234", ""], "balance_unreadable"),
    (["X-1007", "+421903000007", "Debt", "blue", "", "-5.00", ""], "balance_negative"),
    (["X-1008", "+421903000008", "Kind", "blue", "stamps", "14.00", ""], "kind_unknown"),
    (["X-1009", "+421903000009", "Date", "blue", "", "15.00", "2027-02-30"], "date_unreadable"),
    (["X-1010", "+421903000010", "Twice", "blue", "", "16.00", ""], None),
    (["x 1010", "+421903000010", "Twice", "blue", "", "17.00", ""], "card_twice"),
    (["X-1011", "+421903000011", "First Phone", "blue", "", "18.00", ""], "names_differ"),
    (["X-1011", "+421903000012", "Second Phone", "blue", "birthday", "19.00", "2030-01-01"], "phones_differ"),
    (["X-1013", "0903 000 013", "One Name", "blue", "", "20.00", ""], "names_differ"),
    (["X-1014", "+421 (0)903 000 013", "Other Name", "gold", "", "21.00", ""], None),
    (["X-1015", "+421903000015", 'Quote " and, comma\nand a line', "silver", "", "22.00", "never"], None),
    (["X-1016", "+421903000016", "=SUM(A1)", "blue", "promotional", "0", ""], None),
    (["X-1017", "+421903000017", "", "blue", "", "", ""], None),
    (["X-1018", "+421903000018", "Over", "blue", "", "23.00", "2020-01-01"], None),
]
LEFT_OUT = {
    "number_unreadable", "balance_unreadable", "balance_negative", "kind_unknown", "date_unreadable", "card_twice",
    "line_unreadable", "card_known",
}  # fmt: skip
DIFFICULT_HISTORY = [
    (["NOBODY1", "2026-01-01", "earn", "1.00", "s1", ""], "card_unknown"),
    (["X-1010", "yesterday", "earn", "1.00", "s1", ""], "date_unreadable"),
    (["X-1010", "2026-01-01", "gift", "1.00", "s1", ""], "kind_unknown"),
    (["X-1010", "2026-01-01", "earn", "much", "s1", ""], "amount_unreadable"),
    (["X-1010", "2026-01-01 10:00", "return", "4.00", "s1", ""], None),
]


@dataclass
class Old:
    """The files, and what they hold."""

    cards: Path
    history: Path | None
    rows: int = 0
    #: By kind: how many balances over zero, and their sum.
    balances: dict[str, list] = field(default_factory=lambda: defaultdict(lambda: [0, Decimal(0)]))
    accounts: set[str] = field(default_factory=set)
    #: By month: what was bought.
    bought: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    history_rows: int = 0


def write(place: Path, cards: int, history: int = 0, difficult: bool = True, packed: bool = False) -> Old:
    """Files of so many ordinary cards and lines of history; the same every time."""
    dice = Random(7)
    place.mkdir(parents=True, exist_ok=True)
    ending = ".csv.gz" if packed else ".csv"
    old = Old(place / f"cards{ending}", place / f"history{ending}" if history else None)
    with opened(old.cards, packed) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(CARDS)
        for number in range(cards):
            # Every fifth card is somebody's second one.
            person = number if number % 5 else max(number - 5, 0) + 1
            kind = ("", "regular", "birthday", "promotional")[dice.choice((0, 0, 0, 1, 1, 2, 3))]
            balance = Decimal(dice.choice((0, dice.randrange(1, 100_000)))) / 100
            valid = dice.choice(("", "2027-03-01", "2028-06-30 12:00:00"))
            tier = dice.choice(("blue", "blue", "silver", "GOLD"))
            phone = f"+42194{person:07}"
            row = [f"C{number:09}", phone, f"Person {person}", tier, kind, f"{balance:.2f}", valid]
            writer.writerow(row)
            count(old, row, phone)
        for row, verdict in DIFFICULT if difficult else []:
            writer.writerow(row)
            old.rows += 1
            if verdict not in LEFT_OUT:
                owner = {
                    "phone_missing": "card:X1001", "phone_broken": "card:X1002", "phones_differ": "+421903000011",
                }.get(verdict, "+421" + "".join(filter(str.isdigit, row[1])).removeprefix("421").lstrip("0"))  # fmt: skip
                old.rows -= 1
                count(old, row, owner)
    if history:
        with opened(old.history, packed) as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(HISTORY)
            for number in range(history):
                kind = dice.choice(("purchase", "purchase", "earn", "spend"))
                amount = Decimal(dice.randrange(100, 20_000)) / 100
                month = f"2026-{dice.randrange(1, 11):02}"
                card = f"C{dice.randrange(cards):09}"
                writer.writerow([card, f"{month}-15 12:00:00", kind, f"{amount}", "s1", f"line {number}"])
                old.history_rows += 1
                if kind == "purchase":
                    old.bought[month] += amount
            for row, verdict in DIFFICULT_HISTORY if difficult else []:
                writer.writerow(row)
                if verdict is None:
                    old.history_rows += 1
                    old.bought[row[1][:7]] -= Decimal(row[3])
    return old


def count(old: Old, row: list[str], owner: str) -> None:
    amount = Decimal(row[5] or 0)
    old.rows += 1
    old.accounts.add(owner)
    if amount:
        total = old.balances[row[4] or "regular"]
        total[0] += 1
        total[1] += amount


def opened(path: Path, packed: bool):
    if packed:
        return gzip.open(path, "wt", encoding="utf-8", newline="", compresslevel=1)
    return path.open("w", encoding="utf-8", newline="")
