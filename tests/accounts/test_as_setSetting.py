"""as_setSetting, as_setClock, as_startDemo: what an installation is."""

import pytest

from tests.people import register


def save(db, code, value, **given):
    return db.call("as_setSetting", code=code, value=value, **given)


def value(db, code):
    return db.value("SELECT value FROM as_settingsList WHERE code = %s", [code])


@pytest.fixture
def tariffs(db):
    free = db.call("trf_saveTariff", name="Free").details["tariffID"]
    paid = db.call("trf_saveTariff", name="Fast", price=19, price6=99, price12=190, price36=490).details[
        "tariffID"
    ]
    return free, paid


@pytest.mark.parametrize(
    ("code", "typed", "kept"),
    [
        ("currency", " czk ", "CZK"),
        ("timeZone", "Asia/Kolkata", "Asia/Kolkata"),
        ("tariffDaysLeftNotification", "007", "7"),
        ("tariffUnusedDays", "forfeit", "forfeit"),
        ("tariffGraceDays", "0", "0"),
        ("topUpMinimum", "2.5", "2.50"),
        ("topUpMaximum", "5000", "5000.00"),
        ("phoneCountryCode", "+420", "420"),
        ("sessionIdleMinutes", "30", "30"),
    ],
)
def test_a_value_is_read_by_its_type(db, code, typed, kept):
    before = value(db, code)
    outcome = save(db, code, typed)
    assert (outcome.reason, outcome.details["before"], outcome.details["value"]) == (
        "setting_saved",
        before,
        kept,
    )
    assert value(db, code) == kept
    assert db.read("SELECT * FROM as_violations") == []


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("currency", "EURO"),
        ("currency", None),
        ("timeZone", "Bratislava"),
        ("timeZone", ""),
        ("tariffDaysLeftNotification", "61"),
        ("tariffDaysLeftNotification", "-1"),
        ("tariffDaysLeftNotification", "5.5"),
        ("tariffDaysLeftNotification", "99999999999"),
        ("tariffUnusedDays", "keep"),
        ("tariffGraceDays", "five"),
        ("topUpMinimum", "1.005"),
        ("topUpMinimum", "NaN"),
        ("topUpMinimum", "-1"),
        ("topUpMinimum", "1e3"),
        ("tariffDefault", "x"),
        ("tariffDefault", "999"),
        ("phoneCountryCode", "0421"),
        ("sessionHours", "0"),
    ],
)
def test_what_it_cannot_be_is_refused(db, untouched, code, typed):
    with untouched():
        outcome = save(db, code, typed)
    assert (outcome.reason, outcome.details["field"]) == ("invalid_setting", "value")


def test_other_types_are_read_too(db):
    db.execute(
        "INSERT INTO as_settings VALUES ('open', 'Open', 'yesno', 'true', '', 1, now()),"
        " ('motto', 'Motto', 'text', '', '', 2, now()), ('most', 'Most', 'integer', '1', '', 3, now())"
    )
    assert save(db, "open", "false").ok and save(db, "open", "maybe").reason == "invalid_setting"
    assert save(db, "motto", " To be ").ok and value(db, "motto") == "To be"
    assert save(db, "motto", "x" * 1001).reason == "invalid_setting"
    assert save(db, "most", "1000000").ok and save(db, "most", "1000001").reason == "invalid_setting"


def test_the_clock_has_its_copies_at_once(db, tariffs):
    free, _ = tariffs
    assert save(db, "timeZone", "Asia/Tokyo").ok
    assert save(db, "tariffGraceDays", "9").ok
    assert save(db, "tariffDefault", str(free)).ok
    row = db.row("SELECT timeZone, graceDays, defaultTariffID FROM as_clock")
    assert row == ("Asia/Tokyo", 9, free)
    assert save(db, "tariffDefault", "").ok
    assert db.value("SELECT defaultTariffID FROM as_clock") is None
    assert db.read("SELECT * FROM as_violations") == []


def test_the_default_tariff_is_free_and_on_offer(db, tariffs, untouched):
    free, paid = tariffs
    with untouched():
        assert save(db, "tariffDefault", str(paid)).reason == "invalid_setting"
    assert db.call("trf_setTariffDisabled", tariffID=free, isDisabled=True).ok
    with untouched():
        assert save(db, "tariffDefault", str(free)).reason == "invalid_setting"


def test_the_currency_is_fixed_once_there_are_accounts(db, alice, untouched):
    with untouched():
        assert save(db, "currency", "CZK").reason == "currency_in_use"
    assert save(db, "currency", "eur").ok


def test_the_limits_of_a_top_up_stay_in_order(db, untouched):
    with untouched():
        assert save(db, "topUpMinimum", "10000.01").reason == "invalid_limits"
        assert save(db, "topUpMaximum", "0.99").reason == "invalid_limits"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "nothing"}, "no_such_setting"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "alice"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"requestKey": " "}, "invalid_value"),
    ],
)
def test_it_refuses_and_writes_nothing(db, alice, mona, root, untouched, given, reason):
    with untouched():
        arguments = {"code": "tariffGraceDays", "value": "5", "actor": "root"} | given
        assert db.call("as_setSetting", **arguments).reason == reason


def test_the_same_request_is_done_once(db, root):
    first = save(db, "tariffGraceDays", "5", requestKey="s-1", actor="root")
    save(db, "tariffGraceDays", "6", actor="root")
    assert save(db, "tariffGraceDays", "5", requestKey="s-1", actor="root") == first
    assert value(db, "tariffGraceDays") == "6"
    assert save(db, "tariffGraceDays", "7", requestKey="s-1", actor="root").reason == "request_key_reused"


def test_a_demo_can_be_moved_a_year_ahead(db):
    assert db.call("as_startDemo").reason == "demo_started"
    register(db, "root", role="admin")
    before = db.row("SELECT today, now FROM as_installation")
    outcome = db.call("as_setClock", shift="1 year", actor="root", requestKey="c-1")
    assert outcome.reason == "clock_moved"
    after = db.row("SELECT is_demo, today, now FROM as_installation")
    assert after.is_demo and after.now.year == before.now.year + 1
    assert db.call("as_setClock", shift="1 year", actor="root", requestKey="c-1") == outcome
    assert db.call("as_setClock", shift="0", actor="root", requestKey="c-1").reason == "request_key_reused"
    assert db.call("as_setClock", shift="0", actor="root").ok
    assert db.value("SELECT today FROM as_installation") == before.today


def test_sessions_do_not_follow_the_shifted_clock(db, session_of, who):
    db.call("as_startDemo")
    register(db, "alice")
    token = session_of("alice")
    assert db.call("as_setClock", shift="1 year").ok
    assert who(token) == "alice"


@pytest.mark.parametrize("shift", ["101 years", "-101 years", None])
def test_a_clock_is_not_moved_further(db, untouched, shift):
    db.call("as_startDemo")
    with untouched():
        assert db.call("as_setClock", shift=shift).reason == "invalid_shift"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"shift": "a while"}, "invalid_value"),
        ({"requestKey": ""}, "invalid_value"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({}, "not_a_demo"),
    ],
)
def test_a_real_clock_is_not_moved(db, mona, root, untouched, given, reason):
    with untouched():
        assert db.call("as_setClock", **{"shift": "1 day", "actor": "root"} | given).reason == reason


def test_where_people_are_there_is_no_demo(db, alice, untouched):
    with untouched():
        assert db.call("as_startDemo").reason == "people_exist"


def test_a_demo_is_started_once(db, untouched):
    assert db.call("as_startDemo").ok
    register(db, "dana")
    with untouched():
        assert db.call("as_startDemo").reason == "demo_started"
