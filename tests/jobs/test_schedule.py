"""The scheduler's tick: what is due becomes runs, and workers are woken for it."""

import datetime as dt
import threading

import pytest
import redis

from portal import db as gateway
from tests.jobs.processes import wait_until
from workers import queues, schedule


@pytest.fixture
def connection(valkey):
    connection = redis.Redis.from_url(valkey.address())
    connection.flushall()
    return connection


@pytest.fixture
def clock(outbox):
    """One schedule, every hour, set a month ago."""
    outbox.execute(
        "UPDATE job_schedules SET isEnabled = (code = 'jobs.check'), cron = '0 * * * *', timeZone = 'UTC',"
        " updatedAt = updatedAt - interval '30 days'"
    )
    return dt.datetime.now(dt.UTC).replace(minute=0, second=0, microsecond=0)


def runs(outbox):
    return outbox.read("SELECT id, due, state FROM job_runList ORDER BY due")


def waiting(connection, name):
    return [tuple(job.args) for job in queues.queue(name, connection).get_jobs()]


def test_a_due_time_becomes_one_run_and_one_call(as_worker, outbox, connection, clock):
    schedule.tick(connection)
    schedule.tick(connection)
    [(run, due, state)] = runs(outbox)
    assert (due, state) == (clock, "waiting")
    assert waiting(connection, "jobs") == [(run,)]


def test_what_was_missed_becomes_one_run_for_the_latest_time(as_worker, outbox, connection, clock):
    schedule.tick(connection, clock - dt.timedelta(days=3))
    schedule.tick(connection)
    assert [due for _, due, _ in runs(outbox)] == [clock]


def test_two_schedulers_at_once_do_no_harm(app, fresh_database, outbox, connection, clock):
    together = threading.Barrier(2)

    def tick():
        own = redis.Redis.from_url(address)
        with fresh_database.connect("portal_worker") as mine, gateway.use(mine):
            for hour in range(24, -1, -1):
                together.wait()
                schedule.tick(own, clock - dt.timedelta(hours=hour))

    address = f"unix://{connection.connection_pool.connection_kwargs['path']}"
    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [due for _, due, _ in runs(outbox)] == [clock]
    assert outbox.read("SELECT * FROM job_violations") == []


def test_after_a_flush_everything_is_woken_for_again(as_worker, outbox, connection, clock):
    outbox.execute("SELECT job_queueMessage('jana', 'welcome', 'test')")
    schedule.tick(connection)
    before = waiting(connection, "jobs") + waiting(connection, "messages")
    assert before == [*waiting(connection, "jobs"), *[()] * schedule.WORKERS]
    connection.flushall()
    assert waiting(connection, "jobs") + waiting(connection, "messages") == []
    schedule.tick(connection)
    assert waiting(connection, "jobs") + waiting(connection, "messages") == before


def test_nothing_of_a_message_is_in_valkey(as_worker, outbox, connection, clock):
    outbox.execute(
        "SELECT job_queueMessage('jana', 'top_up', 'test', %s, 'private@example.com')",
        ['{"note": "private words"}'],
    )
    schedule.tick(connection)
    kept = b"".join(connection.dump(key) for key in connection.scan_iter())
    assert waiting(connection, "messages") == [()] * schedule.WORKERS
    assert b"jana" not in kept and b"private" not in kept


def test_a_long_outbox_does_not_pile_up_in_valkey(as_worker, outbox, connection):
    outbox.execute(
        "SELECT job_queueMessage('jana', 'welcome', 'test' || n) FROM generate_series(1, 250) AS n"
    )
    for _ in range(3):
        schedule.tick(connection)
    assert len(waiting(connection, "messages")) == schedule.WORKERS


def test_without_valkey_due_times_become_runs_and_it_says_that_it_lives(as_worker, outbox, clock):
    nowhere = redis.Redis(host="127.0.0.1", port=9, socket_connect_timeout=1)
    with pytest.raises(redis.RedisError):
        schedule.tick(nowhere)
    assert len(runs(outbox)) == 1
    assert outbox.row("SELECT workers, is_alive FROM job_schedulerList") == (0, True)


def test_a_shifted_clock_moves_no_schedule(as_worker, outbox, connection, clock):
    outbox.execute("UPDATE as_clock SET isDemo = true, shift = '400 days'")
    schedule.tick(connection)
    assert [due for _, due, _ in runs(outbox)] == [clock]


def test_a_clock_that_jumps_makes_nothing_run_twice(as_worker, outbox, connection, clock):
    schedule.tick(connection)
    for hours in (-2, 1, 400 * 24, -1, 0):
        schedule.tick(connection, dt.datetime.now(dt.UTC) + dt.timedelta(hours=hours))
    assert [due for _, due, _ in runs(outbox)] == [clock]


def test_a_schedule_that_cannot_be_read_does_not_stop_the_others(as_worker, outbox, connection, clock):
    outbox.execute(
        "UPDATE job_schedules SET isEnabled = true, timeZone = 'Mars/Olympus' WHERE code = 'accounts.tidy'"
    )
    schedule.tick(connection)
    assert len(runs(outbox)) == 1


def test_what_is_switched_off_is_left_alone(as_worker, outbox, connection, clock):
    outbox.execute("UPDATE job_schedules SET isEnabled = false")
    schedule.tick(connection)
    assert runs(outbox) == []


def test_the_process_lives_through_a_killed_valkey_and_stops_when_told(portal, outbox, valkey):
    process = portal.start("workers.schedule")
    wait_until(lambda: outbox.row("SELECT name FROM job_schedulerList"), what="the first beat")
    valkey.kill()
    seen = outbox.value("SELECT seen FROM job_schedulerList")
    wait_until(
        lambda: outbox.value("SELECT seen FROM job_schedulerList") > seen, what="a beat without Valkey"
    )
    valkey.start()
    outbox.execute("SELECT job_queueMessage('jana', 'welcome', 'test')")
    connection = redis.Redis.from_url(valkey.address())
    wait_until(lambda: waiting(connection, "messages"), what="a call after Valkey came back")
    process.terminate()
    assert process.wait(10) == 0
