"""A small club, made by the procedures that tills, managers and administrators call."""

from datetime import timedelta

from psycopg.types.json import Jsonb

#: What the goods on the receipts below are.
GOODS = {
    "JACKET": ("Omni-Heat jacket", "150.00", {"brand": "columbia", "category": "clothes/jackets", "sport": "ski"}),
    "BOOTS": ("Ski boots", "220.00", {"brand": "head", "category": "ski/boots", "sport": "ski"}),
    "SOCKS": ("Warm socks", "12.50", {"brand": "columbia", "category": "clothes/socks"}),
}  # fmt: skip
RULES = (
    {"code": "columbia", "kind": "percent", "value": 20, "names": {"en": "Columbia week", "sk": "Týždeň Columbia"}, "conditions": {"brand": ["columbia"]}},
    {"code": "boots", "kind": "amount", "value": 30, "per": "unit", "names": {"en": "30 off boots"}, "conditions": {"category": ["ski/boots"]}, "exclusionGroup": "ski"},
    {"code": "ski", "kind": "percent", "value": 10, "names": {"en": "Skiing costs less"}, "conditions": {"sport": ["ski"]}, "exclusionGroup": "ski"},
    {"code": "gold", "kind": "percent", "value": 25, "names": {"en": "For Gold"}, "conditions": {"tier": ["gold"]}, "phase": 2},
    {"code": "regular", "kind": "earnStep", "value": 1, "phase": 4, "names": {"en": "One for ten"}, "offer": {"kind": "regular", "step": 10}},
    {"code": "twice", "kind": "earnPercent", "value": 15, "phase": 4, "names": {"en": "More for Gold"}, "conditions": {"tier": ["gold"]}, "offer": {"kind": "regular"}},
)  # fmt: skip


def line(number: int, sku: str, quantity: int = 1) -> dict:
    name, price, attributes = GOODS[sku]
    return {"line": number, "sku": sku, "name": name, "qty": str(quantity), "price": price, "attributes": attributes}  # fmt: skip


def product(sku: str) -> dict:
    name, _, attributes = GOODS[sku]
    return {"sku": sku, "name": name, "attributes": attributes}


def basket(*skus: str, pay: str = "none") -> Jsonb:
    return Jsonb({"lines": [line(number, sku) for number, sku in enumerate(skus, 1)], "coupons": [], "pay": pay})  # fmt: skip


def open_up(do, read) -> dict:
    """Two stores, a key, products, promotions in force; `do` calls a procedure and fails where it refuses."""
    do("loy_saveStore", storeID="s001", name="Hlavná 1", city="Košice", country="sk")
    do("loy_saveStore", storeID="s002", name="Mlynská 7", city="Bratislava", country="sk", isActive=False)
    key = do("loy_addStoreKey", storeID="s001")["keyID"]
    do("loy_saveProducts", products=Jsonb([product(sku) for sku in ("BOOTS", "SOCKS")]))
    do("loy_openDraft")
    for rule in RULES:
        do(
            "loy_savePromotion",
            **{name: Jsonb(value) if isinstance(value, dict) else value for name, value in rule.items()},
        )
    (draft,) = read("SELECT version FROM loy_setList WHERE state = 'draft'")
    do("loy_publishSet", setVersion=draft.version, note="The first rules")
    return {"key": key}


class Till:
    """Sells and takes back at s001; what is sold is booked at once."""

    def __init__(self, do, read):
        self.do, self.read = do, read
        self.now = read("SELECT now, today FROM as_installation")[0]

    def sell(self, number: str, *skus: str, key: str | None = None, pay: str = "none") -> int:
        """The receipt's id; `key` is the phone or card of who buys."""
        self.do(
            "loy_commit",
            storeID="s001",
            till="1",
            businessDay=self.now.today,
            number=number,
            key=key,
            basket=basket(*skus, pay=pay),
            soldAt=self.now.now,
        )
        return self.booked(number)

    def take_back(self, number: str, sale: str, *lines: int) -> int:
        self.do(
            "loy_return",
            storeID="s001",
            till="1",
            businessDay=self.now.today,
            number=number,
            sale=Jsonb({"storeID": "s001", "till": "1", "businessDay": str(self.now.today), "number": sale}),
            lines=Jsonb([{"line": line, "quantity": "1"} for line in lines]),
            soldAt=self.now.now,
        )
        return self.booked(number)

    def booked(self, number: str) -> int:
        for row in self.read("SELECT username, receipt_id FROM loy_bookingQueue"):
            self.do("loy_bookReceipt", username=row.username, receiptID=row.receipt_id)
        (row,) = self.read("SELECT receipt_id FROM loy_receiptList WHERE number = %s", [number])
        return row.receipt_id


def furnish(do, read, member: str, key: str) -> dict:
    """A member with bonuses of every kind, cards, purchases and a return; what the addresses of pages name."""
    facts = open_up(do, read)
    till = Till(do, read)
    old = do("loy_addCard", username=member)["number"]
    card = do("loy_replaceCard", username=member, oldNumber=old)["number"]
    do("loy_setBirthday", username=member, birthday="1990-05-17")
    now = till.now.now
    lot = give(do, member, kind="regular", amount="320", note="Welcome")
    give(do, member, kind="birthday", amount="20", note="All the best")
    give(do, member, kind="product", amount="45.50", scope=Jsonb({"brand": ["columbia"]}), note="For the winter")  # fmt: skip
    give(do, member, kind="promotional", amount="15", validFrom=now + timedelta(20), validTo=now + timedelta(70), note="New Year")  # fmt: skip
    give(do, member, kind="service", amount="30", note="Gold")
    do("loy_adjust", username=member, lotID=lot, amount="-20", note="Given twice")
    sale = till.sell("1001", "JACKET", "SOCKS", key=key, pay="max")
    till.sell("1002", "BOOTS", key=card)
    back = till.take_back("1003", "1001", 2)
    nobody = till.sell("1004", "SOCKS", "BOOTS")
    (anonymous,) = read("SELECT username FROM loy_receiptList WHERE number = '1004'")
    return {
        **facts,
        "card": card,
        "old_card": old,
        "lot": lot,
        "sale": sale,
        "back": back,
        "nobody": anonymous.username,
        "unclaimed": nobody,
        "day": till.now.today,
    }


def give(do, username, **terms) -> int:
    return do("loy_grant", username=username, **terms)["lotID"]
