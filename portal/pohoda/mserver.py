"""Pohoda's own HTTP server. It works on one request at a time, and so does whoever calls: one in flight for the installation."""

import base64
import http.client
import io
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from anyascii import anyascii
from lxml import etree

from portal.pohoda.encoding import WINDOWS
from portal.pohoda.failures import Away, Refused, Unknown, Unreadable
from portal.pohoda.reading import MOST, elements

#: Seconds to find out whether somebody is there; an import may take much longer.
PATIENCE_TO_CONNECT = 10
PATIENCE_FOR_STATUS = 30
MOST_OF_STATUS = 2**16
CHUNK = 2**16
LONGEST_NAME = 64
#: What a status code says about the import, as Stormware lists them.
CERTAIN = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "wrong_path",
    405: "wrong_method",
    505: "wrong_version",
}
UNAVAILABLE = 503
#: A database is named after the unit's IČO and the year.
DATABASE = re.compile(r"(?i)stwph_(\d{1,15})_(\d{4})")


@dataclass
class Status:
    """What runs behind the port. Old versions and other servers answer in plain text: then there is only a message."""

    message: str = ""
    name: str = ""
    server: str = ""
    status: str = ""
    processing: int | None = None
    company: str = ""
    database: str = ""
    year: str = ""
    ico: str = ""

    @property
    def unit(self) -> str:
        """The IČO of the accounting unit, said or read from the database's name; "" where neither is there."""
        named = DATABASE.search(self.database)
        return self.ico or (named[1] if named else "")


class MServer:
    """
    >>> with MServer("http://127.0.0.1:10010", "portal", password, ico="12345678").send(xml, "p1") as answer: …
    """

    def __init__(
        self,
        url: str,
        user: str,
        password: str,
        *,
        ico: str,
        application: str = "Portal",
        instance: str = "",
        timeout: float = 120,
        self_signed: bool = False,
        encoding: str = WINDOWS,
        most: int = MOST,
    ):
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query:
            raise Refused("bad_url")
        try:
            port = parts.port or 444
        except ValueError:
            raise Refused("bad_url", "bad_port") from None
        if ":" in user:
            raise Refused("bad_user")
        # It listens on IPv4 only; on some machines localhost is tried as ::1 first and hangs.
        host = "127.0.0.1" if parts.hostname == "localhost" else parts.hostname
        self.address = (host, port)
        self.shown = f"{parts.hostname}:{port}"
        self.base = parts.path.rstrip("/")
        self.tls = context(self_signed) if parts.scheme == "https" else None
        self.ico = ico
        self.timeout = timeout
        self.most = most
        # Which of the two mServer reads is not documented; for plain letters they are one.
        given = f"{user}:{password}".encode("cp1250" if encoding == WINDOWS else encoding, "replace")
        self.headers = {
            "STW-Authorization": f"Basic {base64.b64encode(given).decode()}",
            # Shown in mServer's monitor.
            "STW-Application": plain(application),
            "STW-Instance": plain(instance or application),
            "Accept-Encoding": "gzip, deflate",
        }

    def status(self) -> Status:
        """Who is there; refuses a unit that is certainly another one. To be asked before the first write."""
        with self.ask("GET", "/status?companyDetail", patience=PATIENCE_FOR_STATUS) as answer:
            status = read_status(answer.read(MOST_OF_STATUS))
        if status.unit and status.unit != self.ico:
            raise Refused("wrong_company", unit=status.unit, wanted=self.ico)
        return status

    def send(self, xml: bytes, pack_id: str, check_duplicity: bool = True) -> "Answer":
        """Hand a pack over and give what is answered, to be read and closed."""
        # The pack's id is what duplicates are found by, and it stands in the pack.
        headers = {"Content-Type": "text/xml", "Content-Length": str(len(xml))}
        if check_duplicity:
            headers["STW-Check-Duplicity"] = "true"
        return self.ask("POST", "/xml", xml, headers, self.timeout)

    def ask(self, method: str, path: str, body: bytes | None = None, headers=None, patience: float = 0):
        connection = self.connect()
        deadline = Deadline(connection.sock, patience)
        try:
            connection.request(method, self.base + path, body, self.headers | (headers or {}))
            response = connection.getresponse()
            judge(response.status)
        except (OSError, http.client.HTTPException) as error:
            deadline.lift()
            connection.close()
            raise Unknown("no_answer", address=self.shown, why=deadline.why(error)) from None
        except BaseException:
            deadline.lift()
            connection.close()
            raise
        return Answer(connection, response, deadline, self.most)

    def connect(self) -> http.client.HTTPConnection:
        """Until this is done nothing was handed over, so whatever fails here is not unknown."""
        if self.tls:
            connection = http.client.HTTPSConnection(*self.address, context=self.tls)
        else:
            connection = http.client.HTTPConnection(*self.address)
        connection.timeout = PATIENCE_TO_CONNECT
        try:
            connection.connect()
        except ssl.SSLCertVerificationError as error:
            raise Refused("certificate", address=self.shown, why=error.verify_message) from None
        except OSError as error:
            raise Away("nobody_answers", address=self.shown, why=why(error)) from None
        return connection


class Deadline:
    """Cuts a connection when its time is over, however slowly it drips."""

    def __init__(self, connected: socket.socket, seconds: float):
        self.socket = connected
        self.is_over = False
        connected.settimeout(seconds)
        self.timer = threading.Timer(seconds, self.cut)
        self.timer.daemon = True
        self.timer.start()

    def cut(self) -> None:
        self.is_over = True
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def lift(self) -> None:
        self.timer.cancel()

    def why(self, error: Exception) -> str:
        return "it took too long" if self.is_over else why(error)


class Answer(io.RawIOBase):
    """The body as a stream, unpacked and limited in size and time; whatever goes wrong in it is Unknown."""

    def __init__(self, connection, response, deadline: Deadline, most: int):
        super().__init__()
        self.connection = connection
        self.response = response
        self.deadline = deadline
        self.left = most
        packing = response.headers.get("Content-Encoding", "").strip().lower()
        self.unpacked = Unpacked(self.raw) if packing in ("gzip", "x-gzip", "deflate") else self.raw

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        pieces, missing = [], self.left + 1 if size < 0 else size
        while missing and (piece := self.piece(missing)):
            pieces.append(piece)
            missing -= len(piece)
            self.left -= len(piece)
            if self.left < 0:
                self.close()
                raise Unknown("answer_too_large")
        return b"".join(pieces)

    def piece(self, size: int) -> bytes:
        """Some bytes; none is the end."""
        if self.closed:
            return b""
        try:
            return self.unpacked(size)
        except (OSError, http.client.HTTPException, zlib.error) as error:
            self.close()
            raise Unknown("answer_broke_off", why=self.deadline.why(error)) from None

    def raw(self, size: int) -> bytes:
        piece = self.response.read1(min(size, CHUNK))
        if self.deadline.is_over:
            raise TimeoutError
        if not piece and self.response.length:
            raise http.client.IncompleteRead(b"", self.response.length)
        return piece

    def close(self) -> None:
        if not self.closed:
            self.deadline.lift()
            self.response.close()
            self.connection.close()
        super().close()


class Unpacked:
    """gzip, or deflate with or without the header of zlib: both go by that name."""

    def __init__(self, raw: Callable[[int], bytes]):
        self.raw = raw
        self.waiting = b""
        self.engine = None

    def __call__(self, size: int) -> bytes:
        while True:
            packed = self.waiting or self.raw(CHUNK)
            if self.engine is None:
                while len(packed) < 2 and (more := self.raw(CHUNK)):
                    packed += more
                self.engine = zlib.decompressobj(window(packed))
            # Never more than was asked for: a small answer may be a large one packed.
            piece = self.engine.decompress(packed, size)
            self.waiting = self.engine.unconsumed_tail
            if piece or self.engine.eof:
                return piece
            if not packed:
                raise zlib.error("incomplete")


def judge(status: int) -> None:
    if status == 200:
        return
    if status in CERTAIN:
        raise Refused(CERTAIN[status], status=status)
    if status == UNAVAILABLE:
        raise Away("not_available", status=status)
    if 300 <= status < 400:
        raise Refused("redirect", status=status)
    # 408 and 5xx come after the import as well as before it.
    raise Unknown("gave_up", status=status)


def context(self_signed: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if self_signed:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def window(packed: bytes) -> int:
    """What zlib is told about the header; zlib's own is x and a multiple of 31."""
    if packed[:2] == b"\x1f\x8b":
        return 31
    return 15 if packed[:1] == b"\x78" and int.from_bytes(packed[:2]) % 31 == 0 else -15


def read_status(body: bytes) -> Status:
    found = {}
    try:
        for event, element in elements(io.BytesIO(body), "mServer", "{*}*", most=MOST_OF_STATUS):
            if event == "end" and not len(element):
                found.setdefault(etree.QName(element).localname, (element.text or "").strip())
    except Unreadable:
        if body.lstrip()[:1] == b"<":
            raise Refused("not_mserver") from None
        return Status(message=body.decode("cp1250", "replace").strip()[:200])
    processing = found.get("processing", "")
    return Status(
        message=found.get("message", ""),
        name=found.get("name", ""),
        server=found.get("server", ""),
        status=found.get("status", ""),
        processing=int(processing) if processing.isdecimal() else None,
        company=found.get("company", ""),
        database=found.get("databaseName", ""),
        year=found.get("year", ""),
        ico=found.get("ico", ""),
    )


def plain(text: str) -> str:
    """A header's value: letters that every server takes, in one line."""
    return re.sub(r"[^ -~]", " ", anyascii(text))[:LONGEST_NAME].strip()


def why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, socket.gaierror):
        return "there is no such host"
    with suppress(AttributeError):
        if error.strerror:
            return error.strerror.lower()
    return type(error).__name__
