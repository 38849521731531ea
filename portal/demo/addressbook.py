"""An address book that answers as Pohoda's does: its checks, its error numbers, its way to find, add and change.

It is built from what is known of the real one, also where that is inconvenient: text beyond Windows-1250 becomes question
marks, the moment of saving has no fraction and no zone, and deletions leave nothing but a gap in the ids.
"""

import datetime as dt
import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from portal.places import ROOT
from portal.pohoda.answers import ADDRESS_FIELDS, IDS, SYSTEM, child_text, contact_of, moment, number, tags
from portal.pohoda.markup import attributes, element, flag, text
from portal.pohoda.model import LENGTHS, Contact
from portal.pohoda.packs import ext_id_element, header

SCHEMAS = ROOT.parent / "shared" / "pohoda" / "xsd"
MOST_LISTED = 10_000

[CONTACT, ACTION] = tags("adb", "addressbook", "actionType")
[LIST_REQUEST] = tags("lAdb", "listAddressBookRequest")
[FILTER, FILTER_EXT_ID, FILTER_ID, LAST_CHANGES, LIMIT] = [
    *tags("ftr", "filter", "extId", "id", "lastChanges"),
    *tags("lAdb", "limit"),
]
#: What a contact can be found by, beside its ids.
FILTERS = {tags("ftr", name)[0]: name for name in ("company", "name", "city", "street", "zip", "ico", "dic")}
MULTIPLE = "Pro daný filtr bylo nalezeno více jak 1 záznam."
NO_ADDRESS = "Nebyla zadána adresa firmy."
NOT_FOUND = "Záznam nebyl nalezen."
DUPLICATE = "Byl nalezen duplicitní záznam. Kontrola podle pole: {}."
NO_NUMBERING = "Číslování zákazníků není povoleno."
UNKNOWN_COUNTRY = "Hodnota nebyla nalezena."
NOT_VALID = "Doklad se nepodařilo ověřit podle schématu. Reason: {}"


class Refusal(Exception):
    """An item that is not imported: Pohoda's number, its words, where, and what was found."""

    def __init__(self, errno: int, note: str, path: str = ""):
        super().__init__(note)
        self.errno = errno
        self.note = note
        self.path = path


@dataclass
class Record:
    id: int
    saved: dt.datetime
    contact: Contact
    ext_ids: dict[str, str] = field(default_factory=dict)


class Schemas:
    """The official schemas, where they lie beside the project."""

    def __init__(self, folder: Path = SCHEMAS):
        self.there = (folder / "data.xsd").exists()
        if self.there:
            self.by_tag = {
                CONTACT: etree.XMLSchema(etree.parse(folder / "addressbook.xsd")),
                LIST_REQUEST: etree.XMLSchema(etree.parse(folder / "list_addBook.xsd")),
            }

    def reason(self, agenda: etree._Element) -> str:
        """Why an item is not valid, or nothing."""
        if not self.there:
            return too_long(agenda)
        schema = self.by_tag.get(agenda.tag)
        if schema is None or schema.validate(agenda):
            return ""
        return schema.error_log[0].message


def too_long(agenda: etree._Element) -> str:
    """What is checked without schemas: the lengths and the two words of a boolean."""
    for found in agenda.iter():
        longest = LENGTHS.get(ADDRESS_FIELDS.get(found.tag, ""))
        if longest and len(found.text or "") > longest:
            return f"{found.tag}: the length exceeds {longest}."
        if re.search(r"}p[1-6]$|}markRecord$", str(found.tag)) and found.text not in ("true", "false"):
            return f"{found.tag}: {found.text!r} is not true or false."
    return ""


class Book:
    """Contacts, and what was imported by which item; with a file it remembers across restarts what it acknowledged."""

    def __init__(
        self,
        place: Path | None = None,
        now: Callable[[], dt.datetime] = dt.datetime.now,
        numbering: bool = False,
        unicode: bool = False,
        schemas: Schemas | None = None,
    ):
        self.now = now
        self.numbering = numbering
        self.unicode = unicode
        self.schemas = schemas or Schemas()
        self.records: dict[int, Record] = {}
        self.imported: dict[tuple[str, str], tuple[int, str]] = {}
        self.by_ext_id: dict[tuple[str, str], set[int]] = {}
        self.last_id = 0
        self.journal = None
        if place:
            self.reopen(place)

    # What it remembers

    def reopen(self, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = 0
        if place.exists():
            for line in place.read_bytes().splitlines(keepends=True):
                # Half a line was never acknowledged.
                if not line.endswith(b"\n"):
                    break
                self.replay(json.loads(line))
                whole += len(line)
        self.journal = place.open("ab")
        self.journal.truncate(whole)

    def replay(self, line: dict) -> None:
        self.last_id = max(self.last_id, line["id"])
        if line.get("contact") is None:
            self.forget(line["id"])
        else:
            saved = dt.datetime.fromisoformat(line["saved"])
            self.keep(Record(line["id"], saved, line["contact"], line["extIds"]))
        if "pack" in line:
            self.imported[line["pack"], line["item"]] = (line["id"], line["saved"][:10])

    def write(self, record: Record | int, pack: str = "", item: str = "") -> None:
        """Keep a change, and on disk as soon as `sync` is called."""
        saved = self.moment().isoformat()
        if isinstance(record, int):
            self.forget(record)
            line = {"id": record, "saved": saved, "contact": None}
        else:
            record.saved = dt.datetime.fromisoformat(saved)
            self.keep(record)
            line = {"id": record.id, "saved": saved, "contact": record.contact, "extIds": record.ext_ids}
        if item:
            line |= {"pack": pack, "item": item}
            self.imported[pack, item] = (line["id"], saved[:10])
        if self.journal:
            self.journal.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def sync(self) -> None:
        if self.journal:
            self.journal.flush()
            os.fsync(self.journal.fileno())

    def keep(self, record: Record) -> None:
        self.forget(record.id)
        self.records[record.id] = record
        self.last_id = max(self.last_id, record.id)
        for pair in record.ext_ids.items():
            self.by_ext_id.setdefault(pair, set()).add(record.id)

    def forget(self, id: int) -> None:
        gone = self.records.pop(id, None)
        for pair in gone.ext_ids.items() if gone else ():
            self.by_ext_id[pair].discard(id)

    def moment(self) -> dt.datetime:
        return self.now().replace(microsecond=0, tzinfo=None)

    # What a person at Pohoda does

    def add(self, contact: Contact) -> int:
        record = Record(self.last_id + 1, self.moment(), self.kept(contact))
        self.write(record)
        return record.id

    def change(self, id: int, fields: Contact) -> None:
        record = self.records[id]
        self.write(Record(id, record.saved, record.contact | self.kept(fields), dict(record.ext_ids)))

    def delete(self, id: int) -> None:
        if id in self.records:
            self.write(id)

    def kept(self, contact: Contact) -> Contact:
        """As the database keeps it: without Unicode, what Windows-1250 lacks is lost."""
        if self.unicode:
            return dict(contact)
        return {
            name: value.encode("cp1250", "replace").decode("cp1250") if isinstance(value, str) else value
            for name, value in contact.items()
        }

    # What a pack does

    def import_item(self, agenda: etree._Element, pack: str, item: str) -> str:
        """Import one adb:addressbook; gives the response's element."""
        try:
            id, action, warnings = self.carry_out(agenda, pack, item)
        except Refusal as refusal:
            return contact_response("error", [("error", refusal.errno, refusal.note, refusal.path)])
        contact = self.records[id].contact if id in self.records else {}
        code = contact.get("company") or contact.get("name") or ""
        return contact_response("ok", warnings, id, code, action)

    def carry_out(self, agenda: etree._Element, pack: str, item: str) -> tuple[int, str, list]:
        action = agenda.find(ACTION)
        wish = action[0] if action is not None and len(action) else None
        kind = etree.QName(wish).localname if wish is not None else "add"
        found, fields = (self.find(wish), named(wish)) if wish is not None else ([], "")
        if len(found) > 1:
            raise Refusal(109 if kind == "add" and wish.get("update") != "true" else 0, MULTIPLE)
        if kind == "delete":
            if not found:
                raise Refusal(115, NOT_FOUND)
            self.write(found[0].id, pack, item)
            return found[0].id, "delete", []
        if found and kind == "add" and wish.get("update") != "true":
            raise Refusal(109, DUPLICATE.format(fields))
        if not found and kind == "update" and wish.get("add") != "true":
            raise Refusal(115, NOT_FOUND)
        return self.save(agenda, found[0] if found else None, pack, item)

    def save(self, agenda: etree._Element, there: Record | None, pack: str, item: str):
        """Only the elements sent are changed."""
        sent = contact_of(agenda)
        ours = {one["system"]: one["id"] for one in sent.pop("extIds", [])}
        for read_only in ("pohodaID", "restrictProcessing"):
            sent.pop(read_only, None)
        warnings = []
        if sent.get("number") and not self.numbering:
            del sent["number"]
            warnings.append(("warning", 602, NO_NUMBERING, "adb:addressbookHeader/adb:number"))
        if sent.get("country") and not re.fullmatch("[A-Z]{2}", sent["country"]):
            del sent["country"]
            warnings.append(("warning", 603, UNKNOWN_COUNTRY, "/adb:identity/typ:address/typ:country"))
        contact = (there.contact if there else {}) | self.kept(sent)
        if not contact.get("city") or not (contact.get("company") or contact.get("name")):
            raise Refusal(104, NO_ADDRESS, "/adb:identity/typ:address/typ:city")
        ext_ids = (there.ext_ids if there else {}) | ours
        record = Record(there.id if there else self.last_id + 1, self.moment(), contact, ext_ids)
        self.write(record, pack, item)
        return record.id, "update" if there else "add", warnings

    def find(self, wish: etree._Element) -> list[Record]:
        """Records that every element of the filter fits; without a filter none."""
        filtered = wish.find(FILTER)
        if filtered is None or not len(filtered):
            return []
        return list(self.matching(filtered))

    def matching(self, filtered: etree._Element) -> Iterator[Record]:
        candidates = None
        for wanted in filtered:
            if wanted.tag == FILTER_EXT_ID:
                pair = ((wanted.findtext(SYSTEM) or "").strip(), (wanted.findtext(IDS) or "").strip())
                candidates = self.by_ext_id.get(pair, set())
            elif wanted.tag == FILTER_ID:
                candidates = {number(wanted.text)}
        ids = sorted(self.records if candidates is None else candidates & self.records.keys())
        fields = [(FILTERS[one.tag], (one.text or "").strip()) for one in filtered if one.tag in FILTERS]
        since = moment(filtered.findtext(LAST_CHANGES))
        for id in ids:
            record = self.records[id]
            if all(record.contact.get(name, "") == value for name, value in fields) and (
                since is None or record.saved > since
            ):
                yield record

    # What it lists

    def list(self, request: etree._Element) -> Iterator[str]:
        """lAdb:listAddressBook in pieces, by ascending id."""
        limit, filtered = request.find(LIMIT), request.find(f".//{FILTER}")
        found = (
            self.matching(filtered)
            if filtered is not None and len(filtered)
            else (self.records[id] for id in sorted(self.records))
        )
        first = number(child_text(limit, "idFrom")) if limit is not None else None
        count = number(child_text(limit, "count")) if limit is not None else None
        stamp = self.moment().isoformat()
        book = {"version": "2.0", "dateTimeStamp": stamp, "dateValidFrom": stamp[:10], "state": "ok"}
        yield f"<lAdb:listAddressBook{attributes(book)}>"
        given = 0
        for record in found:
            if record.id < (first or 1):
                continue
            if count is not None and given == min(count, MOST_LISTED):
                break
            given += 1
            yield listed(record, request.get("extSystem"))
        yield "</lAdb:listAddressBook>"


def named(wish: etree._Element) -> str:
    filtered = wish.find(FILTER)
    return ", ".join(etree.QName(one).localname for one in filtered) if filtered is not None else ""


def listed(record: Record, ext_system: str | None) -> str:
    """As an export writes it: no moment of saving, most of what is empty left out, division empty, no country as -1."""
    shown = {field: value for field, value in record.contact.items() if value != ""}
    shown = {"division": "", "isSupplier": False, "isCustomer": False} | shown
    ids = "".join(
        ext_id_element("typ:extId", id, system)
        for system, id in record.ext_ids.items()
        if system == ext_system
    )
    rest = "".join(text(f"adb:p{n}", flag(False)) for n in (3, 4, 5, 6))
    xml = header(shown, ids=ids, first=text("adb:id", str(record.id)), last=rest)
    if "country" not in shown:
        nowhere = element("typ:country", text("typ:id", "-1"), text("typ:ids", ""))
        xml = xml.replace("</typ:address>", f"{nowhere}</typ:address>", 1)
    restricted = ""
    if "restrictProcessing" in record.contact:
        told = text("adb:restrictProcessing", flag(record.contact["restrictProcessing"]))
        restricted = element("adb:addressbookGDPR", told)
    return element("lAdb:addressbook", xml, restricted, version="2.0")


def contact_response(state: str, details: list, id: int = 0, code: str = "", action: str = "") -> str:
    """adb:addressbookResponse; on error the produced details are there too, with the id 0."""
    remarks = [
        element(
            "rdc:detail",
            text("rdc:state", kind),
            text("rdc:errno", str(errno)) if errno else "",
            text("rdc:note", note),
            text("rdc:XPath", f"dat:dataPack/dat:dataPackItem[1]/adb:addressbook{path}") if path else "",
        )
        for kind, errno, note, path in details
    ]
    produced = element(
        "rdc:producedDetails",
        text("rdc:id", str(id)),
        text("rdc:code", code),
        text("rdc:actionType", action) if action else "",
    )
    imported = element("rdc:importDetails", *remarks) if remarks else ""
    return element("adb:addressbookResponse", imported, produced, version="2.0", state=state)
