"""`portal till --demo` as a newcomer runs it: a process of its own that is typed into, and a server that answers tills."""

import json
import re
import shutil
import stat
import subprocess
import sys

import pytest

from portal import services
from portal.demo.people import phone
from portal.places import ROOT, var
from tests import servers
from tests.chaos.private import free_port
from tests.loyalty.till.server import TillServer
from tests.loyalty.till.shop import PROMOTIONS, publish
from tests.people import register

#: Of a customer of the demo, as it is printed.
PHONE = "+44 7700 900000"


@pytest.fixture(scope="module")
def fresh(server):
    """Promotions and a member, but no store: nobody has ever asked as a till."""
    with servers.clone(server) as own:
        with own.connect() as db:
            publish(db, *PROMOTIONS)
            register(db, "alice", phone=PHONE)
        with TillServer(own) as own.server:
            yield own


@pytest.fixture
def home(tmp_path):
    """A folder of this newcomer's own, where the key is kept; the servers' passwords are there already."""
    shutil.copy(var("secrets.json"), tmp_path)
    return tmp_path


@pytest.fixture
def demo(fresh, home):
    """demo("quote", "A1@5.00"), or typed into: demo(typed="help\\nquit\\n"); what it said, and its status."""

    def run(*words, typed="", url=fresh.server.address):
        done = subprocess.run(
            [sys.executable, "-m", "portal.cli", "till", "--demo", "--url", url, *words],
            cwd=ROOT,
            env=fresh.environment() | {"PORTAL_VAR": str(home), "VALKEY_URL": services.valkey_url()},
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    return run


def keys(fresh) -> list:
    with fresh.connect() as db:
        return db.read(
            "SELECT key_id, is_good FROM loy_storeKeyList WHERE store_id = 'demo' ORDER BY created_at"
        )


def shown(page: str) -> list[str]:
    """What a page says to type, without what it says of it."""
    text = (ROOT / page).read_text()
    return [line.partition("#")[0].strip() for line in re.findall(r"^till> (.+)$", text, re.MULTILINE)]


@pytest.mark.parametrize("page", ["README.md", "docs/till.md"])
def test_what_a_page_says_to_type_sells_and_takes_back(fresh, home, demo, page):
    *sale, back = [line for line in shown(page) if line != "balance"]
    status, said = demo(typed="".join(f"{line}\n" for line in ["help", *sale, "balance", "quit"]))
    assert status == 0
    assert said.startswith("A till of demo at http://127.0.0.1:") and "claim NUMBER SUM" in said
    # Three off a receipt of a hundred and more, and what is committed is the price that was shown last.
    assert "off-three" in said and "(price_changed)" not in said, said
    prices = re.findall(r"To pay ([0-9.]+) EUR", said)
    assert prices[-1] == prices[-2]
    number = re.search(r"Receipt (\d+)", said)[1]
    with fresh.connect() as db:
        sold = db.row("SELECT username, store_id, net::text FROM loy_receiptList WHERE number = %s", [number])
    assert sold == ("alice", "demo", prices[-1])

    kept = home / "run" / "till-demo.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads(kept.read_text())["secret"] not in said

    # Another time, with the same key: the third line comes back.
    word, _number, line = back.split()
    before = keys(fresh)
    status, said = demo(typed=f"{word} {number} {line}\n")
    assert (status, word, line) == (0, "return", "3") and f"of receipt {number}" in said, said
    assert re.search(r"To give back 4\.\d\d EUR", said)
    assert keys(fresh) == before and before[-1].is_good


def test_the_phone_that_pages_show_is_of_a_customer_of_the_demo():
    assert phone(0) == PHONE.replace(" ", "")
    for page in ("README.md", "docs/till.md"):
        assert f"key {PHONE}" in shown(page)


def test_one_call_and_its_status(demo):
    status, said = demo("quote", "A1=2@49.90", "--key", PHONE)
    assert status == 0 and "Alice" in said and "To pay 99.80 EUR" in said
    status, said = demo("quote", "A1=2@49.999")
    assert status == 1 and "wrong_price" in said
    assert demo("sell", "A1@1.00")[0] != 0


def test_a_key_that_was_revoked_is_replaced(fresh, home, demo):
    assert demo("identify", "--key", PHONE)[0] == 0
    before = keys(fresh)
    with fresh.connect() as db:
        assert db.call("loy_revokeStoreKey", storeID="demo", keyID=before[-1].key_id).ok
    assert demo("identify", "--key", PHONE)[0] == 0
    after = keys(fresh)
    assert len(after) == len(before) + 1 and [key.is_good for key in after[-2:]] == [False, True]


def test_where_no_server_answers_it_says_so(demo):
    status, said = demo("quote", "A1@1.00", url=f"http://127.0.0.1:{free_port()}")
    assert status != 0 and "127.0.0.1" in said
