"""Packs and answers that tests need over and over."""

import io
from collections.abc import Iterable

from portal.pohoda import answers, packs
from portal.pohoda.markup import SCHEMA

SYSTEM = "portal"
APPLICATION = "Portal"
ICO = "12345678"

JANA = {"name": "Jana Nová", "street": "Dlhá 5", "city": "Nitra", "zip": "949 01", "country": "SK"}
JANA |= {"email": "jana@example.com", "mobile": "0905 123 456", "isCustomer": True}

NAMES = "".join(
    f' xmlns:{prefix}="{SCHEMA}{file}.xsd"'
    for prefix, file in {
        "rsp": "response",
        "rdc": "documentresponse",
        "adb": "addressbook",
        "lAdb": "list_addBook",
        "typ": "type",
    }.items()
)


def upsert(*items, pack_id: str = "p1", encoding: str = "windows-1250") -> bytes:
    """
    >>> upsert(("1", "jana", JANA))
    """
    return packs.upsert_pack(pack_id, ICO, APPLICATION, items, SYSTEM, encoding)


def listing(pack_id: str = "l1", **given) -> bytes:
    return packs.list_request(pack_id, ICO, APPLICATION, SYSTEM, **given)


def response(items: str, *, id="p1", state="ok", note="", encoding="windows-1250", more="") -> bytes:
    """A responsePack around items written by hand."""
    root = f'<rsp:responsePack version="2.0" id="{id}" state="{state}" note="{note}"{NAMES}{more}>'
    xml = f'<?xml version="1.0" encoding="{encoding}"?>\n{root}{items}</rsp:responsePack>'
    return xml.encode({"windows-1250": "cp1250"}.get(encoding.lower(), encoding))


def item(inner: str = "", *, id="1", state="ok", note="") -> str:
    told = f' note="{note}"' if note else ""
    return (
        f'<rsp:responsePackItem version="2.0" id="{id}" state="{state}"{told}>{inner}</rsp:responsePackItem>'
    )


def produced(id: object, *, state="ok", details="", code="", more="") -> str:
    made = (
        f"<rdc:producedDetails><rdc:id>{id}</rdc:id><rdc:code>{code}</rdc:code>{more}</rdc:producedDetails>"
    )
    details = f"<rdc:importDetails>{details}</rdc:importDetails>" if details else ""
    return f'<adb:addressbookResponse version="2.0" state="{state}">{details}{made}</adb:addressbookResponse>'


def detail(errno: int, note: str = "", state: str = "error", path: str = "") -> str:
    where = f"<rdc:XPath>{path}</rdc:XPath>" if path else ""
    said = f"<rdc:state>{state}</rdc:state><rdc:errno>{errno}</rdc:errno><rdc:note>{note}</rdc:note>"
    return f"<rdc:detail>{said}{where}</rdc:detail>"


def book(*contacts: str, encoding="windows-1250", stamp="2026-03-01T10:20:30", **given) -> bytes:
    """An answer with a list around contacts: what stands in adb:addressbookHeader."""
    listed = "".join(
        f'<lAdb:addressbook version="2.0"><adb:addressbookHeader>{header}</adb:addressbookHeader></lAdb:addressbook>'
        for header in contacts
    )
    head = f'version="2.0" dateTimeStamp="{stamp}" dateValidFrom="2026-03-01" state="ok"'
    listed = f"<lAdb:listAddressBook {head}>{listed}</lAdb:listAddressBook>"
    return response(item(listed), encoding=encoding, **given)


def contact(name: str = "Jana Nová", id: int = 1, address: str = "", header: str = "") -> str:
    identity = f"<adb:identity><typ:address><typ:name>{name}</typ:name>{address}</typ:address></adb:identity>"
    return f"<adb:id>{id}</adb:id>{identity}{header}"


def read_items(xml: bytes) -> list[answers.ItemAnswer]:
    return list(answers.read_response(io.BytesIO(xml)).items)


def read_contacts(xml: bytes) -> list[dict]:
    return list(answers.read_list(io.BytesIO(xml)).contacts)


def sent(channel, xml: bytes, pack_id: str = "p1", check_duplicity: bool = True) -> list[answers.ItemAnswer]:
    """Send a pack and read what every item is answered."""
    with channel.send(xml, pack_id, check_duplicity) as stream:
        return list(answers.read_response(stream).items)


def listed(channel, **given) -> list[dict]:
    with channel.send(listing(**given), "l1") as stream:
        return list(answers.read_list(stream).contacts)


def batches(items: Iterable, size: int = 100):
    batch = []
    for one in items:
        batch.append(one)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
