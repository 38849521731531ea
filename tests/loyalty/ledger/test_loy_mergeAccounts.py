"""Two accounts become one: bonuses with their validity, cards, purchases; receipts and money stay."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def two(db, alice, bob, done, grant, at, buy, hold):
    """alice has 10 and bob 20 regular and 5 service points, a card, silver purchases, and a hold."""
    at("2026-05-01 12:00")
    grant(alice, 10)
    lot = grant(bob, 20, kind="promotional", scope='{"brand": ["x"]}', note="n")
    grant(bob, 5, kind="service")
    grant(bob, 7, validTo="2026-05-02")
    done("loy_adjust", username=bob, lotID=lot, amount="-8", note="x")
    hold(bob, lot, 3)
    done("loy_addCard", username=bob, number="29001")
    done("loy_setBirthday", username=bob, birthday="1990-01-01")
    db.execute("INSERT INTO loy_segmentMembers VALUES ('bob', 'runners', now())")
    buy(alice, "2026-04-01", 300)
    buy(bob, "2026-04-03", 250)
    buy(bob, "2026-03-03", 50)
    at("2026-05-03 12:00")


def test_everything_moves_and_the_tier_is_that_of_both(db, alice, bob, mona, two, balance):
    preview = db.call("loy_mergeAccounts_preview", username=alice, otherUsername=bob, actor=mona)
    assert preview.reason == "accounts_can_merge"
    told = preview.details
    assert [(lot["kind"], lot["amount"]) for lot in told["lots"]] == [
        ("promotional", "12.00"),
        ("service", "5.00"),
    ]
    assert (told["cards"], told["purchases"], told["receipts"]) == (["29001"], "300.00", 2)
    assert (told["before"], told["tier"], told["otherName"]) == ("blue", "silver", "Bob")

    outcome = db.call("loy_mergeAccounts", username=alice, otherUsername=bob, note="one person", actor=mona)
    assert (outcome.reason, outcome.details) == (
        "accounts_merged",
        {name: value for name, value in told.items() if name != "otherName"},
    )
    assert (balance(alice), balance(alice, "service"), balance(bob)) == ("22.00", "5.00", "0.00")
    moved = db.row("SELECT * FROM loy_lotList WHERE username = 'alice' AND kind = 'promotional'")
    kept = db.row("SELECT * FROM loy_lotList WHERE username = 'bob' AND kind = 'promotional'")
    assert (moved.amount, moved.scope, moved.note, moved.merged_from) == (12, {"brand": ["x"]}, "n", "bob")
    assert (moved.valid_from, moved.valid_to) == (kept.valid_from, kept.valid_to)
    assert kept.state == "spent"
    merges = "SELECT username, sum(amount) FROM loy_moveList WHERE kind = 'merge' GROUP BY username ORDER BY username"
    assert [tuple(row) for row in db.read(merges)] == [("alice", 24), ("bob", -24)]
    assert db.value("SELECT count(*) FROM loy_holds") == 0

    # Whoever names Bob at a till means Alice's account.
    done_by_phone = db.call("as_changeKey", username=bob, kind="phone", value="0911 111 111")
    assert done_by_phone.ok
    for key in ("29001", "0911 111 111", "0903 123 456"):
        assert db.row("SELECT username, tier FROM loy_identify(%s)", [key]) == ("alice", "silver"), key
    account = db.row("SELECT * FROM loy_accountList WHERE username = 'bob'")
    assert (account.merged_into, account.birthday) == ("alice", None)
    assert str(db.value("SELECT birthday FROM loy_accounts WHERE username = 'alice'")) == "1990-01-01"
    last = db.row("SELECT * FROM loy_tierHistory WHERE username = 'alice' ORDER BY id DESC LIMIT 1")
    assert (last.tier, last.purchases, last.reason, last.is_up) == ("silver", 600, "merged", True)
    # Money, sign-in and receipts are not touched.
    assert db.value("SELECT count(*) FROM loy_receipts WHERE username = 'bob'") == 2
    assert str(db.value("SELECT fin_getBalance('alice')")) == "1000.00"
    assert db.value("SELECT email FROM as_users WHERE username = 'bob'") == "bob@example.com"
    audited = db.read("SELECT username FROM as_audit WHERE procedure = 'loy_mergeAccounts' ORDER BY 1")
    assert [row.username for row in audited] == ["alice", "bob"]


def test_one_who_was_joined_is_not_joined_again_but_others_join_the_first(
    db, alice, bob, charlie, two, untouched
):
    first = db.call("loy_mergeAccounts", username=bob, otherUsername=alice, requestKey="one")
    assert first.ok, first
    with untouched():
        assert db.call("loy_mergeAccounts", username=bob, otherUsername=alice, requestKey="one") == first
        for pair in ((bob, alice), (charlie, alice), (alice, charlie)):
            assert (
                db.call("loy_mergeAccounts", username=pair[0], otherUsername=pair[1]).reason
                == "account_merged"
            )
    assert db.call("loy_mergeAccounts", username=charlie, otherUsername=bob).ok
    assert db.row("SELECT username FROM loy_identify('0903 123 456')") == ("charlie",)
    assert db.value("SELECT sum(amount) FROM loy_purchases WHERE username = 'charlie'") == 600


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"otherUsername": "alice"}, "same_account"),
        ({"otherUsername": "nobody"}, "no_such_user"),
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "alice"}, "not_allowed"),
        ({"otherUsername": "mona"}, "own_account"),
        ({"username": "mona"}, "own_account"),
        ({"otherUsername": "charlie"}, "account_blocked"),
        ({"username": "charlie"}, "account_blocked"),
        ({"note": "x" * 1001}, "too_long"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, bob, charlie, mona, done, untouched, given, reason):
    done("loy_blockAccount", username=charlie, note="why")
    arguments = {"username": alice, "otherUsername": bob, "actor": mona} | given
    with untouched():
        assert db.call("loy_mergeAccounts", **arguments).reason == reason
        if "note" not in given:
            assert db.call("loy_mergeAccounts_preview", **arguments).reason == reason


def test_what_waits_to_be_booked_is_booked_first(db, alice, bob, two, untouched):
    receipt = db.value("SELECT max(receiptID) FROM loy_receipts WHERE username = 'bob'")
    db.execute("INSERT INTO loy_toBook VALUES ('bob', %s, now())", [receipt])
    with untouched():
        assert db.call("loy_mergeAccounts", username=alice, otherUsername=bob).reason == "receipts_waiting"
        assert (
            db.call("loy_mergeAccounts_preview", username=alice, otherUsername=bob).reason
            == "receipts_waiting"
        )
    db.execute("DELETE FROM loy_toBook")


def test_a_key_that_the_other_one_has_used_is_not_used_again(db, alice, bob, done, untouched):
    done("loy_addCard", username=bob, requestKey="one")
    with untouched():
        assert (
            db.call("loy_mergeAccounts", username=alice, otherUsername=bob, requestKey="one").reason
            == "request_key_reused"
        )


def test_this_years_service_points_are_not_given_twice(db, alice, bob, done, buy, balance, at):
    at("2026-05-01 12:00")
    buy(bob, "2026-04-01", 2500)
    done("loy_reviewTier", username=bob)
    done("loy_mergeAccounts", username=alice, otherUsername=bob)
    assert (
        balance(alice, "service"),
        db.value("SELECT tier FROM loy_accounts WHERE username = 'alice'"),
    ) == (
        "30.00",
        "gold",
    )
