"""fin_topUp: put money on a person's account."""

import pytest

from tests.finance.conftest import AMOUNTS

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def arguments(bob, mona):
    return {"username": bob, "amount": "12.50", "purpose": "cash at the desk", "actor": mona}


def test_it_moves_the_money_and_says_so(db, arguments, movement, mails):
    outcome = db.call("fin_topUp", **arguments)
    assert (outcome.reason, outcome.msg) == (
        "topped_up",
        "bob has 12.50 EUR more; the balance is 12.50 EUR.",
    )
    assert outcome.details | {"financeID": 0} == {
        "financeID": 0,
        "amount": "12.50",
        "balance": "12.50",
        "currency": "EUR",
        "counterparty": "source:cash",
        "purpose": "cash at the desk",
    }
    row = movement("bob", outcome.details["financeID"])
    assert (str(row.amount), str(row.balance_after), row.version, row.status) == (
        "12.50",
        "12.50",
        1,
        "posted",
    )
    assert (row.counterparty, row.actor, row.kind) == ("source:cash", "mona", "movement")
    assert mails("bob") == []


def test_versions_and_balances_follow_each_other(db, arguments):
    """F01: 12.34 and 56.78 make 69.12 in two steps."""
    for amount in ("12.34", "56.78"):
        assert db.call("fin_topUp", **arguments | {"amount": amount}).ok
    rows = db.read(
        "SELECT version, balance_after FROM fin_statements WHERE username = 'bob' ORDER BY version"
    )
    assert [(row.version, str(row.balance_after)) for row in rows] == [(1, "12.34"), (2, "69.12")]


def test_the_same_key_has_one_effect(once, money, arguments):
    once("fin_topUp", **arguments)
    assert str(money("bob").balance) == "12.50"


def test_the_same_amount_written_otherwise_is_the_same_request(db, arguments, money):
    first = db.call("fin_topUp", **arguments, requestKey="click")
    assert db.call("fin_topUp", **arguments | {"amount": "12.500"}, requestKey="click") == first
    assert str(money("bob").balance) == "12.50"


def test_a_key_is_spent_on_one_request(db, refused, arguments, charlie, root):
    """F11, F12: another amount, another procedure, another actor."""
    assert db.call("fin_topUp", **arguments, requestKey="click").ok
    refused("fin_topUp", "request_key_reused", **arguments | {"amount": "12.51"}, requestKey="click")
    refused("fin_charge", "request_key_reused", **arguments, requestKey="click")
    refused("fin_topUp", "request_key_reused", **arguments | {"actor": root}, requestKey="click")
    assert db.call("fin_topUp", **arguments | {"username": charlie}, requestKey="click").ok


def test_a_refused_key_may_be_used_again(db, refused, arguments):
    refused("fin_topUp", "purpose_missing", **arguments | {"purpose": " "}, requestKey="click")
    assert db.call("fin_topUp", **arguments, requestKey="click").ok


def test_it_is_for_managers_and_their_keys(guarded, arguments):
    arguments.pop("actor")
    guarded("fin_topUp", **arguments)


@pytest.mark.parametrize(("amount", "reason"), AMOUNTS)
def test_it_refuses_what_is_no_amount(refused, arguments, amount, reason):
    assert refused("fin_topUp", reason, **arguments | {"amount": amount}).details["field"] == "amount"


@pytest.mark.parametrize(
    ("purpose", "reason"),
    [(None, "purpose_missing"), (" \t", "purpose_missing"), ("x" * 201, "purpose_too_long")],
)
def test_it_wants_a_reason(refused, arguments, purpose, reason):
    refused("fin_topUp", reason, **arguments | {"purpose": purpose})


@pytest.mark.parametrize(
    ("counterparty", "reason"),
    [
        (None, "no_such_counterparty"),
        ("source:moon", "no_such_counterparty"),
        ("income:service", "wrong_counterparty"),
        ("income:tariff", "wrong_counterparty"),
    ],
)
def test_it_refuses_money_from_nowhere(refused, arguments, counterparty, reason):
    refused("fin_topUp", reason, **arguments | {"counterparty": counterparty})


def test_a_gift_is_a_source_too(db, arguments):
    assert db.call("fin_topUp", **arguments, counterparty="expense:gift").reason == "topped_up"


def test_no_account_holds_more_than_a_column_can(db, refused, arguments):
    db.execute(
        "INSERT INTO fin_finances (username, amount, currency, counterparty, statusID, version, balanceAfter, purpose,"
        " requestKey, details, createdAt, postedAt) SELECT 'bob', 999999999999.00, 'EUR', 'source:bank', 3, 1,"
        " 999999999999.00, 'x', 'x', '{}', now(), now()"
    )
    db.execute("UPDATE fin_accounts SET balance = 999999999999.00, version = 1 WHERE username = 'bob'")
    refused("fin_topUp", "balance_too_large", **arguments | {"amount": "1.00"})
    assert db.call("fin_topUp", **arguments | {"amount": "0.99"}).details["balance"] == "999999999999.99"
    # Take the planted row away again: such amounts are no healthy ones.
    db.execute("DELETE FROM fin_financeStatusLog WHERE username = 'bob'")
    db.execute("DELETE FROM fin_finances WHERE username = 'bob'")
    db.execute("UPDATE fin_accounts SET balance = 0, version = 0 WHERE username = 'bob'")


def test_above_the_limit_another_manager_decides(db, arguments, money, movement, mails):
    outcome = db.call("fin_topUp", **arguments | {"amount": "1000.01"})
    assert (outcome.reason, outcome.details["amount"]) == ("awaits_approval", "1000.01")
    row = movement("bob", outcome.details["financeID"])
    assert (row.status, row.version, row.kind, row.details["askedBy"]) == ("created", None, "posting", "mona")
    assert str(money("bob").balance) == "0.00"
    assert mails("bob") == []


def test_the_limit_itself_is_still_free(db, arguments):
    assert db.call("fin_topUp", **arguments | {"amount": "1000.00"}).reason == "topped_up"


def test_a_database_administrator_is_not_bound_by_the_limit(db, arguments):
    outcome = db.call("fin_topUp", **arguments | {"amount": "5000.00", "actor": None})
    assert outcome.reason == "topped_up"
