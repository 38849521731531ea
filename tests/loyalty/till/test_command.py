"""`portal till`: asked by arguments, and typed into one call after the other, against a real server."""

import builtins
import re

import pytest

from portal import cli
from portal.till import command
from portal.till.client import Client
from portal.till.signing import Key
from tests import servers
from tests.loyalty.till.conftest import PHONE
from tests.loyalty.till.server import TillServer
from tests.loyalty.till.shop import open_shop
from tests.loyalty.till.test_api import new_key
from tests.people import register


@pytest.fixture(scope="module")
def shop(server):
    with servers.clone(server) as own:
        with own.connect() as db:
            open_shop(db)
            register(db, "alice", phone=PHONE)
            own.key = new_key(db, "s001")
        with TillServer(own) as own.server:
            yield own


@pytest.fixture
def till(shop, tmp_path, capsys):
    """till("quote", "A1=2@49.90") gives the status and what was printed."""
    secret = tmp_path / "secret"
    secret.write_text(shop.key.secret + "\n")
    named = [
        "--url",
        shop.server.address,
        "--store",
        "s001",
        "--key-id",
        shop.key.id,
        "--secret-file",
        str(secret),
    ]

    def run(*words):
        status = command.run(cli.parser().parse_args(["till", *words, *named]))
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


@pytest.fixture
def typed(till, monkeypatch):
    """What is printed while these lines are typed; a line may be made from what was said before it."""

    def converse(*lines):
        waiting = list(lines)

        def type_(prompt):
            if not waiting:
                raise EOFError
            line = waiting.pop(0)
            # What happens meanwhile, with nothing typed.
            return line if isinstance(line, str) else line() or ""

        monkeypatch.setattr(builtins, "input", type_)
        return till()[1]

    return converse


def test_a_quote_and_what_is_refused(till):
    status, said = till("quote", "A1=2@49.90", "SOCKS@4.99", "--key", "0903 123 456")
    assert status == 0 and "To pay 101.79 EUR" in said and "Alice, blue" in said
    status, said = till("quote", "A1=2@49.999")
    assert status == 1 and "wrong_price" in said
    assert till("identify", "--key", "0900")[0] == 1


def test_a_day_of_typing(typed):
    said = typed(
        "help", "", "key 0903123456", "pay max", "add BOOTS=1@149.00 HAT=2@19.90", "add SOCKS=1@4.99", "drop 2",
        "hold", "cancel", "basket", "commit", "balance", "identify", "nonsense", "add X", "return", "claim", "quit",
    )  # fmt: skip
    number = re.search(r"Receipt (\d+)", said.split("Nothing is held")[1])[1]
    assert "To pay 150.99 EUR, earns 7.55" in said
    assert "nonsense is nothing that can be typed" in said and "X is not written as" in said
    back = typed(f"return {number} 2=1")
    assert f"of receipt {number}" in back and "To give back 4.89 EUR" in back


def test_what_cannot_be_is_said_and_the_basket_stays(typed):
    said = typed(
        "add BOOTS=1@149.00", "drop 2", "drop 0", "drop -1", "drop", "drop x", "pay", "add HAT=0@19.90 SOCKS@4.99",
        "add HAT=1@19,90", "return 17 x", "quote", "quit",
    )  # fmt: skip
    assert "There is no line 2." in said
    assert all(f"{word} is no line: they are 1, 2, 3 …" in said for word in ("0", "-1", "x", "That"))
    assert "Say how many" in said and said.count("Nothing was added.") == 2
    assert said.count("To pay 146.00 EUR") == 2


def test_the_next_basket_is_not_the_last_buyers(typed):
    said = typed(f"key {PHONE}", "add A1=1@20.00", "commit", "balance", "add A1=1@20.00", "identify", "quit")
    sold, _, asked = said.partition("Receipt ")
    balance, _, following = asked.rpartition("1 ×")
    assert "earns 1.00" in sold and "Alice" in balance
    assert "earns 0.00" in following and "Nobody has this phone" in following and "Alice" not in following
    said = typed(f"key {PHONE}", "new", "balance", "quit")
    assert "Alice" not in said


def test_a_call_that_was_not_answered_goes_again_as_it_was(shop, typed, monkeypatch):
    post = Client._post
    lost = []

    def lose(client, path, body):
        answer = post(client, path, body)
        if path in lost:
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(Client, "_post", lose)
    monkeypatch.setattr("portal.till.client.time.sleep", lambda seconds: None)
    first = typed("add LOST=2@5.00", lambda: lost.append("/api/v1/commit"), "commit", lost.clear, "commit")
    number = re.search(r"Receipt (\d+)", first)[1]
    assert "does not answer" in first and "receipt_changed" not in first
    said = typed(
        lambda: lost.append("/api/v1/return"), f"return {number} 1=1", lost.clear, f"return {number} 1=1"
    )
    assert "does not answer" in said and "To give back 5.00 EUR" in said
    with shop.connect() as db:
        assert (
            db.value(
                "SELECT sum(net) FROM loy_receipts WHERE number = %s OR saleID IN"
                " (SELECT receiptID FROM loy_receipts WHERE number = %s)",
                [number, number],
            )
            == 5
        )


@pytest.mark.parametrize(
    "address", ["nonsense", "ftp://localhost", "http://", "http://localhost:99999", "http://[::1"]
)
def test_an_address_that_is_none_is_said(address):
    with pytest.raises(command.Trouble, match="is no address"):
        Client(address, Key("s001", "k1", "00" * 32))


def test_a_claim_by_arguments(till):
    said = till("commit", "A1=1@20.00", "--number", "n1")[1]
    assert "Receipt n1" in said
    status, said = till("claim", "--sale", "n1", "--net", "20.00", "--key", PHONE)
    assert status == 0 and "Earns 1.00" in said
    assert till("return", "1=1", "--sale", "n1", "--number", "n2")[0] == 0
    assert '"reason"' in till("return", "1=1", "--sale", "n1", "--number", "n3", "--json")[1]


def test_a_call_that_there_is_not_and_a_key_that_is_missing(till, capsys):
    with pytest.raises(command.Trouble, match="There is no call sell"):
        till("sell")
    with pytest.raises(command.Trouble, match="Name --store"):
        command.run(cli.parser().parse_args(["till", "quote", "A1@1.00"]))
