"""Segments are saved under a name, changed, and deleted while no campaign needs them."""

import pytest
from psycopg.types.json import Jsonb

from tests.campaigns.conftest import GOLD, make_campaign, make_segment, plan, start


def save(db, segment=None, name="Gold", conditions=GOLD, **given):
    return db.call("ntf_saveSegment", segmentID=segment, name=name, conditions=Jsonb(conditions), **given)


def test_it_is_added_and_changed_and_both_are_in_the_audit(db, root):
    outcome = save(db, actor=root)
    assert outcome.reason == "segment_added"
    segment = outcome.details["segmentID"]
    assert save(db, segment, "  Everybody ", [], actor=root).reason == "segment_saved"
    row = db.row("SELECT * FROM ntf_segmentList WHERE segment_id = %s", [segment])
    assert (row.name, row.conditions) == ("Everybody", [])
    assert (
        db.value("SELECT count(*) FROM as_audit WHERE procedure = 'ntf_saveSegment' AND actor = 'root'") == 2
    )


def test_the_same_request_is_done_once(db):
    first = save(db, requestKey="one")
    assert save(db, requestKey="one").details == first.details
    assert db.value("SELECT count(*) FROM ntf_segments") == 1


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"name": None}, "name_missing", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"name": "two\nlines"}, "invalid_value", "name"),
        ({"name": "TAKEN"}, "name_taken", "name"),
        ({"conditions": "?"}, "conditions_unreadable", "conditions"),
        ({"segment": 999999}, "no_such_segment", None),
    ],
)
def test_it_refuses_and_nothing_is_written(db, untouched, given, reason, field):
    make_segment(db, name="Taken")
    with untouched():
        outcome = save(db, **given)
    assert outcome.reason == reason
    assert outcome.details.get("field") == field


def test_only_an_administrator_may(db, mona, untouched):
    segment = make_segment(db)
    with untouched():
        assert save(db, actor=mona).reason == "not_allowed"
        assert db.call("ntf_deleteSegment", segmentID=segment, actor=mona).reason == "not_allowed"


def test_a_running_campaign_keeps_the_conditions_that_it_began_with(db, people):
    segment = make_segment(db, name="Mine")
    campaign = make_campaign(db, segment)
    start(db, campaign)
    assert save(db, segment, "Mine", GOLD).ok
    plan(db, campaign)
    assert db.value("SELECT count(*) FROM ntf_campaignPeople") == 2


def test_it_is_deleted_unless_a_campaign_names_it(db, untouched):
    segment, used = make_segment(db, name="Free"), make_segment(db, name="Used")
    make_campaign(db, used, name="Winter")
    with untouched():
        outcome = db.call("ntf_deleteSegment", segmentID=used)
        assert (outcome.reason, outcome.details["other"]) == ("segment_in_use", "Winter")
        assert db.call("ntf_deleteSegment", segmentID=999999).reason == "no_such_segment"
    assert db.call("ntf_deleteSegment", segmentID=segment).reason == "segment_deleted"
    assert [row.name for row in db.read("SELECT name FROM ntf_segmentList")] == ["Used"]
