"""trf_getExtensions: for how long the present tariff can be taken once more."""


def extensions(db, username, actor=None):
    rows = db.read("SELECT * FROM trf_getExtensions(%s, %s)", [username, actor or username])
    return [(row.period, str(row.price)) for row in rows]


def offered(db, username, actor=None):
    rows = db.read("SELECT * FROM trf_getOffers(%s, %s)", [username, actor or username])
    return [(row.period, str(row.price)) for row in rows if row.is_present and row.period is not None]


def test_a_bought_tariff_is_prolonged_for_every_period_at_its_price(db, give, change, alice, tariffs):
    give(alice, "10.00")
    assert change(alice, tariffs.team, 1).ok
    assert extensions(db, alice) == [(1, "10.00"), (6, "55.00"), (12, "100.00"), (36, "270.00")]


def test_what_is_there_without_end_cannot_be_prolonged(db, alice, tariffs):
    assert extensions(db, alice) == []


def test_they_are_the_rows_of_the_offers(db, give, change, alice, root, tariffs):
    give(alice, "20.00")
    assert change(alice, tariffs.business, 1).ok
    assert extensions(db, alice, root) == offered(db, alice, root)
    assert db.call("trf_setTariffDisabled", tariffID=tariffs.business, isDisabled=True).ok
    assert extensions(db, alice) == offered(db, alice) != []


def test_a_stranger_prolongs_nothing(db, tariffs):
    assert extensions(db, "nobody") == []
