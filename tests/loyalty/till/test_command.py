"""`portal till`: asked by arguments, and typed into one call after the other, against a real server."""

import builtins
import re

import pytest

from portal import cli
from portal.till import command
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
            return waiting.pop(0)

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
