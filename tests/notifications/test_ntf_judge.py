"""ntf_judge: whether a message may go out now."""

import datetime as dt
import threading
from zoneinfo import ZoneInfo

import pytest

from tests.people import register

ZONE = ZoneInfo("Europe/Bratislava")
NOON = dt.datetime(2027, 2, 10, 12, 0, tzinfo=ZONE)
NIGHT = dt.datetime(2027, 2, 10, 23, 0, tzinfo=ZONE)


@pytest.fixture
def judge(db):
    def judge(kind="news", channel="email", at=NOON, username="alice", details="{}", messageID=None):
        verdict = db.row(
            "SELECT (one).* FROM (SELECT ntf_judge(%s, %s, %s, %s, %s, %s) AS one OFFSET 0) AS asked",
            [username, kind, channel, details, at, messageID],
        )
        return verdict.verdict, verdict.why, verdict.until and verdict.until.astimezone(ZONE)

    return judge


@pytest.fixture
def setting(db):
    def setting(code, value):
        db.execute("UPDATE as_settings SET value = %s WHERE code = %s", [value, code])

    return setting


SEND = ("send", None, None)


def test_a_service_message_goes_at_any_hour_and_in_any_number(alice, sent, judge):
    for _ in range(5):
        sent(kind="top_up", at=NIGHT)
    assert judge("top_up", at=NIGHT) == SEND


def test_marketing_goes_only_to_who_has_agreed(alice, agree, judge):
    assert judge() == ("drop", "switched_off", None)
    agree("alice")
    assert judge() == SEND
    assert judge(channel="sms")[:2] == ("drop", "switched_off")


def test_what_was_switched_off_meanwhile_is_dropped(alice, agree, judge):
    agree("alice", "top_up", isOn=False)
    assert judge("top_up") == ("drop", "switched_off", None)


def test_what_is_fixed_goes_whatever_was_written_down(db, alice, agree, judge):
    agree("alice", "password_reset", isOn=False)
    assert judge("password_reset", at=NIGHT) == SEND


def test_who_is_not_registered_gets_the_link_that_was_asked_for(judge):
    assert judge("registration", username="", at=NIGHT) == SEND


def test_it_drops_what_does_not_go_on_the_channel(alice, judge):
    assert judge("registration", "sms") == ("drop", "not_on_this_channel", None)
    assert judge("no_such_kind") == ("drop", "not_on_this_channel", None)


def test_it_holds_what_waits_for_a_channel_that_is_off(db, alice, judge):
    db.execute("UPDATE ntf_channels SET isEnabled = false WHERE code = 'email'")
    assert judge("top_up")[:2] == ("hold", "channel_off")


def test_marketing_to_somebody_locked_is_dropped_and_service_is_not(db, alice, agree, judge):
    agree("alice")
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    assert judge() == ("drop", "locked", None)
    assert judge("top_up") == SEND


def test_what_is_over_is_dropped(alice, agree, judge):
    agree("alice")
    assert judge(details='{"validUntil": "2027-02-10T12:00:00+01:00"}') == ("drop", "over", None)
    assert judge(details='{"validUntil": "2027-02-10T12:00:01+01:00"}') == SEND


# Quiet hours


def test_marketing_waits_until_the_morning(alice, agree, judge):
    agree("alice")
    assert judge(at=NIGHT) == ("hold", "quiet_hours", NIGHT + dt.timedelta(hours=9))


def test_an_sms_that_is_not_urgent_waits_too_and_what_stands_in_the_cabinet_does_not(alice, agree, judge):
    for channel in ("sms", "cabinet"):
        agree("alice", "renewal_failed", channel)
        agree("alice", "news", channel)
    assert judge("renewal_failed", "sms", at=NIGHT)[:2] == ("hold", "quiet_hours")
    assert judge("news", "sms", at=NIGHT)[:2] == ("hold", "quiet_hours")
    assert judge("renewal_failed", "cabinet", at=NIGHT) == SEND
    assert judge("news", "cabinet", at=NIGHT) == SEND


def test_an_urgent_sms_does_not_wait(db, alice, agree, judge):
    db.execute(
        "INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)"
        " VALUES ('password_reset', 'sms', true, true, clock_timestamp())"
    )
    assert judge("password_reset", "sms", at=NIGHT) == SEND


def test_the_hours_are_those_of_the_persons_own_zone(db, alice, agree, judge):
    agree("alice")
    db.execute("UPDATE as_users SET timeZone = 'Pacific/Kiritimati' WHERE username = 'alice'")
    assert judge(at=NIGHT) == SEND  # noon over there
    assert judge(at=NOON)[:2] == ("hold", "quiet_hours")


def test_the_hours_are_the_persons_own_where_there_are_any(db, alice, agree, judge, setting):
    agree("alice")
    db.execute(
        "INSERT INTO ntf_preferences (username, quietFrom, quietTo, changedAt)"
        " VALUES ('alice', '11:30', '13:00', clock_timestamp())"
    )
    assert judge(at=NIGHT) == SEND
    assert judge(at=NOON) == ("hold", "quiet_hours", NOON + dt.timedelta(hours=1))
    db.execute("UPDATE ntf_preferences SET quietTo = quietFrom")
    assert judge(at=NOON) == judge(at=NIGHT) == SEND


def test_the_installations_hours_are_a_setting(alice, agree, judge, setting):
    agree("alice")
    setting("messagesQuietFrom", "23:30")
    assert judge(at=NIGHT) == SEND


# Limits


def test_one_a_day_and_the_next_waits_for_the_end_of_the_next_night(alice, agree, sent, judge):
    agree("alice")
    sent(at=NOON - dt.timedelta(hours=2))
    assert judge() == ("hold", "limit_day", dt.datetime(2027, 2, 11, 8, 0, tzinfo=ZONE))
    assert judge(at=NOON + dt.timedelta(days=1)) == SEND


def test_the_day_is_the_persons_own(db, alice, agree, sent, judge, setting):
    """23:59 and 00:01 are two days; to somebody far away they are one."""
    for code in ("messagesQuietFrom", "messagesQuietTo"):
        setting(code, "00:00")
    agree("alice")
    midnight = dt.datetime(2027, 2, 11, 0, 0, tzinfo=ZONE)
    sent(at=midnight - dt.timedelta(minutes=1))
    assert judge(at=midnight) == SEND
    db.execute("UPDATE as_users SET timeZone = 'Asia/Kathmandu' WHERE username = 'alice'")
    assert judge(at=midnight)[:2] == ("hold", "limit_day")


def test_three_in_seven_days_and_the_next_waits_until_the_first_of_them_is_a_week_ago(
    alice, agree, sent, judge
):
    agree("alice")
    for days in (6, 4, 2):
        sent(at=NOON - dt.timedelta(days=days))
    assert judge() == ("hold", "limit_week", dt.datetime(2027, 2, 11, 8, 0, tzinfo=ZONE))
    assert judge(at=NOON + dt.timedelta(days=1)) == SEND


@pytest.mark.parametrize(
    "given",
    [
        {"channel": "cabinet"}, {"kind": "top_up"}, {"state": "failed"}, {"state": "cancelled"},
        {"state": "new"}, {"username": "bob"},
    ],
)  # fmt: skip
def test_only_marketing_that_reached_the_person_counts(alice, bob, agree, sent, judge, given):
    agree("alice")
    sent(at=NOON - dt.timedelta(hours=1), **given)
    assert judge() == SEND


@pytest.mark.parametrize("state", ["sending", "unknown", "sent"])
def test_what_may_have_reached_the_person_counts(alice, agree, sent, judge, state):
    agree("alice")
    sent(at=NOON - dt.timedelta(seconds=10), state=state)
    assert judge()[:2] == ("hold", "limit_day")


def test_a_message_that_is_taken_again_does_not_count_itself(alice, agree, sent, judge):
    agree("alice")
    message = sent(at=NOON - dt.timedelta(minutes=5), state="sending")
    assert judge(messageID=message) == SEND
    assert judge()[:2] == ("hold", "limit_day")


def test_a_limit_of_nought_is_none(alice, agree, sent, judge, setting):
    agree("alice")
    sent(at=NOON - dt.timedelta(hours=1))
    setting("messagesPerDay", "0")
    assert judge() == SEND
    setting("messagesPerWeek", "1")
    assert judge()[:2] == ("hold", "limit_week")
    setting("messagesPerWeek", "0")
    assert judge() == SEND


def test_the_cabinet_has_no_limit(alice, agree, sent, judge):
    agree("alice", channel="cabinet")
    sent(at=NOON - dt.timedelta(hours=1))
    assert judge(channel="cabinet") == SEND


def test_what_has_waited_too_long_is_given_up(alice, agree, sent, judge):
    agree("alice")
    sent(at=NOON - dt.timedelta(hours=1))
    young = sent(at=NOON, state="new", createdAt=NOON - dt.timedelta(days=6))
    old = sent(at=NOON, state="new", createdAt=NOON - dt.timedelta(days=6, hours=5))
    assert judge(messageID=young)[0] == "hold"
    assert judge(messageID=old) == ("drop", "waited_too_long", None)


def test_what_would_be_over_by_then_is_given_up(alice, agree, sent, judge):
    agree("alice")
    assert judge(at=NIGHT, details='{"validUntil": "2027-02-11T07:00:00+01:00"}') == (
        "drop",
        "waited_too_long",
        None,
    )
    assert judge(at=NIGHT, details='{"validUntil": "2027-02-11T09:00:00+01:00"}')[0] == "hold"


# With others at once


@pytest.fixture
def two(fresh_database):
    """Dana, who agrees to everything, with messages that wait for her; two workers at once."""
    with fresh_database.connect() as db:
        register(db, "dana")
        for code in ("messagesQuietFrom", "messagesQuietTo"):
            db.execute("UPDATE as_settings SET value = '00:00' WHERE code = %s", [code])
        db.execute("DELETE FROM job_outbox")
        db.execute(
            "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
            " VALUES ('dana', 'birthday_bonus', 'email', true, 'profile', clock_timestamp())"
        )
        for number in range(8):
            db.execute("SELECT job_queueMessage('dana', 'birthday_bonus', %s)", [f"race:{number}"])
    return fresh_database


def claim_at_once(database, meanwhile=None):
    with database.connect() as db:
        waiting = [
            one for (one,) in db.execute("SELECT id FROM job_outbox WHERE username = 'dana'").fetchall()
        ]
    start, answers = threading.Barrier(len(waiting) + bool(meanwhile)), []

    def claim(one):
        with database.connect() as db:
            start.wait()
            answer = db.call("ntf_claimMessages", worker=f"here:{one}", channel="email", count=1).details
            answers.append("claimed" if answer["messages"] else "held" if answer["held"] else "nothing")

    def besides():
        with database.connect() as db:
            start.wait()
            meanwhile(db)

    threads = [threading.Thread(target=claim, args=[one]) for one in waiting]
    threads += [threading.Thread(target=besides)] if meanwhile else []
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_of_eight_that_are_taken_at_once_one_goes_out(two):
    answers = claim_at_once(two)
    assert len(answers) == 8
    assert answers.count("claimed") == 1
    assert answers.count("held") == 7


def test_nobody_waits_for_a_person_who_is_being_changed(two):
    """A page that holds the row is not waited for, so that there is never a circle; the message comes again soon."""
    with two.connect() as other, two.connect() as db, other.transaction():
        other.execute("SELECT FROM as_users WHERE username = 'dana' FOR NO KEY UPDATE")
        outcome = db.call("ntf_claimMessages", worker="here:1", channel="email", count=1)
    assert (outcome.details["messages"], outcome.details["held"]) == ([], 1)
