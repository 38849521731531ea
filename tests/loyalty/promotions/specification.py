"""The best deal as docs/loyalty.md describes it, in plain Python: every set of promotions, every way to take units.

It shares nothing with the SQL, is slow, and knows money only as whole hundredths.
"""

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import combinations_with_replacement, product
from zoneinfo import ZoneInfo

OF_RECEIPT = [
    "store",
    "city",
    "country",
    "channel",
    "tier",
    "segment",
    "coupon",
    "weekday",
    "birthday",
    "member",
]
USUAL = {
    "bonusShare": 3000,
    "lineShare": 3000,
    "totalShare": 5000,
    "earnValue": 0,
    "keepValueLate": 5000,
    "keepValueSoon": 0,
    "soonDays": 30,
}
WHOLE = 10_000
OFFERS = ("nForM", "bundle", "freeItem")


def hundredths(text) -> int:
    return round_half_up(Fraction(str(text)) * 100)


def round_half_up(exact: Fraction) -> int:
    return int((exact + Fraction(1, 2)) // 1)


def spread(amount: int, weights: list[int], caps: list[int] | None = None) -> list[int]:
    """In proportion, by the largest remainder; who would get more than the cap gets the cap.

    >>> spread(1200, [1000, 2000, 5000, 3000], [1000, 100, 0, 400])
    [700, 100, 0, 400]
    """
    if amount < 0:
        return [-x for x in spread(-amount, weights, caps)]
    given = [0] * len(weights)
    sharing = [i for i, w in enumerate(weights) if w > 0 and (caps is None or caps[i] > 0)]
    left = amount if caps is None else min(amount, sum(caps[i] for i in sharing))
    while sharing and left:
        total = sum(weights[i] for i in sharing)
        full = [] if caps is None else [i for i in sharing if left * Fraction(weights[i]) / total >= caps[i]]
        if not full:
            quotas = {i: left * Fraction(weights[i]) / total for i in sharing}
            for i in sharing:
                given[i] = int(quotas[i])
            rest = left - sum(given[i] for i in sharing)
            for i in sorted(sharing, key=lambda i: (given[i] - quotas[i], i))[:rest]:
                given[i] += 1
            break
        for i in full:
            given[i] = caps[i]
        left -= sum(caps[i] for i in full)
        sharing = [i for i in sharing if i not in full]
    return given


def place(amounts, reach, rooms, weights=None, maximum=None):
    """Each source in turn over its lines; when they are full, earlier ones go elsewhere by the shortest chain."""
    n = len(rooms)
    room = list(rooms)
    allowed = sum(amounts) if maximum is None else maximum
    placed = [[0] * n for _ in amounts]
    for s, amount in enumerate(amounts):
        left = max(min(amount, allowed), 0)
        own = [room[i] if reach[s][i] else 0 for i in range(n)]
        for i, x in enumerate(spread(left, weights or own, own)):
            placed[s][i] += x
            room[i] -= x
            left -= x
            allowed -= x
        while left > 0:
            chain = find_chain(s, reach, placed, room)
            if not chain:
                break
            # chain: (source, line it takes, line it leaves or None), from the free line back to s
            step = min([left, room[chain[0][1]]] + [placed[t][frm] for t, _, frm in chain if frm is not None])
            room[chain[0][1]] -= step
            for t, to, frm in chain:
                placed[t][to] += step
                if frm is not None:
                    placed[t][frm] -= step
            left -= step
            allowed -= step
    return placed


def find_chain(s, reach, placed, room):
    n = len(room)
    came = {i: (s, None) for i in range(n) if reach[s][i]}
    queue = list(came)
    seen = {s}
    goal = next((i for i in queue if room[i] > 0), None)
    while goal is None and queue:
        line = queue.pop(0)
        for t in range(s):
            if t in seen or placed[t][line] == 0:
                continue
            seen.add(t)
            fresh = [i for i in range(n) if i not in came and reach[t][i]]
            for i in fresh:
                came[i] = (t, line)
                queue.append(i)
            goal = next((i for i in fresh if room[i] > 0), None)
            if goal is not None:
                break
    chain = []
    while goal is not None:
        t, left_line = came[goal]
        chain.append((t, goal, left_line))
        goal = left_line
    return chain


class Line:
    def __init__(self, given: dict):
        self.sku = given["sku"].lower()
        self.attributes = {k: str(v).lower() for k, v in given.get("attributes", {}).items()}
        quantity = Fraction(given["qty"])
        self.quantity = quantity
        self.price = hundredths(given["price"])
        floor = Fraction(given.get("floor") or 0)
        self.floor = hundredths(floor)
        self.gross = round_half_up(Fraction(given["price"]) * quantity * 100)
        self.special = bool(given.get("special"))
        self.service = bool(given.get("isService")) and not self.special
        lowest = floor * quantity * 100
        lowest = int(lowest) + (lowest != int(lowest))
        self.cap = 0 if self.special else max(self.gross - lowest, 0)
        self.units = int(quantity) if quantity == int(quantity) else 0

    def has(self, name: str, values: list) -> bool:
        if name == "price":
            return any(self.costs(*str(v).split("..")) for v in values)
        own = self.sku if name == "sku" else self.attributes.get(name)
        if own is None:
            return False
        wanted = [str(v).lower() for v in values]
        return own in wanted or (name == "category" and any(own.startswith(v + "/") for v in wanted))

    def costs(self, lowest: str, highest: str) -> bool:
        return (not lowest or self.price >= hundredths(lowest)) and (
            not highest or self.price <= hundredths(highest)
        )


class Case:
    """One basket in its surroundings with the promotions of a set."""

    def __init__(self, basket, context, lots, at: datetime, promotions, settings):
        self.rules = USUAL | settings
        self.lines = [Line(x) for x in sorted(basket["lines"], key=lambda x: x["line"])]
        self.n = len(self.lines)
        self.basket, self.context, self.at = basket, context, at
        self.local = at.astimezone(ZoneInfo(context.get("timeZone", "UTC")))
        ordered = sorted(promotions, key=lambda p: (-p["priority"], p["code"]))
        able = [p for p in ordered if not p.get("isDisabled") and self.suits(p)]
        self.candidates = [p for p in able if p["phase"] < 4 and self.reached(p)]
        self.earning = [p for p in able if p["phase"] == 4 and any(self.touched(p))]
        self.pay = basket.get("pay", "none")
        self.lots = self.sorted_lots(lots) if self.pay != "none" else []
        self.lot_reach = [
            [all(line.has(k, v) for k, v in (lot.get("scope") or {}).items()) for line in self.lines]
            for lot in self.lots
        ]
        self.amounts = {p["code"]: self.amounts_of(p) for p in self.candidates if is_plain(p)}
        self.takings = {p["code"]: self.takings_of(p) for p in self.candidates if is_offer(p)}
        self.known = {}

    # Conditions

    def suits(self, p) -> bool:
        validity = p["validity"]
        if not (
            (validity[0] is None or validity[0] <= self.at) and (validity[1] is None or self.at < validity[1])
        ):
            return False
        if p.get("hoursFrom"):
            now, since, until = self.local.strftime("%H:%M"), p["hoursFrom"], p["hoursTo"]
            inside = since <= now < until if since < until else now >= since or now < until
            if not inside:
                return False
        if p["code"] in self.context.get("exhausted", []):
            return False
        asked = {k: v for k, v in p["conditions"].items() if of_receipt(k)}
        excepted = {k: v for k, v in p["exceptions"].items() if of_receipt(k)}
        return all(self.holds(k, v) for k, v in asked.items()) and not any(
            self.holds(k, v) for k, v in excepted.items()
        )

    def holds(self, name, values) -> bool:
        wanted = {str(v).lower() for v in values}
        if name.startswith("has."):
            return any(not x.special and x.has(name[4:], values) for x in self.lines)
        if name == "weekday":
            there = {str(self.local.isoweekday())}
        elif name == "coupon":
            there = {*self.basket.get("coupons", []), *self.context.get("coupons", [])}
        elif name == "segment":
            there = set(self.context.get("segments", []))
        elif name == "member":
            there = {str(self.context.get("isMember", False))}
        else:
            there = {str(self.context.get(name, ""))}
        return bool(wanted & {x.lower() for x in there})

    def touched(self, p, terms=None) -> list[bool]:
        asked = {k: v for k, v in (terms or {}).items()}
        own = {k: v for k, v in p["conditions"].items() if not of_receipt(k)}
        excepted = {k: v for k, v in p["exceptions"].items() if not of_receipt(k)}
        return [
            not x.special
            and all(x.has(k, v) for k, v in own.items())
            and all(x.has(k, v) for k, v in asked.items())
            and not any(x.has(k, v) for k, v in excepted.items())
            for x in self.lines
        ]

    def reached(self, p) -> bool:
        there = self.touched(p)
        gross = sum(x.gross for x, t in zip(self.lines, there, strict=True) if t)
        return any(there) and (p["basis"] == "net" or gross >= hundredths(p["minTotal"]))

    # Phase 1

    def amounts_of(self, p) -> list[int]:
        there = self.touched(p)
        if p["offer"].get("lines") == "cheapest":
            cheapest = min((x.price, i) for i, x in enumerate(self.lines) if there[i])[1]
            there = [i == cheapest for i in range(self.n)]
        worth = hundredths(p["value"])
        exact = []
        for x, t in zip(self.lines, there, strict=True):
            if not t:
                exact.append(Fraction(0))
            elif p["kind"] == "percent":
                exact.append(Fraction(x.gross * worth, WHOLE))
            elif p["kind"] == "fixedPrice":
                exact.append(max(x.price - worth, 0) * x.quantity)
            elif p["per"] == "unit":
                exact.append(min(worth, x.price) * x.quantity)
            elif p["per"] == "line":
                exact.append(Fraction(min(worth, x.gross)))
            else:
                exact.append(Fraction(x.gross))
        total = sum(exact)
        if p["per"] == "receipt":
            total = min(total, worth)
        total = round_half_up(Fraction(total))
        if p.get("cap") is not None:
            total = min(total, hundredths(p["cap"]))
        return spread(total, exact)

    def takings_of(self, p) -> list[tuple[tuple, tuple]]:
        """(units used by line, amounts by line) of every way to give the offer once or more."""
        offer = p["offer"]
        if p["kind"] == "nForM":
            parts = [({}, offer["buy"])]
        elif p["kind"] == "freeItem":
            buy = offer.get("buy", {"qty": 0})
            parts = [(x.get("conditions", {}), x["qty"]) for x in (buy, offer["get"])]
        else:
            parts = [(x.get("conditions", {}), x["qty"]) for x in offer["parts"]]
        order = sorted(range(self.n), key=lambda i: (-self.lines[i].price, i))
        choices = []
        for terms, quantity in parts:
            fits = self.touched(p, terms)
            choices.append(list(combinations_with_replacement([i for i in order if fits[i]], quantity)))
        patterns = set()
        for picked in product(*choices):
            every = [i for part in picked for i in part]
            usage = tuple(every.count(i) for i in range(self.n))
            if any(u > x.units for u, x in zip(usage, self.lines, strict=True)):
                continue
            worth = sum(self.lines[i].price for i in every)
            free, gain = [], 0
            if p["kind"] == "nForM":
                free = list(picked[0][offer["pay"] :])
            elif p["kind"] == "freeItem":
                free = list(picked[1])
            elif "price" in offer:
                gain = max(worth - hundredths(offer["price"]), 0)
            elif "amount" in offer:
                gain = min(worth, hundredths(offer["amount"]))
            else:
                gain = worth
            patterns.add((usage, tuple(free.count(i) for i in range(self.n)), gain))
        zero = (0,) * self.n
        grown = level = {(zero, zero, 0)}
        for _ in range(p.get("maxTimes") or 99):
            level = {
                (add(used, u), add(freed, f), gain + g)
                for used, freed, gain in level
                for u, f, g in patterns
                if all(a + b <= x.units for a, b, x in zip(used, u, self.lines, strict=True))
            }
            if not level:
                break
            grown = grown | level
        ways = {(used, self.taken_by(p, used, freed, gain)) for used, freed, gain in grown}
        return [(used, amounts) for used, amounts in ways if any(amounts)]

    def taken_by(self, p, used, freed, gain) -> tuple[int, ...]:
        cap = None if p.get("cap") is None else hundredths(p["cap"])
        room = [max(x.price - x.floor, 0) for x in self.lines]
        if p["kind"] != "bundle":
            amounts = [f * r for f, r in zip(freed, room, strict=True)]
            if cap is not None and sum(amounts) > cap:
                amounts = spread(cap, amounts, amounts)
            return tuple(amounts)
        if "percent" in p["offer"]:
            gain = round_half_up(Fraction(gain * hundredths(p["offer"]["percent"]), WHOLE))
        gain = gain if cap is None else min(gain, cap)
        worths = [u * x.price for u, x in zip(used, self.lines, strict=True)]
        return tuple(spread(gain, worths, [u * r for u, r in zip(used, room, strict=True)]))

    # A set and its value

    def sets(self):
        """Every set that is allowed, as (plain ones, offers, ones of the receipt)."""
        many = self.candidates
        for bits in range(1 << len(many)):
            chosen = [p for k, p in enumerate(many) if bits >> k & 1]
            if goes_together(chosen):
                yield chosen

    def best(self) -> int:
        return max(self.value(chosen) for chosen in self.sets())

    def value(self, chosen) -> int:
        plain = [p for p in chosen if is_plain(p)]
        offers = [p for p in chosen if is_offer(p)]
        checks = tuple(p["code"] for p in chosen if is_check(p))
        fixed = [(k, p, self.amounts[p["code"]]) for k, p in enumerate(plain)]
        best = 0
        for ways in product(*([None, *self.takings[p["code"]]] for p in offers)):
            used = [sum(column) for column in zip(*(w[0] for w in ways if w), strict=True)] or [0] * self.n
            if any(u > x.units for u, x in zip(used, self.lines, strict=True)):
                continue
            given = fixed + [(99, p, w[1]) for p, w in zip(offers, ways, strict=True) if w]
            best = max(best, self.settle(self.phase1(given), checks))
        return best

    def phase1(self, given) -> tuple[int, ...]:
        taken = []
        for i, line in enumerate(self.lines):
            classes, loose = {}, 0
            for _, p, amounts in given:
                if p.get("class") is None:
                    loose += amounts[i]
                else:
                    classes[p["class"]] = max(classes.get(p["class"], 0), amounts[i])
            taken.append(min(line.cap, loose + sum(classes.values())))
        return tuple(taken)

    def settle(self, taken, checks) -> int:
        key = (taken, checks)
        if key not in self.known:
            self.known[key] = self.later_phases(taken, [p for p in self.candidates if p["code"] in checks])
        return self.known[key]

    def later_phases(self, taken, checks) -> int:
        lines, rules = self.lines, self.rules
        net = [x.gross - t for x, t in zip(lines, taken, strict=True)]
        room = [x.cap - t for x, t in zip(lines, taken, strict=True)]
        value, wanted, reach = 0, [], []
        for p in checks:
            there = self.touched(p)
            left = sum(a for a, t in zip(net, there, strict=True) if t)
            gross = sum(x.gross for x, t in zip(lines, there, strict=True) if t)
            exact = Fraction(0)
            if (left if p["basis"] == "net" else gross) >= hundredths(p["minTotal"]):
                if p["kind"] == "giftBonus":
                    value += hundredths(p["offer"]["amount"]) * rules["earnValue"]
                elif p["kind"] == "percent":
                    exact = Fraction(left * hundredths(p["value"]), WHOLE)
                elif p["kind"] == "amount":
                    exact = Fraction(min(hundredths(p["value"]), left))
                if p.get("cap") is not None:
                    exact = min(exact, Fraction(hundredths(p["cap"])))
            wanted.append(exact)
            reach.append(there)
        whole = [int(x) for x in wanted]
        rest = round_half_up(sum(wanted, Fraction(0))) - sum(whole)
        for k in sorted(range(len(wanted)), key=lambda k: (whole[k] - wanted[k], k))[:rest]:
            whole[k] += 1
        given = place(whole, reach, room, net)
        discount = [t + sum(g[i] for g in given) for i, t in enumerate(taken)]
        value += WHOLE * sum(discount)

        paid = [0] * self.n
        left = [x.gross - d for x, d in zip(lines, discount, strict=True)]
        room = [x.cap - d for x, d in zip(lines, discount, strict=True)]
        for service in (False, True):
            own = [k for k, lot in enumerate(self.lots) if (lot["unit"] == "service") == service]
            if not own:
                continue
            if service:
                rooms, most = [r if x.service else 0 for r, x in zip(room, lines, strict=True)], None
            else:
                rooms = [self.payable(x, d, r) for x, d, r in zip(lines, discount, room, strict=True)]
                most = sum(left) * rules["bonusShare"] // WHOLE
                if self.pay != "max":
                    most = min(most, hundredths(self.pay))
            moves = place(
                [self.lots[k]["cents"] for k in own], [self.lot_reach[k] for k in own], rooms, None, most
            )
            for k, row in zip(own, moves, strict=True):
                value += sum(row) * (WHOLE - self.lots[k]["keep"])
                paid = [a + b for a, b in zip(paid, row, strict=True)]
        if rules["earnValue"]:
            left = [a - b for a, b in zip(left, paid, strict=True)]
            value += rules["earnValue"] * self.earned(left)
        return value

    def payable(self, line: Line, discount: int, room: int) -> int:
        if line.service:
            return 0
        limits = [room, (line.gross - discount) * self.rules["lineShare"] // WHOLE]
        if discount:
            limits.append(line.gross * self.rules["totalShare"] // WHOLE - discount)
        return max(min(limits), 0)

    def sorted_lots(self, lots):
        own = []
        soon = self.at + timedelta(days=self.rules["soonDays"])
        for lot in lots:
            until = lot.get("validTo") and datetime.fromisoformat(lot["validTo"])
            usual = self.rules["keepValueSoon" if until and until <= soon else "keepValueLate"]
            keep = lot["keepValue"] if lot.get("keepValue") is not None else usual
            order = (lot["priority"], until is None, until or self.at, len(lot["lotID"]), lot["lotID"])
            own.append((order, lot | {"keep": keep, "cents": hundredths(lot["amount"])}))
        return [lot for _, lot in sorted(own, key=lambda pair: pair[0])]

    # Phase 4

    def earned(self, paid: list[int]) -> int:
        rows = []
        for p in self.earning:
            there = self.touched(p)
            own = [a if t else 0 for a, t in zip(paid, there, strict=True)]
            gross = sum(x.gross for x, t in zip(self.lines, there, strict=True) if t)
            total = 0
            if sum(own) and (sum(own) if p["basis"] == "net" else gross) >= hundredths(p["minTotal"]):
                worth = hundredths(p["value"])
                if p["kind"] == "earnStep":
                    total = worth * (sum(own) // hundredths(p["offer"]["step"]))
                elif p["kind"] == "earnPercent":
                    total = round_half_up(Fraction(sum(own) * worth, WHOLE))
                else:
                    total = worth
            if p.get("cap") is not None:
                total = min(total, hundredths(p["cap"]))
            rows.append((p, total, spread(total, own)))
        alone = [row for row in rows if row[0].get("isSolo")]
        others = [row for row in rows if not row[0].get("isSolo")]
        kept, groups = [], {}
        for row in others:
            group = row[0].get("exclusionGroup")
            if group is None:
                kept.append(row)
            elif group not in groups or row[1] > groups[group][1]:
                groups[group] = row
        kept += groups.values()
        joint = together([row for row in kept if row[0].get("isJoint")], kept, self.n)
        usual = together([row for row in kept if not row[0].get("isJoint")], kept, self.n)
        return joint + max([usual, *(row[1] for row in alone)])


def together(rows, kept, n) -> int:
    """What these rules give when of every class the best of all counts on each line."""
    total = 0
    for i in range(n):
        best = {}
        for p, _, amounts in sorted(kept, key=lambda row: (-row[0]["priority"], row[0]["code"])):
            name = p.get("class")
            if name is not None and amounts[i] > best.get(name, (0, None))[0]:
                best[name] = (amounts[i], p["code"])
        for p, _, amounts in rows:
            if p.get("class") is None or best.get(p["class"], (0, None))[1] == p["code"]:
                total += amounts[i]
    return total


def goes_together(chosen) -> bool:
    groups = [
        p["exclusionGroup"] for p in chosen if p.get("exclusionGroup") is not None and not p.get("isSolo")
    ]
    if len(set(groups)) < len(groups):
        return False
    if any(p.get("isSolo") for p in chosen):
        return len([p for p in chosen if not p.get("isJoint")]) == 1
    return True


def of_receipt(name: str) -> bool:
    return name in OF_RECEIPT or name.startswith("has.")


def is_offer(p) -> bool:
    return p["kind"] in ("nForM", "bundle") or (p["kind"] == "freeItem" and "get" in p["offer"])


def is_check(p) -> bool:
    return not is_offer(p) and (p["phase"] == 2 or p["kind"] in ("giftBonus", "freeItem"))


def is_plain(p) -> bool:
    return not is_offer(p) and not is_check(p)


def add(one, other):
    return tuple(a + b for a, b in zip(one, other, strict=True))
