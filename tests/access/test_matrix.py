"""Everybody gets what matrix.txt says from every route × method, and what is refused leaves no trace (T25)."""

import pytest
from werkzeug.routing.converters import AnyConverter

from tests.access import hostile, matrix, world

ROWS = matrix.table()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE")
#: Says itself that it cannot serve: no scheduler runs in the tests.
UNREADY = "/readyz"


def routes(app):
    return {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


@pytest.fixture
def named(app, things):
    """The rows of each route."""
    found = {}
    for row in ROWS:
        rule = matrix.rule_of(app, row.path(things), row.method)
        found.setdefault((rule.rule, row.method), []).append(row)
    return found


def test_every_route_has_a_row_and_every_row_a_route(app, named):
    assert sorted(routes(app) - set(named)) == []
    assert sorted(set(named) - routes(app)) == []
    assert [row for row in ROWS if len(row.expected) != len(world.IDENTITIES)] == []


def test_every_address_that_names_a_thing_has_a_row_where_there_is_none(app, named):
    bare = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if any(not isinstance(rule._converters[name], AnyConverter) for name in rule.arguments)
        and not any("noth" in row.address or "nobody" in row.address for row in named[rule.rule, method])
    }
    assert sorted(bare) == []


def test_everybody_gets_what_the_matrix_says(browsers, things, db):
    before = world.rows(db)
    differences, written, reached = [], [], {}
    for row in ROWS:
        for identity, expected in zip(world.IDENTITIES, row.expected, strict=True):
            with db.transaction(force_rollback=True):
                response = browsers.send(
                    row.method, row.path(things), as_=identity, form=row.fields(things) or None
                )
                got = matrix.status(response)
                changed = world.rows(db).changed_since(before)
            if got != expected or (response.status_code >= 500 and row.address != UNREADY):
                differences.append(f"{row.method} {row.address} {identity}: {got} instead of {expected}")
            refused = row.method == "GET" or got not in matrix.CHANGED
            if refused and set(changed) - set(matrix.COUNTERS):
                written.append(f"{row.method} {row.address} {identity}: {got}, and yet {', '.join(changed)}")
            reached.setdefault(row, set()).update(changed if got in matrix.CHANGED else ())
    assert differences == []
    assert written == []
    # A row that says 303 shows nothing about refusals if its form would not be taken from anybody.
    idle = [
        f"{row.method} {row.address}"
        for row, changed in reached.items()
        if row.method == "POST" and "303" in row.expected and not changed
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("method", "foreign", "missing", "identity"),
    [
        ("GET", "/finance/receipt/{receipt}", "/finance/receipt/{nothing}", "other"),
        ("GET", "/finance/receipt/{receipt}", "/finance/receipt/{nothing}", "manager"),
        ("GET", "/finance/receipt/{asked}", "/finance/receipt/{nothing}", "owner"),
        ("POST", "/finance/top-up/{asked}/cancel", "/finance/top-up/{nothing}/cancel", "other"),
        ("POST", "/profile/sessions/{phone}/end", "/profile/sessions/{nothing}/end", "other"),
        ("POST", "/users/bob/sessions/{phone}/end", "/users/bob/sessions/{nothing}/end", "admin"),
        ("POST", "/users/bob/options/{own}/end", "/users/bob/options/{nothing}/end", "admin"),
        ("GET", "/messages/bob/{message}", "/messages/bob/{nothing}", "admin"),
        ("GET", "/messages/demo/{registrationID}", "/messages/demo/{nothing}", "anonymous"),
        ("GET", "/register/{reset}", "/register/{nothing}", "anonymous"),
        ("GET", "/users/alice", "/users/nobody", "other"),
        ("GET", "/finance/admin/customers/alice", "/finance/admin/customers/nobody", "other"),
        ("GET", "/tariffs/{fast}", "/tariffs/{nothing}", "other"),
        ("POST", "/users/alice/lock", "/users/nobody/lock", "manager"),
        ("GET", "/settings/topUpMinimum", "/settings/nothing", "manager"),
    ],
)
def test_what_is_somebody_elses_and_what_is_not_there_look_alike(
    browsers, things, method, foreign, missing, identity
):
    theirs, none = (
        browsers.send(method, address.format_map(things), as_=identity) for address in (foreign, missing)
    )
    assert theirs.status_code == none.status_code >= 400
    assert matrix.essence(theirs.text, foreign.format_map(things)) == matrix.essence(
        none.text, missing.format_map(things)
    )


def test_a_method_that_a_route_does_not_have_is_refused(app, browsers, things, db):
    before = world.rows(db)
    offered = {}
    for row in ROWS:
        path = row.path(things).partition("?")[0]
        offered.setdefault(path, set()).add(row.method)
    for path, known in offered.items():
        allowed = {method for method in METHODS if method in known or (matrix.has_rule(app, path, method))}
        for method in set(METHODS) - allowed:
            for identity in ("anonymous", "admin"):
                response = browsers.send(method, path, as_=identity)
                assert response.status_code == 405, (method, path, identity)
                assert set(response.headers["Allow"].split(", ")) - {"HEAD", "OPTIONS"} == allowed, path
    assert world.rows(db).changed_since(before) == []


def test_head_answers_as_get_and_options_says_no_more_than_the_methods(browsers, things, db):
    before = world.rows(db)
    for row in ROWS:
        if row.method == "GET":
            path = row.path(things)
            for identity in ("anonymous", "other"):
                got, head, options = (
                    browsers.send(method, path, as_=identity) for method in ("GET", "HEAD", "OPTIONS")
                )
                assert head.status_code == got.status_code, (path, identity)
                assert head.data == b"" == options.data or options.status_code >= 300, (path, identity)
    # Wrong codes of coupons are counted, however they are asked for.
    assert world.rows(db).changed_since(before, "as_attempts") == []


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_turns_one_method_into_another(browsers, things, db, header):
    before = world.rows(db)
    response = browsers.send("GET", "/users/alice/lock?note=x", as_="admin", headers={header: "POST"})
    assert response.status_code == 200
    assert (
        browsers.send("GET", "/users/alice/unlock", as_="admin", headers={header: "POST"}).status_code == 405
    )
    form = {"_method": "DELETE", "note": ""}
    assert browsers.send("POST", "/users/alice/lock", as_="other", form=form).status_code == 403
    assert world.rows(db).changed_since(before) == []


def test_htmx_is_told_to_sign_in_by_every_guarded_route(browsers, things):
    for row in ROWS:
        if row.expected[0] == "in":
            response = browsers.send(
                row.method, row.path(things), headers={"HX-Request": "true"}, form=row.fields(things) or None
            )
            assert response.status_code == 401, row
            assert response.headers["HX-Redirect"].startswith("/sign-in?next="), row
            assert response.data == b"", row


def test_fields_that_no_form_has_change_nothing(browsers, things, db):
    """Mass assignment: the same form with and without role=admin, balance=1000000 and their like has the same effect."""

    def effect() -> list:
        # Whoever has just registered has another generated name each time.
        who = "CASE WHEN username = ANY (%(known)s) THEN username ELSE 'new' END AS username"
        given = {"known": [*world.ROLES, "eva"], "last": things["spare"]}
        return [
            db.read(query.format(who=who), given)
            for query in (
                "SELECT {who}, name, role, isLocked, tariffID, tariffDeadline FROM as_users ORDER BY 1",
                "SELECT {who}, balance, held FROM fin_accounts ORDER BY 1",
                # The number of a new card is another each time too.
                "SELECT {who}, CASE WHEN key LIKE 'card:%%' THEN 'card' ELSE key END AS key FROM as_userKeys ORDER BY 1, 2",
                "SELECT {who}, amount, counterparty, statusID FROM fin_finances ORDER BY id",
                "SELECT id, name, price, isDisabled FROM as_trf_tariffs WHERE id <= %(last)s ORDER BY id",
            )
        ]

    compared = 0
    for row in ROWS:
        for identity, expected in zip(world.IDENTITIES, row.expected, strict=True):
            if row.method != "POST" or expected != "303":
                continue
            proper, effects = row.fields(things), []
            extra = [pair for pair in hostile.EXTRA if pair[0] not in dict(proper)]
            for form in (proper, proper + extra):
                with db.transaction(force_rollback=True):
                    response = browsers.send("POST", row.path(things), as_=identity, form=form)
                    effects.append((response.status_code, effect()))
            assert effects[0] == effects[1], (row.address, identity)
            compared += 1
    assert compared > 100
