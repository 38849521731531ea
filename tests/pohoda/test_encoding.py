"""Every text is stored exactly as it is told beforehand, or refused before it leaves."""

import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.pohoda import model
from portal.pohoda.encoding import as_written
from tests.pohoda.documents import JANA, batches, book, contact, listed, read_contacts, sent, upsert

ACCENTS = "áäčďéíĺľňóôŕšťúýžěřůąćęłńśźżőűăâîşţßÖÜ"
ALPHABETS = {
    "slovak, czech, polish": ACCENTS,
    "cyrillic": "абвгґдеёєжзиіїйклмнопрстуўфхцчшщъыьэюяђјљњћџѓќ",
    "greek": "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώ",
    "vietnamese": "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ",
    "chinese, japanese, korean": "北京東京서울ひらがなカタカナ",
    "right to left": "אבגדשלוםمرحبا",
    "indian": "नमस्तेहिन्दी",
    "emoji": "😀👍🏽👩\u200d👧🇸🇰❤️",
    "bidi controls": "a\u202eb\u202dc\u2066d\u2069e\u200ff",
    "full width": "ＡＢＣ１２３ｱｲｳ",
    "homoglyphs": "аΑAеΕEοOо",
    "typography": "„“”‚‘’–—…•€™©®§°±×÷½№ﬁſ",
    "spaces": "a\u00a0b\u2009c\u3000d\u200be\ufefff",
    "mathematical": "𝒜𝔅ℂ𝟘²³",
    "combining": "e\u0301a\u0308c\u030cx\u0336",
    "private use": "a\ue000b\U000f0000c",
    "markup": "<>&\"']]>&amp;<!--",
    "formulas": "=1+1@-+\\'",
}
#: A country is two letters, and a number is taken only where customers are numbered.
FIELDS = [field for field in model.TEXTS if field not in ("country", "number")]
REFUSED = [
    "a\0b",
    "a\x01",
    "a\x1fb",
    "\ud800",
    "a\udfffb",
    "\ufffe",
    "a\uffff",
    "a\x85b",
    "a\x9f",
    "a\nb",
    "a\tb",
    "a\u2028b",
]


def strings(count: int) -> list[str]:
    """The same every time: of one alphabet, of two, composed and decomposed, in capitals."""
    chance = random.Random(1250)
    found = list(ALPHABETS.values())
    while len(found) < count:
        letters = "".join(chance.sample(list(ALPHABETS.values()), chance.choice((1, 1, 2))))
        text = "".join(chance.choices(letters, k=chance.randint(1, 12)))
        found.append(
            unicodedata.normalize(chance.choice(("NFC", "NFD")), chance.choice((text, text.upper())))
        )
    return found


def test_200_strings_in_every_text_come_back_as_told_or_were_refused(stand_in):
    items, refused = [], 0
    for n, text in enumerate(strings(200)):
        for field in FIELDS:
            contact = JANA | {field: text}
            if model.faults(contact):
                refused += 1
            else:
                items.append((f"{n}-{field}", f"{n}-{field}", contact))
    for number, batch in enumerate(batches(items)):
        assert all(one.ok for one in sent(stand_in.channel(), upsert(*batch, pack_id=f"p{number}")))
    there = {one["extIds"][0]["id"]: one for one in listed(stand_in.channel())}
    assert len(there) == len(items) > 1500 and refused < len(items)
    for _, ext_id, contact in items:
        told = model.written(contact)
        assert {field: there[ext_id].get(field, "") for field in told} == told
        for field, text in contact.items():
            if there[ext_id].get(field) != text and field in model.TEXTS:
                same = unicodedata.normalize("NFC", text).strip() == told[field]
                assert same or model.changed(contact)[field] == told[field]


@pytest.mark.parametrize("text", REFUSED, ids=ascii)
@pytest.mark.parametrize("field", ["name", "note"])
@pytest.mark.parametrize("encoding", ["windows-1250", "utf-8"])
def test_what_no_document_can_hold_is_refused(text, field, encoding):
    found = model.faults(JANA | {field: text}, encoding=encoding)
    if field == "note" and text in ("a\nb", "a\tb", "a\u2028b"):
        assert found == []
    else:
        assert [(fault.field, fault.reason) for fault in found] == [(field, "bad_character")]


@given(st.text(max_size=40))
@settings(max_examples=2000, deadline=None)
def test_what_is_written_is_windows_1250_and_written_again_the_same(text):
    written = as_written(text)
    written.encode("cp1250")
    assert as_written(written) == written == written.strip()


@given(st.text(alphabet=st.characters(codec="cp1250", exclude_categories=["Cc"]), max_size=40))
def test_what_windows_1250_has_is_not_touched(text):
    assert as_written(text) == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("byte", [0x81, 0x83, 0x88, 0x90, 0x98])
def test_a_byte_that_windows_1250_lacks_damages_its_own_field_only(byte):
    xml = book(contact("a@b", header="<adb:email>x@example.com</adb:email>"))
    [found] = read_contacts(xml.replace(b"a@b", bytes([0x61, byte, 0x62])))
    assert (found["name"], found["email"]) == ("a\ufffdb", "x@example.com")
    assert model.changed(found | {"name": "a\ufffdb"}) == {"name": "ab"}
