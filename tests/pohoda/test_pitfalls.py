"""What goes wrong with a real Pohoda, one test each; those of the SQL alone have a line that says where they are."""

import base64
import datetime as dt
import io
import threading
import time

import pytest
from lxml import etree

from portal.pohoda import answers, model, packs
from portal.pohoda.failures import Away, Refused, Unknown, Unreadable
from portal.pohoda.mserver import MServer
from tests.pohoda.documents import (
    ICO,
    JANA,
    NAMES,
    SYSTEM,
    book,
    contact,
    detail,
    item,
    listed,
    listing,
    produced,
    read_contacts,
    read_items,
    response,
    sent,
    upsert,
)
from tests.pohoda.stand_in import PASSWORD, USER


def read(xml: bytes) -> answers.PackAnswer:
    return answers.read_response(io.BytesIO(xml))


# 1


@pytest.mark.parametrize("errno", [104, 109, 115])
def test_01_an_inner_error_is_no_success_and_the_id_0_no_contact(errno):
    refused = item(produced(0, state="error", details=detail(errno, "Nebyla zadána adresa firmy.")))
    [answer] = read_items(response(refused))
    assert answer.state == "ok" and not answer.ok
    assert answer.errnos == [errno] and answer.pohoda_id == 0
    assert f"{errno} Nebyla zadána adresa firmy." in answer.text


@pytest.mark.parametrize("id", ["0", "-1", "", "x", "99999999999999999999"])
def test_01_three_levels_ok_are_no_success_without_an_id(id):
    [answer] = read_items(response(item(produced(id))))
    assert not answer.ok


def test_01_success_is_three_levels_and_an_id():
    [answer] = read_items(
        response(item(produced(37, code="Jana", more="<rdc:actionType>add</rdc:actionType>")))
    )
    assert answer.ok and answer.pohoda_id == 37 and answer.action == "add"


# 2


@pytest.mark.parametrize("what", ["no_rights", "needs_conversion", "not_activated"])
def test_02_a_refused_pack_has_no_id_and_no_items_and_imports_nothing(stand_in, what):
    stand_in.fail(what)
    with stand_in.channel().send(upsert(("1", "jana", JANA)), "p1") as stream:
        answer = answers.read_response(stream)
        assert (answer.ok, answer.id, list(answer.items)) == (False, "", [])
    assert answer.note and stand_in.contacts() == []


def test_02_the_ico_of_another_unit_refuses_the_pack(stand_in):
    xml = packs.upsert_pack("p1", "87654321", "Portal", [("1", "jana", JANA)], SYSTEM)
    with stand_in.channel().send(xml, "p1") as stream:
        answer = answers.read_response(stream)
        assert answer.state == "error" and "není určen" in answer.note
    assert stand_in.contacts() == []


def test_02_no_pack_leaves_without_an_ico():
    with pytest.raises(packs.Unsendable) as refused:
        packs.upsert_pack("p1", " ", "Portal", [("1", "jana", JANA)], SYSTEM)
    assert [fault.reason for fault in refused.value.faults[None]] == ["missing_ico"]


# 3


def test_03_an_item_may_have_only_a_note():
    [answer] = read_items(response(item(state="error", note="Doklad se nepodařilo zpracovat.")))
    assert not answer.ok and answer.text == "Doklad se nepodařilo zpracovat."


def test_03_items_come_missing_in_another_order_and_unknown(stand_in):
    items = [(str(n), f"user{n}", JANA) for n in range(3)]
    for place, (what, ids) in enumerate(
        {
            "missing_item": ["0", "1"],
            "reordered": ["2", "1", "0"],
            "unknown_item": ["0", "1", "2", "nobody-sent-this"],
            "note_only": ["0", "1", "2"],
        }.items()
    ):
        stand_in.fail(what)
        found = sent(stand_in.channel(), upsert(*items, pack_id=f"p{place}"))
        assert [one.id for one in found] == ids
        assert {one.id for one in found if one.ok} <= {"0", "1", "2"}


# 4


@pytest.mark.parametrize("what", ["timeout_after", "408_after", "cut_after", "half_after", "500_after"])
def test_04_a_lost_answer_is_unknown_and_the_same_pack_again_makes_no_second_contact(stand_in, what):
    xml = upsert(("1", "jana", JANA))
    stand_in.fail(what, seconds=5)
    with pytest.raises(Unknown):
        sent(stand_in.channel(timeout=1), xml)
    [there] = stand_in.contacts()
    [again] = sent(stand_in.channel(), xml)
    assert again.is_duplicate and not again.ok and again.duplicate_id == there["id"]
    assert len(stand_in.contacts()) == 1


def test_04_a_duplicate_of_a_contact_deleted_since_has_no_id(stand_in):
    xml = upsert(("1", "jana", JANA))
    [first] = sent(stand_in.channel(), xml)
    stand_in.delete(first.pohoda_id)
    [again] = sent(stand_in.channel(), xml)
    assert again.is_duplicate and again.duplicate_id is None


def test_04_a_crash_after_the_import_is_found_out_after_the_restart(killable):
    xml = upsert(("1", "jana", JANA))
    killable.fail("die_after")
    with pytest.raises(Unknown):
        sent(killable.channel(), xml)
    killable.process.wait()
    with pytest.raises(Away):
        sent(killable.channel(), xml)
    killable.start()
    [again] = sent(killable.channel(), xml)
    assert again.is_duplicate and len(killable.contacts()) == 1


@pytest.mark.parametrize("imported", [0, 1, 9])
def test_04_a_crash_in_the_middle_of_a_pack_leaves_a_part_and_the_rest_follows(killable, imported):
    xml = upsert(*((str(n), f"user{n}", JANA) for n in range(10)))
    killable.fail("die_between", after=imported)
    with pytest.raises(Unknown):
        sent(killable.channel(), xml)
    killable.process.wait()
    killable.start()
    found = sent(killable.channel(), xml)
    assert [one.is_duplicate for one in found] == [n < imported for n in range(10)]
    assert [one.ok for one in found] == [n >= imported for n in range(10)]
    assert len(killable.contacts()) == 10


# 5


def test_05_our_id_adds_first_and_changes_then(stand_in):
    [first] = sent(stand_in.channel(), upsert(("1", "jana", JANA)))
    [second] = sent(stand_in.channel(), upsert(("1", "jana", JANA | {"city": "Zvolen"}), pack_id="p2"))
    assert (first.action, second.action) == ("add", "update")
    assert first.pohoda_id == second.pohoda_id
    [there] = stand_in.contacts()
    assert there["city"] == "Zvolen" and there["extIds"] == {SYSTEM: "jana"}


def test_05_a_contact_that_was_merged_away_is_115_by_its_id_and_new_by_ours(stand_in):
    [first] = sent(stand_in.channel(), upsert(("1", "jana", JANA)))
    stand_in.delete(first.pohoda_id)
    [by_id] = sent(
        stand_in.channel(), upsert(("1", "jana", JANA | {"pohodaID": first.pohoda_id}), pack_id="p2")
    )
    assert by_id.errnos == [115] and stand_in.contacts() == []
    [by_ours] = sent(stand_in.channel(), upsert(("1", "jana", JANA), pack_id="p3"))
    assert by_ours.ok and by_ours.pohoda_id != first.pohoda_id


def test_05_a_contact_that_pohoda_had_first_is_linked_without_a_second_one(stand_in):
    id = stand_in.add(name="Jana Nová", city="Nitra")
    [linked] = sent(stand_in.channel(), upsert(("1", "jana", JANA | {"pohodaID": id})))
    assert linked.ok and linked.action == "update"
    [there] = stand_in.contacts()
    assert there["id"] == id and there["extIds"] == {SYSTEM: "jana"}


# 6


def test_06_another_system_does_not_see_our_ids_and_does_not_lose_its_own(stand_in):
    channel = stand_in.channel()
    [ours] = sent(channel, upsert(("1", "jana", JANA)))
    shop = packs.upsert_pack("s1", ICO, "Shop", [("1", "77", JANA | {"pohodaID": ours.pohoda_id})], "shop")
    assert sent(channel, shop)[0].ok
    sent(channel, upsert(("1", "jana", JANA | {"pohodaID": ours.pohoda_id, "zip": ""}), pack_id="p2"))
    assert stand_in.contacts()[0]["extIds"] == {SYSTEM: "jana", "shop": "77"}
    assert listed(channel)[0]["extIds"] == [{"id": "jana", "system": SYSTEM}]
    renamed = packs.upsert_pack("r1", ICO, "Portal", [("1", "jana", JANA)], "portal-2")
    assert sent(channel, renamed)[0].action == "add", "a new name of the system orphans every link"


# 7: e-mail is no filter of Pohoda's; the report of duplicates is SQL, see tests/contacts


def test_07_pohoda_takes_two_contacts_with_one_e_mail_and_one_ico(stand_in):
    items = [("1", "jana", JANA | {"ico": "01234567"}), ("2", "eva", JANA | {"ico": "01234567"})]
    assert all(one.ok for one in sent(stand_in.channel(), upsert(*items)))
    assert len(stand_in.contacts()) == 2


# 8


def test_08_leading_zeros_and_blanks_of_numbers_survive(stand_in):
    given = JANA | {"ico": "00 123 456", "zip": "01001", "dic": "0020123456"}
    sent(stand_in.channel(), upsert(("1", "jana", given)))
    [there] = listed(stand_in.channel())
    assert (there["ico"], there["zip"], there["dic"]) == ("00 123 456", "01001", "0020123456")


def test_08_no_filter_of_ours_is_by_name_or_company():
    # Their lengths and their matching differ from the fields'; only ids are asked for.
    root = etree.fromstring(upsert(("1", "jana", JANA | {"company": "X" * 255, "name": "Y" * 64})))
    filters = [child.tag for found in root.iter("{*}filter") for child in found]
    assert [etree.QName(tag).localname for tag in filters] == ["extId"]


# 9


@pytest.mark.parametrize("field", [field for field in model.LENGTHS if field != "country"])
def test_09_every_text_may_be_as_long_as_pohoda_takes_it_and_no_longer(field, valid):
    longest = "1" * model.LENGTHS[field]
    assert model.faults(JANA | {field: longest}) == []
    valid(upsert(("1", "jana", JANA | {field: longest})))
    [fault] = model.faults(JANA | {field: longest + "1"})
    assert (fault.field, fault.reason) == (field, "too_long")
    with pytest.raises(packs.Unsendable):
        upsert(("1", "jana", JANA | {field: longest + "1"}))


def test_09_the_length_is_that_of_what_is_written():
    # Eighteen letters of Cyrillic that take two or more in Latin.
    [fault] = model.faults(JANA | {"division": "Щ" * 18})
    assert fault.reason == "too_long" and model.faults(JANA | {"division": "Щ" * 18}, encoding="utf-8") == []


@pytest.mark.parametrize("place", ["pack", "item", "extId", "system"])
def test_09_an_id_of_65_characters_is_caught_and_one_of_64_is_not(place, valid):
    def pack(id):
        ids = {"pack": "p", "item": "1", "extId": "jana", "system": SYSTEM} | {place: id}
        return packs.upsert_pack(
            ids["pack"], ICO, "Portal", [(ids["item"], ids["extId"], JANA)], ids["system"]
        )

    valid(pack("x" * 64))
    with pytest.raises(packs.Unsendable):
        pack("x" * 65)


# 10


def test_10_booleans_are_two_words_and_ids_come_before_the_address(valid):
    xml = valid(upsert(("1", "jana", JANA | {"isSupplier": False})))
    assert b"<adb:p1>false</adb:p1><adb:p2>true</adb:p2>" in xml
    assert xml.index(b"<typ:extId>") < xml.index(b"<typ:address>")


@pytest.mark.parametrize("value", [1, 0, "true", None])
def test_10_what_is_no_boolean_is_caught(value):
    assert [fault.reason for fault in model.faults(JANA | {"isCustomer": value})] == ["not_boolean"]


def test_10_what_is_empty_is_left_out_of_a_new_contact_and_clears_one_that_is_there(stand_in, valid):
    new = valid(upsert(("1", "jana", JANA | {"dic": ""})))
    assert b"typ:dic" not in new
    [made] = sent(stand_in.channel(), new)
    change = {"pohodaID": made.pohoda_id, "zip": "", "country": ""}
    assert sent(stand_in.channel(), valid(upsert(("1", "jana", change), pack_id="p2")))[0].ok
    [there] = stand_in.contacts()
    assert (there["zip"], there["country"], there["city"]) == ("", "", "Nitra")


# 11


def test_11_signs_of_xml_survive(stand_in):
    given = JANA | {"company": """A & B < C > "D" 'E' ]]> &amp;""", "note": "one\ntwo\tthree"}
    sent(stand_in.channel(), upsert(("1", "jana", given)))
    [there] = listed(stand_in.channel())
    assert (there["company"], there["note"]) == (given["company"], given["note"])


def test_11_blanks_around_cdata_are_cut():
    padded = "<typ:city>\n      <![CDATA[Nitra & okolie]]>\n   </typ:city>"
    [found] = read_contacts(book(contact(address=padded)))
    assert found["city"] == "Nitra & okolie"


# 12


@pytest.mark.parametrize(
    ("name", "stands"),
    [
        ("Юлия Щербакова", "Yuliya Shcherbakova"),
        ("ЩУКА", "SHCHUKA"),
        ("Nguyễn Thị Minh", "Nguyen Thi Minh"),
        ("Ελένη", "Eleni"),
        ("Jana 😀 Nová", "Jana Nová"),
        ("Łódź „Ž“ – €", "Łódź „Ž“ – €"),
        ("Ørsted", "Orsted"),
    ],
)
def test_12_what_windows_1250_lacks_is_written_in_latin_letters_and_told(stand_in, name, stands):
    given = JANA | {"name": name}
    [answer] = sent(stand_in.channel(), upsert(("1", "jana", given)))
    [there] = listed(stand_in.channel())
    assert answer.ok and there["name"] == stands == model.written(given)["name"]
    assert model.changed(given) == ({} if name == stands else {"name": stands})


def test_12_a_name_of_which_nothing_would_be_left_is_caught():
    assert [fault.reason for fault in model.faults(JANA | {"name": "😀👍"})] == ["not_representable"]


def test_12_with_utf_8_a_pohoda_that_keeps_unicode_keeps_everything(valid):
    xml = valid(upsert(("1", "jana", JANA | {"name": "Юлия 😀"}), encoding="utf-8"))
    assert xml.startswith(b'<?xml version="1.0" encoding="utf-8"?>') and "Юлия 😀".encode() in xml


# 13


@pytest.mark.parametrize(
    "declared", ["windows-1250", "WINDOWS-1250", "Windows-1250", "utf-8", "UTF-8", "iso-8859-2"]
)
def test_13_the_declaration_decides(declared):
    assert read_contacts(book(contact("Žofia Ťahká"), encoding=declared))[0]["name"] == "Žofia Ťahká"


def test_13_a_byte_order_mark_decides_before_the_declaration():
    xml = book(contact("Žofia"), encoding="windows-1250").decode("cp1250")
    for encoding in ("utf-8-sig", "utf-16"):
        assert read_contacts(xml.encode(encoding))[0]["name"] == "Žofia"


def test_13_what_says_utf_8_and_is_windows_1250_is_read_as_it_is():
    xml = book(contact("Žofia Ťahká"), encoding="utf-8").decode()
    for text in (xml, xml.partition("?>")[2]):
        assert read_contacts(text.encode("cp1250"))[0]["name"] == "Žofia Ťahká"


def test_13_half_utf_8_and_half_something_else_is_refused():
    halves = book(contact("Žofia"), contact("Žofia"), encoding="utf-8").split(b"</lAdb:addressbook>", 1)
    mixed = halves[0] + b"</lAdb:addressbook>" + halves[1].decode().encode("cp1250")
    with pytest.raises(Unreadable) as refused:
        read_contacts(mixed)
    assert refused.value.code == "wrong_encoding"


@pytest.mark.parametrize("packing", ["plain", "deflate", "raw_deflate", "gzip"])
def test_13_an_answer_of_3_mb_comes_packed_in_every_way(lasting_stand_in, packing):
    channel = lasting_stand_in.channel()
    if not lasting_stand_in.contacts():
        items = [(str(n), f"user{n}", JANA | {"note": "Žltý kôň " * 300}) for n in range(1100)]
        assert all(one.ok for one in sent(channel, upsert(*items)))
    if packing != "gzip":
        lasting_stand_in.fail(packing)
    with channel.send(listing(), "l1") as stream:
        assert stream.response.headers.get("Content-Encoding", "plain") == packing.removeprefix("raw_")
        xml = stream.read()
    assert len(xml) > 3_000_000 and len(read_contacts(xml)) == 1100


# 14


def test_14_a_country_whose_id_is_minus_1_is_no_country():
    nowhere = "<typ:country><typ:id>-1</typ:id><typ:ids></typ:ids></typ:country>"
    assert read_contacts(book(contact(address=nowhere)))[0]["country"] == ""


def test_14_elements_that_nobody_knows_are_passed_over():
    new = '<adb:textVAT/><adb:carrier><typ:ids>x</typ:ids></adb:carrier><z:new xmlns:z="urn:z"><adb:email>no</adb:email></z:new>'
    [found] = read_contacts(book(contact(header=f"{new}<adb:email>jana@example.com</adb:email>")))
    assert found["email"] == "jana@example.com"


# 15


def test_15_any_order_any_prefix_missing_or_empty():
    xml = (
        '<a:responsePack xmlns:a="http://www.stormware.cz/schema/version_2/response.xsd" state="ok" id="1" version="2.0">'
        '<a:responsePackItem id="1" state="ok" version="2.0">'
        '<listAddressBook xmlns="http://www.stormware.cz/schema/version_2/list_addBook.xsd" state="ok" version="2.0">'
        '<addressbook version="2.0"><b:addressbookHeader xmlns:b="http://www.stormware.cz/schema/version_2/addressbook.xsd"'
        ' xmlns:c="http://www.stormware.cz/schema/version_2/type.xsd"><b:p2>true</b:p2><b:email/><b:identity>'
        "<c:shipToAddress><c:defaultShipAddress>true</c:defaultShipAddress><c:zip>9</c:zip></c:shipToAddress>"
        "<c:address><c:icDph>SK1</c:icDph><c:country><c:ids>SK</c:ids></c:country><c:name>Jana</c:name></c:address>"
        "</b:identity><b:id>7</b:id></b:addressbookHeader></addressbook></listAddressBook></a:responsePackItem></a:responsePack>"
    )
    [found] = read_contacts(xml.encode())
    assert found == {
        "isCustomer": True,
        "email": "",
        "icDph": "SK1",
        "country": "SK",
        "name": "Jana",
        "pohodaID": 7,
    }
    assert model.filled(found)["city"] == ""


# 16


@pytest.mark.parametrize(
    "email", ["", "a@example.com; b@example.com", "a@example.com;b@example.com", "x(at)y"]
)
def test_16_e_mails_are_read_as_they_stand(email):
    [found] = read_contacts(book(contact(header=f"<adb:email>  {email} </adb:email>")))
    assert found["email"] == email


def test_16_an_e_mail_of_the_delivery_address_is_not_the_contacts():
    ship = "<adb:identity><typ:shipToAddress><typ:email>d@example.com</typ:email></typ:shipToAddress></adb:identity>"
    assert "email" not in read_contacts(book(f"<adb:id>1</adb:id>{ship}"))[0]


# What registers is SQL, see tests/contacts.

# 17: whom the first import mails is SQL, see tests/contacts


def test_17_restricted_processing_is_read():
    told = "<adb:addressbookGDPR><adb:restrictProcessing>true</adb:restrictProcessing></adb:addressbookGDPR>"
    xml = book(contact()).replace(b"</lAdb:addressbook>", told.encode() + b"</lAdb:addressbook>")
    assert read_contacts(xml)[0]["restrictProcessing"] is True


# 18


def test_18_our_own_change_comes_back_and_its_content_is_what_we_wrote(stand_in):
    given = JANA | {"company": "Юлия и партнёры", "street": " Dlhá  5 "}
    before = dt.datetime.now() - dt.timedelta(seconds=2)
    sent(stand_in.channel(), upsert(("1", "jana", given)))
    [echo] = listed(stand_in.channel(), last_changes=before.replace(microsecond=0))
    expected = model.written(given)
    assert {field: echo[field] for field in expected} == expected


# 19


def test_19_the_mark_is_pohodas_own_clock_without_a_zone(stand_in):
    with stand_in.channel().send(listing(), "l1") as stream:
        answer = answers.read_list(stream)
        assert list(answer.contacts) == []
    assert answer.timestamp.tzinfo is None and abs(answer.timestamp - dt.datetime.now()) < dt.timedelta(
        minutes=1
    )
    assert packs.moment(answer.timestamp) == answer.timestamp.isoformat()


def test_19_a_bare_date_a_zone_and_an_hour_that_does_not_exist():
    assert packs.moment("2026-03-01") == "2026-03-01T00:00:00"
    # Pohoda's clock has no zone, so the hour that summer time skips is one like any other.
    assert packs.moment("2026-03-29T02:30:00") == "2026-03-29T02:30:00"
    with pytest.raises(ValueError, match="no zone"):
        packs.moment(dt.datetime(2026, 3, 1, tzinfo=dt.UTC))


def test_19_a_change_in_the_second_of_the_mark_needs_an_overlap(stand_in):
    stand_in.add(name="Jana", city="Nitra")
    saved = dt.datetime.fromisoformat(stand_in.contacts()[0]["saved"])
    assert listed(stand_in.channel(), last_changes=saved) == []
    assert len(listed(stand_in.channel(), last_changes=saved - dt.timedelta(seconds=1))) == 1


def test_19_a_list_without_a_readable_moment_is_read_without_one():
    for stamp in ("", "yesterday"):
        answer = answers.read_list(io.BytesIO(book(contact(), stamp=stamp)))
        assert answer.timestamp is None and len(list(answer.contacts)) == 1


# 20


def test_20_pages_full_empty_with_gaps_and_with_one_added_between(stand_in):
    channel = stand_in.channel()
    ids = [stand_in.add(name=f"N{n}", city="Nitra") for n in range(7)]
    stand_in.delete(ids[2])
    page = listed(channel, id_from=1, count=3)
    assert [one["pohodaID"] for one in page] == [ids[0], ids[1], ids[3]]
    added = stand_in.add(name="late", city="Nitra")
    page = listed(channel, id_from=page[-1]["pohodaID"] + 1, count=4)
    assert [one["pohodaID"] for one in page] == [*ids[4:], added]
    assert listed(channel, id_from=page[-1]["pohodaID"] + 1, count=4) == []
    with channel.send(listing(), "l1") as stream:
        assert list(answers.read_ids(stream)) == [*ids[:2], *ids[3:], added]


@pytest.mark.parametrize("count", [0, 10_001])
def test_20_a_page_has_1_to_10000(count):
    with pytest.raises(packs.Unsendable):
        listing(count=count)


# 21


def test_21_a_contact_person_is_a_contact_and_delivery_addresses_are_not_its_own():
    ship = "".join(
        f"<typ:shipToAddress><typ:city>{city}</typ:city><typ:defaultShipAddress>{first}</typ:defaultShipAddress></typ:shipToAddress>"
        for city, first in (("Brno", "false"), ("Praha", "true"))
    )
    person = f"<adb:id>2</adb:id><adb:identity><typ:address><typ:city>Nitra</typ:city></typ:address>{ship}</adb:identity>"
    person += "<adb:refAddress><typ:refAD><typ:id>1</typ:id></typ:refAD><typ:address><typ:city>Zvolen</typ:city></typ:address></adb:refAddress>"
    assert read_contacts(book(person)) == [{"pohodaID": 2, "city": "Nitra"}]


def test_21_an_update_does_not_touch_delivery_addresses():
    assert b"shipToAddress" not in upsert(("1", "jana", JANA | {"pohodaID": 1}))


# 22


def test_22_the_list_is_asked_for_in_its_own_namespace_with_the_limit_first(valid):
    xml = valid(listing(last_changes="2026-03-01T10:20:30", id_from=5, count=100, ext_id="jana"))
    assert b'"http://www.stormware.cz/schema/version_2/list_addBook.xsd"' in xml
    assert b'addressBookVersion="2.0"' in xml
    assert xml.index(b"<lAdb:limit>") < xml.index(b"<lAdb:requestAddressBook>")


# 23


def test_23_a_warning_is_a_success_with_a_notice(stand_in):
    [answer] = sent(stand_in.channel(), upsert(("1", "jana", JANA | {"number": "26AD00001"})))
    assert answer.ok and answer.warnings == [602] and answer.errnos == [] and "602" in answer.text
    assert "number" not in stand_in.contacts()[0]


def test_23_a_value_that_pohoda_adjusted_is_told():
    adjusted = produced(5, details=detail(603, "Hodnota nebyla nalezena.", "warning", "/adb:priceIDS"))
    [answer] = read_items(response(item(adjusted)))
    assert answer.ok and answer.warnings == [603] and "/adb:priceIDS" in answer.text


# 24


def test_24_e_mail_and_phones_stand_where_pohoda_looks_for_them():
    root = etree.fromstring(upsert(("1", "jana", JANA | {"phone": "037 123"})))
    for name in ("email", "phone", "mobil"):
        [found] = root.iter(f"{{*}}{name}")
        assert etree.QName(found).namespace.endswith("addressbook.xsd")


# 25


@pytest.mark.parametrize(
    ("status", "code"),
    [("400", "bad_request"), ("401", "not_signed_in"), ("403", "not_allowed"), ("404", "wrong_path")],
)
def test_25_a_refusal_is_certain_and_says_what_is_wrong(stand_in, status, code):
    stand_in.fail(status)
    with pytest.raises(Refused) as refused:
        sent(stand_in.channel(), upsert(("1", "jana", JANA)))
    assert refused.value.code == code and stand_in.contacts() == []


def test_25_nobody_there_and_not_available_are_away(stand_in):
    stand_in.fail("503")
    with pytest.raises(Away):
        sent(stand_in.channel(), upsert(("1", "jana", JANA)))
    stand_in.kill()
    with pytest.raises(Away):
        sent(stand_in.channel(), upsert(("1", "jana", JANA)))


def test_25_a_wrong_password_is_not_signed_in(stand_in):
    for user, password in ((USER, "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(Refused) as refused:
            sent(MServer(stand_in.url, user, password, ico=ICO), upsert(("1", "jana", JANA)))
        assert refused.value.code == "not_signed_in"


def test_25_a_page_with_200_is_not_pohoda(stand_in):
    stand_in.fail("html")
    with pytest.raises(Unreadable) as refused:
        sent(stand_in.channel(), upsert(("1", "jana", JANA)))
    assert refused.value.code == "not_pohoda" and "web page" in str(refused.value)


def test_25_the_unit_behind_the_port_is_checked(stand_in):
    status = stand_in.channel().status()
    assert (status.unit, status.status, status.processing) == (ICO, "idle", 0)
    with pytest.raises(Refused) as refused:
        stand_in.channel(ico="87654321").status()
    assert refused.value.code == "wrong_company" and ICO in str(refused.value)


def test_25_localhost_is_ipv4(stand_in):
    channel = MServer(f"http://localhost:{stand_in.port}", USER, PASSWORD, ico=ICO)
    assert channel.address[0] == "127.0.0.1" and channel.status().unit == ICO


# Two workers and one request in flight are SQL, see tests/contacts; self-signed certificates stand in test_mserver.py.

# 26: folders stand in test_folder.py, each by its name

# 27


def test_27_nothing_is_marked_and_only_known_flags_are_sent():
    xml = upsert(("1", "jana", {"name": "Jana", "city": "Nitra"}))
    assert b"<adb:markRecord>false</adb:markRecord>" in xml
    assert b"adb:p1" not in xml and b"adb:p2" not in xml and b"maturity" not in xml


# 28


def test_28_credentials_with_diacritics_and_an_instance_of_plain_letters():
    channel = MServer("http://127.0.0.1:1", "účtovník", "heslo č. 1", ico=ICO, instance="Žilina\r\nX: y")
    given = base64.b64decode(channel.headers["STW-Authorization"].removeprefix("Basic "))
    assert given.decode("cp1250") == "účtovník:heslo č. 1"
    assert channel.headers["STW-Instance"] == "Zilina  X: y"
    as_utf_8 = MServer("http://127.0.0.1:1", "účtovník", "x", ico=ICO, encoding="utf-8")
    assert base64.b64decode(as_utf_8.headers["STW-Authorization"][6:]).decode() == "účtovník:x"


def test_28_no_failure_tells_a_password_or_a_contact(stand_in):
    for what in ("401", "cut", "408_after", "half_after"):
        stand_in.fail(what)
        try:
            sent(stand_in.channel(timeout=2), upsert(("1", "jana", JANA), pack_id=what))
        except (Refused, Away, Unknown) as failure:
            told = f"{failure!r} {failure}"
            assert PASSWORD not in told and "Jana" not in told and "Basic" not in told
        else:
            raise AssertionError(f"{what} was not felt")


# 29


def test_29_ids_of_65_characters_and_the_same_item_twice_are_caught():
    with pytest.raises(packs.Unsendable) as refused:
        upsert(("1", "jana", JANA), ("1", "eva", JANA))
    assert [fault.reason for fault in refused.value.faults["1"]] == ["same_id_twice"]


# Attacks on the reader stand in test_attacks.py.

# 30


def test_30_version_1_and_any_other_root_are_told():
    old = response(item(produced(1))).replace(b"/schema/version_2/", b"/schema/")
    other = f'<responsePack xmlns="urn:x"{NAMES} id="1"/>'.encode()
    for xml, code in ((old, "version_one"), (b"<data/>", "not_pohoda"), (other, "not_pohoda")):
        with pytest.raises(Unreadable) as refused:
            read(xml)
        assert refused.value.code == code


def test_parallel_requests_are_worked_on_one_by_one(stand_in):
    # The stand-in queues as Pohoda does; that we never send two is SQL.
    stand_in.fail("slow", times=3, seconds=0.2)
    threads = [
        threading.Thread(
            target=sent, args=(stand_in.channel(), upsert((str(n), f"u{n}", JANA), pack_id=f"p{n}"))
        )
        for n in range(3)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stand_in.contacts()) == 3 and time.monotonic() - started >= 0.6
    assert stand_in.requests()["mostWaiting"] > 1
