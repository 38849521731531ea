"""A promotion gives no more than its budget, however many tills ask at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.loyalty.rules.conftest import furnish

TILLS, ROUNDS = 20, 50
TAKE = "SELECT loy_takeBudget(%s, %s, as_now(), %s, %s)"


def take(db, amount, promotion="first", store="s001", spread=1):
    return db.value(TAKE, [promotion, store, amount, spread])


def left(db, promotion="first", store=""):
    return db.row(
        "SELECT given::text, left_over::text FROM loy_budgetList WHERE is_current AND promotion = %s AND store_id = %s",
        [promotion, store],
    )


@pytest.fixture
def budget(stores, rule, publish):
    def put(budget=100, **given):
        rule("first", kind="percent", value=10, budget=budget, **given)
        return publish()

    return put


def test_it_is_taken_to_the_last_cent_and_no_further(db, budget):
    budget(100, budgetPeriod="month")
    for till in range(9):
        assert take(db, "11.11", spread=till)
    assert left(db) == ("99.99", "0.01")
    assert not take(db, "0.02", spread=4)
    assert take(db, "0.01", spread=12)
    assert left(db) == ("100.00", "0.00")
    assert not take(db, "0.01", spread=3)


def test_what_lies_in_others_slots_is_found(db, budget):
    budget(100)
    for till in range(16):
        assert take(db, "1.00", spread=till)
    assert take(db, "84.00", spread=5)
    assert left(db) == ("100.00", "0.00")


def test_what_is_too_much_takes_nothing(db, budget, untouched):
    budget(100)
    assert take(db, "60.00")
    before = db.read("SELECT * FROM loy_budgetSlots ORDER BY slot")
    assert not take(db, "40.01", spread=7)
    assert db.read("SELECT * FROM loy_budgetSlots ORDER BY slot") == before


def test_a_promotion_without_a_budget_gives_whatever_is_asked(db, stores, rule, publish, untouched):
    rule("first", value=10)
    publish()
    with untouched():
        assert take(db, "1000000.00")
        assert db.value("SELECT loy_giveBackBudget('first', 's001', as_now(), 5)") == 0
    assert db.call("loy_saveBudget", promotion="first", amount=5).reason == "no_budget"


def test_each_store_has_its_own_where_the_rule_says_so(db, budget):
    budget(10, budgetPer="store", budgetPeriod="day")
    assert take(db, 10, store="s001") and take(db, 10, store="s002")
    assert not take(db, "0.01", store="s001")
    assert left(db, store="s001") == left(db, store="s002") == ("10.00", "0.00")
    assert left(db, store="s003") == ("0.00", "10.00")


def test_a_new_period_begins_whole_by_the_stores_own_clock(db, budget):
    budget(10, budgetPer="store", budgetPeriod="day")
    query = "SELECT loy_takeBudget('first', 's001', %s, 10, 1)"
    # The set was published now, so these are days to come.
    day = db.value("SELECT as_today() + 10")
    assert db.value(query, [f"{day} 20:00 UTC"])
    assert not db.value(query, [f"{day} 22:59:59 Europe/Bratislava"])
    assert db.value(query, [f"{day} 23:30 UTC"])
    assert db.value("SELECT count(DISTINCT period) FROM loy_budgetSlots") == 2


def test_exhausted_promotions_are_named_and_not_given(db, budget, decide):
    budget(10)
    assert decide(("BOOT-1", 1, "100.00"))["would"]["discount"] == "10.00"
    assert db.value("SELECT loy_exhausted('s001', as_now())") == []
    assert take(db, 10)
    assert db.value("SELECT loy_exhausted('s001', as_now())") == ["first"]
    at = db.value("SELECT as_now()")
    assert decide(("BOOT-1", 1, "100.00"), at=at)["would"]["discount"] == "0.00"


def test_a_return_gives_back_what_was_taken_and_no_more(db, budget):
    budget(100)
    for till in range(4):
        take(db, 25, spread=till)
    back = "SELECT loy_giveBackBudget('first', 's001', as_now(), %s)"
    assert db.value(back, [30]) == 30
    assert left(db) == ("70.00", "30.00")
    assert take(db, 30, spread=9)
    assert db.value(back, [500]) == 100
    assert left(db) == ("0.00", "100.00")


def test_a_running_budget_is_made_larger_and_smaller_but_not_below_what_is_given(db, budget):
    budget(100)
    assert take(db, 60) and not take(db, 60)
    assert db.call("loy_saveBudget", promotion="first", amount=150).details["amount"] == "150.00"
    assert take(db, 60, spread=2)
    outcome = db.call("loy_saveBudget", promotion="first", amount=100)
    assert (outcome.reason, outcome.details["given"]) == ("budget_given", "120.00")
    assert db.call("loy_saveBudget", promotion="first", amount=120).reason == "budget_saved"
    assert left(db) == ("120.00", "0.00") and not take(db, "0.01")


@pytest.mark.parametrize(
    "amount, reason",
    [
        (None, "amount_missing"),
        ("0", "amount_not_positive"),
        ("0.001", "amount_too_precise"),
        ("NaN", "amount_not_a_number"),
        ("1e12", "amount_too_large"),
    ],
)
def test_a_budget_is_an_amount(db, budget, untouched, amount, reason):
    budget(100)
    with untouched():
        assert db.call("loy_saveBudget", promotion="first", amount=amount).reason == reason


def test_a_budget_of_each_store_is_changed_for_a_store(db, budget, untouched):
    budget(100, budgetPer="store")
    with untouched():
        assert db.call("loy_saveBudget", promotion="first", amount=5).reason == "no_such_store"
        assert db.call("loy_saveBudget", promotion="nobody", amount=5).reason == "no_such_promotion"
    assert db.call("loy_saveBudget", promotion="first", amount=5, storeID="s002").ok
    assert left(db, store="s002") == ("0.00", "5.00") and left(db, store="s001") == ("0.00", "100.00")


def test_a_new_set_changes_the_budget_that_runs(db, budget):
    budget(100, budgetPeriod="month")
    take(db, 40)
    budget(200, budgetPeriod="month")
    assert left(db) == ("40.00", "160.00")
    budget(20, budgetPeriod="month")
    assert left(db) == ("40.00", "0.00") and not take(db, "0.01")


@pytest.fixture
def shop(fresh_database):
    """Budgets of many rounds, each for one of many tills."""
    with fresh_database.connect() as connection:
        furnish(connection)
        for number in range(ROUNDS):
            given = {"kind": "percent", "value": 1, "budget": 100}
            assert connection.call("loy_savePromotion", code=f"round-{number}", **given).ok
        version = connection.value("SELECT version FROM loy_setList")
        assert connection.call("loy_publishSet", setVersion=version).ok
    return fresh_database


def at_once(database, work):
    """Every till does its work in each round at the same moment as the others; what they answered, by round."""
    start = Barrier(TILLS)

    def till(number):
        with database.connect() as connection:
            answers = []
            for round_number in range(ROUNDS):
                start.wait()
                answers.append(work(connection, round_number, number))
            return answers

    with ThreadPoolExecutor(TILLS) as pool:
        return list(zip(*pool.map(till, range(TILLS)), strict=True))


def test_the_last_budget_goes_to_exactly_one_of_twenty_tills(shop):
    rounds = at_once(shop, lambda db, number, till: take(db, 100, f"round-{number}", spread=till))
    assert [sum(answers) for answers in rounds] == [1] * ROUNDS


def test_twenty_tills_never_give_more_than_there_is(shop):
    def work(db, number, till):
        taken = sum(take(db, "7.00", f"round-{number}", spread=till) for _ in range(2))
        if till % 5 == 0 and taken:
            db.execute("SELECT loy_giveBackBudget(%s, 's001', as_now(), 7)", [f"round-{number}"])
            taken -= 1
        return taken

    rounds = at_once(shop, work)
    with shop.connect() as connection:
        for number, answers in enumerate(rounds):
            given, over = left(connection, f"round-{number}")
            assert float(given) == 7 * sum(answers) <= 100
            assert float(over) == 100 - float(given)
        # Nothing is stuck in a slot: the rest is given to whoever asks for it.
        assert take(connection, left(connection, "round-0").left_over or 1, "round-0")
        assert connection.value("SELECT count(*) FROM loy_budgetSlots WHERE given > allowed") == 0
