"""Too much at once is refused with a page and writes nothing (T17)."""

import io
import time

import pytest

from tests.access import matrix, world

ROWS = [row for row in matrix.table() if row.method == "POST"]
MEGABYTE = 1024 * 1024


def test_ten_megabytes_are_refused_by_every_route_that_takes_a_form(browsers, things, db):
    before = world.rows(db)
    body = b"note=" + b"x" * (10 * MEGABYTE)
    for row in ROWS:
        # Where there is nothing to change the form is not looked at.
        if "{nothing}" in row.address or not (row.form or "webhooks" in row.address):
            continue
        started = time.monotonic()
        response = browsers.send(
            "POST",
            row.path(things),
            as_="admin",
            data=body,
            headers={"X-CSRFToken": browsers.tokens["admin"]},
            content_type="application/x-www-form-urlencoded",
        )
        assert response.status_code == 413, row
        assert "That was too much at once" in response.text and "<h1>" in response.text, row
        assert time.monotonic() - started < 5, row
    assert world.rows(db).changed_since(before) == []


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_form_of_a_thousand_parts_is_refused_or_its_extra_fields_change_nothing(browsers, things, db, kind):
    before = world.rows(db)
    many = {f"field{number}": "x" for number in range(1000)} | {"amount": "", "counterparty": "source:bank"}
    options = {"content_type": "multipart/form-data"} if kind == "multipart" else {}
    response = browsers.send("POST", "/finance/top-up", as_="owner", form=many, **options)
    assert response.status_code == (413 if kind == "multipart" else 422)
    assert world.rows(db).changed_since(before) == []


def test_a_field_beyond_its_room_and_a_file_where_none_belongs_are_refused(browsers, things, db):
    before = world.rows(db)
    wide = {"name": "x" * (65 * 1024)}
    assert browsers.send("POST", "/profile", as_="owner", form=wide).status_code == 422
    options = {"content_type": "multipart/form-data"}
    assert browsers.send("POST", "/profile", as_="owner", form=wide, **options).status_code == 413
    assert world.rows(db).changed_since(before) == []
    file = {"csrf_token": browsers.tokens["owner"], "name": (io.BytesIO(b"Mallory"), "../../name.txt")}
    assert browsers.send("POST", "/profile", as_="owner", data=file).status_code in (303, 422)
    assert db.value("SELECT name FROM as_users WHERE username = 'alice'") == "Alice"


def test_htmx_is_told_too_that_it_was_too_much(browsers, things):
    response = browsers.send(
        "POST",
        "/finance/top-up",
        as_="owner",
        data=b"x" * (2 * MEGABYTE),
        content_type="application/x-www-form-urlencoded",
        headers={"HX-Request": "true", "X-CSRFToken": browsers.tokens["owner"]},
    )
    assert response.status_code == 413
    assert "too much" in response.headers["HX-Trigger"]


SLOW = {
    "letters": "a" * 60_000,
    "spaces": " " * 60_000 + "x",
    "marks": "a@" * 30_000,
    "dots": "a." * 30_000 + "@",
    "digits": "9" * 60_000,
    "combining": "e" + "\u0301" * 10_000,
    "commas": "1," * 30_000,
    "nested": "(" * 30_000,
}


@pytest.mark.parametrize("value", SLOW.values(), ids=SLOW)
def test_no_long_value_keeps_a_route_busy(browsers, things, db, value):
    """A pattern that tries everything over again takes minutes for these."""
    for row in ROWS:
        if row.form:
            for name, _ in row.fields(things):
                fields = [(key, value if key == name else given) for key, given in row.fields(things)]
                started = time.monotonic()
                with db.transaction(force_rollback=True):
                    response = browsers.send("POST", row.path(things), as_="admin", form=fields)
                assert response.status_code < 500, (row, name)
                assert time.monotonic() - started < 5, (row, name)
