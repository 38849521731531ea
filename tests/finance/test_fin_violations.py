"""fin_violations: nothing in a healthy database, and each planted mistake is found."""

import pytest


@pytest.fixture
def books(db, alice, bob, mona, nina):
    """A bit of everything that is allowed."""
    calls = [
        ("fin_topUp", {"username": bob, "amount": "100.00", "purpose": "cash"}),
        ("fin_charge", {"username": bob, "amount": "30.00", "purpose": "service"}),
        ("fin_topUp", {"username": bob, "amount": "10.00", "purpose": "twice"}),
    ]
    for procedure, arguments in calls:
        last = db.call(procedure, **arguments).details["financeID"]
    assert db.call("fin_reverse", username=bob, financeID=last, note="twice").ok
    held = db.call("fin_hold", username=alice, amount="20.00", purpose="deposit").details["financeID"]
    assert db.call("fin_capture", username=alice, financeID=held, amount="15.00").ok
    assert db.call("fin_hold", username=alice, amount="5.00", purpose="deposit").ok
    asked = db.call("fin_requestTopUp", username=bob, amount="5.00", actor=bob).details["financeID"]
    assert db.call("fin_approve", username=bob, financeID=asked, actor=mona).ok
    assert db.call("fin_requestTopUp", username=bob, amount="6.00", actor=bob).ok
    assert db.call(
        "fin_receivePayment", username=bob, provider="acme", reference="tx-1", amount="7.00", currency="EUR",
        occurredAt="2027-03-01T10:00:00Z", bodyHash="x",
    ).ok  # fmt: skip
    # Constraints stand in the way of most mistakes; whoever makes one has taken them down first.
    db.execute("DROP INDEX fin_finances_captured_once")
    for table in ("fin_accounts", "fin_finances", "fin_financestatuslog"):
        for row in db.read(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f', 'u')",
            [table],
        ):
            db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {row.conname} CASCADE")
    return db


def rules(db) -> set:
    return {row.rule for row in db.read("SELECT * FROM fin_violations")}


def test_everything_that_is_allowed_is_healthy(books):
    assert rules(books) == set()


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        ("I01", "UPDATE fin_accounts SET balance = balance + 1 WHERE username = 'bob'"),
        ("I01", "UPDATE fin_finances SET currency = 'USD' WHERE username = 'bob' AND version = 1"),
        ("I02", "UPDATE fin_accounts SET version = version + 1 WHERE username = 'bob'"),
        ("I02", "UPDATE fin_accounts SET held = held + 1 WHERE username = 'alice'"),
        ("I02", "UPDATE fin_finances SET statusID = 4 WHERE statusID = 2"),
        ("I03", "UPDATE fin_accounts SET balance = -1 WHERE username = 'charlie'"),
        ("I03", "UPDATE fin_accounts SET held = balance + 1 WHERE username = 'alice'"),
        (
            "I04",
            "UPDATE fin_finances SET counterparty = 'income:moon' WHERE username = 'bob' AND version = 2",
        ),
        (
            "I05",
            "UPDATE fin_finances SET balanceAfter = balanceAfter + 1 WHERE username = 'bob' AND version = 2",
        ),
        ("I05", "UPDATE fin_finances SET version = 70 WHERE username = 'bob' AND version = 3"),
        ("I05", "UPDATE fin_finances SET version = 2 WHERE username = 'bob' AND version = 3"),
        ("I06", "DELETE FROM fin_financeStatusLog WHERE username = 'bob'"),
        ("I06", "UPDATE fin_financeStatusLog SET financeID = 10 ^ 9 WHERE username = 'bob' AND statusID = 5"),
        ("I06", "UPDATE fin_finances SET statusID = 3 WHERE statusID = 1"),
        ("I06", "UPDATE fin_finances SET statusID = 5 WHERE username = 'bob' AND version = 1"),
        ("I06", "UPDATE fin_financeStatusLog SET statusID = 6 WHERE username = 'bob' AND statusID = 5"),
        (
            "I06",
            (
                "INSERT INTO fin_financeStatusLog (username, financeID, statusID, createdAt)"
                " VALUES ('bob', 10 ^ 9, 3, now())"
            ),
        ),
        # Twice the same step, a first step that none may begin with, a step that leads nowhere from there.
        (
            "I06",
            (
                "INSERT INTO fin_financeStatusLog (username, financeID, statusID, createdAt)"
                " SELECT username, id, statusID, now() FROM fin_finances WHERE username = 'bob' AND version = 1"
            ),
        ),
        ("I06", "UPDATE fin_financeStatusLog SET statusID = 4 WHERE username = 'bob' AND statusID = 3"),
        ("I06", "UPDATE fin_finances SET statusID = 1 WHERE username = 'bob' AND statusID = 5"),
        (
            "I07",
            "UPDATE fin_finances SET counterparty = 'source:bank' WHERE capturesID IS NOT NULL",
        ),
        (
            "I07",
            (
                "INSERT INTO fin_finances (username, amount, currency, counterparty, statusID, version, balanceAfter,"
                " purpose, requestKey, capturesID, details, createdAt, postedAt) OVERRIDING USER VALUE"
                " SELECT username, amount, currency, counterparty, 3, 100, 0, purpose, requestKey, capturesID, details,"
                " createdAt, postedAt FROM fin_finances WHERE capturesID IS NOT NULL"
            ),
        ),
        ("I07", "UPDATE fin_finances SET amount = amount - 1 WHERE reversesID IS NOT NULL"),
        ("I07", "UPDATE fin_finances SET reversesID = NULL WHERE reversesID IS NOT NULL"),
        ("I07", "UPDATE fin_finances SET statusID = 3 WHERE statusID = 5"),
        ("I07", "UPDATE fin_finances SET amount = amount - 100 WHERE capturesID IS NOT NULL"),
        ("I07", "UPDATE fin_finances SET capturesID = NULL WHERE capturesID IS NOT NULL"),
        ("I08", "UPDATE fin_finances SET amount = 0 WHERE username = 'bob' AND version = 1"),
        ("I08", "UPDATE fin_finances SET amount = 1000000000.01 WHERE username = 'bob' AND version = 1"),
        ("I11", "DELETE FROM as_audit WHERE username = 'bob' AND procedure = 'fin_charge'"),
        ("I11", "DELETE FROM as_audit WHERE username = 'bob' AND procedure = 'fin_receivePayment'"),
    ],
)
def test_each_mistake_is_found(books, charlie, rule, mistake):
    assert books.execute(mistake).rowcount
    assert rule in rules(books)
