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


class Unreadable(Exception):
    """A document that is refused: code is a word that lasts, the text a sentence."""

    def __init__(self, code: str, sentence: str):
        super().__init__(sentence)
        self.code = code


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
                raise Unreadable(
                    "wrong_encoding", "The document is partly UTF-8 and partly something else."
                ) from None
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
        raise Unreadable("wrong_encoding", "The document is in UTF-16 or UTF-32 and does not say so.")
    declared = DECLARED.match(beginning)
    if not declared:
        return "utf-8", 0
    try:
        name = codecs.lookup(declared[1].decode()).name
    except LookupError:
        name = ""
    if name not in KNOWN:
        raise Unreadable("wrong_encoding", f"The document declares the encoding {declared[1].decode()}.")
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
                raise Unreadable("too_large", f"The document is larger than {most // 2**20} MB.")
            parser.feed(encoded)
            refuse_errors(parser)
            for event, element in parser.read_events():
                yield event, element
                if event == "end":
                    since, records = 0, records + 1
                    forget(element)
            if records > MOST_RECORDS:
                raise Unreadable("too_large", f"The document has more than {MOST_RECORDS} records.")
            if since > MOST_OF_ONE:
                raise Unreadable("too_large", f"One record is larger than {MOST_OF_ONE // 2**20} MB.")
            chunk = read(stream)
            waiting = decoder.decode(chunk, final=not chunk) if chunk else None
        parser.close()
    except etree.XMLSyntaxError as error:
        refuse_errors(parser)
        raise Unreadable("broken", f"The document is not whole: {error.msg}.") from None


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
            raise Unreadable("not_pohoda", f"The document is not Pohoda's: it is {told(found[2])}.")
        if rest[:9].lower() == "<!doctype":
            if rest[9:15].lower().strip().startswith("html"):
                raise Unreadable("not_pohoda", "The document is not Pohoda's: it is a web page.")
            raise Unreadable("doctype", "The document has a DOCTYPE, which Pohoda never writes.")
        if rest and rest[0] != "<":
            raise Unreadable("not_pohoda", "The document is not Pohoda's: it is no XML.")
        if len(text) > MOST_BEFORE:
            raise Unreadable("too_large", "Too much stands before the document's root.")
        if not chunk:
            if not text.strip():
                raise Unreadable("broken", "The document is empty.")
            raise Unreadable("broken", "The document ends before it begins.")
        chunk = read(stream)


def told(name: str) -> str:
    return "a web page" if name.lower() == "html" else name[:40]


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
    where = f"line {error.line}"
    if error.type == etree.ErrorTypes.ERR_UNDECLARED_ENTITY:
        return Unreadable("entity", f"The document refers to an entity, which Pohoda never does ({where}).")
    if "depth" in error.message:
        return Unreadable("too_deep", f"The document is nested too deep ({where}).")
    if "uge" in error.message or "too long" in error.message:
        return Unreadable("too_large", f"A text of the document is too long ({where}).")
    return Unreadable("broken", f"The document is not whole: {error.message} ({where}).")
