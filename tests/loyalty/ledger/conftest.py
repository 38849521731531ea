"""People with a club account, a way to grant them bonuses, and to make it another day."""

import pytest

from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401


@pytest.fixture
def done(db):
    """Call a procedure that has to do it, and return its details."""

    def call(procedure, **arguments):
        outcome = db.call(procedure, **arguments)
        assert outcome.ok, outcome
        return outcome.details

    return call


@pytest.fixture
def grant(done):
    """Give somebody bonuses and return the lot: grant(alice, 50, validTo="2027-03-01")."""

    def give(username, amount, kind="regular", **given):
        return done("loy_grant", username=username, kind=kind, amount=str(amount), **given)["lotID"]

    return give


@pytest.fixture
def at(db):
    """Make it a moment here: at("2026-03-01 00:00")."""
    return lambda moment: db.execute(
        "UPDATE as_clock SET isDemo = true, shift = (%s::timestamp AT TIME ZONE as_clock.timeZone) - now()",
        [moment],
    )


@pytest.fixture
def balance(db):
    def read(username, unit="bonus", at=None):
        return str(db.value("SELECT loy_getBalance(%s, %s::timestamptz, %s)", [username, at, unit]))

    return read


@pytest.fixture
def buy(db):
    """Note that somebody has bought for so much in a month, as booking does: buy(alice, "2026-03-01", 700)."""

    def note(username, month, amount):
        # A booked receipt stands behind it, so that nothing is violated.
        receipt = db.value("SELECT nextval('loy_receipts_receiptid_seq')")
        db.execute(
            "INSERT INTO loy_receipts (username, receiptID, kind, storeID, till, businessDay, number, soldAt, decidedAt,"
            " isOffline, basket, context, lots, gross, discount, bonus, service, net, earned, deducted, isProved, gap, nodes,"
            " answer, createdAt) VALUES (%(u)s, %(r)s, 'sale', 's1', '1', %(m)s, %(r)s::text, now(), now(), false, '{}', '{}',"
            " '[]', %(a)s, 0, 0, 0, %(a)s, 0, 0, true, 0, 0, '', now())",
            {"u": username, "r": receipt, "m": month, "a": amount},
        )
        db.execute(
            "INSERT INTO loy_receiptLines (username, receiptID, number, sku, name, attributes, quantity, returned, price, gross,"
            " discount, bonus, service, net, earned) VALUES (%(u)s, %(r)s, 1, 'A', 'A', '{}', 1, 0, %(a)s, %(a)s, 0, 0, 0, %(a)s, 0)",
            {"u": username, "r": receipt, "a": amount},
        )
        db.execute(
            "INSERT INTO loy_receiptKeys (storeID, businessDay, till, number, username, receiptID, bodyHash, createdAt)"
            " VALUES ('s1', %(m)s, '1', %(r)s::text, %(u)s, %(r)s, '', now())",
            {"u": username, "r": receipt, "m": month},
        )
        db.execute(
            "INSERT INTO loy_purchases (username, month, amount, receipts)"
            " VALUES (%(u)s, date_trunc('month', %(m)s::date), %(a)s, 1)"
            " ON CONFLICT (username, month) DO UPDATE SET amount = loy_purchases.amount + excluded.amount",
            {"u": username, "m": month, "a": amount},
        )

    return note


@pytest.fixture
def hold(db):
    """Set some of a lot aside, as a till does: hold(alice, lot, 20, minutes=10)."""

    def aside(username, lot, amount, minutes=10):
        number = db.value(
            "INSERT INTO loy_holds (username, storeID, till, businessDay, number, bodyHash, basket, context, lots, decidedAt,"
            " decision, answer, expiresAt, createdAt) VALUES (%s, 's1', '1', as_today(), gen_random_uuid()::text, '', '{}',"
            " '{}', '[]', as_now(), '{\"lines\": []}', '', as_now() + make_interval(mins => %s), as_now()) RETURNING holdID",
            [username, minutes],
        )
        db.execute(
            "INSERT INTO loy_holdLots (username, holdID, lotID, amount) VALUES (%s, %s, %s, %s)",
            [username, number, lot, amount],
        )
        return number

    return aside


@pytest.fixture
def healthy(db):
    """After the test no invariant is broken."""
    yield
    for view in ("loy_violations", "as_violations"):
        assert db.read(f"SELECT * FROM {view}") == []
