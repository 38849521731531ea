"""Promotions in every state: a set in force with a budget, an older one, and a draft that adds, changes and removes."""

from psycopg.types.json import Jsonb

#: What is in force besides what was there.
RULES = (
    {
        "code": "weekend",
        "value": 20,
        "names": {"en": "Columbia on weekends"},
        "conditions": {"brand": ["columbia"], "weekday": ["6", "7"], "city": ["bratislava", "košice"]},
        "budget": 500,
        "budgetPeriod": "month",
        "exclusionGroup": "weekend",
    },
    {"code": "over", "value": 5, "names": {"en": "Summer is over"}, "validUntil": "2026-01-01"},
    {"code": "upcoming", "value": 5, "validFrom": "2030-01-01", "budget": 50, "budgetPer": "store"},
)
#: What the draft has of its own; weekend is changed, over is removed.
DRAFT = (
    RULES[0] | {"value": 25},
    {
        "code": "socks",
        "kind": "nForM",
        "names": {
            "en": "Three socks for two",
            "sk": "Tri ponožky za dve",
            "ru": "Три пары носков по цене двух",
        },
        "conditions": {"category": ["clothes/socks"]},
        "exceptions": {"brand": ["nike"]},
        "offer": {"buy": 3, "pay": 2},
        "hoursFrom": "10:00",
        "hoursTo": "18:00",
        "isDisabled": True,
    },
)


def save(do, rule: dict) -> int:
    given = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in rule.items()}
    return do("loy_savePromotion", **{"kind": "percent"} | given)["setVersion"]


def furnish(do) -> dict:
    """`do` calls a procedure, fails where it refuses and gives the details; the versions of what is in force and of the draft."""
    for rule in RULES:
        version = save(do, rule)
    do("loy_publishSet", setVersion=version, note="For the winter")
    for rule in DRAFT:
        draft = save(do, rule)
    do("loy_deletePromotion", code="over")
    do("loy_saveSetSettings", settings=Jsonb({"totalShare": 4000}))
    return {"set": version, "draft": draft}
