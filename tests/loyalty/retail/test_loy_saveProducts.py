"""Products that tills need not describe."""

import json

import pytest

from tests.people import root  # noqa: F401

SKIS = {
    "sku": "A1",
    "name": "Skis",
    "attributes": {"brand": "columbia", "category": "ski/alpine"},
    "floor": "99.00",
}


def save(db, *products, **given):
    return db.call("loy_saveProducts", products=json.dumps(products), **given)


def product(db, sku):
    return db.row("SELECT * FROM loy_products WHERE sku = %s", [sku])


def test_products_are_added_and_changed_together(db, root):  # noqa: F811
    saved = save(
        db, SKIS, {"sku": "B2", "name": "Sharpening", "isService": True, "special": False}, actor=root
    )
    assert (saved.reason, saved.details["saved"]) == ("products_saved", 2)
    assert (product(db, "A1").floor, product(db, "B2").isservice) == (99, True)
    assert save(db, SKIS).details["saved"] == 0
    assert save(db, SKIS | {"name": "Skis 170"}).details["saved"] == 1
    assert product(db, "A1").name == "Skis 170"


def test_the_same_request_again_gets_the_same_answer(db):
    first = save(db, SKIS, requestKey="one")
    assert save(db, SKIS, requestKey="one") == first
    assert save(db, SKIS | {"name": "Other"}, requestKey="one").reason == "request_key_reused"


@pytest.mark.parametrize(
    "wrong",
    [
        {"sku": ""}, {"sku": 7}, {"name": " "}, {"floor": "-1"}, {"floor": "1.001"}, {"special": "yes"}, {"isService": 1},
        {"attributes": []}, {"attributes": {"1": "a"}}, {"attributes": {"a": 1}}, {"attributes": {"a": ""}},
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_nothing_is_saved(db, untouched, wrong):
    with untouched():
        answer = save(db, SKIS, SKIS | {"sku": "B2"} | wrong)
        assert (answer.reason, answer.details["field"]) == ("wrong_product", "products[1]")


def test_no_list_and_a_product_twice_are_refused(db, untouched):
    with untouched():
        assert save(db).reason == "no_products"
        assert db.call("loy_saveProducts", products='{"sku": "A1"}').reason == "no_products"
        assert save(db, SKIS, SKIS).reason == "product_twice"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"sku": ""}, "wrong_sku"),
        ({"name": ""}, "name_missing"),
        ({"name": "x" * 201}, "too_long"),
        ({"floor": "-1"}, "wrong_floor"),
        ({"special": "perhaps"}, "not_yes_or_no"),
        ({"attributes": {"a b": "c"}}, "wrong_attribute"),
        ({"attributes": {"category": "ski/"}}, "wrong_category"),
        ({"surplus": True}, "too_many_cells"),
        ({"sku": "A1"}, "product_twice"),
    ],
)
def test_a_row_of_a_file_is_refused_for_one_reason_and_alone(db, wrong, reason):
    rows = [SKIS | {"row": 2}, SKIS | {"row": 3, "sku": "B2"} | wrong]
    answer = db.call("loy_importProducts", products=json.dumps(rows))
    assert [(row["row"], row["reason"]) for row in answer.details["rows"]] == [(3, reason)]
    assert (answer.details["added"], answer.details["refused"]) == (1, 1)
    assert db.value("SELECT count(*) FROM loy_products WHERE sku IN ('A1', 'B2')") == 1
