"""What stands around every page: the menu by role, the bar at the top, the list of keys."""

import re
from types import SimpleNamespace
from typing import NamedTuple

from flask import Flask, Response, current_app, g, render_template, request, session
from flask_babel import lazy_gettext as _l
from markupsafe import Markup, escape

from portal import access, formats, pages, security


class Item(NamedTuple):
    """A line of the menu; it is shown once its address exists and the person has the role."""

    text: str
    path: str
    icon: str
    role: str = "user"
    group: str = ""
    #: Other addresses that belong to it.
    also: tuple = ()


MENU = (
    Item(_l("Overview"), "/", "home"),
    Item(_l("Tariff"), "/tariff", "packages"),
    Item(_l("Finance"), "/finance", "wallet"),
    Item(_l("Discounts"), "/coupons", "percentage"),
    Item(_l("Bonuses"), "/bonuses", "gift", also=("/card",)),
    Item(_l("Profile"), "/profile", "user"),
    Item(_l("Money desk"), "/finance/admin", "cash", "manager"),
    Item(_l("Tariffs"), "/tariffs", "table", "admin", "manage"),
    Item(_l("Coupons"), "/coupons/admin", "ticket", "admin", "manage"),
    Item(_l("Loyalty"), "/loyalty", "award", "manager", "manage"),
    Item(_l("Promotions"), "/loyalty/rules", "discount", "admin", "manage"),
    Item(_l("Campaigns"), "/campaigns", "send", "admin", "manage", also=("/segments",)),
    Item(_l("Imports"), "/imports/coupons", "database", "admin", "manage"),
    Item(_l("Pohoda"), "/sync/pohoda", "address-book", "manager", "manage"),
    Item(_l("Users"), "/users", "users", "admin", "manage"),
    Item(_l("Reports"), "/reports", "chart-bar", "manager", "manage"),
    Item(_l("Messages"), "/messages", "mail", "admin", "manage"),
    Item(_l("Jobs"), "/jobs", "clock-play", "admin", "manage"),
    Item(_l("Settings"), "/settings", "settings", "admin", "manage"),
    Item(_l("Audit"), "/audit", "history", "admin", "manage"),
)

# What differs from person to person in a bar that is otherwise the same for all: marks of Unicode's private use.
LATE = {
    "csrf": "\ue000",
    "next": "\ue001",
    "name": "\ue002",
    "initials": "\ue003",
    "username": "\ue004",
    "unread": "\ue005",
}
#: as_getSession counts no further.
MANY = 100
MARKS = re.compile("[\ue000-\ue005]")


def init_app(app: Flask) -> None:
    app.add_url_rule("/keys", "keys", keys)
    app.extensions["topbars"] = {}
    app.jinja_env.globals.update(at=at, here=here, menu=menu, theme=theme, topbar=topbar)


def topbar() -> Markup:
    """The bar at the top: drawn once per language, colours, role and place, then dressed for the person.

    Drawing it for each request took a third of a page's time.
    """
    person = g.get("person")
    place = next((item.path for item in MENU if here(item.path)), None)
    unread = person.unread if person else 0
    kind = (
        formats.language(),
        theme(),
        person.role if person else None,
        place,
        request.script_root,
        unread > 0,
    )
    drawn = current_app.extensions["topbars"]
    if kind not in drawn or current_app.debug:
        drawn[kind] = render_template(
            "_topbar.html", late=SimpleNamespace(**LATE), unread=LATE["unread"] if unread else 0
        )
    values = {
        LATE["csrf"]: security.csrf_token(),
        LATE["next"]: request.full_path.removesuffix("?") if request.method == "GET" else "/",
        LATE["name"]: person.name if person else "",
        LATE["initials"]: "".join(word[0] for word in person.name.split()[:2]).upper() if person else "",
        LATE["unread"]: f"{unread}+" if unread >= MANY else str(unread),
        LATE["username"]: person.username if person else "",
    }
    # What is put in is escaped here, and is not looked through for marks again.
    return Markup(MARKS.sub(lambda mark: str(escape(values[mark[0]])), drawn[kind]))


def menu(group: str = "") -> list[Item]:
    """The lines that exist here and that this person may use."""
    if "menu" not in g:
        paths = current_app.extensions.get("paths")
        if paths is None:
            paths = current_app.extensions["paths"] = {rule.rule for rule in current_app.url_map.iter_rules()}
        g.menu = [item for item in MENU if item.path in paths and access.has_role(item.role)]
    return [item for item in g.menu if item.group == group]


@access.public
def keys() -> Response:
    """The list of keyboard shortcuts, in a dialog or as a page."""
    return pages.render("keys.html", "_keys.html")


def at(path: str) -> str:
    """The address of a path of this site, wherever the site is mounted."""
    return request.script_root + path


def here(path: str) -> bool:
    """True where the menu's line leads to this page or to what is below it; the longest of those that do."""
    return path == max((item.path for item in MENU if leads_to(item)), key=len, default=None)


def leads_to(item: Item) -> bool:
    return any(
        request.path == path or (path != "/" and request.path.startswith(path + "/"))
        for path in (item.path, *item.also)
    )


def theme() -> str:
    choice = g.person.theme if g.get("person") else session.get("theme")
    return choice if choice in pages.THEMES else "auto"
