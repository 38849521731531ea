"""What a text becomes in Pohoda's own character set.

Pohoda's documents and its database are Windows-1250, which has the letters of Slovak, Czech, Polish, Hungarian and German.
UTF-8 packs are accepted in practice, and character references are valid XML, but a database without Unicode turns both into
question marks that nobody hears of. So whatever Windows-1250 lacks is written in Latin letters before it leaves: other
scripts by their transliteration (Юлия Чехова: Yuliya Chekhova), foreign diacritics without the mark (Nguyễn: Nguyen).
Signs without a sound, as emoji, are left out. What was changed is told (`changed`), and a field of which nothing would be
left is refused by `model.faults`. An installation whose Pohoda keeps Unicode may choose utf-8 instead.
"""

import re
import unicodedata

from anyascii import anyascii

WINDOWS = "windows-1250"
ENCODINGS = (WINDOWS, "utf-8")


def as_written(text: str, encoding: str = WINDOWS) -> str:
    """The text as it will stand in Pohoda: one form of accents, no outer blanks, nothing its character set lacks.

    >>> as_written("Іван Щукін 😀")
    'Ivan Shchukin'
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if encoding != WINDOWS or is_windows(text):
        return text
    letters = [in_latin(letter, *around(text, place)) for place, letter in enumerate(text)]
    return re.sub(" {2,}", " ", "".join(letters)).strip()


def is_windows(text: str) -> bool:
    try:
        text.encode("cp1250")
    except UnicodeEncodeError:
        return False
    return True


def in_latin(letter: str, before: str, after: str) -> str:
    if is_windows(letter):
        return letter
    plain = unicodedata.normalize("NFKC", letter)
    if is_windows(plain):
        return plain
    # Letters, digits, punctuation and money have a sound; signs, marks and what is invisible have none.
    if unicodedata.category(letter)[0] not in "LNP" and unicodedata.category(letter) != "Sc":
        return ""
    latin = anyascii(letter)
    # ЩУКА is SHCHUKA, Щука is Shchuka.
    return latin.upper() if letter.isupper() and (after or before).isupper() else latin


def around(text: str, place: int) -> tuple[str, str]:
    """The letters beside one, "" where a word ends."""
    before = text[place - 1] if place else ""
    after = text[place + 1] if place + 1 < len(text) else ""
    return before if before.isalpha() else "", after if after.isalpha() else ""
