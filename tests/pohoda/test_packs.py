"""Every pack that can be made is valid by the official schemas, and says exactly what was meant."""

import datetime as dt
import io

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from portal.pohoda import model, packs
from portal.pohoda.answers import contact_of
from portal.pohoda.markup import NAMESPACES
from portal.pohoda.reading import elements
from tests.pohoda.documents import APPLICATION, ICO, JANA, SYSTEM, listing, upsert

#: What people are called, and whatever else somebody may type.
anything = st.text(alphabet="aáčďľřžŁŻüÓ БщЇ ñ😀 &<>'-.@/", max_size=20) | st.text(max_size=50)
flags = st.booleans()
contacts = st.fixed_dictionaries(
    {"city": anything},
    optional={field: anything for field in model.TEXTS if field not in ("city", "country")}
    | {field: flags for field in model.FLAGS}
    | {"country": st.sampled_from(["", "SK", "CZ", "PL", "UA"])}
    | {"labels": st.lists(anything, max_size=11), "pohodaID": st.integers(-1, 2**31)},
)
ids = st.text(alphabet="abcXYZ019-._:@ ", min_size=1, max_size=70)


def contents(xml: bytes) -> list[dict]:
    """What stands in a pack, read as Pohoda's own answers are."""
    found = []
    for event, item in elements(io.BytesIO(xml), "dataPack", "{*}addressbook"):
        if event == "end" and item.tag == f"{{{NAMESPACES['adb']}}}addressbook":
            found.append(contact_of(item))
    return found


@given(
    st.lists(st.tuples(ids, ids, contacts), min_size=1, max_size=3),
    ids,
    st.sampled_from(["windows-1250", "utf-8"]),
)
@settings(max_examples=1500, deadline=None)
def test_a_pack_is_refused_with_its_faults_or_valid(valid, items, pack_id, encoding):
    try:
        xml = packs.upsert_pack(pack_id, ICO, APPLICATION, items, SYSTEM, encoding)
    except packs.Unsendable as refused:
        assert refused.faults and all(refused.faults.values())
        return
    valid(xml)
    for (_, ext_id, contact), found in zip(items, contents(xml), strict=True):
        assert found.pop("extIds") == [{"id": ext_id, "system": SYSTEM}]
        told = model.written(contact, encoding)
        if "pohodaID" not in contact:
            told = {field: value for field, value in told.items() if value != ""}
        if not told.get("number"):
            told.pop("number", None)
        if not told.get("labels"):
            told.pop("labels", None)
        assert found == told


@given(contacts)
@settings(max_examples=500, deadline=None)
def test_faults_and_packs_agree(contact):
    adding = "pohodaID" not in contact
    found = model.faults(contact, adding=adding)
    try:
        upsert(("1", "jana", contact))
    except packs.Unsendable as refused:
        assert refused.faults == {"1": found}
    else:
        assert found == []


@given(
    pack_id=ids,
    last_changes=st.none() | st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2100, 1, 1)),
    id_from=st.none() | st.integers(-5, 2**31),
    count=st.none() | st.integers(-1, 10_002),
    ext_id=st.none() | ids,
)
@settings(max_examples=500, deadline=None)
def test_a_request_for_the_book_is_refused_or_valid(valid, **given):
    try:
        xml = listing(**given)
    except packs.Unsendable as refused:
        assert refused.faults[None]
        return
    valid(xml)
    assume(given["last_changes"])
    [moment] = etree.fromstring(xml).iter("{*}lastChanges")
    assert moment.text == given["last_changes"].isoformat(timespec="seconds")


def test_a_new_contact_is_found_by_our_id_or_added(valid):
    root = etree.fromstring(valid(upsert(("1", "jana", JANA))))
    [add] = root.iter("{*}add")
    assert add.get("update") == "true" and add.findtext("{*}filter/{*}extId/{*}ids") == "jana"
    assert add.findtext("{*}filter/{*}extId/{*}exSystemName") == SYSTEM


def test_a_known_contact_is_changed_by_its_own_id_and_keeps_our_id(valid):
    root = etree.fromstring(valid(upsert(("1", "jana", {"city": "Zvolen", "pohodaID": 7}))))
    [update] = root.iter("{*}update")
    assert update.attrib == {} and [child.tag for child in update[0]] == [f"{{{NAMESPACES['ftr']}}}id"]
    assert root.findtext(".//{*}identity/{*}extId/{*}ids") == "jana"
    [address] = root.iter("{*}address")
    assert [etree.QName(child).localname for child in address] == ["city"], "the rest stays as it is there"


def test_what_pohoda_alone_knows_is_never_sent():
    given = JANA | {"extIds": [{"id": "77", "system": "shop"}], "restrictProcessing": True}
    assert upsert(("1", "jana", given)) == upsert(("1", "jana", JANA))


@pytest.mark.parametrize(
    ("contact", "faults"),
    [
        ({}, ["missing_name", "missing_city"]),
        ({"name": " ", "company": "", "city": "\t"}, ["missing_name", "missing_city"]),
        ({"company": "A", "city": "B", "colour": "red"}, ["unknown_field"]),
        ({"company": "A", "city": "B", "ico": 123}, ["not_text"]),
        ({"company": "A", "city": "B", "ico": None}, ["not_text"]),
        ({"company": "A", "city": "B", "country": "svk"}, ["too_long"]),
        ({"company": "A", "city": "B", "country": "sk"}, ["bad_country"]),
        ({"company": "A", "city": "B", "labels": "VIP"}, ["not_text"]),
        ({"company": "A", "city": "B", "labels": ["x"] * 11}, ["too_many_labels"]),
        ({"company": "A", "city": "B", "labels": ["😀"]}, ["not_representable"]),
        ({"company": "A", "city": "B", "labels": ["x" * 256]}, ["too_long"]),
        ({"company": "A", "city": "B", "labels": ["a\0"]}, ["bad_character"]),
        ({"company": "A", "city": "B", "pohodaID": True}, ["bad_id"]),
    ],
)
def test_each_fault_has_a_word(contact, faults):
    found = model.faults(contact)
    assert [fault.reason for fault in found] == faults and all(fault.msg.endswith(".") for fault in found)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"pack_id": ""}, "missing_id"),
        ({"pack_id": "a\nb"}, "bad_character"),
        ({"pack_id": "Юлия"}, "bad_character"),
        ({"ico": "1" * 16}, "too_long"),
        ({"application": ""}, "missing_application"),
        ({"application": "x" * 101}, "too_long"),
        ({"items": []}, "nothing_to_send"),
        ({"ext_system": ""}, "missing_id"),
    ],
)
def test_each_fault_of_a_pack_has_a_word(given, reason):
    whole = {"pack_id": "p1", "ico": ICO, "application": APPLICATION, "items": [("1", "jana", JANA)]}
    with pytest.raises(packs.Unsendable) as refused:
        packs.upsert_pack(**(whole | {"ext_system": SYSTEM} | given))
    assert [fault.reason for fault in refused.value.faults[None]] == [reason]


def test_an_application_beyond_windows_1250_is_a_reference_and_no_gap(valid):
    xml = valid(packs.upsert_pack("p1", ICO, "Портал", [("1", "jana", JANA)], SYSTEM))
    assert etree.fromstring(xml).get("application") == "Портал"
