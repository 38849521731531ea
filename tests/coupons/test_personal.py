"""Personal discounts: given and ended by hand, brought for a key and adopted with it."""

import pytest

from portal import access
from tests import people

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def give(db, alice):
    def ask(username="alice", percentage="30", reason="Studied this year", **terms):
        return db.call(
            "cpn_setPersonalDiscount", username=username, percentage=percentage, reason=reason, **terms
        )

    return ask


@pytest.fixture
def end(db):
    return lambda username, number, **given: db.call(
        "cpn_endPersonalDiscount", username=username, id=number, **given
    )


@pytest.fixture
def discounts(db):
    return lambda username: db.read(
        "SELECT * FROM cpn_discountList WHERE username = %s ORDER BY created, id", [username]
    )


@pytest.fixture
def brought(db):
    """What an import wrote for keys: `brought(("email:dana@example.com", 20))`; the source's row is made with it."""

    def write(*rows):
        source = db.value(
            "INSERT INTO cpn_sources (name, holds, host, port, databaseName, userName, password, tls, certificate,"
            " tableName, keyColumn, mapping, identityKind, timeZone, endingIsAllowed, failures, createdAt, updatedAt)"
            " VALUES ('Training centre', 'discounts', 'db.example.com', 3306, 'buffer', 'reader', '', 'off', '',"
            " 'discounts', 'id', '{}', 'email', 'UTC', false, 0, now(), now()) RETURNING id"
        )
        import_ = db.value(
            "INSERT INTO cpn_imports (sourceID, isTrial, state, rows, added, changed, unchanged, duplicate, noCode,"
            " rejected, ended, waiting, startedAt, finishedAt)"
            " VALUES (%s, false, 'done', %s, %s, 0, 0, 0, 0, 0, 0, %s, now(), now()) RETURNING id",
            [source, len(rows), len(rows), len(rows)],
        )
        for identity, percentage in rows:
            db.execute(
                "INSERT INTO cpn_personalDiscounts (username, identity, percentage, reason, validFrom, sourceID, importID,"
                " createdAt) VALUES ((SELECT username FROM as_userKeys WHERE key = %s), %s, %s, 'Partner', now(), %s, %s,"
                " now())",
                [identity, identity, percentage, source, import_],
            )

    return write


def test_a_discount_is_given_for_everything_or_for_some_days_tariffs_and_periods(give, discounts, root, shop):
    first = give(actor=root, requestKey="one")
    assert (first.reason, first.msg) == ("discount_set", "Alice gets 30 % off: Studied this year.")
    assert give(actor=root, requestKey="one") == first
    give(
        percentage="12.50",
        reason=" Partner ",
        validFrom="2999-01-01",
        validUntil="2999-02-01",
        tariffIDs=[shop.team],
        periods=[12],
    )
    everything, some = discounts("alice")
    assert (everything.state, everything.tariffs, everything.periods, everything.valid_until) == (
        "active",
        None,
        None,
        None,
    )
    assert (some.state, some.reason, some.tariffs, some.periods) == ("upcoming", "Partner", ["Team"], [12])
    assert (everything.actor, everything.name, everything.source) == (root, "Alice", None)


@pytest.mark.parametrize(
    ("terms", "reason", "field"),
    [
        ({"username": "nobody"}, "no_such_user", None),
        ({"percentage": None}, "value_missing", "percentage"),
        ({"percentage": "NaN"}, "discount_not_a_number", "percentage"),
        ({"percentage": "0"}, "percentage_out_of_range", "percentage"),
        ({"percentage": "-5"}, "percentage_out_of_range", "percentage"),
        ({"percentage": "100.01"}, "percentage_out_of_range", "percentage"),
        ({"percentage": "33.333"}, "value_too_precise", "percentage"),
        ({"percentage": "half"}, "invalid_value", "percentage"),
        ({"reason": "  "}, "reason_missing", "reason"),
        ({"reason": None}, "reason_missing", "reason"),
        ({"reason": "x" * 201}, "too_long", "reason"),
        ({"categoryID": -1}, "no_such_category", "categoryID"),
        ({"tariffIDs": [-1]}, "no_such_tariff", "tariffIDs"),
        ({"periods": [2]}, "unknown_period", "periods"),
        ({"validFrom": "2999-01-01", "validUntil": "2999-01-01"}, "ends_before_start", "validUntil"),
        ({"validFrom": "2020-01-01", "validUntil": "2020-02-01"}, "over_already", "validUntil"),
        ({"validFrom": "infinity"}, "invalid_value", "validFrom"),
        ({"requestKey": " "}, "invalid_value", "requestKey"),
    ],
)
def test_it_refuses(give, untouched, shop, terms, reason, field):
    with untouched():
        outcome = give(**terms)
    assert (outcome.reason, outcome.details.get("field")) == (reason, field)


def test_only_an_administrator_gives_it_and_never_to_himself(db, give, untouched, mona, root, charlie, end):
    number = give().details["discountID"]
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'charlie'")
    people.register(db, "rita", role="admin")
    with untouched():
        for actor, reason in (
            ("alice", "not_allowed"),
            (mona, "not_allowed"),
            (charlie, "actor_locked"),
            ("ghost", "no_such_actor"),
        ):
            assert give(actor=actor).reason == end("alice", number, actor=actor).reason == reason
        assert give(username=root, actor=root).reason == "own_account"
        with db.as_role("portal_web"):
            assert give().reason == end("alice", number).reason == "actor_required"
    assert give(username=root, actor="rita").ok


def test_it_ends_at_once_and_stays_in_the_history(db, give, end, discounts, untouched, root, bob, shop):
    number = give().details["discountID"]
    assert end("alice", number, actor=root, requestKey="one").msg == (
        "Alice has no 30 % off any more: Studied this year."
    )
    assert end("alice", number, actor=root, requestKey="one").ok
    assert [row.state for row in discounts("alice")] == ["ended"]
    assert str(db.row("SELECT price FROM cpn_getPrice('alice', %s, 1)", [shop.team]).price) == "10.00"
    with untouched():
        assert end("alice", number).reason == "already_ended"
        assert end(bob, number).reason == "no_such_discount"
        assert end("ghost", number).reason == "no_such_user"
        assert end("alice", number, requestKey="x" * 201).reason == "invalid_value"
        assert end("alice", number, actor=root, requestKey="one").ok
        assert end("alice", number + 1, actor=root, requestKey="one").reason == "request_key_reused"
        assert give(requestKey="one", actor=root).reason == "request_key_reused"


def test_what_a_source_brought_is_ended_there(alice, brought, discounts, end, untouched):
    brought(("email:alice@example.com", 20))
    (discount,) = discounts(alice)
    with untouched():
        outcome = end(alice, discount.id)
    assert (outcome.reason, outcome.details) == ("discount_of_source", {"source": "Training centre"})


def test_a_discount_waits_for_whoever_registers(db, brought, discounts, shop):
    brought(("email:dana@example.com", 20), ("phone:+421903111222", 30), ("login:other", 40))
    waiting = db.read("SELECT state, username FROM cpn_discountList ORDER BY id")
    assert [tuple(row) for row in waiting] == [("waiting", None)] * 3
    people.register(db, "dana", phone="0903 111 222")
    assert [(row.identity, row.state) for row in discounts("dana")] == [
        ("email:dana@example.com", "active"),
        ("phone:+421903111222", "active"),
    ]
    assert str(db.row("SELECT price FROM cpn_getPrice('dana', %s, 1)", [shop.team]).price) == "7.00"


def test_a_discount_waits_for_a_link_that_is_opened(db, brought, discounts):
    brought(("email:dana@example.com", 20))
    asked = db.call(
        "as_requestRegistration",
        email="dana@example.com",
        name="Dana",
        passwordHash=people.password_hash(),
        address="192.0.2.1",
    )
    with db.as_role("portal_worker"):
        token = db.value("SELECT as_issueToken('registration', NULL, %s)", [asked.details["registrationID"]])
    dana = db.call("as_finishRegistration", tokenHash=access.token_hash(token)).details["username"]
    assert [row.state for row in discounts(dana)] == ["active"]


def test_a_discount_comes_with_a_changed_key(db, brought, discounts, alice):
    brought(("phone:+421903999999", 20), ("email:new@example.com", 10))
    assert db.call("as_changeKey", username=alice, kind="phone", value="0903 999 999", actor=alice).ok
    assert [str(row.percentage) for row in discounts(alice)] == ["20.00"]
    assert db.call("as_changeKey", username=alice, kind="email", value="new@example.com", actor=alice).ok
    registration = db.value("SELECT max(id) FROM as_registrations WHERE username = %s", [alice])
    with db.as_role("portal_worker"):
        token = db.value("SELECT as_issueToken('email', %s, %s)", [alice, registration])
    assert db.call("as_confirmEmail", tokenHash=access.token_hash(token)).ok
    assert sorted(str(row.percentage) for row in discounts(alice)) == ["10.00", "20.00"]


def test_what_was_ended_before_somebody_came_stays_ended(db, brought, discounts):
    brought(("email:dana@example.com", 20))
    db.execute("UPDATE cpn_personalDiscounts SET endedAt = now()")
    people.register(db, "dana")
    assert discounts("dana") == []
