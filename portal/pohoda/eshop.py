"""Pohoda's own pull, which it calls the general e-shop: it posts a listAddressBookRequest to us, and we answer with a list."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from lxml import etree

from portal.pohoda.answers import child_text, moment, number, of_another_kind, tags
from portal.pohoda.encoding import WINDOWS
from portal.pohoda.failures import Unreadable
from portal.pohoda.markup import attributes, element, encoded, opening
from portal.pohoda.model import UNWRITABLE, Contact, written
from portal.pohoda.packs import MOST as MOST_CONTACTS
from portal.pohoda.packs import ext_id_element, header
from portal.pohoda.reading import elements

MOST = 2**20
#: Contacts written into one piece of the answer.
PIECE = 100

[PACK, ITEM] = tags("dat", "dataPack", "dataPackItem")
[LIST_REQUEST] = tags("lAdb", "listAddressBookRequest")


@dataclass
class Request:
    pack_id: str
    item_id: str
    ico: str
    id_from: int | None = None
    count: int | None = None
    last_changes: dt.datetime | None = None
    ext_system: str = ""


def read_request(stream: BinaryIO) -> Request:
    """What Pohoda asks for; everything but its address book is refused."""
    request = None
    for event, found in elements(stream, "dataPack", ITEM, most=MOST):
        if event == "start" and found.getparent() is None:
            if found.tag != PACK:
                raise of_another_kind(found)
            request = Request(found.get("id", ""), "", found.get("ico", ""))
        elif event == "end" and found.tag == ITEM:
            if request.item_id:
                raise Unreadable("not_list", "several_questions")
            read_item(found, request)
    if not request.item_id:
        raise Unreadable("not_list", "no_address_book")
    return request


def read_item(item: etree._Element, request: Request) -> None:
    asked = item.find(LIST_REQUEST)
    if asked is None:
        raise Unreadable("not_list", "no_address_book")
    request.item_id = item.get("id", "")
    request.ext_system = asked.get("extSystem", "")
    for found in asked.iter("{*}limit"):
        request.id_from = number(child_text(found, "idFrom"))
        request.count = min(number(child_text(found, "count")) or MOST_CONTACTS, MOST_CONTACTS)
    for found in asked.iter("{*}filter"):
        request.last_changes = moment(child_text(found, "lastChanges"))


def answer(
    request: Request,
    contacts: Iterable[Contact],
    *,
    now: dt.datetime,
    application: str = "Portal",
    encoding: str = WINDOWS,
) -> Iterator[bytes]:
    """The list in pieces, so that a large book is never whole in memory; now is local time, as Pohoda's own."""
    root = opening(
        "rsp:responsePack",
        *("rsp", "lAdb", "adb", "typ"),
        encoding=encoding,
        version="2.0",
        id=request.pack_id,
        state="ok",
        note="",
        programVersion=application,
    )
    stamp = now.replace(tzinfo=None).isoformat(timespec="seconds")
    item = attributes({"version": "2.0", "id": request.item_id, "state": "ok"})
    book = attributes({"version": "2.0", "state": "ok", "dateTimeStamp": stamp, "dateValidFrom": stamp[:10]})
    start = f"{root}<rsp:responsePackItem{item}><lAdb:listAddressBook{book}>"
    yield encoded(start, encoding)
    piece = []
    for contact in contacts:
        piece.append(listed(contact, encoding))
        if len(piece) == PIECE:
            yield encoded("".join(piece), encoding)
            piece.clear()
    piece.append("</lAdb:listAddressBook></rsp:responsePackItem></rsp:responsePack>")
    yield encoded("".join(piece), encoding)


def listed(contact: Contact, encoding: str) -> str:
    # Nobody judged it before, and one character must not cost everybody the list.
    clean = {
        field: UNWRITABLE.sub("", value) if isinstance(value, str) else value
        for field, value in contact.items()
    }
    fields = {field: value for field, value in written(clean, encoding).items() if value != ""}
    ids = "".join(ext_id_element("typ:extId", one["id"], one["system"]) for one in contact.get("extIds", []))
    return element("lAdb:addressbook", header(fields, ids=ids), version="2.0")
