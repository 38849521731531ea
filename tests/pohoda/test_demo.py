"""The stand-in does what is known of the real one, and its answers are valid where the real ones are."""

import io
import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from portal.demo.addressbook import Book, Schemas
from portal.demo.unit import FAULTS, Fault, Unit
from portal.places import ROOT
from portal.pohoda import answers
from portal.pohoda.markup import NAMESPACES, element, text
from tests.pohoda.documents import ICO, JANA, listing, read_contacts, read_items, upsert
from tests.pohoda.stand_in import StandIn

NAMES = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())


@pytest.fixture
def unit():
    return Unit(Book(), ICO)


@pytest.fixture
def loose():
    """One without the schemas, as on a machine that has none of them."""
    return Unit(Book(schemas=Schemas(ROOT / "nowhere")), ICO)


def pack(*agendas: str, pack_id: str = "p1") -> bytes:
    items = "".join(
        element("dat:dataPackItem", agenda, id=str(n), version="2.0") for n, agenda in enumerate(agendas, 1)
    )
    root = f'<dat:dataPack version="2.0" id="{pack_id}" ico="{ICO}" application="T" note=""{NAMES}>'
    return f'<?xml version="1.0" encoding="utf-8"?>{root}{items}</dat:dataPack>'.encode()


def agenda(action: str = "", header: str = "") -> str:
    action = element("adb:actionType", action) if action else ""
    return element("adb:addressbook", action, element("adb:addressbookHeader", header), version="2.0")


def address(**fields: str) -> str:
    lines = "".join(text(f"typ:{name}", value) for name, value in fields.items())
    return element("adb:identity", element("typ:address", lines))


def filtered(kind: str, fields: str, **given) -> str:
    return element(f"adb:{kind}", element("ftr:filter", fields), **given)


def imported(unit: Unit, *agendas: str, pack_id: str = "p1") -> list[answers.ItemAnswer]:
    return read_items(unit.answer(pack(*agendas, pack_id=pack_id), False))


TESTA = address(company="TESTA s.r.o.", city="Jihlava")


def test_104_without_a_city_or_without_a_name(unit):
    found = imported(unit, *(agenda(header=address(**one)) for one in ({"company": "A"}, {"city": "B"}, {})))
    assert [one.errnos for one in found] == [[104], [104], [104]] and not unit.book.records
    assert found[0].details[0].note == "Nebyla zadána adresa firmy."


def test_109_where_the_filter_of_an_addition_finds_one(unit):
    add = filtered("add", text("ftr:company", "TESTA s.r.o."))
    first, second = imported(unit, agenda(add, TESTA), agenda(add, TESTA))
    assert first.ok and second.errnos == [109] and "company" in second.text
    assert (second.state, second.inner_state, second.pohoda_id) == ("ok", "error", 0)


def test_115_where_an_update_or_a_deletion_finds_nothing(unit):
    for kind in ("update", "delete"):
        [found] = imported(
            unit, agenda(filtered(kind, text("ftr:id", "9")), "" if kind == "delete" else TESTA)
        )
        assert found.errnos == [115]


def test_more_than_one_match_is_refused(unit):
    imported(unit, agenda(header=TESTA), agenda(header=TESTA))
    [found] = imported(unit, agenda(filtered("update", text("ftr:company", "TESTA s.r.o.")), TESTA))
    assert not found.ok and "více jak 1" in found.text


def test_an_update_that_may_add_adds(unit):
    [found] = imported(unit, agenda(filtered("update", text("ftr:ico", "1"), add="true"), TESTA))
    assert found.ok and found.action == "add"


def test_a_deletion_deletes(unit):
    imported(unit, agenda(header=TESTA))
    [found] = imported(unit, agenda(filtered("delete", text("ftr:company", "TESTA s.r.o."))))
    assert found.ok and found.action == "delete" and not unit.book.records


def test_only_what_is_sent_is_changed(unit):
    imported(unit, agenda(header=address(company="A", city="B", zip="1")))
    imported(unit, agenda(filtered("update", text("ftr:id", "1")), address(zip="2")))
    assert unit.book.records[1].contact == {"company": "A", "city": "B", "zip": "2"}


def test_602_unless_customers_are_numbered(unit):
    header = TESTA + element("adb:number", text("typ:numberRequested", "26AD1"))
    [found] = imported(unit, agenda(header=header))
    assert found.ok and found.warnings == [602]
    unit.book.numbering = True
    assert imported(unit, agenda(header=header))[0].warnings == []


def test_603_for_a_country_that_is_not_known(unit):
    country = element("typ:country", text("typ:ids", "Slovensko"))
    header = TESTA.replace("</typ:address>", f"{country}</typ:address>")
    assert imported(unit, agenda(header=header))[0].warnings == [603]


@pytest.mark.parametrize("which", ["unit", "loose"])
@pytest.mark.parametrize(
    "header",
    [address(company="A" * 256, city="B"), TESTA + text("adb:p1", "1"), TESTA + text("adb:p2", "True")],
)
def test_an_invalid_item_fails_alone_with_and_without_the_schemas(request, which, header):
    unit = request.getfixturevalue(which)
    bad, good = imported(unit, agenda(header=header), agenda(header=TESTA))
    assert bad.state == "error" and "schématu" in bad.note and good.ok


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'version="2.0" id="p1"', b'id="p1"'),
        (b'note=""', b""),
        (b'application="T"', b""),
        (b'id="p1"', b'id=""'),
        (b'id="p1"', b'id="' + b"x" * 65 + b'"'),
        (b"</dat:dataPack>", b""),
        (b'id="1"', b""),
        (b"data.xsd", b"d.xsd"),
    ],
)
def test_an_invalid_envelope_refuses_everything(unit, old, new):
    xml = pack(agenda(header=TESTA))
    answer = answers.read_response(io.BytesIO(unit.answer(xml.replace(old, new), False)))
    assert (answer.id, answer.state, list(answer.items)) == ("", "error", []) and "Obálku" in answer.note
    assert not unit.book.records


def test_what_windows_1250_lacks_is_lost_in_a_database_without_unicode(unit):
    imported(unit, agenda(header=address(company="Юлия", city="Žilina")))
    assert unit.book.records[1].contact["company"] == "????"


def test_answers_are_valid_by_the_official_schemas(unit, valid):
    valid(
        unit.answer(
            upsert(("1", "jana", JANA | {"number": "1"}), ("2", "eva", JANA | {"pohodaID": 77})), True
        )
    )
    valid(unit.answer(upsert(("1", "jana", JANA)), True))
    valid(unit.answer(listing(), True))
    for what in ("no_rights", "missing_item", "note_only", "unknown_item"):
        valid(unit.answer(upsert(("1", "jana", JANA), pack_id=what), True, Fault(what)))


def test_a_list_has_the_habits_of_a_real_one(unit):
    unit.book.add({"name": "Jana", "city": "Nitra", "restrictProcessing": True})
    xml = unit.answer(listing(), False)
    assert b"<typ:division/>" in xml and b"<typ:id>-1</typ:id><typ:ids/>" in xml and b"adb:email" not in xml
    assert xml.startswith(b'<?xml version="1.0" encoding="windows-1250"?>')
    assert read_contacts(xml)[0]["restrictProcessing"] is True


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (text("ftr:city", "Nitra"), ["A", "C"]),
        (text("ftr:city", "Nitra") + text("ftr:company", "C"), ["C"]),
        (text("ftr:id", "2"), ["B"]),
        (text("ftr:lastChanges", "2100-01-01T00:00:00"), []),
    ],
)
def test_a_list_is_filtered(unit, wanted, names):
    for company, city in (("A", "Nitra"), ("B", "Brno"), ("C", "Nitra")):
        unit.book.add({"company": company, "city": city})
    request = element("lAdb:requestAddressBook", element("ftr:filter", wanted))
    request = element("lAdb:listAddressBookRequest", request, version="2.0", addressBookVersion="2.0")
    assert [one["company"] for one in read_contacts(unit.answer(pack(request), False))] == names


def test_what_was_acknowledged_is_there_after_a_kill_and_half_a_line_is_not(tmp_path):
    place = tmp_path / "book.jsonl"
    book = Book(place)
    kept, gone = book.add({"name": "Jana"}), book.add({"name": "Eva"})
    book.change(kept, {"city": "Nitra"})
    book.delete(gone)
    book.sync()
    with place.open("ab") as file:
        file.write(b'{"id": 9, "saved": "2026')
    again = Book(place)
    assert {id: record.contact for id, record in again.records.items()} == {
        kept: {"name": "Jana", "city": "Nitra"}
    }
    assert again.add({"name": "Ivo"}) == 3, "an id is never given twice"
    again.sync()
    assert len(Book(place).records) == 2


# Over HTTP


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/xml", 405),
        ("GET", "/documents/x", 404),
        ("POST", "/other", 404),
        ("GET", "/status?companyDetail", 401),
    ],
)
def test_paths_answer_as_mservers(stand_in, method, path, status):
    request = urllib.request.Request(stand_in.url + path, b"" if method == "POST" else None, method=method)
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, timeout=5)
    assert error.value.code == status
    error.value.close()


def test_a_fault_that_does_not_exist_is_refused(stand_in):
    with pytest.raises(urllib.error.HTTPError) as error:
        stand_in.fail("sunshine")
    assert error.value.code == 400 and "timeout_after" in error.value.read().decode()
    assert len(FAULTS) == len(set(FAULTS))


def test_a_person_adds_changes_and_deletes_on_the_page(stand_in):
    def post(fields: str) -> str:
        with urllib.request.urlopen(f"{stand_in.url}/", fields.encode(), timeout=5) as page:
            return page.read().decode()

    assert "Jana &lt;b&gt;" in post("id=&name=Jana+%3Cb%3E&city=Nitra&isCustomer=on")
    [there] = stand_in.contacts()
    assert there["name"] == "Jana <b>" and there["isCustomer"] is True
    post(f"id={there['id']}&city=Zvolen")
    assert stand_in.contacts()[0] | {"saved": 0} == there | {
        "city": "Zvolen",
        "isCustomer": False,
        "saved": 0,
    }
    post(f"id={there['id']}&delete={there['id']}")
    assert stand_in.contacts() == []


def test_the_command_says_where_it_is_and_begins_with_contacts(tmp_path):
    own = StandIn(tmp_path / "book.jsonl")
    own.start()
    try:
        assert len(own.contacts()) == 5
        assert len({json.dumps(one) for one in own.contacts()}) == 5
        taken = subprocess.run(
            [sys.executable, "-m", "portal.cli", "pohoda-demo", "--memory", f"--port={own.port}"],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert taken.returncode == 1 and "cannot listen" in taken.stderr
    finally:
        own.stop()
