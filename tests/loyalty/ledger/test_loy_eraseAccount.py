"""Who is erased leaves receipts and moves under a name that is nobody's; nothing leads back."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


def test_birthday_cards_keys_and_bonuses_go(db, alice, root, grant, done, hold, buy, balance):
    lot = grant(alice, 50, note="for Alice of Dean's Yard")
    hold(alice, lot, 20)
    buy(alice, "2026-05-01", 100)
    done("loy_addCard", username=alice, number="2900 0000 1234 5", actor=alice)
    done("loy_setBirthday", username=alice, birthday="1990-05-17", actor=alice)
    db.execute("INSERT INTO loy_segmentMembers VALUES ('alice', 'runners', now())")
    assert db.call("fin_charge", username=alice, amount="1000.00", purpose="paid out").ok
    done("ctr_erasePerson", username=alice, note="asked in writing", actor=root)

    account = db.row("SELECT * FROM loy_accounts WHERE username = 'alice'")
    assert (account.birthday, account.isblocked, account.blocknote) == (None, True, "Erased")
    assert balance(alice) == "0.00"
    for table in ("loy_cards", "loy_segmentMembers", "loy_holds", "as_userKeys"):
        assert db.value(f"SELECT count(*) FROM {table} WHERE username = 'alice'") == 0, table
    moves = db.read("SELECT kind, amount FROM loy_moves ORDER BY moveID")
    assert [(str(kind), amount) for kind, amount in moves] == [("grant", 50), ("adjust", -50)]
    assert db.value("SELECT count(*) FROM loy_receipts WHERE username = 'alice'") == 1
    audit = db.value("SELECT string_agg(t::text, '') FROM as_audit AS t")
    assert not [known for known in ("2900000012345", "1990-05-17", "Alice") if known in audit]
    assert db.value("SELECT note FROM loy_lots") == ""


def test_an_erased_account_stays_blocked(db, alice, root, done, untouched):
    assert db.call("fin_charge", username=alice, amount="1000.00", purpose="paid out").ok
    done("ctr_erasePerson", username=alice, note="asked in writing", actor=root)
    with untouched():
        assert db.call("loy_unblockAccount", username=alice, note="x", actor=root).reason == "already_erased"
        assert db.call("loy_grant", username=alice, kind="regular", amount="1").reason == "account_blocked"
