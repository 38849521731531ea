"""What the customers of the bank noted, held against what the database says."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path


@dataclass
class History:
    invoked: dict = field(default_factory=dict)
    acknowledged: dict = field(default_factory=dict)
    repeated: list = field(default_factory=list)
    broken: int = 0


@dataclass
class Findings:
    """Sentences about what is wrong; all empty is good."""

    lost: list = field(default_factory=list)
    ghost: list = field(default_factory=list)
    doubled: list = field(default_factory=list)
    unlike: list = field(default_factory=list)

    def any(self) -> list:
        return self.lost + self.ghost + self.doubled + self.unlike


def read(folder: Path) -> History:
    history = History()
    for path in sorted(folder.iterdir()):
        for text in path.read_text().splitlines():
            line = json.loads(text)
            if "invoke" in line:
                history.invoked[line["invoke"]] = (line["procedure"], line["arguments"])
            elif "ack" in line:
                history.acknowledged[line["ack"]] = line["answer"]
            elif "again" in line:
                history.repeated.append((line["again"], line["answer"]))
            else:
                history.broken += 1
    return history


def judge(history: History, db, people: list[str]) -> Findings:
    """`people` had a balance of zero and no movement when it began."""
    found = Findings()
    written = {
        (row.username, row.requestkey): row
        for row in db.read("SELECT * FROM as_audit WHERE username = ANY(%s)", [people])
    }
    movements = defaultdict(list)
    for row in db.read(
        "SELECT username, requestKey, amount FROM fin_finances WHERE username = ANY(%s)", [people]
    ):
        movements[row.username, row.requestkey].append(row.amount)

    receipts = {
        (row.till, row.number): row for row in db.read("SELECT till, number, answer FROM loy_receipts")
    }

    balances = Counter()
    settled = set()
    for key, (procedure, arguments) in history.invoked.items():
        answer = history.acknowledged.get(key)
        if procedure in ("loy_commit", "loy_return"):
            judge_receipt(found, key, answer, receipts.pop((arguments["till"], arguments["number"]), None))
            continue
        username = arguments["username"]
        if answer is None:
            found.lost.append(f"{key} was never answered")
        elif procedure == "loy_bookReceipt":
            continue  # loy_violations holds what it does against the receipts
        elif procedure == "trf_settleDeadline":
            settled.add(username)
        elif not answer["result"]:
            # A refusal has left nothing behind.
            if (username, key) in written or (username, key) in movements:
                found.ghost.append(f"{key} was refused ({answer['reason']}) and yet it is there")
        else:
            row = written.pop((username, key), None)
            if row is None or (row.procedure, row.reason, row.msg, row.details) != (
                procedure,
                answer["reason"],
                answer["msg"],
                answer["details"],
            ):
                found.lost.append(f"{key}: {procedure} was answered {answer}, written down is {row}")
            expected = moved(answer)
            if expected is not None and sorted(movements[username, key]) != sorted(expected):
                found.doubled.append(f"{key}: moved {movements[username, key]} instead of {expected}")
            movements.pop((username, key), None)
            balances[username] += change(answer)

    for (username, key), row in written.items():
        if key in history.invoked:
            continue  # spoken of above
        if row.procedure == "trf_settleDeadline" and username in settled:
            price = Decimal(row.details["price"]) if row.reason in ("tariff_renewed", "tariff_changed") else 0
            if sum(movements.pop((username, key), [])) != -price:
                found.doubled.append(f"{username}, {key}: moved something else than {-price}")
            balances[username] -= price
        elif row.procedure not in ("as_register", "loy_addCard"):
            found.ghost.append(f"{username}, {key}: {row.procedure} was never asked for")
    for username, key in movements:
        found.ghost.append(f"{username}, {key}: a movement that nobody asked for")

    for till, number in receipts:
        found.ghost.append(f"receipt {number} of {till} was never asked for")
    for row in db.read("SELECT username, balance FROM fin_accounts WHERE username = ANY(%s)", [people]):
        if row.balance != balances[row.username]:
            found.doubled.append(
                f"{row.username} has {row.balance}; what was answered makes {balances[row.username]}"
            )
    for key, answer in history.repeated:
        if answer != history.acknowledged[key]:
            found.unlike.append(f"{key} was answered {history.acknowledged[key]}, then {answer}")
    return found


def judge_receipt(found: Findings, key: str, answer: dict | None, row) -> None:
    """A receipt that was acknowledged is there as it was answered; one that was refused is not."""
    if answer is None:
        found.lost.append(f"{key} was never answered")
    elif answer["result"] and (row is None or row.answer != answer["details"]["answer"]):
        found.lost.append(f"{key} was answered {answer}, written down is {row}")
    elif not answer["result"] and row is not None:
        found.ghost.append(f"{key} was refused ({answer['reason']}) and yet it is there")


def moved(answer: dict) -> list[Decimal] | None:
    """The movements that an answer stands for; None where the answer does not say."""
    details = answer["details"]
    match answer["reason"]:
        case "topped_up" | "charged" | "captured" | "reversed" | "awaits_approval" | "top_up_requested":
            return [Decimal(details["amount"])]
        case "held":
            return [-Decimal(details["amount"])]
        case "tariff_changed" | "tariff_extended":
            return [amount for amount in (Decimal(details["credit"]), -Decimal(details["price"])) if amount]
        case "change_reversed":
            return None
        case _:
            return []


def change(answer: dict) -> Decimal:
    """By how much an answer says that the balance has changed."""
    details = answer["details"]
    match answer["reason"]:
        case "topped_up" | "charged" | "captured" | "reversed" | "approved":
            return Decimal(details["amount"])
        case "tariff_changed" | "tariff_extended":
            return -Decimal(details["total"])
        case "change_reversed":
            return Decimal(details["returned"])
        case _:
            return Decimal(0)
