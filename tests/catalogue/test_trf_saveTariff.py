import pytest

PRICES = {"price": "19", "price6": "99", "price12": "190", "price36": "490"}


@pytest.fixture
def saved(db, people):
    def call(**arguments):
        return db.call("trf_saveTariff", **{"actor": "root"} | arguments)

    return call


def tariff(db, tariffID):
    return db.row("SELECT * FROM trf_tariffManagement WHERE tariff_id = %s", [tariffID])


def test_it_adds_a_tariff_at_the_end_of_the_offer(db, saved, shelf):
    outcome = saved(name=" Even   faster ", description=" For all. ", **PRICES)
    assert outcome.reason == "tariff_added"
    row = tariff(db, outcome.details["tariffID"])
    assert (row.tariff, row.description, str(row.price36)) == ("Even faster", "For all.", "490.00")
    assert not row.is_disabled and not row.is_free
    assert row.sort_order == max(t.sort_order for t in db.read("SELECT sort_order FROM trf_tariffManagement"))


def test_it_is_called_by_position_too(db):
    row = db.row("SELECT * FROM trf_saveTariff(NULL, 'Fast', 'For small teams.', 19, 99, 190, 490.50)")
    assert row.result == 1 and row.details["after"]["price36"] == "490.50"


def test_a_tariff_without_any_price_is_free(db, saved):
    outcome = saved(name="Free")
    assert tariff(db, outcome.details["tariffID"]).is_free


def test_a_saved_tariff_keeps_what_was_not_said_except_prices(db, saved, shelf):
    saved(tariffID=shelf.fast, description="Quick", sortOrder=5, name="Fast", **PRICES)
    outcome = saved(tariffID=shelf.fast, name="Faster")
    assert outcome.reason == "tariff_saved"
    row = tariff(db, shelf.fast)
    assert (row.tariff, row.description, row.sort_order, row.price) == ("Faster", "Quick", 5, None)


def test_the_audit_has_before_and_after(db, saved, shelf):
    saved(tariffID=shelf.fast, name="Fast", **PRICES | {"price": "21.5"})
    details = db.value("SELECT details FROM as_audit WHERE actor = 'root' ORDER BY id DESC LIMIT 1")
    assert details["before"]["price"] == "19.00" and details["after"]["price"] == "21.50"
    assert details["currency"] == "EUR"


def test_a_new_price_concerns_future_purchases_only(db, saved, shelf, people, buy):
    buy("alice", shelf.fast, 12)
    before = db.row(
        "SELECT paid, bought_until FROM trf_changes WHERE username = 'alice' ORDER BY number DESC"
    )
    saved(tariffID=shelf.fast, name="Fast", **PRICES | {"price12": "999"})
    after = db.row("SELECT paid, bought_until FROM trf_changes WHERE username = 'alice' ORDER BY number DESC")
    assert before == after
    assert db.value("SELECT balance FROM fin_balances WHERE username = 'alice'") == 310


@pytest.mark.parametrize(
    "field, given",
    [
        ("price", {"price6": 99, "price12": 190, "price36": 490}),
        ("price6", {"price": 19}),
        ("price12", {"price": 19, "price6": 99, "price36": 490}),
        ("price36", {"price": 0, "price6": 0, "price12": 0}),
    ],
)
def test_it_demands_all_prices_or_none_and_names_the_missing_one(saved, shelf, untouched, field, given):
    with untouched():
        outcome = saved(tariffID=shelf.fast, name="Fast", **given)
    assert (outcome.reason, outcome.details["field"]) == ("all_prices_or_none", field)


@pytest.mark.parametrize(
    "value, reason",
    [
        ("-0.01", "price_negative"),
        ("19.999", "price_too_precise"),
        ("1000000.01", "price_too_large"),
        ("NaN", "price_not_a_number"),
        ("Infinity", "price_not_a_number"),
        ("nineteen", "invalid_value"),
        ("9" * 400, "price_too_large"),
    ],
)
def test_it_refuses_what_is_no_price_and_rounds_nothing(saved, shelf, untouched, value, reason):
    with untouched():
        outcome = saved(tariffID=shelf.fast, name="Fast", **PRICES | {"price12": value})
    assert (outcome.reason, outcome.details["field"]) == (reason, "price12")


@pytest.mark.parametrize("value", ["0", "0.00", "12.500", "1000000"])
def test_it_takes_prices_at_the_edge(saved, value):
    assert saved(name="Edge", price=value, price6=value, price12=value, price36=value).ok


@pytest.mark.parametrize(
    "arguments, reason, field",
    [
        ({"name": None}, "name_missing", "name"),
        ({"name": "  "}, "name_missing", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"name": "Long", "description": "x" * 4001}, "too_long", "description"),
        ({"name": "fAST"}, "name_taken", "name"),
        ({"name": "Order", "sortOrder": "first"}, "invalid_value", "sortOrder"),
        ({"name": "Order", "sortOrder": str(2**31)}, "invalid_value", "sortOrder"),
    ],
)
def test_it_refuses_a_bad_name(saved, shelf, untouched, arguments, reason, field):
    with untouched():
        outcome = saved(**arguments)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


@pytest.mark.parametrize(
    "name", ['O\'Neil "quoted"', "<script>alert(1)</script>", "🚀 Rocket", "Тариф", "100 % %s"]
)
def test_it_takes_any_words_as_a_name(db, saved, name):
    outcome = saved(name=name)
    assert outcome.ok and tariff(db, outcome.details["tariffID"]).tariff == name


def test_it_refuses_an_unknown_tariff(saved, untouched):
    with untouched():
        assert saved(tariffID=999, name="X").reason == "no_such_tariff"
        assert saved(tariffID=str(2**63), name="X").reason == "invalid_value"


def test_the_default_tariff_stays_free(db, saved, shelf, untouched):
    with untouched():
        assert saved(tariffID=shelf.free, name="Free", **PRICES).reason == "default_must_be_free"
    assert saved(tariffID=shelf.free, name="Free for all").ok


def test_it_refuses_a_form_that_became_stale_and_says_who_was_faster(db, saved, shelf, untouched):
    seen = tariff(db, shelf.fast).updated_at
    assert saved(tariffID=shelf.fast, name="Quick", **PRICES, expectedUpdatedAt=seen).ok
    with untouched():
        outcome = saved(tariffID=shelf.fast, name="Slow", **PRICES, expectedUpdatedAt=seen)
    assert outcome.reason == "changed_meanwhile"
    assert outcome.details["changedBy"] == "Root"


def test_it_is_for_administrators(refuses_strangers):
    refuses_strangers("trf_saveTariff", name="New")


def test_it_answers_a_repeated_request_once(db, answers_once):
    answers_once("trf_saveTariff", {"name": "Other"}, name="New", **PRICES)
    assert db.value("SELECT count(*) FROM trf_tariffManagement WHERE tariff = 'New'") == 1
