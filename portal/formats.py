"""Money, dates and numbers in the person's language and time zone; Jinja filters of the same names."""

import datetime as dt
import re
from decimal import Decimal

import flask_babel
from babel import Locale, numbers
from flask import Flask, g, request, session

LANGUAGES = {"en": "English", "ru": "Русский", "sk": "Slovenčina", "cs": "Čeština", "hi": "हिन्दी"}
MINUS = "−"
NOBREAK = "\u00a0"


def init_app(app: Flask) -> None:
    flask_babel.Babel(app, locale_selector=language, timezone_selector=zone)
    app.jinja_env.filters.update(
        money=money, number=number, percent=percent, date=date, month=month, moment=moment, iso=iso, size=size
    )
    app.jinja_env.globals.update(language=language, LANGUAGES=LANGUAGES)
    # flask-babel looks for its catalogue at every word of a page; once a request is enough.
    app.jinja_env.install_gettext_callables(
        lambda word: words().ugettext(word),
        lambda one, many, count: words().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, word: words().upgettext(context, word),
        npgettext=lambda context, one, many, count: words().unpgettext(context, one, many, count),
    )


def language() -> str:
    """The person's saved choice, else the visitor's, else what the browser asks for, else English."""
    for choice in (g.person.locale if g.get("person") else None, session.get("language")):
        if choice in LANGUAGES:
            return choice
    return request.accept_languages.best_match(LANGUAGES, default="en")


def words():
    """The catalogue of the language that is spoken now: a letter may be written in another than the page."""
    spoken = flask_babel.get_locale()
    if g.get("words", (None,))[0] is not spoken:
        g.words = (spoken, flask_babel.get_translations())
    return g.words[1]


def zone() -> str | None:
    return g.person.timezone if g.get("person") else None


def locale() -> Locale:
    return flask_babel.get_locale() or Locale("en")


def money(amount, currency: str, sign: bool = False) -> str:
    """An amount with its currency; `sign` puts a plus before what comes in.

    >>> money("-1290.5", "EUR")
    '−€1,290.50'
    """
    amount = Decimal(str(amount))
    text = numbers.format_currency(abs(amount), currency, locale=locale())
    # Where a language has no symbol for it, the code would stick to the figures: RUB1,290.50.
    text = re.sub(r"([A-Z]{3})(?=\d)", rf"\1{NOBREAK}", text).replace(" ", NOBREAK)
    return (MINUS if amount < 0 else "+" if sign and amount > 0 else "") + text


def number(value, decimals: int | None = None) -> str:
    pattern = None if decimals is None else "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(Decimal(str(value)), format=pattern, locale=locale()).replace("-", MINUS)


def percent(value, decimals: int = 0) -> str:
    """A share of one as a percentage: 0.2 is 20 %."""
    text = numbers.format_percent(
        Decimal(str(value)), format=None if not decimals else "#,##0." + "0" * decimals + "%", locale=locale()
    )
    return text.replace("-", MINUS)


def date(value: dt.date | str | None, style: str = "medium") -> str:
    """A day; a time is judged in the person's zone."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10])
    return flask_babel.format_date(value, style)


def month(value: dt.date | str, style: str = "short") -> str:
    """The month of a chart's axis, or with its year where `style` is long."""
    value = dt.date.fromisoformat(value[:10]) if isinstance(value, str) else value
    return flask_babel.format_date(value, "LLL" if style == "short" else "LLLL y")


def moment(value: dt.datetime | str | None, style: str = "medium") -> str:
    """A day and time in the person's zone; without seconds where `style` is short."""
    if value is None:
        return "—"
    if isinstance(value, str):
        value = dt.datetime.fromisoformat(value)
    if style == "short":
        return f"{flask_babel.format_date(value, 'medium')}, {flask_babel.format_time(value, 'short')}"
    return flask_babel.format_datetime(value, style)


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
