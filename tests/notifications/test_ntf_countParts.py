"""Parts of an SMS as the standard counts them: GSM 03.38 in septets, UCS-2 in pairs of bytes, never a letter in two parts."""

import pytest

GSM = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts"),
    [
        (None, "GSM-7", 0, 0),
        ("", "GSM-7", 0, 0),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        # Each of these takes an escape too.
        ("€" * 80, "GSM-7", 160, 1),
        ("€" * 81, "GSM-7", 162, 2),
        ("^{}\\[~]|€\f", "GSM-7", 20, 1),
        # 153 septets hold 76 of them, as none is torn apart.
        ("€" * 152, "GSM-7", 304, 2),
        ("€" * 153, "GSM-7", 306, 3),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        (GSM, "GSM-7", len(GSM), 1),
        ("č", "UCS-2", 1, 1),
        ("č" * 70, "UCS-2", 70, 1),
        ("č" * 71, "UCS-2", 71, 2),
        ("č" * 134, "UCS-2", 134, 2),
        ("č" * 135, "UCS-2", 135, 3),
        ("नमस्ते", "UCS-2", 6, 1),
        ("👋" * 35, "UCS-2", 70, 1),
        ("👋" * 36, "UCS-2", 72, 2),
        # 67 pairs hold 33 of them, as none is torn apart.
        ("👋" * 66, "UCS-2", 132, 2),
        ("👋" * 67, "UCS-2", 134, 3),
        ("č" * 66 + "👋" + "č" * 66, "UCS-2", 134, 3),
        ("`", "UCS-2", 1, 1),
        ("ç", "UCS-2", 1, 1),
    ],
)
def test_parts(db, text, encoding, units, parts):
    assert db.value("SELECT ntf_measureText(%s)", [text]) == {
        "encoding": encoding,
        "units": units,
        "parts": parts,
    }
    assert db.value("SELECT ntf_countParts(%s)", [text]) == parts


def test_the_alphabet_has_its_128_places(db):
    # Without the escape itself.
    assert len(GSM) == len(set(GSM)) == 127
