"""fin_checkAmount: whether an amount of money can be moved."""

import pytest


@pytest.mark.parametrize("amount", ["0.01", "1", "12.500", "1000000000", "1e3"])
def test_money_is_money(db, amount):
    assert db.row("SELECT * FROM fin_checkAmount(%s)", [amount]).reason is None


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (None, "amount_missing"),
        ("NaN", "amount_not_a_number"),
        ("-Infinity", "amount_not_a_number"),
        ("0.00", "amount_not_positive"),
        ("-1", "amount_not_positive"),
        ("1000000000.01", "amount_too_large"),
        ("1e300", "amount_too_large"),
        ("0.001", "amount_too_precise"),
        ("0.015", "amount_too_precise"),
    ],
)
def test_what_is_no_money_is_never_rounded(db, amount, reason):
    answer = db.row("SELECT * FROM fin_checkAmount(%s)", [amount])
    assert (answer.result, answer.reason, answer.details["field"]) == (0, reason, "amount")
