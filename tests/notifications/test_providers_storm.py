"""A campaign through two providers that do badly, while workers are killed and stopped and Valkey is flushed and killed.

Nobody gets anything twice, nobody is left out or woken in the night, and no provider gets more in any second than its rate. Every
fault must be felt.
"""

import os
import signal
import socket
import time
from collections import Counter
from contextlib import suppress

import pytest
import redis
from psycopg.types.json import Jsonb

from tests.jobs.processes import children, wait_until
from tests.notifications.stand_in import Gateway
from tests.rails.report import SOAK

PEOPLE = 10_000 if SOAK else 400
#: Among them, but in their quiet hours all the time.
ASLEEP = PEOPLE // 20
KILLS, STOPS, FLUSHES, VALKEY_KILLS = 40, 4, 6, 3
RATE = 100 if SOAK else 10
#: What the two do while the storm lasts, in turns.
WEATHER = [
    ("fast", "fast"),
    ("slow", "fast"),
    ("hangs", "fast"),
    ("away", "fast"),
    ("page", "busy"),
    ("fast", "lies"),
    ("broken", "fast"),
    ("away", "hangs"),
    ("lies", "slow"),
    ("busy", "away"),
]


@pytest.fixture
def gateways():
    # They deliver whatever they are given: what they get twice, somebody gets twice.
    with Gateway(isIdempotent=False) as acme, Gateway(isIdempotent=False) as other:
        yield {"acme": acme, "other": other}


@pytest.fixture
def campaign(outbox, gateways):
    outbox.execute(
        "UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo')"
    )
    outbox.execute(
        "INSERT INTO ntf_kindChannels VALUES ('top_up', 'sms', true, false, now()) ON CONFLICT DO NOTHING"
    )
    for place, (code, gateway) in enumerate(gateways.items()):
        outcome = outbox.call(
            "ntf_saveProvider", code=code, name=code, channel="sms", driver="http", place=place,
            settings=Jsonb(gateway.settings()), ratePerSecond=RATE, slowSeconds="0.5", failuresToOpen=3,
        )  # fmt: skip
        assert outcome.ok, outcome
        assert outbox.call("ntf_setProviderEnabled", code=code, isEnabled=True).ok
    outbox.execute(
        "SELECT as_register(name => 'Person ' || n, username => 'u' || n, phone => '+4219' || (10000000 + n))"
        " FROM generate_series(1, %s) AS n",
        [PEOPLE + ASLEEP],
    )
    outbox.execute(
        "SELECT ntf_setQuietHours('u' || n, to_char(now() AT TIME ZONE 'UTC' - interval '1 hour', 'HH24:MI'),"
        " to_char(now() AT TIME ZONE 'UTC' + interval '3 hours', 'HH24:MI')) FROM generate_series(%s::bigint, %s::bigint) AS n",
        [PEOPLE + 1, PEOPLE + ASLEEP],
    )
    outbox.execute("UPDATE as_users SET timeZone = 'UTC'")
    outbox.execute("DELETE FROM job_outbox")
    outbox.execute(
        "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt)"
        " SELECT 'u' || n, 'top_up', 'campaign', 'sms', %s, 'new', 0, now(), now()"
        " FROM generate_series(1, %s) AS n",
        [Jsonb({"amount": "12.50", "balance": "20.00", "currency": "EUR"}), PEOPLE + ASLEEP],
    )
    outbox.execute("ANALYZE")


def states(outbox) -> Counter:
    """Of those who are awake."""
    return Counter(
        dict(
            outbox.read(
                "SELECT state, count(*) FROM job_outbox WHERE substr(username, 2)::integer <= %s GROUP BY state",
                [PEOPLE],
            )
        )
    )


def name(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}"


def busy(outbox, worker) -> bool:
    return outbox.value(
        "SELECT EXISTS (SELECT FROM job_outbox WHERE state = 'sending' AND worker = ANY(%s))",
        [[name(pid) for pid in children(worker.pid)]],
    )


def expire(outbox, pids: list[int]) -> int:
    """The leases of who is dead or stopped are over; how many messages they had in hand."""
    return outbox.value(
        "WITH gone AS (UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second'"
        " WHERE state = 'sending' AND worker = ANY(%s) RETURNING 1) SELECT count(*) FROM gone",
        [[name(pid) for pid in pids]],
    )


def hurry(outbox) -> None:
    """The pauses of minutes take a second here."""
    outbox.execute(
        "UPDATE job_outbox SET notBefore = clock_timestamp(), attempts = least(attempts, 2)"
        " WHERE state = 'new' AND notBefore > clock_timestamp()"
    )
    outbox.execute(
        "UPDATE ntf_providerStates SET openUntil = clock_timestamp() + interval '1 second'"
        " WHERE openUntil > clock_timestamp() + interval '1 second'"
    )


def blow(gateways, weather: tuple) -> None:
    for gateway, mode in zip(gateways.values(), weather, strict=True):
        gateway.pause = 0.6
        if mode == "away":
            gateway.close()
        else:
            gateway.mode = mode
            if gateway.server is None:
                gateway.open()


@pytest.mark.timeout(3600 if SOAK else 280)
def test_a_campaign_reaches_everybody_once(portal, outbox, campaign, gateways, valkey):
    portal.start("workers.schedule")
    workers = [portal.start("workers.work", "messages") for _ in range(3)]
    connection = redis.Redis.from_url(valkey.address())
    felt, stopped = Counter(), []
    wait_until(lambda: states(outbox)["sending"], what="the first messages on their way")

    for number in range(KILLS):
        blow(gateways, WEATHER[number // 3 % len(WEATHER)])
        # Who has messages in hand is the next one to be killed.
        with suppress(AssertionError):
            wait_until(lambda: any(busy(outbox, worker) for worker in workers), seconds=4)
        time.sleep(0.3)
        place = next((one for one in range(3) if busy(outbox, workers[one])), number % 3)
        horses = children(workers[place].pid)
        victims = [*horses, workers[place].pid]
        if number % (KILLS // STOPS) == 5 and horses:
            # Stopped for longer than its lease; it wakes up at the end of the storm, or two kills later.
            os.kill(horses[0], signal.SIGSTOP)
            felt["stopped with messages in hand"] += bool(expire(outbox, horses))
            stopped.append((number, horses[0]))
        for pid in victims:
            if pid not in [other for _, other in stopped]:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        workers[place].wait()
        felt["killed with messages in hand"] += bool(expire(outbox, victims))
        for since, pid in list(stopped):
            if number >= since + 2:
                stopped.remove((since, pid))
                os.kill(pid, signal.SIGCONT)
        if number % (KILLS // FLUSHES) == 3:
            with suppress(redis.RedisError):
                felt["flushed calls"] += connection.llen("rq:queue:messages")
                connection.flushall()
                felt["flushes"] += 1
        if number % (KILLS // VALKEY_KILLS) == 7:
            valkey.kill()
            valkey.start()
            felt["kills of Valkey"] += 1
        for other, worker in enumerate(workers):
            if worker.poll() is not None:
                workers[other] = portal.start("workers.work", "messages")
        hurry(outbox)

    blow(gateways, ("fast", "fast"))
    for _, pid in stopped:
        os.kill(pid, signal.SIGCONT)
    dead = [
        int(worker.partition(":")[2])
        for (worker,) in outbox.read("SELECT DISTINCT worker FROM job_outbox WHERE worker IS NOT NULL")
    ]

    def settled():
        for other, worker in enumerate(workers):
            if worker.poll() is not None:
                workers[other] = portal.start("workers.work", "messages")
        # Whoever has ended cannot come back to them.
        expire(outbox, [pid for pid in dead if not os.path.exists(f"/proc/{pid}")])
        hurry(outbox)
        left = states(outbox)
        return not left["new"] and not left["sending"]

    wait_until(
        lambda: settled() or time.sleep(0.5), seconds=1800 if SOAK else 120, what="everybody to be through"
    )

    taken = Counter(reference for gateway in gateways.values() for reference in gateway.delivered)
    lost = set().union(*(gateway.lost for gateway in gateways.values()))
    references = {one for (one,) in outbox.read("SELECT reference FROM job_outbox WHERE state = 'sent'")}
    print(
        dict(felt),
        states(outbox),
        {code: (len(g.requests), g.fullest_second(), len(g.asked)) for code, g in gateways.items()},
    )

    assert states(outbox) == {"sent": PEOPLE}
    assert [one for one, times in taken.items() if times > 1] == [], "somebody got it twice"
    assert references <= set(taken) | lost, "somebody was left out"
    # Their turn came all the time, and each time they were put off until the end of their night.
    asleep = "SELECT count(*) FROM job_outbox WHERE state = 'new' AND handedOverAt IS NULL AND notBefore > now() + interval '2 hours'"
    wait_until(lambda: outbox.value(asleep) == ASLEEP, what="whoever sleeps to be left alone")
    # What a gateway said it had taken and then lost, nobody but its report could know.
    assert len(set(taken) | lost) == PEOPLE
    for gateway in gateways.values():
        assert gateway.delivered, "one of the two carried nothing"
        assert gateway.fullest_second() <= RATE
    # The faults were felt.
    assert felt["killed with messages in hand"] >= KILLS / 4
    assert (
        felt["stopped with messages in hand"]
        and felt["kills of Valkey"] >= VALKEY_KILLS
        and felt["flushes"] >= FLUSHES
    )
    assert sum(len(gateway.asked) for gateway in gateways.values()), "nobody was asked about anything"
    assert outbox.value("SELECT count(*) FROM job_outbox WHERE attempts > 1")
    assert lost
    assert outbox.read("SELECT * FROM job_violations WHERE rule <> 'job_message_stuck'") == []
    assert outbox.read("SELECT * FROM ntf_violations") == []
