"""trf_cabinets: the views behind a customer's first page, in one row."""

from tests.people import register


def cabinet(db, username):
    return db.row("SELECT * FROM trf_cabinets WHERE username = %s", [username])


def test_it_says_what_its_views_say(db, give, change, alice, tariffs):
    give(alice, "25.00")
    assert change(alice, tariffs.team, 1).ok
    assert db.call("trf_setRenewal", username=alice, period=12, actor=alice).ok
    row = cabinet(db, alice)._asdict()
    for view in ("trf_userTariffs", "fin_balances", "trf_firstSteps"):
        said = db.row(f"SELECT * FROM {view} WHERE username = %s", [alice])._asdict()
        assert {name: row[name] for name in said if name in row} == {k: said[k] for k in said if k in row}
    assert str(row["missing"]) == "85.00"


def test_what_was_asked_for_waits(db, alice, tariffs):
    for amount in ("10.00", "15.50"):
        assert db.call("fin_requestTopUp", username=alice, amount=amount, actor=alice).ok
    row = cabinet(db, alice)
    assert (row.waiting, str(row.waiting_amount), row.balance) == (2, "25.50", 0)


def test_nothing_is_missing_where_nothing_ends(db, tariffs):
    row = cabinet(db, register(db, "dana"))
    assert (row.missing, row.waiting, row.waiting_amount, row.is_new) == (None, 0, None, True)
