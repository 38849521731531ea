"""Notices of the club and of discounts: queued by the domain in its own transaction, one an occasion."""

# ruff: noqa: F811

import pytest

from tests.loyalty.ledger.conftest import at, buy, done, grant  # noqa: F401


@pytest.fixture
def told(db):
    return lambda username="alice", kind=None: [
        (row.dedup_key, row.details)
        for row in db.read(
            "SELECT dedup_key, details FROM job_messages WHERE username = %s AND kind = %s AND channel = 'email' ORDER BY id",
            [username, kind],
        )
    ]


# Bonuses that end


@pytest.fixture
def tell(db):
    return lambda username="alice": db.call("loy_queueExpiryNotice", username=username)


@pytest.fixture
def due(db):
    return lambda: [
        tuple(row) for row in db.read("SELECT username, day::text FROM loy_dueExpiries ORDER BY 1")
    ]


def test_what_ends_on_a_day_is_told_of_once_as_a_sum(db, alice, grant, at, tell, due, told, untouched):
    at("2027-02-10 12:00")
    for amount, hour in ((10, "08:00"), ("2.50", "20:00")):
        grant(alice, amount, validTo=f"2027-02-20 {hour}+01")
    grant(alice, 100, validTo="2027-06-01")
    assert due() == [("alice", "2027-02-20")]
    assert tell().reason == "notice_queued"
    ((key, details),) = told(kind="bonus_expiring")
    assert (key, details["amount"], details["day"]) == ("bonus_expiring:2027-02-20", "12.50", "2027-02-20")
    assert due() == []
    with untouched():
        assert tell().reason == "already_told"


def test_each_day_is_an_occasion_of_its_own(alice, grant, at, tell, due, told):
    at("2027-02-10 12:00")
    grant(alice, 10, validTo="2027-02-20 00:00+01")
    grant(alice, 20, validTo="2027-02-22 00:00+01")
    assert tell().details["day"] == "2027-02-20"
    assert due() == [("alice", "2027-02-22")]
    assert tell().details == {"day": "2027-02-22", "amount": "20.00"}
    assert len(told(kind="bonus_expiring")) == 2


def test_it_waits_for_the_day_that_the_setting_says(db, alice, grant, at, tell, due, untouched):
    grant(alice, 10, validTo="2027-02-20 12:00+01", validFrom="2026-01-01")
    at("2027-02-05 23:59")
    assert due() == []
    with untouched():
        assert tell().reason == "nothing_due"
    at("2027-02-06 00:00")
    assert due() == [("alice", "2027-02-20")]
    db.execute("UPDATE as_settings SET value = '0' WHERE code = 'bonusExpiringDays'")
    assert due() == []
    with untouched():
        assert tell().reason == "nothing_due"


def test_what_is_spent_over_or_not_yet_valid_ends_for_nobody(
    db, alice, grant, at, tell, due, done, untouched
):
    at("2027-02-10 12:00")
    lot = grant(alice, 10, validTo="2027-02-20")
    done("loy_adjust", username="alice", lotID=lot, amount="-10", note="a mistake")
    grant(alice, 10, validFrom="2027-02-15", validTo="2027-02-21")
    assert due() == []
    with untouched():
        assert tell().reason == "nothing_due"


def test_who_has_switched_it_off_everywhere_is_left_alone(db, alice, grant, at, tell, agree, untouched):
    at("2027-02-10 12:00")
    grant(alice, 10, validTo="2027-02-20")
    for (channel,) in db.execute(
        "SELECT channel FROM ntf_kindChannels WHERE kind = 'bonus_expiring'"
    ).fetchall():
        agree("alice", "bonus_expiring", channel, isOn=False)
    with untouched():
        assert tell().reason == "not_wanted"


def test_blocked_merged_and_unknown_accounts_are_not_told(
    db, alice, bob, root, grant, at, tell, due, done, untouched
):
    at("2027-02-10 12:00")
    grant(alice, 10, validTo="2027-02-20")
    grant(bob, 10, validTo="2027-02-20")
    done("loy_blockAccount", username="alice", note="stolen card")
    with untouched():
        assert tell().reason == "account_blocked"
        assert tell("nobody").reason == "no_such_account"
    assert due() == [("bob", "2027-02-20")]
    db.execute("UPDATE loy_accounts SET mergedInto = 'alice' WHERE username = 'bob'")
    with untouched():
        assert tell("bob").reason == "account_merged"
    assert due() == []


# Tiers and birthdays


def test_another_tier_is_told_of_each_time_it_changes(db, alice, buy, at, told):
    at("2027-02-10 12:00")
    buy(alice, "2027-02-01", 600)
    assert db.call("loy_reviewTier", username="alice").reason == "tier_changed"
    ((_, details),) = told(kind="tier_changed")
    assert (details["tier"], details["isUp"], details["names"]["sk"]) == ("silver", True, "Strieborná")
    assert db.call("loy_reviewTier", username="alice").reason == "tier_kept"
    assert len(told(kind="tier_changed")) == 1
    at("2028-03-10 12:00")
    assert db.call("loy_reviewTier", username="alice").reason == "tier_changed"
    assert [details["isUp"] for _, details in told(kind="tier_changed")] == [True, False]


def test_a_blocked_account_is_not_told_of_its_tier(db, alice, buy, at, done, told):
    at("2027-02-10 12:00")
    buy(alice, "2027-02-01", 600)
    done("loy_blockAccount", username="alice", note="stolen card")
    db.call("loy_reviewTier", username="alice")
    assert told(kind="tier_changed") == []


@pytest.mark.parametrize("wanted", [True, False])
def test_the_birthday_bonus_is_told_to_who_agreed_to_offers_and_given_to_all(
    db, alice, done, at, agree, told, wanted
):
    at("2027-05-17 12:00")
    if wanted:
        agree("alice", "birthday_bonus")
    done("loy_setBirthday", username=alice, birthday="1990-05-17", actor=alice)
    assert db.call("loy_grantBirthday", username=alice).reason == "birthday_granted"
    assert db.call("loy_grantBirthday", username=alice).reason == "already_given"
    expected = [("birthday_bonus:2027", {"amount": "5.00", "until": "2027-06-01"})]
    assert told(kind="birthday_bonus") == (expected if wanted else [])


# Discounts of one's own


@pytest.fixture
def give(done):
    def give(username="alice", percentage="30", reason="Studied this year", **given):
        return done(
            "cpn_setPersonalDiscount", username=username, percentage=percentage, reason=reason, **given
        )

    return give


def test_a_discount_given_by_hand_is_told_of_at_once(alice, give, told):
    number = give(validUntil="2037-01-01")["discountID"]
    ((key, details),) = told(kind="coupon_given")
    assert key == f"coupon_given:{number}"
    assert (details["percentage"], details["reason"], details["until"]) == (
        "30",
        "Studied this year",
        "2037-01-01",
    )


def test_the_setting_switches_it_off(db, alice, give, told):
    db.execute("UPDATE as_settings SET value = 'false' WHERE code = 'discountNotices'")
    give()
    assert told(kind="coupon_given") == []


@pytest.fixture
def bring(db, done):
    """Import personal discounts by e-mail: `bring({"alice": 30})`."""
    source = done(
        "cpn_saveSource", sourceID=None, name="Students", holds="discounts", host="db.example.org",
        databaseName="buffer", userName="reader", password="secret", tableName="students", keyColumn="id",
        identityKind="email", mapping='{"identity": "email", "value": "percent"}',
    )["sourceID"]  # fmt: skip
    db.execute("UPDATE as_settings SET value = '100' WHERE code = 'discountEndingShare'")

    def bring(shares):
        reading = done("cpn_startImport", sourceID=source)["importID"]
        for place, (name, share) in enumerate(shares.items(), 1):
            db.execute(
                "INSERT INTO cpn_importRows (importID, position, key, code, value) VALUES (%s, %s, %s, %s, %s)",
                [reading, place, name, f"{name}@example.com", str(share)],
            )
        assert db.call("cpn_finishImport", importID=reading).reason == "import_done"
        return reading

    return bring


def test_an_import_tells_each_who_got_something_new_once(db, alice, bob, bring, told):
    first = bring({"alice": 30, "nobody": 50})
    assert [key for key, _ in told(kind="coupon_given")] == [f"coupon_given:import:{first}"]
    assert told("bob", "coupon_given") == []
    # The same again is no news, nor is less; more is, and so is another person's.
    bring({"alice": 30, "bob": 10})
    bring({"alice": 20, "bob": 10})
    last = bring({"alice": 40, "bob": 10})
    assert [key for key, _ in told(kind="coupon_given")] == [
        f"coupon_given:import:{first}", f"coupon_given:import:{last}"
    ]  # fmt: skip
    assert [details["percentage"] for _, details in told("bob", "coupon_given")] == ["10"]


def test_an_import_respects_what_people_said_and_the_setting(db, alice, bob, agree, bring, told):
    agree("alice", "coupon_given", isOn=False)
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'bob'")
    bring({"alice": 30, "bob": 30})
    assert told(kind="coupon_given") == told("bob", "coupon_given") == []
    agree("alice", "coupon_given")
    db.execute("UPDATE as_settings SET value = 'false' WHERE code = 'discountNotices'")
    bring({"alice": 40})
    assert told(kind="coupon_given") == []
