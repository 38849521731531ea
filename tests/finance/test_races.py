"""Many at once: the same key, the same movement, the same account. Each call is a transaction of its own."""

import pytest

from tests import people

THREADS = 20


@pytest.fixture
def bank(fresh_database):
    """A database where things stay: alice with money, bob, two managers; it must balance in the end."""
    with fresh_database.connect() as db:
        for username, role in (("alice", "user"), ("bob", "user"), ("mona", "manager"), ("nina", "manager")):
            people.register(db, username, role=role)
        assert db.call("fin_topUp", username="alice", amount="1000.00", purpose="cash").ok
        yield db
        assert db.read("SELECT * FROM fin_violations") == []


@pytest.fixture
def each(fresh_database, at_once):
    """Call procedures at one moment, each on a connection of its own: each([("fin_topUp", {…}), …])."""

    def run(calls):
        connections = [fresh_database.connect("portal_web") for _ in calls]
        try:
            return at_once(
                lambda call: call[0].call(call[1], **call[2]),
                [(connection, *call) for connection, call in zip(connections, calls, strict=True)],
            )
        finally:
            for connection in connections:
                connection.close()

    return run


def reasons(outcomes) -> dict:
    found = {}
    for outcome in outcomes:
        found[outcome.reason] = found.get(outcome.reason, 0) + 1
    return found


def balance(db, username) -> str:
    return str(db.value("SELECT fin_getBalance(%s)", [username]))


def test_twin_keys_have_one_effect_and_one_answer(bank, each):
    call = (
        "fin_topUp",
        {"username": "bob", "amount": "5.00", "purpose": "x", "requestKey": "twin", "actor": "mona"},
    )
    outcomes = each([call] * THREADS)
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert (outcomes[0].reason, balance(bank, "bob")) == ("topped_up", "5.00")


def test_opposite_movements_on_two_hot_accounts_return_to_where_they_were(bank, each):
    """F07: no deadlock, and the sums are right."""
    assert bank.call("fin_topUp", username="bob", amount="1000.00", purpose="cash").ok
    calls = []
    for number in range(THREADS):
        there, back = ("alice", "bob") if number % 2 else ("bob", "alice")
        calls.append(("fin_charge", {"username": there, "amount": "1.00", "purpose": "x", "actor": "mona"}))
        calls.append(("fin_topUp", {"username": back, "amount": "1.00", "purpose": "x", "actor": "nina"}))
    assert all(outcome.ok for outcome in each(calls))
    assert (balance(bank, "alice"), balance(bank, "bob")) == ("1000.00", "1000.00")


def test_twenty_charges_never_take_more_than_there_is(bank, each):
    call = ("fin_charge", {"username": "alice", "amount": "99.00", "purpose": "x", "actor": "mona"})
    assert reasons(each([call] * THREADS)) == {"charged": 10, "insufficient_balance": 10}
    assert balance(bank, "alice") == "10.00"


def test_twenty_approvals_of_one_request_post_it_once(bank, each):
    asked = bank.call("fin_requestTopUp", username="bob", amount="50.00", actor="bob").details["financeID"]
    calls = [
        ("fin_approve", {"username": "bob", "financeID": asked, "actor": ("mona", "nina")[number % 2]})
        for number in range(THREADS)
    ]
    assert reasons(each(calls)) == {"approved": 1, "already_posted": THREADS - 1}
    assert balance(bank, "bob") == "50.00"


def test_approved_rejected_and_cancelled_at_once_one_wins(bank, each):
    for _ in range(5):
        asked = bank.call("fin_requestTopUp", username="bob", amount="50.00", actor="bob").details[
            "financeID"
        ]
        outcomes = each(
            [
                ("fin_approve", {"username": "bob", "financeID": asked, "actor": "mona"}),
                ("fin_reject", {"username": "bob", "financeID": asked, "note": "no", "actor": "nina"}),
                ("fin_cancelRequest", {"username": "bob", "financeID": asked, "actor": "bob"}),
            ]
        )
        assert [outcome.ok for outcome in outcomes].count(True) == 1


def test_each_movement_reversed_twice_at_once_is_reversed_once(bank, each):
    """T05."""
    numbers = [
        bank.call("fin_topUp", username="bob", amount="1.00", purpose="x").details["financeID"]
        for _ in range(10)
    ]
    calls = [
        ("fin_reverse", {"username": "bob", "financeID": number, "note": "no", "actor": actor})
        for number in numbers
        for actor in ("mona", "nina")
    ]
    assert reasons(each(calls)) == {"reversed": 10, "already_reversed": 10}
    assert balance(bank, "bob") == "0.00"


def test_a_hold_is_captured_or_let_go_once(bank, each):
    held = bank.call("fin_hold", username="alice", amount="100.00", purpose="x").details["financeID"]
    calls = [("fin_capture", {"username": "alice", "financeID": held, "actor": "mona"})] * 10
    calls += [("fin_void", {"username": "alice", "financeID": held, "actor": "mona"})] * 10
    outcomes = each(calls)
    assert [outcome.ok for outcome in outcomes].count(True) == 1
    assert balance(bank, "alice") in ("900.00", "1000.00")


def test_one_payment_told_of_many_times_is_booked_once(bank, each):
    notice = {
        "provider": "acme", "reference": "tx-1", "amount": "50.00", "currency": "EUR",
        "occurredAt": "2027-03-01T10:00:00Z", "bodyHash": "x",
    }  # fmt: skip
    calls = [
        ("fin_receivePayment", notice | {"username": ("bob", "alice")[number % 2]})
        for number in range(THREADS)
    ]
    assert reasons(each(calls)) == {"payment_received": THREADS // 2, "reference_reused": THREADS // 2}
    assert {balance(bank, "alice"), balance(bank, "bob")} in ({"1050.00", "0.00"}, {"1000.00", "50.00"})
