"""Kill -9 of the worker while it finds people, writes messages and gives bonuses: nobody twice, nobody lost.

The faults must be felt: a kill that never met a portion would prove nothing.
"""

import time

import pytest

from tests.campaigns.conftest import make_campaign, make_segment, start
from tests.jobs.conftest import outbox, portal, valkey  # noqa: F401
from tests.jobs.processes import wait_until
from tests.notifications.test_storm import kill
from tests.rails.report import SOAK

PEOPLE, KILLS = (50_000, 30) if SOAK else (3_000, 4)
BONUS = {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 14}

POPULATION = """
INSERT INTO as_users (username, name, email, role, isLocked, locale, theme, density, hasOverrides, createdAt)
SELECT 'p' || n, 'Person ' || n, format('p%s@example.com', n), 'user', false, 'en', 'auto', 'comfortable', false, as_now()
FROM generate_series(1, {people}) AS n;
INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)
SELECT 'p' || n, true, 'blue', as_now(), false, '', as_now() FROM generate_series(1, {people}) AS n;
INSERT INTO loy_tierLog (username, tier, purchases, reason, createdAt)
SELECT 'p' || n, 'blue', 0, 'joined', as_now() FROM generate_series(1, {people}) AS n;
INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)
SELECT 'p' || n, 'campaign', 'email', true, 'import', now() FROM generate_series(1, {people}) AS n;
ANALYZE
"""


@pytest.fixture
def crowd(outbox):  # noqa: F811
    for statement in POPULATION.format(people=PEOPLE).split(";"):
        outbox.execute(statement)
    return outbox


def written(db) -> int:
    return db.value("SELECT count(*) FROM ntf_campaignMessages")


def settled(db, campaign: int) -> bool:
    return (
        db.value("SELECT is_admitted FROM ntf_campaignList WHERE campaign_id = %s", [campaign])
        and db.value("SELECT count(*) FROM ntf_dueGifts") == 0
        and db.value("SELECT state FROM job_runs WHERE code = 'campaigns.steps' ORDER BY id DESC LIMIT 1")
        == "done"
    )


@pytest.mark.timeout(600)
def test_killed_while_it_gives_bonuses_nobody_gets_two_and_nobody_none(portal, crowd):  # noqa: F811
    campaign = make_campaign(crowd, make_segment(crowd), steps=(BONUS,), controlShare=10)
    start(crowd, campaign)
    portal.start("workers.schedule")
    felt = 0
    for _ in range(KILLS):
        worker = portal.start("workers.work", "marketing")
        before = written(crowd)
        wait_until(lambda: written(crowd) > before + 20, 120, "some more to be written")  # noqa: B023
        kill(worker)
        # What it held is free at once, as if a minute had passed; a run that has lost five workers is given up.
        felt += len(
            crowd.read(
                "UPDATE job_runs SET leaseUntil = clock_timestamp() - interval '1 second', attempts = least(attempts, 3)"
                " WHERE state = 'running' RETURNING id"
            )
        )
    assert felt == KILLS, "each met a run in hand"
    assert 0 < written(crowd) < PEOPLE
    portal.start("workers.work", "marketing")
    wait_until(lambda: settled(crowd, campaign), 300, "everybody to have it")

    control = crowd.value("SELECT count(*) FROM ntf_campaignPeople WHERE isControl")
    assert PEOPLE // 20 < control < PEOPLE // 5
    assert crowd.value("SELECT count(*) FROM ntf_campaignPeople") == PEOPLE
    assert written(crowd) == PEOPLE - control
    assert crowd.value("SELECT count(*) FROM loy_lots WHERE promotion LIKE 'campaign:%%'") == PEOPLE - control
    for view in ("ntf_campaign_violations", "loy_violations"):
        assert crowd.read(f"SELECT * FROM {view}") == []


@pytest.mark.timeout(300)
def test_killed_within_a_portion_its_rows_and_how_far_it_is_agree(crowd):
    """The server ends the session in the middle of the statement, which is all that a portion is."""
    campaign = make_campaign(crowd, make_segment(crowd))
    start(crowd, campaign)
    assert crowd.call("ntf_planCampaign", campaignID=campaign, atMost=500).ok
    before = written(crowd)
    assert 0 < before < PEOPLE
    # Stopped after some time that is not enough for all of it.
    crowd.execute("SET statement_timeout = '25ms'")
    with pytest.raises(Exception, match="statement timeout"):
        crowd.execute("SELECT ntf_planCampaign(%s, 1000000)", [campaign])
    crowd.execute("RESET statement_timeout")
    assert written(crowd) == before
    began = time.monotonic()
    while not crowd.call("ntf_planCampaign", campaignID=campaign, atMost=500).details["isFinished"]:
        assert time.monotonic() - began < 60
    assert written(crowd) == PEOPLE
    assert crowd.read("SELECT * FROM ntf_campaign_violations") == []
