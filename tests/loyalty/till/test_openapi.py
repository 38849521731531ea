"""The OpenAPI document against the server that serves it: schemathesis asks what it allows and what it does not.

No answer is a 5xx, and none is undocumented. PORTAL_SOAK=1 asks for longer.
"""

import json
import re
import secrets
from collections import Counter

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portal.till import openapi
from tests import servers
from tests.loyalty.till.conftest import PHONE
from tests.loyalty.till.server import TillServer
from tests.loyalty.till.shop import open_shop
from tests.loyalty.till.test_api import new_key
from tests.people import register
from tests.rails.report import SOAK

EXAMPLES = 2000 if SOAK else 40
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DOCUMENT = schemathesis.openapi.from_dict(openapi.document())


@pytest.fixture(scope="module")
def market(server):
    with servers.clone(server) as own:
        with own.connect() as db:
            open_shop(db)
            register(db, "alice", phone=PHONE)
            own.key = new_key(db, "s001")
            own.today = str(db.value("SELECT (now() AT TIME ZONE 'Europe/Bratislava')::date"))
        with TillServer(own) as own.server:
            yield own
        with own.connect() as db:
            assert db.read("SELECT * FROM loy_violations") == []


def near(body, market):
    """Half of the calls are to get further than to somebody unknown and a day long ago."""
    if not isinstance(body, dict) or secrets.randbelow(2):
        return body
    likely = {"key": PHONE, "businessDay": market.today, "till": "1", "number": secrets.token_hex(4)}
    return body | {name: value for name, value in likely.items() if name in body}


def judge(case, market) -> int:
    """Send it signed by the store, whatever it is, and hold the answer to the document."""
    path = f"/api/v1{case.path}"
    body = near(case.body, market)
    try:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    except TypeError:  # nothing at all
        sent = b""
    headers = market.key.headers("POST", path, sent) | {"Content-Type": "application/json"}
    answer = requests.post(market.server.address + path, sent, headers=headers, timeout=30)
    case.validate_response(answer, checks=CHECKS)
    return answer.status_code


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["right", "wrong"])
@pytest.mark.parametrize("call", sorted(openapi.REQUESTS))
def test_every_answer_is_a_documented_one(market, call, mode):
    answered = Counter()

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=DOCUMENT[f"/{call}"]["POST"].as_strategy(generation_mode=mode))
    def ask(case):
        answered[judge(case, market)] += 1

    ask()
    assert sum(answered.values()) >= EXAMPLES * 0.5
    print(f"{call}, {mode.value}: {dict(answered)}")


def test_the_document_is_one(market):
    """Three versions of the standard are read by schemathesis; ours says which it is, and every reference leads somewhere."""
    assert DOCUMENT.raw_schema["openapi"] == "3.1.0"
    answer = requests.get(f"{market.server.address}/api/v1/openapi.json", timeout=30)
    assert answer.json() == json.loads(json.dumps(openapi.document()))
    names = set(re.findall(r'"#/components/([^"]+)"', answer.text))
    for name in names:
        kind, word = name.split("/")
        assert word in answer.json()["components"][kind]
