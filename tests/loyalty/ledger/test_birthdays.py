"""The birthday bonus: once a birthday, on the day or when the worker is back, for whoever has said when it is."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def due(db):
    return lambda: [row.username for row in db.read("SELECT username FROM loy_dueBirthdays ORDER BY 1")]


def test_it_comes_on_the_day_and_once(db, alice, bob, done, at, due, balance):
    at("2026-05-16 12:00")
    done("loy_setBirthday", username=alice, birthday="1990-05-17", actor=alice)
    assert due() == []
    at("2026-05-17 00:00")
    assert due() == ["alice"]
    outcome = db.call("loy_grantBirthday", username=alice)
    assert (outcome.reason, outcome.details["amount"]) == ("birthday_granted", "5.00")
    lot = db.row("SELECT * FROM loy_lotList")
    assert (lot.kind, lot.promotion) == ("birthday", "birthday:2026")
    ends = db.value("SELECT validTo AT TIME ZONE 'Europe/Bratislava' FROM loy_lots")
    assert (due(), balance(alice), str(ends)) == ([], "5.00", "2026-06-01 00:00:00")
    assert db.call("loy_grantBirthday", username=alice).reason == "already_given"
    at("2027-05-18 00:00")
    assert due() == ["alice"]
    assert db.call("loy_grantBirthday", username=alice).ok


def test_who_was_forgotten_gets_it_within_thirty_days(db, alice, done, at, due):
    at("2026-12-20 12:00")
    done("loy_setBirthday", username=alice, birthday="1990-12-20")
    at("2027-01-19 12:00")
    assert due() == ["alice"]
    at("2027-01-20 12:00")
    assert due() == []
    assert db.call("loy_grantBirthday", username=alice).reason == "nothing_due"
    at("2027-01-19 12:00")
    assert db.call("loy_grantBirthday", username=alice).details["birthday"] == "2026-12-20"
    at("2027-12-20 12:00")
    assert due() == ["alice"]


def test_who_was_born_on_29_february_is_not_forgotten(db, alice, done, at, due):
    at("2026-02-27 12:00")
    done("loy_setBirthday", username=alice, birthday="2000-02-29")
    assert due() == []
    at("2026-02-28 12:00")
    assert due() == ["alice"] and db.call("loy_grantBirthday", username=alice).ok
    at("2028-02-28 12:00")
    assert due() == []
    at("2028-02-29 12:00")
    assert due() == ["alice"] and db.call("loy_grantBirthday", username=alice).ok
    assert due() == []


def test_the_tier_says_how_much_and_may_say_nothing(db, alice, done, at, due, buy):
    at("2026-05-17 12:00")
    done("loy_setBirthday", username=alice, birthday="1990-05-17")
    done("loy_saveTier", code="blue", names='{"en": "Blue"}', minPurchases="0", birthdayBonus="0")
    assert due() == []
    assert db.call("loy_grantBirthday", username=alice).reason == "nothing_due"
    buy(alice, "2026-05-01", 500)
    done("loy_reviewTier", username=alice)
    assert db.call("loy_grantBirthday", username=alice).details["amount"] == "10.00"


def test_marketing_may_do_it_and_the_web_may_not(db, alice, done, at, due):
    at("2026-05-17 12:00")
    done("loy_setBirthday", username=alice, birthday="1990-05-17")
    with db.as_role("portal_marketing"):
        assert due() == ["alice"]
        assert db.call("loy_grantBirthday", username=alice).ok


def test_nobody_and_a_store_have_no_birthday(db, alice, bob, charlie, done, untouched):
    db.execute("SELECT loy_openSynthetic('s1', 'x')")
    done("loy_mergeAccounts", username=charlie, otherUsername=bob)
    synthetic = db.value("SELECT username FROM loy_accounts WHERE NOT isPerson")
    with untouched():
        for procedure in ("loy_grantBirthday", "loy_grantYearlyService", "loy_reviewTier"):
            assert db.call(procedure, username="nobody").reason == "no_such_account"
            assert db.call(procedure, username=synthetic).reason == "no_such_account"
            assert db.call(procedure, username=bob).reason == "account_merged"
        assert db.call("loy_grantBirthday", username=alice).reason == "nothing_due"


# When it is


def test_it_is_said_once_and_then_put_right_by_an_administrator(db, alice, root, untouched, done):
    first = db.call("loy_setBirthday", username=alice, birthday="1990-05-17", requestKey="one", actor=alice)
    assert (first.reason, first.details) == ("birthday_set", {"before": None, "birthday": "1990-05-17"})
    with untouched():
        again = {"username": alice, "birthday": "1990-05-17", "actor": alice}
        assert db.call("loy_setBirthday", **again, requestKey="one") == first
        assert db.call("loy_setBirthday", **again).reason == "birthday_fixed"
    changed = db.call("loy_setBirthday", username=alice, birthday="1991-05-17", actor=root)
    assert changed.details == {"before": "1990-05-17", "birthday": "1991-05-17"}
    assert done("loy_setBirthday", username=alice, birthday=None, actor=root)["birthday"] is None


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "bob"}, "not_allowed"),
        ({"actor": "mona"}, "not_allowed"),
        ({"birthday": None}, "invalid_birthday"),
        ({"birthday": "1899-12-31"}, "invalid_birthday"),
        ({"birthday": "2999-01-01"}, "invalid_birthday"),
        ({"birthday": "infinity"}, "invalid_birthday"),
        ({"birthday": "yesterday or so"}, "invalid_value"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, bob, mona, untouched, given, reason):
    arguments = {"username": alice, "birthday": "1990-05-17", "actor": alice} | given
    with untouched():
        assert db.call("loy_setBirthday", **arguments).reason == reason
