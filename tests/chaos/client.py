"""One customer of the bank under fire: calls procedures, notes what it asked and what it was answered.

Started as a process by test_bank.py. Its history is a file of one JSON object a line, written before and after each call:

    {"invoke": key, "procedure": …, "arguments": …}
    {"lost": key}                the connection broke before an answer came; the same request goes out again
    {"ack": key, "answer": …}
    {"again": key, "answer": …}  what a repeated request was answered
"""

import json
import os
import random
import signal
import sys
import time
from collections import deque

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

AMOUNTS = ("0.01", "1.00", "7.35", "19.99", "20.00", "99.95", "250.00")
# Above what one manager may move alone.
LARGE = "1000.01"


class Client:
    def __init__(
        self,
        name: str,
        seed: int,
        web: str,
        worker: str,
        till: str,
        booking: str,
        folder: str,
        people: list,
        tariffs: list,
        coupons: list,
    ):
        self.name = name
        self.random = random.Random(f"{seed} {name}")
        self.addresses = {"web": web, "worker": worker, "till": till, "booking": booking}
        self.connections = {}
        self.history = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self.people = people
        self.tariffs = tariffs
        self.coupons = coupons
        self.count = 0
        self.stopping = False
        self.answered = deque(maxlen=200)
        # What can still be done with what was done: (username, id).
        self.held, self.posted, self.open, self.changes = ([] for _ in range(4))
        self.sold = []
        signal.signal(signal.SIGTERM, self.stop)

    def stop(self, *_) -> None:
        self.stopping = True

    def run(self) -> None:
        deeds = [
            (self.top_up, 24),
            (self.charge, 18),
            (self.hold, 12),
            (self.close_hold, 12),
            (self.reverse, 6),
            (self.change_tariff, 14),
            (self.reverse_change, 2),
            (self.give_discount, 1),
            (self.set_renewal, 4),
            (self.settle, 6),
            (self.request, 4),
            (self.decide, 6),
            (self.sell, 10),
            (self.give_back, 4),
            (self.book, 8),
        ]
        while not self.stopping:
            if self.answered and self.random.random() < 0.02:
                self.repeat()
            else:
                self.random.choices(*zip(*deeds, strict=True))[0]()

    def top_up(self) -> None:
        username, amount = self.anybody(), self.random.choice([*AMOUNTS, LARGE])
        answer = self.call("fin_topUp", username=username, amount=amount, purpose="bank", actor="mona")
        self.remember(answer, username, topped_up=self.posted, awaits_approval=self.open)

    def charge(self) -> None:
        username, amount = self.anybody(), self.random.choice([*AMOUNTS, LARGE])
        answer = self.call("fin_charge", username=username, amount=amount, purpose="bank", actor="mona")
        self.remember(answer, username, charged=self.posted, awaits_approval=self.open)

    def hold(self) -> None:
        username, amount = self.anybody(), self.random.choice(AMOUNTS)
        answer = self.call("fin_hold", username=username, amount=amount, purpose="bank", actor="mona")
        self.remember(answer, username, held=self.held)

    def close_hold(self) -> None:
        username, financeID = self.one_of(self.held)
        if self.random.random() < 0.5:
            self.call("fin_void", username=username, financeID=financeID, actor="mona")
        else:
            amount = self.random.choice([None, "0.01"])
            self.call("fin_capture", username=username, financeID=financeID, amount=amount, actor="mona")

    def reverse(self) -> None:
        username, financeID = self.one_of(self.posted)
        self.call("fin_reverse", username=username, financeID=financeID, note="bank", actor="mona")

    def change_tariff(self) -> None:
        username = self.anybody()
        answer = self.call(
            "trf_changeUserTariff",
            username=username,
            tariffID=self.random.choice(self.tariffs),
            period=self.random.choice([0, 1, 1, 1, 1, 1, 6, 12, 5]),
            # Two of the same kind are one too many: refused.
            couponCodes=self.random.sample(self.coupons, self.random.choice([0, 0, 1, 1, 1, 2])) or None,
            actor=username,
        )
        if answer["result"]:
            self.changes.append((username, answer["details"]["number"]))

    def reverse_change(self) -> None:
        username, number = self.one_of(self.changes)
        self.call("trf_reverseChange", username=username, number=number, note="bank", actor="mona")

    def give_discount(self) -> None:
        self.call(
            "cpn_setPersonalDiscount",
            username=self.anybody(),
            percentage=self.random.choice(["5", "12.5", "30"]),
            reason="bank",
            actor="root",
        )

    def set_renewal(self) -> None:
        username, period = self.anybody(), self.random.choice([1, 1, 1, 6, None])
        self.call("trf_setRenewal", username=username, period=period, actor=username)

    def settle(self) -> None:
        self.call("trf_settleDeadline", role="worker", username=self.anybody())

    def request(self) -> None:
        username, amount = self.anybody(), self.random.choice(AMOUNTS)
        answer = self.call("fin_requestTopUp", username=username, amount=amount, actor=username)
        self.remember(answer, username, top_up_requested=self.open)

    def decide(self) -> None:
        username, financeID = self.one_of(self.open)
        if self.random.random() < 0.3:
            self.call("fin_reject", username=username, financeID=financeID, note="bank", actor="mona")
        else:
            self.call("fin_approve", username=username, financeID=financeID, actor="milan")

    def sell(self) -> None:
        lines = [
            {
                "sku": f"S{number}",
                "qty": "3",
                "price": self.random.choice(AMOUNTS),
                "attributes": {"brand": self.random.choice(["columbia", "fila"])},
            }
            for number in range(self.random.randint(1, 3))
        ]
        receipt = self.receipt()
        answer = self.call(
            "loy_commit",
            role="till",
            **receipt,
            key=self.random.choice([None, *(f"card:{username}" for username in self.people)]),
            basket=json.dumps({"lines": lines, "pay": self.random.choice(["max", "none"])}),
        )
        if answer["result"]:
            self.sold.append((receipt, len(lines)))

    def give_back(self) -> None:
        receipt, lines = self.one_of(self.sold)
        if not lines:
            return
        self.call(
            "loy_return",
            role="till",
            **self.receipt(),
            sale=json.dumps({name: receipt[name] for name in ("till", "businessDay", "number")}),
            lines=json.dumps(
                [{"line": self.random.randint(1, lines), "quantity": self.random.choice([1, 1, 2, 3])}]
            ),
        )

    def book(self) -> None:
        waiting = self.look("booking", "SELECT username, receipt_id FROM loy_bookingQueue LIMIT 20")
        if waiting:
            receipt = self.random.choice(waiting)
            self.call(
                "loy_bookReceipt",
                role="booking",
                username=receipt["username"],
                receiptID=receipt["receipt_id"],
            )

    def receipt(self) -> dict:
        """What this till calls its next receipt; the day is the one that the clock says, which is turned."""
        today = self.look("web", "SELECT today::text FROM as_installation")[0]["today"]
        return {"storeID": "s001", "till": self.name, "businessDay": today, "number": f"{self.count + 1}"}

    def anybody(self) -> str:
        return self.random.choice(self.people)

    def one_of(self, things: list) -> tuple:
        """Mostly something that is there and now is done with, sometimes again, sometimes nothing that ever was."""
        if not things:
            return self.anybody(), 0
        place = self.random.randrange(len(things))
        return things[place] if self.random.random() < 0.1 else things.pop(place)

    def remember(self, answer: dict, username: str, **places: list) -> None:
        if answer["result"]:
            places[answer["reason"]].append((username, answer["details"]["financeID"]))

    def call(self, procedure: str, role: str = "web", **arguments) -> dict:
        self.count += 1
        key = f"{self.name}:{self.count}"
        self.note(invoke=key, procedure=procedure, arguments=arguments)
        if role == "web":
            arguments["requestKey"] = key
        answer = self.ask(key, role, procedure, arguments)
        self.note(ack=key, answer=answer)
        # A refused request may be granted later, so only what was done has one answer for ever.
        if answer["result"] and role in ("web", "till"):
            self.answered.append((key, role, procedure, arguments))
        return answer

    def repeat(self) -> None:
        asked = self.random.choice(self.answered)
        self.note(again=asked[0], answer=self.ask(*asked))

    def look(self, role: str, query: str) -> list[dict]:
        """Read until it can be read."""
        while True:
            try:
                return (self.connections.get(role) or self.connect(role)).execute(query).fetchall()
            except psycopg.OperationalError:
                self.connections.pop(role, None)
                time.sleep(self.random.uniform(0.02, 0.1))

    def ask(self, key: str, role: str, procedure: str, arguments: dict) -> dict:
        """Ask until there is an answer."""
        query = sql.SQL("SELECT * FROM {}({})").format(
            sql.Identifier(procedure.lower()),
            sql.SQL(", ").join(
                sql.SQL("{} => {}").format(sql.Identifier(name.lower()), sql.Placeholder(name))
                for name in arguments
            ),
        )
        while True:
            try:
                connection = self.connections.get(role) or self.connect(role)
                return connection.execute(query, arguments).fetchone()
            except psycopg.errors.DeadlockDetected:
                # Locks are taken in one order; this must never be.
                raise
            except psycopg.OperationalError:
                self.connections.pop(role, None)
                self.note(lost=key)
                time.sleep(self.random.uniform(0.02, 0.1))

    def connect(self, role: str):
        self.connections[role] = psycopg.connect(
            self.addresses[role], autocommit=True, row_factory=dict_row, application_name="bank"
        )
        return self.connections[role]

    def note(self, **line) -> None:
        os.write(self.history, (json.dumps(line) + "\n").encode())


if __name__ == "__main__":
    Client(**json.loads(sys.argv[1])).run()
