"""Promotions of the retail demo: its campaigns, and what shops with a club tell in public, at a hundredth of the roubles."""

from datetime import datetime, time, timedelta

from psycopg.types.json import Jsonb

WORD = {"en": "Campaign", "ru": "Кампания", "sk": "Kampaň", "cs": "Kampaň", "hi": "अभियान"}
EARNS = {
    "en": "Earned as {}",
    "ru": "Начислено: {}",
    "sk": "Získané: {}",
    "cs": "Získáno: {}",
    "hi": "{} के लिए",
}
TIERS = {"blue": "0.50", "silver": "0.75", "gold": "1.00"}
SPRING = {
    "en": "Spring bonuses", "ru": "Весенние бонусы", "sk": "Jarné bonusy", "cs": "Jarní bonusy", "hi": "वसंत बोनस",
}  # fmt: skip
#: At most 30 % with bonuses, at most half off altogether.
SETTINGS = {"bonusShare": 3000, "lineShare": 3000, "totalShare": 5000}


def campaigns(rows: list[tuple], offset: timedelta) -> list[dict]:
    """A campaign is a percentage off its products for whoever has one of its coupons, while it lasts."""
    return [
        {
            "code": f"retail-campaign-{number}",
            "kind": "percent",
            "value": percent,
            "names": Jsonb({language: f"{word} {number}" for language, word in WORD.items()}),
            "conditions": Jsonb({"coupon": codes, f"campaign{number}": ["yes"]}),
            "validFrom": datetime.combine(starts, time()) + offset,
            "validUntil": datetime.combine(ends + timedelta(days=1), time()) + offset,
            "class": "coupons",
            "cap": 10,
        }
        for number, _, starts, ends, codes, percent in rows
    ]


def earning() -> list[dict]:
    """50, 75, 100 bonuses for every full 1000; less than that earns nothing and counts for the tier."""
    return [
        {
            "code": f"retail-earn-{tier}",
            "kind": "earnStep",
            "value": value,
            "names": Jsonb({language: word.format(tier) for language, word in EARNS.items()}),
            "conditions": Jsonb({"member": ["true"], "tier": [tier]}),
            "offer": Jsonb({"step": "10.00", "kind": "regular"}),
        }
        for tier, value in TIERS.items()
    ]


def spring(offset: timedelta) -> dict:
    """Once a year bonuses of their own kind for a purchase of 1000 and more, for members, not in discount shops."""
    return {
        "code": "retail-spring",
        "kind": "earnFixed",
        "value": 3,
        "names": Jsonb(SPRING),
        "conditions": Jsonb({"member": ["true"]}),
        "exceptions": Jsonb({"channel": ["discount"]}),
        "offer": Jsonb({"kind": "promotional"}),
        "minTotal": 10,
        "validFrom": datetime(2017, 4, 20) + offset,
        "validUntil": datetime(2017, 5, 3) + offset,
    }
