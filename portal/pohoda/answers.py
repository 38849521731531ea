"""What Pohoda answers: how an import went, and its address book.

Answers are read leniently, because Pohoda's own are not valid by its own schema: any prefix, any order, unknown elements,
a country whose id is -1. The iterators read on as they are used; only one that ended without raising has seen everything.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml import etree

from portal.pohoda.failures import ListRefused, Unreadable
from portal.pohoda.markup import NAMESPACES, SCHEMA, SCHEMA_ONE
from portal.pohoda.model import Contact
from portal.pohoda.packs import IN_ADDRESS, IN_HEADER
from portal.pohoda.reading import MOST, elements


@dataclass
class Detail:
    """One remark of Pohoda's: the path is for people, it is too irregular to be read."""

    state: str = ""
    errno: int | None = None
    note: str = ""
    path: str = ""


@dataclass
class ItemAnswer:
    """How one item went. The outer states stay ok while the inner one is error."""

    id: str
    state: str
    note: str = ""
    inner_state: str = ""
    pohoda_id: int | None = None
    action: str = ""
    code: str = ""
    details: list[Detail] = field(default_factory=list)
    is_duplicate: bool = False
    #: The contact that the same item made before; None when it was deleted since.
    duplicate_id: int | None = None

    @property
    def ok(self) -> bool:
        return (self.state, self.inner_state) == ("ok", "ok") and (self.pohoda_id or 0) >= 1

    @property
    def errnos(self) -> list[int]:
        return [
            detail.errno for detail in self.details if detail.state == "error" and detail.errno is not None
        ]

    @property
    def warnings(self) -> list[int]:
        return [
            detail.errno for detail in self.details if detail.state == "warning" and detail.errno is not None
        ]

    @property
    def text(self) -> str:
        """Everything that was said about it, for a person."""
        said = [self.note, *(told(detail) for detail in self.details)]
        if self.is_duplicate:
            said.append(f"imported before as {self.duplicate_id or 'a contact that was deleted'}")
        return "; ".join(one for one in said if one)


@dataclass
class PackAnswer:
    id: str
    state: str
    note: str
    timestamp: dt.datetime | None
    program_version: str
    items: Iterator[ItemAnswer]

    @property
    def ok(self) -> bool:
        """Whether the items were looked at; a refused pack has none, and often not even an id."""
        return self.state == "ok"


@dataclass
class ListAnswer:
    pack_id: str
    #: Pohoda's own clock when it made the list, for the next question.
    timestamp: dt.datetime | None
    contacts: Iterator[Contact]


def tags(prefix: str, *names: str) -> list[str]:
    return [f"{{{NAMESPACES[prefix]}}}{name}" for name in names]


[PACK, ITEM, DUPLICITY] = tags("rsp", "responsePack", "responsePackItem", "recordDuplicity")
[INNER] = tags("adb", "addressbookResponse")
[DETAIL, PRODUCED] = tags("rdc", "detail", "producedDetails")
[LIST, PART] = [*tags("lAdb", "listAddressBook"), *tags("rdc", "part")]
[CONTACT, CONTACT_IN_LIST] = [*tags("adb", "addressbook"), *tags("lAdb", "addressbook")]
[HEADER, GDPR, ID, IDENTITY, NUMBER, LABELS, RESTRICTED] = tags(
    "adb",
    *("addressbookHeader", "addressbookGDPR", "id", "identity", "number", "labels", "restrictProcessing"),
)
[ADDRESS, EXT_ID, COUNTRY, IDS, SYSTEM, LABEL, REQUESTED] = tags(
    "typ", "address", "extId", "country", "ids", "exSystemName", "label", "numberRequested"
)


def qualified(names: dict[str, str]) -> dict[str, str]:
    """Field by tag, from tag with prefix by field."""
    return {tags(*name.split(":"))[0]: name_of for name_of, name in names.items()}


ADDRESS_FIELDS = qualified(IN_ADDRESS)
HEADER_FIELDS = qualified(IN_HEADER | {"message": "adb:message", "note": "adb:note"})
HEADER_FLAGS = qualified({"isSupplier": "adb:p1", "isCustomer": "adb:p2"})


def read_response(stream: BinaryIO, most: int = MOST) -> PackAnswer:
    """How a pack that was sent has fared."""
    events = elements(stream, "responsePack", ITEM, most=most)
    root = pack(events)

    def items() -> Iterator[ItemAnswer]:
        for event, found in events:
            if event == "end" and found.tag == ITEM:
                yield item_answer(found)

    return PackAnswer(
        id=root.get("id", ""),
        state=root.get("state", ""),
        note=root.get("note", ""),
        timestamp=moment(root.get("dateTimeStamp")),
        program_version=root.get("programVersion", ""),
        items=items(),
    )


def read_list(stream: BinaryIO, most: int = MOST) -> ListAnswer:
    """The contacts that were asked for. What Pohoda left out of one is absent: `model.filled` says it is empty."""
    answer = ListAnswer("", None, iter(()))
    found = listed(stream, answer, most)
    # Reads up to the list's own attributes, or to its first contact.
    first = next(found, None)

    def contacts() -> Iterator[Contact]:
        if first is not None:
            yield first
            yield from found

    if first is None:
        return answer
    answer.contacts = contacts()
    return answer


def listed(stream: BinaryIO, answer: ListAnswer, most: int) -> Iterator[Contact]:
    wanted = (ITEM, LIST, PART, CONTACT, CONTACT_IN_LIST)
    events = elements(stream, "responsePack", *wanted, most=most)
    root = pack(events)
    answer.pack_id = root.get("id", "")
    refuse_error(root)
    is_there = False
    for event, found in events:
        if event == "start":
            if found.tag in (ITEM, LIST):
                refuse_error(found)
            if found.tag == LIST:
                is_there = True
                answer.timestamp = answer.timestamp or moment(found.get("dateTimeStamp"))
        elif found.tag in (CONTACT_IN_LIST, CONTACT):
            yield contact_of(found)
        elif found.tag == PART:
            raise ListRefused("split_list")
        elif found.tag in (ITEM, LIST) and (not is_there or found.get("state") == "error"):
            raise refusal(item_answer(found).text)
    if not is_there:
        raise refusal(root.get("note"))


def read_ids(stream: BinaryIO, most: int = MOST) -> Iterator[int]:
    """Only Pohoda's ids of the contacts listed, for finding out which are gone."""
    for contact in read_list(stream, most).contacts:
        if "pohodaID" in contact:
            yield contact["pohodaID"]


def pack(events) -> etree._Element:
    _, root = next(events)
    if root.tag == PACK:
        return root
    raise of_another_kind(root)


def of_another_kind(root: etree._Element) -> Unreadable:
    """Why a root with the right name is not the one that is read here."""
    namespace = etree.QName(root).namespace or ""
    if namespace.startswith(SCHEMA_ONE) and not namespace.startswith(SCHEMA):
        return Unreadable("version_one")
    return Unreadable("not_pohoda", "other_schema")


def refuse_error(element: etree._Element) -> None:
    if element.get("state", "ok") != "ok" and element.get("note"):
        raise refusal(element.get("note"))


def refusal(words: str | None) -> ListRefused:
    return ListRefused("pohoda_said", words=words) if words else ListRefused("no_list")


def item_answer(item: etree._Element) -> ItemAnswer:
    answer = ItemAnswer(id=item.get("id", ""), state=item.get("state", ""), note=item.get("note", ""))
    inner = item.find(INNER)
    if inner is not None:
        answer.inner_state = inner.get("state", "")
        produced = inner.find(PRODUCED)
        if produced is not None:
            answer.pohoda_id = number(child_text(produced, "id"))
            answer.action = child_text(produced, "actionType")
            answer.code = child_text(produced, "code")
    for detail in item.iter(DETAIL):
        answer.details.append(
            Detail(
                state=child_text(detail, "state"),
                errno=number(child_text(detail, "errno")),
                note=child_text(detail, "note"),
                path=child_text(detail, "XPath"),
            )
        )
    for duplicity in item.iter(DUPLICITY):
        answer.is_duplicate = True
        answer.duplicate_id = answer.duplicate_id or number(child_text(duplicity, "id"))
    return answer


def told(detail: Detail) -> str:
    said = " ".join(str(part) for part in (detail.errno, detail.note) if part)
    return f"{said} ({detail.path})" if detail.path else said


def contact_of(element: etree._Element) -> Contact:
    contact: Contact = {}
    for part in element:
        if part.tag == HEADER:
            read_header(part, contact)
        elif part.tag == GDPR:
            restricted = part.findtext(RESTRICTED)
            if restricted is not None:
                contact["restrictProcessing"] = restricted.strip() == "true"
    return contact


def read_header(header: etree._Element, contact: Contact) -> None:
    for child in header:
        tag = child.tag
        # Most children are plain text, and a list has millions of them.
        if field := HEADER_FIELDS.get(tag):
            contact[field] = (child.text or "").strip()
        elif field := HEADER_FLAGS.get(tag):
            contact[field] = (child.text or "").strip() == "true"
        elif tag == IDENTITY:
            read_identity(child, contact)
        elif tag == ID:
            if (pohoda_id := number(child.text)) and pohoda_id >= 1:
                contact["pohodaID"] = pohoda_id
        elif tag == NUMBER:
            contact["number"] = text_of(child, REQUESTED)
        elif tag == LABELS:
            contact["labels"] = [text_of(label, IDS) for label in child.iter(LABEL)]


def read_identity(identity: etree._Element, contact: Contact) -> None:
    for child in identity:
        tag = child.tag
        if tag == ADDRESS:
            for line in child:
                name = line.tag
                if field := ADDRESS_FIELDS.get(name):
                    contact[field] = (line.text or "").strip()
                elif name == COUNTRY:
                    contact["country"] = text_of(line, IDS)
        elif tag == EXT_ID:
            ext_id = {"id": text_of(child, IDS), "system": text_of(child, SYSTEM)}
            contact.setdefault("extIds", []).append(ext_id)


def text_of(element: etree._Element, tag: str) -> str:
    for child in element:
        if child.tag == tag:
            return (child.text or "").strip()
    return ""


def child_text(element: etree._Element, name: str) -> str:
    return (element.findtext(f"{{*}}{name}") or "").strip()


def number(text: str | None) -> int | None:
    """
    >>> number(" 37 "), number("-1"), number("x"), number(None)
    (37, -1, None, None)
    """
    text = (text or "").strip()
    # As many digits as any id of Pohoda's has; longer ones are no numbers to anybody.
    return int(text) if text.lstrip("-").isdecimal() and len(text) <= 10 else None


def moment(text: str | None) -> dt.datetime | None:
    """Pohoda's local time without a zone; what cannot be read is not known."""
    try:
        return dt.datetime.fromisoformat(text or "").replace(tzinfo=None)
    except ValueError:
        return None
