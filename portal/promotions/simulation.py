"""A receipt or a typed basket decided by another set."""

import re

from flask import request
from psycopg.types.json import Jsonb

from portal import access, db, formats, pages
from portal.forms import asked
from portal.promotions.blueprint import bp
from portal.promotions.comparison import found_of
from portal.promotions.shared import bonus_kinds, named_here, standing


@bp.get("/loyalty/rules/simulate")
@access.admin
def simulate():
    sets = standing()
    outcome = simulated()
    return pages.told(
        outcome,
        "promotions/simulate.html",
        "promotions/_simulate.html",
        sets=sets,
        found=found_of(outcome.details) if outcome and outcome.ok else None,
        stores=db.read(
            "SELECT store_id, name, city FROM loy_storeList WHERE is_active ORDER BY name LIMIT 500"
        ),
        tiers=db.read("SELECT code, names FROM loy_tierList ORDER BY rank"),
        versions=db.read(
            "SELECT version, state, published_at FROM loy_setList ORDER BY version DESC LIMIT 50"
        ),
        receipts=db.read(
            "SELECT * FROM loy_findReceipts(what => 'sale', search => %s, rows => 8)", [searched()]
        ),
        currency=formats.currency(),
        bonus_kinds=bonus_kinds(),
    )


def searched() -> str | None:
    return asked("q", 100) or None


def simulated():
    """What the draft, or another set, makes of the receipt or the basket in the address; None where there is neither."""
    owner, _colon, number = request.args.get("receipt", "").rpartition(":")
    typed = request.args.get("basket", "").strip()
    if not typed and not owner:
        return None
    version = request.args.get("set", "")
    given = {"setVersion": version if version else None, "actor": access.actor()}
    moment = request.args.get("at", "").strip()
    if moment:
        zone = db.row("SELECT time_zone FROM as_installation").time_zone
        given["at"] = f"{moment} {zone}"
    if owner:
        return named_here(db.call("loy_simulate", username=owner, receiptID=number, **given))
    return named_here(
        db.call(
            "loy_simulate",
            basket=Jsonb(basket(typed)),
            storeID=request.args.get("store") or None,
            tier=request.args.get("tier") or None,
            username=request.args.get("person", "").strip() or None,
            **given,
        )
    )


def basket(typed: str) -> dict:
    """A basket out of lines such as `BOOT-1 2 49.90 brand=columbia`, as a till would send it."""
    lines = []
    for place, line in enumerate((line for line in typed.splitlines() if line.strip()), 1):
        sku, *rest = line.split()
        plain = [word.replace(",", ".") for word in rest if "=" not in word]
        attributes = dict(word.split("=", 1) for word in rest if "=" in word)
        qty, price = plain[:2] if len(plain) > 1 else ["1", *plain, ""][:2]
        lines.append({"line": place, "sku": sku, "qty": qty, "price": price, "attributes": attributes})
    coupons = [code for code in re.split(r"[,\s]+", request.args.get("coupons", "")) if code]
    return {
        "lines": lines,
        "coupons": coupons,
        "pay": request.args.get("pay", "").replace(",", ".") or "none",
    }
