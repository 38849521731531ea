"""A draft is prepared step by step; what cannot be is refused at its field and leaves nothing."""

import pytest

from tests.campaigns.conftest import make_campaign, make_segment, start


def save(db, campaign=None, **given):
    return db.call(
        "ntf_saveCampaign",
        **{
            "campaignID": campaign,
            "name": "Winter",
            "segmentID": db.value("SELECT max(id) FROM ntf_segments"),
            "channels": ["email"],
            "lastDay": db.value("SELECT as_today() + 30"),
        }
        | given,
    )


def step(db, campaign, **given):
    return db.call("ntf_saveStep", campaignID=campaign, **given)


def text(db, campaign, **given):
    return db.call(
        "ntf_saveStepText",
        **{
            "campaignID": campaign,
            "stepPosition": 1,
            "channel": "",
            "locale": "en",
            "subject": "Hello",
            "body": "Good day {name}.",
        }
        | given,
    )


def test_a_draft_begins_with_one_step_for_everybody(db, root):
    make_segment(db)
    outcome = save(db, actor=root, controlShare=20, purchaseDays=7, goal=" More visits ")
    assert outcome.reason == "campaign_added"
    campaign = outcome.details["campaignID"]
    row = db.row("SELECT * FROM ntf_campaignList WHERE campaign_id = %s", [campaign])
    assert (row.state, row.goal, row.control_share, row.purchase_days, row.steps) == (
        "draft",
        "More visits",
        20,
        7,
        1,
    )
    assert row.last_day == db.value("SELECT as_today() + 30")
    assert save(db, campaign, name="Spring", actor=root).reason == "campaign_saved"
    assert db.value("SELECT name FROM ntf_campaignList") == "Spring"


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"name": ""}, "name_missing", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"name": "a\tb"}, "invalid_value", "name"),
        ({"name": "TAKEN"}, "name_taken", "name"),
        ({"goal": "x" * 1001}, "too_long", "goal"),
        ({"segmentID": None}, "no_such_segment", "segmentID"),
        ({"segmentID": 999999}, "no_such_segment", "segmentID"),
        ({"channels": []}, "channels_missing", "channels"),
        ({"channels": None}, "channels_missing", "channels"),
        ({"channels": ["pigeon"]}, "no_such_channel", "channels"),
        ({"controlShare": 51}, "control_out_of_range", "controlShare"),
        ({"controlShare": -1}, "control_out_of_range", "controlShare"),
        ({"purchaseDays": 0}, "days_out_of_range", "purchaseDays"),
        ({"lastDay": None}, "day_missing", "lastDay"),
        ({"lastDay": "infinity"}, "day_missing", "lastDay"),
        ({"lastDay": "2020-01-01"}, "over_already", "lastDay"),
        ({"startsAt": "infinity"}, "invalid_value", "startsAt"),
        ({"startsAt": "2090-01-01 08:00"}, "ends_before_start", "lastDay"),
        ({"lastDay": "soon"}, "invalid_value", "lastDay"),
        ({"campaign": 999999}, "no_such_campaign", None),
    ],
)
def test_it_refuses_and_nothing_is_written(db, untouched, given, reason, field):
    make_segment(db)
    make_campaign(db, name="Taken")
    with untouched():
        outcome = save(db, **given)
    assert outcome.reason == reason
    assert outcome.details.get("field") == field


def test_the_same_request_is_done_once(db):
    make_segment(db)
    assert save(db, requestKey="one").details == save(db, requestKey="one").details
    assert save(db, requestKey="one", name="Other").reason == "request_key_reused"
    assert db.value("SELECT count(*) FROM ntf_campaigns") == 1


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"stepPosition": 3}, "no_such_step"),
        ({"stepPosition": 0}, "no_such_step"),
        ({"stepPosition": 2, "waitHours": -1}, "wait_out_of_range"),
        ({"stepPosition": 2, "waitHours": 8785}, "wait_out_of_range"),
        ({"stepPosition": 2, "condition": "hungry"}, "step_condition_unknown"),
        ({"stepPosition": 1, "condition": "bought"}, "first_is_for_all"),
        ({"stepPosition": 1, "waitHours": 2}, "first_is_for_all"),
        ({"stepPosition": 2, "condition": "used"}, "nothing_to_use"),
        ({"gift": "horse"}, "gift_unknown"),
        ({"gift": "coupon", "giftValue": "10", "giftDays": 5}, "gift_unknown"),
        ({"gift": "bonus", "giftKind": "nonsense", "giftValue": "5"}, "no_such_kind"),
        ({"gift": "bonus", "giftKind": "service", "giftValue": "5"}, "not_a_bonus"),
        ({"gift": "bonus", "giftKind": "product", "giftValue": "5"}, "kind_inactive"),
        ({"gift": "bonus", "giftKind": "promotional"}, "amount_missing"),
        ({"gift": "bonus", "giftKind": "promotional", "giftValue": "NaN"}, "amount_not_a_number"),
        ({"gift": "bonus", "giftKind": "promotional", "giftValue": "0"}, "amount_not_positive"),
        ({"gift": "bonus", "giftKind": "promotional", "giftValue": "1e12"}, "amount_too_large"),
        ({"gift": "bonus", "giftKind": "promotional", "giftValue": "1.005"}, "amount_too_precise"),
        ({"gift": "discount", "giftValue": "101", "giftDays": 5}, "percentage_out_of_range"),
        ({"gift": "discount", "giftValue": "10"}, "days_out_of_range"),
        (
            {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 400},
            "days_out_of_range",
        ),
    ],
)
def test_a_step_that_cannot_be_is_refused_and_nothing_is_written(db, untouched, given, reason):
    db.execute("UPDATE loy_kinds SET isActive = false WHERE code = 'product'")
    campaign = make_campaign(db, steps=({}, {}))
    with untouched():
        assert step(db, campaign, **given).reason == reason


def test_a_campaign_has_at_most_ten_steps(db, untouched):
    campaign = make_campaign(db, steps=({},) * 10)
    with untouched():
        assert step(db, campaign).reason == "too_many_steps"


def test_only_the_last_step_is_taken_off_and_its_texts_with_it(db, untouched):
    campaign = make_campaign(db, steps=({}, {}))
    with untouched():
        outcome = db.call("ntf_deleteStep", campaignID=campaign, stepPosition=1)
        assert outcome.reason == "not_the_last_step"
    assert db.call("ntf_deleteStep", campaignID=campaign, stepPosition=2).reason == "step_deleted"
    assert step(db, campaign).ok
    assert db.value("SELECT languages FROM ntf_campaignStepList WHERE position = 2") == [], (
        "nothing of the old one"
    )
    with untouched():
        assert db.call("ntf_deleteStep", campaignID=campaign, stepPosition=1).reason == "not_the_last_step"


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"stepPosition": 2}, "no_such_step", None),
        ({"channel": "pigeon"}, "no_such_channel", "channel"),
        ({"channel": None}, "no_such_channel", "channel"),
        ({"locale": "xx"}, "no_such_language", "locale"),
        ({"subject": " "}, "subject_missing", "subject"),
        ({"subject": "x" * 201}, "text_too_long", "subject"),
        ({"subject": "Hello\r\nBcc: everybody@example.com"}, "control_character", "subject"),
        ({"body": "\n "}, "body_missing", "body"),
        ({"body": "x" * 10001}, "text_too_long", "body"),
        ({"body": "be\u0007ll"}, "control_character", "body"),
        ({"body": "Use {bonuses}."}, "unknown_placeholder", "body"),
        ({"campaignID": 999999}, "no_such_campaign", None),
    ],
)
def test_a_text_that_cannot_be_is_refused_and_nothing_is_written(db, untouched, given, reason, field):
    campaign = make_campaign(db)
    with untouched():
        outcome = text(db, campaign, **given)
    assert outcome.reason == reason
    assert outcome.details.get("field") == field


def test_a_text_is_a_new_version_and_one_is_current(db):
    campaign = make_campaign(db)
    assert text(db, campaign, subject="नमस्ते 👋", body="שלום\r\nsecond line").details["version"] == 2
    row = db.row("SELECT * FROM ntf_campaignTextList")
    assert (row.version, row.subject, row.body) == (2, "नमस्ते 👋", "שלום\nsecond line")


def test_what_has_started_is_not_changed_but_for_its_texts_while_it_is_paused(db, people, untouched):
    campaign = make_campaign(db)
    start(db, campaign)
    with untouched():
        assert save(db, campaign).reason == "campaign_started"
        assert step(db, campaign).reason == "campaign_started"
        assert db.call("ntf_deleteStep", campaignID=campaign, stepPosition=1).reason == "campaign_started"
        assert db.call("ntf_deleteCampaign", campaignID=campaign).reason == "campaign_started"
        assert text(db, campaign).reason == "campaign_started"
    assert db.call("ntf_pauseCampaign", campaignID=campaign).ok
    assert text(db, campaign).ok


def test_a_draft_is_thrown_away_whole(db, untouched):
    campaign = make_campaign(db)
    with untouched():
        assert db.call("ntf_deleteCampaign", campaignID=999999).reason == "no_such_campaign"
    assert db.call("ntf_deleteCampaign", campaignID=campaign).reason == "campaign_deleted"
    assert db.read("SELECT * FROM ntf_campaignList") == []
    assert db.value("SELECT count(*) FROM ntf_texts WHERE kind LIKE 'campaign:%%' AND isCurrent") == 0


def test_only_an_administrator_may(db, people, mona, untouched):
    campaign = make_campaign(db)
    with untouched():
        assert save(db, campaign, actor=mona).reason == "not_allowed"
        assert step(db, campaign, actor=mona).reason == "not_allowed"
        assert text(db, campaign, actor=mona).reason == "not_allowed"
        for procedure in ("delete", "start", "pause", "resume", "stop"):
            outcome = db.call(f"ntf_{procedure}Campaign", campaignID=campaign, actor=mona)
            assert outcome.reason == "not_allowed"
        assert (
            db.call("ntf_deleteStep", campaignID=campaign, stepPosition=1, actor=mona).reason == "not_allowed"
        )
        assert db.call("ntf_reviewCampaign", campaignID=campaign, actor=mona).reason == "not_allowed"
