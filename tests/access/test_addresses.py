"""Addresses that somebody made up: arguments, marks of pages, hosts, ways out of this site."""

import base64
import json

import pytest

from tests.access import matrix

PAGES = [row for row in matrix.table() if row.method == "GET" and "200" in row.expected]
#: What a link of ours may never be made of by a stranger: url_for's own words, and names of the route's parts.
WORDS = "_scheme=javascript&_external=1&_anchor=x&_method=POST&kind=x&username=bob&tariffID=x&endpoint=x&self=x&code=x"


def is_read(response) -> bool:
    return response.status_code in (200, 303, 302, 400, 404, 410, 422)


def test_no_argument_of_an_address_turns_a_link_elsewhere(browsers, things):
    for row in PAGES:
        if row.address == "/readyz":
            continue
        path = row.path(things)
        for identity in ("anonymous", "admin", "acting"):
            page = browsers.send("GET", f"{path}{'&' if '?' in path else '?'}{WORDS}", as_=identity)
            assert is_read(page), (page.status_code, path, identity)
            if page.mimetype == "text/html":
                assert 'href="javascript' not in page.text and 'href="http' not in page.text, path


MARKS = [
    None, True, False, 1.5, -1, 2**70, "x", "\ud800", "a\0b", "2027-01-01", "NaN", [], {}, "'", "9" * 400,
]  # fmt: skip


def marks():
    for value in MARKS:
        for other in (1, "2027-01-01"):
            yield [value], [value, other], [other, value], [other, "x", value]


def test_a_made_up_mark_of_a_page_is_no_surprise(browsers, things):
    paged = (
        "/finance", "/tariff/history", "/users", "/users/alice/audit", "/audit", "/messages", "/jobs/jobs.check/runs",
        "/tariffs/{team}/users", "/reports/deadlines", "/finance/admin/customers/alice", "/imports/coupons/{source}",
        "/imports/coupons/{source}/imports/{import}",
    )  # fmt: skip
    made = [json.dumps(mark) for row in marks() for mark in row]
    made += ["[NaN,1]", "[1e999,1]", "[" * 50_000, '{"a":1}', "", "\xff"]
    for path in paged:
        for mark in made:
            coded = base64.urlsafe_b64encode(mark.encode("latin-1", "replace")).decode()
            page = browsers.send("GET", f"{path.format_map(things)}?after={coded}", as_="admin")
            assert is_read(page), (page.status_code, path, mark[:100])


@pytest.mark.parametrize(
    "query",
    [
        "a=" * 5_000, "&".join(f"a{number}=1" for number in range(2_000)), "q=" + "%F0%9F%98%80" * 500, "q=%ED%A0%80",
        "q=%00", "from=0001-01-01&until=9999-12-31", "from=2027-02-30", "size=-1", "size=9223372036854775808", "months=1e9",
        "tariffID=9223372036854775808&period=99", "tariffID=x&period=NaN", "tariffID=%00", "switched=99999999999999999999",
        "period=2147483648", "tariffID=1&period=%00", "username=%00", "edit=%00", "state=%00&role=%00", "actor=%00",
        "kind=%00&counterparty=%00", "days=999999999999999999999", "%00=1", "q=%25s%25%28a%29s", "next=//evil.example",
    ],
)  # fmt: skip
def test_no_query_is_a_surprise(browsers, things, query):
    for row in PAGES:
        if row.address != "/readyz":
            path = row.path(things).partition("?")[0]
            page = browsers.send("GET", f"{path}?{query}", as_="admin")
            assert is_read(page), (page.status_code, path, query[:100])


@pytest.mark.parametrize(
    "path",
    [
        "/users/%00", "/users/%ED%A0%80", "/users/a%0D%0AX:1", "/users/..%2F..%2Fetc", "/settings/%00", "/jobs/%00",
        "/jobs/%00/runs", "/tariff/options/%00", "/register/%00", "/reset/%ED%A0%80", "/email/%F0%9F%98%80",
        "/messages/%00/1", "/messages/demo/%00", "/finance/receipt/0", "/finance/receipt/9223372036854775807",
        "/finance/receipt/9223372036854775808", "/finance/admin/customers/%00", "/finance/admin/customers/%00/1",
        "/finance/admin/queue/%00/1", "/tariffs/9223372036854775808", "/tariffs/-1", "/.git/config", "/.env", "/%2e%2e/%2e%2e",
        "/static/../portal/db.py", "/console", "/users/" + "x" * 5_000, "//evil.example", "/\\evil.example",
    ],
)  # fmt: skip
def test_no_path_is_a_surprise(browsers, path):
    for identity in ("anonymous", "owner", "admin"):
        for method in ("GET", "POST"):
            page = browsers.send(method, path, as_=identity)
            assert page.status_code < 500, (page.status_code, identity, method)
            assert not (page.headers.get("Location") or "/").startswith(("//", "http")), path


ELSEWHERE = (
    "http://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
    "javascript:alert(1)", "/\t/evil.example", "/\n/evil.example", "/%0d%0aLocation: //evil.example", "evil.example", "@evil",
    "/\r\nSet-Cookie: a=1", "", "\x00//evil.example", "/\u2028/evil.example", "http:/evil.example", "/a\x00b",
)  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_sent_to_another_site(browsers, things, target):
    asked = [
        browsers.send("GET", "/sign-in", as_="owner", query_string={"next": target}),
        browsers.send(
            "POST", "/sign-in", form={"key": "bob", "password": "correct horse battery", "next": target}
        ),
        browsers.send(
            "POST",
            "/sign-in",
            form={"key": "bob", "password": "correct horse battery", "next": target},
            headers={"HX-Request": "true"},
        ),
        browsers.send("POST", "/language", as_="owner", form={"language": "sk", "next": target}),
        browsers.send("POST", "/theme", form={"theme": "dark", "next": target}),
    ]
    for response in asked:
        address = response.headers.get("HX-Redirect") or response.location
        assert address.startswith("/") and not address.startswith(("//", "/\\")), (target, address)
        assert address.isprintable()
        assert "a=1" not in (response.headers.get("Set-Cookie") or "")
    topUp = browsers.send("GET", "/finance/top-up", as_="owner", query_string={"next": target})
    assert topUp.status_code == 200
    assert (
        'href="http' not in topUp.text
        and 'href="//' not in topUp.text
        and 'href="javascript' not in topUp.text
    )


@pytest.mark.parametrize("header", ["HX-Current-URL", "Referer"])
@pytest.mark.parametrize("target", [one for one in ELSEWHERE if one.isprintable()])
def test_a_page_that_was_left_elsewhere_is_not_gone_back_to(browsers, things, header, target):
    headers = {header: target} | ({"HX-Request": "true"} if header.startswith("HX") else {})
    response = browsers.send("POST", "/tariff/renewal", headers=headers)
    address = response.headers.get("HX-Redirect") or response.location
    assert address.startswith("/sign-in?next=") and "evil" not in address


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost.evil.example"},
        {"Host": "localhost:80@evil.example"},
        {"Host": "localhost, evil.example"},
        {"Host": "evil.example:80"},
        {"Host": ""},
    ],
)
def test_a_host_that_is_not_ours_is_refused(browsers, headers):
    for method, path in (("GET", "/prices"), ("GET", "/sign-in"), ("POST", "/reset"), ("GET", "/nothing")):
        response = browsers.send(method, path, headers=headers, form={"key": "alice"})
        assert response.status_code == 400
        assert "evil" not in response.text and "Location" not in response.headers


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Forwarded-Server", "X-Host", "Forwarded", "X-Original-URL"]
)
def test_no_forwarded_header_names_the_host(browsers, name):
    response = browsers.send("GET", "/sign-in", headers={name: "evil.example"})
    assert response.status_code == 200 and "evil" not in response.text
    assert "evil" not in browsers.send("GET", "/tariff", headers={name: "evil.example"}).location


def test_the_name_of_a_file_is_ours_whatever_the_address_says(browsers, things):
    query = {"from": '2026-01-01";x="\r\nSet-Cookie: a=1', "until": "2026-01-02", "q": '"; filename=evil.exe'}
    for path in (
        "/finance.csv", "/finance.xlsx", "/finance/admin/export.csv", "/reports/deadlines.csv",
        f"/tariffs/{things['team']}/users.csv",
    ):  # fmt: skip
        response = browsers.send("GET", path, as_="admin", query_string=query)
        assert response.status_code == 200
        assert response.headers["Content-Disposition"].startswith("attachment; filename=")
        assert "evil" not in response.headers["Content-Disposition"]
        assert "a=1" not in (response.headers.get("Set-Cookie") or "")
