"""What a rule does, said in the person's language: built from its parts, so that it cannot say anything else."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

from flask import g
from flask_babel import gettext as _
from flask_babel import ngettext, pgettext

from portal import db, formats

#: A Monday, to take the names of days from.
MONDAY = dt.date(2024, 1, 1)
PLACES = ("store", "city", "country", "channel", "tier")
#: Conditions whose values are few: they are ticked instead of typed.
TICKED = ("weekday", "birthday", "member", "tier", "channel", "country", "city", "store")
#: Conditions whose values are ranges: 10..49.90, 10.., ..49.90.
PRICED = ("price", "has.price")
#: Kinds that give bonuses: their limits and budgets are of bonuses too.
GIVES_BONUSES = ("giftBonus", "earnStep", "earnPercent", "earnFixed")
#: What may stand in the field of a condition.
EXAMPLES = {
    "brand": "columbia, nike",
    "category": "ski, ski/boots",
    "sport": "running",
    "color": "red, blue",
    "size": "42, xl",
    "sku": "A1, B2",
    "segment": "runners",
    "coupon": "spring",
}


def name_of(rule) -> str:
    """What the rule is called in the person's language, else in English, else its code."""
    names = rule.names or {}
    return names.get(formats.language()) or names.get("en") or next(iter(names.values()), "") or rule.code


def called(names: dict | None, code: str) -> str:
    return (names or {}).get(formats.language()) or (names or {}).get("en") or code


def dimensions() -> dict[str, str]:
    """What a condition can ask for, by the name that it has in SQL."""
    return {
        "brand": _("brand"),
        "category": _("category"),
        "sport": _("sport"),
        "color": _("colour"),
        "size": _("size"),
        "sku": _("article"),
        "price": _("price of a unit"),
        "store": _("store"),
        "city": _("city"),
        "country": _("country"),
        "channel": _("channel"),
        "tier": _("tier"),
        "weekday": _("weekday"),
        "segment": _("segment"),
        "coupon": _("coupon"),
        "birthday": _("birthday"),
        "member": _("club member"),
        "has.brand": _("somewhere on the receipt: brand"),
        "has.category": _("somewhere on the receipt: category"),
        "has.sku": _("somewhere on the receipt: article"),
        "has.price": _("somewhere on the receipt: price of a unit"),
    }


def dimension(name: str) -> str:
    return dimensions().get(name, name)


def value_name(name: str, value: str) -> str:
    """One value of a condition: a weekday is said, a code stays as it is."""
    if name == "weekday" and value in "1234567":
        day = MONDAY + dt.timedelta(int(value) - 1)
        return formats.written_day(day, "EEEE", formats.speech().name)
    if name in ("birthday", "member"):
        return _("yes") if value == "true" else _("no")
    if name in PRICED:
        return prices(value)
    return known_places().get((name, value), value) if name in PLACES else value


def prices(value: str) -> str:
    """A range of prices: from 10 to 49.90, from 10 on, up to 49.90."""
    lowest, dots, highest = value.partition("..")
    currency = formats.currency()
    try:
        lowest, highest = (amount(end, currency) if end else "" for end in (lowest, highest))
    except ArithmeticError:
        return value
    if lowest and highest:
        return lowest if lowest == highest else _("%(lowest)s to %(highest)s", lowest=lowest, highest=highest)
    if lowest and dots:
        return _("%(lowest)s and more", lowest=lowest)
    return _("up to %(highest)s", highest=highest) if highest else value


def known_places() -> dict[tuple[str, str], str]:
    """What stores, cities and tiers are called, asked for once in a request."""
    if "promotion_places" not in g:
        g.promotion_places = {
            (row.dimension, row.value): row.words for row in db.read("SELECT * FROM loy_placeList")
        } | {
            ("tier", tier.code): called(tier.names, tier.code)
            for tier in db.read("SELECT code, names FROM loy_tierList")
        }
    return g.promotion_places


def listed(values: Iterable[str]) -> str:
    """One of several: a, b or c."""
    values = list(values)
    if len(values) < 2:
        return "".join(values)
    return _("%(first)s or %(last)s", first=", ".join(values[:-1]), last=values[-1])


def values_of(given) -> list[str]:
    return [str(value) for value in (given if isinstance(given, list) else [given])]


def condition(name: str, given) -> str:
    """One condition: brand: columbia or nike."""
    return _(
        "%(name)s: %(values)s",
        name=dimension(name),
        values=listed(value_name(name, value) for value in values_of(given)),
    )


def conditions(given: dict | None) -> list[str]:
    return [condition(name, given[name]) for name in in_order(given or {})]


def in_order(given: dict) -> list[str]:
    """The names of conditions as one reads them: what, where, who, when."""
    order = list(dimensions())
    return sorted(given, key=lambda name: order.index(name) if name in order else len(order))


def amount(value, currency: str) -> str:
    return formats.money(value, currency)


def percentage(value) -> str:
    """20.00 is 20 %, 7.50 is 7.5 %."""
    value = Decimal(str(value)).normalize()
    return formats.percent(value / 100, max(0, -value.as_tuple().exponent))


def points(value) -> str:
    """An amount of bonuses or points: whole ones without decimals.

    >>> points("320.00"), points("12.5")
    ('320', '12.50')
    """
    value = Decimal(str(value))
    return formats.number(value, 0 if value == value.to_integral_value() else 2)


def bonuses(value) -> str:
    """So many bonuses in words: 1 bonus, 5 bonuses.

    Gettext counts whole things only; what languages do with 0.50 of one is a phrase of its own.
    """
    count = Decimal(str(value))
    if count != count.to_integral_value():
        return pgettext("a fraction", "%(points)s bonuses", points=points(count))
    return ngettext("%(points)s bonus", "%(points)s bonuses", int(abs(count)), points=points(count))


def worth(value, of_bonuses: bool, currency: str) -> str:
    """What something gives, in what it gives it: bonuses or money."""
    return bonuses(value) if of_bonuses else amount(value, currency)


def gives(rule, currency: str) -> str:
    """What the rule gives, in a few words: 20 % off, 3 for the price of 2."""
    value, offer = rule.value, rule.offer or {}
    try:
        match rule.kind:
            case "percent" if rule.phase == 2:
                return _("%(share)s off the whole receipt", share=percentage(value))
            case "percent" if offer.get("lines") == "cheapest":
                return _("%(share)s off the cheapest item", share=percentage(value))
            case "percent":
                return _("%(share)s off", share=percentage(value))
            case "amount" if rule.per == "unit":
                return _("%(sum)s off each unit", sum=amount(value, currency))
            case "amount" if rule.per == "line":
                return _("%(sum)s off each line", sum=amount(value, currency))
            case "amount":
                return _("%(sum)s off the receipt", sum=amount(value, currency))
            case "fixedPrice":
                return _("%(sum)s a unit", sum=amount(value, currency))
            case "nForM":
                return _("%(buy)s for the price of %(pay)s", buy=offer["buy"], pay=offer["pay"])
            case "bundle":
                return bundle(rule, currency)
            case "freeItem":
                return free_item(rule)
            case "giftBonus":
                return _("a gift of %(bonuses)s", bonuses=bonuses(offer["amount"]))
            case "earnStep":
                return _(
                    "%(bonuses)s for every full %(step)s paid",
                    bonuses=bonuses(value),
                    step=amount(offer["step"], currency),
                )
            case "earnPercent":
                return _("%(share)s of what is paid comes back as bonuses", share=percentage(value))
            case "earnFixed":
                return bonuses(value)
    except (KeyError, TypeError, ArithmeticError, ValueError):
        pass  # A form half filled in.
    return kinds().get(rule.kind, rule.kind or "")


def bundle(rule, currency: str) -> str:
    parts = " + ".join(part_of(part) for part in rule.offer["parts"])
    offer = rule.offer
    if offer.get("price") is not None:
        return _("%(parts)s together for %(sum)s", parts=parts, sum=amount(offer["price"], currency))
    if offer.get("percent") is not None:
        return _("%(parts)s together with %(share)s off", parts=parts, share=percentage(offer["percent"]))
    return _("%(parts)s together with %(sum)s off", parts=parts, sum=amount(offer["amount"], currency))


def part_of(part: dict) -> str:
    what = "; ".join(conditions(part.get("conditions"))) or _("anything")
    return _("%(count)s × (%(what)s)", count=formats.number(part["qty"]), what=what)


def free_item(rule) -> str:
    offer = rule.offer
    if "get" not in offer:
        return _("a free %(sku)s handed out", sku=offer["sku"])
    get = part_of(offer["get"])
    if offer.get("buy"):
        return _("%(get)s free with %(buy)s", get=get, buy=part_of(offer["buy"]))
    return _("%(get)s free", get=get)


def kinds() -> dict[str, str]:
    """What a rule can give."""
    return {
        "percent": _("a percentage off"),
        "amount": _("an amount off"),
        "fixedPrice": _("a fixed price"),
        "nForM": _("N for the price of M"),
        "bundle": _("a bundle"),
        "freeItem": _("a free item"),
        "giftBonus": _("a gift of bonuses"),
        "earnStep": _("bonuses for every full step paid"),
        "earnPercent": _("a share of what is paid as bonuses"),
        "earnFixed": _("a number of bonuses"),
    }


def phases() -> dict[int, str]:
    return {1: _("price of goods"), 2: _("whole receipt"), 4: _("earning")}


def periods() -> dict[str, str]:
    return {
        "day": _("a day"),
        "week": _("a week"),
        "month": _("a month"),
        "year": _("a year"),
        "always": _("in all"),
    }


def sentences(rule, currency: str, bonus_kinds: dict[str, str] | None = None) -> list[str]:
    """What the rule does, sentence by sentence."""
    of_bonuses = rule.kind in GIVES_BONUSES
    said = [
        _(
            "%(what)s — %(on)s.",
            what=sentence_case(gives(rule, currency)),
            on="; ".join(conditions(rule.conditions)),
        )
        if rule.conditions
        else _("%(what)s, on everything.", what=sentence_case(gives(rule, currency)))
    ]
    if rule.exceptions:
        said.append(_("Not on %(what)s.", what="; ".join(conditions(rule.exceptions))))
    kind = (rule.offer or {}).get("kind")
    if kind:
        said.append(_("The bonuses are: %(kind)s.", kind=(bonus_kinds or {}).get(kind, kind)))
    if rule.min_total and Decimal(rule.min_total) > 0:
        said.append(
            _("Only from %(sum)s of such goods, after other discounts.", sum=amount(rule.min_total, currency))
            if rule.basis == "net"
            else _("Only from %(sum)s of such goods.", sum=amount(rule.min_total, currency))
        )
    if rule.cap:
        said.append(_("At most %(sum)s on a receipt.", sum=worth(rule.cap, of_bonuses, currency)))
    if rule.max_times:
        said.append(
            ngettext("At most once on a receipt.", "At most %(num)s times on a receipt.", int(rule.max_times))
        )
    said += when(rule)
    said += standing(rule)
    if rule.budget:
        budget = worth(rule.budget, of_bonuses, currency)
        period = periods().get(rule.budget_period or "always", "")
        said.append(
            _("Budget: %(sum)s %(period)s for each store.", sum=budget, period=period)
            if rule.budget_per == "store"
            else _("Budget: %(sum)s %(period)s for all stores together.", sum=budget, period=period)
        )
    if rule.is_disabled:
        said.append(_("It is switched off."))
    return said


def when(rule) -> list[str]:
    said = []
    if rule.valid_from and rule.valid_until:
        said.append(
            _(
                "From %(start)s until %(end)s.",
                start=day(rule.valid_from),
                end=day(rule.valid_until, last=True),
            )
        )
    elif rule.valid_from:
        said.append(_("From %(start)s on.", start=day(rule.valid_from)))
    elif rule.valid_until:
        said.append(_("Until %(end)s.", end=day(rule.valid_until, last=True)))
    if rule.hours_from is not None and rule.hours_to is not None:
        said.append(
            _(
                "From %(start)s to %(end)s by the store's clock.",
                start=hour(rule.hours_from),
                end=hour(rule.hours_to),
            )
        )
    return said


def standing(rule) -> list[str]:
    """How it gets on with others."""
    said = []
    if rule.exclusion_class:
        said.append(
            _("Of the rules of class “%(name)s” the best one counts on each item.", name=rule.exclusion_class)
        )
    if rule.exclusion_group:
        said.append(
            _("Not together with others of group “%(name)s” on one receipt.", name=rule.exclusion_group)
        )
    if rule.is_solo:
        said.append(_("It counts alone: no other discount beside it, unless that one always counts."))
    if rule.is_joint:
        said.append(_("It always counts, also beside a rule that counts alone."))
    return said


def day(moment, last: bool = False) -> str:
    """A day of the validity; its end is stored as the first moment without it."""
    if isinstance(moment, str):
        moment = dt.datetime.fromisoformat(moment)
    here = formats.here(moment)
    if last and here.time() == dt.time():
        return formats.date(here.date() - dt.timedelta(1))
    return formats.date(here.date()) if here.time() == dt.time() else formats.moment(moment, "short")


def hour(time) -> str:
    time = dt.time.fromisoformat(time) if isinstance(time, str) else time
    return formats.written_time(time, formats.speech().name)


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]


# What the form shows of a rule


def plain(value) -> str:
    """A number as one types it: 20.00 is 20, 7.50 is 7.5."""
    if value in (None, ""):
        return ""
    try:
        return f"{Decimal(str(value)).normalize():f}"
    except ArithmeticError:
        return str(value)


def clock(time) -> str:
    return "" if time is None else str(time)[:5]


def example(name: str) -> str:
    return EXAMPLES.get(name.removeprefix("has."), "")


def bundle_how(offer: dict) -> str:
    return next((how for how in ("percent", "amount") if how in offer), "price")


# Why a rule gave what it did, as loy_explain tells it


def reason(told: dict, names: dict[str, str], currency: str) -> str:
    """Why, in the person's language; what is given needs no reason."""
    params = told.get("params") or {}
    code = told.get("reason") or ""
    match code:
        case "given":
            lines = [str(line["line"]) for line in params.get("lines", [])]
            if not lines:
                return ""
            return ngettext("On line %(lines)s.", "On lines %(lines)s.", len(lines), lines=", ".join(lines))
        case "disabled":
            return _("It is switched off.")
        case "not_valid_now":
            return _("It is not valid at that moment.")
        case "wrong_hours":
            return _(
                "It counts from %(start)s to %(end)s by the store's clock.",
                start=hour(params["from"]),
                end=hour(params["until"]),
            )
        case "budget_spent":
            return _("Its budget is used up.")
        case "price_final":
            return _("The price was settled already: the receipt could only earn.")
        case "special_terms":
            return _("The goods it is for have special terms.")
        case "no_line_matches":
            return _("No line is what it is for.")
        case "below_threshold" if "missing" in params:
            return _("%(missing)s of such goods is missing.", missing=amount(params["missing"], currency))
        case "below_threshold":
            return _("What is left to pay does not reach its threshold.")
        case "excluded_by":
            return excluded(params, names, currency)
        case "no_units":
            return _("There are not enough units of what it takes.")
        case "floor":
            return _("The lowest price of the goods is reached without it.")
        case "no_gain":
            return _("It would give nothing more.")
    if "wanted" in params:
        return _("It asks for: %(condition)s.", condition=condition(params["name"], params["wanted"]))
    return told.get("msg") or ""


def excluded(params: dict, names: dict[str, str], currency: str) -> str:
    by = names.get(params["by"], params["by"])
    less = params.get("difference")
    if less and Decimal(less) > 0:
        return _("“%(rule)s” is better for the buyer, by %(sum)s.", rule=by, sum=amount(less, currency))
    return _("“%(rule)s” counts instead.", rule=by)
