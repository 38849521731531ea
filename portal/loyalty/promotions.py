"""Promotions for those who buy: by what bonuses are earned, and why a receipt came out as it did."""

from itertools import groupby
from types import SimpleNamespace

from flask_babel import gettext as _

from portal import db, formats
from portal.loyalty import words
from portal.promotions import words as rules

#: What became of a promotion, the most interesting first.
STATES = ("given", "beaten", "not_needed")


def earning(username) -> list:
    """By what the person earns, ready to be read."""
    currency = formats.currency()
    known = names()
    return [
        SimpleNamespace(
            name=words.named(row.names, row.code),
            gives=rules.sentence_case(rules.gives(row, currency)),
            bonus=words.named(row.bonus_names),
            asks=[*asks(row.conditions, known), *limits(row, currency)],
            not_for=asks(row.exceptions, known),
            when=rules.when(row),
            is_mine=row.is_mine,
        )
        for row in db.read("SELECT * FROM loy_getEarningRules(%s)", [username])
    ]


def names() -> dict:
    """What codes in conditions are called: {("store", "s001"): "Main street", …}."""
    found = {(row.dimension, row.value): row.words for row in db.read("SELECT * FROM loy_placeList")}
    for row in db.read("SELECT code, names FROM loy_tierList"):
        found["tier", row.code] = words.named(row.names, row.code)
    return found


def asks(conditions, known) -> list[str]:
    """Each thing that is asked for, with the values of which one is enough."""
    return [
        _(
            "%(what)s: %(values)s",
            what=rules.dimension(name),
            values=rules.listed(
                known.get((name, value)) or rules.value_name(name, value) for value in rules.values_of(given)
            ),
        )
        for name, given in (conditions or {}).items()
    ]


def limits(row, currency) -> list[str]:
    found = []
    if row.min_total:
        found.append(_("from %(sum)s", sum=formats.money(row.min_total, currency)))
    if row.cap is not None:
        found.append(_("at most %(bonuses)s a receipt", bonuses=rules.bonuses(row.cap)))
    return found


def explained(username, receipt) -> list:
    """What became of each promotion on a receipt, and why; those that gave anything first."""
    called = {
        row.code: words.named(row.names, row.code)
        for row in db.read(
            "SELECT code, names FROM loy_promotionList WHERE set_version = %s", [receipt.set_version]
        )
    }
    rows = db.read("SELECT * FROM loy_explainReceipt(%s, %s)", [username, receipt.receipt_id])
    currency = formats.currency()
    rows.sort(key=lambda row: row.promotion)
    found = [
        told(code, list(group), called, currency) for code, group in groupby(rows, lambda row: row.promotion)
    ]
    return sorted(found, key=lambda one: (one.rank, -one.amount, one.name))


def told(code, rows, called, currency) -> SimpleNamespace:
    """One promotion: what became of it, and why, or on which lines it gave something."""
    first = rows[0]
    return SimpleNamespace(
        code=code,
        name=called.get(code, code),
        state=first.state,
        rank=STATES.index(first.state) if first.state in STATES else len(STATES),
        amount=sum(row.amount or 0 for row in rows),
        lines=[row.line for row in rows if row.line],
        why=None if first.state == "given" else reason(first, called, currency),
    )


def reason(row, called, currency) -> str:
    """The same as administrators read, without the codes of coupons and the groups that were meant for others."""
    match row.reason:
        case "coupon_missing":
            return _("It asks for a coupon.")
        case "wrong_segment":
            return _("It was meant for others.")
        case "price_final":
            return _("The price was final already: the receipt could only earn.")
    return rules.reason(row._asdict(), called, currency)
