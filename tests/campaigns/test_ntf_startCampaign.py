"""A campaign is counted, starts when everything is there, and is paused, resumed and stopped."""

import datetime as dt

import pytest

from tests.campaigns.conftest import (
    GOLD,
    buy,
    consent,
    make_campaign,
    make_segment,
    messages,
    pass_days,
    plan,
    set_tier,
    start,
)


def begin(db, campaign, **given):
    return db.call("ntf_startCampaign", campaignID=campaign, **given)


def judge(db, username, campaign, step=1):
    return db.row(
        "SELECT * FROM ntf_judgeCampaign(%s, jsonb_build_object('campaignID', %s::bigint, 'step', %s::integer))",
        [username, campaign, step],
    )


def test_it_is_counted_before(db, people):
    consent(db, "charlie", channel="cabinet")
    campaign = make_campaign(db, channels=["cabinet", "email"])
    outcome = db.call("ntf_reviewCampaign", campaignID=campaign)
    counted = {
        key: outcome.details[key]
        for key in ("people", "reached", "unreached", "control", "treated", "channels")
    }
    assert counted == {
        "people": 4,
        "reached": 3,
        "unreached": 1,
        "control": 0,
        "treated": 3,
        "channels": {"cabinet": 1, "email": 2},
    }
    assert outcome.details["trouble"] is None


def test_what_is_counted_is_what_is_planned(db, people):
    campaign = make_campaign(db, controlShare=50)
    counted = db.call("ntf_reviewCampaign", campaignID=campaign).details
    start(db, campaign)
    plan(db, campaign)
    assert len(messages(db, campaign)) == counted["treated"]
    assert db.value("SELECT count(*) FROM ntf_campaignPeople WHERE isControl") == counted["control"]


def test_it_starts_and_wakes_the_job(db, people, root):
    campaign = make_campaign(db)
    outcome = begin(db, campaign, actor=root)
    assert outcome.reason == "campaign_begun"
    assert db.value("SELECT state FROM ntf_campaignList") == "running"
    assert db.value("SELECT count(*) FROM job_runs WHERE code = 'campaigns.steps' AND state = 'waiting'") == 1


def spoil_text(db, campaign):
    db.execute("UPDATE ntf_texts SET isCurrent = false")


def spoil_kind(db, campaign):
    db.call(
        "ntf_saveStep", campaignID=campaign, stepPosition=1, gift="bonus", giftKind="product", giftValue="5"
    )
    db.execute("UPDATE loy_kinds SET isActive = false WHERE code = 'product'")


def spoil_use(db, campaign):
    db.execute(
        "INSERT INTO ntf_campaignSteps (campaignID, position, waitHours, condition, gift, updatedAt)"
        " VALUES (%s, 2, 0, 'used', 'none', now())",
        [campaign],
    )
    db.execute(
        "INSERT INTO ntf_texts (kind, channel, locale, version, subject, body, isCurrent, createdAt)"
        " VALUES (%s, '', 'en', 1, 'a', 'b', true, now())",
        [f"campaign:{campaign}:2"],
    )


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (spoil_text, "step_text_missing"),
        (spoil_kind, "gift_not_possible"),
        (spoil_use, "nothing_to_use"),
        (lambda db, _: pass_days(db, 100), "over_already"),
        (lambda db, _: db.execute("UPDATE ntf_campaigns SET startsAt = validUntil"), "ends_before_start"),
        (
            lambda db, _: db.execute("UPDATE ntf_channels SET isEnabled = false WHERE code = 'email'"),
            "no_provider",
        ),
        (lambda db, _: db.execute("UPDATE ntf_segments SET conditions = '[1]'"), "segment_broken"),
        (lambda db, _: db.execute("UPDATE as_users SET isLocked = username <> 'root'"), "nobody_reachable"),
        (lambda db, _: db.execute("UPDATE as_users SET isLocked = true"), "nobody_in_segment"),
        (lambda db, _: consent(db, "alice", "bob", isOn=False), "nobody_reachable"),
    ],
)
def test_it_refuses_to_start_and_nothing_is_written(db, people, untouched, spoil, reason):
    campaign = make_campaign(db)
    spoil(db, campaign)
    with untouched():
        assert begin(db, campaign).reason == reason
    if reason != "segment_broken":
        assert db.call("ntf_reviewCampaign", campaignID=campaign).details["trouble"] == reason


def test_an_empty_segment_does_not_start(db, people, untouched):
    campaign = make_campaign(db, make_segment(db, GOLD))
    with untouched():
        assert begin(db, campaign).reason == "nobody_in_segment"
    set_tier(db, "alice", "gold")
    assert begin(db, campaign).ok


def test_it_starts_once(db, people, untouched):
    campaign = make_campaign(db)
    first = begin(db, campaign, requestKey="one")
    assert begin(db, campaign, requestKey="one").details == first.details
    with untouched():
        assert begin(db, campaign).reason == "campaign_started"
        assert begin(db, 999999).reason == "no_such_campaign"


def test_paused_it_plans_nothing_and_what_waits_is_held(db, people, untouched):
    campaign = make_campaign(db)
    start(db, campaign)
    db.call("ntf_planCampaign", campaignID=campaign, atMost=2)
    assert db.call("ntf_pauseCampaign", campaignID=campaign).reason == "campaign_paused"
    with untouched():
        assert plan(db, campaign) == ["not_in_this_state"]
    verdict = judge(db, "alice", campaign)
    assert (verdict.verdict, verdict.why) == ("hold", "campaign_paused")
    assert verdict.until > dt.datetime.now(dt.UTC)
    assert db.call("ntf_resumeCampaign", campaignID=campaign).reason == "campaign_resumed"
    plan(db, campaign)
    assert [username for username, _, _ in messages(db, campaign)] == ["alice", "bob"]
    assert judge(db, "alice", campaign).verdict == "send"


def take(db):
    """What a worker does with what is due: the messages that it gets, and how many were put off."""
    outcome = db.call("ntf_claimMessages", worker="here:1", channel="email")
    return [message["username"] for message in outcome.details["messages"]], outcome.details["held"]


def due(db) -> list[str]:
    return [
        row.username
        for row in db.read(
            "SELECT username FROM ntf_campaignMessages WHERE state = 'new' AND due <= clock_timestamp() ORDER BY username"
        )
    ]


@pytest.fixture
def at_any_hour(db):
    db.execute(
        "UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo')"
    )


@pytest.fixture
def put_off(db, people) -> int:
    """A paused campaign to Alice, Bob and Charlie, of which a worker has put everything off."""
    consent(db, "charlie")
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    assert db.call("ntf_pauseCampaign", campaignID=campaign).ok
    assert take(db) == ([], 3)
    return campaign


def test_paused_a_message_is_looked_at_once_and_not_again_until_the_campaign_is_over(db, put_off):
    assert take(db) == ([], 0)
    assert db.value(
        "SELECT bool_and(message.due = valid_until) FROM ntf_campaignMessages AS message, ntf_campaignList"
    )


def test_resumed_what_a_pause_put_off_is_due_at_once_in_portions(db, put_off, at_any_hour):
    db.call("ntf_resumeCampaign", campaignID=put_off)
    assert due(db) == []
    assert plan(db, put_off, atMost=2) == ["messages_released", "messages_released", "nothing_due"]
    assert due(db) == ["alice", "bob", "charlie"]
    assert take(db) == (["alice", "bob", "charlie"], 0)


def test_resumed_what_waits_for_another_reason_goes_on_waiting(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    db.execute(
        "UPDATE job_outbox SET notBefore = clock_timestamp() + interval '1 day' WHERE username = 'bob'"
    )
    db.call("ntf_pauseCampaign", campaignID=campaign)
    take(db)
    db.call("ntf_resumeCampaign", campaignID=campaign)
    plan(db, campaign)
    assert due(db) == ["alice"]


def test_paused_again_before_everything_is_back_the_rest_is_found_after_the_next_resume(db, put_off):
    db.call("ntf_resumeCampaign", campaignID=put_off)
    assert db.call("ntf_planCampaign", campaignID=put_off, atMost=1).reason == "messages_released"
    db.call("ntf_pauseCampaign", campaignID=put_off)
    assert take(db) == ([], 1), "the one that was back is put off again"
    db.call("ntf_resumeCampaign", campaignID=put_off)
    assert plan(db, put_off)[0] == "messages_released"
    assert due(db) == ["alice", "bob", "charlie"]


def test_a_message_that_is_put_off_after_the_campaign_was_resumed_is_found_all_the_same(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    db.call("ntf_pauseCampaign", campaignID=campaign)
    late = judge(db, "alice", campaign).until
    db.call("ntf_resumeCampaign", campaignID=campaign)
    assert plan(db, campaign) == ["nothing_due"]
    db.execute("UPDATE job_outbox SET notBefore = %s WHERE username = 'alice'", [late])
    assert plan(db, campaign) == ["messages_released", "nothing_due"]
    assert due(db) == ["alice", "bob"]


def test_stopped_what_a_pause_put_off_is_given_up(db, put_off):
    assert db.call("ntf_stopCampaign", campaignID=put_off).ok
    assert plan(db, put_off) == ["messages_released", "nothing_due"]
    assert take(db) == ([], 0)
    assert db.value("SELECT bool_and(state = 'cancelled') FROM ntf_campaignMessages")


def test_another_campaign_that_is_paused_stays_put_off(db, people):
    campaigns = [make_campaign(db, name=name) for name in ("Winter", "Spring")]
    for campaign in campaigns:
        start(db, campaign)
        plan(db, campaign)
        db.call("ntf_pauseCampaign", campaignID=campaign)
    assert take(db) == ([], 4)
    db.call("ntf_resumeCampaign", campaignID=campaigns[0])
    plan(db, campaigns[0])
    assert due(db) == ["alice", "bob"]


def test_stopped_it_drops_what_waits_for_good(db, people, untouched):
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    assert db.call("ntf_stopCampaign", campaignID=campaign).reason == "campaign_stopped"
    assert (judge(db, "alice", campaign).verdict, judge(db, "alice", campaign).why) == (
        "drop",
        "campaign_stopped",
    )
    with untouched():
        for procedure in ("ntf_resumeCampaign", "ntf_pauseCampaign", "ntf_stopCampaign"):
            assert db.call(procedure, campaignID=campaign).reason == "not_in_this_state"
            assert db.call(procedure, campaignID=999999).reason == "no_such_campaign"


def test_a_message_is_judged_right_before_it_goes(db, people):
    campaign = make_campaign(db, steps=({}, {"waitHours": 24, "condition": "notBought"}))
    start(db, campaign)
    plan(db, campaign)
    pass_days(db, 1.1)
    plan(db, campaign)
    assert judge(db, "alice", campaign, 2).verdict == "send"
    buy(db, "alice")
    assert (judge(db, "alice", campaign, 2).verdict, judge(db, "alice", campaign, 2).why) == (
        "drop",
        "already_bought",
    )
    assert judge(db, "alice", campaign, 1).verdict == "send"
    assert judge(db, "charlie", campaign).why == "no_such_campaign"
    assert judge(db, "alice", 999999).why == "no_such_campaign"
    db.execute("UPDATE loy_accounts SET mergedInto = 'alice' WHERE username = 'bob'")
    assert (judge(db, "bob", campaign).verdict, judge(db, "bob", campaign).why) == ("drop", "person_left")
    pass_days(db, 90)
    assert (judge(db, "alice", campaign).verdict, judge(db, "alice", campaign).why) == (
        "drop",
        "campaign_over",
    )


def test_what_was_given_is_told_of_in_any_case(db, people):
    step = {"waitHours": 24, "condition": "notBought", "gift": "discount", "giftValue": "5", "giftDays": 9}
    campaign = make_campaign(db, steps=({}, step))
    start(db, campaign)
    plan(db, campaign)
    pass_days(db, 1.1)
    assert db.call("ntf_sendStep", username="alice", campaignID=campaign).reason == "step_sent"
    buy(db, "alice")
    assert judge(db, "alice", campaign, 2).verdict == "send"
