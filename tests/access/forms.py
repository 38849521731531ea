"""The forms of the portal as a person finds them: pages by their links, forms by their fields, and values for them."""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html
from werkzeug.exceptions import HTTPException

from tests.access import hostile

FIRST_PAGES = ("/", "/prices", "/sign-in", "/register", "/reset")
#: Of one route, as many addresses as these are looked at.
EACH = 3

PLAUSIBLE = {
    "amount": ("10", "0.01", "25,50", "1 290,50"),
    "username": ("alice", "bob", "mona", "nobody"),
    "name": ("Eva", "Jan Novák", "O'Brien", "नमस्ते"),
    "email": ("new@example.com", "bob@example.com"),
    "phone": ("+421 903 999 999", "0903 111 222"),
    "login": ("somebody", "alice"),
    "key": ("alice", "bob@example.com", "nobody"),
    "password": ("correct horse battery", "long enough a word"),
    "presentPassword": ("correct horse battery",),
    "price": ("19", "5"), "price6": ("99", "25"), "price12": ("190", "45"), "price36": ("490", "120"),
    "code": ("colour", "size"), "choices": ("red\ngreen",), "unit": ("GB",), "defaultValue": ("1", "red"),
    "value": ("5", "yes", "e-mail", "unlimited"),
    "validFrom": ("2030-01-01", ""), "validUntil": ("2031-01-01", ""),
    "cron": ("0 3 * * *", "*/5 * * * *"), "timeZone": ("Europe/Bratislava", "UTC"),
    "period": ("0", "1", "6", "12", "36"),
    "sortOrder": ("10",), "purpose": ("cash",), "note": ("a note",), "q": ("al",),
    "from": ("2026-01-01",), "until": ("2030-01-01",),
}  # fmt: skip


@dataclass
class Form:
    """One form: where it is sent, and what each field may hold as the page has it."""

    method: str
    action: str
    route: str
    fields: dict = field(default_factory=dict)
    kinds: dict = field(default_factory=dict)

    def filled(self, chance: random.Random) -> list[tuple[str, str]]:
        """As a person might fill it in."""
        pairs = []
        for name, values in self.fields.items():
            if name == "csrf_token":
                continue
            kind = self.kinds[name]
            if name == "requestKey":
                value = str(uuid.UUID(int=chance.getrandbits(128), version=4))
            elif kind in ("hidden", "choice"):
                value = chance.choice(values)
            elif kind == "box":
                if chance.random() < 0.5:
                    continue
                value = values[0]
            else:
                given = [value for value in values if value]
                value = chance.choice(given + list(PLAUSIBLE.get(name, ("words",))))
            pairs.append((name, value))
        return pairs

    def spoiled(self, chance: random.Random) -> list[tuple[str, str]]:
        """With one to three things wrong with it."""
        pairs = self.filled(chance)
        for _ in range(chance.randint(1, 3)):
            place = chance.randrange(len(pairs)) if pairs else None
            what = chance.random()
            if place is None or what < 0.12:
                pairs.append(chance.choice(hostile.EXTRA))
            elif what < 0.2:
                del pairs[place]
            elif what < 0.27:
                pairs.append((pairs[place][0], chance.choice(hostile.ALL)))
            elif what < 0.3:
                pairs.append((chance.choice(hostile.ALL)[:200], "x"))
            else:
                pairs[place] = (pairs[place][0], chance.choice(hostile.ALL))
        return pairs


def crawl(app, get, most: int = 80) -> list[Form]:
    """Every form of the pages that links lead to; `get` opens an address as the person who looks."""
    waiting, known, counts, found = list(FIRST_PAGES), set(FIRST_PAGES), Counter(), {}
    opened = 0
    while waiting and opened < most:
        address = waiting.pop(0)
        route = route_of(app, address, "GET")
        if route is None or counts[route] == EACH:
            continue
        counts[route] += 1
        opened += 1
        response = get(address)
        if response.mimetype != "text/html" or not response.data:
            continue
        page = html.fromstring(response.text)
        for form in page.iter("form"):
            read = form_of(app, form, address)
            if read and sum(other.route == read.route for other in found.values()) < 2 * EACH:
                found.setdefault((read.method, read.action, tuple(read.fields)), read)
        for element in page.iter():
            for name in ("href", "hx-get"):
                target = element.get(name)
                if target and not target.startswith(("#", "http", "mailto:", "data:")):
                    target = urljoin(address, target).partition("#")[0]
                    if target not in known and not target.startswith("/static/"):
                        known.add(target)
                        waiting.append(target)
    return list(found.values())


def form_of(app, element, address: str) -> Form | None:
    method = (element.get("method") or "get").upper()
    action = urljoin(address, element.get("action") or address)
    route = route_of(app, action, method)
    if route is None:
        return None
    form = Form(method, action, route)
    for control in element.iter("input", "select", "textarea", "button"):
        name = control.get("name")
        if not name:
            continue
        kind, values = "text", [control.get("value") or ""]
        if control.tag == "select":
            kind, values = "choice", [option.get("value") or "" for option in control.iter("option")] or [""]
        elif control.tag == "textarea":
            values = [control.text or ""]
        elif control.tag == "button" or control.get("type") == "radio":
            kind = "choice"
        elif control.get("type") == "checkbox":
            kind = "box"
        elif control.get("type") == "hidden":
            kind = "hidden"
        form.fields.setdefault(name, []).extend(values)
        form.kinds[name] = kind
    return form


def route_of(app, address: str, method: str) -> str | None:
    try:
        rule, _ = app.url_map.bind("localhost").match(urlsplit(address).path, method, return_rule=True)
    except HTTPException:
        return None
    return rule.rule
