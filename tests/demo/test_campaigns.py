"""The demo's campaigns: a draft that can be counted at once, and the same ones after another loading."""

import pytest
from psycopg.types.json import Jsonb

from portal import demo
from portal.demo import campaigns
from tests import servers
from tests.campaigns.conftest import consent


@pytest.fixture(scope="module")
def loaded(server):
    with servers.clone(server) as database:
        with database.in_use():
            demo.load(20, echo=lambda sentence: None)
        yield database


@pytest.fixture
def db(loaded):
    with loaded.connect() as connection, connection.transaction(force_rollback=True):
        yield connection


def test_there_is_a_draft_with_texts_that_only_wants_people(db):
    draft = db.row("SELECT * FROM ntf_campaignList WHERE name = 'Before your bonuses end'")
    assert draft.state == "draft"
    texts = db.read("SELECT locale FROM ntf_campaignTextList WHERE campaign_id = %s", [draft.campaign_id])
    assert {row.locale for row in texts} == {"en", "sk"}
    trouble = db.call("ntf_reviewCampaign", campaignID=draft.campaign_id).details["trouble"]
    assert trouble in (None, "nobody_in_segment", "nobody_reachable")


def test_where_people_have_agreed_last_months_campaign_has_ended_with_results(db):
    people = [row.username for row in db.read("SELECT username FROM as_people WHERE role = 'user'")]
    consent(db, *people)
    db.execute("DELETE FROM ntf_campaignWork")
    db.execute("DELETE FROM ntf_campaignPeople")
    db.execute(
        "UPDATE ntf_campaigns SET state = 'draft', startedAt = NULL, endedAt = NULL, conditions = NULL"
    )
    db.execute("DELETE FROM as_audit WHERE requestKey LIKE 'demo:campaigns:%'")
    db.execute("DELETE FROM ntf_campaignSteps")
    db.execute("DELETE FROM ntf_campaigns")
    db.execute("DELETE FROM ntf_segments")

    def must(procedure, **arguments):
        return demo.must(db, procedure, **arguments)

    campaigns.load(db, must)
    last = db.row("SELECT * FROM ntf_campaignList WHERE name = 'A month for you'")
    assert last.state in ("finished", "running")
    results = db.value("SELECT ntf_campaignResults(%s)", [last.campaign_id])
    assert results["treated"]["people"] + results["control"]["people"] == last.people > 0
    assert -3600 < db.value("SELECT as_now() - now()").total_seconds() < 0


def test_silver_and_gold_of_bratislava_can_be_picked(db):
    """What a new user is told to try."""

    def number(*conditions):
        return db.call("ntf_countSegment", conditions=Jsonb([*campaigns.CLUB, *conditions])).details["people"]

    everywhere = number()
    towns = [number({"field": "city", "operator": "in", "value": town}) for town in ("bratislava", "kosice")]
    assert everywhere > 1
    assert sum(towns) == everywhere
    assert towns[0] >= towns[1] > 0
