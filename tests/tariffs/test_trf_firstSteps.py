"""trf_firstSteps: what a new customer has still to do."""

from tests.people import register


def steps(db, username):
    return db.row("SELECT * FROM trf_firstSteps WHERE username = %s", [username])


def test_a_new_customer_has_done_nothing(db, tariffs):
    row = steps(db, register(db, "dana"))
    assert (row.is_new, row.has_tariff, row.has_money, row.has_contacts) == (True, False, False, False)


def test_money_a_tariff_and_contacts_are_ticked_off(db, give, change, tariffs):
    register(db, "dana", phone="+421 903 111 222")
    give("dana", "10.00")
    assert change("dana", tariffs.team, 1).ok
    row = steps(db, "dana")
    assert (row.has_tariff, row.has_money, row.has_contacts) == (True, True, True)


def test_nobody_stays_new_for_more_than_thirty_days(db, on, tariffs):
    on("2026-01-10")
    register(db, "dana")
    on("2026-02-12")
    assert not steps(db, "dana").is_new
