"""The rule builder's form: read into a rule, and into the arguments of loy_savePromotion."""

import datetime as dt
import re
from types import SimpleNamespace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import request
from psycopg.types.json import Jsonb

from portal import formats
from portal.forms import fields, midnight, pointed
from portal.promotions import words

#: Kinds that give bonuses for what is paid.
EARNING = ("earnStep", "earnPercent", "earnFixed")
PARTS = 4
#: A range of prices without ends: two fields that are still empty.
ANY = ".."
ROWS = re.compile(r"(cond|exc)-(\d{1,3})-name")
EMPTY = {
    "number": None,
    "code": "",
    "names": {},
    "phase": 1,
    "kind": "percent",
    "value": None,
    "per": "unit",
    "conditions": {},
    "exceptions": {},
    "valid_from": None,
    "valid_until": None,
    "hours_from": None,
    "hours_to": None,
    "exclusion_class": None,
    "exclusion_group": None,
    "is_solo": False,
    "is_joint": False,
    "cap": None,
    "min_total": None,
    "basis": "gross",
    "max_times": None,
    "priority": 0,
    "budget": None,
    "budget_period": None,
    "budget_per": None,
    "offer": {},
    "is_disabled": False,
    "updated": None,
    "state": "active",
}


def blank(**given) -> SimpleNamespace:
    return SimpleNamespace(**(EMPTY | given))


def kept(name: str, stored):
    """What was typed, however unreadable, else what is stored."""
    return request.form[name] if request.method == "POST" and name in request.form else stored


def as_arguments(rule) -> dict:
    """A rule as loy_savePromotion takes it, for pasting into psql: what is as usual is left out."""
    given = {
        "code": rule.code,
        "kind": rule.kind,
        "value": rule.value and float(rule.value),
        "names": rule.names and Jsonb(rule.names),
        "phase": rule.phase if rule.phase == 2 else None,
        "per": rule.per if rule.kind == "amount" else None,
        "conditions": rule.conditions and Jsonb(rule.conditions),
        "exceptions": rule.exceptions and Jsonb(rule.exceptions),
        "validFrom": rule.valid_from,
        "validUntil": rule.valid_until,
        "hoursFrom": rule.hours_from,
        "hoursTo": rule.hours_to,
        "class": rule.exclusion_class,
        "exclusionGroup": rule.exclusion_group,
        "isSolo": rule.is_solo or None,
        "isJoint": rule.is_joint or None,
        "cap": rule.cap and float(rule.cap),
        "minTotal": float(rule.min_total or 0) or None,
        "basis": "net" if rule.basis == "net" else None,
        "maxTimes": rule.max_times and int(rule.max_times),
        "priority": int(rule.priority or 0) or None,
        "budget": rule.budget and float(rule.budget),
        "budgetPeriod": rule.budget and rule.budget_period,
        "budgetPer": rule.budget and rule.budget_per,
        "offer": rule.offer and Jsonb(rule.offer),
        "isDisabled": rule.is_disabled or None,
    }
    return {name: value for name, value in given.items() if value is not None and value != {}}


def figure(name: str) -> str | None:
    """A typed number as PostgreSQL reads it: 1 290,50 is 1290.50; what is none stays for it to refuse."""
    return pointed(request.form.get(name, "").rstrip().rstrip("%")) or None


def text(name: str) -> str | None:
    return request.form.get(name, "").strip() or None


def ticked(name: str) -> bool:
    return request.form.get(name) == "true"


def typed() -> SimpleNamespace:
    """The rule as the form has it, however little of it is filled in: for showing it and for saying what it does."""
    kind = text("kind") or "percent"
    return blank(
        code=text("code") or "",
        names={language: name for language in formats.LANGUAGES if (name := text(f"name-{language}"))},
        kind=kind,
        phase=phase(kind),
        value=number(figure("value")),
        per=(text("per") or "receipt") if kind == "amount" and phase(kind) == 1 else None,
        conditions=terms("cond"),
        exceptions=terms("exc"),
        valid_from=moment(midnight("validFrom")),
        valid_until=moment(midnight("validUntil", after=1)),
        hours_from=hour(text("hoursFrom")),
        hours_to=hour(text("hoursTo")),
        exclusion_class=text("class") if phase(kind) != 2 else None,
        exclusion_group=text("exclusionGroup"),
        is_solo=ticked("isSolo"),
        is_joint=ticked("isJoint"),
        cap=number(figure("cap")),
        min_total=number(figure("minTotal")),
        basis=(text("basis") or "gross") if phase(kind) != 1 else "gross",
        max_times=count(figure("maxTimes")),
        priority=count(figure("priority")) or 0,
        budget=number(figure("budget")),
        budget_period=text("budgetPeriod"),
        budget_per=text("budgetPer"),
        offer=offer(kind),
        is_disabled=ticked("isDisabled"),
    )


def arguments() -> dict:
    """What loy_savePromotion is asked, with what cannot be read left for it to refuse."""
    rule = typed()
    return {
        "code": rule.code,
        "kind": rule.kind,
        "value": figure("value"),
        "names": Jsonb(rule.names),
        "phase": rule.phase,
        "per": rule.per,
        "conditions": Jsonb(rule.conditions),
        "exceptions": Jsonb(rule.exceptions),
        "validFrom": midnight("validFrom"),
        "validUntil": midnight("validUntil", after=1),
        **fields("hoursFrom", "hoursTo", "exclusionGroup", "notWith", "expectedUpdatedAt"),
        "basis": rule.basis,
        "class": rule.exclusion_class,
        "isSolo": rule.is_solo,
        "isJoint": rule.is_joint,
        "cap": figure("cap"),
        "minTotal": figure("minTotal") or "0",
        "maxTimes": figure("maxTimes"),
        "priority": figure("priority") or "0",
        "budget": figure("budget"),
        "budgetPeriod": rule.budget_period,
        "budgetPer": rule.budget_per,
        "offer": Jsonb(rule.offer),
        "isDisabled": rule.is_disabled,
    }


def phase(kind: str) -> int:
    if kind in EARNING:
        return 4
    if kind == "giftBonus":
        return 2
    return 2 if request.form.get("phase") == "2" and kind in ("percent", "amount") else 1


def number(value: str | None) -> str | None:
    """Only what is a number can be said in words."""
    return value if value and re.fullmatch(r"\d{1,10}(\.\d+)?", value) else None


def count(value: str | None) -> str | None:
    return value if value and re.fullmatch(r"\d{1,10}", value) else None


def moment(value: str | None) -> dt.datetime | None:
    """A day of the form in its zone, as coupons.midnight writes it."""
    try:
        day, zone = (value or "").split(" ", 1)
        return dt.datetime.combine(dt.date.fromisoformat(day), dt.time(), ZoneInfo(zone))
    # What is no day may make the rest no zone.
    except (ValueError, OverflowError, ZoneInfoNotFoundError):
        return None


def hour(value: str | None) -> dt.time | None:
    try:
        return dt.time.fromisoformat(value) if value else None
    except ValueError:
        return None


# Conditions: rows of a name and its values


def rows(prefix: str) -> list[tuple[str, list[str]]]:
    """The rows of the form in their order: [("brand", ["columbia", "nike"]), …]; a button may add or drop one."""
    found = sorted(
        int(match[2]) for name in request.form if (match := ROWS.fullmatch(name)) and match[1] == prefix
    )
    given = [row(f"{prefix}-{n}") for n in found]
    what, of, place, word = (request.form.get("do", "").split(":", 3) + [""] * 4)[:4]
    if of == prefix:
        match what:
            case "add" if name := request.form.get(f"{prefix}-add", "").strip():
                if name not in [name for name, _ in given]:
                    given.append((name, []))
            case "drop" if place.isdigit():
                given = [row for n, row in zip(found, given, strict=True) if n != int(place)]
            case "put" if place.isdigit():
                for n, (_, chosen) in zip(found, given, strict=True):
                    if n == int(place) and word not in chosen:
                        chosen.append(word)
    return given


def row(prefix: str) -> tuple[str, list[str]]:
    name = request.form[f"{prefix}-name"].strip()
    return name, ranges(prefix) if name in words.PRICED else values(f"{prefix}-values")


def ranges(prefix: str) -> list[str]:
    """Pairs of fields as ranges of prices: 10 and 49,90 are 10..49.90; two empty fields ask for nothing."""
    ends = (map(pointed, request.form.getlist(f"{prefix}-{end}")) for end in ("from", "to"))
    found = ("..".join(pair) for pair in zip(*ends, strict=False))
    return [prices for prices in dict.fromkeys(found) if prices != ANY]


def ranges_typed(name: str) -> list[str]:
    """The same in one field: 10 - 49,90; 100 -"""
    typed = (prices.strip() for prices in re.split(r"[;\n]", request.form.get(name, "")))
    return [
        "..".join(map(pointed, re.split(r"\.\.|[-–—]", prices, maxsplit=1))) for prices in typed if prices
    ]


def values(name: str) -> list[str]:
    """What was ticked, and what was typed with commas between; each once and in small letters."""
    chosen = (
        word.strip().lower() for entry in request.form.getlist(name) for word in re.split(r"[,;\n]", entry)
    )
    return list(dict.fromkeys(word for word in chosen if word))


def terms(prefix: str) -> dict[str, list[str]]:
    """The rows as a rule has them; those without a value ask for nothing."""
    given = ((name, [value for value in chosen if value != ANY]) for name, chosen in rows(prefix))
    return {name: chosen for name, chosen in given if name and chosen}


def part(prefix: str) -> dict | None:
    """A part of an offer: so many units of what a condition says."""
    count, name = figure(f"{prefix}-qty"), text(f"{prefix}-name")
    chosen = (ranges_typed if name in words.PRICED else values)(f"{prefix}-values")
    if not count or not number(count):
        return None
    return {"qty": whole(count)} | ({"conditions": {name: chosen}} if name and chosen else {})


def whole(value: str):
    return int(value) if value.isdigit() else float(value)


def offer(kind: str) -> dict:
    """What some kinds are besides their value."""
    given: dict = {}
    match kind:
        case "percent" if phase(kind) == 1 and text("lines"):
            given["lines"] = text("lines")
        case "nForM":
            for name in ("buy", "pay"):
                if number(figure(name)):
                    given[name] = whole(figure(name))
        case "bundle":
            given["parts"] = [found for n in range(PARTS) if (found := part(f"part-{n}"))]
            how = text("bundleHow") or "price"
            if number(figure("bundleValue")):
                given[how] = figure("bundleValue")
        case "freeItem":
            if buy := part("buy"):
                given["buy"] = buy
            if get := part("get"):
                given["get"] = get
            elif sku := text("handedOut"):
                given = {"sku": sku}
        case "giftBonus":
            given["kind"] = text("bonusKind") or "promotional"
            if number(figure("giftAmount")):
                given["amount"] = figure("giftAmount")
        case "earnStep":
            given["kind"] = text("bonusKind") or "regular"
            if number(figure("step")):
                given["step"] = figure("step")
        case "earnPercent" | "earnFixed":
            given["kind"] = text("bonusKind") or "regular"
    return given


#: The fields of the form by what loy_checkPromotion calls them in an offer.
OFFER_FIELDS = {
    "price": "bundleValue",
    "percent": "bundleValue",
    "parts": "part-0-qty",
    "sku": "handedOut",
    "get": "get-qty",
    "kind": "bonusKind",
}


def beside_its_field(outcome, kind: str):
    """A refusal about a word of an offer, put beside the field that holds it."""
    details = outcome.details or {}
    if details.get("field") != "offer":
        return outcome
    name = details.get("name")
    match kind, name:
        case "giftBonus", "amount":
            field = "giftAmount"
        case "freeItem", "qty":
            field = "get-qty" if details.get("part") == "2" else "buy-qty"
        case _, "qty":
            field = f"part-{int(details.get('part') or 1) - 1}-qty"
        case "bundle", _:
            field = OFFER_FIELDS.get(name, "bundleValue")
        case _:
            field = OFFER_FIELDS.get(name, name)
    details["field"] = field
    return outcome
