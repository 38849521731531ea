"""Promotions are changed in a draft; a published set is never changed; one of two publishers wins."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.loyalty.rules.conftest import MONDAY, SATURDAY, arguments, basket, furnish

WEEKEND = {
    "value": 20,
    "conditions": {"brand": ["columbia"], "weekday": ["6", "7"], "city": ["bratislava", "košice"]},
}


def states(db):
    return [
        tuple(row) for row in db.read("SELECT version, state, promotions FROM loy_setList ORDER BY version")
    ]


# The draft


def test_the_first_rule_begins_a_draft_that_gives_nothing_yet(db, stores, rule, decide):
    rule("weekend", **WEEKEND)
    ((version, state, count),) = states(db)
    assert (state, count) == ("draft", 1)
    found = decide(("BOOT-1", 1, "100.00"))
    assert found["was"] is None and found["would"]["discount"] == "20.00"
    assert found["setVersion"] == version


def test_a_published_set_counts_from_then_on(db, stores, rule, publish, decide):
    rule("weekend", **WEEKEND)
    details = publish(note="Autumn")
    assert (details["added"], details["changed"], details["removed"]) == (1, 0, 0)
    assert decide(("BOOT-1", 1, "100.00"))["was"]["discount"] == "20.00"
    assert decide(("BOOT-1", 1, "100.00"), at=MONDAY)["was"]["discount"] == "0.00"
    assert decide(("SKI-1", 1, "100.00"))["was"]["discount"] == "0.00"
    shown = db.row("SELECT * FROM loy_setList")
    assert (shown.state, shown.note) == ("inForce", "Autumn") and shown.published_at


def test_a_change_begins_another_draft_and_leaves_the_set_in_force_alone(db, stores, rule, publish, decide):
    rule("weekend", **WEEKEND)
    rule("boots", value=5, conditions={"category": ["ski"]})
    first = publish()["setVersion"]
    before = db.read("SELECT * FROM loy_promotionList WHERE set_version = %s ORDER BY code", [first])
    rule("weekend", **WEEKEND | {"value": 25})
    assert db.read("SELECT * FROM loy_promotionList WHERE set_version = %s ORDER BY code", [first]) == before
    ((code, change, fields),) = db.read(
        "SELECT code, change, fields FROM loy_promotionChanges WHERE base_version = %s", [first]
    )
    assert (code, change, fields) == ("weekend", "changed", ["value"])
    found = decide(("BOOT-1", 1, "100.00"))
    assert (found["was"]["discount"], found["would"]["discount"]) == ("25.00", "30.00")


def test_a_rule_is_taken_out_of_the_draft_only(db, rule, publish):
    rule("weekend", **WEEKEND)
    rule("boots", value=5)
    first = publish()["setVersion"]
    assert db.call("loy_deletePromotion", code="boots").reason == "promotion_deleted"
    assert [
        row.code
        for row in db.read("SELECT code FROM loy_promotionList WHERE set_version = %s ORDER BY 1", [first])
    ] == ["boots", "weekend"]
    assert publish()["removed"] == 1
    assert db.call("loy_deletePromotion", code="boots").reason == "no_such_promotion"


def test_a_draft_is_discarded_and_nothing_of_it_stays(db, rule, publish):
    rule("weekend", **WEEKEND)
    first = publish()["setVersion"]
    rule("boots", value=5)
    draft = db.value("SELECT version FROM loy_setList WHERE state = 'draft'")
    assert db.call("loy_discardDraft", setVersion=first).reason == "no_draft"
    assert db.call("loy_discardDraft", setVersion=draft).reason == "draft_discarded"
    assert states(db) == [(first, "inForce", 1)]
    assert db.value("SELECT count(*) FROM loy_promotionTokens WHERE setVersion = %s", [draft]) == 0
    assert db.call("loy_discardDraft", setVersion=draft).reason == "no_draft"


def test_an_older_set_can_be_gone_back_to(db, stores, rule, publish, decide):
    rule("weekend", **WEEKEND)
    first = publish()["setVersion"]
    rule("weekend", **WEEKEND | {"value": 50})
    publish()
    assert db.call("loy_openDraft", fromVersion=first).reason == "draft_opened"
    assert db.call("loy_openDraft").reason == "draft_exists"
    assert publish()["changed"] == 1
    assert decide(("BOOT-1", 1, "100.00"))["was"]["discount"] == "20.00"
    assert db.call("loy_openDraft", fromVersion=999999).reason == "no_such_set"


def test_what_was_decided_by_a_set_is_decided_so_for_ever(db, stores, rule, publish, decide):
    rule("weekend", **WEEKEND)
    first = publish()["setVersion"]
    before = decide(("BOOT-1", 2, "149.90"), set=first)["would"]
    rule("weekend", **WEEKEND | {"value": 90})
    publish()
    assert decide(("BOOT-1", 2, "149.90"), set=first)["would"] == before


def test_prices_are_those_of_the_set_however_later_ones_cut_them(db, stores, rule, publish, decide):
    rule("middle", value=10, conditions={"price": ["50..149.90"]})
    first = publish()["setVersion"]
    before = decide(("BOOT-1", 1, "149.90"), ("SKI-1", 1, "149.91"), set=first)["would"]
    assert before["discount"] == "14.99"
    assert db.call("loy_openDraft").reason == "draft_opened"
    # As a copy, before anything in it is compiled again.
    assert decide(("BOOT-1", 1, "149.90"), ("SKI-1", 1, "149.91"))["would"]["discount"] == "14.99"
    rule("cheap", value=50, conditions={"price": ["..99.99"]})
    rule("dear", value=1, conditions={"price": ["120.."]}, exceptions={"price": ["200..", "149.91..150"]})
    would = decide(("BOOT-1", 1, "149.90"), ("SKI-1", 1, "149.91"), ("SOCKS-1", 1, "10.00"))["would"]
    assert would["discount"] == "21.49"
    db.call("loy_deletePromotion", code="dear")
    publish()
    assert decide(("BOOT-1", 1, "149.90"), ("SKI-1", 1, "149.91"), set=first)["would"] == before


# Saving


def test_two_rules_that_are_not_given_together_become_a_group(db, stores, rule, publish, decide):
    rule("weekend", **WEEKEND)
    rule("ski", value=30, conditions={"category": ["ski"]}, notWith="weekend")
    groups = db.read("SELECT code, exclusion_group FROM loy_promotionList ORDER BY code")
    assert {row.exclusion_group for row in groups} == {"weekend"}
    assert decide(("BOOT-1", 1, "100.00"))["would"]["discount"] == "30.00"
    rule("boots", value=1, exclusionGroup="other")
    outcome = db.call(
        "loy_savePromotion", code="third", kind="percent", value=1, exclusionGroup="mine", notWith="boots"
    )
    assert (outcome.reason, outcome.details["field"]) == ("other_group", "exclusionGroup")
    rule("always", value=1, isJoint=True)
    assert (
        db.call("loy_savePromotion", code="third", kind="percent", value=1, notWith="always").reason
        == "counts_always"
    )
    assert (
        db.call("loy_savePromotion", code="third", kind="percent", value=1, notWith="nobody").reason
        == "no_such_promotion"
    )


@pytest.mark.parametrize(
    "given, reason, field",
    [
        ({"code": "Not A Code"}, "promotion_code_invalid", "code"),
        ({"value": None}, "value_missing", "value"),
        ({"value": "120"}, "percentage_out_of_range", "value"),
        ({"value": "12.345"}, "value_too_precise", "value"),
        ({"value": "1e12"}, "value_too_large", "value"),
        ({"value": "NaN"}, "amount_not_a_number", "value"),
        ({"cap": "NaN"}, "amount_not_a_number", "cap"),
        ({"minTotal": "0.001"}, "value_too_precise", "minTotal"),
        ({"budget": "0.001"}, "value_too_precise", "budget"),
        ({"kind": "nothing"}, "unknown_kind", "kind"),
        ({"validFrom": "2026-02-01", "validUntil": "2026-01-01"}, "ends_before_start", "validUntil"),
        ({"conditions": {"weekday": ["8"]}}, "condition_not_understood", "conditions"),
        ({"hoursFrom": "10:00"}, "hours_half", "hoursTo"),
        ({"isSolo": True, "isJoint": True}, "counts_always", "isSolo"),
        ({"names": "[]"}, "invalid_value", "names"),
        ({"kind": "amount", "per": "galaxy"}, "per_missing", "per"),
        ({"validFrom": "20266-01-01"}, "invalid_value", "validFrom"),
        ({"validFrom": "0001-01-01"}, "invalid_value", "validFrom"),
        ({"validFrom": "infinity"}, "invalid_value", "validFrom"),
        ({"validUntil": "20266-01-01"}, "invalid_value", "validUntil"),
        ({"validUntil": "-infinity"}, "invalid_value", "validUntil"),
        ({"kind": "earnPercent", "offer": {"kind": "no-such"}}, "no_such_kind", "offer"),
    ],
)
def test_nonsense_is_refused_and_writes_nothing(db, untouched, given, reason, field):
    with untouched():
        outcome = db.call(
            "loy_savePromotion", **arguments({"code": "rule", "kind": "percent", "value": 10} | given)
        )
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"validFrom": "-infinity", "validUntil": "infinity"}, (None, None, None, None)),
        ({"hoursFrom": "10:00", "hoursTo": "24:00"}, (None, None, "10:00:00", "00:00:00")),
        ({"hoursFrom": "24:00", "hoursTo": "02:00"}, (None, None, "00:00:00", "02:00:00")),
    ],
)
def test_what_a_calendar_and_a_clock_have_no_word_for_is_kept_as_they_say_it(db, rule, given, shown):
    rule("weekend", **WEEKEND | given)
    row = db.row("SELECT valid_from, valid_until, hours_from, hours_to FROM loy_promotionList")
    assert tuple(value and str(value) if value is not None else None for value in row) == shown


def test_a_rule_that_somebody_changed_meanwhile_is_looked_at_again(db, rule):
    rule("weekend", **WEEKEND)
    seen = db.value("SELECT updated FROM loy_promotionList")
    rule("weekend", **WEEKEND | {"value": 30})
    outcome = db.call("loy_savePromotion", code="weekend", kind="percent", value=1, expectedUpdatedAt=seen)
    assert outcome.reason == "promotion_changed"
    assert (
        db.call("loy_savePromotion", code="weekend", kind="percent", value=1, isNew=True).reason
        == "promotion_exists"
    )


@pytest.mark.parametrize(
    "procedure, given, other",
    [
        ("loy_savePromotion", {"code": "ten", "kind": "percent", "value": 10}, {"value": 11}),
        ("loy_saveSetSettings", {"settings": '{"bonusShare": 2000}'}, {"settings": '{"bonusShare": 1}'}),
        ("loy_openDraft", {}, {"fromVersion": 5}),
    ],
)
def test_they_are_for_administrators_and_answer_once(
    refuses_strangers, answers_once, procedure, given, other
):
    refuses_strangers(procedure, **given)
    answers_once(procedure, other, **given)


def test_the_others_are_for_administrators_and_answer_once(
    db, people, rule, publish, refuses_strangers, answers_once
):
    rule("ten", value=10, budget=100)
    rule("eleven", value=10)
    version = db.value("SELECT version FROM loy_setList")
    refuses_strangers("loy_deletePromotion", code="ten")
    refuses_strangers("loy_publishSet", setVersion=version)
    refuses_strangers("loy_discardDraft", setVersion=version)
    refuses_strangers("loy_simulate", setVersion=version)
    refuses_strangers("loy_backTest", fromDay="2026-01-01", toDay="2026-01-02")
    publish()
    refuses_strangers("loy_saveBudget", promotion="ten", amount=5)
    answers_once("loy_saveBudget", {"amount": 6}, promotion="ten", amount=5)


def test_deleting_publishing_and_discarding_answer_once(db, people, rule, answers_once):
    rule("ten", value=10)
    rule("eleven", value=11)
    version = db.value("SELECT version FROM loy_setList")
    answers_once("loy_deletePromotion", {"code": "ten"}, code="eleven")
    db.execute("DELETE FROM as_audit WHERE requestKey = 'one'")
    answers_once("loy_publishSet", {"note": "other"}, setVersion=version)
    db.execute("DELETE FROM as_audit WHERE requestKey = 'one'")
    rule("twelve", value=12)
    draft = db.value("SELECT version FROM loy_setList WHERE state = 'draft'")
    answers_once("loy_discardDraft", {"setVersion": 1}, setVersion=draft)


# Publishing


def test_only_what_was_looked_at_is_published(db, rule):
    rule("weekend", **WEEKEND)
    draft = db.row("SELECT version, fingerprint FROM loy_setList")
    rule("weekend", **WEEKEND | {"value": 30})
    given = {"setVersion": draft.version, "expectedFingerprint": draft.fingerprint}
    assert db.call("loy_publishSet", **given).reason == "draft_changed"
    now = db.value("SELECT fingerprint FROM loy_setList")
    assert db.call("loy_publishSet", **given | {"expectedFingerprint": now}).reason == "set_published"


def test_what_is_the_same_as_before_is_not_published(db, rule, publish, untouched):
    rule("weekend", **WEEKEND)
    publish()
    rule("weekend", **WEEKEND)
    version = db.value("SELECT version FROM loy_setList WHERE state = 'draft'")
    with untouched():
        assert db.call("loy_publishSet", setVersion=version).reason == "nothing_changed"
        assert db.call("loy_publishSet", setVersion=version, note="x" * 1001).reason == "too_long"


def test_a_rule_that_became_nonsense_stops_the_publication(db, rule, untouched):
    rule("weekend", **WEEKEND)
    db.execute("UPDATE loy_promotions SET value = 300")
    version = db.value("SELECT version FROM loy_setList")
    with untouched():
        outcome = db.call("loy_publishSet", setVersion=version)
    assert outcome.reason == "percentage_out_of_range" and outcome.details["promotion"] == "weekend"


def test_bonuses_of_a_kind_that_is_given_no_more_stop_the_publication(db, rule, untouched):
    gift = {"kind": "giftBonus", "offer": {"kind": "promotional", "amount": "5"}}
    rule("gift", **gift)
    version = db.value("SELECT version FROM loy_setList")
    db.execute("UPDATE loy_kinds SET isActive = false WHERE code = 'promotional'")
    with untouched():
        outcome = db.call("loy_publishSet", setVersion=version)
        again = db.call("loy_savePromotion", code="gift", **arguments(gift))
    assert outcome.reason == "kind_inactive" and outcome.details["promotion"] == "gift"
    assert (again.reason, again.details["field"], again.details["name"]) == ("kind_inactive", "offer", "kind")
    rule("gift", **gift, isDisabled=True)
    assert db.call("loy_publishSet", setVersion=version).ok


def test_settings_are_of_a_set_and_counted_with_it(db, stores, rule, publish):
    rule("weekend", **WEEKEND)
    first = publish()["setVersion"]
    assert db.call("loy_saveSetSettings", settings='{"totalShare": 4000}').reason == "set_settings_saved"
    assert db.row("SELECT * FROM loy_setList WHERE state = 'draft'").settings_changed
    second = publish()["setVersion"]
    shares = [
        db.value("SELECT loy_getSetSettings(%s) ->> 'totalShare'", [version]) for version in (first, second)
    ]
    assert shares == ["5000", "4000"]


@pytest.mark.parametrize(
    "settings, reason, field",
    [
        ('{"bonusShare": 10001}', "setting_out_of_range", "bonusShare"),
        ('{"bonusShare": "many"}', "setting_out_of_range", "bonusShare"),
        ('{"nodeBudget": 0}', "setting_out_of_range", "nodeBudget"),
        ('{"wish": 1}', "no_such_setting", "wish"),
        ("[]", "invalid_value", "settings"),
    ],
)
def test_settings_out_of_range_are_refused(db, untouched, settings, reason, field):
    with untouched():
        outcome = db.call("loy_saveSetSettings", settings=settings)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


@pytest.fixture
def market(fresh_database):
    with fresh_database.connect() as connection:
        furnish(connection)
        assert connection.call("loy_savePromotion", code="ten", kind="percent", value=10).ok
        yield fresh_database, connection.value("SELECT version FROM loy_setList")


def test_of_many_publishers_at_once_one_wins(market):
    database, version = market
    start = Barrier(6)

    def publish(_):
        with database.connect() as connection:
            start.wait()
            return connection.call("loy_publishSet", setVersion=version).reason

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(publish, range(6))) == ["no_draft"] * 5 + ["set_published"]


def test_of_many_who_begin_a_draft_one_begins_it(market):
    database, version = market
    start = Barrier(6)

    def save(number):
        with database.connect() as connection:
            start.wait()
            return connection.call("loy_savePromotion", code=f"rule-{number}", kind="percent", value=5).reason

    with database.connect() as connection:
        assert connection.call("loy_publishSet", setVersion=version).ok
        with ThreadPoolExecutor(6) as pool:
            assert set(pool.map(save, range(6))) == {"promotion_added"}
        assert connection.value("SELECT promotions FROM loy_setList WHERE state = 'draft'") == 7


# Simulation


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"setVersion": 999999}, "no_such_set"),
        ({"basket": basket()}, "no_lines"),
        ({"basket": basket(("A", "x", "1.00"))}, "wrong_quantity"),
        ({"basket": basket(("A", "1", "much"))}, "wrong_price"),
        ({"storeID": "nowhere"}, "no_such_store"),
        ({"tier": "platinum"}, "no_such_tier"),
        ({"username": "nobody"}, "no_such_account"),
        ({"at": "infinity"}, "invalid_moment"),
        ({"username": "nobody", "receiptID": 1}, "no_such_receipt"),
    ],
)
def test_a_simulation_says_what_it_cannot_read(db, stores, rule, untouched, given, reason):
    rule("weekend", **WEEKEND)
    usual = {"basket": basket(("BOOT-1", 1, "10.00")), "storeID": "s001"}
    with untouched():
        assert db.call("loy_simulate", **usual | given).reason == reason


def test_a_simulation_writes_nothing_and_tells_why(db, stores, rule, untouched, decide):
    rule("weekend", **WEEKEND)
    rule("boots", value=5, conditions={"brand": ["nike"]})
    with untouched():
        found = decide(("BOOT-1", 1, "100.00"), at=SATURDAY)
    told = {row["promotion"]: row["state"] for row in found["explanation"]}
    assert told["weekend"] == "given" and told["boots"] not in ("given", "beaten")
