"""An answer with 100,000 contacts against bare lxml, and 10,000 contacts sent against ready-made bytes."""

import http.client
import io
import json
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from lxml import etree

from portal.demo.addressbook import Record, listed
from portal.places import ROOT
from portal.pohoda import answers, packs
from portal.pohoda.answers import CONTACT_IN_LIST
from portal.pohoda.markup import encoded
from portal.pohoda.model import written
from tests.bench.side_by_side import ratio
from tests.pohoda.documents import APPLICATION, ICO, SYSTEM, batches, book
from tests.pohoda.people import people
from tests.pohoda.stand_in import StandIn

CONTACTS = 100_000
SENT = 10_000
#: Reading may take 2.5 times as long as only counting; then half of what importing is allowed is left.
GOAL = 0.4
MOST_MEMORY = 200


def write_list(place, count: int):
    """A list as Pohoda gives it: some 900 bytes a contact."""
    head, tail = book().split(b"</lAdb:listAddressBook>")
    with place.open("wb") as file:
        file.write(head)
        for batch in batches(enumerate(people(count), 1), 1000):
            found = (
                Record(n, None, written(contact), {SYSTEM: username}) for n, (username, contact) in batch
            )
            file.write(encoded("".join(listed(record, SYSTEM) for record in found)))
        file.write(b"</lAdb:listAddressBook>" + tail)
    return place


@pytest.fixture(scope="module")
def book_of_100_000(tmp_path_factory):
    return write_list(tmp_path_factory.mktemp("bench") / "book.xml", CONTACTS)


def read(place) -> float:
    started = time.perf_counter()
    with place.open("rb") as stream:
        count = sum(1 for _ in answers.read_list(stream).contacts)
    assert count == CONTACTS
    return count / (time.perf_counter() - started)


def count_bare(place) -> float:
    started = time.perf_counter()
    count = 0
    for _, element in etree.iterparse(place, tag=CONTACT_IN_LIST):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    assert count == CONTACTS
    return count / (time.perf_counter() - started)


def test_reading(book_of_100_000):
    size = book_of_100_000.stat().st_size // 2**20
    ratio(
        f"reading {CONTACTS:,} contacts ({size} MB) against counting them",
        GOAL,
        lambda: read(book_of_100_000),
        lambda: count_bare(book_of_100_000),
    )


def test_memory_is_flat(book_of_100_000, tmp_path):
    small = memory(write_list(tmp_path / "small.xml", CONTACTS // 10))
    large = memory(book_of_100_000)
    print(f"memory for {CONTACTS // 10:,} contacts {small} MB, for {CONTACTS:,} contacts {large} MB")
    assert large < MOST_MEMORY and large - small < 10


def memory(place) -> int:
    """MB that a process needs that reads a list and keeps nothing."""
    script = (
        "import re, sys; from pathlib import Path; from portal.pohoda import answers\n"
        "for _ in answers.read_list(open(sys.argv[1], 'rb')).contacts: pass\n"
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, place], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_sending():
    """The same stand-in behind both, forgetful and quick; so what differs is what is ours."""
    stand_in = StandIn(None, "--empty")
    stand_in.start()
    try:
        channel = stand_in.channel()
        items = list(batches((username, username, contact) for username, contact in people(SENT)))
        ready = [packs.upsert_pack(f"p{n}", ICO, APPLICATION, batch, SYSTEM) for n, batch in enumerate(items)]

        def ours() -> float:
            started = time.perf_counter()
            for n, batch in enumerate(items):
                xml = packs.upsert_pack(f"p{n}", ICO, APPLICATION, batch, SYSTEM)
                with channel.send(xml, f"p{n}", check_duplicity=False) as stream:
                    assert all(one.ok for one in answers.read_response(stream).items)
            return SENT / (time.perf_counter() - started)

        def bare() -> float:
            started = time.perf_counter()
            where = urlsplit(stand_in.url)
            for xml in ready:
                connection = http.client.HTTPConnection(where.hostname, where.port)
                connection.request(
                    "POST", "/xml", xml, {"STW-Authorization": channel.headers["STW-Authorization"]}
                )
                count = sum(1 for _ in etree.iterparse(io.BytesIO(connection.getresponse().read())))
                connection.close()
                assert count > 100
            return SENT / (time.perf_counter() - started)

        ratio(f"{SENT:,} contacts built, sent and answered, against ready bytes", None, ours, bare)
    finally:
        stand_in.stop()


def test_building():
    """Contacts into packs, against lxml writing the same trees out."""
    items = list(batches((username, username, contact) for username, contact in people(SENT)))
    trees = [
        etree.fromstring(packs.upsert_pack(f"p{n}", ICO, APPLICATION, batch, SYSTEM))
        for n, batch in enumerate(items)
    ]

    def ours() -> float:
        started = time.perf_counter()
        for n, batch in enumerate(items):
            packs.upsert_pack(f"p{n}", ICO, APPLICATION, batch, SYSTEM)
        return SENT / (time.perf_counter() - started)

    def bare() -> float:
        started = time.perf_counter()
        for tree in trees:
            etree.tostring(tree, encoding="windows-1250")
        return SENT / (time.perf_counter() - started)

    ratio(f"{SENT:,} contacts built into packs, against lxml writing trees", None, ours, bare)
