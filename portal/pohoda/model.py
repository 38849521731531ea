"""A contact as both sides speak of it, and what Pohoda would refuse or cut without a word."""

import re
from typing import NamedTuple, TypedDict

from portal.pohoda.encoding import WINDOWS, as_written


class ExtId(TypedDict):
    id: str
    system: str


class Contact(TypedDict, total=False):
    """An absent key is not sent or not known, "" is empty. IČO and ZIP are text: their leading zeros count."""

    company: str
    division: str
    name: str
    street: str
    city: str
    zip: str
    country: str
    ico: str
    dic: str
    icDph: str
    email: str
    phone: str
    mobile: str
    web: str
    group: str
    key: str
    number: str
    message: str
    note: str
    labels: list[str]
    isSupplier: bool
    isCustomer: bool
    #: Known from Pohoda and never written into it. A pack addresses a contact by its pohodaID where it has one.
    pohodaID: int
    extIds: list[ExtId]
    restrictProcessing: bool


#: Characters that each text may have; the web address is longer in the schema than in Pohoda's own table.
LENGTHS = {
    "company": 255,
    "division": 32,
    "name": 64,
    "street": 64,
    "city": 45,
    "zip": 15,
    "country": 2,
    "ico": 15,
    "dic": 18,
    "icDph": 18,
    "email": 98,
    "phone": 40,
    "mobile": 24,
    "web": 32,
    "group": 255,
    "key": 255,
    "number": 20,
    "message": 64,
}
TEXTS = (*LENGTHS, "note")
FLAGS = ("isSupplier", "isCustomer")
READ_ONLY = ("pohodaID", "extIds", "restrictProcessing")
FIELDS = (*TEXTS, "labels", *FLAGS, *READ_ONLY)
LABELS = 10
LABEL_LENGTH = 255
#: Of an extId, its system, and of the ids of packs and of their items.
ID_LENGTH = 64

#: What XML 1.0 cannot hold at all, and the control characters that nobody types.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
BREAKS = re.compile("[\t\n\r\u2028\u2029]")
COUNTRY = re.compile("[A-Z]{2}")


class Fault(NamedTuple):
    """Why a contact may not be sent: the field, a word that lasts, a sentence."""

    field: str
    reason: str
    msg: str


def faults(contact: Contact, *, adding: bool = True, encoding: str = WINDOWS) -> list[Fault]:
    """Everything that Pohoda would refuse, or take and spoil; nothing leaves before this is empty.

    A contact that may be added needs company or name, and the city (Pohoda's error 104); a change of one that is there
    may name any fields. Lengths are those of the text as it will be written.

    >>> faults({"name": "Jana Nová", "ico": "1" * 16})
    [Fault(field='city', reason='missing_city', ...), Fault(field='ico', reason='too_long', ...)]
    """
    found = list(missing(contact)) if adding else []
    for field, value in contact.items():
        if field in TEXTS:
            found += text_faults(field, value, encoding)
        elif field in FLAGS:
            if type(value) is not bool:
                found.append(Fault(field, "not_boolean", f"{field} must be true or false."))
        elif field == "labels":
            found += label_faults(value, encoding)
        elif field == "pohodaID":
            if type(value) is not int or value < 1:
                found.append(Fault(field, "bad_id", "An id of Pohoda's is a number from 1."))
        elif field not in READ_ONLY:
            found.append(Fault(field, "unknown_field", f"{field} is no field of a contact."))
    return found


def missing(contact: Contact):
    if is_blank(contact.get("company")) and is_blank(contact.get("name")):
        yield Fault("name", "missing_name", "Pohoda needs a company or a name.")
    if is_blank(contact.get("city")):
        yield Fault("city", "missing_city", "Pohoda needs the city.")


def is_blank(value) -> bool:
    return not value or (isinstance(value, str) and not value.strip())


def text_faults(field: str, value, encoding: str):
    if not isinstance(value, str):
        yield Fault(field, "not_text", f"{field} must be text.")
    elif is_unwritable(value, may_break=field == "note"):
        yield Fault(field, "bad_character", f"{field} has a character that cannot be written.")
    else:
        written = as_written(value, encoding)
        longest = LENGTHS.get(field)
        if longest and len(written) > longest:
            msg = f"{field} may have {longest} characters, and has {len(written)} as it is written."
            yield Fault(field, "too_long", msg)
        elif value.strip() and not written:
            yield Fault(field, "not_representable", f"Nothing of {field} can be written in {encoding}.")
        elif field == "country" and written and not COUNTRY.fullmatch(written):
            yield Fault(field, "bad_country", "A country is its two capital letters.")


def is_unwritable(text: str, may_break: bool = False) -> bool:
    """Whether a character of it cannot be written: in one line, unless lines may break."""
    if text.isprintable():
        return False
    return bool(UNWRITABLE.search(text) or (not may_break and BREAKS.search(text.strip())))


def label_faults(labels, encoding: str):
    if not isinstance(labels, list) or not all(isinstance(label, str) for label in labels):
        yield Fault("labels", "not_text", "Labels must be a list of texts.")
    elif len(labels) > LABELS:
        yield Fault(
            "labels", "too_many_labels", f"A contact may have {LABELS} labels, and has {len(labels)}."
        )
    elif any(is_unwritable(label) for label in labels):
        yield Fault("labels", "bad_character", "A label has a character that cannot be written.")
    else:
        written = [as_written(label, encoding) for label in labels]
        if not all(written):
            yield Fault("labels", "not_representable", f"Nothing of a label can be written in {encoding}.")
        elif any(len(label) > LABEL_LENGTH for label in written):
            yield Fault("labels", "too_long", f"A label may have {LABEL_LENGTH} characters.")


def id_faults(field: str, value) -> list[Fault]:
    """Of an extId, its system, or the id of a pack or an item."""
    if not isinstance(value, str) or not value.strip():
        return [Fault(field, "missing_id", f"{field} must not be empty.")]
    if len(value) > ID_LENGTH:
        return [Fault(field, "too_long", f"{field} may have {ID_LENGTH} characters, and has {len(value)}.")]
    # An identifier is compared, so no character of it may be changed on the way.
    if value != as_written(value) or is_unwritable(value):
        return [Fault(field, "bad_character", f"{field} has a character that cannot be written.")]
    return []


def written(contact: Contact, encoding: str = WINDOWS) -> Contact:
    """The contact as it will stand in Pohoda, which is what comes back and what the next comparison begins from."""
    result = {}
    for field, value in contact.items():
        if field in TEXTS:
            result[field] = as_written(value, encoding)
        elif field == "labels":
            result[field] = [as_written(label, encoding) for label in value]
        elif field in FLAGS:
            result[field] = value
    return result


def changed(contact: Contact, encoding: str = WINDOWS) -> dict[str, str]:
    """The fields that cannot be written as they are, with what is written instead.

    >>> changed({"name": "Юлия", "city": "Nitra"})
    {'name': 'Yuliya'}
    """
    after, exact = written(contact, encoding), written(contact, "utf-8")
    return {field: text for field, text in after.items() if field in TEXTS and text != exact[field]}


def filled(contact: Contact) -> Contact:
    """A contact of a list with every text there: Pohoda leaves out most fields that are empty, and writes some empty."""
    return {field: "" for field in TEXTS} | contact
