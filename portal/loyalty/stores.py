"""Stores, and the keys with which their tills sign."""

from flask import Blueprint, abort, request

from portal import access, db, pages, texts
from portal.forms import asker
from portal.profile import zones

bp = Blueprint("stores", __name__)

STORE = "/loyalty/stores/<storeID>"
CHANGED = ["stores-changed"]


@bp.get("/loyalty/stores")
@access.admin
def stores():
    return pages.render(
        "loyalty/stores.html",
        "loyalty/_stores.html",
        stores=db.read("SELECT * FROM loy_storeList ORDER BY NOT is_active, lower(city), lower(name), store_id"),
    )  # fmt: skip


@bp.get("/loyalty/stores/new")
@access.admin
def newStore():
    return pages.render("loyalty/store_new.html", "loyalty/_store_new.html", **choices())


@bp.post("/loyalty/stores/new")
@access.admin
def addStore():
    outcome = db.call("loy_saveStore", storeID=request.form.get("storeID", "").strip(), **terms())
    return pages.answer(outcome, stores, form=newStore, close=True, events=CHANGED)


@bp.get(STORE)
@access.admin
def store(storeID, secret=None):
    return pages.render(
        "loyalty/store.html",
        "loyalty/_store.html",
        store=store_of(storeID),
        keys=db.read(
            "SELECT * FROM loy_storeKeyList WHERE store_id = %s ORDER BY revoked_at IS NOT NULL, created_at DESC",
            [storeID],
        ),
        secret=secret,
        **choices(),
    )


@bp.post(STORE)
@access.admin
def saveStore(storeID):
    given = terms()
    store_of(storeID)
    return pages.answer(
        db.call("loy_saveStore", storeID=storeID, **given), store, form=store, events=CHANGED, storeID=storeID
    )


@bp.post(f"{STORE}/keys")
@access.admin
def addKey(storeID):
    asked = asker()
    store_of(storeID)
    outcome = db.call("loy_addStoreKey", storeID=storeID, **asked)
    if not outcome.ok:
        return pages.answer(outcome, store, storeID=storeID)
    # The answer to the form shows the secret, and nothing else ever does: no redirect could carry it.
    return pages.toast(store(storeID=storeID, secret=outcome.details), texts.say(outcome))


@bp.post(f"{STORE}/keys/<keyID>/revoke")
@access.admin
def revokeKey(storeID, keyID):
    asked = asker()
    if db.row("SELECT FROM loy_storeKeyList WHERE store_id = %s AND key_id = %s", [storeID, keyID]) is None:
        abort(404)
    outcome = db.call("loy_revokeStoreKey", storeID=storeID, keyID=keyID, **asked)
    return pages.answer(outcome, store, storeID=storeID)


def terms() -> dict:
    """What the form says of a store."""
    names = ("name", "city", "country", "timeZone", "channel")
    return {
        **{name: request.form.get(name, "").strip() for name in names},
        "isActive": request.form.get("isActive") == "true",
        **asker(),
    }


def store_of(storeID):
    return db.row("SELECT * FROM loy_storeList WHERE store_id = %s", [storeID]) or abort(404)


def choices() -> dict:
    return {
        "zones": zones(),
        "here": db.row("SELECT time_zone FROM as_installation").time_zone,
    }
