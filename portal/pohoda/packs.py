"""Packs as Pohoda imports them, and the request for its address book."""

import datetime as dt
from collections.abc import Iterable

from portal.pohoda.encoding import WINDOWS
from portal.pohoda.markup import element, encoded, flag, opening, text
from portal.pohoda.model import FLAGS, LENGTHS, Contact, Fault, faults, id_faults, written

#: Where each field goes: in the address, in the header. (In typ:address e-mail and phone are valid too, and lost.)
IN_ADDRESS = {field: f"typ:{field}" for field in ("company", "division", "name", "city", "street", "zip")}
IN_ADDRESS |= {field: f"typ:{field}" for field in ("ico", "dic", "icDph")}
IN_HEADER = {
    "phone": "adb:phone",
    "mobile": "adb:mobil",
    "email": "adb:email",
    "web": "adb:web",
    "group": "adb:adGroup",
    "key": "adb:adKey",
}
IN_HEADER_BELOW = {"isSupplier": "adb:p1", "isCustomer": "adb:p2"}
#: The most contacts that Pohoda gives in one answer.
MOST = 10_000
LONGEST_APPLICATION = 100


class Unsendable(ValueError):
    """Faults by item; those of the pack itself stand under None."""

    def __init__(self, faults: dict[str | None, list[Fault]]):
        super().__init__(f"{sum(map(len, faults.values()))} faults in {len(faults)} items")
        self.faults = faults


def upsert_pack(
    pack_id: str,
    ico: str,
    application: str,
    items: Iterable[tuple[str, str, Contact]],
    ext_system: str,
    encoding: str = WINDOWS,
) -> bytes:
    """A pack that adds or changes contacts: items are (item id, our own id of the contact, contact).

    A contact with a pohodaID is the one that Pohoda knows by it: it is changed, gets our id beside those it has, and loses
    what is empty here. Any other is found by our id or added.
    """
    items = list(items)
    found = {None: pack_faults(pack_id, ico, application) + id_faults("exSystemName", ext_system)}
    seen = set()
    for item_id, ext_id, contact in items:
        of_item = found.setdefault(item_id, [])
        of_item += id_faults("id", item_id) + id_faults("extId", ext_id)
        of_item += faults(contact, adding="pohodaID" not in contact, encoding=encoding)
        if item_id in seen:
            # The schema would let it pass, and the answers could not be told apart.
            of_item.append(Fault("id", "same_id_twice", f"The item {item_id} is there twice."))
        seen.add(item_id)
    if not items:
        found[None].append(Fault("items", "nothing_to_send", "A pack needs at least one contact."))
    if found := {item: of_item for item, of_item in found.items() if of_item}:
        raise Unsendable(found)
    contacts = (
        element("dat:dataPackItem", upsert(ext_id, contact, ext_system, encoding), id=item_id, version="2.0")
        for item_id, ext_id, contact in items
    )
    return data_pack(pack_id, ico, application, "".join(contacts), encoding)


def upsert(ext_id: str, contact: Contact, ext_system: str, encoding: str) -> str:
    ours = ext_id_element("typ:extId", ext_id, ext_system)
    if pohoda_id := contact.get("pohodaID"):
        action = element("adb:update", element("ftr:filter", text("ftr:id", str(pohoda_id))))
        fields = written(contact, encoding)
    else:
        filtered = element("ftr:filter", ext_id_element("ftr:extId", ext_id, ext_system))
        action = element("adb:add", filtered, update="true")
        fields = {field: value for field, value in written(contact, encoding).items() if value != ""}
    # Unsaid, it is true: every import would tick the contact in the column X.
    unmarked = text("adb:markRecord", "false")
    contact = header(fields, ids=ours, last=unmarked)
    return element("adb:addressbook", element("adb:actionType", action), contact, version="2.0")


def header(fields: Contact, ids: str = "", first: str = "", last: str = "") -> str:
    """adb:addressbookHeader: in the identity ids come before the address, which the schema insists on."""
    address = "".join(text(name, fields[field]) for field, name in IN_ADDRESS.items() if field in fields)
    if "country" in fields:
        address += country(fields["country"])
    below = "".join(text(name, fields[field]) for field, name in IN_HEADER.items() if field in fields)
    if fields.get("number"):
        below += element("adb:number", text("typ:numberRequested", fields["number"]))
    below += "".join(text(IN_HEADER_BELOW[field], flag(fields[field])) for field in FLAGS if field in fields)
    below += "".join(text(f"adb:{field}", fields[field]) for field in ("message", "note") if field in fields)
    if fields.get("labels"):
        named = (element("typ:label", text("typ:ids", label)) for label in fields["labels"])
        below += element("adb:labels", *named)
    address = element("typ:address", address) if address else ""
    identity = element("adb:identity", ids, address) if ids or address else ""
    return element("adb:addressbookHeader", first, identity, below, last)


def country(code: str) -> str:
    """A reference is cleared by saying so; an empty one names nothing."""
    return element("typ:country", text("typ:ids", code) if code else text("typ:valueType", "nullValue"))


def ext_id_element(name: str, ext_id: str, ext_system: str) -> str:
    return element(name, text("typ:ids", ext_id), text("typ:exSystemName", ext_system))


def list_request(
    pack_id: str,
    ico: str,
    application: str,
    ext_system: str,
    last_changes: dt.datetime | str | None = None,
    id_from: int | None = None,
    count: int | None = None,
    ext_id: str | None = None,
    encoding: str = WINDOWS,
) -> bytes:
    """Ask for the address book: what was saved after a moment of Pohoda's own clock, from an id on, one contact of ours."""
    found = pack_faults(pack_id, ico, application) + id_faults("extSystem", ext_system)
    if ext_id is not None:
        found += id_faults("extId", ext_id)
    if count is not None and not 1 <= count <= MOST:
        found.append(Fault("count", "out_of_range", f"Pohoda gives 1 to {MOST} contacts at a time."))
    if found:
        raise Unsendable({None: found})
    wanted = ""
    if ext_id is not None:
        wanted += ext_id_element("ftr:extId", ext_id, ext_system)
    if last_changes is not None:
        wanted += text("ftr:lastChanges", moment(last_changes))
    limit = ""
    if id_from is not None:
        limit += text("ftr:idFrom", str(max(1, id_from)))
    if count is not None:
        limit += text("ftr:count", str(count))
    request = element(
        "lAdb:listAddressBookRequest",
        element("lAdb:limit", limit) if limit else "",
        element("lAdb:requestAddressBook", element("ftr:filter", wanted) if wanted else ""),
        version="2.0",
        addressBookVersion="2.0",
        extSystem=ext_system,
    )
    item = element("dat:dataPackItem", request, id="1", version="2.0")
    return data_pack(pack_id, ico, application, item, encoding)


def moment(given: dt.datetime | str) -> str:
    """Pohoda's own local time to the second; it knows no zones, and takes a bare date for a mistake.

    >>> moment("2026-03-29T02:30:00")
    '2026-03-29T02:30:00'
    """
    if isinstance(given, str):
        given = dt.datetime.fromisoformat(given)
    if given.tzinfo is not None:
        raise ValueError("Pohoda's clock has no zone")
    return given.isoformat(timespec="seconds")


def pack_faults(pack_id: str, ico: str, application: str) -> list[Fault]:
    found = id_faults("id", pack_id)
    if not ico or not ico.strip():
        found.append(Fault("ico", "missing_ico", "Pohoda refuses a pack without the IČO of its unit."))
    elif len(ico) > LENGTHS["ico"]:
        found.append(Fault("ico", "too_long", f"An IČO may have {LENGTHS['ico']} characters."))
    if not application or len(application) > LONGEST_APPLICATION:
        msg = f"The application's name may have 1 to {LONGEST_APPLICATION} characters."
        found.append(Fault("application", "too_long" if application else "missing_application", msg))
    return found


def data_pack(pack_id: str, ico: str, application: str, items: str, encoding: str) -> bytes:
    root = opening(
        "dat:dataPack",
        *("dat", "adb", "lAdb", "ftr", "typ"),
        encoding=encoding,
        version="2.0",
        id=pack_id,
        ico=ico,
        application=application,
        # Required, and echoed by newer versions.
        note=application,
    )
    return encoded(f"{root}{items}</dat:dataPack>", encoding)
