"""What people write is shown as they wrote it, and never becomes part of a page (T23); what is secret is not shown (T34)."""

import io
import sys

import pytest
from lxml import html

from portal import create_app, logs
from tests.access import forms, hostile, matrix, world

PAGES = [row for row in matrix.table() if row.method == "GET" and "200" in row.expected]


def parts_of(page: str) -> list[str]:
    """What in a page could run, or lead elsewhere, and is not ours."""
    found = []
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == "script" and (element.text or not element.get("src", "").startswith("/static/")):
            found.append(html.tostring(element).decode()[:200])
        if element.tag in ("iframe", "object", "embed", "base", "style", "link", "math") and not (
            element.tag == "link" and element.get("href", "").startswith("/static/")
        ):
            found.append(element.tag)
        for name, value in element.attrib.items():
            leads = name in ("href", "src", "action", "formaction", "hx-get", "hx-post") and value
            elsewhere = leads and not value.startswith(("/", "#", "?", "mailto:"))
            runs = (
                name.startswith(("on", "hx-on"))
                or name == "style"
                or (name == "hx-get" and value == "/sign-out")
            )
            if elsewhere or runs:
                found.append(f"{element.tag} {name}={value}")
    return found


@pytest.fixture
def write(db):
    """Put one payload into every text that people can write, as far as the procedures take it."""

    def fill(payload: str, things: dict) -> int:
        short = payload[:100]
        calls = [
            ("as_setProfile", {"username": "alice", "name": short}),
            ("as_setProfile", {"username": "rita", "name": short}),
            ("as_setProfile", {"username": "root", "name": short}),
            ("as_changeKey", {"username": "alice", "kind": "login", "value": short}),
            ("trf_saveTariff", {"tariffID": things["team"], "name": short, "description": payload, "price": 49, "price6": 279,
                                "price12": 490, "price36": 1300}),
            ("trf_saveTariff", {"tariffID": things["fast"], "name": short + " 2", "description": payload, "price": 19,
                                "price6": 99, "price12": 190, "price36": 490}),
            ("trf_saveOption", {"optionID": things["unused"], "code": "motto", "name": short, "description": payload,
                                "type": "text", "unit": payload[:20], "defaultValue": short}),
            ("trf_setTariffOptionValue", {"tariffID": things["team"], "optionID": things["unused"], "value": short}),
            ("trf_setUserOptionValue", {"username": "alice", "optionCode": "motto", "value": short, "note": payload}),
            ("fin_topUp", {"username": "alice", "amount": "5", "purpose": short, "requestKey": short}),
            ("fin_hold", {"username": "alice", "amount": "5", "purpose": short, "counterparty": "income:service"}),
            ("fin_reject", {"username": "alice", "financeID": things["asked"], "note": short}),
            ("as_lockUser", {"username": "bob", "note": payload}),
        ]  # fmt: skip
        db.execute("UPDATE as_sessions SET userAgent = %s, address = %s", [payload, short])
        db.execute("UPDATE job_outbox SET error = %s WHERE username = 'bob'", [payload])
        taken = 0
        for procedure, arguments in calls:
            taken += db.call(procedure, **arguments).ok
        return taken

    return fill


@pytest.mark.parametrize("payload", hostile.MARKUP[:6] + hostile.MARKUP[9:], ids=lambda payload: payload[:20])
def test_what_people_write_never_becomes_part_of_a_page(browsers, things, write, payload):
    assert write(payload, things) >= 7
    shown = 0
    for row in PAGES:
        if row.address == "/readyz" or ".csv" in row.address:
            continue
        for identity, expected in (
            ("admin", row.expected[5]),
            ("acting", row.expected[6]),
            ("owner", row.expected[1]),
        ):
            if expected == "200":
                for headers in ({}, {"HX-Request": "true"}):
                    response = browsers.send("GET", row.path(things), as_=identity, headers=headers)
                    if response.mimetype == "text/html" and response.data:
                        assert parts_of(response.text) == [], (row.address, identity)
                        shown += payload in html.fromstring(response.text).text_content()
    assert shown > 5, f"the payload was seen on {shown} pages only"


def test_what_is_typed_is_shown_again_as_text_where_it_was_refused(browsers, things, db):
    found = forms.crawl(browsers.app, lambda address: browsers.send("GET", address, as_="admin"))
    tried = 0
    for form in found:
        for payload in hostile.MARKUP[:6]:
            pairs = [(name, payload) for name in form.fields if name != "csrf_token"]
            with db.transaction(force_rollback=True):
                response = browsers.send(
                    form.method, form.action, as_="admin",
                    **({"form": pairs} if form.method == "POST" else {"query_string": dict(pairs)}),
                )  # fmt: skip
            assert response.status_code < 500
            if response.mimetype == "text/html" and response.data:
                tried += 1
                assert parts_of(response.text) == [], (form.action, payload)
    assert tried > 100


# Headers


def test_every_answer_of_every_route_carries_the_headers(browsers, things, db):
    for row in matrix.table():
        for identity in ("anonymous", "owner", "admin"):
            with db.transaction(force_rollback=True):
                headers = browsers.send(
                    row.method, row.path(things), as_=identity, form=row.fields(things)
                ).headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self';"), (
                row
            )
            assert "unsafe" not in headers["Content-Security-Policy"], row
            assert headers["X-Content-Type-Options"] == "nosniff", row
            assert headers["X-Frame-Options"] == "DENY", row
            assert headers["Cache-Control"] == "no-store", row
            assert "HX-Request" in headers["Vary"], row
            assert "Access-Control-Allow-Origin" not in headers, row
            assert not {"X-Powered-By", "ETag"} & set(headers.keys()), row


@pytest.mark.parametrize("url", ["http://localhost", "https://portal.example.com"])
def test_cookies_are_for_this_site_alone(db, things, url):
    https = url.startswith("https")
    browsers = world.Browsers(create_app(URL="http://localhost"), db)
    if https:
        browsers.app = create_app(URL=url)
        browsers.cookies["anonymous"] = {}
    client = browsers.app.test_client()
    page = browsers.ask(client, "GET", "/sign-in", base_url=url)
    form = {"key": "bob", "password": "correct horse battery", "csrf_token": world.TOKEN.search(page.text)[1]}
    signed_in = browsers.ask(client, "POST", "/sign-in", base_url=url, data=form, headers={"Origin": url})
    assert signed_in.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *signed_in.headers.getlist("Set-Cookie")]
    given = {cookie.partition("=")[0] for cookie in cookies}
    assert given == ({"__Host-visitor", "__Host-portal"} if https else {"visitor", "portal"})
    for cookie in cookies:
        words = set(cookie.split("; "))
        assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= words, cookie
        assert ("Secure" in words) == https, cookie
        assert not any(word.startswith("Domain") for word in words), cookie
    assert ("Strict-Transport-Security" in signed_in.headers) == https


# Secrets


def test_no_secret_that_went_through_a_form_is_found_anywhere(browsers, things, db, monkeypatch):
    """A canary in each field that is secret; the links' and sessions' own secrets as well."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    browsers.app = create_app()
    canary = "canary-in-a-coal-mine-47"
    secrets = {canary, things["reset"], things["registration"], things["email"], world.token_of("alice")}
    pages = []
    for row in matrix.table():
        fields = dict(row.fields(things))
        for name in ("password", "presentPassword", "token", "secret"):
            if name in fields or row.method == "POST":
                fields[name] = canary
        for identity in ("anonymous", "owner", "admin"):
            with db.transaction(force_rollback=True):
                response = browsers.send(row.method, row.path(things), as_=identity, form=fields)
                if row.method == "POST":
                    kept = "".join(
                        str(db.read(f"SELECT t::text FROM {name} AS t"))
                        for name in ("as_audit", "job_outbox", "as_passwords", "as_sessions", "as_tokens", "as_registrations",
                                     "as_attempts", "as_users", "as_userKeys", "as_settings")
                    )  # fmt: skip
                    assert not [secret for secret in secrets if secret in kept], row
            # A link's own page and form name it in their address.
            if not any(word in row.address for word in ("{reset}", "{registration}", "{email}")):
                pages.append(response.text if response.mimetype == "text/html" else "")
    monkeypatch.undo()
    logs.configure()
    assert log.getvalue().count('"event": "request"') > 300
    for secret in secrets:
        assert secret not in log.getvalue()
        assert not [page for page in pages if secret in page]
    assert not [page for page in pages if "argon2" in page]
