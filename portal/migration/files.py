"""Files of an old card system: CSV with a head, plain or gzip, read in portions of whole lines from any byte on."""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from portal.trouble import Trouble

CARDS = ("number", "phone", "name", "tier", "kind", "balance", "validTo", "purchases")
HISTORY = ("number", "at", "kind", "amount", "store", "note")
NEEDED = {CARDS: {"number", "balance"}, HISTORY: {"number", "at", "kind", "amount"}}
DELIMITERS = (",", ";", "\t", "|")
#: As PostgreSQL calls them, and as Python does.
ENCODINGS = {
    "UTF8": "utf-8",
    "WIN1250": "cp1250",
    "WIN1251": "cp1251",
    "WIN1252": "cp1252",
    "LATIN1": "latin-1",
    "LATIN2": "iso8859-2",
    "KOI8R": "koi8-r",
}
#: Bytes that are staged and judged at once; with them memory stays the same however long a file is.
PORTION = 4_000_000
#: A line that is longer is none: its quotes are broken.
LONGEST = 4


class Portion(NamedTuple):
    """Whole lines of a file, and the byte after them."""

    lines: bytes
    up_to: int
    is_last: bool


class File:
    """One file, its columns in its own order.

    >>> File(Path("cards.csv.gz"), CARDS, renamed={"balance": "SALDO"}).columns
    ['number', 'phone', 'balance']
    """

    def __init__(
        self,
        path: Path,
        known: tuple[str, ...],
        renamed: dict[str, str] | None = None,
        encoding: str = "UTF8",
        portion: int = PORTION,
    ):
        self.path = path
        self.encoding = encoding
        self.portion = portion
        if not path.is_file():
            raise Trouble(f"There is no file {path}.")
        with self.open() as file:
            head = file.readline(100_000)
        self.begins = len(head)
        self.delimiter, self.columns = self.read_head(head, known, renamed or {})

    def open(self):
        with self.path.open("rb") as file:
            is_packed = file.read(2) == b"\x1f\x8b"
        return gzip.open(self.path) if is_packed else self.path.open("rb")

    def read_head(self, head: bytes, known: tuple[str, ...], renamed: dict[str, str]):
        codec = ENCODINGS[self.encoding]
        text = head.decode("utf-8-sig" if codec == "utf-8" else codec, "replace").strip()
        delimiter = max(DELIMITERS, key=text.count)
        ours = {plain(name): name for name in known} | {
            plain(theirs): name for name, theirs in renamed.items()
        }
        given = next(csv.reader([text], delimiter=delimiter), [])
        strange = [name for name in given if plain(name) not in ours]
        if strange:
            raise Trouble(
                f"{self.path} has a column {strange[0]!r} that nothing is known of: leave it out, or say which of"
                f" {', '.join(known)} it is, as in --column {known[0]}={strange[0]}."
            )
        columns = [ours[plain(name)] for name in given]
        missing = NEEDED[known] - set(columns)
        if missing or len(set(columns)) < len(columns):
            what = f"no column {min(missing)}" if missing else "a column twice"
            raise Trouble(f"{self.path} has {what}; its first line names {', '.join(given) or 'nothing'}.")
        return delimiter, columns

    def describe(self) -> dict:
        """What tells this file from another one without reading all of it."""
        size = self.path.stat().st_size
        digest = hashlib.sha256()
        with self.path.open("rb") as file:
            digest.update(file.read(1_000_000))
            file.seek(max(0, size - 1_000_000))
            digest.update(file.read())
        return {
            "name": self.path.name,
            "bytes": size,
            "digest": digest.hexdigest(),
            "columns": self.columns,
            "encoding": self.encoding,
        }

    def copy(self) -> str:
        """The COPY that takes a portion as it is."""
        delimiter = self.delimiter.replace("\t", "\\t")
        return (
            f"COPY loy_oldLines ({', '.join(self.columns)}) FROM STDIN"
            f" (FORMAT csv, DELIMITER E'{delimiter}', ENCODING '{self.encoding}')"
        )

    def portions(self, position: str) -> Iterator[Portion]:
        """Portions from a position on; the empty one at the end is the last."""
        at = int(position or self.begins)
        with self.open() as file:
            file.seek(at)
            held = b""
            while block := file.read(self.portion):
                held += block
                end = end_of_lines(held)
                if not end and len(held) > LONGEST * self.portion:
                    end = held.rfind(b"\n") + 1
                if end:
                    at += end
                    yield Portion(held[:end], at, False)
                    held = held[end:]
            if held:
                at += len(held)
                yield Portion(held, at, False)
            yield Portion(b"", at, True)

    def rows(self, lines: bytes) -> Iterator[list[str | None]]:
        """The rows of a portion that COPY could not read, each with what is wrong with it."""
        text = lines.decode(ENCODINGS[self.encoding], "replace").replace("\0", "\ufffd")
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=self.delimiter):
            if not row:
                continue
            broken = None
            if len(row) != len(self.columns):
                broken = f"{len(row)} fields where the head has {len(self.columns)}"
            elif any("\ufffd" in value for value in row):
                broken = f"not {self.encoding}"
            values = (row + [""] * len(self.columns))[: len(self.columns)]
            yield [*(value or None for value in values), broken]


def plain(name: str) -> str:
    """
    >>> plain(" Valid_To")
    'validto'
    """
    return name.strip().lower().replace("_", "").replace(" ", "")


def end_of_lines(held: bytes) -> int:
    """The byte after the last line break that is not inside quotes; 0 where there is none.

    >>> end_of_lines(b'1,a\\n2,"b\\nc')
    4
    """
    end = len(held)
    while (end := held.rfind(b"\n", 0, end)) >= 0:
        quotes = held.count(b'"', 0, end)
        if quotes % 2 == 0:
            return end + 1
        # The whole quoted value belongs to the next portion.
        end = held.rfind(b'"', 0, end)
    return 0
