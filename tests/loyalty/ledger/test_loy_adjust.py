"""What a lot has left is put right by hand, within what was given and what is free."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


def test_it_takes_and_gives_back(db, alice, mona, grant, balance):
    lot = grant(alice, 50)
    down = db.call("loy_adjust", username=alice, lotID=lot, amount="-50", note="twice", actor=mona)
    assert (down.reason, down.details) == (
        "lot_adjusted",
        {"lotID": lot, "before": "50.00", "remaining": "0.00"},
    )
    assert db.value("SELECT state FROM loy_lotList WHERE lot_id = %s", [lot]) == "spent"
    up = db.call("loy_adjust", username=alice, lotID=lot, amount="20.50", note="not twice", actor=mona)
    assert (up.details["remaining"], balance(alice)) == ("20.50", "20.50")
    kinds = db.read("SELECT kind, amount FROM loy_moveList ORDER BY move_id")
    assert [(str(kind), str(amount)) for kind, amount in kinds] == [
        ("grant", "50.00"),
        ("adjust", "-50.00"),
        ("adjust", "20.50"),
    ]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "alice"}, "not_allowed"),
        ({"username": "mona"}, "own_account"),
        ({"lotID": 0}, "no_such_lot"),
        ({"amount": None}, "amount_missing"),
        ({"amount": "0"}, "amount_not_positive"),
        ({"amount": "0.001"}, "amount_too_precise"),
        ({"amount": "-31"}, "insufficient_bonuses"),
        ({"amount": "1"}, "more_than_given"),
        ({"note": " "}, "note_required"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, grant, hold, untouched, given, reason):
    lot = grant(alice, 50)
    hold(alice, lot, 20)
    arguments = {"username": alice, "lotID": lot, "amount": "-5", "note": "why", "actor": mona} | given
    with untouched():
        outcome = db.call("loy_adjust", **arguments)
    assert outcome.reason == reason
    if reason == "insufficient_bonuses":
        assert (outcome.details["available"], outcome.details["missing"]) == ("30.00", "1.00")


def test_what_has_expired_stays_as_it_was(db, alice, grant, at, untouched):
    at("2026-05-01 12:00")
    lot = grant(alice, 50)
    at("2027-03-01 00:00")
    with untouched():
        assert db.call("loy_adjust", username=alice, lotID=lot, amount="-5", note="x").reason == "lot_expired"


def test_a_blocked_account_is_not_put_right(db, alice, grant, done, untouched):
    lot = grant(alice, 50)
    done("loy_blockAccount", username=alice, note="stolen card")
    with untouched():
        assert (
            db.call("loy_adjust", username=alice, lotID=lot, amount="-5", note="x").reason
            == "account_blocked"
        )
