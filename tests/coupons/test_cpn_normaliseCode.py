"""How a code is kept and found: cpn_normaliseCode, cpn_trimCode, cpn_getLookAlike."""

import unicodedata

import pytest

SAME = {
    "summer-2027": [
        "SUMMER-2027",
        " Summer-2027",
        "summer-2027\n",
        "\u00a0SUMMER-2027\u2003",
        "\ufeffsummer-2027\u200b",
    ],
    "sale": ["ＳＡＬＥ", "ſale", "\u202asale\u202c", "\u2066SALE\u2069", "\u00adsale\u00ad", "SALE\x1f"],
    "лето": ["ЛЕТО", "Лето ", "\u3000лЕтО"],
    "é-1": ["E\u0301-1", "É-1", "e\u0301-1"],
    "ẗ": ["T\u0308", "t\u0308"],
    "1⁄2 fi ㎏".replace("㎏", "kg"): ["½ ﬁ ㎏"],
    "🎄-20": ["🎄-20", " 🎄-20\u200d"],
    "straße": ["STRAẞE", "straße"],
    "a b": ["A B", "A\u00a0B"],
    "k": ["\u212a", "K"],
}


@pytest.mark.parametrize(("kept", "typed"), [(kept, typed) for kept, all in SAME.items() for typed in all])
def test_what_people_type_in_different_ways_is_one_code(db, kept, typed):
    found = db.value("SELECT cpn_normaliseCode(%s)", [typed])
    assert found == kept
    assert db.value("SELECT cpn_normaliseCode(%s)", [found]) == found


@pytest.mark.parametrize("nothing", [None, "", " ", "\u00a0", "\t\r\n", "\u200b\ufeff", "\u3000"])
def test_nothing_is_left_of_nothing(db, nothing):
    assert db.value("SELECT cpn_normaliseCode(%s)", [nothing]) is None


def test_every_character_is_kept_in_a_form_that_does_not_change_again(db):
    """All of Unicode that this Python and every PostgreSQL know, a character inside a code each."""
    known = [
        chr(point)
        for point in range(1, 0x110000)
        if not 0xD800 <= point < 0xE000 and unicodedata.category(chr(point)) not in ("Cn", "Co")
    ]
    wrong = db.read(
        "SELECT letter, once FROM ("
        " SELECT letter, cpn_normaliseCode('a' || letter || 'b') AS once FROM unnest(%s::text[]) AS letter"
        ") AS tried WHERE cpn_normaliseCode(once) <> once OR once <> lower(once)",
        [known],
    )
    assert wrong == []


def test_all_white_space_of_unicode_is_taken_off_the_ends(db):
    spaces = [
        chr(point) for point in range(1, 0x110000) if not 0xD800 <= point < 0xE000 and chr(point).isspace()
    ]
    assert len(spaces) > 20
    left = db.read(
        "SELECT space FROM unnest(%s::text[]) AS space WHERE cpn_trimCode(space || 'a' || space) <> 'a'",
        [spaces],
    )
    assert left == []


def test_a_column_that_sorts_by_c_is_read_the_same(db):
    assert db.value("SELECT cpn_normaliseCode('ЛЕТО' COLLATE \"C\")") == "лето"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("SАLE", "sale"),
        ("ХРСТ", "xpct"),
        ("Ѕummer", "summer"),
        ("ΑΒ-1", "ab-1"),
        ("SALE", None),
        ("лицо", "лицo"),
        (" ", None),
    ],
)
def test_letters_that_only_look_latin_are_told(db, typed, meant):
    assert db.value("SELECT cpn_getLookAlike(%s)", [typed]) == meant


def test_every_look_alike_is_a_letter_for_a_letter(db):
    assert db.value("SELECT length(cpn_getLookAlike('АВЕКМНОРСТУХІЈЅҮҺԀԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϳ'))") == 35
    assert db.value("SELECT cpn_getLookAlike('АВЕКМНОРСТУХІЈЅҮҺԀԚԜΑΒΕΖΗΙΚΜΝΟΡΤΥΧϳ') ~ '^[a-z]+$'")
