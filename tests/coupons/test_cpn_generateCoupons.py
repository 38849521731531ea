import pytest


@pytest.fixture
def order(db, people):
    return lambda count=3, **arguments: db.call(
        "cpn_generateCoupons", **{"count": count, "value": 10, "actor": "root"} | arguments
    )


def test_an_order_waits_for_the_job_which_is_woken(db, order, shop):
    outcome = order(250, prefix=" SPRING-", length=10, tariffIDs=[shop.team], note="for the fair")
    assert (outcome.reason, outcome.details["coupons"]) == ("coupons_ordered", 250)
    row = db.row("SELECT * FROM cpn_generationList")
    assert (row.state, row.made, row.coupons, row.used, row.actor) == ("making", 0, 250, 0, "root")
    assert (row.prefix, row.length, row.tariffs, str(row.value)) == ("SPRING-", 10, ["Team"], "10.00")
    assert (row.use_type, row.max_uses, row.note) == ("single", 1, "for the fair")
    run = db.row("SELECT * FROM job_runList")
    assert (run.code, run.state, run.actor) == ("coupons.generate", "waiting", "root")
    assert order().ok
    assert db.value("SELECT count(*) FROM job_runList") == 1


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        ({"count": None}, "count_out_of_range", "count"),
        ({"count": 0}, "count_out_of_range", "count"),
        ({"count": 100_001}, "count_out_of_range", "count"),
        ({"count": "many"}, "invalid_value", "count"),
        ({"length": 5}, "length_out_of_range", "length"),
        ({"length": 33}, "length_out_of_range", "length"),
        ({"length": None}, "length_out_of_range", "length"),
        ({"count": 16_778, "length": 6}, "codes_too_easy", "length"),
        ({"prefix": "x" * 101}, "too_long", "prefix"),
        ({"prefix": "x" * 256}, "code_too_long", "prefix"),
        ({"prefix": "a\nb"}, "code_unreadable", "prefix"),
    ],
)
def test_it_refuses_orders_that_cannot_be_made(order, untouched, wrong, reason, field):
    with untouched():
        outcome = order(**wrong)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_a_code_that_is_made_up_is_one_of_theirs_once_in_a_thousand_at_most(order):
    assert order(16_777, length=6).ok
    assert order(100_000, length=7).ok
    assert order(1, length=32).ok


def test_it_is_for_administrators(refuses_strangers):
    refuses_strangers("cpn_generateCoupons", count=3, value=10)


def test_it_answers_a_repeated_request_once(db, answers_once):
    answers_once("cpn_generateCoupons", {"count": 4}, count=3, value=10)
    assert db.value("SELECT count(*) FROM cpn_generationList") == 1
