"""Ten thousand people of five countries go to Pohoda and come back as they were told to, over both channels."""

import threading
import time
import tracemalloc

import pytest

from portal.pohoda import answers, model, packs
from portal.pohoda.folder import Folder
from tests.pohoda.documents import APPLICATION, ICO, SYSTEM, batches, listing
from tests.pohoda.people import people
from tests.pohoda.stand_in import StandIn

PEOPLE = 10_000
PAGE = 1_000


class OverHttp:
    def __init__(self, stand_in: StandIn):
        self.channel = stand_in.channel()

    def ask(self, xml: bytes, pack_id: str):
        return self.channel.send(xml, pack_id)

    def done(self, pack_id: str) -> None:
        pass


class ThroughFolder:
    def __init__(self, place):
        self.channel = Folder(place)

    def ask(self, xml: bytes, pack_id: str):
        self.channel.put(xml, pack_id)
        deadline = time.monotonic() + 60
        while not (stream := self.channel.take(pack_id)):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        return stream

    def done(self, pack_id: str) -> None:
        self.channel.settle(pack_id)


@pytest.fixture(params=["mserver", "folder"])
def carrier(request, tmp_path):
    requests = tmp_path / "requests"
    requests.mkdir()
    # A process of its own, so that only our side's memory is measured.
    stand_in = StandIn(tmp_path / "book.jsonl", "--empty", "--folder", str(requests))
    stand_in.start()
    yield OverHttp(stand_in) if request.param == "mserver" else ThroughFolder(requests)
    stand_in.stop()


def test_everybody_arrives_and_comes_back_as_told(carrier):
    tracemalloc.start()
    items = ((username, username, contact) for username, contact in people(PEOPLE))
    for number, batch in enumerate(batches(items)):
        pack_id = f"p{number}"
        xml = packs.upsert_pack(pack_id, ICO, APPLICATION, batch, SYSTEM)
        with carrier.ask(xml, pack_id) as stream:
            assert all(one.ok and one.action == "add" for one in answers.read_response(stream).items)
        carrier.done(pack_id)

    seen, id_from = 0, 1
    expected = people(PEOPLE)
    while True:
        pack_id = f"l{id_from}"
        with carrier.ask(listing(pack_id, id_from=id_from, count=PAGE), pack_id) as stream:
            in_page = 0
            for found in answers.read_list(stream).contacts:
                username, contact = next(expected)
                told = {field: value for field, value in model.written(contact).items() if value != ""}
                assert found["extIds"] == [{"id": username, "system": SYSTEM}]
                assert {field: found.get(field) for field in told} == told
                assert found["ico"] == contact["ico"] if contact["ico"] else "ico" not in found
                in_page += 1
                id_from = found["pohodaID"] + 1
        carrier.done(pack_id)
        seen += in_page
        if in_page < PAGE:
            break
    assert seen == PEOPLE and next(expected, None) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000, f"{peak} bytes for packs of 100 and pages of {PAGE}"


def test_cyrillic_is_told_before_it_is_written():
    for _, contact in people(100):
        changed = model.changed(contact)
        assert ("name" in changed) == (contact["country"] in ("UA", "RU"))
        assert not any(ord(letter) > 0x400 for letter in changed.get("name", "") if letter not in "–„“")


def test_the_stand_in_takes_packs_from_several_threads(stand_in):
    def send(number: int) -> None:
        items = [(username, f"{number}-{username}", contact) for username, contact in people(50)]
        xml = packs.upsert_pack(f"p{number}", ICO, APPLICATION, items, SYSTEM)
        with stand_in.channel().send(xml, f"p{number}") as stream:
            assert all(one.ok for one in answers.read_response(stream).items)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stand_in.contacts()) == 200
