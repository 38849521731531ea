"""Bonuses by hand: a lot, its first move, its validity; and who may not."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


def test_a_manager_gives_bonuses_that_count_at_once(db, alice, mona, balance):
    outcome = db.call("loy_grant", username=alice, kind="regular", amount="50", note=" late ", actor=mona)
    assert (outcome.ok, outcome.reason, outcome.details["balance"]) == (True, "bonuses_granted", "50.00")
    lot = db.row("SELECT * FROM loy_lotList WHERE username = %s", [alice])
    assert (lot.amount, lot.remaining, lot.state, lot.scope, lot.note) == (50, 50, "valid", None, "late")
    move = db.row("SELECT * FROM loy_moveList WHERE username = %s", [alice])
    assert (move.kind, move.amount, move.actor, move.lot_id) == ("grant", 50, "mona", lot.lot_id)
    assert balance(alice) == "50.00"


def test_own_dates_and_an_own_scope_hold_before_those_of_the_kind(db, grant, alice, at):
    at("2026-05-01 12:00")
    grant(
        alice,
        10,
        validFrom="2026-06-01 00:00+02",
        validTo="2026-07-01 00:00+02",
        scope='{"brand": [" Columbia ", "columbia"], "category": ["Ski/Boots"]}',
    )
    lot = db.row("SELECT * FROM loy_lotList WHERE username = %s", [alice])
    assert (lot.state, lot.scope) == ("pending", {"brand": ["columbia"], "category": ["ski/boots"]})
    assert str(lot.valid_to - lot.valid_from) == "30 days, 0:00:00"
    grant(alice, 10, validTo="2026-05-02 00:00+02")
    assert db.value("SELECT count(*) FROM loy_validLots(%s, as_now())", [alice]) == 1


def test_what_begins_later_lasts_as_long_as_its_kind_says_from_then_on(db, grant, alice, at):
    at("2026-05-01 12:00")
    grant(alice, 10, kind="promotional", validFrom="2026-06-01 00:00+02")
    lot = db.row("SELECT valid_to AT TIME ZONE 'Europe/Bratislava' AS ends FROM loy_lotList")
    assert str(lot.ends) == "2026-07-02 00:00:00"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "alice"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"username": "mona"}, "own_account"),
        ({"kind": "gold"}, "no_such_kind"),
        ({"kind": "old"}, "kind_inactive"),
        ({"amount": None}, "amount_missing"),
        ({"amount": "NaN"}, "amount_not_a_number"),
        ({"amount": "0"}, "amount_not_positive"),
        ({"amount": "1000000001"}, "amount_too_large"),
        ({"amount": "1.001"}, "amount_too_precise"),
        ({"scope": "{}"}, "invalid_scope"),
        ({"scope": '{"brand": "columbia"}'}, "invalid_scope"),
        ({"scope": '{"brand": []}'}, "invalid_scope"),
        ({"scope": '{"brand": [" "]}'}, "invalid_scope"),
        ({"scope": '{"1": ["a"]}'}, "invalid_scope"),
        ({"scope": "[]"}, "invalid_scope"),
        ({"scope": "null"}, "invalid_scope"),
        ({"note": "x" * 1001}, "too_long"),
        ({"validFrom": "2030-01-02", "validTo": "2030-01-02"}, "ends_before_start"),
        ({"validTo": "-infinity"}, "ends_before_start"),
        ({"validFrom": "-infinity"}, "invalid_value"),
        ({"validFrom": "200000-01-01"}, "invalid_value"),
        ({"validTo": "200000-01-01"}, "invalid_value"),
        ({"validFrom": "2020-01-01", "validTo": "2020-01-02"}, "over_already"),
        ({"requestKey": " "}, "invalid_value"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, done, untouched, given, reason):
    done("loy_saveKind", code="old", names='{"en": "Old"}', isActive=False)
    arguments = {"username": alice, "kind": "regular", "amount": "5", "actor": mona} | given
    with untouched():
        assert db.call("loy_grant", **arguments).reason == reason


def test_without_an_actor_it_is_for_dbas(db, alice, untouched):
    with db.as_role("portal_web"), untouched():
        assert db.call("loy_grant", username=alice, kind="regular", amount="5").reason == "actor_required"


def test_a_blocked_account_and_one_that_is_part_of_another_get_nothing(
    db, alice, bob, charlie, done, untouched
):
    done("loy_blockAccount", username=alice, note="stolen card")
    done("loy_mergeAccounts", username=charlie, otherUsername=bob)
    with untouched():
        assert db.call("loy_grant", username=alice, kind="regular", amount="5").reason == "account_blocked"
        merged = db.call("loy_grant", username=bob, kind="regular", amount="5")
    assert (merged.reason, merged.details) == ("account_merged", {"mergedInto": "charlie"})


def test_the_same_request_is_done_once(db, alice, mona, untouched):
    arguments = {"username": alice, "kind": "regular", "amount": "5", "requestKey": "one", "actor": mona}
    first = db.call("loy_grant", **arguments)
    with untouched():
        assert db.call("loy_grant", **arguments | {"amount": "5.00"}) == first
        assert db.call("loy_grant", **arguments | {"amount": "6"}).reason == "request_key_reused"
    assert db.value("SELECT count(*) FROM loy_lots") == 1


def test_somebody_whom_a_loader_wrote_gets_an_account_with_the_first_bonuses(db, grant, alice, balance):
    db.execute("DELETE FROM loy_tierLog WHERE username = 'alice'")
    db.execute("DELETE FROM loy_accounts WHERE username = 'alice'")
    grant(alice, 5)
    assert balance(alice) == "5.00"
    assert db.row("SELECT tier, reason FROM loy_tierLog WHERE username = 'alice'") == ("blue", "joined")
