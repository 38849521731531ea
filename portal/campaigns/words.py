"""What conditions, channels and states are called, and the values that can be chosen for a condition."""

from flask import g
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import db, formats

#: A field with its operator, as one reads it before the values.
CONDITIONS = {
    "tariff in": _l("Tariff is"),
    "tariff notIn": _l("Tariff is not"),
    "deadline within": _l("Tariff ends within"),
    "deadline after": _l("Tariff ends later than in"),
    "deadline ended": _l("Tariff ended within the last"),
    "tier in": _l("Tier is"),
    "tier notIn": _l("Tier is not"),
    "bonusExpiring atLeast": _l("Bonuses expiring, at least"),
    "bonusBalance atLeast": _l("Bonuses, at least"),
    "bonusBalance atMost": _l("Bonuses, at most"),
    "purchaseSum atLeast": _l("Bought for at least"),
    "purchaseSum atMost": _l("Bought for at most"),
    "purchaseCount atLeast": _l("Purchases, at least"),
    "purchaseCount atMost": _l("Purchases, at most (0: did not buy)"),
    "birthday within": _l("Birthday within the next"),
    "birthday in": _l("Birthday in the month"),
    "city in": _l("City is"),
    "city notIn": _l("City is not"),
    "language in": _l("Language is"),
    "registered within": _l("Registered within the last"),
    "registered before": _l("Registered longer ago than"),
    "registered since": _l("Registered since"),
    "consent has": _l("Wants campaigns by"),
    "consent hasNot": _l("Does not want campaigns by"),
}
CHANNELS = {
    "email": _l("e-mail"),
    "sms": _l("SMS"),
    "cabinet": _l("message in the cabinet"),
    "webhook": _l("messenger"),
}
STATES = {
    "draft": (_l("draft"), "neutral"),
    "running": (_l("running"), "blue"),
    "paused": (_l("paused"), "yellow"),
    "stopped": (_l("stopped"), "red"),
    "finished": (_l("finished"), "green"),
}
STEP_CONDITIONS = {
    "always": _l("everybody"),
    "notBought": _l("who has not bought since"),
    "bought": _l("who has bought since"),
    "notUsed": _l("who has not used the gift"),
    "used": _l("who has used the gift"),
}


def fields() -> dict:
    """What ntf_segmentFields offers, by field and operator."""
    if "segment_fields" not in g:
        g.segment_fields = {
            f"{row.field} {row.operator}": row
            for row in db.read("SELECT * FROM ntf_segmentFields ORDER BY sort_order")
        }
    return g.segment_fields


def choices(kind: str) -> list[tuple[str, str]]:
    """The values of a type of condition that can be ticked; empty where they are written."""
    if kind == "tariff":
        rows = db.read("SELECT tariff_id, tariff FROM trf_tariffManagement ORDER BY sort_order, tariff_id")
        return [(str(row.tariff_id), row.tariff) for row in rows]
    if kind == "tier":
        rows = db.read("SELECT code, names FROM loy_tierList ORDER BY rank")
        return [(row.code, called(row.names, row.code)) for row in rows]
    if kind == "month":
        names = get_locale().months["stand-alone"]["wide"]
        return [(str(number), names[number]) for number in range(1, 13)]
    if kind == "language":
        return list(formats.LANGUAGES.items())
    if kind == "consent":
        return [(f"campaign/{code}", text) for code, text in channels()]
    return []


def channels() -> list[tuple[str, str]]:
    """The channels of campaigns, in their order."""
    rows = db.read("SELECT code FROM ntf_campaignChannels ORDER BY sort_order")
    return [(row.code, CHANNELS.get(row.code, row.code)) for row in rows]


def kinds() -> list[tuple[str, str]]:
    """The bonuses that a step can give."""
    rows = db.read(
        "SELECT code, names FROM loy_kindList WHERE unit = 'bonus' AND is_active ORDER BY priority, code"
    )
    return [(row.code, called(row.names, row.code)) for row in rows]


def called(names: dict | None, code: str) -> str:
    return (names or {}).get(formats.language()) or (names or {}).get("en") or code


def said(condition: dict) -> str:
    """A condition as a line: Tier is: Silver, Gold."""
    name = f"{condition.get('field')} {condition.get('operator')}"
    text = str(CONDITIONS.get(name, name))
    kind = fields()[name].type if name in fields() else "text"
    known = dict(choices(kind))
    values = ", ".join(str(known.get(value, value)) for value in condition.get("value", []))
    days = condition.get("days")
    within = lasting(days) if days is not None else ""
    return ": ".join(part for part in (text, ", ".join(part for part in (values, within) if part)) if part)


def gift(step) -> str:
    """What a step gives, in a line."""
    value = formats.number(step.gift_value) if step.gift_value is not None else ""
    days = lasting(step.gift_days) if step.gift_days else ""
    if step.gift == "bonus":
        name = dict(kinds()).get(step.gift_kind, step.gift_kind)
        return _("%(value)s × %(name)s", value=value, name=name)
    if step.gift == "coupon" and step.gift_kind == "percentage":
        return _("coupon for %(value)s %%, %(days)s", value=value, days=days)
    if step.gift == "coupon":
        return _(
            "coupon for %(value)s, %(days)s",
            value=formats.money(step.gift_value, formats.currency()),
            days=days,
        )
    if step.gift == "discount":
        return _("personal discount of %(value)s %%, %(days)s", value=value, days=days)
    return ""


def gifts() -> list[tuple[str, str]]:
    """What can be chosen in a step: gift and kind in one word."""
    return [
        ("none", _("nothing")),
        *((f"bonus:{code}", _("bonuses: %(name)s", name=text)) for code, text in kinds()),
        ("coupon:percentage", _("coupon, per cent")),
        ("coupon:amount", _("coupon, amount")),
        ("discount:", _("personal discount, per cent")),
    ]


def wait(hours: int) -> str:
    """How long a step waits, in whole days where it is that."""
    if not hours:
        return _("at once")
    if hours % 24 == 0:
        return ngettext("after %(num)s day", "after %(num)s days", hours // 24)
    return ngettext("after %(num)s hour", "after %(num)s hours", hours)


def lasting(days) -> str:
    return ngettext("%(num)s day", "%(num)s days", int(days))
