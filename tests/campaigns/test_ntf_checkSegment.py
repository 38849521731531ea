"""Conditions are read once, kept in one form, and what nobody can ask is refused in words."""

import pytest
from psycopg.types.json import Jsonb

BAD = [
    ({"field": "tier"}, "conditions_unreadable"),
    ("tier", "conditions_unreadable"),
    (["tier"], "conditions_unreadable"),
    ([{"field": "shoe", "operator": "in", "value": "42"}], "condition_unknown"),
    ([{"field": "tier", "operator": "atLeast", "value": "gold"}], "condition_unknown"),
    ([{"field": None, "operator": "in", "value": "gold"}], "condition_unknown"),
    ([{"field": "tier", "operator": "in"}], "condition_value_missing"),
    ([{"field": "tier", "operator": "in", "value": []}], "condition_value_missing"),
    ([{"field": "tier", "operator": "in", "value": "  "}], "condition_value_missing"),
    ([{"field": "tier", "operator": "in", "value": ["gold", "wood"]}], "condition_value_invalid"),
    ([{"field": "tariff", "operator": "in", "value": "999999"}], "condition_value_invalid"),
    ([{"field": "tariff", "operator": "in", "value": "1; DROP TABLE as_users"}], "condition_value_invalid"),
    ([{"field": "bonusBalance", "operator": "atLeast", "value": "1e9"}], "condition_value_invalid"),
    ([{"field": "bonusBalance", "operator": "atLeast", "value": ["1", "2"]}], "condition_value_invalid"),
    (
        [{"field": "purchaseCount", "operator": "atMost", "value": "-1", "days": 30}],
        "condition_value_invalid",
    ),
    ([{"field": "birthday", "operator": "in", "value": "13"}], "condition_value_invalid"),
    ([{"field": "registered", "operator": "since", "value": "2026-02-30"}], "condition_value_invalid"),
    ([{"field": "language", "operator": "in", "value": "xx"}], "condition_value_invalid"),
    ([{"field": "consent", "operator": "has", "value": "campaign/pigeon"}], "condition_value_invalid"),
    ([{"field": "city", "operator": "in", "value": "x" * 101}], "condition_value_invalid"),
    ([{"field": "deadline", "operator": "within"}], "days_out_of_range"),
    ([{"field": "deadline", "operator": "within", "days": -1}], "days_out_of_range"),
    ([{"field": "deadline", "operator": "within", "days": "soon"}], "days_out_of_range"),
    ([{"field": "deadline", "operator": "within", "days": 99999}], "days_out_of_range"),
    ([{"field": "birthday", "operator": "within", "days": 400}], "days_out_of_range"),
    ([{"field": "birthday", "operator": "within", "days": 7}] * 21, "too_many_conditions"),
]


@pytest.mark.parametrize(("conditions", "reason"), BAD)
def test_it_refuses_what_cannot_be_asked(db, untouched, conditions, reason):
    with untouched():
        outcome = db.call("ntf_countSegment", conditions=Jsonb(conditions))
        assert outcome.reason == reason
        assert (
            db.call("ntf_saveSegment", segmentID=None, name="Bad", conditions=Jsonb(conditions)).reason
            == reason
        )
    assert db.read("SELECT * FROM ntf_previewSegment(%s)", [Jsonb(conditions)]) == []


def test_null_is_refused(db):
    assert db.call("ntf_countSegment", conditions=None).reason == "conditions_unreadable"


def test_the_place_of_the_wrong_condition_is_told(db):
    outcome = db.call(
        "ntf_countSegment",
        conditions=Jsonb(
            [
                {"field": "tier", "operator": "in", "value": "gold"},
                {"field": "tier", "operator": "in", "value": "?"},
            ]
        ),
    )
    assert outcome.details["place"] == 2


def test_it_is_kept_in_one_form(db):
    outcome = db.call(
        "ntf_countSegment",
        conditions=Jsonb(
            [{"field": "tier", "operator": "in", "value": [" gold", "gold", ""], "days": 3, "more": 1}]
        ),
    )
    assert outcome.details["conditions"] == [{"field": "tier", "operator": "in", "value": ["gold"]}]


def test_every_field_can_be_asked(db):
    """What ntf_segmentFields offers, ntf_findPeople knows."""
    tariff = db.call("trf_saveTariff", name="Free").details["tariffID"]
    example = {
        "tariff": str(tariff),
        "tier": "gold",
        "money": "5.50",
        "count": "2",
        "month": "12",
        "date": "2026-01-31",
        "text": "Bratislava",
        "language": "sk",
        "consent": "campaign/email",
        "none": None,
    }
    asked = [
        {"field": row.field, "operator": row.operator, "value": example[row.type], "days": 14}
        for row in db.read("SELECT * FROM ntf_segmentFields")
    ]
    for condition in asked:
        assert db.call("ntf_countSegment", conditions=Jsonb([condition])).ok, condition
    assert db.call("ntf_countSegment", conditions=Jsonb(asked[:20])).ok
