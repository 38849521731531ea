"""Tiers go up and down by what was bought: rows TI01 (ERPNext) and TI02 (Open Loyalty) of the oracles, and our own rules."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def review(db):
    def judge(username):
        outcome = db.call("loy_reviewTier", username=username)
        assert outcome.ok, outcome
        return outcome.details["tier"]

    return judge


@pytest.fixture
def history(db):
    return lambda username: [
        (row.tier, row.reason)
        for row in db.read(
            "SELECT tier, reason FROM loy_tierHistory WHERE username = %s ORDER BY id", [username]
        )
    ]


@pytest.mark.parametrize(
    ("before", "now", "tier"),
    [
        (0, 6000, "bronze"),
        (0, 15000, "silver"),
        (0, 25000, "gold"),
        (4000, 500, "bronze"),
        (22000, 5000, "gold"),
        (0, 10000, "silver"),
        (0, "9999.99", "bronze"),
        (25000, -20000, "bronze"),
        (0, -5, "bronze"),
    ],
)
def test_ti01_what_was_spent_before_and_now_decides(db, alice, done, buy, review, at, before, now, tier):
    at("2026-05-10 12:00")
    done("loy_saveTier", code="gold", names='{"en": "Gold"}', minPurchases="20000")
    done("loy_saveTier", code="silver", names='{"en": "Silver"}', minPurchases="10000")
    for month, amount in (("2026-04-01", before), ("2026-05-01", now)):
        if amount:
            buy(alice, month, amount)
    assert review(alice).replace("blue", "bronze") == tier


@pytest.mark.parametrize(("points", "level"), [(5, 1), (10, 2), (30, 3), (100, 4)])
def test_ti02_levels_are_judged_by_what_counts_this_year(db, alice, done, buy, review, at, points, level):
    """Judged before the year's points go: on 31 December the level is that of the year."""
    at("2026-12-31 23:59")
    done("loy_saveTier", code="silver", names='{"en": "1"}', minPurchases="10")
    done("loy_saveTier", code="gold", names='{"en": "2"}', minPurchases="30")
    done("loy_saveTier", code="top", names='{"en": "3"}', minPurchases="100")
    buy(alice, "2026-01-01", points)
    tier = review(alice)
    assert db.value("SELECT rank FROM loy_tierList WHERE code = %s", [tier]) == level
    at("2027-01-01 00:00")
    assert review(alice) == "blue"


def test_old_purchases_count_no_more_and_the_history_says_so(db, alice, buy, review, history, at):
    at("2026-03-15 12:00")
    buy(alice, "2025-04-01", 450)
    buy(alice, "2026-03-10", 60)
    assert review(alice) == "silver"
    progress = db.row("SELECT * FROM loy_tierProgress(%s)", [alice])
    assert (progress.tier, progress.purchases, progress.nexttier, progress.missing) == (
        "silver",
        510,
        "gold",
        1490,
    )
    assert (progress.keepsfrom, str(progress.keepsuntil)) == (500, "2026-04-01")
    assert db.read("SELECT * FROM loy_dueTierReviews") == []
    at("2026-04-01 00:00")
    assert [row.username for row in db.read("SELECT * FROM loy_dueTierReviews")] == ["alice"]
    assert review(alice) == "blue"
    assert history(alice) == [("blue", "joined"), ("silver", "purchases"), ("blue", "time")]
    assert db.read("SELECT * FROM loy_dueTierReviews") == []
    assert db.call("loy_reviewTier", username=alice).reason == "tier_kept"


def test_without_a_limit_of_months_nothing_is_ever_lost(db, alice, buy, review, done, at):
    done("as_setSetting", code="loyTierMonths", value="0")
    at("2026-03-15 12:00")
    buy(alice, "2020-04-01", 2100)
    assert review(alice) == "gold"
    progress = db.row("SELECT * FROM loy_tierProgress(%s)", [alice])
    assert (progress.keepsuntil, progress.nexttier, progress.missing) == (None, None, None)
    at("2036-03-15 12:00")
    assert db.read("SELECT * FROM loy_dueTierReviews") == []


def test_nobody_makes_no_progress(db, alice):
    assert db.read("SELECT * FROM loy_tierProgress('nobody')") == []
    progress = db.row("SELECT * FROM loy_tierProgress(%s)", [alice])
    assert (progress.tier, progress.keepsuntil, progress.missing) == ("blue", None, 500)


# Service points


def test_gold_gives_service_points_once_a_year(db, alice, buy, review, balance, at):
    at("2026-03-15 12:00")
    buy(alice, "2026-03-01", 2000)
    assert review(alice) == "gold"
    assert (balance(alice, "service"), balance(alice)) == ("30.00", "0.00")
    assert db.read("SELECT * FROM loy_dueServicePoints") == []
    assert db.call("loy_grantYearlyService", username=alice).reason == "already_given"
    at("2027-01-01 00:00")
    assert balance(alice, "service") == "0.00"
    assert [row.username for row in db.read("SELECT * FROM loy_dueServicePoints")] == ["alice"]
    given = db.call("loy_grantYearlyService", username=alice)
    assert (given.reason, given.details) == ("service_granted", {"amount": "30.00", "tier": "gold"})
    assert db.call("loy_grantYearlyService", username=alice).reason == "already_given"
    assert balance(alice, "service") == "30.00"


def test_who_is_gold_by_old_purchases_alone_gets_none(db, alice, buy, review, at, untouched):
    at("2026-03-15 12:00")
    buy(alice, "2026-02-01", 2000)
    review(alice)
    at("2027-03-01 00:00")
    with untouched():
        assert db.call("loy_grantYearlyService", username=alice).reason == "nothing_due"


def test_buying_and_returning_gives_no_points_however_often(db, alice, buy, review, history, balance, at):
    """What was given on reaching gold goes when the goods come back, and comes once more with the next ones."""
    at("2026-03-15 12:00")
    for _ in range(3):
        buy(alice, "2026-03-15", 2000)
        assert (review(alice), balance(alice, "service")) == ("gold", "30.00")
        buy(alice, "2026-03-15", -2000)
        assert (review(alice), balance(alice, "service")) == ("blue", "0.00")
    assert history(alice)[:3] == [("blue", "joined"), ("gold", "purchases"), ("blue", "returned")]


def test_points_that_were_spent_before_the_goods_came_back_are_not_given_anew(
    db, alice, buy, review, balance, at
):
    at("2026-03-15 12:00")
    buy(alice, "2026-03-15", 2000)
    review(alice)
    lot = db.value("SELECT lotID FROM loy_lots")
    assert db.call("loy_adjust", username=alice, lotID=lot, amount="-10", note="sharpened skates").ok
    buy(alice, "2026-03-15", -2000)
    review(alice)
    buy(alice, "2026-03-15", 2000)
    review(alice)
    assert balance(alice, "service") == "20.00"


def test_points_that_a_till_has_set_aside_stay_for_it(db, alice, buy, review, balance, hold, at):
    at("2026-03-15 12:00")
    buy(alice, "2026-03-15", 2000)
    review(alice)
    hold(alice, db.value("SELECT lotID FROM loy_lots"), 12)
    buy(alice, "2026-03-15", -2000)
    review(alice)
    assert balance(alice, "service") == "12.00"


def test_points_stay_when_only_time_has_taken_the_tier(db, alice, buy, review, balance, at):
    at("2026-01-15 12:00")
    buy(alice, "2025-03-01", 2000)
    review(alice)
    at("2026-03-01 00:00")
    assert (review(alice), balance(alice, "service")) == ("blue", "30.00")


# What tiers there are


def test_an_administrator_adds_a_tier_between_two(db, root, done):
    outcome = db.call(
        "loy_saveTier",
        code="ruby",
        names='{"en": "Ruby"}',
        minPurchases="1000",
        servicePoints="5",
        actor=root,
    )
    assert (outcome.reason, outcome.details) == ("tier_added", {"code": "ruby"})
    order = [row.code for row in db.read("SELECT code FROM loy_tierList ORDER BY rank")]
    assert order == ["blue", "silver", "ruby", "gold"]
    moved = db.call("loy_saveTier", code="ruby", names='{"en": "Ruby"}', minPurchases="3000", actor=root)
    assert moved.reason == "tier_saved"
    assert db.value("SELECT rank FROM loy_tierList WHERE code = 'ruby'") == 4


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"actor": "mona"}, "not_allowed"),
        ({"code": "Ruby"}, "invalid_code"),
        ({"code": None}, "invalid_code"),
        ({"names": '{"sk": "Rubín"}'}, "invalid_names"),
        ({"names": '{"en": "Ruby", "de": "Rubin"}'}, "invalid_names"),
        ({"names": '{"en": "Ruby", "sk": 1}'}, "invalid_names"),
        ({"names": "[]"}, "invalid_names"),
        ({"names": None}, "invalid_names"),
        ({"minPurchases": None}, "amount_missing"),
        ({"minPurchases": "NaN"}, "amount_not_a_number"),
        ({"minPurchases": "-1"}, "amount_not_positive"),
        ({"birthdayBonus": "0.001"}, "amount_too_precise"),
        ({"servicePoints": "1000000001"}, "amount_too_large"),
        ({"code": "blue"}, "lowest_tier_needed"),
        ({"minPurchases": "500"}, "tier_taken"),
    ],
)
def test_a_tier_is_refused(db, root, mona, untouched, given, reason):
    arguments = {"code": "ruby", "names": '{"en": "Ruby"}', "minPurchases": "1000", "actor": root} | given
    with untouched():
        outcome = db.call("loy_saveTier", **arguments)
    assert outcome.reason == reason
    if reason == "amount_too_precise":
        assert outcome.details["field"] == "birthdayBonus"


def test_a_tier_is_saved_once_for_one_request(db, root, untouched):
    arguments = {
        "code": "ruby",
        "names": '{"en": "Ruby"}',
        "minPurchases": "1000",
        "requestKey": "one",
        "actor": root,
    }
    first = db.call("loy_saveTier", **arguments)
    with untouched():
        assert db.call("loy_saveTier", **arguments) == first
        assert db.call("loy_saveTier", **arguments | {"code": "opal"}).reason == "request_key_reused"


# Kinds


def test_an_administrator_adds_a_kind_and_changes_it(db, root, alice, grant):
    kind = {"code": "columbia", "names": '{"en": "Columbia", "sk": "Kolumbia"}', "actor": root}
    first = db.call(
        "loy_saveKind",
        **kind,
        scope='{"brand": ["Columbia"]}',
        priority=10,
        validity="days",
        validityLength=30,
    )
    assert (first.reason, first.details) == ("kind_added", {"code": "columbia"})
    grant(alice, 5, kind="columbia")
    changed = db.call("loy_saveKind", **kind, priority=20, validity="never", graceDays=0, isActive=False)
    assert changed.reason == "kind_saved"
    row = db.row("SELECT * FROM loy_kindList WHERE code = 'columbia'")
    assert (row.priority, row.scope, row.validity, row.is_active) == (20, None, "never", False)
    assert db.value("SELECT count(*) FROM loy_validLots('alice', as_now())") == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"actor": "mona"}, "not_allowed"),
        ({"code": "1"}, "invalid_code"),
        ({"names": "{}"}, "invalid_names"),
        ({"unit": "miles"}, "no_such_unit"),
        ({"validity": "soon"}, "no_such_rule"),
        ({"priority": -1}, "out_of_range"),
        ({"validityLength": 3661}, "out_of_range"),
        ({"pendingDays": None}, "out_of_range"),
        ({"graceDays": 367}, "out_of_range"),
        ({"scope": '{"brand": [1]}'}, "invalid_scope"),
        ({"code": "regular", "unit": "service"}, "unit_fixed"),
        ({"code": "birthday", "isActive": False}, "kind_needed"),
    ],
)
def test_a_kind_is_refused(db, root, mona, untouched, given, reason):
    arguments = {"code": "tried", "names": '{"en": "Tried"}', "actor": root} | given
    with untouched():
        assert db.call("loy_saveKind", **arguments).reason == reason


def test_a_kind_is_saved_once_for_one_request(db, root, untouched):
    arguments = {"code": "tried", "names": '{"en": "Tried"}', "requestKey": "one", "actor": root}
    first = db.call("loy_saveKind", **arguments)
    with untouched():
        assert db.call("loy_saveKind", **arguments) == first
        assert db.call("loy_saveKind", **arguments | {"priority": 1}).reason == "request_key_reused"


def test_what_all_owe_is_said_by_month_and_kind(db, alice, bob, grant, at):
    at("2026-05-01 12:00")
    grant(alice, 10)
    grant(bob, 20)
    grant(bob, 5, kind="promotional", validFrom="2026-06-20 00:00+02")
    grant(bob, 1, validTo="infinity")
    grant(bob, 7, validTo="2026-05-02")
    at("2026-05-03 12:00")
    rows = db.read(
        "SELECT month, kind, lots, accounts, remaining, pending FROM loy_liability ORDER BY month, kind"
    )
    assert [
        (str(row.month), row.kind, row.lots, row.accounts, row.remaining, row.pending) for row in rows
    ] == [
        ("2026-07-01", "promotional", 1, 1, 5, 5),
        ("2027-03-01", "regular", 2, 2, 30, 0),
        ("None", "regular", 1, 1, 1, 0),
    ]
