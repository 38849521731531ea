"""Stores, the keys with which their tills sign, and which calls are a store's."""

import hashlib
import secrets
import time

import pytest

from portal.till.signing import Key

PATH = "/api/v1/quote"


@pytest.fixture
def key(db, shop):
    made = db.call("loy_addStoreKey", storeID=shop)
    return Key(shop, made.details["keyID"], made.details["secret"])


@pytest.fixture
def admit(db):
    """Judge a call: what the till has signed, and what of it is sent otherwise."""

    def ask(key, changed=None, at=None, nonce=None):
        signed = key.headers("POST", PATH, b"{}", at=at, nonce=nonce)
        given = {
            "storeID": key.store,
            "keyID": key.id,
            "signedAt": signed["X-Timestamp"],
            "nonce": signed["X-Nonce"],
            "method": "POST",
            "path": PATH,
            "bodyHash": hashlib.sha256(b"{}").digest(),
            "signature": bytes.fromhex(signed["X-Signature"]),
        }
        return db.call("loy_admitCall", **given | (changed or {}))

    return ask


def test_a_signed_call_is_admitted_once(key, admit):
    nonce = secrets.token_hex(16)
    assert admit(key, nonce=nonce).reason == "admitted"
    assert admit(key, nonce=nonce).reason == "nonce_used"
    assert admit(key).ok


@pytest.mark.parametrize(
    "sent",
    [
        {"path": "/api/v1/commit"},
        {"method": "GET"},
        {"bodyHash": hashlib.sha256(b"{} ").digest()},
        {"signedAt": "1795000000"},
        {"nonce": "another-nonce-0123"},
        {"signature": b""},
        {"signature": bytes(32)},
        {"keyID": "k000000000000"},
        {"storeID": "s002"},
        {"storeID": "s999"},
        {"storeID": None},
        {"signedAt": None},
        {"signedAt": "now"},
        {"nonce": "short"},
        {"nonce": None},
    ],
)
def test_what_was_not_signed_so_is_refused(key, admit, untouched, sent):
    with untouched():
        assert admit(key, sent).reason == "wrong_signature"


@pytest.mark.parametrize("seconds", [-302, 305, -86400])
def test_an_old_or_future_timestamp_is_refused_with_the_time(key, admit, untouched, seconds):
    with untouched():
        refused = admit(key, at=int(time.time()) + seconds)
    assert refused.reason == "signed_too_long_ago" and abs(refused.details["now"] - time.time()) < 60


def test_a_clock_a_little_wrong_is_admitted(key, admit):
    assert admit(key, at=int(time.time()) - 290).ok and admit(key, at=int(time.time()) + 290).ok


def test_a_revoked_key_signs_nothing(db, key, admit, untouched):
    other = db.call("loy_addStoreKey", storeID=key.store).details
    assert db.call("loy_revokeStoreKey", storeID=key.store, keyID=key.id).ok
    with untouched():
        assert admit(key).reason == "wrong_signature"
        assert db.call("loy_revokeStoreKey", storeID=key.store, keyID=key.id).reason == "key_revoked"
        assert db.call("loy_revokeStoreKey", storeID=key.store, keyID="k0").reason == "no_such_key"
    assert admit(Key(key.store, other["keyID"], other["secret"])).ok


def test_a_closed_store_is_refused(db, key, admit):
    assert db.call("loy_saveStore", storeID=key.store, name="Closed", isActive=False).ok
    assert admit(key).reason == "store_closed"


def test_old_nonces_are_forgotten(db, key, admit):
    admit(key)
    assert db.call("loy_tidy").details == {"nonces": 0}
    db.execute("UPDATE loy_nonces SET at = at - interval '21 minutes'")
    assert db.call("loy_tidy").details == {"nonces": 1}


def test_the_signature_is_the_one_of_the_rfc(db):
    """RFC 4231, the second case; the first has another key."""
    signed = db.value(
        "SELECT encode(loy_sign('\\x4a656665', convert_to('what do ya want for nothing?', 'UTF8')), 'hex')"
    )
    assert signed == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"


def test_a_secret_is_told_once_and_kept_nowhere_else(db, shop):
    first = db.call("loy_addStoreKey", storeID=shop, requestKey="once")
    again = db.call("loy_addStoreKey", storeID=shop, requestKey="once")
    assert len(first.details["secret"]) == 64 and "secret" not in again.details
    assert first.details["keyID"] == again.details["keyID"]
    assert first.details["secret"] not in str(db.read("SELECT details, arguments FROM as_audit"))
    assert not hasattr(db.row("SELECT * FROM loy_storeKeyList"), "secret")


def test_only_an_administrator_keeps_stores(db, shop, alice, mona, untouched):
    with untouched():
        for actor in (alice, mona):
            assert db.call("loy_saveStore", storeID="s003", name="New", actor=actor).reason == "not_allowed"
            assert db.call("loy_addStoreKey", storeID=shop, actor=actor).reason == "not_allowed"
            assert db.call("loy_revokeStoreKey", storeID=shop, keyID="k", actor=actor).reason == "not_allowed"
        assert db.call("loy_addStoreKey", storeID="s999").reason == "no_such_store"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"storeID": "S 1"}, "wrong_store_id"),
        ({"storeID": ""}, "wrong_store_id"),
        ({"name": " "}, "wrong_store_name"),
        ({"name": "x" * 201}, "wrong_store_name"),
        ({"country": "svk"}, "wrong_country"),
        ({"timeZone": "Mars/Phobos"}, "wrong_time_zone"),
        ({"channel": "Kiosk 7"}, "wrong_channel"),
    ],
)
def test_a_store_that_cannot_be_is_refused(db, untouched, given, reason):
    with untouched():
        assert db.call("loy_saveStore", **{"storeID": "s003", "name": "New"} | given).reason == reason


def test_a_store_is_saved_again_under_the_same_id(db, root):
    for name in ("Old", "New"):
        assert db.call("loy_saveStore", storeID="s003", name=name, city="Kosice", actor=root).ok
    rows = db.read("SELECT * FROM loy_storeList WHERE store_id = 's003'")
    assert [(row.name, row.time_zone, row.keys) for row in rows] == [("New", "Europe/Bratislava", 0)]


def test_a_store_has_at_most_a_hundred_keys(db, shop):
    for _ in range(100):
        assert db.call("loy_addStoreKey", storeID=shop).ok
    assert db.call("loy_addStoreKey", storeID=shop).reason == "too_many_keys"


def test_booking_of_what_is_not_there_is_refused(db, shop, untouched):
    with untouched():
        assert db.call("loy_bookReceipt", username="nobody", receiptID=1).reason == "no_such_receipt"


def test_a_till_learns_of_an_account_what_it_may(db, shop, alice, grant, mona):
    grant(alice, 10)
    grant(alice, 5, kind="promotional")
    told = db.call("loy_tellAccount", storeID=shop, key="0903 123 456", withForecast=True)
    assert told.details["account"]["balance"] == "15.00" and len(told.details["forecast"]) == 2
    assert db.call("loy_tellAccount", storeID=shop, key="+421 999 999 999").reason == "no_such_account"
    assert db.call("loy_blockAccount", username=alice, note="lost", actor=mona).ok
    assert db.call("loy_tellAccount", storeID=shop, key="0903 123 456").details["account"]["isBlocked"]
