"""Many at once on one account: the last bonuses go once, and nobody waits for ever."""

import itertools

import psycopg
import pytest

from tests.finance.conftest import at_once  # noqa: F401
from tests.people import register
from tests.rails.world import done

THREADS, ROUNDS = 20, 50


@pytest.fixture
def club(fresh_database):
    """A database where things stay: alice and bob, a manager, a store; it must be whole in the end."""
    with fresh_database.connect() as db:
        for username, role in (("alice", "user"), ("bob", "user"), ("mona", "manager")):
            register(db, username, role=role)
        done(db.call("loy_addCard", username="alice", number="29001"))
        db.execute(
            "INSERT INTO loy_stores (storeID, name, city, country, timeZone, channel, isActive, createdAt)"
            " VALUES ('s1', 'Shop', 'Košice', 'sk', 'Europe/Bratislava', 'store', true, now())"
        )
        yield db
        assert db.read("SELECT * FROM loy_violations") == []


@pytest.fixture
def each(fresh_database, at_once):  # noqa: F811
    """Make calls at one moment, each on a connection of its own; the connections are kept for the next round."""
    kept = {}

    def run(calls, role="portal_web"):
        connections = kept.setdefault(role, [])
        while len(connections) < len(calls):
            connections.append(fresh_database.connect(role))
        return at_once(
            patiently, [(connection, *call) for connection, call in zip(connections, calls, strict=False)]
        )

    yield run
    for connection in itertools.chain(*kept.values()):
        connection.close()


def patiently(call):
    """Ask again, as the portal does, where a busy machine lets somebody wait longer than lock_timeout."""
    connection, procedure, arguments = call
    while True:
        try:
            return connection.call(procedure, **arguments)
        except psycopg.errors.LockNotAvailable:
            continue


def test_the_last_lot_is_taken_once(club, each):
    for _ in range(ROUNDS):
        lot = done(club.call("loy_grant", username="alice", kind="regular", amount="30")).details["lotID"]
        call = (
            "loy_adjust",
            {"username": "alice", "lotID": lot, "amount": "-30", "note": "x", "actor": "mona"},
        )
        reasons = sorted(outcome.reason for outcome in each([call] * THREADS))
        assert reasons == ["insufficient_bonuses"] * (THREADS - 1) + ["lot_adjusted"]


def test_twenty_tills_spend_the_last_bonuses_once(club, each):
    """Each receipt may be paid with 30 % of it, which is all there is."""
    numbers = itertools.count()
    basket = '{"lines": [{"line": 1, "sku": "A", "qty": "1", "price": "100"}], "pay": "max"}'
    day = str(club.value("SELECT as_today()"))
    for before in range(5):
        done(club.call("loy_grant", username="alice", kind="regular", amount="30"))
        calls = [
            (
                "loy_commit",
                {
                    "storeID": "s1",
                    "till": str(till),
                    "businessDay": day,
                    "number": str(next(numbers)),
                    "key": "29001",
                    "basket": basket,
                },
            )
            for till in range(THREADS)
        ]
        assert {outcome.reason for outcome in each(calls, "portal_till")} == {"receipt_entered"}
        assert club.value("SELECT loy_getBalance('alice')") == 0
        assert club.value("SELECT count(*) FROM loy_receipts WHERE bonus > 0") == before + 1
        assert club.value("SELECT sum(bonus) FROM loy_receipts") == 30 * (before + 1)


def test_the_same_request_twenty_times_gives_once(club, each):
    call = (
        "loy_grant",
        {"username": "bob", "kind": "regular", "amount": "5", "requestKey": "twin", "actor": "mona"},
    )
    outcomes = each([call] * THREADS)
    assert all(outcome == outcomes[0] for outcome in outcomes) and outcomes[0].ok
    assert club.value("SELECT loy_getBalance('bob')") == 5


def test_a_birthday_is_granted_once(club, each):
    done(club.call("loy_setBirthday", username="bob", birthday=str(club.value("SELECT as_today()"))))
    outcomes = each([("loy_grantBirthday", {"username": "bob"})] * THREADS, "portal_marketing")
    assert sorted(outcome.reason for outcome in outcomes)[-2:] == ["already_given", "birthday_granted"]


def test_two_accounts_that_are_joined_both_ways_at_once_become_one(club, each):
    done(club.call("loy_grant", username="alice", kind="regular", amount="5"))
    done(club.call("loy_grant", username="bob", kind="regular", amount="7"))
    pairs = [("alice", "bob"), ("bob", "alice")] * (THREADS // 2)
    calls = [
        ("loy_mergeAccounts", {"username": one, "otherUsername": other, "actor": "mona"})
        for one, other in pairs
    ]
    outcomes = each(calls)
    assert sorted(outcome.reason for outcome in outcomes) == ["account_merged"] * (THREADS - 1) + [
        "accounts_merged"
    ]
    assert club.value("SELECT loy_getBalance('alice') + loy_getBalance('bob')") == 12


def test_a_card_number_is_given_to_one(club, each):
    calls = [
        ("loy_addCard", {"username": who, "number": "29002", "actor": who})
        for who in ("alice", "bob")
        for _ in range(10)
    ]
    assert sorted(outcome.reason for outcome in each(calls)) == ["card_added"] + ["card_taken"] * (
        THREADS - 1
    )
