"""Pohoda's own pull, answered as its documentation asks for."""

import datetime as dt
import io
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal.pohoda import answers, eshop
from portal.pohoda.failures import Unreadable
from tests.pohoda.conftest import BESIDE
from tests.pohoda.documents import JANA, SYSTEM, listing, upsert

NOW = dt.datetime(2026, 3, 1, 10, 20, 30)


def asked(xml: bytes) -> eshop.Request:
    return eshop.read_request(io.BytesIO(xml))


def test_a_request_is_read():
    request = asked(listing("l7", last_changes="2026-02-01T00:00:00", id_from=5, count=100))
    assert request == eshop.Request("l7", "1", "12345678", 5, 100, dt.datetime(2026, 2, 1), SYSTEM)


def test_the_genuine_request_is_read():
    sample = BESIDE / "samples" / "mserver" / "obecny-obchod-request.xml"
    if not sample.exists():
        pytest.skip("Pohoda's documents are not beside the project")
    assert asked(sample.read_bytes()) == eshop.Request("00000001", "00000001", "25313142")


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        (upsert(("1", "jana", JANA)), "not_list"),
        (b"<html/>", "not_pohoda"),
        (b"<dataPack xmlns='http://www.stormware.cz/schema/data.xsd'/>", "version_one"),
        (b"<dataPack xmlns='urn:x'/>", "not_pohoda"),
        (listing()[:-20], "broken"),
        (b"", "broken"),
        (b"<!DOCTYPE a><a/>", "doctype"),
        (listing().replace(b"</dat:dataPack>", b"<dat:dataPackItem id='2'/></dat:dataPack>"), "not_list"),
    ],
)
def test_anything_else_is_refused(xml, code):
    with pytest.raises(Unreadable) as refused:
        asked(xml)
    assert refused.value.code == code


@pytest.mark.parametrize("encoding", ["windows-1250", "utf-8"])
@pytest.mark.parametrize("count", [0, 1, 100, 250])
def test_a_list_is_answered_in_pieces_and_is_valid(valid, encoding, count):
    contacts = [
        JANA | {"name": f"Žofia {n}", "note": "", "extIds": [{"id": f"u{n}", "system": SYSTEM}]}
        for n in range(count)
    ]
    pieces = list(eshop.answer(asked(listing("l7")), iter(contacts), now=NOW, encoding=encoding))
    whole = valid(b"".join(pieces))
    answer = answers.read_list(io.BytesIO(whole))
    assert (answer.pack_id, answer.timestamp) == ("l7", NOW)
    listed = list(answer.contacts)
    assert [(one["name"], one["extIds"]) for one in listed] == [
        (one["name"], one["extIds"]) for one in contacts
    ]
    assert len(pieces) == 2 + count // 100


def test_a_character_that_xml_cannot_hold_costs_nobody_the_list(valid):
    pieces = eshop.answer(asked(listing()), [JANA | {"name": "Ja\0na\x01 \ud800"}, JANA], now=NOW)
    names = [one["name"] for one in answers.read_list(io.BytesIO(valid(b"".join(pieces)))).contacts]
    assert names == ["Jana", "Jana Nová"]


def test_contacts_are_asked_for_only_as_they_are_written():
    given = iter(range(1000))
    pieces = eshop.answer(asked(listing()), ({"name": f"N{n}", "city": "x"} for n in given), now=NOW)
    next(pieces), next(pieces)
    assert next(given) == 100


def test_a_stand_in_pulls_from_an_e_shop(stand_in):
    seen = []

    class Shop(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(dict(self.headers))
            request = asked(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.end_headers()
            ours = [JANA | {"extIds": [{"id": "jana", "system": SYSTEM}]}]
            self.wfile.writelines(eshop.answer(request, ours, now=NOW))

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Shop) as shop:
        threading.Thread(target=shop.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{shop.server_address[1]}/contacts"
        assert stand_in.ask("POST", "/demo/pull", {"url": url, "user": "u", "password": "p"}) == {"added": 1}
        shop.shutdown()
    assert seen[0]["User-Agent"] == "STORMWARE-HTTP-client" and seen[0]["Authorization"].startswith("Basic ")
    assert stand_in.contacts()[0]["name"] == "Jana Nová"
