"""Genuine answers and requests, read; what a list says beside its contacts."""

import io
import re
import tracemalloc

import pytest
from lxml import etree

from portal.pohoda import answers
from portal.pohoda.failures import Unreadable
from tests.pohoda.conftest import samples
from tests.pohoda.documents import book, contact, detail, item, produced, read_contacts, read_items, response

LISTS = [path for path in samples("export") if re.search("r_adr|ListR", path.name)]
IMPORTS = [path for path in samples("import") if path.name.startswith("r_")]
REQUESTS = [path for path in samples("import", "export", "mserver") if path not in (*LISTS, *IMPORTS)]


def named(path) -> str:
    return path.name


needed = pytest.mark.skipif(not LISTS, reason="Pohoda's documents are not beside the project")


@needed
@pytest.mark.parametrize("path", IMPORTS, ids=named)
def test_a_genuine_answer_to_an_import_is_read(path):
    with path.open("rb") as stream:
        answer = answers.read_response(stream)
        assert answer.ok and answer.program_version
        items = list(answer.items)
    assert items and all(one.ok and one.code for one in items)


@needed
@pytest.mark.parametrize("path", LISTS, ids=named)
def test_a_genuine_list_is_read_as_another_reader_reads_it(path):
    with path.open("rb") as stream:
        answer = answers.read_list(stream)
        contacts = list(answer.contacts)
    assert answer.timestamp.year == 2013
    root = etree.parse(path).getroot()
    headers = list(root.iter("{*}addressbookHeader"))
    assert len(contacts) == len(headers) > 0
    for contact_read, header in zip(contacts, headers, strict=True):
        assert contact_read["pohodaID"] == int(header.findtext("{*}id"))
        for field, tag in {"email": "{*}email", "mobile": "{*}mobil", "phone": "{*}phone"}.items():
            assert contact_read.get(field, "") == (header.findtext(tag) or "").strip()
        address = header.find("{*}identity/{*}address")
        for field in ("company", "name", "city", "street", "zip", "ico", "dic"):
            there = address.findtext(f"{{*}}{field}")
            assert contact_read.get(field) == (None if there is None else there.strip())


@needed
@pytest.mark.parametrize("path", REQUESTS, ids=named)
def test_a_genuine_request_is_no_answer(path):
    with path.open("rb") as stream, pytest.raises(Unreadable) as refused:
        answers.read_response(stream)
    assert refused.value.code == "not_pohoda"


def test_an_answer_tells_who_gave_it_and_when():
    more = ' programVersion="13902.3 (24.2.2026)" dateTimeStamp="2026-03-01T10:20:30"'
    answer = answers.read_response(io.BytesIO(response(item(), note="Import", more=more)))
    assert (answer.id, answer.note, answer.program_version) == ("p1", "Import", "13902.3 (24.2.2026)")
    assert answer.timestamp.isoformat() == "2026-03-01T10:20:30"


def test_all_remarks_are_told_and_paths_are_only_shown():
    remarks = detail(104, "Nebyla zadána adresa firmy.", path="/adb:identity/typ:address/typ:city")
    remarks += detail(602, "Číslování", "warning") + "<rdc:detail><rdc:state>ok</rdc:state></rdc:detail>"
    [answer] = read_items(response(item(produced(0, state="error", details=remarks), note="Chyba")))
    assert answer.errnos == [104] and answer.warnings == [602]
    assert (
        answer.text
        == "Chyba; 104 Nebyla zadána adresa firmy. (/adb:identity/typ:address/typ:city); 602 Číslování"
    )


@pytest.mark.parametrize(
    ("items", "given"),
    [
        ("", {"state": "error", "note": "Uživatel není oprávněn."}),
        (item(state="error", note="Uživatel není oprávněn."), {}),
        (
            item(
                f'<adb:addressbookResponse version="2.0" state="error"><rdc:importDetails>{detail(101, "Uživatel není oprávněn.")}</rdc:importDetails></adb:addressbookResponse>'
            ),
            {},
        ),
        (
            item(
                f'<lAdb:listAddressBook version="2.0" state="error"><rdc:importDetails>{detail(101, "Uživatel není oprávněn.")}</rdc:importDetails></lAdb:listAddressBook>'
            ),
            {},
        ),
    ],
)
def test_a_list_that_is_refused_says_why(items, given):
    with pytest.raises(answers.ListRefused) as refused:
        read_contacts(response(items, **given))
    assert "Uživatel není oprávněn." in str(refused.value)


@pytest.mark.parametrize("items", ["", item()])
def test_an_answer_without_a_list_is_no_empty_list(items):
    with pytest.raises(answers.ListRefused):
        read_contacts(response(items))


def test_an_empty_list_is_one():
    assert read_contacts(book()) == []


def test_a_list_that_pohoda_split_is_refused():
    parts = "<rdc:parts><rdc:part>a_1.xml</rdc:part></rdc:parts>"
    xml = book().replace(b"</lAdb:listAddressBook>", parts.encode() + b"</lAdb:listAddressBook>")
    with pytest.raises(answers.ListRefused) as refused:
        read_contacts(xml)
    assert "several files" in str(refused.value)


def test_foreign_and_several_ids_are_read():
    ids = "".join(
        f"<typ:extId><typ:ids>{n}</typ:ids><typ:exSystemName>{system}</typ:exSystemName><typ:exSystemText>x</typ:exSystemText></typ:extId>"
        for n, system in enumerate(("portal", "shop"))
    )
    [found] = read_contacts(book(f"<adb:id>1</adb:id><adb:identity>{ids}</adb:identity>"))
    assert found["extIds"] == [{"id": "0", "system": "portal"}, {"id": "1", "system": "shop"}]


def test_labels_numbers_and_flags_are_read():
    header = "<adb:labels><typ:label><typ:id>1</typ:id><typ:ids>VIP</typ:ids></typ:label></adb:labels>"
    header += (
        "<adb:number><typ:ids>26AD</typ:ids><typ:numberRequested>26AD001</typ:numberRequested></adb:number>"
    )
    header += "<adb:p1>false</adb:p1><adb:p2> true </adb:p2>"
    [found] = read_contacts(book(contact(header=header)))
    assert (found["labels"], found["number"]) == (["VIP"], "26AD001")
    assert (found["isSupplier"], found["isCustomer"]) == (False, True)


@pytest.mark.parametrize("id", ["0", "-1", "x", ""])
def test_a_contact_without_a_real_id_has_none(id):
    [found] = read_contacts(book(contact(id=id)))
    assert "pohodaID" not in found


def test_memory_does_not_grow_with_the_list():
    def most(count: int) -> int:
        head, tail = book("@@").split(b"@@")
        between = b"</adb:addressbookHeader></lAdb:addressbook><lAdb:addressbook><adb:addressbookHeader>"
        one = contact("Žofia Ťahká", 7, header="<adb:email>z@example.com</adb:email>").encode("cp1250")

        class Stream:
            pieces = iter([head, *[one + between] * count, one, tail])
            rest = b""

            def read(self, size):
                while len(self.rest) < size and (piece := next(self.pieces, b"")):
                    self.rest += piece
                given, self.rest = self.rest[:size], self.rest[size:]
                return given

        tracemalloc.start()
        assert sum(1 for _ in answers.read_list(Stream()).contacts) == count + 1
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    assert most(20_000) < most(2_000) + 1_000_000


def test_half_of_a_list_may_be_read_and_left():
    stream = io.BytesIO(book(*(contact(id=n) for n in range(1, 5000))))
    contacts = answers.read_list(stream).contacts
    assert [next(contacts)["pohodaID"] for _ in range(3)] == [1, 2, 3]
    contacts.close()
