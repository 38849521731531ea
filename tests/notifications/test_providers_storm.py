"""A campaign through two providers that do badly, while workers are killed and stopped and Valkey is flushed and killed.

Nobody gets anything twice, nobody is left out or woken in the night, and no provider gets more in any second than its rate; the
control group and who has not agreed get nothing. Every fault must be felt.
"""

import os
import random
import signal
import socket
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
import redis
from psycopg.types.json import Jsonb
from werkzeug.serving import make_server

from tests.campaigns.conftest import done, make_campaign, start
from tests.jobs.processes import children, wait_until
from tests.notifications.stand_in import Gateway
from tests.notifications.test_storm import kill
from tests.rails.report import SOAK, say  # noqa: F401

#: So many get it at least: a tenth of those awake is the control group.
PEOPLE = 10_000 if SOAK else 400
AWAKE = PEOPLE * 9 // 8
#: They agreed too, but are in their quiet hours all the time; and others never agreed.
ASLEEP = APART = PEOPLE // 20
KILLS, STOPS, FLUSHES, VALKEY_KILLS = 40, 4, 6, 3
#: Each person gets a bonus with the message, so that the campaign is planned person by person, under the same kills.
BONUS = {"gift": "bonus", "giftKind": "promotional", "giftValue": "5", "giftDays": 14}
PLANNER_KILLS = 3
RATE = 100 if SOAK else 10
#: Seconds at most between two kills in which so many go out: the storm lasts about as long as the campaign.
LULL, PORTION = 15 if SOAK else 0, PEOPLE // (KILLS + 10)
#: So long both providers are away at once, and nothing is hurried.
OUTAGE = 150 if SOAK else 5
#: What the two do while the storm lasts, in turns.
WEATHER = [
    ("fast", "fast"),
    ("slow", "fast"),
    ("hangs", "fast"),
    ("late", "late"),
    ("away", "fast"),
    ("page", "busy"),
    ("fast", "lies"),
    ("broken", "fast"),
    ("away", "hangs"),
    ("lies", "slow"),
    ("busy", "away"),
    ("silent", "fast"),
    ("twice", "fast"),
    ("silent", "twice"),
]


@pytest.fixture
def gateways():
    # They deliver whatever they are given: what they get twice, somebody gets twice.
    with Gateway(isIdempotent=False) as acme, Gateway(isIdempotent=False) as other:
        yield {"acme": acme, "other": other}


@pytest.fixture
def reports(app, outbox, gateways, monkeypatch):
    """The portal's own door for reports, over HTTP."""
    for code, gateway in gateways.items():
        monkeypatch.setenv(f"PORTAL_WEBHOOK_SECRET_{code.upper()}", gateway.secret)
    door = None
    while door is None:
        with suppress(OSError, SystemExit):
            door = make_server("127.0.0.1", random.randrange(20000, 32000), app, threaded=True)
    threading.Thread(target=door.serve_forever, daemon=True).start()
    for code, gateway in gateways.items():
        gateway.reports_to = f"http://127.0.0.1:{door.port}/webhooks/messages/{code}"
    yield
    door.shutdown()
    door.server_close()


@pytest.fixture
def campaign(outbox, gateways, reports):
    """One that may start; its number."""
    outbox.execute(
        "UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo')"
    )
    for place, (code, gateway) in enumerate(gateways.items()):
        done(
            outbox.call(
                "ntf_saveProvider", code=code, name=code, channel="sms", driver="http", place=place,
                settings=Jsonb(gateway.settings()), ratePerSecond=RATE, slowSeconds="0.5", failuresToOpen=3,
            )
        )  # fmt: skip
        done(outbox.call("ntf_setProviderEnabled", code=code, isEnabled=True))
    everybody = AWAKE + ASLEEP + APART
    outbox.execute("SET timezone = 'UTC'")
    for procedure, first, last in (
        ("as_register(name => 'Person ' || n, username => 'u' || n, phone => '+4219' || (10000000 + n))", 1, everybody),
        ("ntf_setConsent('u' || n, 'campaign', 'sms', true)", 1, AWAKE + ASLEEP),
        (
            "ntf_setQuietHours('u' || n, to_char(now() - interval '1 hour', 'HH24:MI'), to_char(now() + interval '3 hours', 'HH24:MI'))",
            AWAKE + 1,
            AWAKE + ASLEEP,
        ),
    ):  # fmt: skip
        answers = outbox.read(
            f"SELECT answer.result, count(*) FROM generate_series(%s::bigint, %s::bigint) AS n, {procedure} AS answer"
            " GROUP BY 1",
            [first, last],
        )
        assert answers == [(1, last - first + 1)]
    outbox.execute("UPDATE as_users SET timeZone = 'UTC'")
    outbox.execute("DELETE FROM job_outbox")
    # A planner that was killed too often is given up, and the next minute's goes on.
    outbox.execute(
        "UPDATE job_schedules SET isEnabled = true, cron = '* * * * *' WHERE code = 'campaigns.steps'"
    )
    outbox.execute("ANALYZE")
    return make_campaign(outbox, steps=(BONUS,), channels=["sms"], controlShare=10)


def states(outbox) -> Counter:
    """Of those who are awake."""
    return Counter(
        dict(
            outbox.read(
                "SELECT state, count(*) FROM job_outbox"
                " WHERE kind = 'campaign' AND username NOT IN (SELECT username FROM ntf_preferences) GROUP BY state"
            )
        )
    )


def planned(outbox, campaign: int) -> bool:
    return outbox.value(
        "SELECT is_admitted AND NOT EXISTS (SELECT FROM ntf_dueGifts) FROM ntf_campaignList WHERE campaign_id = %s",
        [campaign],
    )


def kill_planner(outbox, planner) -> bool:
    """Kill it and end its lease; whether it was at work."""
    victims = [name(pid) for pid in children(planner.pid)]
    kill(planner)
    return outbox.value(
        "WITH gone AS (UPDATE job_runs SET leaseUntil = clock_timestamp() - interval '1 second'"
        " WHERE code = 'campaigns.steps' AND state = 'running' AND worker = ANY(%s) RETURNING 1) SELECT count(*) FROM gone",
        [victims],
    )


def name(pid: int) -> str:
    return f"{socket.gethostname()}:{pid}"


def busy(outbox, worker) -> bool:
    return outbox.value(
        "SELECT EXISTS (SELECT FROM job_outbox WHERE state = 'sending' AND worker = ANY(%s))",
        [[name(pid) for pid in children(worker.pid)]],
    )


def expire(outbox, pids: list[int]) -> int:
    """The leases of who is dead or stopped are over; how many messages they had in hand.

    That so many end within minutes is the storm's doing: it is not what a message is given up for.
    """
    return outbox.value(
        "WITH gone AS (UPDATE job_outbox SET"
        " leaseUntil = clock_timestamp() - interval '1 second', attempts = least(attempts, 2)"
        " WHERE state = 'sending' AND worker = ANY(%s) RETURNING 1) SELECT count(*) FROM gone",
        [[name(pid) for pid in pids]],
    )


def hurry(outbox) -> None:
    """The pauses of minutes take a second here; whoever sleeps is asked about each time."""
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
        gateway.pause = 3 if mode == "late" else 0.6
        if mode == "away":
            gateway.close()
        else:
            gateway.mode = mode
            if gateway.server is None:
                gateway.open()


@pytest.mark.timeout(3600 if SOAK else 280)
def test_a_campaign_reaches_everybody_once(portal, outbox, campaign, gateways, valkey, say):  # noqa: F811
    portal.start("workers.schedule")
    queues = ["messages"] * 3 + ["marketing"]
    workers = [portal.start("workers.work", queue) for queue in queues]
    connection = redis.Redis.from_url(valkey.address())
    felt, stopped = Counter(), []

    def revive():
        for place, worker in enumerate(workers):
            if worker.poll() is not None:
                workers[place] = portal.start("workers.work", queues[place])

    start(outbox, campaign)
    began = time.monotonic()
    for _ in range(PLANNER_KILLS):
        written = states(outbox).total()
        wait_until(lambda: states(outbox).total() > written + 20, what="some more to be written")  # noqa: B023
        felt["killed while planning"] += kill_planner(outbox, workers[3])
        revive()
    wait_until(lambda: states(outbox)["sending"], what="the first messages on their way")

    for number in range(KILLS):
        blow(gateways, WEATHER[number // 3 % len(WEATHER)])
        # Who has messages in hand is the next one to be killed.
        with suppress(AssertionError):
            wait_until(lambda: any(busy(outbox, worker) for worker in workers[:3]), seconds=4)
        time.sleep(0.3)
        place = next((one for one in range(3) if busy(outbox, workers[one])), number % 3)
        horses = children(workers[place].pid)
        victims = [*horses, workers[place].pid]
        if number % (KILLS // STOPS) == 9 and horses:
            # Stopped for longer than its lease; it wakes up at the end of the storm, or two kills later, one after the outage.
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
        revive()
        if number == KILLS // 2:
            blow(gateways, ("away", "away"))
            time.sleep(OUTAGE)
        enough = states(outbox)["sent"] + PORTION
        end = time.monotonic() + LULL
        while time.monotonic() < end and states(outbox)["sent"] < enough:
            time.sleep(0.5)
        hurry(outbox)

    stormed = time.monotonic()
    say(f"after the storm: {dict(states(outbox))}")
    blow(gateways, ("fast", "fast"))
    for _, pid in stopped:
        os.kill(pid, signal.SIGCONT)
    dead = [
        int(worker.partition(":")[2])
        for (worker,) in outbox.read("SELECT DISTINCT worker FROM job_outbox WHERE worker IS NOT NULL")
    ]

    def settled():
        revive()
        # Whoever has ended cannot come back to them.
        expire(outbox, [pid for pid in dead if not os.path.exists(f"/proc/{pid}")])
        hurry(outbox)
        left = states(outbox)
        return not left["new"] and not left["sending"] and planned(outbox, campaign)

    wait_until(
        lambda: settled() or time.sleep(0.5), seconds=1800 if SOAK else 120, what="everybody to be through"
    )

    wanted = {
        f"+4219{10_000_000 + int(username[1:])}"
        for (username,) in outbox.read("SELECT username FROM ntf_campaignPeople WHERE NOT isControl")
    }
    sleepers = {f"+4219{10_000_000 + n}" for n in range(AWAKE + 1, AWAKE + ASLEEP + 1)}
    control = AWAKE + ASLEEP - len(wanted)
    requests = [given for gateway in gateways.values() for _, _, given in gateway.requests]
    number_of = {given["reference"]: given["to"] for given in requests}
    # By their numbers: two messages of the outbox to one person would be twice, too.
    taken = Counter(number_of[reference] for gateway in gateways.values() for reference in gateway.delivered)
    lost = {number_of[reference] for gateway in gateways.values() for reference in gateway.lost}
    references = {one for (one,) in outbox.read("SELECT reference FROM job_outbox WHERE state = 'sent'")}
    twice = {one: told for gateway in gateways.values() for one, told in gateway.told.items()}
    again = sorted(one for one, times in taken.items() if times > 1)
    missed = wanted - sleepers - set(taken) - lost
    say(f"{len(taken)} people have it, {len(again)} of them twice; {len(missed)} were left out")
    say(
        f"{dict(felt)}, {dict(states(outbox))}, {control} in the control group, {len(lost)} lost"
        f" and {len(twice)} doubled by their provider,"
        f" {time.monotonic() - began:.0f} s, of them {stormed - began:.0f} s storm"
    )
    for code, gateway in gateways.items():
        say(
            f"{code}: {len(gateway.requests)} requests, at most {gateway.fullest_second()} in a second of {RATE},"
            f" asked about {len(gateway.asked)}, taken late {len(gateway.late)}"
        )

    others = "SELECT * FROM job_outbox WHERE kind = 'campaign' AND state NOT IN ('sent', 'new')"
    assert outbox.read(others) == []
    assert states(outbox) == {"sent": len(wanted - sleepers)}
    assert len(wanted - sleepers) >= PEOPLE
    assert again == [], "somebody got it twice"
    # What a gateway said it had taken and then lost, nobody but its report could know.
    assert missed == set(), "somebody was left out"
    assert set(taken) <= wanted - sleepers, "somebody got what was not for them"
    assert {given["to"] for given in requests} == wanted - sleepers, "somebody was nearly written to"
    assert {number_of[reference] for reference in references} == wanted - sleepers
    # What a gateway delivered twice by itself it was given once; it tells of both, and the second changes nothing.
    delivered = dict(
        outbox.read("SELECT reference, deliveredAt FROM job_outbox WHERE reportedState = 'delivered'")
    )
    assert twice
    for reference, told in twice.items():
        assert [answer for _, *answer in told] == [[200, "report_taken"], [200, "report_known"]]
        assert delivered.pop(reference) == told[0][0]
    assert delivered == {}
    # Their turn came all the time, and each time they were put off until the end of their night.
    asleep = "SELECT count(*) FROM job_outbox WHERE state = 'new' AND handedOverAt IS NULL AND notBefore > now() + interval '2 hours'"
    wait_until(lambda: outbox.value(asleep) == len(wanted & sleepers), what="whoever sleeps to be left alone")
    assert outbox.value("SELECT count(*) FROM ntf_campaignPeople") == AWAKE + ASLEEP
    assert AWAKE // 20 < control < AWAKE // 5
    assert outbox.value("SELECT count(*) FROM loy_lots WHERE promotion LIKE 'campaign:%%'") == len(wanted)
    for gateway in gateways.values():
        assert gateway.delivered, "one of the two carried nothing"
        assert gateway.fullest_second() <= RATE
    # The faults were felt.
    assert felt["killed with messages in hand"] >= KILLS / 4
    assert felt["killed while planning"] == PLANNER_KILLS
    assert (
        felt["stopped with messages in hand"]
        and felt["kills of Valkey"] >= VALKEY_KILLS
        and felt["flushes"] >= FLUSHES
    )
    assert sum(len(gateway.asked) for gateway in gateways.values()), "nobody was asked about anything"
    assert outbox.value("SELECT count(*) FROM job_outbox WHERE attempts > 1")
    assert lost
    assert any(gateway.late for gateway in gateways.values())
    assert outbox.read("SELECT * FROM job_violations WHERE rule <> 'job_message_stuck'") == []
    for view in ("ntf_violations", "ntf_campaign_violations", "loy_violations"):
        assert outbox.read(f"SELECT * FROM {view}") == []
