"""Pohoda fetches our customers itself: by its password, counted, and only them."""

import base64
import io

import pytest

from portal import passwords
from portal.pohoda import answers
from tests.contacts.conftest import switch_on
from tests.pohoda.documents import listing, upsert
from tests.pohoda.stand_in import ICO

PASSWORD = "a secret of the pull"


@pytest.fixture
def pull(db, client):
    """Ask as Pohoda does: `pull(user="pohoda", password=…, body=…)`."""
    switch_on(db, pullUser="pohoda", pullPasswordHash=passwords.make(PASSWORD))

    def ask(user="pohoda", password=PASSWORD, body=None, **headers):
        allowed = base64.b64encode(f"{user}:{password}".encode()).decode()
        return client.post(
            "/pohoda/contacts",
            data=listing("l7") if body is None else body,
            headers={"Authorization": f"Basic {allowed}", "Content-Type": "text/xml"} | headers,
        )

    return ask


def people(response) -> dict:
    book = answers.read_list(io.BytesIO(response.data))
    return {one["extIds"][0]["id"]: one for one in book.contacts}


def test_customers_are_listed_and_nobody_else(db, pull, alice, bob, charlie, mona, root, valid):
    db.call("ctr_setProfile", username="alice", company="Alice & synovia", city="Žilina", country="SK")
    db.call("as_lockUser", username="charlie", note="a lost phone")
    response = pull()
    assert response.status_code == 200
    assert response.content_type == "text/xml; charset=windows-1250"
    assert "Set-Cookie" not in response.headers
    valid(response.data)
    found = people(response)
    assert found.keys() == {"alice", "bob"}
    assert (found["alice"]["company"], found["alice"]["city"]) == ("Alice & synovia", "Žilina")
    assert found["alice"]["email"] == "alice@example.com"


def test_what_is_longer_than_pohodas_field_is_cut(db, pull, valid):
    db.call("as_register", username="long", name="Ž" * 200, email="long@example.com")
    response = pull()
    valid(response.data)
    assert people(response)["long"]["name"] == "Ž" * 64


def test_an_empty_book_is_an_answer_too(pull, valid):
    assert people(pull()) == {}


@pytest.mark.parametrize(
    "given", [{"password": "wrong"}, {"password": ""}, {"user": "alice"}, {"user": ""}, {"user": "po\0hoda"}]
)
def test_only_the_right_name_and_password_get_anything(pull, alice, given):
    response = pull(**given)
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Basic")
    assert b"alice@" not in response.data


@pytest.mark.parametrize("header", ["", "Bearer abc", "Basic", "Basic !!!", "Basic YQ=="])
def test_another_kind_of_authorisation_is_none(pull, header):
    assert pull(Authorization=header).status_code == 401


def test_where_it_is_switched_off_nobody_gets_in(client, db):
    allowed = base64.b64encode(b":").decode()
    headers = {"Authorization": f"Basic {allowed}"}
    assert client.post("/pohoda/contacts", data=listing(), headers=headers).status_code == 401


def test_guessing_is_counted_and_ends(db, pull):
    for _ in range(10):
        assert pull(password="wrong").status_code == 401
    response = pull()
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 900
    assert pull(user="somebody").status_code == 401


def test_many_names_from_one_address_are_counted_too(db, pull):
    for number in range(50):
        assert db.call("ctr_pullBegin", userName=f"name{number}", address="127.0.0.1").ok
    assert pull().status_code == 429


def test_the_right_password_is_never_counted(db, pull):
    for _ in range(60):
        assert db.call("ctr_pullBegin", userName="pohoda", address="127.0.0.1").ok
        assert db.call("ctr_pullFinish", userName="pohoda", address="127.0.0.1").ok
    assert pull().status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html/>",
        upsert(("1", "jana", {"name": "Jana", "city": "Nitra"})),
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
        listing()[:-20],
    ],
)
def test_anything_but_a_request_for_the_address_book_is_refused(pull, alice, body, untouched):
    with untouched("as_attempts"):
        response = pull(body=body)
    assert response.status_code == 400
    assert b"alice@" not in response.data


def test_another_accounting_unit_gets_nothing(pull, alice):
    other = listing().replace(ICO.encode(), b"99999999")
    assert pull(body=other).status_code == 403


def test_a_request_is_small(pull):
    assert pull(body=b"<a>" + b" " * 2**20).status_code == 413


def test_it_is_only_posted(client):
    assert client.get("/pohoda/contacts").status_code == 405


def test_only_the_web_may_ask_for_the_hash(db, pull):
    with db.as_role("portal_web"):
        found = db.call("ctr_pullBegin", userName="pohoda", address="10.0.0.1")
        assert passwords.matches(found.details["hash"], PASSWORD)
        assert db.call("ctr_pullBegin", userName="nobody", address="10.0.0.1").details["hash"] is None
        assert db.call("ctr_pullFinish", userName="pohoda", address="10.0.0.1").reason == "pull_allowed"
