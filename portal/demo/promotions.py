"""The demo's promotions and earning rules: a club of three tiers as a sports shop has it, published as its first set."""

from collections.abc import Callable

from psycopg.types.json import Jsonb

NOTE = "The promotions that the club began with"
#: A code of the demo's own, so that a second loading finds the first one's answers.
KEY = "demo:promotion"


def earning(tier: str, points: str, names: dict[str, str]) -> dict:
    """So many bonuses for every full ten of the currency; less than ten earns nothing and still counts for the tier."""
    return {
        "code": f"regular-{tier}",
        "kind": "earnStep",
        "value": points,
        "names": names,
        "conditions": {"tier": [tier]},
        "offer": {"step": "10", "kind": "regular"},
    }


RULES = [
    earning(
        "blue",
        "0.50",
        {
            "en": "Blue card: 5 %",
            "ru": "Синяя карта: 5 %",
            "sk": "Modrá karta: 5 %",
            "cs": "Modrá karta: 5 %",
            "hi": "नीला कार्ड: 5 %",
        },
    ),
    earning(
        "silver",
        "0.75",
        {
            "en": "Silver card: 7.5 %",
            "ru": "Серебряная карта: 7,5 %",
            "sk": "Strieborná karta: 7,5 %",
            "cs": "Stříbrná karta: 7,5 %",
            "hi": "रजत कार्ड: 7.5 %",
        },
    ),
    earning(
        "gold",
        "1.00",
        {
            "en": "Gold card: 10 %",
            "ru": "Золотая карта: 10 %",
            "sk": "Zlatá karta: 10 %",
            "cs": "Zlatá karta: 10 %",
            "hi": "स्वर्ण कार्ड: 10 %",
        },
    ),
    {
        "code": "ski-bonuses",
        "kind": "earnPercent",
        "value": "5",
        "names": {
            "en": "Bonuses on skis",
            "ru": "Бонусы за лыжи",
            "sk": "Bonusy na lyže",
            "cs": "Bonusy na lyže",
            "hi": "स्की पर बोनस",
        },
        "conditions": {"category": ["ski"], "member": ["true"]},
        "offer": {"kind": "product"},
    },
    {
        "code": "columbia-weekend",
        "kind": "percent",
        "value": "20",
        "names": {
            "en": "Columbia on weekends",
            "ru": "Columbia по выходным",
            "sk": "Columbia cez víkend",
            "cs": "Columbia o víkendu",
            "hi": "सप्ताहांत पर Columbia",
        },
        "conditions": {
            "brand": ["columbia"],
            "city": ["bratislava", "košice"],
            "weekday": ["6", "7"],
        },
        "exclusionGroup": "weekend",
    },
    {
        "code": "running-weekend",
        "kind": "percent",
        "value": "50",
        "names": {
            "en": "Running: half off the cheapest",
            "ru": "Бег: полцены за самое дешёвое",
            "sk": "Beh: najlacnejší za polovicu",
            "cs": "Běh: nejlevnější za půl",
            "hi": "दौड़: सबसे सस्ता आधे दाम में",
        },
        "conditions": {"sport": ["running"], "weekday": ["6", "7"]},
        "exclusionGroup": "weekend",
        "offer": {"lines": "cheapest"},
        "cap": "40",
    },
    {
        "code": "three-for-two",
        "kind": "nForM",
        "names": {
            "en": "Socks: 3 for 2",
            "ru": "Носки: 3 по цене 2",
            "sk": "Ponožky: 3 za cenu 2",
            "cs": "Ponožky: 3 za cenu 2",
            "hi": "मोज़े: 2 के दाम में 3",
        },
        "conditions": {"category": ["clothes/socks"]},
        "offer": {"buy": 3, "pay": 2},
    },
    {
        "code": "ski-set",
        "kind": "bundle",
        "names": {
            "en": "Skis and boots together",
            "ru": "Лыжи и ботинки вместе",
            "sk": "Lyže a lyžiarky spolu",
            "cs": "Lyže a boty dohromady",
            "hi": "स्की और बूट साथ में",
        },
        "offer": {
            "parts": [
                {"qty": 1, "conditions": {"category": ["ski/skis"]}},
                {"qty": 1, "conditions": {"category": ["ski/boots"]}},
            ],
            "percent": "15",
        },
        "maxTimes": 2,
    },
    {
        "code": "happy-hours",
        "kind": "percent",
        "value": "5",
        "names": {
            "en": "Quiet hours",
            "ru": "Тихие часы",
            "sk": "Tiché hodiny",
            "cs": "Tiché hodiny",
            "hi": "शांत घंटे",
        },
        "conditions": {"weekday": ["2", "3", "4"], "channel": ["store"], "member": ["true"]},
        "hoursFrom": "10:00",
        "hoursTo": "12:00",
        "class": "everyday",
    },
    {
        "code": "birthday-ten",
        "kind": "percent",
        "value": "10",
        "names": {
            "en": "Birthday",
            "ru": "День рождения",
            "sk": "Narodeniny",
            "cs": "Narozeniny",
            "hi": "जन्मदिन",
        },
        "conditions": {"birthday": ["true"]},
        "class": "everyday",
        "cap": "50",
    },
    {
        "code": "spring-coupon",
        "kind": "amount",
        "value": "10",
        "phase": 2,
        "names": {
            "en": "Coupon SPRING",
            "ru": "Купон SPRING",
            "sk": "Kupón SPRING",
            "cs": "Kupon SPRING",
            "hi": "कूपन SPRING",
        },
        "conditions": {"coupon": ["spring"]},
        "minTotal": "80",
    },
    {
        "code": "first-thousand",
        "kind": "giftBonus",
        "names": {
            "en": "The first thousand",
            "ru": "Первая тысяча",
            "sk": "Prvá tisícka",
            "cs": "První tisícovka",
            "hi": "पहले एक हज़ार",
        },
        "conditions": {"member": ["true"]},
        "exceptions": {"channel": ["discount"]},
        "offer": {"kind": "promotional", "amount": "5"},
        "minTotal": "50",
        "budget": "5000",
        "budgetPeriod": "month",
        "budgetPer": "installation",
    },
]


def load(call: Callable) -> int:
    """Publish the rules; the version of their set. Done again, everything finds its first answer.

    call(procedure, **arguments) gives the answer or raises.
    """
    for rule in RULES:
        given = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in rule.items()}
        saved = call("loy_savePromotion", **given, requestKey=f"{KEY}:{rule['code']}")
    version = saved.details["setVersion"]
    return call("loy_publishSet", setVersion=version, note=NOTE, requestKey=f"{KEY}:publish").details[
        "setVersion"
    ]
