"""Documents that somebody hostile would send: refused with a word and a line, nothing opened, nothing asked, little used."""

import io
import json
import os
import random
import re
import socket
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest

from portal.places import ROOT
from portal.pohoda import answers, eshop
from portal.pohoda.failures import Unreadable
from tests.pohoda import attacks
from tests.pohoda.documents import book, contact, detail, item, produced, read_contacts, read_items, response

SECONDS = 10
MB = 256

#: What is not refused has nothing in it that is acted on.
HARMLESS = {
    "xinclude": "read 1",
    "stylesheet": "read 1",
    "schema location": "read 1",
    "overlong utf-8": "read 1",
}
HARMLESS |= {"attributes": "read 0"}
ANSWERS = {
    "deep": "too_deep",
    "deep with names": "too_deep",
    "html": "not_pohoda",
    "html without doctype": "not_pohoda",
    "no xml": "not_pohoda",
    "utf-32": "not_pohoda",
    "many namespaces": "too_large",
    "many comments": "too_large",
    "many unknown elements": "too_large",
    "too many items": "too_large",
    "blanks inside": "too_large",
    "blanks before the root": "too_large",
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """Every attack read in a process of its own, with a port and a pipe that nobody may touch."""
    pipe = tmp_path_factory.mktemp("attacks") / "pipe"
    os.mkfifo(pipe)
    came = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=lambda: came.append(listening.accept()), daemon=True).start()
        done = subprocess.run(
            [sys.executable, "-m", "tests.pohoda.attacks"],
            cwd=ROOT,
            env=os.environ | {"ATTACK_PORT": str(listening.getsockname()[1]), "ATTACK_PIPE": str(pipe)},
            capture_output=True,
            text=True,
            # Whoever opened the pipe would wait there for ever.
            timeout=250,
        )
        assert done.returncode == 0, done.stderr
        assert not came, "somebody asked the port"
    return {found["name"]: found for found in map(json.loads, done.stdout.splitlines())}


def test_there_are_more_than_60_of_them(results):
    assert len(results) == len(attacks.documents()) > 60


def test_every_document_is_refused_or_harmless(results):
    for name, found in results.items():
        expected = HARMLESS.get(name) or ANSWERS.get(name)
        if name.startswith("doctype") and "inside" not in name:
            expected = "doctype"
        elif name.startswith("entity") and "parameter" not in name:
            expected = "entity"
        elif expected is None:
            expected = "too_large" if name.startswith("a long") else "broken|wrong_encoding"
        assert re.fullmatch(expected, found["said"]), found


def test_none_takes_much_time_or_memory(results):
    for found in results.values():
        assert found["seconds"] <= SECONDS and found["mb"] <= MB, found


def test_a_doctype_is_refused_wherever_xml_is_read():
    request = b'<!DOCTYPE dat:dataPack [<!ENTITY x "y">]><dat:dataPack/>'
    for read in (answers.read_response, answers.read_list, eshop.read_request):
        with pytest.raises(Unreadable) as refused:
            read(io.BytesIO(request))
        assert refused.value.code == "doctype"


@pytest.mark.parametrize(
    ("inside", "code", "line"),
    [
        ("<a>&x;</a>", "entity", 4),
        ("<a><b></a>", "broken", 4),
        ("\n<a\0/>", "broken", 5),
        ("<a>" * 300, "too_deep", 4),
    ],
)
def test_a_refusal_says_the_line(inside, code, line):
    with pytest.raises(Unreadable) as refused:
        list(answers.read_response(io.BytesIO(response(f"\n\n{item(inside)}"))).items)
    assert refused.value.code == code and f"line {line}" in str(refused.value)


def test_what_came_before_a_break_is_given_and_the_break_is_felt():
    items = "".join(item(produced(n), id=n) for n in range(1, 4001))
    whole = response(items)
    seen = []
    with pytest.raises(Unreadable) as refused:
        for found in answers.read_response(io.BytesIO(whole[: len(whole) * 3 // 4])).items:
            seen.append(found.pohoda_id)
    assert refused.value.code == "broken" and seen == list(range(1, len(seen) + 1)) and len(seen) > 2000


def test_no_truncation_passes_for_a_whole_document():
    contacts = [
        contact(f"Žofia Ťahká {n}", n, header=f"<adb:email>z{n}@example.com</adb:email>")
        for n in range(1, 85)
    ]
    whole = book(*contacts)
    assert 19_000 < len(whole) < 24_000 and len(read_contacts(whole)) == 84
    started = time.process_time()
    for size in range(len(whole)):
        with pytest.raises(Unreadable) as refused:
            read_contacts(whole[:size])
        assert refused.value.code == "broken", (size, refused.value)
    assert time.process_time() - started < 120


def mutated(xml: bytes, chance: random.Random) -> bytes:
    """Bytes changed, left out, doubled, moved; pieces of markup put in."""
    for _ in range(chance.randint(1, 4)):
        start, size = chance.randrange(len(xml)), chance.choice((1, 1, 2, 5, 40, 400))
        piece = xml[start : start + size]
        put = chance.choice(
            (
                b"",
                piece * 2,
                bytes(chance.randrange(256) for _ in piece),
                b"<",
                b">",
                b"&",
                b"]]>",
                b"<![CDATA[",
                b"&#0;",
                b"\0",
            )
        )
        xml = xml[:start] + put + xml[start + size :]
    return xml


def test_a_damaged_answer_is_read_or_refused_and_nothing_else():
    chance = random.Random(18)
    whole = book(
        *(
            contact(f"Žofia {n}", n, header="<adb:p2>true</adb:p2><adb:note>a &amp; b</adb:note>")
            for n in range(1, 30)
        )
    )
    more = response(
        item(produced(1, details=detail(602, "x", "warning"))) + item(produced(0, state="error"), id="2")
    )
    outcomes = Counter()
    for _ in range(4000):
        for read, xml in ((read_contacts, whole), (read_items, more)):
            try:
                read(mutated(xml, chance))
                outcomes["read"] += 1
            except (Unreadable, answers.ListRefused) as refused:
                outcomes[getattr(refused, "code", "refused")] += 1
    assert outcomes["read"] > 50 and outcomes["broken"] > 500, outcomes


def test_a_stream_in_single_bytes_is_read_as_one_in_blocks():
    class Dripping(io.BytesIO):
        def read(self, size=-1):
            return super().read(min(size, 1))

    assert len(list(answers.read_list(Dripping(book(contact("Žofia")))).contacts)) == 1


def test_a_limit_may_be_set_lower():
    xml = book(*(contact(id=n) for n in range(1, 2000)))
    with pytest.raises(Unreadable) as refused:
        list(answers.read_list(io.BytesIO(xml), most=len(xml) // 2).contacts)
    assert refused.value.code == "too_large"
