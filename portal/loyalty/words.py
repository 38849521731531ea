"""How bonuses, their kinds, tiers and promotions are said; Jinja filters and globals of the same names."""

from decimal import Decimal

from flask import Flask, current_app
from markupsafe import Markup, escape

from portal import formats
from portal.promotions import words as rules


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(bonus=rules.points, grouped=grouped, named=named)
    app.jinja_env.globals.update(bonuses=bonuses, dimension=rules.dimension, has_page=has_page)


def bonuses(amount, sign: bool = False, strong: bool = False) -> Markup:
    """The same as a figure of a table; `sign` shows the way it went, by a sign and by colour."""
    if amount is None:
        return Markup('<span class="secondary">—</span>')
    amount = Decimal(str(amount))
    text = ("+" if sign and amount > 0 else "") + formats.number(amount, 2)
    way = f' data-sign="{"minus" if amount < 0 else "plus" if amount > 0 else "zero"}"' if sign else ""
    return Markup(f'<span class="money{" strong" if strong else ""}"{way}>{escape(text)}</span>')


def named(names, code=None) -> str:
    """The name in the person's language, else in English, else any there is.

    >>> named({"en": "Gold", "sk": "Zlatá"}, "gold")
    'Zlatá'
    """
    names = names or {}
    spoken = names.get(formats.speech().name.split("_")[0]) or names.get("en")
    return spoken or next((name for name in names.values() if name), None) or code or ""


def grouped(number: str) -> str:
    """A card's number in fours, as it is read aloud."""
    return formats.NOBREAK.join(number[start : start + 4] for start in range(0, len(number), 4))


def has_page(path: str) -> bool:
    """True where this portal has a page at the address."""
    return any(rule.rule == path for rule in current_app.url_map.iter_rules())
