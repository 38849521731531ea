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
from functools import lru_cache

from anyascii import anyascii

WINDOWS = "windows-1250"
ENCODINGS = (WINDOWS, "utf-8")


# A text is judged and then written; towns, countries and groups come again and again.
@lru_cache(maxsize=4096)
def as_written(text: str, encoding: str = WINDOWS) -> str:
    """The text as it will stand in Pohoda: one form of accents, no outer blanks, nothing its character set lacks.

    >>> as_written("Іван Щукін 😀")
    'Ivan Shchukin'
    """
    if text.isascii() and "\r" not in text:
        return text.strip()
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
    latin = sound(letter)
    # ЩУКА is SHCHUKA, Щука is Shchuka.
    return latin.upper() if len(latin) > 1 and letter.isupper() and (after or before).isupper() else latin


@lru_cache(maxsize=4096)
def sound(letter: str) -> str:
    """A letter of Windows-1250 as it is, of others what they sound like; signs, marks and the invisible have no sound."""
    for same in (letter, unicodedata.normalize("NFKC", letter)):
        if is_windows(same):
            return same
    category = unicodedata.category(letter)
    return anyascii(letter) if category[0] in "LNP" or category == "Sc" else ""


def around(text: str, place: int) -> tuple[str, str]:
    """The letters beside one, "" where a word ends."""
    before = text[place - 1] if place else ""
    after = text[place + 1] if place + 1 < len(text) else ""
    return before if before.isalpha() else "", after if after.isalpha() else ""
