"""HTTP to mServer: what is sent, and what every kind of failure says about the import."""

import datetime as dt
import gzip
import io
import socket
import ssl
import threading
import time
import zlib
from contextlib import contextmanager, suppress
from typing import Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from portal.demo.addressbook import Book
from portal.demo.pohoda import Server
from portal.demo.unit import Unit
from portal.pohoda import answers
from portal.pohoda.failures import Away, Refused, Unknown
from portal.pohoda.mserver import MServer
from tests.pohoda.conftest import BESIDE
from tests.pohoda.documents import ICO, JANA, book, contact, item, produced, response, sent, upsert
from tests.pohoda.stand_in import PASSWORD, USER

GOOD = response(item(produced(7)))


class Answering:
    """A server of one answer, written as it is given; it remembers what it was asked."""

    def __init__(self, *pieces: bytes, wait: float = 0.0):
        self.pieces = pieces
        self.wait = wait
        self.asked = b""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}"
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        with suppress(OSError):
            connection, _ = self.listening.accept()
            with connection:
                connection.settimeout(10)
                while b"\r\n\r\n" not in self.asked or len(self.asked) < self.expected():
                    self.asked += connection.recv(65536)
                for piece in self.pieces:
                    connection.sendall(piece)
                    time.sleep(self.wait)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1)

    def expected(self) -> int:
        head, _, _ = self.asked.partition(b"\r\n\r\n")
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                return len(head) + 4 + int(line.split(b":")[1])
        return 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.listening.close()

    def channel(self, **given) -> MServer:
        return MServer(self.url, USER, PASSWORD, **({"ico": ICO, "timeout": 5} | given))


def http(body: bytes = b"", status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def test_a_pack_is_posted_with_the_headers_that_mserver_reads():
    with Answering(http(GOOD)) as server:
        channel = server.channel(application="Portál", instance="main")
        assert sent(channel, upsert(("1", "jana", JANA)))[0].ok
    head, _, body = server.asked.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    assert lines[0] == "POST /xml HTTP/1.1" and body == upsert(("1", "jana", JANA))
    for line in (
        "Content-Type: text/xml",
        f"Content-Length: {len(body)}",
        "STW-Check-Duplicity: true",
        "STW-Application: Portal",
        "STW-Instance: main",
        "Accept-Encoding: gzip, deflate",
    ):
        assert line in lines
    assert any(line.startswith("STW-Authorization: Basic ") for line in lines)
    assert not any(line.lower().startswith("authorization:") for line in lines)


def test_duplicates_are_checked_unless_somebody_says_otherwise():
    with Answering(http(GOOD)) as server:
        sent(server.channel(), upsert(("1", "jana", JANA)), check_duplicity=False)
    assert b"STW-Check-Duplicity" not in server.asked


def test_a_base_path_stays():
    with Answering(http(GOOD)) as server:
        channel = MServer(f"{server.url}/pohoda/", USER, PASSWORD, ico=ICO)
        sent(channel, upsert(("1", "jana", JANA)))
    assert server.asked.startswith(b"POST /pohoda/xml ")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "10.0.0.1:444",
        "ftp://x",
        "file:///etc/passwd",
        "http://",
        "http://u:p@x",
        "http://x:99999",
        "http://x/?a=b",
    ],
)
def test_an_address_of_another_kind_is_refused(url):
    with pytest.raises(Refused) as refused:
        MServer(url, USER, PASSWORD, ico=ICO)
    assert refused.value.code == "bad_url"


def test_the_port_is_444_unless_said():
    assert MServer("http://10.0.0.1", USER, PASSWORD, ico=ICO).address == ("10.0.0.1", 444)


def test_a_colon_in_the_user_is_refused():
    with pytest.raises(Refused):
        MServer("http://10.0.0.1", "a:b", PASSWORD, ico=ICO)


# How it fails


@pytest.mark.parametrize("status", ["400", "401", "403", "404", "405", "505", "301", "302"])
def test_certainly_not_imported(status):
    with (
        Answering(http(b"<html>", f"{status} X", "Location: http://127.0.0.1:9/")) as server,
        pytest.raises(Refused) as refused,
    ):
        sent(server.channel(), upsert(("1", "jana", JANA)))
    assert status in str(refused.value)


@pytest.mark.parametrize("status", ["408", "500", "502", "504", "204", "599"])
def test_nobody_knows(status):
    with Answering(http(b"", f"{status} X")) as server, pytest.raises(Unknown):
        sent(server.channel(), upsert(("1", "jana", JANA)))


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"nonsense\r\n\r\n",
        http(GOOD, length=len(GOOD) + 1),
        http(GOOD[: len(GOOD) // 2], length=len(GOOD)),
        http(gzip.compress(GOOD)[:-9], "200 OK", "Content-Encoding: gzip"),
        http(b"not packed", "200 OK", "Content-Encoding: gzip"),
        http(b"", "200 OK", "Content-Encoding: deflate"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<rsp:",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_half_an_answer_is_unknown(answer):
    with Answering(answer) as server, pytest.raises(Unknown):
        sent(server.channel(), upsert(("1", "jana", JANA)))


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(GOOD)),
        ("x-gzip", gzip.compress(GOOD)),
        ("deflate", zlib.compress(GOOD)),
        ("deflate", zlib.compress(GOOD)[2:-4]),
        ("identity", GOOD),
    ],
)
def test_every_packing_is_read_however_small_the_pieces(packing, body):
    pieces = [
        http(body, "200 OK", f"Content-Encoding: {packing}")[n : n + 7] for n in range(0, len(body) + 200, 7)
    ]
    with Answering(*pieces) as server:
        assert sent(server.channel(), upsert(("1", "jana", JANA)))[0].pohoda_id == 7


def test_an_answer_in_chunks_is_read():
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(one), one) for one in (GOOD[:100], GOOD[100:])) + b"0\r\n\r\n"
    with Answering(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunks) as server:
        assert sent(server.channel(), upsert(("1", "jana", JANA)))[0].pohoda_id == 7


@pytest.mark.parametrize("dripping", ["head", "body"])
def test_who_drips_is_cut_off_at_the_deadline(dripping):
    whole = http(GOOD)
    start = len(whole) - len(GOOD) if dripping == "body" else 0
    pieces = [whole[:start], *(whole[n : n + 1] for n in range(start, len(whole)))]
    started = time.monotonic()
    with Answering(*pieces, wait=0.05) as server, pytest.raises(Unknown) as unknown:
        sent(server.channel(timeout=1), upsert(("1", "jana", JANA)))
    assert time.monotonic() - started < 5 and "too long" in str(unknown.value)


def test_a_small_answer_that_unpacks_into_a_huge_one_is_cut():
    bomb = zlib.compressobj(9)
    packed = b"".join(bomb.compress(b" " * 2**20) for _ in range(200)) + bomb.flush()
    with (
        Answering(http(packed, "200 OK", "Content-Encoding: deflate")) as server,
        server.channel(most=2**20).send(b"x", "p1") as stream,
        pytest.raises(Unknown) as unknown,
    ):
        stream.read()
    assert "larger" in str(unknown.value)


def test_nobody_answers():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(Away) as away:
        sent(MServer(f"http://127.0.0.1:{port}", USER, PASSWORD, ico=ICO), b"x")
    assert "connection refused" in str(away.value)


def test_there_is_no_such_host():
    with pytest.raises(Away) as away:
        sent(MServer("http://pohoda.invalid:444", USER, PASSWORD, ico=ICO), b"x")
    assert "no such host" in str(away.value)


def test_an_answer_that_is_left_alone_is_closed():
    with Answering(http(GOOD)) as server:
        with server.channel().send(b"x", "p1") as stream:
            pass
        assert stream.closed and stream.read() == b""


# Status


@pytest.mark.parametrize(
    ("body", "unit", "database"),
    [
        (
            b"<mServer><message>Response</message><status>idle</status><processing>0</processing></mServer>",
            "",
            "",
        ),
        (
            b"<mServer><companyDetail><ico>12345678</ico><databaseName>x</databaseName></companyDetail></mServer>",
            ICO,
            "x",
        ),
        (b"<mServer><databaseName>stwph_12345678_2026</databaseName></mServer>", ICO, "stwph_12345678_2026"),
        (b"Response from POHODA mServer", "", ""),
    ],
)
def test_a_status_is_read_with_and_without_the_company_and_as_plain_text(body, unit, database):
    with Answering(http(body)) as server:
        status = server.channel().status()
    assert server.asked.startswith(b"GET /status?companyDetail ")
    assert (status.unit, status.database) == (unit, database)


def test_a_genuine_status_is_read():
    sample = BESIDE / "samples" / "mserver" / "status-ok.xml"
    if not sample.exists():
        pytest.skip("Pohoda's documents are not beside the project")
    with Answering(http(sample.read_bytes())) as server:
        status = server.channel().status()
    assert (status.name, status.status, status.processing, status.unit) == ("novak", "idle", 0, "")


@pytest.mark.parametrize(
    "body", [b"<html><body>Router</body></html>", b"<!DOCTYPE html><html></html>", b"<x/>"]
)
def test_another_server_is_no_mserver(body):
    with Answering(http(body)) as server, pytest.raises(Refused) as refused:
        server.channel().status()
    assert refused.value.code == "not_mserver"


def test_a_busy_stand_in_says_so(stand_in):
    stand_in.fail("slow", seconds=1)
    sending = threading.Thread(target=sent, args=(stand_in.channel(), upsert(("1", "jana", JANA))))
    sending.start()
    while not stand_in.requests()["seen"]:
        time.sleep(0.01)
    status = stand_in.channel().status()
    assert (status.status, status.processing) == ("busy", 1)
    sending.join()
    assert stand_in.channel().status().status == "idle"


# TLS


@contextmanager
def with_certificate(folder):
    """The stand-in over https with a certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "pohoda")])
    today = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(today).not_valid_after(today + dt.timedelta(days=1))
    file = folder / "certificate.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    )
    server = Server(("127.0.0.1", 0), Unit(Book(), ICO), USER, PASSWORD)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"https://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_self_signed_certificate_is_refused_unless_somebody_says_so(tmp_path):
    with with_certificate(tmp_path) as url:
        with pytest.raises(Refused) as refused:
            sent(MServer(url, USER, PASSWORD, ico=ICO), upsert(("1", "jana", JANA)))
        assert refused.value.code == "certificate" and "not trusted" in str(refused.value)
        trusting = MServer(url, USER, PASSWORD, ico=ICO, self_signed=True)
        assert trusting.status().unit == ICO
        assert sent(trusting, upsert(("1", "jana", JANA)))[0].ok


def test_https_to_a_server_without_it_is_away(monkeypatch):
    monkeypatch.setattr("portal.pohoda.mserver.PATIENCE_TO_CONNECT", 0.5)
    with Answering(http(GOOD)) as server, pytest.raises(Away):
        channel = MServer(server.url.replace("http:", "https:"), USER, PASSWORD, ico=ICO, self_signed=True)
        sent(channel, upsert(("1", "jana", JANA)))


def test_a_list_is_read_while_it_comes():
    whole = http(book(*(contact(id=n) for n in range(1, 3001))))
    halves = whole[: len(whole) // 2], whole[len(whole) // 2 :]
    with Answering(*halves, wait=0.3) as server, server.channel().send(b"x", "l1") as stream:
        contacts = answers.read_list(stream).contacts
        assert next(contacts)["pohodaID"] == 1
        assert sum(1 for _ in contacts) == 2999


def test_bytes_are_given_as_asked():
    with Answering(http(GOOD)) as server, server.channel().send(b"x", "p1") as stream:
        assert io.BufferedReader(stream).read() == GOOD
