"""Random promotions and baskets, and how they are put into the database."""

import json
import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal

AT = datetime(2026, 5, 16, 14, 30, tzinfo=UTC)  # a Saturday
BRANDS = ["columbia", "fila", "puma"]
CATEGORIES = ["ski", "ski/boots", "ski/boots/kids", "bike", "bike/helmets"]
PRICES = ["9.99", "49.90", "19.99", "100.00", "350.50", "0.01", "7.35", "33.33", "10.00", "5.00"]
FLAT = ["10.00", "20.00", "5.00", "12.50", "0.03"]

COLUMNS = [
    "setVersion",
    "number",
    "code",
    "names",
    "phase",
    "kind",
    "value",
    "per",
    "conditions",
    "exceptions",
    "validity",
    "hoursFrom",
    "hoursTo",
    "class",
    "exclusionGroup",
    "isSolo",
    "isJoint",
    "cap",
    "minTotal",
    "basis",
    "maxTimes",
    "priority",
    "offer",
    "isDisabled",
    "updatedAt",
]


def promotion(code: str, **given) -> dict:
    """A promotion with what is left out as usual."""
    return {
        "code": code,
        "phase": 1,
        "kind": "percent",
        "value": None,
        "per": None,
        "conditions": {},
        "exceptions": {},
        "validity": (None, None),
        "hoursFrom": None,
        "hoursTo": None,
        "class": None,
        "exclusionGroup": None,
        "isSolo": False,
        "isJoint": False,
        "cap": None,
        "minTotal": "0",
        "basis": "gross",
        "maxTimes": None,
        "priority": 0,
        "offer": {},
        "isDisabled": False,
    } | given


def store(connection, sets: list[tuple[list[dict], dict]]) -> list[int]:
    """Sets of promotions, published in the past, each with its settings; their versions."""
    versions = []
    rows = []
    for promotions, settings in sets:
        version = connection.execute(
            "INSERT INTO loy_promotionSets (note, settings, createdAt, publishedAt, publishedBy)"
            " VALUES ('test', %s, %s, %s, 'test') RETURNING version",
            [json.dumps(settings), AT, AT - timedelta(days=1)],
        ).fetchone()[0]
        versions.append(version)
        for number, p in enumerate(promotions, 1):
            since, until = p["validity"]
            row = p | {
                "setVersion": version,
                "number": number,
                "names": "{}",
                "conditions": json.dumps(p["conditions"]),
                "exceptions": json.dumps(p["exceptions"]),
                "offer": json.dumps(p["offer"]),
                "validity": f"[{since or ''},{until or ''})",
                "updatedAt": AT,
            }
            rows.append([row[column] for column in COLUMNS])
    with connection.cursor().copy(f"COPY loy_promotions ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    connection.execute(
        "SELECT count(loy_compileSet(version)) FROM unnest(%s::bigint[]) AS version", [versions]
    )
    return versions


class Market:
    """Sets of promotions and baskets by a seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def maybe(self, share: float) -> bool:
        return self.random.random() < share

    def conditions(self) -> dict:
        r, found = self.random, {}
        if self.maybe(0.35):
            found["brand"] = r.sample(BRANDS, r.randint(1, 2))
        if self.maybe(0.25):
            found["category"] = r.sample(CATEGORIES, r.randint(1, 2))
        if self.maybe(0.05):
            found["sku"] = [f"s{r.randint(1, 4)}"]
        if self.maybe(0.15):
            found["price"] = [self.prices() for _ in range(r.choice([1, 1, 2]))]
        if self.maybe(0.02):
            found["has.price"] = [self.prices()]
        for name, values in {
            "city": ["kosice", "zilina"],
            "tier": ["gold", "silver"],
            "coupon": ["SPRING"],
            "weekday": [6, 7],
            "store": ["s1", "s2"],
            "segment": ["runner"],
            "has.brand": ["fila"],
        }.items():
            if self.maybe(0.04):
                found[name] = r.sample(values, r.randint(1, len(values)))
        return found

    def prices(self) -> str:
        """A range of prices whose ends are often those of goods, or of other ranges."""
        r = self.random
        lowest, highest = sorted(r.sample([*PRICES, *FLAT, "5.01", "20", "49.9"], 2), key=Decimal)
        return r.choice([f"{lowest}..{highest}", f"{lowest}..{highest}", f"{lowest}..", f"..{highest}"])

    def offer(self, code: str) -> dict:
        r = self.random
        kind = r.choice(["nForM", "bundle", "bundle", "freeItem"])
        if kind == "nForM":
            buy = r.choice([2, 2, 3])
            return promotion(
                code, kind=kind, offer={"buy": buy, "pay": r.randint(1, buy - 1), "free": "cheapest"}
            )
        parts = [{"conditions": self.conditions_of_part(), "qty": r.choice([1, 1, 2])} for _ in range(2)]
        if kind == "freeItem":
            offer = {"get": parts[1] | {"qty": 1}}
            if self.maybe(0.8):
                offer["buy"] = parts[0]
            return promotion(code, kind=kind, offer=offer, maxTimes=r.choice([1, 2]))
        name, values = r.choice(
            [
                ("price", ["15.00", "20.00", "50.00"]),
                ("percent", ["10", "25", "33.33"]),
                ("amount", ["5.00", "8.00", "2.55"]),
            ]
        )
        return promotion(
            code, kind=kind, offer={"parts": parts[: r.choice([1, 2, 2])], name: r.choice(values)}
        )

    def conditions_of_part(self) -> dict:
        r = self.random
        return r.choice(
            [
                {},
                {"brand": [r.choice(BRANDS)]},
                {"brand": [r.choice(BRANDS)]},
                {"category": [r.choice(CATEGORIES)]},
                {"category": [r.choice(CATEGORIES)]},
                {"price": [self.prices()]},
            ]
        )

    def promotion(self, code: str) -> dict:
        r = self.random
        fate = r.random()
        if fate < 0.17:
            p = self.offer(code)
        elif fate < 0.65:
            kind = r.choice(["percent", "percent", "amount", "fixedPrice"])
            p = promotion(code, kind=kind)
            if kind == "percent":
                p["value"] = r.choice(["5", "10", "15", "20", "30", "12.5", "100"])
                if self.maybe(0.1):
                    p["offer"] = {"lines": "cheapest"}
            else:
                p["value"] = r.choice(["1.00", "5.00", "9.90", "20.00", "0.99"])
            if kind == "amount":
                p["per"] = r.choice(["unit", "unit", "line", "receipt"])
        elif fate < 0.95:
            p = promotion(code, phase=2, kind=r.choice(["percent", "percent", "amount", "giftBonus"]))
            if p["kind"] == "percent":
                p["value"] = r.choice(["3", "5", "7.5", "10", "50"])
            elif p["kind"] == "amount":
                p["value"] = r.choice(["1.00", "5.00", "30.00"])
            else:
                p["offer"] = {"kind": "regular", "amount": r.choice(["5.00", "10.00"])}
            if self.maybe(0.35):
                p["basis"] = "net"
        else:
            kind = r.choice(["earnStep", "earnPercent", "earnFixed"])
            p = promotion(
                code, phase=4, kind=kind, value=r.choice(["5", "1", "2.5"]), offer={"kind": "regular"}
            )
            if kind == "earnStep":
                p["offer"]["step"] = r.choice(["10.00", "100.00", "1.00"])
            if self.maybe(0.3):
                p["basis"] = "net"
        p["conditions"] = self.conditions()
        if self.maybe(0.08):
            p["exceptions"] = self.conditions()
        p["priority"] = r.choice([0, 0, 0, 5, 10])
        if self.maybe(0.25):
            p["minTotal"] = r.choice(["10.00", "50.00", "100.00", "200.00", "500.00"])
        if self.maybe(0.15):
            p["cap"] = r.choice(["0.50", "5.00", "20.00", "50.00"])
        if self.maybe(0.3):
            p["class"] = r.choice(["a", "a", "b"])
        if self.maybe(0.06):
            p["isSolo"] = True
        elif self.maybe(0.06):
            p["isJoint"] = True
        elif self.maybe(0.35):
            p["exclusionGroup"] = r.choice(["g", "g", "h"])
        if self.maybe(0.03):
            p["validity"] = r.choice([(None, AT), (AT, None), (AT + timedelta(days=1), None)])
        if self.maybe(0.03):
            p["hoursFrom"], p["hoursTo"] = r.choice(
                [("22:00", "02:00"), ("16:00", "17:00"), ("09:00", "12:00")]
            )
        return p

    def set(self) -> tuple[list[dict], dict]:
        r = self.random
        settings = {}
        if self.maybe(0.25):
            settings = {
                "bonusShare": r.choice([3000, 10000, 5000]),
                "lineShare": r.choice([3000, 10000, 2500]),
                "totalShare": r.choice([5000, 0, 10000]),
                "keepValueLate": r.choice([5000, 0, 9000]),
            }
        if self.maybe(0.15):
            settings["earnValue"] = r.choice([5000, 10000, 1000])
        settings["nodeBudget"] = 1_000_000
        settings["fuseMs"] = 600_000
        return [self.promotion(f"p{n}") for n in range(1, r.choice([3, 4, 5, 6, 7, 8]) + 1)], settings

    def line(self, number: int, prices: list) -> dict:
        r = self.random
        line = {
            "line": number,
            "sku": f"S{number}",
            "qty": r.choice(["1", "1", "2", "3", "0.755"] if self.maybe(0.15) else ["1", "1", "2", "2"]),
            "price": r.choice(prices),
            "attributes": {"brand": r.choice(BRANDS).title(), "category": r.choice(CATEGORIES)},
        }
        if self.maybe(0.25):
            line["floor"] = str(
                (Decimal(line["price"]) * r.choice([0, 30, 60, 90, 100]) / 100).quantize(Decimal("0.01"))
            )
        if self.maybe(0.05):
            line["special"] = True
        if self.maybe(0.06):
            line["isService"] = True
        return line

    def basket(self) -> tuple[dict, dict, list]:
        r = self.random
        prices = FLAT if self.maybe(0.3) else PRICES
        basket = {"lines": [self.line(n, prices) for n in range(1, r.choice([1, 2, 3, 3, 4, 5]) + 1)]}
        if self.maybe(0.3):
            basket["coupons"] = ["spring"]
        lots = []
        if self.maybe(0.3):
            basket["pay"] = r.choice(["max", "max", "max", "12.50", "none"])
            for n in range(r.randint(1, 3)):
                lot = {
                    "lotID": str(n + 1),
                    "kind": "regular",
                    "unit": "service" if self.maybe(0.15) else "bonus",
                    "priority": r.choice([10, 20, 30]),
                    "amount": r.choice(["3.00", "20.00", "100.00", "1000.00"]),
                    "validFrom": (AT - timedelta(days=9)).isoformat(),
                    "validTo": r.choice(
                        [None, (AT + timedelta(days=5)).isoformat(), (AT + timedelta(days=99)).isoformat()]
                    ),
                    "scope": r.choice([None, {"brand": [r.choice(BRANDS)]}, {"category": ["ski"]}]),
                }
                if self.maybe(0.3):
                    lot["keepValue"] = r.choice([0, 3000, 10000])
                lots.append(lot)
        context = {
            "store": r.choice(["s1", "s2", "s3"]),
            "city": r.choice(["Kosice", "zilina", "praha"]),
            "country": "sk",
            "channel": "store",
            "tier": r.choice(["gold", "silver", "blue"]),
            "segments": r.choice([[], ["runner"]]),
            "timeZone": "Europe/Bratislava",
            "isMember": True,
            "exhausted": ["p2"] if self.maybe(0.05) else [],
        }
        return basket, context, lots
