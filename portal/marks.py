"""The smallest parts of the kit: a page has hundreds of them, so they are functions and not macros.

templates/_kit.html hands them on: kit.icon, kit.badge, kit.money, kit.date, kit.moment, kit.button.
"""

from functools import lru_cache
from types import SimpleNamespace

from flask import Flask
from markupsafe import Markup, escape

from portal import formats, pages

NOTHING = Markup('<span class="secondary">—</span>')
LOOKS = {"primary": " btn-primary", "danger": " btn-danger", "quiet": " btn-quiet"}
DIALOG = ' hx-target="#modal-content" hx-swap="innerHTML" aria-haspopup="dialog"'


def init_app(app: Flask) -> None:
    sprite = app.jinja_env.globals["asset"]("vendor/icons.svg")

    @lru_cache(1024)
    def icon(name: str, label: str | None = None) -> Markup:
        role = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        return Markup(f'<svg class="icon" {role}><use href="{sprite}#{escape(name)}"></use></svg>')

    def button(
        text,
        kind="plain",
        href=None,
        icon=None,
        size=None,
        type="submit",
        modal=False,
        label=None,
        **attributes,
    ) -> Markup:
        look = LOOKS.get(kind, "") + (" btn-sm" if size == "sm" else "")
        more = f' <b class="visually-hidden">{escape(label)}</b>' if label else ""
        inside = f"{draw(icon) if icon else ''}{f'<span>{escape(text)}{more}</span>' if text else ''}"
        named = f' aria-label="{escape(label)}"' if label and not text else ""
        others = pages.attrs(attributes) if attributes else ""
        if href is None:
            return Markup(f'<button class="btn{look}" type="{type}"{named}{others}>{inside}</button>')
        href = escape(href)
        dialog = f' hx-get="{href}"{DIALOG}' if modal else ""
        return Markup(f'<a class="btn{look}" href="{href}"{named}{dialog}{others}>{inside}</a>')

    draw = icon
    app.jinja_env.globals["marks"] = SimpleNamespace(
        icon=icon, badge=badge, money=money, date=date, moment=moment, button=button
    )


def badge(text, tone="neutral", dot=False) -> Markup:
    shape = " chip-dot" if dot else ""
    return Markup(f'<span class="chip{shape}" data-tone="{escape(tone)}">{escape(text)}</span>')


def money(amount, currency, sign=False, strong=False) -> Markup:
    if amount is None:
        return NOTHING
    return written_money(amount, currency, sign, strong, formats.speech().name)


@lru_cache(4096)
def written_money(amount, currency, sign: bool, strong: bool, locale: str) -> Markup:
    weight = " strong" if strong else ""
    value = float(amount)
    way = f' data-sign="{"minus" if value < 0 else "plus" if value > 0 else "zero"}"' if sign else ""
    text = escape(formats.written_money(amount, currency, sign, locale))
    return Markup(f'<span class="money{weight}"{way}>{text}</span>')


def date(value, style="medium") -> Markup:
    return time(value, formats.date(value, style)) if value is not None else NOTHING


def moment(value, style="short") -> Markup:
    return time(value, formats.moment(value, style)) if value is not None else NOTHING


def time(value, text: str) -> Markup:
    return Markup(f'<time datetime="{escape(formats.iso(value))}">{escape(text)}</time>')
