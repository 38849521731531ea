"""A stand-in for Pohoda: mServer, its folders and its address book, as far as is known of the real ones.

`portal pohoda-demo` opens it. /status and /xml are mServer's; / is a page on which contacts are added and changed as a
person at Pohoda would do it; /demo is for tests and the curious:

    GET    /demo/contacts                      the book as JSON
    POST   /demo/contacts                      {"company": …}           adds, answers {"id": 7}
    POST   /demo/contacts/7                    {"city": …}              changes
    DELETE /demo/contacts/7
    POST   /demo/fail                          {"what": "timeout_after", "times": 1, "seconds": 3, "after": 5}
    GET    /demo/requests                      how many were seen, and the most at a time
    POST   /demo/pull                          {"url": …, "user": …, "password": …}   asks an e-shop, as Pohoda does
"""

import base64
import gzip
import hmac
import html
import json
import re
import socket
import struct
import threading
import time
import tomllib
import zlib
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from portal.demo.addressbook import Book
from portal.demo.unit import FAULTS, Fault, Unit, die
from portal.trouble import Trouble

FIRST_CONTACTS = Path(__file__).with_name("addressbook.toml")
MOST = 64 * 2**20
PAGE_OF_ANOTHER = b"<!DOCTYPE html><html><head><title>It works</title></head><body>It works</body></html>"
#: What the page shows of a contact.
SHOWN = ("company", "name", "street", "city", "zip", "country", "ico", "email", "mobile", "group")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Server"

    def do_GET(self):
        path = urlsplit(self.path)
        if path.path == "/status":
            self.give_status(path.query)
        elif path.path == "/xml":
            self.say(HTTPStatus.METHOD_NOT_ALLOWED)
        elif path.path == "/":
            self.give(page(self.unit.book), "text/html; charset=utf-8")
        elif path.path == "/demo/contacts":
            self.give_json(contacts_of(self.unit.book))
        elif path.path == "/demo/requests":
            self.give_json({"seen": self.unit.seen, "mostWaiting": self.unit.most_waiting})
        else:
            self.say(HTTPStatus.NOT_FOUND)

    def do_POST(self):
        # What is not read here would be taken for the next request.
        body = self.body()
        path = urlsplit(self.path)
        if path.path == "/status":
            self.give_status(path.query)
        elif path.path == "/xml":
            self.import_(body)
        elif path.path.startswith("/demo/") or path.path == "/":
            self.control(path.path, body)
        else:
            self.say(HTTPStatus.NOT_FOUND)

    def do_DELETE(self):
        if found := re.fullmatch(r"/demo/contacts/(\d{1,9})", self.path):
            with self.unit.line:
                self.unit.book.delete(int(found[1]))
                self.unit.book.sync()
            self.give_json({})
        else:
            self.say(HTTPStatus.METHOD_NOT_ALLOWED)

    @property
    def unit(self) -> Unit:
        return self.server.unit

    def body(self) -> bytes:
        size = int(self.headers.get("Content-Length") or 0)
        if not 0 <= size <= MOST:
            self.close_connection = True
            return b""
        return self.rfile.read(size)

    # mServer

    def give_status(self, query: str) -> None:
        detailed = query == "companyDetail"
        if detailed and not self.is_allowed():
            return self.say(HTTPStatus.UNAUTHORIZED)
        self.give(self.unit.status(detailed), "text/xml")

    def import_(self, body: bytes) -> None:
        fault = self.unit.next_fault()
        what = fault.what if fault else ""
        if not self.is_allowed():
            return self.say(HTTPStatus.UNAUTHORIZED)
        if what == "die":
            die()
        if what == "cut":
            return self.cut()
        if what == "html":
            return self.give(PAGE_OF_ANOTHER, "text/html")
        if what.isdecimal():
            return self.say(int(what))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        checks = self.headers.get("STW-Check-Duplicity", "").lower() == "true"
        answer = self.unit.answer(body, checks, fault)
        if what == "die_after":
            die()
        if what == "timeout_after":
            time.sleep(fault.seconds)
            return self.cut()
        if what == "cut_after":
            return self.cut()
        if what == "html_after":
            return self.give(PAGE_OF_ANOTHER, "text/html")
        if what in ("408_after", "500_after"):
            return self.say(int(what[:3]))
        if what == "half_after":
            self.start(HTTPStatus.OK, "text/xml", len(answer))
            self.wfile.write(answer[: len(answer) // 2])
            return self.cut()
        self.give_packed(answer, what)

    def give_packed(self, answer: bytes, what: str) -> None:
        """As the client says it can unpack; deflate goes by that name with zlib's header and without."""
        offered = self.headers.get("Accept-Encoding", "")
        if what == "plain" or ("gzip" not in offered and "deflate" not in offered):
            return self.give(answer, "text/xml")
        if what == "raw_deflate":
            engine = zlib.compressobj(wbits=-15)
            return self.give(engine.compress(answer) + engine.flush(), "text/xml", "deflate")
        if what == "deflate" or "gzip" not in offered:
            return self.give(zlib.compress(answer), "text/xml", "deflate")
        self.give(gzip.compress(answer, 1), "text/xml", "gzip")

    def is_allowed(self) -> bool:
        given = self.headers.get("STW-Authorization", "")
        # mServer asks in a header of its own and looks at no other.
        return hmac.compare_digest(given.encode(), self.server.allowed)

    # The person at Pohoda

    def control(self, path: str, body: bytes) -> None:
        try:
            if path == "/":
                given = {
                    name: values[0]
                    for name, values in parse_qs(body.decode(), keep_blank_values=True).items()
                }
            else:
                given = json.loads(body or b"{}")
            answer = self.do(path, given)
        except (ValueError, KeyError, TypeError) as error:
            return self.give(f"{type(error).__name__}: {error}\n".encode(), "text/plain", status=400)
        if path == "/":
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            return self.end_headers()
        self.give_json(answer)

    def do(self, path: str, given: dict) -> dict:
        unit = self.unit
        if path == "/demo/fail":
            if given["what"] not in FAULTS:
                raise ValueError(f"no such fault; there are {', '.join(FAULTS)}")
            unit.faults.append(Fault(**given))
            return {}
        if path == "/demo/pull":
            return unit.pull(given["url"], given.get("user", ""), given.get("password", ""))
        with unit.line:
            if path == "/":
                answer = by_form(unit.book, given)
            elif path == "/demo/contacts":
                answer = {"id": unit.book.add(given)}
            else:
                unit.book.change(int(path.removeprefix("/demo/contacts/")), given)
                answer = {}
            unit.book.sync()
        return answer

    # HTTP

    def give_json(self, answer) -> None:
        self.give(json.dumps(answer, ensure_ascii=False).encode(), "application/json")

    def give(self, body: bytes, kind: str, packing: str = "", status: int = HTTPStatus.OK) -> None:
        self.start(status, kind, len(body), packing)
        self.wfile.write(body)

    def start(self, status: int, kind: str, size: int, packing: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(size))
        if packing:
            self.send_header("Content-Encoding", packing)
        self.end_headers()

    def say(self, status: int) -> None:
        """A refusal with a page, as a server of Windows gives it."""
        named = HTTPStatus(status).phrase
        self.give(
            f"<html><body><h1>{int(status)} {named}</h1></body></html>".encode(), "text/html", status=status
        )

    def cut(self) -> None:
        """Reset the connection, so that the other side cannot take it for an end."""
        self.close_connection = True
        with suppress(OSError):
            self.wfile.flush()
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    def log_message(self, *_):
        """Contacts are nobody's business."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], unit: Unit, user: str, password: str):
        self.unit = unit
        given = base64.b64encode(f"{user}:{password}".encode("cp1250")).decode()
        self.allowed = f"Basic {given}".encode()
        super().__init__(address, Handler)

    def handle_error(self, request, client_address):
        """Whoever hangs up is no error of ours."""


def contacts_of(book: Book) -> list[dict]:
    return [
        {"id": record.id, "saved": record.saved.isoformat(), "extIds": record.ext_ids} | record.contact
        for record in sorted(book.records.values(), key=lambda record: record.id)
    ]


def by_form(book: Book, given: dict) -> dict:
    fields = {name: given[name].strip() for name in SHOWN if name in given} | {
        "isCustomer": "isCustomer" in given
    }
    if "delete" in given:
        book.delete(int(given["delete"]))
    elif given.get("id"):
        book.change(int(given["id"]), fields)
    else:
        book.add(fields)
    return {}


def page(book: Book) -> bytes:
    """The address book as a person at Pohoda has it before their eyes."""
    rows = [
        row(record.id, record.contact, ", ".join(record.ext_ids.values())) for record in book.records.values()
    ]
    heads = "".join(f"<th>{name}</th>" for name in ("id", *SHOWN, "customer", "of the portal", ""))
    return (
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Pohoda, a stand-in</title>'
        "<style>body{font:14px system-ui;margin:1rem}input{width:8em}input[type=checkbox]{width:auto}</style>"
        f"<h1>Address book of a stand-in for Pohoda</h1><table><tr>{heads}</tr>"
        f"{row('', {}, '')}{''.join(rows[-200:][::-1])}</table></html>"
    ).encode()


def row(id: int | str, contact: dict, ours: str) -> str:
    form = f"f{id}"
    cells = "".join(
        f'<td><input form="{form}" name="{name}" aria-label="{name}" value="{html.escape(contact.get(name, ""))}">'
        for name in SHOWN
    )
    ticked = " checked" if contact.get("isCustomer") else ""
    customer = f'<td><input type="checkbox" form="{form}" name="isCustomer" aria-label="customer"{ticked}>'
    delete = f'<button name="delete" value="{id}">Delete</button>' if id else ""
    buttons = f'<form id="{form}" method="post" action="/"><input type="hidden" name="id" value="{id}">'
    buttons += f"<button>{'Save' if id else 'Add'}</button>{delete}</form>"
    return f"<tr><td>{id}</td>{cells}{customer}<td>{html.escape(ours)}<td>{buttons}</tr>"


def serve(
    *,
    host: str,
    port: int,
    ico: str,
    user: str,
    password: str,
    place: Path | None,
    folder: Path | None = None,
    empty: bool = False,
    numbering: bool = False,
    unicode: bool = False,
    echo=print,
) -> None:
    """Open the stand-in and stay."""
    book = Book(place, numbering=numbering, unicode=unicode)
    if not book.last_id and not empty:
        for contact in tomllib.loads(FIRST_CONTACTS.read_text())["contacts"]:
            book.add(contact)
        book.sync()
    unit = Unit(book, ico)
    try:
        server = Server((host, port), unit, user, password)
    except OSError as error:
        raise Trouble(f"The stand-in cannot listen on {host}:{port}: {error.strerror}.") from None
    if folder:
        threading.Thread(target=unit.serve_folder, args=(folder, threading.Event()), daemon=True).start()
    echo(
        f"Pohoda's stand-in: http://{host}:{server.server_address[1]} (user {user}, password {password}, IČO {ico})"
    )
    echo(
        "It validates packs against the official schemas."
        if book.schemas.there
        else "The official schemas are not beside the project: it checks lengths and booleans only."
    )
    if folder:
        echo(f"It answers requests in {folder}.")
    with suppress(KeyboardInterrupt):
        server.serve_forever()
    server.server_close()
