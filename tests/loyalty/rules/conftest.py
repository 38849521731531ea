"""Stores, products and promotions to change: `rule` saves one in the draft, `publish` puts the draft in force."""

import json

import pytest
from psycopg.types.json import Jsonb

from tests.catalogue.conftest import answers_once, people, refuses_strangers  # noqa: F401
from tests.people import alice, bob, charlie, mona, root  # noqa: F401

STORES = {"s001": "Bratislava", "s002": "Košice", "s003": ""}
PRODUCTS = {
    "BOOT-1": ("Ski boots", {"brand": "columbia", "category": "ski/boots", "sport": "ski"}),
    "SKI-1": ("Carving skis", {"brand": "atomic", "category": "ski/skis", "sport": "ski"}),
    "SOCKS-1": ("Wool socks", {"brand": "wolle", "category": "clothes/socks"}),
}
#: What a saturday is, and a monday.
SATURDAY, MONDAY = "2026-11-21 12:00+01", "2026-11-23 12:00+01"


def done(outcome):
    assert outcome.ok, outcome
    return outcome


def arguments(given: dict) -> dict:
    """Objects as jsonb, everything else as it is."""
    return {name: Jsonb(value) if isinstance(value, dict) else value for name, value in given.items()}


def basket(*lines, **more) -> Jsonb:
    """basket(("BOOT-1", 1, "149.90"), coupons=["SPRING"])"""
    return Jsonb(
        {
            "lines": [
                {"line": place, "sku": sku, "qty": str(qty), "price": price}
                for place, (sku, qty, price) in enumerate(lines, 1)
            ],
            **more,
        }
    )


def furnish(db) -> None:
    """Three stores, and products with attributes."""
    for code, city in STORES.items():
        done(
            db.call(
                "loy_saveStore",
                storeID=code,
                name=f"Store {code}",
                city=city,
                timeZone="Europe/Bratislava",
                channel="store" if city else "online",
            )
        )
    for sku, (name, attributes) in PRODUCTS.items():
        db.execute(
            "INSERT INTO loy_products (sku, name, attributes, floor, isSpecial, isService, updatedAt)"
            " VALUES (%s, %s, %s, 0, false, false, now())",
            [sku, name, json.dumps(attributes)],
        )


@pytest.fixture
def stores(db):
    furnish(db)


@pytest.fixture
def rule(db):
    """Save a promotion in the draft: `rule("ten", value=10, conditions={"brand": ["columbia"]})`."""

    def save(code, kind="percent", **given):
        return done(db.call("loy_savePromotion", code=code, kind=kind, **arguments(given)))

    return save


@pytest.fixture
def publish(db):
    def put(**given):
        version = db.value("SELECT version FROM loy_setList WHERE state = 'draft'")
        return done(db.call("loy_publishSet", setVersion=version, **given)).details

    return put


@pytest.fixture
def decide(db):
    """What a set gives: `decide(("BOOT-1", 1, "100.00"), at=SATURDAY)`."""

    def ask(*lines, set=None, at=SATURDAY, store="s001", **given):
        outcome = db.call(
            "loy_simulate", setVersion=set, basket=basket(*lines), storeID=store, at=at, **given
        )
        return done(outcome).details

    return ask
