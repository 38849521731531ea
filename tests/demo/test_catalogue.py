"""The demo's tariffs: prices as published, and by rule what is not."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from portal.demo import catalogue, lives


def test_periods_that_are_not_offered_follow_the_rule():
    prices = catalogue.prices({"price": Decimal("4.99"), "price12": Decimal("47.88")})
    # Six months: 29.94 less half of the 12.00 that a year saves. Thirty-six: three years.
    assert prices == {
        "price": Decimal("4.99"),
        "price6": Decimal("23.94"),
        "price12": Decimal("47.88"),
        "price36": Decimal("143.64"),
    }


def test_every_price_is_in_whole_cents_and_a_longer_period_is_never_dearer_by_the_month():
    for tariff in catalogue.read()["tariffs"]:
        prices = catalogue.prices(tariff)
        assert all(price == price.quantize(Decimal("0.01")) for price in prices.values())
        by_month = [price / months for price, months in zip(prices.values(), (1, 6, 12, 36), strict=False)]
        assert by_month == sorted(by_month, reverse=True)


def test_a_description_says_which_prices_are_by_rule():
    for tariff in catalogue.read()["tariffs"]:
        assert ("does not offer 6 and 36 months" in catalogue.description(tariff)) == ("price" in tariff)


def test_values_are_of_options_that_exist():
    read = catalogue.read()
    codes = {option["code"] for option in read["options"]}
    assert all(set(tariff["values"]) <= codes for tariff in read["tariffs"])
    assert read["default"] in {tariff["name"] for tariff in read["tariffs"] if "price" not in tariff}
    assert {*lives.CHOICES, *lives.DEARER, *lives.CHEAPER} <= {tariff["name"] for tariff in read["tariffs"]}


@pytest.mark.parametrize("start", [date(2027, 1, 1), date(2028, 1, 1)])
def test_alices_tariff_can_end_on_any_day(start):
    for day in range(366):
        deadline = start + timedelta(days=day)
        bought, months = lives.purchase_that_ends(deadline)
        assert lives.months_after(bought, months) == deadline
        assert (deadline - bought).days <= lives.YEAR + 1
