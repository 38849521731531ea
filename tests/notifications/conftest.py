"""What the outbox's tests have, and providers of a test's own."""

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


@pytest.fixture
def add_provider(db):
    """A provider as a procedure makes it: `add_provider("acme", ratePerSecond="5")`."""

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
