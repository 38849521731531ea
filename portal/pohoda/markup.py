"""XML as it is written: names with Pohoda's usual prefixes, declared once in the root."""

import re

from portal.pohoda.encoding import WINDOWS
from portal.pohoda.model import UNWRITABLE

SCHEMA_ONE = "http://www.stormware.cz/schema/"
SCHEMA = f"{SCHEMA_ONE}version_2/"
NAMESPACES = {
    "dat": f"{SCHEMA}data.xsd",
    "rsp": f"{SCHEMA}response.xsd",
    "rdc": f"{SCHEMA}documentresponse.xsd",
    "adb": f"{SCHEMA}addressbook.xsd",
    # With a capital B, and not the list.xsd that other agendas use.
    "lAdb": f"{SCHEMA}list_addBook.xsd",
    "ftr": f"{SCHEMA}filter.xsd",
    "typ": f"{SCHEMA}type.xsd",
}
ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
#: In an attribute they would be read as blanks.
ATTRIBUTE_ESCAPES = ESCAPES | {"\n": "&#10;", "\t": "&#9;"}
SPECIAL = re.compile('[&<>"\r]')
SPECIAL_IN_ATTRIBUTE = re.compile('[&<>"\r\n\t]')


def escape(text: str) -> str:
    if not SPECIAL.search(text):
        return text
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], text)


def attributes(given: dict) -> str:
    if not given:
        return ""
    return "".join(
        f' {name}="{SPECIAL_IN_ATTRIBUTE.sub(lambda found: ATTRIBUTE_ESCAPES[found[0]], str(value))}"'
        for name, value in given.items()
        if value is not None
    )


def text(name: str, value: str, **given) -> str:
    """An element with text.

    >>> text("typ:company", "A & B")
    '<typ:company>A &amp; B</typ:company>'
    """
    return (
        f"<{name}{attributes(given)}>{escape(value)}</{name}>" if value else f"<{name}{attributes(given)}/>"
    )


def element(name: str, *parts: str, **given) -> str:
    """An element with elements."""
    return f"<{name}{attributes(given)}>{''.join(parts)}</{name}>"


def flag(value: bool) -> str:
    """Pohoda reads these two words and no other."""
    return "true" if value else "false"


def opening(name: str, *prefixes: str, encoding: str = WINDOWS, **given) -> str:
    """The declaration and the root's start tag, for a document that is written in pieces."""
    spaces = {f"xmlns:{prefix}": NAMESPACES[prefix] for prefix in prefixes}
    return f'<?xml version="1.0" encoding="{encoding}"?>\n<{name}{attributes(given | spaces)}>'


def encoded(xml: str, encoding: str = WINDOWS) -> bytes:
    """The bytes of markup that is whole; what the encoding lacks becomes a character reference rather than a gap."""
    if UNWRITABLE.search(xml):
        raise ValueError("a character that XML cannot hold")
    return xml.encode("cp1250" if encoding == WINDOWS else encoding, "xmlcharrefreplace")
