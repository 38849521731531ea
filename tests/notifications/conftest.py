"""What the outbox's tests have, providers of a test's own, a kind of marketing, and the channel cabinet."""

import datetime as dt

import pytest
from psycopg.types.json import Jsonb

from tests.jobs.conftest import (  # noqa: F401
    as_worker,
    claim,
    finish,
    hand_over,
    jana,
    mail_server,
    message,
    message_of,
    outbox,
    pass_time,
    portal,
    valkey,
)
from tests.people import alice, bob, charlie, mona, register, root  # noqa: F401

WORKER = "here:1"


@pytest.fixture(autouse=True)
def _news(db):
    """A kind of marketing, and three delivered ones that may go by SMS too."""
    db.execute(
        "INSERT INTO ntf_kinds (code, isMarketing, isUrgent, sortOrder, createdAt)"
        " VALUES ('news', true, false, 900, clock_timestamp())"
    )
    db.execute(
        "INSERT INTO ntf_kindChannels (kind, channel, isOn, isFixed, createdAt)"
        " SELECT kind, channel, NOT isMarketing AND channel <> 'sms', false, clock_timestamp()"
        " FROM (VALUES ('news'), ('top_up'), ('birthday_bonus'), ('renewal_failed')) AS wanted (kind)"
        " INNER JOIN ntf_kinds ON code = kind"
        " CROSS JOIN (VALUES ('email'), ('cabinet'), ('sms')) AS offered (channel)"
        " ON CONFLICT DO NOTHING"
    )


@pytest.fixture
def agree(db):
    """Write down that somebody wants a kind on a channel: `agree("alice", "news", "email")`."""

    def agree(username, kind="news", channel="email", isOn=True):
        db.execute(
            "INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)"
            " VALUES (%s, %s, %s, %s, 'profile', clock_timestamp())"
            " ON CONFLICT ON CONSTRAINT ntf_consents_pkey DO UPDATE SET isOn = excluded.isOn",
            [username, kind, channel, isOn],
        )

    return agree


@pytest.fixture
def sent(db):
    """A message of the outbox as it stands some time later; its id: `sent("alice", "news", at=…)`."""
    number = iter(range(1, 1000))

    def sent(username="alice", kind="news", channel="email", at=None, state="sent", createdAt=None):
        at = at or dt.datetime.now(dt.UTC)
        return db.value(
            "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore,"
            " createdAt, leaseUntil, handedOverAt, finishedAt, reference)"
            " VALUES (%(username)s, %(kind)s, %(key)s, %(channel)s, '{}', %(state)s, 1, %(at)s, %(created)s,"
            " CASE WHEN %(state)s = 'sending' THEN %(at)s::timestamptz + interval '60 seconds' END,"
            " CASE WHEN %(state)s IN ('sent', 'unknown') THEN %(at)s::timestamptz END,"
            " CASE WHEN %(state)s NOT IN ('new', 'sending') THEN %(at)s::timestamptz END,"
            " CASE WHEN %(state)s = 'sent' THEN %(key)s END) RETURNING id",
            {
                "username": username, "kind": kind, "key": f"sent:{next(number)}", "channel": channel,
                "state": state, "at": at, "created": createdAt or at,
            },
        )  # fmt: skip

    return sent


@pytest.fixture
def deliver(db, sent):
    """Put a message into a cabinet; its row: `deliver("alice", "Hello")`."""

    def deliver(username="alice", subject="Your account was topped up", kind="top_up", link="/finance"):
        one = sent(username, kind, "cabinet")
        outcome = db.call(
            "ntf_putIntoInbox",
            username=username, messageID=one, kind=kind, subject=subject, body="50.00 EUR were added.",
            link=link,
        )  # fmt: skip
        assert outcome.reason == "message_delivered", outcome
        return db.row("SELECT * FROM ntf_inbox WHERE username = %s AND messageID = %s", [username, one])

    return deliver


@pytest.fixture
def add_provider(db):
    """A provider as a procedure makes it: `add_provider("acme", ratePerSecond="5")`."""

    # These tests run at night too.
    db.execute(
        "UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo')"
    )

    def add(code="acme", channel="sms", driver="http", settings=None, **given):
        needed = {"url": "https://sms.example.com/send", "fields": {"to": "{to}", "text": "{text}"}}
        settings = Jsonb(settings or (needed if driver == "http" else {}))
        outcome = db.call(
            "ntf_saveProvider",
            **{
                "code": code,
                "name": code.title(),
                "channel": channel,
                "driver": driver,
                "place": 10,
                "settings": settings,
            }
            | given,
        )
        assert outcome.ok, outcome
        assert db.call("ntf_setProviderEnabled", code=code, isEnabled=True).ok
        return code

    return add
