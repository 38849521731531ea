"""Files that people make in a spreadsheet, CSV or XLSX, read as rows of text."""

import csv
import datetime as dt
import io
import itertools
import zipfile
import zlib
from collections.abc import Iterator
from decimal import Decimal

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from portal.exports import DANGEROUS

DELIMITERS = (",", ";", "\t", "|")
COLUMNS = 60
#: What the sheets of a workbook may be when they are unpacked: a small file can hold a very large one.
UNPACKED = 20_000_000
#: What a broken or forged workbook makes of its reader, somewhere in the middle of it.
BROKEN = (
    ArithmeticError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)


class Unreadable(Exception):
    """The file is none of these, for a reason that portal.texts can say."""


def rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, each with its number; of a workbook those of its first sheet.

    >>> list(rows(b"sku;name\\n\\nA1;Skis\\n"))
    [(1, ['sku', 'name']), (3, ['A1', 'Skis'])]
    """
    read = workbook if data[:2] == b"PK" else plain
    for number, cells in enumerate(read(data), 1):
        found = [as_text(cell) for cell in cells]
        if any(found):
            yield number, found


def plain(data: bytes) -> Iterator[list[str]]:
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("file_not_utf8") from None
    if "\0" in text:
        raise Unreadable("file_not_read")
    head = text.lstrip().partition("\n")[0]
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=head.count))
    except csv.Error:
        raise Unreadable("file_not_read") from None


def workbook(data: bytes) -> Iterator[tuple]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > UNPACKED:
                raise Unreadable("file_too_large")
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # What a file says of its own size is not always so.
        sheet.reset_dimensions()
        yield from sheet.iter_rows(max_col=COLUMNS, values_only=True)
    except BROKEN:
        raise Unreadable("file_not_read") from None


def as_text(cell) -> str:
    """A cell as one would type it; an apostrophe that keeps a text from being a formula is none of it."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            # The shortest decimal that is the same number: 99.9 and not 99.90000000000001.
            return f"{Decimal(repr(round(cell, 9))).normalize():f}"
        case dt.datetime() | dt.date():
            return cell.isoformat()
    text = str(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(DANGEROUS) else text


def first(found: Iterator, most: int) -> list:
    """At most so many of them, and one more where there are more."""
    return list(itertools.islice(found, most + 1))
