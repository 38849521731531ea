"""trf_deadlineNotificationUsers, trf_queueDeadlineNotice, trf_getUserTariffDeadline."""

from datetime import date

import pytest


@pytest.fixture
def ending(on, give, change, alice, bob, tariffs):
    """Alice's Team ends on 1 February, Bob's on 10 February; Charlie has Free without end."""
    on("2024-01-01")
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    on("2024-01-10")
    give(bob, "10.00")
    change(bob, tariffs.team, 1)


@pytest.fixture
def listed(db):
    return lambda days: [
        tuple(row) for row in db.read("SELECT * FROM trf_deadlineNotificationUsers(%s)", [days])
    ]


def test_it_lists_who_has_at_most_so_many_days_left(listed, on, ending, alice, bob, tariffs):
    on("2024-01-28")
    assert listed(3) == []
    assert listed(4) == [(alice, tariffs.team, 4, date(2024, 2, 1))]
    assert listed(13) == [
        (alice, tariffs.team, 4, date(2024, 2, 1)),
        (bob, tariffs.team, 13, date(2024, 2, 10)),
    ]


def test_the_last_day_is_one_day_left_and_the_deadline_none(listed, on, ending):
    on("2024-01-31")
    assert [row[2] for row in listed(5)] == [1]
    on("2024-02-01")
    assert listed(5) == []


@pytest.mark.parametrize("days", [0, -1, -(2**31), None])
def test_no_days_list_nobody(listed, on, ending, days):
    on("2024-01-31")
    assert listed(days) == []


def test_any_number_of_days_is_answered(listed, ending):
    assert len(listed(2**31 - 1)) == 2


def test_its_columns_are_the_seeds(db):
    columns = db.execute("SELECT * FROM trf_deadlineNotificationUsers(5)").description
    assert [column.name for column in columns] == ["username", "tariffid", "daysleft", "deadline"]


def test_a_notice_goes_out_once_a_deadline(db, on, ending, untouched, alice, change, give, tariffs):
    notice = lambda: db.call("trf_queueDeadlineNotice", username=alice)
    on("2024-01-26")
    with untouched():
        assert notice().reason == "nothing_due"
    on("2024-01-27")
    assert notice().reason == "notice_queued"
    with untouched("job_outbox"):
        assert notice().reason == "already_told"
    give(alice, "10.00")
    change(alice, tariffs.team, 1)
    on("2024-02-26")
    assert notice().reason == "notice_queued"
    sent = db.read(
        "SELECT dedupKey FROM job_outbox"
        " WHERE username = %s AND kind = 'tariff_deadline' AND channel = 'email' ORDER BY id",
        [alice],
    )
    assert [row[0] for row in sent] == ["tariff_deadline:2024-02-01", "tariff_deadline:2024-03-01"]


def test_the_days_of_notice_are_a_setting_and_five_when_it_is_absent(db, on, ending, alice):
    assert db.call("as_setSetting", code="tariffDaysLeftNotification", value="10").ok
    on("2024-01-22")
    assert db.row("SELECT ends_soon FROM trf_userTariffs WHERE username = %s", [alice]).ends_soon
    db.execute("DELETE FROM as_settings WHERE code = 'tariffDaysLeftNotification'")
    assert not db.row("SELECT ends_soon FROM trf_userTariffs WHERE username = %s", [alice]).ends_soon
    on("2024-01-27")
    assert db.row("SELECT ends_soon FROM trf_userTariffs WHERE username = %s", [alice]).ends_soon
    assert db.call("trf_queueDeadlineNotice", username=alice).ok


def test_who_cannot_be_told_is_not_queued(db, on, ending, untouched, bob, root, alice):
    on("2024-01-31")
    assert db.call("as_lockUser", username=alice, note="asked for it", actor=root).ok
    with untouched():
        assert db.call("trf_queueDeadlineNotice", username=alice).reason == "no_address"
        assert db.call("trf_queueDeadlineNotice", username="nobody").reason == "no_such_user"


def test_the_deadline_is_the_stored_date_even_when_it_is_past(db, on, ending, alice, charlie):
    deadline = lambda username: db.value("SELECT trf_getUserTariffDeadline(%s)", [username])
    on("2025-01-01")
    assert deadline(alice) == date(2024, 2, 1)
    assert deadline(charlie) is None
    assert deadline("nobody") is None
    assert db.value("SELECT trf_getUserTariffDeadline(%s)::text", [alice]) == "2024-02-01"
