"""One accounting unit of a stand-in for Pohoda: it works on one pack at a time, and can be told to go wrong."""

import base64
import io
import os
import signal
import socket
import threading
import time
import urllib.request
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from portal.demo.addressbook import CONTACT, LIST_REQUEST, NOT_VALID, Book
from portal.pohoda import answers, packs
from portal.pohoda.answers import tags
from portal.pohoda.encoding import WINDOWS
from portal.pohoda.failures import Unreadable
from portal.pohoda.markup import NAMESPACES, element, encoded, opening, text
from portal.pohoda.reading import elements

VERSION = "13902.3 (24.2.2026)"
MOST = 64 * 2**20
[PACK, ITEM] = tags("dat", "dataPack", "dataPackItem")
#: Refusals of a whole pack, in Pohoda's words.
NOT_FOR_THIS_UNIT = "Tento balíček není určen pro tuto jednotku."
NOT_VALID_ENVELOPE = "Obálku dokumentu se nepodařilo ověřit podle schématu. Reason: {}"
REFUSALS = {
    "no_rights": "Uživatel není oprávněn importovat XML soubory.",
    "needs_conversion": "552 Účetní jednotku je nutné převést do aktuální verze.",
    "not_activated": "557 Platnost aktivace programu vypršela.",
}
IMPORTED_BEFORE = "Doklad byl již jednou importován."
#: What can go wrong before anything is imported, and after everything is.
BEFORE = (
    "html",
    "cut",
    "slow",
    "die",
    *REFUSALS,
    "400",
    "401",
    "403",
    "404",
    "408",
    "500",
    "502",
    "503",
    "504",
)
AFTER = ("timeout_after", "cut_after", "half_after", "html_after", "408_after", "500_after", "die_after")
MIDDLE = ("die_between",)
#: Answers that are not what was asked for.
WRONG = (
    *("missing_item", "reordered", "unknown_item", "other_pack", "note_only", "doctype", "version_one"),
    *("truncated", "raw_deflate", "deflate", "plain"),
)
FAULTS = (*BEFORE, *AFTER, *MIDDLE, *WRONG)


@dataclass
class Fault:
    """What goes wrong, how often; how long it takes; and after how many items it dies, half of them unless said."""

    what: str
    times: int = 1
    seconds: float = 3.0
    after: int | None = None


class Unit:
    """What is behind the port and the folder: one thing at a time, however many ask."""

    def __init__(self, book: Book, ico: str, year: int = 2026):
        self.book = book
        self.ico = ico
        self.year = year
        self.faults: deque[Fault] = deque()
        self.line = threading.Lock()
        self.counting = threading.Lock()
        self.waiting = self.seen = self.most_waiting = 0

    def next_fault(self) -> Fault | None:
        with self.counting:
            if not self.faults:
                return None
            fault = self.faults[0]
            fault.times -= 1
            if fault.times <= 0:
                self.faults.popleft()
            return fault

    def answer(self, xml: bytes, check_duplicity: bool, fault: Fault | None = None) -> bytes:
        """Work on one pack, after those that came before."""
        with self.counting:
            self.seen += 1
            self.waiting += 1
            self.most_waiting = max(self.most_waiting, self.waiting)
        try:
            with self.line:
                if fault and fault.what == "slow":
                    time.sleep(fault.seconds)
                return self.work(xml, check_duplicity, fault or Fault(""))
        finally:
            with self.counting:
                self.waiting -= 1

    def work(self, xml: bytes, check_duplicity: bool, fault: Fault) -> bytes:
        if fault.what in REFUSALS:
            return refused(REFUSALS[fault.what])
        try:
            envelope, items = self.read(xml)
        except Unreadable as error:
            return refused(NOT_VALID_ENVELOPE.format(error))
        if envelope.get("ico") != self.ico:
            return refused(NOT_FOR_THIS_UNIT)
        pack_id, done = envelope["id"], []
        last = len(items) // 2 if fault.after is None else fault.after
        for place, (item_id, agenda) in enumerate(items):
            if fault.what == "die_between" and place >= last:
                self.book.sync()
                die()
            done.append((item_id, self.item(pack_id, item_id, agenda, check_duplicity)))
        self.book.sync()
        return self.respond(pack_id, envelope.get("note", ""), spoilt(done, fault.what), fault.what)

    def read(self, xml: bytes) -> tuple[dict, list]:
        envelope, items = {}, []
        for event, found in elements(io.BytesIO(xml), "dataPack", ITEM, most=MOST):
            if event == "start" and found.getparent() is None:
                if found.tag != PACK:
                    raise Unreadable("version_one", f"{found.tag} is not known.")
                envelope = dict(found.attrib)
                for name, longest in (("version", 3), ("id", 64), ("application", 100), ("note", None)):
                    value = envelope.get(name)
                    if value is None or (longest and not 0 < len(value) <= longest):
                        raise Unreadable("envelope", f"the attribute {name} is missing or wrong.")
                if len(envelope.get("ico", "")) > 15:
                    raise Unreadable("envelope", "the attribute ico is too long.")
            elif event == "end" and found.tag == ITEM:
                if not 0 < len(found.get("id", "")) <= 64 or len(found) != 1:
                    raise Unreadable("envelope", "an item is not valid.")
                # The reader frees the item as it goes on.
                items.append((found.get("id"), etree.fromstring(etree.tostring(found[0]))))
        if not items:
            raise Unreadable("envelope", "the pack has no item.")
        return envelope, items

    def item(self, pack_id: str, item_id: str, agenda: etree._Element, check_duplicity: bool) -> str:
        """rsp:responsePackItem."""
        if reason := self.book.schemas.reason(agenda):
            return item_response(item_id, "error", note=NOT_VALID.format(reason))
        if agenda.tag == LIST_REQUEST:
            return item_response(item_id, "ok", "".join(self.book.list(agenda)))
        if agenda.tag != CONTACT:
            return item_response(
                item_id, "error", note=NOT_VALID.format("this stand-in has an address book only.")
            )
        before = self.book.imported.get((pack_id, item_id))
        if check_duplicity and before:
            return item_response(item_id, "error", self.duplicity(*before), IMPORTED_BEFORE)
        return item_response(item_id, "ok", self.book.import_item(agenda, pack_id, item_id))

    def duplicity(self, id: int, day: str) -> str:
        there = text("rsp:id", str(id)) if id in self.book.records else ""
        told = element(
            "rsp:recordDuplicity", text("rsp:agendaType", "adresar"), text("rsp:dateCreate", day), there
        )
        return element("rsp:errorDetail", told)

    def respond(self, pack_id: str, note: str, items: list[str], fault: str) -> bytes:
        named = "other-pack" if fault == "other_pack" else pack_id
        xml = response(named, "ok", note, self.ico, "".join(items), stamp=self.book.moment().isoformat())
        if fault == "doctype":
            return xml.replace(b"?>", b'?><!DOCTYPE rsp:responsePack [<!ENTITY a "b">]>', 1)
        if fault == "version_one":
            return xml.replace(b"/schema/version_2/", b"/schema/")
        if fault == "truncated":
            return xml[: len(xml) * 2 // 3]
        return xml

    def status(self, detailed: bool) -> bytes:
        lines = [
            text("message", "Response from POHODA mServer"),
            text("name", "pohoda-demo"),
            text("server", f"http://{socket.gethostname()}"),
            text("status", "busy" if self.waiting else "idle"),
            text("processing", str(self.waiting)),
        ]
        if detailed:
            lines.append(
                element(
                    "companyDetail",
                    text("company", "Ukážková firma s.r.o."),
                    text("databaseName", f"StwPh_{self.ico}_{self.year}.mdb"),
                    text("year", str(self.year)),
                )
            )
        return encoded(f'<?xml version="1.0" encoding="{WINDOWS}"?>\n{element("mServer", *lines)}')

    # Folders

    def serve_folder(self, requests: Path, stop: threading.Event) -> None:
        """What `Pohoda.exe /XML` does when it is started: every request that has no answer yet."""
        responses = requests / "response"
        responses.mkdir(parents=True, exist_ok=True)
        while not stop.wait(0.05):
            for request in sorted(requests.glob("*.xml")):
                answer = responses / request.name
                if not answer.exists():
                    self.serve_file(request, answer)

    def serve_file(self, request: Path, place: Path) -> None:
        fault = self.next_fault()
        try:
            answer = self.answer(request.read_bytes(), check_duplicity=True, fault=fault)
        except FileNotFoundError:
            return
        if fault and fault.what == "die_after":
            die()
        # It is seen growing, as Pohoda's own is.
        with place.open("wb") as file:
            file.write(answer[: len(answer) // 2])
            file.flush()
            time.sleep(0.02)
            file.write(answer[len(answer) // 2 :])

    # Its own pull

    def pull(self, url: str, user: str, password: str) -> dict:
        """Ask an e-shop for its customers and add those that are not there: started by a person at Pohoda."""
        xml = packs.list_request("00000001", self.ico, "Obecný Internetový obchod - import", "pohoda")
        allowed = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"User-Agent": "STORMWARE-HTTP-client", "Authorization": f"Basic {allowed}"}
        request = urllib.request.Request(url, xml, headers | {"Content-Type": "text/xml"})
        added = 0
        with urllib.request.urlopen(request, timeout=60) as answer:
            for contact in answers.read_list(answer).contacts:
                ours = [
                    one
                    for one in contact.pop("extIds", [])
                    if self.book.by_ext_id.get((one["system"], one["id"]))
                ]
                if not ours:
                    self.book.add(contact)
                    added += 1
        self.book.sync()
        return {"added": added}


def item_response(item_id: str, state: str, inner: str = "", note: str | None = None) -> str:
    return element("rsp:responsePackItem", inner, version="2.0", id=item_id, state=state, note=note)


def spoilt(done: list[tuple[str, str]], fault: str) -> list[str]:
    items = [xml for _, xml in done]
    if fault == "missing_item":
        return items[:-1]
    if fault == "reordered":
        return items[::-1]
    if fault == "unknown_item":
        return [*items, item_response("nobody-sent-this", "ok")]
    if fault == "note_only":
        return [
            item_response(item_id, "error", note="Doklad se nepodařilo zpracovat.") for item_id, _ in done
        ]
    return items


def refused(note: str) -> bytes:
    return response("", "error", note, "", "")


def response(pack_id: str, state: str, note: str, ico: str, items: str, stamp: str | None = None) -> bytes:
    """rsp:responsePack in Windows-1250, whatever the request was in."""
    root = opening(
        "rsp:responsePack",
        *NAMESPACES,
        version="2.0",
        id=pack_id,
        state=state,
        note=note,
        programVersion=VERSION,
        ico=ico or None,
        dateTimeStamp=stamp,
    )
    return encoded(f"{root}{items}</rsp:responsePack>")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
