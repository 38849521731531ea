"""Terms that no coupon may have, and why: of a named one and of generated ones alike."""

import pytest

WRONG = [
    ({"useType": "thrice"}, "invalid_type", "useType"),
    ({"useType": None}, "invalid_type", "useType"),
    ({"discountType": "gift"}, "invalid_type", "discountType"),
    ({"value": None}, "value_missing", "value"),
    ({"value": "NaN"}, "discount_not_a_number", "value"),
    ({"value": "Infinity"}, "discount_not_a_number", "value"),
    ({"value": "0"}, "percentage_out_of_range", "value"),
    ({"value": "-10"}, "percentage_out_of_range", "value"),
    ({"value": "100.01"}, "percentage_out_of_range", "value"),
    ({"value": "12.345"}, "value_too_precise", "value"),
    ({"discountType": "amount", "value": "0"}, "value_not_positive", "value"),
    ({"discountType": "amount", "value": "1000000.01"}, "value_too_large", "value"),
    ({"discountType": "amount", "value": "0.001"}, "value_too_precise", "value"),
    ({"value": "ten"}, "invalid_value", "value"),
    ({"categoryID": 999}, "no_such_category", "categoryID"),
    ({"tariffIDs": [999]}, "no_such_tariff", "tariffIDs"),
    ({"tariffIDs": [None]}, "no_such_tariff", "tariffIDs"),
    ({"periods": [2]}, "unknown_period", "periods"),
    ({"periods": [12, None]}, "unknown_period", "periods"),
    ({"validFrom": "2099-01-02", "validUntil": "2099-01-02"}, "ends_before_start", "validUntil"),
    ({"validFrom": "2001-01-01", "validUntil": "2001-02-01"}, "over_already", "validUntil"),
    ({"validUntil": "infinity"}, "invalid_value", "validUntil"),
    ({"validFrom": "-infinity"}, "invalid_value", "validFrom"),
    ({"maxUses": 0, "useType": "multiple"}, "limit_not_positive", "maxUses"),
    ({"maxUsesPerPerson": -1, "useType": "multiple"}, "limit_not_positive", "maxUsesPerPerson"),
    ({"maxUses": 2}, "single_is_used_once", "maxUses"),
    ({"maxUsesPerPerson": 2}, "single_is_used_once", "maxUsesPerPerson"),
    ({"note": "x" * 10_001}, "too_long", "note"),
]


@pytest.fixture(
    params=[("cpn_addCoupon", {"code": "SALE"}), ("cpn_generateCoupons", {"count": 3})],
    ids=lambda one: one[0],
)
def ask(request, db):
    procedure, given = request.param
    return lambda **terms: db.call(procedure, **given | {"value": 10} | terms)


@pytest.mark.parametrize(("wrong", "reason", "field"), WRONG)
def test_it_refuses_wrong_terms(ask, untouched, wrong, reason, field):
    with untouched():
        outcome = ask(**wrong)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_terms_are_kept_in_one_form(db, shop):
    outcome = db.call(
        "cpn_checkTerms",
        categoryID=None,
        useType="single",
        discountType="free",
        value="77",
        tariffIDs=[shop.business, shop.team, shop.business],
        periods=[],
        validFrom=None,
        validUntil=None,
        maxUses=None,
        maxUsesPerPerson=1,
        note=" for the fair ",
    )
    assert outcome.reason == "terms_hold"
    terms = outcome.details
    assert (terms["value"], terms["maxuses"], terms["maxusesperperson"]) == ("0.00", 1, None)
    assert terms["tariffids"] == sorted([shop.team, shop.business])
    assert (terms["periods"], terms["note"]) == (None, "for the fair")
