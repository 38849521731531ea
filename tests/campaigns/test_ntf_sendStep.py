"""What a step gives and the message that tells of it are one: both, or neither, and once."""

import pytest

from tests.campaigns.conftest import (
    consent,
    give,
    make_campaign,
    messages,
    pass_days,
    plan,
    start,
)

BONUS = {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 14}
COUPON = {"gift": "coupon", "giftKind": "percentage", "giftValue": "10", "giftDays": 30}
DISCOUNT = {"gift": "discount", "giftValue": "15", "giftDays": 30}


def begin(db, *steps, **given) -> int:
    campaign = make_campaign(db, steps=steps, **given)
    start(db, campaign)
    plan(db, campaign)
    return campaign


def healthy(db) -> None:
    for view in ("ntf_campaign_violations", "loy_violations", "cpn_violations"):
        assert db.read(f"SELECT * FROM {view}") == []


def test_a_bonus_is_given_with_the_message_that_tells_of_it(db, people):
    campaign = begin(db, BONUS)
    assert messages(db, campaign) == []
    assert give(db, campaign) == {"alice": "step_sent", "bob": "step_sent"}
    assert messages(db, campaign) == [("alice", 1, "email"), ("bob", 1, "email")]
    assert db.value("SELECT loy_getBalance('alice')") == 5
    details = db.value("SELECT details FROM job_outbox WHERE username = 'alice' AND kind = 'campaign'")
    assert details["gift"] == "5.00"
    assert details["text"] == f"campaign:{campaign}:1"
    healthy(db)


def test_a_coupon_of_ones_own_can_be_redeemed(db, people):
    campaign = begin(db, COUPON)
    give(db, campaign)
    codes = [
        row.code
        for row in db.read("SELECT details ->> 'code' AS code FROM job_outbox WHERE kind = 'campaign'")
    ]
    assert len(set(codes)) == 2
    coupon = db.row("SELECT * FROM cpn_couponList WHERE code = cpn_normaliseCode(%s)", [codes[0]])
    assert (coupon.use_type, coupon.discount_type, coupon.value) == ("single", "percentage", 10)
    healthy(db)


def test_an_amount_off_is_told_with_its_currency(db, people):
    campaign = begin(db, COUPON | {"giftKind": "amount", "giftValue": "5"})
    give(db, campaign)
    told = db.value(
        "SELECT details ->> 'discount' FROM job_outbox WHERE username = 'alice' AND kind = 'campaign'"
    )
    assert told == "5.00 EUR"


def test_a_personal_discount_is_given(db, people):
    campaign = begin(db, DISCOUNT)
    give(db, campaign)
    assert db.value("SELECT percentage FROM cpn_discountList WHERE username = 'alice'") == 15
    healthy(db)


@pytest.mark.parametrize("gift", [BONUS, COUPON, DISCOUNT])
def test_asked_twice_it_gives_once(db, people, untouched, gift):
    campaign = begin(db, gift)
    give(db, campaign)
    with untouched():
        assert db.call("ntf_sendStep", username="alice", campaignID=campaign).reason == "nothing_due"
    assert give(db, campaign) == {}


def test_who_does_not_want_it_any_more_gets_neither_message_nor_bonus(db, people):
    campaign = begin(db, BONUS)
    consent(db, "alice", isOn=False)
    outcome = db.call("ntf_sendStep", username="alice", campaignID=campaign)
    assert (outcome.reason, outcome.details["why"]) == ("step_skipped", "unwanted")
    assert db.value("SELECT loy_getBalance('alice')") == 0
    assert messages(db, campaign) == []


def test_a_blocked_club_account_gets_no_bonus(db, people):
    campaign = begin(db, BONUS)
    assert db.call("loy_blockAccount", username="alice", note="lost card").ok
    outcome = db.call("ntf_sendStep", username="alice", campaignID=campaign)
    assert (outcome.reason, outcome.details["why"]) == ("step_skipped", "blocked")
    assert db.value("SELECT loy_getBalance('alice')") == 0


def test_who_was_erased_before_gets_nothing(db, people):
    campaign = begin(db, BONUS)
    assert db.call("ctr_erasePerson", username="bob", note="asked in writing", actor="root").ok
    outcome = db.call("ntf_sendStep", username="bob", campaignID=campaign)
    assert (outcome.reason, outcome.details["why"]) == ("step_skipped", "left")
    assert db.value("SELECT count(*) FROM ntf_campaignGifts WHERE username = 'bob'") == 0


def test_what_was_given_before_an_erasure_is_cancelled_by_a_move(db, people):
    campaign = begin(db, BONUS)
    give(db, campaign)
    assert db.call("ctr_erasePerson", username="bob", note="asked in writing", actor="root").ok
    assert db.value("SELECT loy_getBalance('bob')") == 0
    healthy(db)


def test_after_a_merge_the_bonus_is_the_other_accounts_and_nothing_more_is_given(db, people):
    campaign = begin(db, BONUS, BONUS | {"waitHours": 24})
    give(db, campaign)
    assert db.call("loy_mergeAccounts", username="alice", otherUsername="bob", note="one person").ok
    assert db.value("SELECT loy_getBalance('alice')") == 10
    pass_days(db, 1.1)
    assert give(db, campaign) == {"alice": "step_sent", "bob": "step_skipped"}
    healthy(db)


def test_who_used_the_bonus_is_told_apart_from_who_did_not(db, people):
    campaign = begin(db, BONUS, {"waitHours": 24, "condition": "notUsed"}, {"condition": "used"})
    give(db, campaign)
    lot = db.value("SELECT lotID FROM ntf_campaignGifts WHERE username = 'alice'")
    outcome = db.call("loy_adjust", username="alice", lotID=lot, amount="-1", note="spent at the desk")
    assert outcome.ok, outcome
    pass_days(db, 1.1)
    plan(db, campaign)
    later = [row for row in messages(db, campaign) if row[1] > 1]
    assert later == [("alice", 3, "email"), ("bob", 2, "email")]


def test_the_channel_is_the_one_that_the_person_wants_now(db, people):
    campaign = begin(db, BONUS, channels=["email", "cabinet"])
    consent(db, "alice", isOn=False)
    consent(db, "alice", channel="cabinet")
    give(db, campaign)
    assert messages(db, campaign) == [("alice", 1, "cabinet"), ("bob", 1, "email")]


def test_it_refuses_who_takes_no_part_and_what_does_not_run(db, people, untouched):
    campaign = begin(db, BONUS)
    with untouched():
        assert db.call("ntf_sendStep", username="nobody", campaignID=campaign).reason == "no_such_user"
        assert db.call("ntf_sendStep", username="charlie", campaignID=campaign).reason == "no_such_person"
        assert db.call("ntf_sendStep", username="alice", campaignID=999999).reason == "no_such_person"
    assert db.call("ntf_pauseCampaign", campaignID=campaign).ok
    with untouched():
        assert db.call("ntf_sendStep", username="alice", campaignID=campaign).reason == "not_in_this_state"
