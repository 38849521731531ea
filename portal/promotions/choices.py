"""What the rule builder offers for the values of a condition."""

from flask_babel import gettext as _

from portal import db
from portal.promotions import words


def known_values(names: set[str]) -> dict[str, list[tuple[str, str]]]:
    """What a condition can name, as (value, words): from stores, tiers and the products that are known."""
    known: dict[str, list[tuple[str, str]]] = {}
    for name in names:
        if name == "weekday":
            known[name] = [(str(day), words.value_name(name, str(day))) for day in range(1, 8)]
        elif name in ("birthday", "member"):
            known[name] = [("true", _("yes")), ("false", _("no"))]
        elif name == "tier":
            known[name] = [
                (tier.code, words.called(tier.names, tier.code))
                for tier in db.read("SELECT code, names FROM loy_tierList ORDER BY rank")
            ]
        elif name in ("store", "city", "country", "channel"):
            known[name] = [
                (row.value, row.words)
                for row in db.read(
                    "SELECT value, words FROM loy_placeList WHERE dimension = %s ORDER BY words LIMIT 200",
                    [name],
                )
            ]
        elif name in ("segment", "coupon", *words.PRICED):
            known[name] = []
        else:
            known[name] = [
                (row.value, row.value)
                for row in db.read(
                    "SELECT * FROM loy_getAttributeValues(%s, 12)", [name.removeprefix("has.")]
                )
            ]
    return known
