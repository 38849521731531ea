"""A blocked account neither earns nor spends until it is let go."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def store(db):
    db.execute(
        "INSERT INTO loy_stores (storeID, name, city, country, timeZone, channel, isActive, createdAt)"
        " VALUES ('s1', 'Shop', 'Košice', 'sk', 'Europe/Bratislava', 'store', true, now())"
    )
    return "s1"


def test_it_pays_with_nothing_and_is_no_member(db, alice, mona, grant, store):
    grant(alice, 50)
    context = "SELECT loy_contextOf(%s, %s, '{SPRING}', as_now())"
    assert db.value(context, [alice, store]) == {
        "store": "s1",
        "city": "košice",
        "country": "sk",
        "channel": "store",
        "timeZone": "Europe/Bratislava",
        "isMember": True,
        "tier": "blue",
        "birthday": False,
        "segments": [],
        "coupons": ["SPRING"],
        "exhausted": [],
    }
    blocked = db.call("loy_blockAccount", username=alice, note=" two cities at once ", actor=mona)
    assert blocked.reason == "account_blocked" and blocked.ok
    found = db.row("SELECT * FROM loy_identify('0903 123 456')")
    assert found == ("alice", "Alice", "blue", True, "account_blocked")
    assert db.value("SELECT loy_lotsForDecision(%s, as_now())", [alice]) == []
    blocked = db.value(context, [alice, store])
    assert (blocked["isMember"], blocked["tier"]) == (False, None)
    account = db.row("SELECT * FROM loy_accountList WHERE username = %s", [alice])
    assert (account.is_blocked, account.block_note, account.balance) == (True, "two cities at once", 50)

    assert (
        db.call("loy_unblockAccount", username=alice, note="her daughter", actor=mona).reason
        == "account_unblocked"
    )
    assert len(db.value("SELECT loy_lotsForDecision(%s, as_now())", [alice])) == 1


def test_the_context_knows_birthday_segments_and_the_store(db, alice, done, store, at):
    at("2026-05-17 23:30")
    done("loy_setBirthday", username=alice, birthday="1990-05-17")
    db.execute("INSERT INTO loy_segmentMembers VALUES ('alice', 'Runners', now()), ('alice', 'b', now())")
    context = db.value("SELECT loy_contextOf(%s, %s, NULL, as_now())", [alice, store])
    assert (context["birthday"], context["segments"], context["coupons"]) == (True, ["runners", "b"], [])
    at("2026-05-18 00:00")
    assert not db.value("SELECT loy_contextOf(%s, %s, NULL, as_now())", [alice, store])["birthday"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"username": "mona"}, "own_account"),
        ({"actor": "alice"}, "not_allowed"),
        ({"note": ""}, "note_required"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, untouched, given, reason):
    for procedure in ("loy_blockAccount", "loy_unblockAccount"):
        if procedure == "loy_unblockAccount" and reason == "note_required":
            db.call("loy_blockAccount", username=alice, note="x")
        with untouched():
            outcome = db.call(procedure, **{"username": alice, "note": "why", "actor": mona} | given)
            assert outcome.reason == reason


def test_it_is_blocked_and_let_go_once(db, alice, mona, untouched):
    block = {"username": alice, "note": "why", "requestKey": "one", "actor": mona}
    first = db.call("loy_blockAccount", **block)
    with untouched():
        assert db.call("loy_blockAccount", **block) == first
        assert not db.call("loy_blockAccount", username=alice, note="again", actor=mona).ok
    assert db.call("loy_unblockAccount", username=alice, note="why", actor=mona).ok
    with untouched():
        assert db.call("loy_unblockAccount", username=alice, note="why", actor=mona).reason == "not_blocked"


def test_what_needs_an_open_account_is_refused(db, alice, done, untouched):
    card = done("loy_addCard", username=alice)["number"]
    done("loy_blockAccount", username=alice, note="why")
    with untouched():
        for procedure, given in {
            "loy_addCard": {},
            "loy_replaceCard": {"oldNumber": card},
            "loy_setBirthday": {"birthday": "1990-01-01"},
            "loy_grantBirthday": {},
            "loy_grantYearlyService": {},
        }.items():
            assert db.call(procedure, username=alice, **given).reason == "account_blocked", procedure
    assert db.call("loy_blockCard", username=alice, number=card).ok, (
        "a lost card of a blocked account is blocked too"
    )
