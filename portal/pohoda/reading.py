"""XML from outside, read as a stream: lenient about encodings, deaf to document types, flat in memory.

The bytes are decoded here, so that a wrong declaration is judged in one place and the parser only ever sees UTF-8. What
stands before the root element is read here as well: a DOCTYPE never reaches the parser, and with it no entity and no
address that anything could be fetched from.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from portal.pohoda.failures import Unreadable

#: Bytes of a whole document, of what stands before its root, and of one record in it.
MOST = 512 * 2**20
MOST_BEFORE = 2**16
MOST_OF_ONE = 4 * 2**20
#: Records in a document; small ones would take longer than a large document of real ones.
MOST_RECORDS = 500_000
CHUNK = 2**16

BEFORE = re.compile(r"(?:\s+|<\?(?!>).*?\?>|<!--.*?-->)*", re.DOTALL)
ROOT = re.compile(r"<([\w.-]+:)?([\w.-]+)[\s/>]")
DECLARED = re.compile(rb"""\s*<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']""")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
KNOWN = {"cp1250", "cp1251", "cp1252", "iso8859-1", "iso8859-2", "utf-8", "ascii"}


class Decoder:
    """Bytes into text: a byte order mark decides, then the declaration, then UTF-8 and where it is none, Windows-1250."""

    def __init__(self, beginning: bytes):
        self.name, self.skip = detect(beginning)
        # A byte that the character set has no letter for is shown as damaged, and costs only its own field.
        errors = "strict" if self.name == "utf-8" else "replace"
        self.decoder = codecs.getincrementaldecoder(self.name)(errors)
        self.has_seen_letters = False

    def decode(self, chunk: bytes, final: bool = False) -> str:
        chunk, self.skip = chunk[self.skip :], 0
        waiting = self.decoder.getstate()[0]
        try:
            text = self.decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            if self.has_seen_letters or not (waiting + chunk)[: error.start].isascii():
                raise Unreadable("wrong_encoding", "partly_utf8") from None
            # Plain letters so far and now a byte that is no UTF-8: it says one thing and is the other.
            self.name = "cp1250"
            self.decoder = codecs.getincrementaldecoder("cp1250")("replace")
            text = self.decoder.decode(waiting + chunk, final)
        self.has_seen_letters = self.has_seen_letters or not text.isascii()
        return text


def detect(beginning: bytes) -> tuple[str, int]:
    """The codec, and how many bytes of a mark to leave out."""
    for mark, name in MARKS:
        if beginning.startswith(mark):
            return name, len(mark)
    if b"\0" in beginning[:4]:
        raise Unreadable("wrong_encoding", "undeclared_utf16")
    declared = DECLARED.match(beginning)
    if not declared:
        return "utf-8", 0
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        name = ""
    if name not in KNOWN:
        raise Unreadable("wrong_encoding", "declared_encoding", encoding=declared[1].decode())
    return "utf-8" if name == "ascii" else name, 0


def elements(
    stream: BinaryIO, root: str, *tags: str, most: int = MOST
) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of the root and of the elements named; after its end an element is empty again.

    >>> for event, element in elements(stream, "responsePack", "{*}addressbook"): ...
    """
    beginning = read(stream)
    decoder = Decoder(beginning[:1024])
    waiting = before_root(stream, decoder, beginning, root)
    parser = etree.XMLPullParser(
        events=("start", "end"),
        tag=(f"{{*}}{root}", *tags),
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    taken = since = records = 0
    try:
        while waiting is not None:
            encoded = waiting.encode()
            taken += len(encoded)
            since += len(encoded)
            if taken > most:
                raise Unreadable("too_large", "document_too_large", megabytes=most // 2**20)
            parser.feed(encoded)
            refuse_errors(parser)
            for event, element in parser.read_events():
                yield event, element
                if event == "end":
                    since, records = 0, records + 1
                    forget(element)
            if records > MOST_RECORDS:
                raise Unreadable("too_large", "too_many_records", records=MOST_RECORDS)
            if since > MOST_OF_ONE:
                raise Unreadable("too_large", "record_too_large", megabytes=MOST_OF_ONE // 2**20)
            chunk = read(stream)
            waiting = decoder.decode(chunk, final=not chunk) if chunk else None
        parser.close()
    except etree.XMLSyntaxError as error:
        refuse_errors(parser)
        raise Unreadable("broken", "not_whole", why=error.msg) from None


def forget(element: etree._Element) -> None:
    """Free an element and everything before it, so that memory stays flat."""
    element.clear()
    parent = element.getparent()
    if parent is not None:
        del parent[: parent.index(element)]


def before_root(stream: BinaryIO, decoder: Decoder, beginning: bytes, root: str) -> str:
    """Read on until the root's name, and refuse what has none, another, or a document type."""
    text, chunk = "", beginning
    while True:
        text += decoder.decode(chunk, final=not chunk)
        rest = text[BEFORE.match(text).end() :]
        if found := ROOT.match(rest):
            if found[2] == root:
                return text
            if found[2].lower() == "html":
                raise Unreadable("not_pohoda", "web_page")
            raise Unreadable("not_pohoda", "other_root", root=found[2][:40])
        if rest[:9].lower() == "<!doctype":
            if rest[9:15].lower().strip().startswith("html"):
                raise Unreadable("not_pohoda", "web_page")
            raise Unreadable("doctype")
        if rest and rest[0] != "<":
            raise Unreadable("not_pohoda", "no_xml")
        if len(text) > MOST_BEFORE:
            raise Unreadable("too_large", "beginning_too_long")
        if not chunk:
            if not text.strip():
                raise Unreadable("broken", "empty_document")
            raise Unreadable("broken", "no_beginning")
        chunk = read(stream)


def read(stream: BinaryIO) -> bytes:
    """A whole chunk however small the pieces come, less only at the end."""
    chunk = stream.read(CHUNK)
    if len(chunk) in (0, CHUNK):
        return chunk
    pieces, missing = [chunk], CHUNK - len(chunk)
    while missing and (piece := stream.read(missing)):
        pieces.append(piece)
        missing -= len(piece)
    return b"".join(pieces)


def refuse_errors(parser: etree.XMLPullParser) -> None:
    """After some errors, as an entity that nobody declared, the parser falls silent instead of raising."""
    for error in parser.feed_error_log:
        if error.level >= etree.ErrorLevels.ERROR:
            raise judged(error)


def judged(error) -> Unreadable:
    if error.type == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        return Unreadable("entity", line=error.line)
    if "depth" in error.message:
        return Unreadable("too_deep", line=error.line)
    if "uge" in error.message or "too long" in error.message:
        return Unreadable("too_large", "text_too_long", line=error.line)
    return Unreadable("broken", "not_whole_at", why=error.message, line=error.line)
