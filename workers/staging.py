"""Rows of an external table on their way into cpn_importRows: bytes to lines of COPY, read ahead while others are decided."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

from portal import db
from workers.mysql import Table, Unreadable

#: What is staged and decided at once.
ROWS = 20_000
BYTES = 4_000_000
#: Portions that wait to be decided; with them memory stays the same however long the table is.
AHEAD = 2

ESCAPES = [(b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")]
NULL = b"\\N"


class Chunk(NamedTuple):
    """Lines for COPY, up to a position."""

    lines: bytes
    up_to: int


class Layout:
    """Which column or constant of a source goes into which column of cpn_importRows."""

    #: What a field of a mapping is called there, where it is called otherwise.
    STAGED = {"identity": "code", "lifetime": "validUntil"}  # noqa: RUF012

    def __init__(self, table: Table, import_id: int):
        self.names = table.names | {"column": table.source.keycolumn}
        mapping = {part: given for part, given in table.source.mapping.items() if given}
        constants = {part: given[1:] for part, given in mapping.items() if given.startswith("=")}
        self.fields = [part for part in mapping if part not in constants]
        self.expressions = [
            # Seconds after the start are marked as such.
            f"CONCAT('+', {table.expression(mapping[part])})"
            if part == "lifetime"
            else table.expression(mapping[part])
            for part in self.fields
        ]
        names = [self.STAGED.get(part, part) for part in [*self.fields, *constants]]
        self.copy = f"COPY cpn_importRows (importID, position, key, {', '.join(names)}, broken) FROM STDIN"
        self.begin = b"%d\t" % import_id
        self.rest = b"".join(
            b"\t" + escaped(("+" if part == "lifetime" else "").encode() + value.encode())
            for part, value in constants.items()
        )
        # Tabs of a line: importID, position, the key, the fields, the constants, broken.
        self.tabs = 3 + len(names)

    def lines(self, rows: list[tuple], position: int) -> bytes:
        """Lines of the rows after a position."""
        begin, end = self.begin, self.rest + b"\t\\N\n"
        empty = 0
        built = []
        for row in rows:
            position += 1
            if None in row:
                empty += row.count(None)
                row = [NULL if value is None else value for value in row]
            built.append(b"%b%d\t%b%b" % (begin, position, b"\t".join(row), end))
        block = b"".join(built)
        if self.is_clean(block, len(rows), empty):
            return block
        position -= len(rows)
        return b"".join(self.line(row, position + number) for number, row in enumerate(rows, 1))

    def is_clean(self, block: bytes, rows: int, empty: int) -> bool:
        """Whether nothing in it means something to COPY or is no text."""
        if (
            block.count(b"\n") != rows
            or block.count(b"\t") != rows * self.tabs
            or block.count(b"\\") != rows * (1 + self.rest.count(b"\\")) + empty
            or b"\r" in block
            or b"\0" in block
        ):
            return False
        try:
            block.decode()
        except UnicodeDecodeError:
            return False
        return True

    def line(self, row: tuple, position: int) -> bytes:
        """One line with whatever is in it; the first field that is no text is named."""
        if row[0] is None:
            raise Unreadable("key_nullable", "The key column is empty in a row.", **self.names)
        broken = NULL
        values = [NULL if value is None else value for value in row]
        for place, value in enumerate(row):
            if value is None:
                continue
            shown = text(value)
            if shown != value and place and broken is NULL:
                broken = self.STAGED.get(self.fields[place - 1], self.fields[place - 1]).encode()
            values[place] = escaped(shown)
        return b"%b%d\t%b%b\t%b\n" % (self.begin, position, b"\t".join(values), self.rest, broken)


def text(value: bytes) -> bytes:
    """The value as UTF-8 that PostgreSQL can keep; what is none shows as a replacement character."""
    return value.decode(errors="replace").replace("\0", "\ufffd").encode()


def escaped(value: bytes) -> bytes:
    for char, written in ESCAPES:
        value = value.replace(char, written)
    return value


def chunks(table: Table, layout: Layout, limit: int | None = None) -> Iterator[Chunk]:
    """The rows of a table as portions for COPY."""
    position, staged, held, size = 0, 0, [], 0
    for rows in table.batches(layout.expressions, limit):
        lines = layout.lines(rows, position)
        position += len(rows)
        held.append(lines)
        size += len(lines)
        if position - staged >= ROWS or size >= BYTES:
            yield Chunk(b"".join(held), position)
            staged, held, size = position, [], 0
    if held:
        yield Chunk(b"".join(held), position)


@contextmanager
def ahead(table: Table, layout: Layout, run):
    """The portions of a table, read by a thread of their own while the block works on earlier ones."""
    waiting: queue.Queue = queue.Queue(AHEAD)
    over = threading.Event()

    def put(what) -> None:
        while not over.is_set():
            try:
                return waiting.put(what, timeout=0.5)
            except queue.Full:
                continue

    def read() -> None:
        try:
            for chunk in chunks(table, layout):
                put(chunk)
                if over.is_set():
                    return
            put(None)
        except BaseException as error:  # noqa: BLE001 -- it is raised again where the portions are taken
            put(error)

    def take() -> Iterator[Chunk]:
        while True:
            run.go_on()
            try:
                what = waiting.get(timeout=1)
            except queue.Empty:
                continue
            if what is None:
                return
            if isinstance(what, BaseException):
                raise what
            yield what

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    try:
        yield take()
    finally:
        over.set()
        table.abandon()
        thread.join()


def stage(copy: str, chunk: Chunk) -> None:
    """Put a portion into the staging table."""
    try:
        with db.connection() as connection, connection.cursor().copy(copy) as staging:
            staging.write(chunk.lines)
    except psycopg.OperationalError as error:
        raise db.Away(str(error)) from error
