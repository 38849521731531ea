"""Kill -9 of workers at sending, flushes and kills of Valkey: nothing is lost and nothing sent twice.

The faults must be felt: a storm that never met a message on its way would prove nothing.
"""

import os
import signal
import time
from collections import Counter
from contextlib import suppress

import psycopg
import pytest
import redis
from psycopg import sql

from portal.places import var
from tests.jobs.processes import children, wait_until
from tests.rails.report import SOAK

MESSAGES, KILLS = (10_000, 500) if SOAK else (60, 10)


@pytest.fixture
def queue(outbox):
    def queue(count: int) -> None:
        outbox.execute(
            "SELECT job_queueMessage('jana', 'welcome', 'storm' || n) FROM generate_series(1, %s) AS n",
            [count],
        )

    return queue


def states(outbox) -> Counter:
    return Counter(dict(outbox.read("SELECT state, count(*) FROM job_outbox GROUP BY state")))


def expire(outbox) -> None:
    """Leases end at once, also of workers that are alive: as if they had been stopped for a minute."""
    outbox.execute(
        "UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second',"
        " handedOverAt = handedOverAt - interval '1 minute' WHERE state = 'sending'"
    )


def kill(process) -> None:
    """A worker together with what it has forked."""
    for pid in [*children(process.pid), process.pid]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def test_killed_before_it_was_handed_over_a_message_is_sent_by_another(portal, outbox, queue, mail_server):
    portal.environment["PORTAL_SMTP_URL"] = mail_server.url
    mail_server.mailbox.before_data = 60
    queue(1)
    portal.start("workers.schedule")
    worker = portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["sending"], what="a message on its way")
    kill(worker)
    assert mail_server.mailbox.messages == []
    mail_server.mailbox.before_data = 0
    expire(outbox)
    portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["sent"] == 1, what="the second attempt")
    assert len(mail_server.mailbox.messages) == 1
    assert outbox.value("SELECT attempts FROM job_outbox") == 2


def test_killed_after_it_was_handed_over_nobody_knows_and_nobody_sends_it_again(
    portal, outbox, queue, mail_server
):
    portal.environment["PORTAL_SMTP_URL"] = mail_server.url
    mail_server.mailbox.after_data = 60
    queue(1)
    portal.start("workers.schedule")
    worker = portal.start("workers.work", "messages")
    wait_until(lambda: mail_server.mailbox.messages, what="the mail server to have it")
    kill(worker)
    expire(outbox)
    mail_server.mailbox.after_data = 0
    portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["unknown"] == 1, what="the message to be unknown")
    assert len(mail_server.mailbox.messages) == 1
    # An administrator decides.
    one = outbox.value("SELECT id FROM job_outbox")
    assert outbox.call("job_resendMessage", username="jana", id=one, actor="root").ok
    wait_until(lambda: states(outbox)["sent"] == 1, what="the message sent anew")
    assert len(mail_server.mailbox.messages) == 2


def test_stopped_for_longer_than_its_lease_before_the_hand_over_a_worker_lets_go(
    portal, outbox, queue, mail_server
):
    portal.environment["PORTAL_SMTP_URL"] = mail_server.url
    mail_server.mailbox.before_data = 3
    queue(1)
    portal.start("workers.schedule")
    first = portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["sending"], what="a message on its way")
    [horse] = children(first.pid)
    os.kill(horse, signal.SIGSTOP)
    mail_server.mailbox.before_data = 0
    expire(outbox)
    portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["sent"] == 1, what="the other worker to send it")
    os.kill(horse, signal.SIGCONT)
    wait_until(lambda: horse not in children(first.pid), what="the stopped one to end")
    assert len(mail_server.mailbox.messages) == 1
    assert states(outbox) == {"sent": 1}


def test_stopped_for_longer_than_its_lease_after_the_hand_over_its_answer_still_counts(
    portal, outbox, queue, mail_server
):
    portal.environment["PORTAL_SMTP_URL"] = mail_server.url
    mail_server.mailbox.after_data = 3
    queue(1)
    portal.start("workers.schedule")
    first = portal.start("workers.work", "messages")
    wait_until(lambda: mail_server.mailbox.messages, what="the mail server to have it")
    [horse] = children(first.pid)
    os.kill(horse, signal.SIGSTOP)
    expire(outbox)
    portal.start("workers.work", "messages")
    wait_until(lambda: states(outbox)["unknown"] == 1, what="the message to be unknown")
    os.kill(horse, signal.SIGCONT)
    wait_until(lambda: states(outbox)["sent"] == 1, what="the late answer")
    assert len(mail_server.mailbox.messages) == 1


def test_a_database_that_is_away_when_the_answer_comes_is_told_later(
    portal, outbox, queue, mail_server, server, fresh_database
):
    portal.environment["PORTAL_SMTP_URL"] = mail_server.url
    mail_server.mailbox.after_data = 1
    queue(1)
    portal.start("workers.schedule")
    portal.start("workers.work", "messages")
    wait_until(lambda: mail_server.mailbox.messages, what="the mail server to have it")
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(allow.format(sql.Identifier(fresh_database.name), sql.SQL("false")))
        cut = admin.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = 'portal_worker'",
            [fresh_database.name],
        ).fetchone()
        time.sleep(4)
        admin.execute(allow.format(sql.Identifier(fresh_database.name), sql.SQL("true")))
    assert cut[0] >= 2, "nobody felt it"
    wait_until(lambda: states(outbox)["sent"] == 1, what="the answer to be written down")
    assert len(mail_server.mailbox.messages) == 1
    assert outbox.value("SELECT attempts FROM job_outbox") == 1


@pytest.mark.parametrize("sink", ["server", "folder"])
@pytest.mark.timeout(280)
def test_a_storm_loses_nothing_and_sends_nothing_twice(portal, outbox, queue, mail_server, valkey, sink):
    if sink == "server":
        portal.environment["PORTAL_SMTP_URL"] = mail_server.url
        mail_server.mailbox.before_data = mail_server.mailbox.after_data = 0.03
    queue(MESSAGES)
    # Two of everything.
    portal.start("workers.schedule")
    portal.start("workers.schedule")
    workers = [portal.start("workers.work", "messages") for _ in range(2)]
    connection = redis.Redis.from_url(valkey.address())
    felt = Counter()

    for number in range(KILLS):
        with suppress(AssertionError):
            wait_until(lambda: states(outbox)["sending"], seconds=10)
        victim = workers[number % 2]
        in_hand = states(outbox)["sending"]
        if number % 3 == 2:
            # Only the child that works: the worker lives on.
            for pid in children(victim.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        else:
            kill(victim)
            workers[number % 2] = portal.start("workers.work", "messages")
        felt["killed while sending"] += bool(in_hand)
        if number % 4 == 1:
            with suppress(redis.RedisError):
                felt["flushed calls"] += connection.llen("rq:queue:messages")
                connection.flushall()
        if number % 5 == 3:
            valkey.kill()
            valkey.start()
            felt["killed Valkey"] += 1
            for place, worker in enumerate(workers):
                if worker.poll() is not None:
                    workers[place] = portal.start("workers.work", "messages")
        expire(outbox)

    def settled():
        for place, worker in enumerate(workers):
            if worker.poll() is not None:
                workers[place] = portal.start("workers.work", "messages")
        expire(outbox)
        left = states(outbox)
        return not left["new"] and not left["sending"]

    # Slower than the sending, so that no lease is ended over and over.
    wait_until(lambda: settled() or time.sleep(1), seconds=150, what="the outbox to be through")

    left = states(outbox)
    assert felt["killed while sending"] >= KILLS // 2 and felt["killed Valkey"] and felt["flushed calls"], (
        felt
    )
    again = outbox.value("SELECT count(*) FROM job_outbox WHERE attempts > 1 OR state = 'unknown'")
    assert again, "no message felt the storm"
    references = {
        reference for (reference,) in outbox.read("SELECT reference FROM job_outbox WHERE state = 'sent'")
    }
    if sink == "server":
        taken = Counter(mail_server.mailbox.ids())
        assert max(taken.values()) == 1, "sent twice"
        assert references <= set(taken), "said to be sent, but was not"
        assert left["sent"] + left["unknown"] == MESSAGES and left["unknown"] <= KILLS * 2
    else:
        files = {file.stem for file in var("mail").glob("*.eml")}
        assert left == {"sent": MESSAGES}
        assert len(references) == MESSAGES and references <= files
        for reference in references:
            var("mail", f"{reference}.eml").unlink()
    assert outbox.read("SELECT * FROM job_violations WHERE rule <> 'job_message_stuck'") == []
