import pytest


@pytest.fixture
def rules(db):
    return lambda: [row.rule for row in db.read("SELECT * FROM job_violations ORDER BY rule")]


@pytest.fixture
def ending(db, jana):
    """Jana's tariff ends in three days."""
    db.execute(
        "INSERT INTO as_trf_tariffs (name, description, isDisabled, sortOrder, createdAt, updatedAt)"
        " VALUES ('Planted', '', false, 0, now(), now())"
    )
    db.execute(
        "UPDATE as_users SET tariffDeadline = as_today() + 3,"
        " tariffID = (SELECT id FROM as_trf_tariffs WHERE name = 'Planted') WHERE username = %s",
        [jana],
    )
    return jana


def test_a_healthy_database_has_none(message, claim, finish, run, rules):
    mine = message()
    claim()
    finish(mine, "sent")
    run()
    assert rules() == []


def test_one_notice_a_deadline(db, message, rules):
    for _ in range(2):
        message("tariff_deadline", details='{"deadline": "2027-03-01"}')
    assert rules() == ["job_notice_twice"]


def test_one_acceptance_a_message(db, message, claim, finish, rules):
    for mine in (message(), message()):
        claim()
        finish(mine, "sent")
    db.execute("UPDATE job_outbox SET reference = 'abc'")
    assert rules() == ["job_reference_twice"]


def test_a_lost_message_shows_after_two_minutes(message, claim, pass_time, rules):
    message()
    claim()
    pass_time("2 minutes 30 seconds")
    assert rules() == []
    pass_time("1 minute")
    assert rules() == ["job_message_stuck"]


def test_one_that_nobody_sends_shows_after_a_quarter_of_an_hour(db, message, pass_time, rules):
    message()
    pass_time("14 minutes")
    assert rules() == []
    pass_time("2 minutes")
    assert rules() == ["job_message_stuck"]
    # Right after the portal was started there is a queue, and that is as it should be.
    db.call("job_beat", name="one", workers=1)
    assert rules() == []
    db.execute("UPDATE job_schedulers SET startedAt = startedAt - interval '16 minutes'")
    assert rules() == ["job_message_stuck"]


def test_what_nobody_knows_shows_after_a_day(message, claim, finish, pass_time, rules):
    mine = message()
    claim()
    finish(mine, "unknown", error="No answer.")
    pass_time("23 hours")
    assert rules() == []
    pass_time("2 hours")
    assert rules() == ["job_message_stuck"]


def test_a_lost_run_shows_after_two_minutes(db, run, pass_time, rules):
    db.call("job_claimRun", id=run(), worker="a")
    pass_time("4 minutes")
    assert rules() == ["job_run_stuck"]


def notices_ran(db, run):
    mine = run("tariffs.notices")
    db.call("job_claimRun", id=mine, worker="a")
    db.call("job_finishRun", id=mine, worker="a", state="done", done=0)
    # Registered long ago.
    db.execute("UPDATE as_audit SET createdAt = createdAt - interval '1 day'")
    db.execute("UPDATE as_settings SET updatedAt = updatedAt - interval '1 day'")


def test_after_the_notices_ran_everybody_has_one(db, run, ending, rules):
    assert rules() == []
    notices_ran(db, run)
    assert rules() == ["job_notice_missing"]
    db.value(
        "SELECT job_queueMessage(username, 'tariff_deadline', 'tariff_deadline:' || tariffDeadline)"
        " FROM as_users WHERE username = %s",
        [ending],
    )
    assert rules() == []


def test_who_changed_since_waits_for_the_next_run(db, run, ending, rules):
    notices_ran(db, run)
    db.execute("UPDATE as_audit SET createdAt = clock_timestamp() WHERE username = %s", [ending])
    assert rules() == []


def test_a_run_of_another_day_says_nothing_about_today(db, run, ending, rules):
    notices_ran(db, run)
    db.execute("UPDATE as_clock SET isDemo = true, shift = '1 day'")
    assert rules() == []


def test_everybody_who_reads_may_read_it(db):
    for role in ("portal_web", "portal_worker", "portal_dba", "portal_report"):
        with db.as_role(role):
            assert db.read("SELECT * FROM job_violations") == []
