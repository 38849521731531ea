"""Thousands of posts that nobody should send: no surprise, no trace in a page, nothing broken, nothing gained (T20).

PORTAL_SOAK=1 sends 200,000 of them, PORTAL_SEED=… the same ones again.
"""

import random
from collections import Counter
from urllib.parse import quote_plus, urlencode

import pytest

from portal import checks, create_app
from tests.access import forms, hostile, world
from tests.people import password_hash
from tests.rails.report import SOAK

POSTS = 200_000 if SOAK else 10_000
ROUND = 1000
#: Who sends a round of posts, and whose forms those are.
ROUNDS = (
    ("owner", "owner"), ("admin", "admin"), ("manager", "manager"), ("other", "admin"), ("anonymous", "anonymous"),
    ("admin", "admin"), ("acting", "acting"), ("owner", "manager"), ("other", "other"), ("manager", "admin"),
)  # fmt: skip
#: What addresses may say, and what they may not.
ARGUMENTS = (
    "after",
    "size",
    "q",
    "from",
    "until",
    "sort",
    "next",
    "kind",
    "username",
    "_scheme",
    "_external",
    "_method",
)
TRACES = (b"Traceback (most", b"psycopg", b"site-packages", b"jinja2.exc", b"portal/db.py")
#: What anybody may cause: an attempt is counted, a registration waits, a message about it is queued.
ANYBODYS = {"as_attempts", "as_registrations", "as_tokens", "as_sessions", "job_outbox", "as_audit"}

pytestmark = pytest.mark.timeout(24 * 3600 if SOAK else 900)


class Fuzz:
    """Sends forms as somebody and looks at what comes back."""

    def __init__(self, app, connection, chance):
        self.app, self.db, self.chance = app, connection, chance
        self.hash = password_hash()
        self.statuses, self.accepted, self.routes = Counter(), Counter(), Counter()
        self.wrong = []

    def repair(self, *usernames: str) -> None:
        """Let people be who they were: administrators lock, demote and sign out whom they like."""
        for username in usernames:
            role, locked = world.ROLES[username], username == "luke"
            self.db.execute(
                "UPDATE as_users SET role = %s, isLocked = %s WHERE username = %s", [role, locked, username]
            )
            self.db.execute("UPDATE as_passwords SET hash = %s WHERE username = %s", [self.hash, username])
            self.db.execute(
                "DELETE FROM as_sessions WHERE tokenHash = sha256(convert_to(%s, 'UTF8'))",
                [world.token_of(username)],
            )
            if not locked:
                session = world.start_session(self.db, username)
                if username == "rita":
                    self.db.execute("UPDATE as_sessions SET actingFor = 'alice' WHERE id = %s", [session])
        self.db.execute("DELETE FROM as_attempts")

    def round(self, sender: str, finder: str, posts: int) -> None:
        self.browsers = world.Browsers(self.app)
        found = forms.crawl(self.app, lambda address: self.browsers.send("GET", address, as_=finder))
        assert len(found) > 4, f"{finder} finds {len(found)} forms"
        by_route = {"GET": {}, "POST": {}}
        for form in found:
            by_route[form.method].setdefault(form.route, []).append(form)
        sent = 0
        while sent < posts:
            method = "GET" if self.chance.random() < 0.1 else "POST"
            route = self.chance.choice(sorted(by_route[method]) or ["/keys"])
            form = self.chance.choice(by_route[method].get(route) or [forms.Form("GET", route, route)])
            response = self.send(form, sender)
            sent += form.method == "POST"
            if sent % 100 == 0:
                self.db.execute("DELETE FROM as_attempts")
            if not self.is_itself(response, sender == finder) and world.IDENTITIES[sender]:
                self.repair(world.IDENTITIES[sender])
                self.browsers.open_first_page(sender)

    def is_itself(self, response, may: bool) -> bool:
        """False when the sender was signed out, or has lost his role."""
        location = response.headers.get("HX-Redirect") or response.location or ""
        return not location.startswith("/sign-in") and not (may and response.status_code == 403)

    def send(self, form, sender):
        proper = self.chance.random() < 0.35
        pairs = form.filled(self.chance) if proper else form.spoiled(self.chance)
        headers = {"HX-Request": "true"} if self.chance.random() < 0.5 else {}
        if form.method == "GET":
            if not proper:
                pairs += [
                    (name, self.chance.choice(hostile.ALL)[:2000])
                    for name in self.chance.sample(ARGUMENTS, 3)
                ]
            address = form.action.partition("?")[0] + "?" + encoded(pairs)
            response = self.browsers.send("GET", address, as_=sender, headers=headers)
        else:
            if self.chance.random() > 0.02:
                pairs.append(("csrf_token", self.browsers.tokens[sender]))
            body, kind = packed(pairs, self.chance)
            headers["Content-Type"] = kind
            response = self.browsers.send("POST", form.action, as_=sender, headers=headers, data=body)
        self.judge(form, sender, pairs, response)
        return response

    def judge(self, form, sender, pairs, response) -> None:
        status, route = response.status_code, f"{form.method} {form.route}"
        self.statuses[status] += 1
        self.routes[route] += 1
        if status in (200, 204, 303) and form.method == "POST":
            self.accepted[route] += 1
        body, problems = response.data, []
        if status >= 500:
            problems.append(str(status))
        problems += [f"the page has {trace.decode()}" for trace in TRACES if trace in body]
        if response.mimetype == "text/html" and (
            b"<script>fuzz" in body or b"<img src=x onerror=fuzz" in body or b"<svg/onload=fuzz" in body
            or b'" hx-get="/sign-out"' in body or b"1337{" in body
        ):  # fmt: skip
            problems.append("the page has a payload that is not escaped")
        for name in ("Location", "HX-Redirect"):
            target = response.headers.get(name)
            if target and (not target.startswith("/") or target.startswith(("//", "/\\"))):
                problems.append(f"{name}: {target}")
        if problems and len(self.wrong) < 50:
            shown = [
                (name, value if len(value) < 80 else f"{value[:40]}… {len(value)}") for name, value in pairs
            ]
            self.wrong.append(f"{sender} {route} {form.action} {shown!a}: {', '.join(problems)}")


def encoded(pairs) -> str:
    return urlencode(pairs, errors="surrogatepass")


def packed(pairs, chance) -> tuple[bytes, str]:
    """The body of a post and its content type, which need not fit each other."""
    way = chance.random()
    if way < 0.8:
        return encoded(pairs).encode(), "application/x-www-form-urlencoded"
    if way < 0.95:
        parts = "".join(
            f'--border\r\nContent-Disposition: form-data; name="{quote_plus(name, errors="surrogatepass")}"'
            f"\r\n\r\n{value}\r\n"
            for name, value in pairs
        )
        return (parts + "--border--\r\n").encode(
            errors="surrogatepass"
        ), "multipart/form-data; boundary=border"
    broken = encoded(pairs).encode() + b"&%zz=%ff%fe&=&&a=%ED%A0%80"
    return broken, chance.choice(
        (
            "application/x-www-form-urlencoded",
            "application/json",
            "text/plain",
            "multipart/form-data",
            "x/y; =",
        )
    )


def kept_from(connection, username: str | None, staff: bool) -> dict:
    """What this person's posts may not change: for a customer all that is not his own."""
    tables = connection.read(
        "SELECT relname AS name, EXISTS (SELECT FROM pg_attribute WHERE attrelid = pg_class.oid"
        " AND attname = 'username') AS is_personal FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace"
    )
    kept = {
        "roles": connection.read("SELECT username, role, isLocked FROM as_users ORDER BY username"),
        "settings": connection.read("SELECT * FROM as_settings ORDER BY code"),
    }
    for table in tables:
        if table.name in ANYBODYS or (staff and (table.is_personal or table.name.startswith("fin_"))):
            continue
        own = " WHERE t.username IS DISTINCT FROM %(me)s" if table.is_personal else ""
        kept[table.name] = connection.value(
            f"SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM {table.name} AS t{own}",
            {"me": username or ""} if own else None,
        )
    return kept


def test_no_form_can_be_filled_in_so_that_the_portal_breaks(fresh_database, seed, say, capsys):
    chance = random.Random(seed)
    with fresh_database.connect() as connection:
        world.build(connection)
        fuzz = Fuzz(create_app(), connection, chance)
        for number in range(POSTS // ROUND):
            sender, finder = ROUNDS[number % len(ROUNDS)]
            # Before it is noted what is there: somebody may have changed his password in the round before.
            fuzz.repair(*world.ROLES)
            judged = sender not in ("admin", "acting")
            before = judged and kept_from(connection, world.IDENTITIES[sender], sender == "manager")
            fuzz.round(sender, finder, ROUND)
            log = capsys.readouterr().err
            surprises = [line for line in log.splitlines() if '"surprise"' in line]
            assert fuzz.wrong == [] and surprises == [], "\n".join(fuzz.wrong + surprises[:20])
            if judged:
                after = kept_from(connection, world.IDENTITIES[sender], sender == "manager")
                assert {name for name in after if after[name] != before[name]} == set(), (sender, finder)
            said = []
            assert checks.run(said.append), "\n".join(said)
    total, taken = sum(fuzz.routes.values()), sum(fuzz.accepted.values())
    say(
        f"{total} requests, {dict(sorted(fuzz.statuses.items()))}, {taken} posts taken by {len(fuzz.accepted)} routes"
    )
    # A fuzz that nothing is let through for tests the doors and not the rooms.
    assert taken > POSTS / 10
    posted = {route for route in fuzz.routes if route.startswith("POST")}
    assert len(fuzz.accepted) > 0.8 * len(posted), sorted(posted - set(fuzz.accepted))
