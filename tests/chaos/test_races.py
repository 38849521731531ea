"""Twenty requests in one moment, over HTTP, against a real web server: one of them wins, each time."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import servers
from tests.chaos.private import Browser, Web
from tests.people import PASSWORD, password_hash, register
from tests.rails import world
from tests.rails.report import SOAK

AT_ONCE = 20
ROUNDS = 50 if SOAK else 10
# Every one of these hashes twenty passwords.
COSTLY_ROUNDS = 50 if SOAK else 3
MOVEMENTS = 5000 if SOAK else 200


@pytest.fixture(scope="module")
def shop(server):
    with servers.clone(server) as own:
        with own.connect() as db:
            own.shelf = world.catalogue(db)
            for username, role in (("mona", "manager"), ("milan", "manager")):
                register(db, username, role=role)
        yield own


@pytest.fixture(scope="module")
def web(shop):
    with Web(shop) as web:
        yield web


@pytest.fixture
def db(shop):
    with shop.connect() as connection:
        yield connection
        assert connection.read("SELECT * FROM fin_violations UNION ALL SELECT * FROM trf_violations") == []
        assert connection.read("SELECT * FROM as_violations") == []


numbers = itertools.count()


@pytest.fixture
def customer(db):
    """Somebody new with some money: customer("20.00")."""

    def make(amount: str) -> str:
        username = register(db, f"person{next(numbers)}")
        world.done(db.call("fin_topUp", username=username, amount=amount, purpose="start"))
        return username

    return make


def tally(answers) -> dict:
    found = {}
    for answer in answers:
        found[answer.status] = found.get(answer.status, 0) + 1
    return found


def balance(db, username: str) -> str:
    return str(db.value("SELECT balance FROM fin_accounts WHERE username = %s", [username]))


def purchases(db, username: str) -> int:
    return db.value("SELECT count(*) FROM as_trf_tariffLog WHERE username = %s AND paid > 0", [username])


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_one_click_sent_often_buys_once(web, db, shop, customer, round_):
    alice = customer("100.00")
    browser = Browser.signed_in(web, db, alice)
    click = browser.post("/tariff/change", tariffID=shop.shelf.team, period=1, requestKey=f"click {round_}")
    answers = web.at_once([click] * AT_ONCE)
    assert tally(answers) == {303: AT_ONCE}
    assert (purchases(db, alice), balance(db, alice)) == (1, "90.00")


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_money_for_one_change_buys_one(web, db, shop, customer, round_):
    alice = customer("20.00")
    browser = Browser.signed_in(web, db, alice)
    clicks = [
        browser.post(
            "/tariff/change",
            tariffID=shop.shelf.business,
            period=1,
            requestKey=f"click {round_} {number}",
        )
        for number in range(AT_ONCE)
    ]
    answers = web.at_once(clicks)
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    assert (purchases(db, alice), balance(db, alice)) == (1, "0.00")


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_the_last_use_of_a_coupon_is_one_persons(web, db, shop, customer, round_):
    code = f"LAST{round_}"
    world.done(db.call("cpn_addCoupon", code=code, value=50))
    people = [customer("10.00") for _ in range(4)]
    browsers = [Browser.signed_in(web, db, username) for username in people]
    clicks = [
        browsers[number % len(browsers)].post(
            "/tariff/change",
            tariffID=shop.shelf.team,
            period=1,
            couponCodes=code,
            expectedTotal="5.00",
            requestKey=f"last {round_} {number}",
        )
        for number in range(AT_ONCE)
    ]
    answers = web.at_once(clicks)
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    assert sorted(balance(db, username) for username in people) == ["10.00"] * 3 + ["5.00"]
    assert db.value("SELECT uses FROM cpn_couponList WHERE written = %s", [code]) == 1
    assert db.read("SELECT * FROM cpn_violations") == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_request_is_approved_once(web, db, customer, round_):
    alice = customer("1.00")
    asked = world.done(db.call("fin_requestTopUp", username=alice, amount="50.00", actor=alice))
    path = f"/finance/admin/customers/{alice}/{asked.details['financeID']}"
    managers = [Browser.signed_in(web, db, name) for name in ("mona", "milan")]
    answers = web.at_once([managers[number % 2].post(f"{path}/approve") for number in range(AT_ONCE)])
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    assert balance(db, alice) == "51.00"


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_a_movement_is_reversed_once(web, db, customer, round_):
    alice = customer("30.00")
    paid = world.done(db.call("fin_topUp", username=alice, amount="12.34", purpose="mistake", actor="mona"))
    path = f"/finance/admin/customers/{alice}/{paid.details['financeID']}"
    managers = [Browser.signed_in(web, db, name) for name in ("mona", "milan")]
    answers = web.at_once(
        [managers[number % 2].post(f"{path}/reverse", note="twice") for number in range(AT_ONCE)]
    )
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    assert balance(db, alice) == "30.00"


@pytest.mark.parametrize("round_", range(COSTLY_ROUNDS))
def test_an_address_is_registered_once(web, db, round_):
    """Three people, or one in a hurry, have registered it; all their links are opened in one moment."""
    email = f"new{next(numbers)}@example.com"
    links = []
    for number in range(3):
        asked = db.call(
            "as_requestRegistration",
            email=email,
            name="New",
            passwordHash=password_hash(),
            address=f"192.0.{round_}.{number}",
        )
        registration = world.done(asked).details["registrationID"]
        with db.as_role("portal_worker"):
            links.append(db.value("SELECT as_issueToken('registration', NULL, %s)", [registration]))
    visitor = Browser.visiting(web, f"/register/{links[0]}")
    answers = web.at_once(
        [visitor.post(f"/register/{links[number % 3]}", password=PASSWORD) for number in range(AT_ONCE)]
    )
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    assert db.value("SELECT count(*) FROM as_users WHERE email = %s", [email]) == 1


@pytest.mark.parametrize("round_", range(COSTLY_ROUNDS))
def test_a_link_to_a_new_password_is_good_once(web, db, customer, round_):
    alice = customer("1.00")
    with db.as_role("portal_worker"):
        link = db.value("SELECT as_issueToken('password', %s)", [alice])
    visitor = Browser.visiting(web, f"/reset/{link}")
    answers = web.at_once(
        [visitor.post(f"/reset/{link}", password=f"{PASSWORD} {number}") for number in range(AT_ONCE)]
    )
    assert tally(answers) == {303: 1, 422: AT_ONCE - 1}
    changes = "SELECT count(*) FROM as_audit WHERE username = %s AND procedure = 'as_resetPassword'"
    assert db.value(changes, [alice]) == 1


def test_every_movement_is_reversed_once_by_two_at_once(shop, db, customer):
    """Without HTTP between them the two come closer together."""
    alice = customer("1.00")
    paid = [
        world.done(db.call("fin_topUp", username=alice, amount="1.00", purpose="mistake", actor="mona"))
        for _ in range(MOVEMENTS)
    ]
    meeting = threading.Barrier(2)

    def reverse_all(actor: str) -> list[str]:
        with shop.connect("portal_web") as own:
            reasons = []
            for outcome in paid:
                meeting.wait(30)
                asked = {
                    "username": alice,
                    "financeID": outcome.details["financeID"],
                    "note": "x",
                    "actor": actor,
                }
                reasons.append(own.call("fin_reverse", **asked).reason)
            return reasons

    with ThreadPoolExecutor(2) as pool:
        answers = list(zip(*pool.map(reverse_all, ("mona", "milan")), strict=True))
    assert all(sorted(pair) == ["already_reversed", "reversed"] for pair in answers)
    assert len({pair[0] for pair in answers}) == 2, "one of the two was first every time: they did not race"
    assert balance(db, alice) == "1.00"
