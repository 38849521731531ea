"""`portal till`: a till at the command line, over the same HTTP API as any other.

portal till --demo                                        type calls one after the other
portal till quote A1=2@49.90 SOCKS@4.99 --key 0903123456  ask one thing and show the answer
"""

import argparse
import datetime as dt
import json
import os
import shlex
import sys
from pathlib import Path

from portal import db, services
from portal.places import var
from portal.till.client import Answer, Client
from portal.till.signing import Key
from portal.trouble import Trouble

HELP = """\
  add SKU[=QTY]@PRICE …   put goods into the basket and quote it      add A1=2@49.90 SOCKS@4.99
  drop LINE               take a line out of it                       drop 2
  key PHONE|CARD          say whose purchase it is; alone: nobody's   key 0903123456
                          (the next basket is nobody's again)
  pay max|none|AMOUNT     how many bonuses to pay with                pay max
  coupon CODE             show a coupon
  quote · hold · cancel   ask for the price; promise it; let it go
  commit                  enter the sale at the price that was shown
  return NUMBER LINE[=QTY] …   take goods back                        return 17 1=1
  claim NUMBER SUM        give a receipt without a card to the person of key
  identify · balance      who it is; what he can spend
  basket · new · quit
"""
STORE = "demo"


def arguments(added: argparse.ArgumentParser, port: int) -> None:
    added.add_argument(
        "call", nargs="?", help="quote, hold, commit, cancel, return, claim, identify, balance"
    )
    added.add_argument("words", nargs="*", help="SKU[=QTY]@PRICE …, or for return LINE[=QTY] …")
    added.add_argument("--url", default=os.environ.get("PORTAL_TILL_URL", f"http://localhost:{port}"))
    added.add_argument("--store", default=os.environ.get("PORTAL_TILL_STORE"))
    added.add_argument("--key-id", default=os.environ.get("PORTAL_TILL_KEY"))
    added.add_argument("--secret-file", type=Path, help="a file with the key's 64 hexadecimal digits")
    added.add_argument(
        "--demo", action="store_true", help=f"be a till of the store {STORE}, with a key made for it"
    )
    added.add_argument("--till", default="1")
    added.add_argument("--day", type=dt.date.fromisoformat, default=None, help="the business day; today")
    added.add_argument("--number", help="the receipt's number; for a new one the time")
    added.add_argument("--key", help="phone, card or QR code of the buyer")
    added.add_argument("--pay", default="none", help="max, none, or an amount of bonuses")
    added.add_argument("--coupon", action="append", default=[], dest="coupons")
    added.add_argument("--sale", help="for return and claim: the number of the sale")
    added.add_argument("--net", help="commit: the price shown to the buyer; claim: what was paid")
    added.add_argument("--json", action="store_true", help="show the answer as it came")


def run(options) -> int:
    till = Till(options, Client(options.url, key_of(options)))
    if options.call is None:
        return till.converse()
    try:
        answer = till.once(options.call, options.words)
    except ValueError as error:
        raise Trouble(str(error)) from None
    till.show(options.call, answer)
    return 0 if answer.ok else 1


def key_of(options) -> Key:
    """The key that was named, or for --demo one that is made for the demo's store."""
    if options.demo:
        return demo_key()
    secret = (
        options.secret_file.read_text().strip()
        if options.secret_file
        else os.environ.get("PORTAL_TILL_SECRET")
    )
    if not (options.store and options.key_id and secret):
        raise Trouble(
            "Name --store, --key-id and --secret-file, as /loyalty/stores or loy_addStoreKey told them; or try --demo."
        )
    return Key(options.store, options.key_id, secret)


def demo_key() -> Key:
    """The key of the demo's store, made when there is none; it is kept beside the other secrets."""
    kept = var("run", "till-demo.json")
    with services.running(print):
        db.connect_as("portal_dba")
        if kept.exists():
            key = Key(**json.loads(kept.read_text()))
            if db.row(
                "SELECT key_id FROM loy_storeKeyList WHERE store_id = %s AND key_id = %s AND is_good",
                [key.store, key.id],
            ):
                return key
        if not db.row("SELECT store_id FROM loy_storeList WHERE store_id = %s", [STORE]):
            made = db.call("loy_saveStore", storeID=STORE, name="Demo store", city="Bratislava", country="sk")
            if not made.ok:
                raise Trouble(made.msg)
        made = db.call("loy_addStoreKey", storeID=STORE)
        if not made.ok:
            raise Trouble(made.msg)
    key = Key(STORE, made.details["keyID"], made.details["secret"])
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps({"store": key.store, "id": key.id, "secret": key.secret}))
    return key


class Till:
    """A basket that grows, and whose it is."""

    def __init__(self, options, client: Client):
        self.options = options
        self.client = client
        self.begin()
        self.coupons = list(options.coupons)
        self.number = options.number
        self.shown: str | None = options.net
        #: What was sent and not answered, by what was typed: typed once more it is the very same.
        self.unanswered: dict[tuple, dict] = {}

    def begin(self) -> None:
        """An empty basket of the next buyer."""
        self.key, self.pay = self.options.key, self.options.pay
        self.lines: list[dict] = []
        self.coupons, self.number, self.shown = [], None, None
        #: Sold, with its buyer still there to be asked for the balance.
        self.is_sold = False

    # What is asked

    def once(self, call: str, words: list[str]) -> Answer:
        if call in ("quote", "hold", "commit"):
            self.lines = [read_line(word) for word in words]
        if call == "return":
            return self.give_back(self.options.sale, words)
        if call == "claim":
            return self.claim(self.options.sale, self.options.net)
        if call not in ("quote", "hold", "commit", "cancel", "identify", "balance"):
            raise ValueError(f"There is no call {call}.")
        return getattr(self, call)()

    def quote(self) -> Answer:
        return self.client.ask("quote", key=self.key, basket=self.basket())

    def hold(self) -> Answer:
        return self.client.ask("hold", **self.name(), key=self.key, basket=self.basket())

    def commit(self) -> Answer:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        return self.once_only(
            "commit",
            self.name(),
            {"soldAt": now},
            key=self.key,
            basket=self.basket(),
            expectedNet=self.shown,
        )

    def cancel(self) -> Answer:
        return self.client.ask("cancel", **self.name(), key=self.key)

    def give_back(self, number: str | None, words: list[str]) -> Answer:
        if not number or not words:
            raise ValueError("Name the sale and its lines: return 17 1=1")
        lines = []
        for word in words:
            line, _, quantity = word.partition("=")
            lines.append({"line": place_of(line), "quantity": quantity or "1"})
        return self.once_only("return", {}, self.new_name(), sale=self.sale(number), lines=lines)

    def claim(self, number: str | None, net: str | None) -> Answer:
        if not number or not net or not self.key:
            raise ValueError("Name the person, the sale and what was paid: key 0903123456, claim 17 79.80")
        return self.client.ask("claim", key=self.key, sale=self.sale(number), net=net)

    def identify(self) -> Answer:
        return self.client.ask("identify", key=self.key or "")

    def balance(self) -> Answer:
        return self.client.ask("balance", key=self.key or "")

    def once_only(self, call: str, name: dict, fresh: dict, **asked) -> Answer:
        """Ask for what is entered once: where no answer came, the same asked again goes with what was fresh then."""
        typed = (call, json.dumps([name, asked]))
        fresh = self.unanswered.setdefault(typed, fresh)
        answer = self.client.ask(call, **name, **fresh, **asked)
        if answer.status < 500:
            del self.unanswered[typed]
        return answer

    def basket(self) -> dict:
        numbered = [{"line": number} | line for number, line in enumerate(self.lines, 1)]
        return {"lines": numbered, "coupons": self.coupons, "pay": self.pay}

    def name(self) -> dict:
        """What this till calls the receipt that is open."""
        self.number = self.number or fresh_number()
        return {"till": self.options.till, "businessDay": self.day(), "number": self.number}

    def new_name(self) -> dict:
        return {
            "till": self.options.till,
            "businessDay": self.day(),
            "number": self.options.number or fresh_number(),
        }

    def sale(self, number: str) -> dict:
        return {"till": self.options.till, "businessDay": self.day(), "number": number}

    def day(self) -> str:
        return (self.options.day or dt.date.today()).isoformat()

    # A conversation

    def converse(self) -> int:
        print(f"A till of {self.client.key.store} at {self.options.url}. help lists what can be typed.")
        while True:
            try:
                words = shlex.split(input("till> "))
            except (EOFError, KeyboardInterrupt):
                print()
                return 0
            except ValueError as error:
                print(error)
                continue
            if not words:
                continue
            if words[0] in ("quit", "exit"):
                return 0
            try:
                self.obey(words[0], words[1:])
            except (ValueError, Trouble) as error:
                print(error)

    def obey(self, word: str, words: list[str]) -> None:
        if self.is_sold and word in ("add", "key", "pay", "coupon"):
            self.begin()
        if word == "help":
            print(HELP, end="")
        elif word == "add":
            self.add([read_line(given) for given in words])
        elif word == "drop":
            place = place_of(words[0] if words else "")
            if place > len(self.lines):
                raise ValueError(f"There is no line {place}.")
            del self.lines[place - 1]
            self.tell("quote", self.quote())
        elif word == "key":
            # As it is written on paper: +44 7700 900000.
            self.key = " ".join(words) or None
            self.quote_again()
        elif word == "pay":
            if not words:
                raise ValueError("Say how many: pay max, pay none or pay 5.00")
            self.pay = words[0]
            self.quote_again()
        elif word == "coupon":
            self.coupons += words
            self.quote_again()
        elif word == "basket":
            print(json.dumps(self.basket(), indent=2, ensure_ascii=False))
        elif word == "new":
            self.begin()
        elif word == "return":
            self.tell("return", self.give_back(words[0] if words else None, words[1:]))
        elif word == "claim":
            self.tell("claim", self.claim(*[*words, None, None][:2]))
        elif word in ("quote", "hold", "commit", "cancel", "identify", "balance"):
            self.tell(word, getattr(self, word)())
        else:
            print(f"{word} is nothing that can be typed; help lists what can.")

    def add(self, lines: list[dict]) -> None:
        """Put goods into the basket, but not those that the centre cannot read."""
        self.lines += lines
        answer = self.quote()
        self.tell("quote", answer)
        if lines and not answer.ok and str(answer.json["details"].get("field", "")).startswith("lines"):
            del self.lines[-len(lines) :]
            print("Nothing was added.")

    def quote_again(self) -> None:
        """The price depends on it: the buyer is shown the one that is committed."""
        if self.lines:
            self.tell("quote", self.quote())

    def tell(self, call: str, answer: Answer) -> None:
        self.show(call, answer)
        if call in ("quote", "hold") and answer.ok:
            self.shown = answer.json["decision"]["net"]
        if call == "commit" and answer.ok:
            buyer = self.key
            self.begin()
            self.key, self.is_sold = buyer, True

    # What is shown

    def show(self, call: str, answer: Answer) -> None:
        if self.options.json:
            print(answer.body.decode())
            return
        told = answer.json
        if not answer.ok:
            print(f"{told['msg']} ({told['reason']})", file=sys.stderr)
            return
        print("\n".join(lines_of(call, told, self.lines)))


def read_line(word: str) -> dict:
    """
    >>> read_line("A1=2@49.90")
    {'sku': 'A1', 'qty': '2', 'price': '49.90'}
    """
    goods, _, price = word.partition("@")
    sku, _, quantity = goods.partition("=")
    if not sku or not price:
        raise ValueError(f"{word} is not written as SKU=QTY@PRICE, as A1=2@49.90.")
    return {"sku": sku, "qty": quantity or "1", "price": price}


def place_of(word: str) -> int:
    """
    >>> place_of("3")
    3
    """
    if not word.isdecimal() or int(word) == 0:
        raise ValueError(f"{word or 'That'} is no line: they are 1, 2, 3 …")
    return int(word)


def fresh_number() -> str:
    return dt.datetime.now(dt.UTC).strftime("%H%M%S%f")


def lines_of(call: str, told: dict, basket: list[dict]) -> list[str]:
    """What stands on the till's screen."""
    if call == "cancel":
        return ["Nothing is held any more."]
    currency = told["currency"]
    shown = []
    if told.get("account"):
        person = told["account"]
        shown.append(
            f"{person['name']}, {person['tier']}: {person['balance']} bonuses, {person['service']} service points"
            + (", blocked" if person["isBlocked"] else "")
        )
    if "decision" in told:
        decision = told["decision"]
        if "receipt" in told:
            shown.append(f"Receipt {told['receipt']['number']}")
        for asked, line in zip(basket, decision["lines"], strict=False):
            shown.append(
                f"{line['line']:>3}  {asked['sku']:<16} {asked['qty']:>5} × {asked['price']:>9}  {line['net']:>10}"
            )
            for part in line["discounts"]:
                shown.append(f"     {part['promotion']:<36} -{part['amount']}")
            if line["bonus"] != "0.00":
                shown.append(f"     {'bonuses':<36} -{line['bonus']}")
            if line["service"] != "0.00":
                shown.append(f"     {'service points':<36} -{line['service']}")
        proof = "" if decision["proved"] else f" (at most {decision['gap']} more could be saved)"
        shown.append(f"     To pay {decision['net']} {currency}, earns {decision['earned']}{proof}")
    if call == "return":
        shown.append(f"Return {told['receipt']['number']} of receipt {told['sale']['number']}")
        shown.append(
            f"     To give back {told['refund']} {currency}; bonuses back {told['bonus']}, taken back {told['earned']}"
        )
        if told["deducted"] != "0.00":
            shown.append(f"     {told['deducted']} {currency} were kept for bonuses that are spent")
    if call == "claim":
        shown.append(f"     Earns {told['earned']}")
    for part in told.get("forecast", []):
        shown.append(f"     {part['amount']:>9} {part['kind']:<14} until {part['until'] or 'for ever'}")
    return shown
