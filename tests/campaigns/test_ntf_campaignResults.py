"""What a campaign did: messages, gifts, purchases against the control group."""

import pytest

from tests.campaigns.conftest import buy, consent, make_campaign, pass_days, plan, start

#: Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions: comparison of eleven
#: methods. Statistics in Medicine 17, 873-890, table II, method 10.
PUBLISHED = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "interval"), PUBLISHED)
def test_the_interval_is_the_published_one(db, counts, interval):
    row = db.row("SELECT * FROM ntf_getDifference(%s, %s, %s, %s)", counts)
    assert (round(float(row.lower), 4), round(float(row.upper), 4)) == interval


def test_without_somebody_to_compare_with_there_is_no_difference(db):
    assert tuple(db.row("SELECT * FROM ntf_getDifference(1, 2, 0, 0)")) == (None, None, None)


def results(db, campaign):
    return db.value("SELECT ntf_campaignResults(%s)", [campaign])


def test_nothing_is_told_of_a_draft(db, people):
    assert results(db, make_campaign(db)) is None
    assert results(db, 999999) is None


def test_purchases_count_for_both_groups_within_their_days(db, people):
    consent(db, "charlie", "root")
    campaign = make_campaign(db, purchaseDays=7)
    buy(db, "alice", "99.00")
    # Later by a moment: what was bought before does not count.
    pass_days(db, 0.01)
    start(db, campaign)
    plan(db, campaign)
    db.execute("UPDATE ntf_campaignPeople SET isControl = true WHERE username IN ('charlie', 'root')")
    pass_days(db, 1)
    buy(db, "alice", "20.00")
    buy(db, "alice", "5.50")
    buy(db, "charlie", "10.00")
    pass_days(db, 7)
    buy(db, "bob", "50.00")
    counted = results(db, campaign)
    assert counted["treated"] == {"people": 2, "buyers": 1, "sum": "25.50", "average": "12.75"}
    assert counted["control"] == {"people": 2, "buyers": 1, "sum": "10.00", "average": "5.00"}
    assert counted["difference"] == "0.0000"
    assert float(counted["lower"]) < 0 < float(counted["upper"])


def test_messages_and_who_left_are_counted(db, people):
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    assert results(db, campaign)["steps"][0] | {"cost": None} == {
        "position": 1,
        "planned": 2,
        "waiting": 2,
        "held": 0,
        "sent": 0,
        "delivered": 0,
        "failed": 0,
        "unknown": 0,
        "dropped": 0,
        "cost": None,
    }
    db.execute(
        "UPDATE job_outbox SET state = 'sent', reference = 'r1', finishedAt = now() WHERE username = 'alice'"
    )
    db.execute("UPDATE job_outbox SET notBefore = now() + interval '1 hour' WHERE username = 'bob'")
    consent(db, "alice", isOn=False)
    counted = results(db, campaign)
    assert (counted["steps"][0]["sent"], counted["steps"][0]["held"]) == (1, 1)
    assert counted["unsubscribed"] == 1


def test_gifts_and_their_use_are_counted(db, people):
    step = {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 9}
    campaign = make_campaign(db, steps=(step,))
    start(db, campaign)
    plan(db, campaign)
    for username in ("alice", "bob"):
        assert db.call("ntf_sendStep", username=username, campaignID=campaign).ok
    lot = db.value("SELECT lotID FROM ntf_campaignGifts WHERE username = 'bob'")
    assert db.call("loy_adjust", username="bob", lotID=lot, amount="-2", note="spent").ok
    assert results(db, campaign)["gifts"] == [
        {"position": 1, "gift": "bonus", "given": 2, "amount": "10.00", "used": 1}
    ]


def test_a_bonus_that_went_over_to_another_account_is_used_when_it_is_used_there(db, people):
    step = {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 9}
    campaign = make_campaign(db, steps=(step,))
    start(db, campaign)
    plan(db, campaign)
    assert db.call("ntf_sendStep", username="alice", campaignID=campaign).ok

    def used():
        return results(db, campaign)["gifts"][0]["used"]

    def is_met(condition):
        return db.value(
            "SELECT ntf_isMet('alice', %s, 2, %s, as_now() - interval '1 day')", [campaign, condition]
        )

    for other, goes in (("bob", "alice"), ("charlie", "bob")):
        assert db.call("loy_mergeAccounts", username=other, otherUsername=goes, note="one person").ok
        assert (used(), is_met("used"), is_met("notUsed")) == (0, False, True)
    lot = db.value("SELECT lotID FROM loy_lots WHERE username = 'charlie' AND mergedFrom = 'bob'")
    assert db.call("loy_adjust", username="charlie", lotID=lot, amount="-1", note="spent").ok
    assert (used(), is_met("used"), is_met("notUsed")) == (1, True, False)
