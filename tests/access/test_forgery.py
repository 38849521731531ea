"""No other site writes here with somebody's cookies: every route that writes, taken from the routes themselves (T30)."""

from urllib.parse import parse_qsl, urlencode

import pytest

from tests.access import matrix, world

POSTS = [row for row in matrix.table() if row.method == "POST"]
#: The statuses of who is let in. Where a form is never followed by another page, or refused in the world of the table, its
#: answer to those who are signed in is taken.
LET_IN = ("303", "200", "422")
FOLLOWED = {row.address for row in POSTS if "303" in row.expected}
ROWS = [
    row
    for row in POSTS
    if "303" in row.expected
    or (row.address not in FOLLOWED and row.expected[0] == "in" and {"200", "422"} & set(row.expected))
]
#: The routes that a signature, a password in each request, or the secret of a link protects instead of a form's token.
SIGNED = {
    "/webhooks/payments/<provider>",
    "/webhooks/messages/<provider>",
    "/pohoda/contacts",
    "/unsubscribe/<token>",
    "/unsubscribe/<token>/undo",
}
WRITING = {"POST", "PUT", "PATCH", "DELETE"}


def status(row) -> str:
    """What those are answered who are let in."""
    return next(one for one in LET_IN if one in row.expected)


def may(row) -> str:
    """Somebody who is let in, and not only to be sent on: the last column that says so."""
    return next(
        identity
        for identity, expected in reversed(list(zip(world.IDENTITIES, row.expected, strict=True)))
        if expected == status(row)
    )


@pytest.fixture
def attempts(browsers, things, db):
    """Send each form as somebody who may, in a forged way; which ones were let in or wrote something."""

    def forged(way) -> list[str]:
        before, through = world.rows(db), []
        for row in ROWS:
            identity = may(row)
            with db.transaction(force_rollback=True):
                fields, options = row.fields(things), {"token": True, "headers": {}}
                way(identity, fields, options)
                response = browsers.send("POST", row.path(things), as_=identity, form=fields, **options)
                changed = world.rows(db).changed_since(before)
            if response.status_code != 403 or changed:
                through.append(f"{row.address} {identity}: {response.status_code} {changed}")
        return through

    return forged


def test_every_route_that_writes_is_tried(app, things):
    writing = {rule.rule for rule in app.url_map.iter_rules() if rule.methods & WRITING}
    tried = {matrix.rule_of(app, row.path(things), "POST").rule for row in ROWS}
    assert writing - tried == SIGNED
    unsigned = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "signed_request", False)
    }
    assert unsigned == SIGNED


def test_a_form_without_a_token_is_refused(attempts):
    def way(identity, fields, options):
        options["token"] = False

    assert attempts(way) == []


def test_htmx_without_the_header_is_refused(attempts):
    def way(identity, fields, options):
        options["token"] = False
        options["headers"] = {"HX-Request": "true", "X-Requested-With": "XMLHttpRequest"}

    assert attempts(way) == []


def test_somebody_elses_token_is_refused(attempts, browsers):
    def way(identity, fields, options):
        options["token"] = False
        stranger = "anonymous" if identity == "other" else "other"
        options["headers"] = {"X-CSRFToken": browsers.tokens[stranger]}
        fields.append(("csrf_token", browsers.tokens[stranger]))

    assert attempts(way) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:81"},
    ],
    ids=str,
)
def test_another_site_is_refused_even_with_the_token(attempts, headers):
    def way(identity, fields, options):
        options["headers"] = headers

    assert attempts(way) == []


def test_the_same_forms_are_taken_from_our_own_pages(browsers, things, db):
    """Or else the refusals above would show nothing."""
    for row in ROWS:
        with db.transaction(force_rollback=True):
            response = browsers.send(
                "POST",
                row.path(things),
                as_=may(row),
                form=row.fields(things),
                headers={"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"},
            )
            assert response.status_code == int(status(row)), row


def test_an_address_writes_nothing_even_with_the_whole_form_in_it(app, browsers, things, db):
    before = world.rows(db)
    for row in ROWS:
        identity = may(row)
        path, _, said = row.path(things).partition("?")
        query = [*parse_qsl(said), *row.fields(things), ("csrf_token", browsers.tokens[identity])]
        response = browsers.send("GET", path, as_=identity, query_string=urlencode(query))
        assert response.status_code < 500
    assert world.rows(db).changed_since(before) == []


def test_a_notice_is_nothing_without_its_signature(browsers, things, db):
    before = world.rows(db)
    body = b'{"reference":"1","username":"alice","amount":"5.00","currency":"EUR","status":"paid"}'
    for identity in world.IDENTITIES:
        response = browsers.send("POST", "/webhooks/payments/acme", as_=identity, data=body)
        assert response.status_code == 401
    assert world.rows(db).changed_since(before) == []
