"""Money, dates and numbers in the person's language and time zone; Jinja filters of the same names."""

import datetime as dt
import re
from decimal import Decimal
from functools import cache, lru_cache

import flask_babel
from babel import Locale, dates, numbers
from flask import Flask, g, request, session
from jinja2 import pass_eval_context
from markupsafe import Markup

from portal import db

LANGUAGES = {"en": "English", "ru": "Русский", "sk": "Slovenčina", "cs": "Čeština", "hi": "हिन्दी"}
MINUS = "−"
NOBREAK = "\u00a0"


def init_app(app: Flask) -> None:
    flask_babel.Babel(app, locale_selector=language, timezone_selector=zone)
    app.jinja_env.filters.update(
        money=money, number=number, percent=percent, date=date, month=month, moment=moment, iso=iso, size=size
    )
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES)
    # Jinja's own look for their catalogue at every word of a page, and flask-babel does it anew each time.
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
    app.jinja_env.globals.update(_=gettext, gettext=gettext, ngettext=ngettext, pgettext=pgettext)


def language() -> str:
    """The person's saved choice, else the visitor's, else what the browser asks for, else English."""
    for choice in (g.person.locale if g.get("person") else None, session.get("language")):
        if choice in LANGUAGES:
            return choice
    return request.accept_languages.best_match(LANGUAGES, default="en")


def currency() -> str:
    """The one in which the installation counts; asked for once a request."""
    if "currency" not in g:
        g.currency = db.row("SELECT as_getSetting('currency') AS code").code
    return g.currency


class Speech:
    """How values and words are said in one request: found out once, asked for a hundred times a page."""

    def __init__(self):
        self.locale = flask_babel.get_locale() or Locale("en")
        self.name = str(self.locale)
        self.zone = flask_babel.get_timezone()
        self.catalogue = flask_babel.get_translations()
        self.said = said(self.catalogue)


def speech() -> Speech:
    """That of this context: a letter may be written in another language than the page, in a context of its own."""
    here = g._get_current_object()
    try:
        return here.speech
    except AttributeError:
        here.speech = Speech()
        return here.speech


@cache
def said(catalogue) -> dict[str, Markup]:
    """The words that templates have asked a catalogue for, ready to be put into a page."""
    return {}


@pass_eval_context
def gettext(context, word: str, **values) -> str:
    """Jinja's gettext of the new style: `values` are escaped and filled in."""
    spoken = speech()
    if not values and context.autoescape:
        text = spoken.said.get(word)
        if text is None:
            text = spoken.said[word] = Markup(spoken.catalogue.ugettext(word)) % {}
        return text
    text = spoken.catalogue.ugettext(word)
    return (Markup(text) if context.autoescape else text) % values


@pass_eval_context
def ngettext(context, one: str, many: str, num: int, **values) -> str:
    text = speech().catalogue.ungettext(one, many, num)
    return (Markup(text) if context.autoescape else text) % {"num": number(num), **values}


@pass_eval_context
def pgettext(context, sense: str, word: str, **values) -> str:
    """A word that other languages say differently: a person's name, and that of a thing."""
    text = speech().catalogue.upgettext(sense, word)
    return (Markup(text) if context.autoescape else text) % values


def zone() -> str | None:
    return g.person.timezone if g.get("person") else None


def money(amount, currency: str, sign: bool = False) -> str:
    """An amount with its currency; `sign` puts a plus before what comes in.

    >>> money("-1290.5", "EUR")
    '−€1,290.50'
    """
    return written_money(amount, currency, sign, speech().name)


def number(value, decimals: int | None = None) -> str:
    return written_number(value, decimals, speech().name)


# Babel reads its rules anew for each value, and a page shows the same ones again and again.
@lru_cache(4096)
def written_money(amount, currency: str, sign: bool, locale: str) -> str:
    amount = Decimal(str(amount))
    text = numbers.format_currency(abs(amount), currency, locale=locale)
    # Where a language has no symbol for it, the code would stick to the figures: RUB1,290.50.
    text = re.sub(r"([A-Z]{3})(?=\d)", rf"\1{NOBREAK}", text).replace(" ", NOBREAK)
    return (MINUS if amount < 0 else "+" if sign and amount > 0 else "") + text


@lru_cache(4096)
def written_number(value, decimals: int | None, locale: str) -> str:
    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(Decimal(str(value)), format=pattern, locale=locale).replace("-", MINUS)


@lru_cache(4096)
def written_day(day: dt.date, style: str, locale: str) -> str:
    return dates.format_date(day, style, locale)


@lru_cache(4096)
def written_time(time: dt.time, locale: str) -> str:
    return dates.format_time(time, "short", locale=locale)


def percent(value, decimals: int = 0) -> str:
    """A share of one as a percentage: 0.2 is 20 %."""
    text = numbers.format_percent(
        Decimal(str(value)),
        format=None if not decimals else "#,##0." + "0" * decimals + "%",
        locale=speech().locale,
    )
    return text.replace("-", MINUS)


def date(value: dt.date | str | None, style: str = "medium") -> str:
    """A day; a time is judged in the person's zone."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10])
    elif isinstance(value, dt.datetime):
        value = here(value).date()
    return written_day(value, style, speech().name)


def month(value: dt.date | str, style: str = "short") -> str:
    """The month of a chart's axis, or with its year where `style` is long."""
    value = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return written_day(value, "LLL" if style == "short" else "LLLL y", speech().name)


def moment(value: dt.datetime | str | None, style: str = "medium") -> str:
    """A day and time in the person's zone; without seconds where `style` is short."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if style != "short":
        return flask_babel.format_datetime(value, style)
    value = here(value)
    name = speech().name
    return f"{written_day(value.date(), 'medium', name)}, {written_time(dt.time(value.hour, value.minute), name)}"


def here(moment: dt.datetime) -> dt.datetime:
    """The same moment by the person's clock; without a zone it is of UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(speech().zone)


def iso(value) -> str:
    """For the datetime attribute of <time>."""
    return value if isinstance(value, str) else value.isoformat()


def size(value: int) -> str:
    """Bytes for a person: 1.5 MB."""
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if abs(value) < 1000 or unit == "TB":
            return f"{number(value, 0 if unit == 'B' else 1)}{NOBREAK}{unit}"
        value = value / 1000
    raise AssertionError
