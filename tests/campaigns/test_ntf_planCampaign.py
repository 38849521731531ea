"""A campaign finds its people once, writes each one message a step, and ends by itself."""

import pytest

from tests.campaigns.conftest import (
    buy,
    consent,
    make_campaign,
    messages,
    pass_days,
    plan,
    start,
)

WEEK = {"waitHours": 168}


def test_who_has_consented_gets_one_message(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    assert plan(db, campaign) == ["people_admitted", "people_admitted", "nothing_due"]
    assert messages(db, campaign) == [("alice", 1, "email"), ("bob", 1, "email")]


def test_planning_again_writes_nothing_more(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    db.execute("UPDATE ntf_campaignWork SET username = '', isAdmitted = false")
    plan(db, campaign)
    assert len(messages(db, campaign)) == 2
    assert db.read("SELECT * FROM ntf_campaign_violations") == []


def test_portions_of_one_person_find_everybody(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    assert plan(db, campaign, atMost=1).count("people_admitted") == 5
    assert [username for username, _, _ in messages(db, campaign)] == ["alice", "bob"]


def test_the_first_preferred_channel_that_a_person_wants_carries_the_message(db, people):
    consent(db, "alice", "charlie", channel="cabinet")
    campaign = make_campaign(db, channels=["cabinet", "email"])
    start(db, campaign)
    plan(db, campaign)
    assert messages(db, campaign) == [
        ("alice", 1, "cabinet"),
        ("bob", 1, "email"),
        ("charlie", 1, "cabinet"),
    ]


def test_who_has_no_address_is_not_reached_by_email(db, people):
    db.execute("UPDATE as_users SET email = NULL WHERE username = 'bob'")
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    assert messages(db, campaign) == [("alice", 1, "email")]


def test_the_locked_and_the_merged_take_no_part(db, people):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    db.execute("UPDATE loy_accounts SET mergedInto = 'charlie' WHERE username = 'bob'")
    consent(db, "charlie")
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    assert messages(db, campaign) == [("charlie", 1, "email")]


def test_the_control_group_gets_nothing_and_is_counted(db, people):
    campaign = make_campaign(db, controlShare=50)
    db.execute(
        "INSERT INTO as_users (username, name, email, role, isLocked, locale, theme, density, hasOverrides, createdAt)"
        " SELECT 'p' || n, 'P', format('p%%s@example.com', n), 'user', false, 'en', 'auto', 'comfortable', false, as_now()"
        " FROM generate_series(1, 400) AS n"
    )
    db.execute(
        "INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)"
        " SELECT 'p' || n, true, 'blue', as_now(), false, '', as_now() FROM generate_series(1, 400) AS n"
    )
    consent(db, *(f"p{n}" for n in range(1, 401)))
    start(db, campaign)
    plan(db, campaign)
    control = db.value("SELECT count(*) FROM ntf_campaignPeople WHERE isControl")
    assert 150 < control < 250, "a half, by a hash"
    assert len(messages(db, campaign)) == 402 - control
    assert db.read("SELECT * FROM ntf_campaign_violations") == []


def test_a_step_waits_for_its_hours_and_asks_its_condition(db, people):
    campaign = make_campaign(db, steps=({}, WEEK | {"condition": "notBought"}))
    start(db, campaign)
    plan(db, campaign)
    pass_days(db, 6)
    buy(db, "alice")
    assert plan(db, campaign) == ["nothing_due"]
    pass_days(db, 1.1)
    assert plan(db, campaign)[0] == "step_planned"
    assert messages(db, campaign) == [("alice", 1, "email"), ("bob", 1, "email"), ("bob", 2, "email")]


def test_who_bought_gets_what_is_for_buyers(db, people):
    campaign = make_campaign(db, steps=({}, WEEK | {"condition": "bought"}))
    start(db, campaign)
    plan(db, campaign)
    buy(db, "alice")
    pass_days(db, 7.1)
    plan(db, campaign)
    assert [row for row in messages(db, campaign) if row[1] == 2] == [("alice", 2, "email")]


def test_a_step_that_somebody_did_not_get_does_not_hold_up_the_next(db, people):
    campaign = make_campaign(db, steps=({}, WEEK | {"condition": "bought"}, WEEK))
    start(db, campaign)
    plan(db, campaign)
    for _ in range(2):
        pass_days(db, 7.1)
        plan(db, campaign)
    assert [row for row in messages(db, campaign) if row[1] > 1] == [
        ("alice", 3, "email"),
        ("bob", 3, "email"),
    ]


def test_who_unsubscribed_meanwhile_gets_no_further_step(db, people):
    campaign = make_campaign(db, steps=({}, WEEK))
    start(db, campaign)
    plan(db, campaign)
    consent(db, "alice", isOn=False)
    pass_days(db, 7.1)
    plan(db, campaign)
    assert [row for row in messages(db, campaign) if row[1] == 2] == [("bob", 2, "email")]


def test_who_was_erased_meanwhile_gets_no_further_step_and_what_waited_is_cancelled(db, people):
    campaign = make_campaign(db, steps=({}, WEEK))
    start(db, campaign)
    plan(db, campaign)
    assert db.call("ctr_erasePerson", username="bob", note="asked in writing", actor="root").ok
    pass_days(db, 7.1)
    plan(db, campaign)
    assert [row for row in messages(db, campaign) if row[1] == 2] == [("alice", 2, "email")]
    assert (
        db.value("SELECT state FROM ntf_campaignMessages WHERE username = 'bob' AND message_key LIKE '%:1'")
        == "cancelled"
    )


#: On a day so many days ago by the clock of the person, at that time.
GIVEN = "((clock_timestamp() AT TIME ZONE %(zone)s)::date - %(days)s + %(time)s::time) AT TIME ZONE %(zone)s"


@pytest.fixture
def due_after(db, people):
    """When the message is due of whom two of two a week were given at a moment, and whose calendar that was."""

    def due_after(zone: str, days: int, time: str):
        given = {"zone": zone, "days": days, "time": time}
        db.execute("UPDATE as_settings SET value = '2' WHERE code = 'messagesPerWeek'")
        db.execute("UPDATE as_users SET timeZone = %(zone)s WHERE username = 'alice'", given)
        db.execute(
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, handedOverAt,"
            " reference, createdAt, finishedAt)"
            " SELECT 'alice', 'campaign', 'campaign:999:' || n, 'email', '{}', 'sent', 1, now(), "
            + GIVEN
            + ","
            " 'ref' || n, now(), now() FROM generate_series(1, 2) AS n",
            given,
        )
        campaign = make_campaign(db)
        start(db, campaign)
        plan(db, campaign)
        due = "SELECT due FROM ntf_campaignMessages WHERE message_key = %s AND username = %s"
        key = f"campaign:{campaign}:1"
        assert db.value(due, [key, "bob"]) <= db.value("SELECT clock_timestamp()")
        return db.value(due, [key, "alice"])

    return due_after


@pytest.mark.parametrize("zone", ["Europe/Bratislava", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_who_has_had_enough_this_week_gets_it_when_that_is_over_by_the_own_calendar(db, due_after, zone):
    due = due_after(zone, 2, "20:30")
    assert due == db.value(f"SELECT {GIVEN}", {"zone": zone, "days": -5, "time": "00:00"})
    judged = "SELECT (ntf_judgeTime('alice', 'email', '{}', %s::timestamptz + %s::interval, NULL, true)).why"
    assert db.value(judged, [due, "12:00"]) is None
    assert db.value(judged, [due, "-04:00"]) == "limit_week"


def test_who_had_enough_a_week_ago_does_not_wait_for_the_hour(db, due_after):
    assert due_after("America/Los_Angeles", 7, "23:59:59.9") <= db.value("SELECT clock_timestamp()")


def test_it_does_nothing_before_its_start(db, people):
    campaign = make_campaign(db, startsAt=db.value("SELECT (as_now() + interval '2 days')::timestamp"))
    start(db, campaign)
    assert plan(db, campaign) == ["nothing_due"]
    assert messages(db, campaign) == []
    pass_days(db, 2.2)
    plan(db, campaign)
    assert len(messages(db, campaign)) == 2


def test_it_refuses_what_does_not_run(db, people, untouched):
    campaign = make_campaign(db)
    with untouched():
        assert db.call("ntf_planCampaign", campaignID=campaign).reason == "not_in_this_state"
        assert db.call("ntf_planCampaign", campaignID=999999).reason == "no_such_campaign"


def test_it_is_finished_once_everything_has_gone_out_and_keeps_its_results_later(db, people):
    campaign = make_campaign(db, purchaseDays=7)
    start(db, campaign)
    plan(db, campaign)
    db.execute("UPDATE job_outbox SET state = 'cancelled', finishedAt = now()")
    assert plan(db, campaign) == ["campaign_finished"]
    assert plan(db, campaign) == ["nothing_due"]
    pass_days(db, 8.1)
    assert plan(db, campaign) == ["campaign_closed"]
    kept = db.value("SELECT ntf_campaignResults(%s)", [campaign])
    db.execute("DELETE FROM job_outbox")
    assert db.value("SELECT ntf_campaignResults(%s)", [campaign]) == kept
    assert kept["steps"][0]["planned"] == 2


def test_it_is_finished_when_its_last_day_is_over(db, people):
    campaign = make_campaign(db, steps=({}, WEEK))
    start(db, campaign)
    plan(db, campaign)
    pass_days(db, 62)
    assert plan(db, campaign) == ["campaign_finished"]
    assert {row[1] for row in messages(db, campaign)} == {1}
