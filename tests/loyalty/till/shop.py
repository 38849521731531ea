"""Stores with promotions in force, made by the public procedures."""

import json

MAIN = "s001"
OTHER = "s002"

PROMOTIONS = (
    # A tenth off Columbia, and a hundred of them in all that the shop will give away.
    {"code": "columbia-tenth", "kind": "percent", "value": 10, "conditions": {"brand": ["columbia"]}},
    {"code": "off-three", "kind": "amount", "value": 3, "phase": 2, "per": "receipt", "minTotal": 100},
    {"code": "member", "kind": "earnPercent", "value": 5, "conditions": {"member": ["true"]}, "offer": {"kind": "regular"}},
)  # fmt: skip


def open_shop(db, promotions=PROMOTIONS, **settings):
    """Two stores in two cities; the promotions are published."""
    for store, city in ((MAIN, "Bratislava"), (OTHER, "Kosice")):
        done(db.call("loy_saveStore", storeID=store, name=f"Shop in {city}", city=city, country="sk"))
    publish(db, *promotions, **settings)
    return MAIN


def publish(db, *promotions, **settings) -> int:
    """Publish a set with these promotions and no others; its version."""
    draft = done(db.call("loy_openDraft"))["setVersion"]
    for row in db.read("SELECT code FROM loy_promotions WHERE setVersion = %s", [draft]):
        done(db.call("loy_deletePromotion", code=row.code))
    for promotion in promotions:
        given = {
            name: json.dumps(value) if isinstance(value, dict) else value for name, value in promotion.items()
        }
        done(db.call("loy_savePromotion", names=json.dumps({"en": promotion["code"]}), **given))
    if settings:
        done(db.call("loy_saveSetSettings", settings=json.dumps(settings)))
    done(db.call("loy_publishSet", setVersion=draft, note="test"))
    return draft


def done(outcome) -> dict:
    assert outcome.ok, outcome
    return outcome.details


def basket(*lines, pay="none", coupons=()) -> str:
    """basket(("A1", 2, "49.90"), ("B", 1, "10.00", {"brand": "columbia"}), pay="max")"""
    written = []
    for number, line in enumerate(lines, 1):
        sku, quantity, price, *more = line
        one = {"line": number, "sku": sku, "qty": str(quantity), "price": str(price)}
        if more:
            one["attributes"] = more[0]
        written.append(one)
    return json.dumps({"lines": written, "pay": pay, "coupons": list(coupons)})
