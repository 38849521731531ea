"""What tills ask over HTTP, on a real server with the database role of tills."""

import json
import secrets
import time

import pytest

from portal.till import openapi
from portal.till.signing import Key
from tests import servers
from tests.loyalty.till.conftest import PHONE
from tests.loyalty.till.server import Process, TillServer, booking
from tests.loyalty.till.shop import open_shop
from tests.people import register

CALLS = sorted(openapi.REQUESTS)
BASKET = {
    "lines": [{"line": 1, "sku": "A1", "qty": "2", "price": "49.90", "attributes": {"brand": "columbia"}}]
}

QUOTE = json.dumps({"basket": BASKET}).encode()


@pytest.fixture(scope="module")
def market(server):
    """A database with a store, a person and a till server over it; every test is another receipt."""
    with servers.clone(server) as own:
        with own.connect() as db:
            open_shop(db)
            register(db, "alice", phone=PHONE)
            own.keys = {store: new_key(db, store) for store in ("s001", "s002")}
            own.today = str(db.value("SELECT (now() AT TIME ZONE 'Europe/Bratislava')::date"))
        with TillServer(own) as own.server:
            yield own


def new_key(db, store: str) -> Key:
    made = db.call("loy_addStoreKey", storeID=store).details
    return Key(store, made["keyID"], made["secret"])


@pytest.fixture
def till(market):
    return market.server.client(market.keys["s001"])


@pytest.fixture
def name(market):
    """What a till calls a receipt, another one each time."""
    return lambda: {"till": "1", "businessDay": market.today, "number": secrets.token_hex(8)}


@pytest.fixture
def db(market):
    with market.connect() as connection:
        yield connection
        assert connection.read("SELECT * FROM loy_violations") == []


def test_a_day_at_the_till(market, till, name, db):
    assert till.ask("identify", key="0903 123 456").json["account"]["name"] == "Alice"
    quoted = till.ask("quote", key=PHONE, basket=BASKET).json
    assert (quoted["decision"]["net"], quoted["currency"]) == ("89.82", "EUR")
    socks = BASKET | {"lines": [*BASKET["lines"], {"sku": "SOCKS", "qty": 3, "price": 3.40}]}
    more = till.ask("quote", key=PHONE, basket=socks).json
    assert more["decision"]["net"] == "97.02"  # the socks bring 3.00 off a receipt of a hundred
    sale = name()
    held = till.ask("hold", **sale, key=PHONE, basket=socks)
    assert held.status == 200
    sold = till.ask("commit", **sale, key=PHONE, basket=socks, expectedNet="97.02")
    assert sold.status == 200 and sold.json["decision"] == held.json["decision"]
    back = till.ask("return", **name(), sale=sale, lines=[{"line": 1, "quantity": 1}])
    assert back.status == 200 and back.json["refund"] == "43.57"
    balance = till.ask("balance", key=PHONE).json
    assert balance["account"]["balance"] == "2.67" and balance["forecast"][0]["kind"] == "regular"
    assert till.ask("cancel", **name(), key=PHONE).json == {"reason": "hold_cancelled"}


def test_the_same_again_is_the_same_to_the_byte(till, name, db):
    sale = name()
    first = till.ask("commit", **sale, key=PHONE, basket=BASKET)
    again = till.ask("commit", **sale, key=PHONE, basket=BASKET)
    assert (again.status, again.body) == (first.status, first.body) == (200, first.body)
    changed = till.ask("commit", **sale, key=PHONE, basket=BASKET, soldAt="2026-11-22T10:00:00Z")
    assert (changed.status, changed.json["reason"]) == (409, "receipt_changed")


def test_what_is_claimed_at_the_till(market, till, name, db):
    sale = name()
    sold = till.ask("commit", **sale, basket=BASKET).json
    assert sold["account"] is None
    claimed = till.ask("claim", key=PHONE, sale=sale, net=sold["decision"]["net"])
    assert claimed.status == 200 and claimed.json["earned"] == "4.49"


@pytest.mark.parametrize(
    ("call", "asked", "status", "reason"),
    [
        ("commit", {"basket": {"lines": []}}, 422, "no_lines"),
        ("commit", {"basket": {"lines": [{"sku": "A", "qty": "0", "price": "1.00"}]}}, 422, "wrong_quantity"),
        ("commit", {"basket": {"lines": [{"sku": "A", "qty": "1", "price": 0.001}]}}, 422, "wrong_price"),
        ("commit", {"key": "+421 999 999 999"}, 404, "no_such_account"),
        ("commit", {"expectedNet": "1.00"}, 409, "price_changed"),
        ("commit", {"expectedNet": "one"}, 400, "invalid_value"),
        ("commit", {"businessDay": "2026-02-30"}, 400, "invalid_value"),
        ("commit", {"businessDay": "22.11.2026"}, 400, "unreadable"),
        ("commit", {"businessDay": "2019-01-01"}, 422, "too_late"),
        ("commit", {"number": 7}, 400, "unreadable"),
        ("commit", {"basket": []}, 400, "unreadable"),
        ("commit", {"basket": {"lines": [{"sku": "A\u0000", "qty": "1", "price": "1.00"}]}}, 400, "invalid_value"),
        ("commit", {"isOffline": "yes"}, 400, "unreadable"),
        ("commit", {"soldAt": "infinity"}, 400, "unreadable"),
        ("commit", {"soldAt": "2026-13-01T00:00:00Z"}, 400, "invalid_value"),
        ("return", {"sale": {"till": "1", "businessDay": "2026-11-01", "number": "none"}, "lines": [{"line": 1, "quantity": 1}]}, 404, "no_such_sale"),
        ("return", {"sale": {"store": "s002", "till": "1", "businessDay": "2026-11-01", "number": "1"}, "lines": [{"line": 1, "quantity": 1}]}, 403, "other_store"),
        ("identify", {"key": "+421 999 999 999"}, 404, "no_such_account"),
        ("identify", {"key": None}, 400, "unreadable"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(market, till, name, db, call, asked, status, reason):
    given = {} if call == "identify" else name() | ({"basket": BASKET} if call == "commit" else {})
    body = json.dumps(given | asked).encode()
    before = db.value("SELECT count(*) FROM loy_receiptKeys")
    answer = till.send(call, body)
    assert (answer.status, answer.json["reason"]) == (status, reason), answer.json
    assert set(answer.json) == {"reason", "msg", "details"} and answer.json["msg"]
    assert db.value("SELECT count(*) FROM loy_receiptKeys") == before


def test_two_thousand_lines_are_read_and_one_more_is_not(till, name, db):
    lines = [{"line": n, "sku": f"S{n}", "qty": "1", "price": "1.00"} for n in range(1, 2001)]
    assert till.ask("commit", **name(), basket={"lines": lines}).json["decision"]["gross"] == "2000.00"
    more = [*lines, {"sku": "X", "qty": "1", "price": "1.00"}]
    answer = till.ask("commit", **name(), basket={"lines": more})
    assert (answer.status, answer.json["reason"]) == (422, "too_many_lines")


def test_numbers_are_read_as_they_are_written(till, name, db):
    """As a binary fraction this price would have two decimals."""
    body = '{"basket": {"lines": [{"sku": "A", "qty": 1, "price": %s}]}}'
    assert till.send("quote", (body % "49.90000000000000001").encode()).json["reason"] == "wrong_price"
    assert till.send("quote", (body % "49.90").encode()).json["decision"]["gross"] == "49.90"


# Who asks


@pytest.fixture
def send(market):
    """Send a call with other headers than were signed."""

    def ask(key=None, path="/api/v1/quote", body=QUOTE, at=None, **changed):
        headers = {"Content-Type": "application/json"}
        headers |= (key or market.keys["s001"]).headers("POST", "/api/v1/quote", body, at=at)
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        return market.server.request("POST", path, body, headers)

    return ask


def test_an_unsigned_call_is_refused(market, send):
    assert (
        market.server.request("POST", "/api/v1/quote", b"{}", {"Content-Type": "application/json"}).status
        == 401
    )
    for header in ("X_Store", "X_Key", "X_Timestamp", "X_Nonce", "X_Signature"):
        answer = send(**{header: ""})
        assert (answer.status, answer.json["reason"]) == (401, "wrong_signature")
    assert send(X_Signature="zz").status == 401


def test_an_old_call_and_one_that_was_sent_before_are_refused(send):
    assert send(at=int(time.time()) - 400).json["reason"] == "signed_too_long_ago"
    nonce = secrets.token_hex(16)
    assert send(X_Nonce=nonce).status == 401  # it was not signed with that one


def test_a_call_that_was_taken_is_not_taken_again(market):
    body = json.dumps({"basket": BASKET}).encode()
    headers = {"Content-Type": "application/json"} | market.keys["s001"].headers(
        "POST", "/api/v1/quote", body
    )
    first, second = (market.server.request("POST", "/api/v1/quote", body, headers) for _ in range(2))
    assert first.status == 200 and (second.status, second.json["reason"]) == (401, "nonce_used")


def test_a_signature_is_good_for_its_address_alone(send):
    assert send(path="/api/v1/identify").json["reason"] == "wrong_signature"


def test_the_key_of_another_store_is_of_no_use(market, send, till, name, db):
    stolen = Key("s001", market.keys["s002"].id, market.keys["s002"].secret)
    assert send(key=stolen).status == 401
    sale = name()
    assert till.ask("commit", **sale, basket=BASKET).status == 200
    other = market.server.client(market.keys["s002"])
    back = {"sale": sale, "lines": [{"line": 1, "quantity": 1}]}
    assert other.ask("return", **name(), **back).json["reason"] == "no_such_sale"
    assert other.ask("return", **name(), **back | {"sale": sale | {"store": "s001"}}).status == 403


def test_a_revoked_key_is_refused_at_once(market, db):
    key = new_key(db, "s002")
    client = market.server.client(key)
    assert client.ask("quote", basket=BASKET).status == 200
    assert db.call("loy_revokeStoreKey", storeID="s002", keyID=key.id).ok
    assert client.ask("quote", basket=BASKET).status == 401


# What is no call


def test_what_is_not_json_is_refused(market, send):
    assert send(Content_Type="text/plain").status == 415
    assert send(Content_Encoding="gzip").status == 415
    for body in (b"", b"{", b"\xff", b"[" * 100_000, b'{"a": NaN}', b"9" * 5000):
        assert send(body=body).status == 400, body[:20]
    assert send(body=b"[]").json["details"] == {"field": ""}


def test_a_body_that_is_too_large_is_refused_before_it_is_read(market):
    answer = market.server.request(
        "POST", "/api/v1/quote", b"{" + b" " * openapi.LARGEST, {"Content-Type": "application/json"}
    )
    assert (answer.status, answer.json["reason"]) == (413, "too_large")


def test_a_half_sent_body_enters_nothing(market, till, name, db):
    sale = name()
    body = json.dumps(sale | {"basket": BASKET}).encode()
    for part in (0, 0.5, 0.99):
        market.server.half(
            "/api/v1/commit", body, market.keys["s001"].headers("POST", "/api/v1/commit", body), part
        )
    time.sleep(0.5)
    assert db.value("SELECT count(*) FROM loy_receiptKeys WHERE number = %s", [sale["number"]]) == 0
    assert till.send("commit", body).status == 200


def test_an_unknown_version_is_answered_with_the_known_ones(market):
    answer = market.server.request("POST", "/api/v9/quote", b"{}")
    assert answer.status == 404 and answer.json["details"] == {"versions": ["v1"]}
    assert market.server.request("GET", "/api/v1/nothing").json["reason"] == "not_found"
    answer = market.server.request("GET", "/api/v1/quote")
    assert answer.status == 405 and set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_the_document_is_served_and_nobody_signs_for_it(market):
    answer = market.server.request("GET", "/api/v1/openapi.json")
    assert answer.json == json.loads(json.dumps(openapi.document()))
    assert {path[1:] for path in answer.json["paths"]} == {*CALLS, "openapi.json"}


def test_no_answer_is_kept_by_a_cache(market, send):
    assert send().headers["Cache-Control"] == "no-store"


def test_a_store_that_asks_too_often_is_told_to_wait(market):
    with TillServer(market, workers=1, PORTAL_TILL_RATE="2") as slow:
        client = slow.client(market.keys["s001"])
        body = json.dumps({"key": PHONE}).encode()
        answers = [client._post("/api/v1/identify", body) for _ in range(4)]
        assert [answer.status for answer in answers[:2]] == [200, 200]
        refused = next(answer for answer in answers if answer.status == 429)
        assert refused.json["reason"] == "too_many_calls" and refused.headers["Retry-After"] == "1"
        # Another store is not slowed.
        assert slow.client(market.keys["s002"]).ask("identify", key=PHONE).status == 200
        time.sleep(1.1)
        assert client._post("/api/v1/identify", body).status == 200


def test_without_a_database_a_till_is_told_to_try_again(market):
    # Nobody listens there.
    broken = {"DATABASE_URL_TILL": "postgresql://portal_till@127.0.0.1:9/none"}
    with TillServer(market, workers=1, **broken) as away:
        answer = away.client(market.keys["s001"])._post("/api/v1/identify", b'{"key": "1"}')
        assert (answer.status, answer.json["reason"], answer.headers["Retry-After"]) == (
            503,
            "try_again",
            "2",
        )


# Booking


def test_booking_books_what_waits_and_stops_when_told(market, till, name, db):
    for _ in range(5):
        assert till.ask("commit", **name(), key=PHONE, basket=BASKET).status == 200
    assert db.value("SELECT count(*) FROM loy_bookingQueue") >= 5
    with booking(market) as process:
        assert isinstance(process, Process)
        deadline = time.monotonic() + 30
        while db.value("SELECT count(*) FROM loy_bookingQueue"):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    assert process.process.returncode == 0
