"""Real workers: what they do, what they refuse, and what they survive."""

import os
import pickle
import signal
import subprocess
import sys

import pytest
import redis
from rq import Callback, Queue, Retry, Worker
from rq.serializers import DefaultSerializer, JSONSerializer

from portal import db as gateway
from portal.places import ROOT
from tests.jobs.processes import children, wait_until
from workers import queues, runs

QUEUES = len(set(queues.QUEUES) - set(queues.ROLES))


@pytest.fixture
def connection(valkey):
    return redis.Redis.from_url(valkey.address())


@pytest.fixture
def run(outbox):
    def make(code) -> int:
        return outbox.call("job_runNow", code=code).details["runID"]

    return make


def ended(outbox, run_id):
    row = outbox.row("SELECT * FROM job_runList WHERE id = %s", [run_id])
    return row if row.state in ("done", "failed") else None


def sent(outbox):
    return outbox.value("SELECT count(*) FROM job_messages WHERE state = 'sent'")


@pytest.mark.parametrize("code", sorted(set(runs.JOBS) - {"coupons.import"}))
def test_every_job_of_the_list_can_be_done(app, fresh_database, outbox, run, code):
    one = run(code)
    role = queues.ROLES.get(queues.ELSEWHERE.get(code), "portal_worker")
    with fresh_database.connect(role) as connection, gateway.use(connection), app.app_context():
        runs.work(one)
    row = ended(outbox, one)
    assert (row.state, row.error) == ("done", None)


def test_every_schedule_is_a_job_of_the_list(outbox):
    # Every source of coupons brings one of its own.
    planned = {code for (code,) in outbox.read("SELECT code FROM job_schedules")}
    assert planned == set(runs.JOBS) - {"coupons.import"}
    assert runs.kind("coupons.import:17") == "coupons.import" and runs.kind("jobs.check:x") not in runs.JOBS


def test_an_unknown_job_fails_with_a_sentence(as_worker, outbox, run):
    outbox.execute(
        "INSERT INTO job_schedules (code, name, cron, timeZone, isEnabled, updatedAt)"
        " VALUES ('os.system', 'Planted', '* * * * *', 'UTC', false, now())"
    )
    one = run("os.system")
    runs.work(one)
    assert "no job os.system" in ended(outbox, one).error


def test_the_check_fails_with_what_it_has_found(as_worker, outbox, run):
    outbox.execute(
        "SELECT job_queueMessage('jana', 'tariff_deadline', 'test' || n, '{\"deadline\": \"2027-03-01\"}')"
        " FROM generate_series(1, 2) AS n"
    )
    one = run("jobs.check")
    runs.work(one)
    row = ended(outbox, one)
    assert row.state == "failed"
    assert "job_notice_twice" in row.error and "2027-03-01" in row.error


def test_one_persons_failure_does_not_stop_the_others(as_worker, outbox, run, monkeypatch):
    done = []

    def job(run):
        def do(number):
            if number == 2:
                raise ValueError("two is bad")
            done.append(number)
            return "told"

        run.each([1, 2, 3], do)

    monkeypatch.setitem(runs.JOBS, "jobs.check", job)
    one = run("jobs.check")
    runs.work(one)
    row = outbox.row("SELECT * FROM job_runList WHERE id = %s", [one])
    assert done == [1, 3]
    assert (row.state, row.done, row.total, row.counts) == ("waiting", 3, 3, {"told": 2, "error": 1})
    assert row.error == "RuntimeError: 1 of 3 failed; the first: ValueError: two is bad"
    assert row.not_before > row.started


def test_a_run_that_another_has_taken_stops(as_worker, outbox, run, monkeypatch):
    def job(run):
        outbox.execute("UPDATE job_runs SET worker = 'there:2'")
        run.tell()
        run.each([1], lambda _: pytest.fail("it went on"))

    monkeypatch.setitem(runs.JOBS, "jobs.check", job)
    one = run("jobs.check")
    runs.work(one)
    row = outbox.row("SELECT * FROM job_runList WHERE id = %s", [one])
    assert (row.state, row.worker) == ("running", "there:2")


def test_the_notices_go_out_once(as_worker, outbox, run):
    outbox.execute(
        "INSERT INTO as_trf_tariffs (name, description, isDisabled, sortOrder, createdAt, updatedAt)"
        " VALUES ('Planted', '', false, 0, now(), now())"
    )
    outbox.execute(
        "UPDATE as_users SET tariffDeadline = as_today() + 3, tariffID = (SELECT max(id) FROM as_trf_tariffs)"
        " WHERE username = 'jana'"
    )
    for counts in ({"notice_queued": 1}, {"already_told": 1}):
        one = run("tariffs.notices")
        runs.work(one)
        assert ended(outbox, one).counts == counts
    assert (
        outbox.value("SELECT count(*) FROM job_messages WHERE kind = 'tariff_deadline' AND channel = 'email'")
        == 1
    )


def test_a_worker_does_what_it_is_woken_for(portal, outbox, run):
    portal.start("workers.schedule")
    portal.start("workers.work", "jobs")
    one = run("jobs.tidy")
    assert wait_until(lambda: ended(outbox, one), what="the run").state == "done"
    wait_until(
        lambda: outbox.row("SELECT workers FROM job_schedulerList").workers == 1, what="the worker to be seen"
    )


def test_wrong_settings_are_said_in_one_sentence(portal):
    portal.environment["PORTAL_SMTP_URL"] = "mail.example.com"
    done = subprocess.run(
        [sys.executable, "-m", "workers.work", "messages"],
        cwd=ROOT,
        env=portal.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("PORTAL_SMTP_URL must look like")
    assert "Traceback" not in done.stderr


def strangers(path) -> dict:
    """What somebody who can write into Valkey may try: each would make the file."""
    command = f"touch {path}"
    return {
        "another function": lambda queue: queue.enqueue("os.system", command),
        "a pickle": lambda queue: Queue(
            queue.name, connection=queue.connection, serializer=DefaultSerializer
        ).enqueue("os.system", command),
        "a callback": lambda queue: queue.enqueue(
            "workers.messages.send", on_success=Callback("os.system"), on_failure=Callback("os.system")
        ),
        "a method": lambda queue: queue.enqueue("subprocess.check_output", ["touch", str(path)]),
        "a function of ours": lambda queue: queue.enqueue("workers.runs.work", 1),
        "more than ids": lambda queue: queue.enqueue("workers.messages.send", {"username": "jana"}, [1]),
        "named arguments": lambda queue: queue.enqueue("workers.messages.send", urgent=True),
        "a retry": lambda queue: queue.enqueue("workers.messages.send", retry=Retry(max=3)),
        "garbage": lambda queue: queue.connection.rpush(queue.key, "nothing", b"\xff\x00", "a" * 10000),
        "a garbled call": lambda queue: queue.connection.hset(
            queue.enqueue("workers.messages.send").key, "data", pickle.dumps((os.system, (command,)))
        ),
        "commands": lambda queue: queue.connection.publish("rq:pubsub:x", '{"command": "shutdown"}'),
    }


def test_nothing_but_our_own_calls_is_done(portal, outbox, connection, tmp_path):
    path = tmp_path / "made"
    queue = Queue("messages", connection=connection, serializer=JSONSerializer)
    for put in strangers(path).values():
        put(queue)
    worker = portal.start("workers.work", "messages")
    outbox.execute("SELECT job_queueMessage('jana', 'welcome', 'test')")
    queues.wake(queues.queue("messages", connection))
    wait_until(lambda: sent(outbox) == 1, what="our own call after all of theirs")
    assert not path.exists()
    assert worker.poll() is None


def test_a_run_whose_worker_is_killed_is_done_by_another(portal, outbox, run):
    """kill -9 of the worker and of its child in the middle of a job that waits for a lock."""
    portal.start("workers.schedule")
    worker = portal.start("workers.work", "jobs")
    one = run("jobs.tidy")
    with outbox.transaction():
        outbox.execute("LOCK TABLE job_outbox IN ACCESS EXCLUSIVE MODE")
        # Waiting for the lock, it has been claimed.
        state = "SELECT state FROM job_runs WHERE id = %s"
        wait_until(lambda: outbox.value(state, [one]) == "running", what="the claim")
        [horse] = children(worker.pid)
        os.kill(worker.pid, signal.SIGKILL)
        os.kill(horse, signal.SIGKILL)
        worker.wait()
    outbox.execute(
        "UPDATE job_runs SET leaseUntil = clock_timestamp() - interval '1 second' WHERE state = 'running'"
    )
    portal.start("workers.work", "jobs")
    row = wait_until(lambda: ended(outbox, one), what="the second attempt")
    assert (row.state, row.attempts) == ("done", 2)


def test_workers_for_all_queues_are_kept(portal, outbox, run):
    keeper = portal.start("workers.work")
    workers = wait_until(
        lambda: len(children(keeper.pid)) == QUEUES and children(keeper.pid), what="all workers"
    )
    os.kill(workers[0], signal.SIGKILL)
    wait_until(
        lambda: len(children(keeper.pid)) == QUEUES and workers[0] not in children(keeper.pid),
        what="another worker",
    )
    keeper.terminate()
    assert keeper.wait(20) == 0
    assert not any(os.path.exists(f"/proc/{pid}") for pid in workers)


def test_workers_end_with_their_keeper_however_it_ends(portal, outbox, connection):
    keeper = portal.start("workers.work")
    workers = wait_until(
        lambda: len(children(keeper.pid)) == QUEUES and children(keeper.pid), what="all workers"
    )
    wait_until(lambda: Worker.count(connection=connection) == QUEUES, what="all to work")
    os.kill(keeper.pid, signal.SIGKILL)
    keeper.wait()
    wait_until(lambda: not any(alive(pid) for pid in workers), what="the workers to end")


def alive(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
