"""An address book of 100,000 contacts read and imported against bare lxml and COPY; 10,000 contacts sent."""

import http.client
import io
import json
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from urllib.parse import urlsplit

import pytest
from lxml import etree

from portal.demo.addressbook import Record, listed
from portal.places import ROOT
from portal.pohoda import answers, packs
from portal.pohoda.markup import encoded
from portal.pohoda.model import written
from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers
from tests.bench import side_by_side
from tests.bench.book import count_bare
from tests.bench.side_by_side import ratio
from tests.contacts.conftest import switch_on
from tests.pohoda.documents import APPLICATION, ICO, SYSTEM, batches, book
from tests.pohoda.people import people
from tests.pohoda.stand_in import StandIn
from workers import pohoda
from workers.pohoda import PAGE

CONTACTS = 100_000
SENT = 10_000
#: Reading may take 2.5 times as long as only counting; then half of what importing is allowed is left.
GOAL = 0.4
MOST_MEMORY = 200


def write_list(place, contacts: int):
    """A list as Pohoda gives it: some 900 bytes a contact."""
    head, tail = book().split(b"</lAdb:listAddressBook>")
    with place.open("wb") as file:
        file.write(head)
        for batch in batches(enumerate(people(contacts), 1), 1000):
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
        assert sum(1 for _ in answers.read_list(stream).contacts) == CONTACTS
    return CONTACTS / (time.perf_counter() - started)


def counted(place) -> float:
    started = time.perf_counter()
    assert count_bare(place) == CONTACTS
    return CONTACTS / (time.perf_counter() - started)


def test_reading(book_of_100_000):
    size = book_of_100_000.stat().st_size // 2**20
    ratio(
        f"reading {CONTACTS:,} contacts ({size} MB) against counting them",
        GOAL,
        lambda: read(book_of_100_000),
        lambda: counted(book_of_100_000),
    )


def test_memory_is_flat(book_of_100_000, tmp_path):
    small = memory(write_list(tmp_path / "small.xml", CONTACTS // 10))
    large = memory(book_of_100_000)
    print(f"memory for {CONTACTS // 10:,} contacts {small} MB, for {CONTACTS:,} contacts {large} MB")
    assert large < MOST_MEMORY and large - small < 10


def memory(place) -> int:
    """MB that a process needs that reads a list and keeps nothing."""
    script = (
        "import sys; from portal.pohoda import answers; from tests.bench.book import peak\n"
        "for _ in answers.read_list(open(sys.argv[1], 'rb')).contacts: pass\n"
        "print(peak())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, place], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


class Pages:
    """Answers of a Pohoda that takes no time: the pages of a book as they lie on disk."""

    def __init__(self, pages: list[bytes]):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.give(b"<mServer><status>idle</status></mServer>")

            def do_POST(self):
                asked = self.rfile.read(int(self.headers["Content-Length"]))
                first = re.search(rb"<ftr:idFrom>(\d+)<", asked)
                self.give(pages[(int(first[1]) - 1) // PAGE if first else 0])

            def give(self, body: bytes):
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture(scope="module")
def desk(server, book_of_100_000, tmp_path_factory):
    """A server that loses nothing, linked with a book of 100,000 contacts."""
    postgres = Postgres(home("postgres-bench"), max_wal_size="4GB", shared_buffers="512MB")
    postgres.start()
    try:
        with servers.clone(postgres.address("postgres")) as database:
            yield Desk(database, book_of_100_000, tmp_path_factory.mktemp("desk"))
    finally:
        postgres.stop()


class Desk:
    def __init__(self, database, place, folder):
        self.database = database
        self.place = place
        self.lines = folder / "lines"
        self.memory = 0
        numbers = count(1)
        with place.open("rb") as stream, self.lines.open("w") as file:
            for contact in answers.read_list(stream).contacts:
                file.write(pohoda.line(1, next(numbers), contact))
        head, *contacts = place.read_bytes().split(b"<lAdb:addressbook ")
        contacts[-1], end = contacts[-1].split(b"</lAdb:listAddressBook>")
        end = b"</lAdb:listAddressBook>" + end
        pages = [b"<lAdb:addressbook ".join([head, *page]) + end for page in batches(contacts, PAGE)]
        self.pages = Pages([*pages, head + end])
        with database.connect() as connection:
            switch_on(connection, self.pages.url)
            connection.execute("CREATE UNLOGGED TABLE bare (LIKE ctr_staged)")
            connection.execute("GRANT INSERT, TRUNCATE ON bare TO portal_worker")

    def rate(self, *arguments) -> float:
        with self.database.connect() as connection:
            connection.execute("VACUUM ctr_staged")
            connection.execute("CHECKPOINT")
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.book", *map(str, arguments)],
            cwd=ROOT,
            env=self.database.environment(),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        seconds, megabytes = done.stdout.split()[-2:]
        if arguments == ("list",):
            self.memory = max(self.memory, int(megabytes))
        return CONTACTS / float(seconds)

    def first(self) -> float:
        with self.database.connect() as connection:
            connection.execute("TRUNCATE ctr_seen, ctr_staged")
        return self.fetched()

    def fetched(self) -> float:
        rate = self.rate("list")
        with self.database.connect() as connection:
            assert connection.value("SELECT count(*) FROM ctr_seen") == CONTACTS
        return rate

    def bare(self) -> float:
        return self.rate("bare", self.place, self.lines)


@pytest.mark.timeout(1200)
def test_importing(desk, monkeypatch):
    monkeypatch.setattr(side_by_side, "PAIRS", 4)
    side_by_side.ratio(f"{CONTACTS:,} new contacts against counting and COPY", GOAL, desk.first, desk.bare)
    side_by_side.ratio("the same contacts again against counting and COPY", GOAL, desk.fetched, desk.bare)
    print(f"{'memory of the worker at its peak':<52} {desk.memory:5d} MB  (goal under {MOST_MEMORY})")
    assert desk.memory < MOST_MEMORY


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
                seen = sum(1 for _ in etree.iterparse(io.BytesIO(connection.getresponse().read())))
                connection.close()
                assert seen > 100
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
