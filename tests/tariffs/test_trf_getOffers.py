"""trf_getOffers: what a person may be put on, by the rules of the change itself."""

import pytest


@pytest.fixture
def offers(db):
    """{(tariff, period): row} as somebody is offered them."""

    def read(username, actor=None):
        rows = db.read("SELECT * FROM trf_getOffers(%s, %s)", [username, actor or username])
        return {(row.tariff, row.period): row for row in rows}

    return read


def test_a_customer_is_offered_every_period_of_what_is_sold(offers, alice, tariffs):
    found = offers(alice)
    assert [period for tariff, period in found if tariff == "Team"] == [1, 6, 12, 36]
    assert ("Legacy", 1) not in found
    year = found["Team", 12]
    assert (str(year.price), str(year.per_month), str(year.saving), year.saving_percent) == (
        "100.00",
        "8.33",
        "20.00",
        16,
    )
    assert (year.currency, year.is_free, year.is_present, year.is_offered) == ("EUR", False, False, True)


def test_what_she_has_without_end_is_shown_without_a_period(offers, alice, tariffs):
    row = offers(alice)["Free", None]
    assert (row.is_present, row.is_free, row.price) == (True, True, None)


def test_what_costs_nothing_is_taken_without_end(offers, change, give, alice, tariffs):
    give(alice, "10.00")
    assert change(alice, tariffs.team, 1).ok
    assert [period for tariff, period in offers(alice) if tariff == "Free"] == [0]


def test_only_an_administrator_is_offered_a_price_tag_without_end(offers, alice, mona, root, tariffs):
    assert ("Team", 0) not in offers(alice)
    assert ("Team", 0) not in offers(alice, mona)
    given = offers(alice, root)["Team", 0]
    assert (str(given.price), given.per_month) == ("0.00", None)


def test_a_tariff_that_is_not_sold_any_more_stays_with_who_has_it(
    db, offers, change, give, alice, bob, tariffs
):
    give(alice, "20.00")
    assert change(alice, tariffs.business, 1).ok
    assert db.call("trf_setTariffDisabled", tariffID=tariffs.business, isDisabled=True).ok
    row = offers(alice)["Business", 1]
    assert (row.is_present, row.is_offered, str(row.price)) == (True, False, "20.00")
    assert not [tariff for tariff, _ in offers(bob) if tariff == "Business"]


def test_a_stranger_is_offered_nothing(offers, tariffs):
    assert offers("nobody") == {}


def test_every_offer_is_one_that_the_change_accepts(db, offers, alice, tariffs):
    for row in offers(alice).values():
        if row.period is not None:
            preview = db.call(
                "trf_changeUserTariff_preview",
                username=alice,
                tariffID=row.tariff_id,
                period=row.period,
                actor=alice,
            )
            assert (preview.reason, preview.details["price"]) == ("quote", str(row.price))
