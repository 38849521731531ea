"""Who the portal thinks it talks to: sessions of the database, on the kit's own pages."""

import re
import secrets

import pytest
from flask.testing import FlaskClient

from portal import access
from portal import db as gateway
from tests import people
from tests.people import alice, bob, mona, root  # noqa: F401


@pytest.fixture
def browser_of(site, db):
    """A browser in which the person has signed in: browser_of("alice")."""

    class Browser(FlaskClient):
        def open(self, *args, **kwargs):
            with db.as_role("portal_web"), gateway.use(db):
                return super().open(*args, **kwargs)

    def sign_in(username):
        token = secrets.token_urlsafe(32)
        key = f"{username}@example.com"
        outcome = db.call(
            "as_signInFinish",
            key=key,
            address="10.0.0.7",
            matchedHash=people.password_hash(),
            tokenHash=access.token_hash(token),
        )
        assert outcome.ok, outcome
        browser = Browser(site, site.response_class, use_cookies=True)
        browser.set_cookie("portal", token)
        return browser

    return sign_in


def statuses(browser):
    return [browser.get(f"/kit/{page}").status_code for page in ("own", "money", "manage", "of/bob")]


def test_each_role_opens_what_it_may(browser_of, alice, bob, mona, root):  # noqa: F811
    assert statuses(browser_of(alice)) == [200, 403, 403, 404]
    assert statuses(browser_of(bob)) == [200, 403, 403, 200]
    assert statuses(browser_of(mona)) == [200, 200, 403, 404]
    assert statuses(browser_of(root)) == [200, 200, 200, 200]


def test_somebody_else_and_nobody_look_alike(browser_of, alice, bob):  # noqa: F811
    browser = browser_of(alice)
    assert browser.get("/kit/of/bob").status_code == browser.get("/kit/of/nobody").status_code == 404


def test_a_refusal_names_the_role(browser_of, alice):  # noqa: F811
    assert "administrator" in browser_of(alice).get("/kit/manage").text


def test_the_token_of_a_session_is_not_that_of_another(browser_of, alice, bob):  # noqa: F811
    mine, other = browser_of(alice), browser_of(bob)
    token = re.search(r'name="csrf_token" value="(\w+)"', mine.get("/kit").text)[1]
    assert mine.post("/kit/change", data={"csrf_token": token}).status_code == 303
    assert other.post("/kit/change", data={"csrf_token": token}).status_code == 403


def test_a_visitors_token_is_worth_nothing_after_the_sign_in(site, browser_of, alice, token):  # noqa: F811
    assert browser_of(alice).post("/kit/change", data={"csrf_token": token}).status_code == 403


def test_a_session_that_ended_is_a_stranger(browser_of, db, alice, root):  # noqa: F811
    browser = browser_of(alice)
    assert browser.get("/kit/own").status_code == 200
    assert db.call("as_lockUser", username="alice", note="lost phone", actor=root).ok
    answer = browser.get("/kit/own")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/kit/own")


@pytest.mark.parametrize("token", ["x", "é", "0" * 4000, "'; DROP TABLE as_sessions; --"])
def test_an_invented_token_is_a_stranger(browser_of, alice, token):  # noqa: F811
    browser = browser_of(alice)
    browser.set_cookie("portal", token)
    assert browser.get("/kit/own").status_code == 303


def test_ready_is_said_part_by_part(browser_of, alice):  # noqa: F811
    answer = browser_of(alice).get("/readyz")
    assert answer.json["database"] is True
    assert answer.status_code == (200 if all(answer.json.values()) else 503)
