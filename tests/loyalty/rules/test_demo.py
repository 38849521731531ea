"""The demo's promotions are published as they are, once."""

from portal.demo import promotions
from tests.loyalty.rules.conftest import SATURDAY, done


def test_a_dozen_rules_come_into_force_and_stay_when_loaded_again(db, stores, decide):
    def call(procedure, **arguments):
        return done(db.call(procedure, **arguments))

    version = promotions.load(call)
    assert promotions.load(call) == version
    ((state, count),) = db.read("SELECT state, promotions FROM loy_setList")
    assert (state, count) == ("inForce", len(promotions.RULES))
    found = decide(
        ("BOOT-1", 1, "100.00"), ("SKI-1", 1, "300.00"), ("SOCKS-1", 3, "10.00"), tier="gold", at=SATURDAY
    )
    given = {row["promotion"] for row in found["explanation"] if row["state"] == "given"}
    assert {
        "ski-set",
        "three-for-two",
        "regular-gold",
        "ski-bonuses",
        "columbia-weekend",
        "first-thousand",
    } <= given
    assert all(
        set(row.names) == {"en", "ru", "sk", "cs", "hi"}
        for row in db.read("SELECT names FROM loy_promotionList")
    )
