"""People with and without money, two managers, and a browser of each."""

import re
import secrets
import threading
from html import escape

import psycopg
import pytest
from flask.testing import FlaskClient

from portal import access
from portal import db as gateway
from tests import people
from tests.people import alice, bob, charlie, mona, root  # noqa: F401


@pytest.fixture
def nina(db):
    """Another manager."""
    return people.register(db, "nina", role="manager")


@pytest.fixture
def locked(db):
    """A manager who was locked."""
    username = people.register(db, "luke", role="manager")
    assert db.call("as_lockUser", username=username, note="left the company").ok
    return username


@pytest.fixture
def money(db):
    """The row of fin_balances of somebody."""
    return lambda username: db.row("SELECT * FROM fin_balances WHERE username = %s", [username])


@pytest.fixture
def movement(db):
    """A row of fin_statements: movement(alice, 17)."""
    return lambda username, financeID: db.row(
        "SELECT * FROM fin_statements WHERE username = %s AND id = %s", [username, financeID]
    )


MAILS = "SELECT kind FROM job_outbox WHERE username = %s AND channel = 'email' ORDER BY id"


@pytest.fixture
def mails(db):
    """The kinds of the e-mails that wait for somebody, without the welcome."""
    return lambda username: [row.kind for row in db.read(MAILS, [username]) if row.kind != "welcome"]


AMOUNTS = [
    (None, "amount_missing"),
    ("NaN", "amount_not_a_number"),
    ("Infinity", "amount_not_a_number"),
    ("0", "amount_not_positive"),
    ("-0.01", "amount_not_positive"),
    ("1000000000.01", "amount_too_large"),
    ("9223372036854775808", "amount_too_large"),
    ("12.345", "amount_too_precise"),
    ("ten", "invalid_value"),
]


@pytest.fixture
def refused(db, untouched):
    """Call a procedure that must refuse, for the reason, and write nothing."""

    def check(procedure, reason, **arguments):
        with untouched():
            outcome = db.call(procedure, **arguments)
        assert (outcome.result, outcome.reason) == (0, reason), outcome
        return outcome

    return check


@pytest.fixture
def guarded(db, refused, bob, mona, locked):  # noqa: F811
    """Everything that a procedure refuses whoever asks for no good reason, and keys that are no keys."""

    def check(procedure, needs="manager", **arguments):
        own = arguments["username"]
        refused(procedure, "no_such_user", **arguments | {"username": "nobody"})
        with db.as_role("portal_web"):
            refused(procedure, "actor_required", **arguments)
        refused(procedure, "no_such_actor", **arguments, actor="nobody")
        refused(procedure, "actor_locked", **arguments, actor=locked)
        refused(procedure, "not_allowed", **arguments, actor=bob)
        if needs == "manager":
            refused(procedure, "not_allowed", **arguments, actor=own)
            refused(procedure, "own_account", **arguments | {"username": mona}, actor=mona)
        else:
            refused(procedure, "not_allowed", **arguments, actor=mona)
        refused(procedure, "invalid_value", **arguments, requestKey=" ")
        refused(procedure, "invalid_value", **arguments, requestKey="k" * 201)
        assert db.call("fin_topUp", username=own, amount="0.01", purpose="a", requestKey="used").ok
        refused(procedure, "request_key_reused", **arguments, requestKey="used")

    return check


@pytest.fixture
def once(db):
    """Call a procedure twice with one key: the second answer is the first one, and nothing is written for it."""

    def check(procedure, **arguments):
        first = db.call(procedure, **arguments, requestKey="once")
        assert first.ok, first
        rows = db.value("SELECT count(*) FROM fin_finances") + db.value("SELECT count(*) FROM job_outbox")
        assert db.call(procedure, **arguments, requestKey="once") == first
        assert rows == db.value("SELECT count(*) FROM fin_finances") + db.value(
            "SELECT count(*) FROM job_outbox"
        )
        return first

    return check


@pytest.fixture
def healthy(db):
    """After the test the books balance."""
    yield
    assert db.read("SELECT * FROM fin_violations") == []


@pytest.fixture
def browser_of(app, db):
    """A browser without JavaScript in which the person has signed in: browser_of(alice)."""

    class Browser(FlaskClient):
        def open(self, *args, **kwargs):
            with db.as_role("portal_web"), gateway.use(db):
                return super().open(*args, **kwargs)

        def send(self, page, action, **fields):
            """Fill in the form of a page that posts to the action, as a person does."""
            found = self.get(page).text
            form = re.search(
                rf'<form method="post" action="{re.escape(escape(action))}".*?</form>', found, re.DOTALL
            )
            assert form, f"{page} has no form for {action}"
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
            return self.post(action, data=hidden | fields)

    def sign_in(username):
        token = secrets.token_urlsafe(32)
        outcome = db.call(
            "as_signInFinish",
            key=f"{username}@example.com",
            address="10.0.0.7",
            matchedHash=people.password_hash(),
            tokenHash=access.token_hash(token),
        )
        assert outcome.ok, outcome
        browser = Browser(app, app.response_class, use_cookies=True)
        browser.set_cookie("portal", token)
        return browser

    return sign_in


@pytest.fixture
def at_once():
    """Call a function in several threads that start at the same moment; the answers, in the order of the arguments."""

    def run(function, arguments):
        barrier = threading.Barrier(len(arguments))
        answers = [None] * len(arguments)

        def one(number, argument):
            barrier.wait()
            try:
                answers[number] = function(argument)
            except psycopg.Error as error:
                answers[number] = error

        threads = [threading.Thread(target=one, args=item) for item in enumerate(arguments)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return answers

    return run
