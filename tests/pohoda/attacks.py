"""Documents that somebody hostile would put behind the port or into the folder, and a measure of what reading them costs.

    python -m tests.pohoda.attacks

Each is read in a process of its own; one line of JSON says what came out, with the seconds of CPU and the MB it took.
"""

import io
import itertools
import json
import os
import resource
import sys
from collections.abc import Callable, Iterator

from portal.pohoda import answers
from portal.pohoda.failures import Unknown, Unreadable
from tests.pohoda.documents import book, contact, item, response

MB = 2**20
#: Put in by the test: a port that counts who comes, and a pipe that whoever opens waits at.
PORT = os.environ.get("ATTACK_PORT", "9")
PIPE = os.environ.get("ATTACK_PIPE", "/dev/null")


class Endless(io.RawIOBase):
    """A stream made of pieces that are never all in memory."""

    def __init__(self, *pieces):
        self.pieces = itertools.chain.from_iterable(
            [piece] if isinstance(piece, bytes) else piece for piece in pieces
        )
        self.rest = b""

    def read(self, size: int = -1) -> bytes:
        while len(self.rest) < size and (piece := next(self.pieces, None)) is not None:
            self.rest += piece
        given, self.rest = self.rest[:size], self.rest[size:]
        return given


def repeated(piece: bytes, size: int) -> Iterator[bytes]:
    block = piece * max(1, 65536 // len(piece))
    return itertools.repeat(block, size // len(block))


def laughs() -> str:
    lines = ['<!ENTITY a0 "ha">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    return f"<!DOCTYPE r [{''.join(lines)}]>"


def outside(address: str) -> list[str]:
    """Every way to make a parser fetch something."""
    return [
        f'<!DOCTYPE r [<!ENTITY x SYSTEM "{address}">]>',
        f'<!DOCTYPE r SYSTEM "{address}">',
        f'<!DOCTYPE r PUBLIC "-//X//EN" "{address}">',
        f'<!DOCTYPE r [<!ENTITY % p SYSTEM "{address}"> %p;]>',
        f"<!DOCTYPE r [<!ENTITY % p \"<!ENTITY x SYSTEM '{address}'>\"> %p;]>",
        f'<!DOCTYPE r [<!NOTATION n SYSTEM "{address}"><!ENTITY x SYSTEM "{address}" NDATA n>]>',
    ]


def before_root(prolog: str, name: str = "&x;", encoding: str = "utf-8") -> bytes:
    """A good answer with something before its root."""
    good = book(contact("@@")).decode("cp1250").replace("@@", name)
    declaration, _, rest = good.partition("?>")
    return f"{declaration.replace('windows-1250', encoding)}?>\n{prolog}{rest}".encode(encoding)


def documents() -> dict[str, Callable[[], io.RawIOBase]]:
    found: dict[str, Callable] = {}

    def add(name: str, make: Callable[[], bytes] | bytes) -> None:
        found[name] = (lambda: io.BytesIO(make)) if isinstance(make, bytes) else make

    prologs = {
        "laughs": laughs(),
        "quadratic": f'<!DOCTYPE r [<!ENTITY x "{"a" * MB}">]>',
        "empty": "<!DOCTYPE r>",
    }
    addresses = (f"file://{PIPE}", f"http://127.0.0.1:{PORT}/x", f"ftp://127.0.0.1:{PORT}/x", PIPE)
    for address, way in itertools.product(addresses, range(6)):
        prologs[f"outside {way} {address.partition(':')[0]}"] = outside(address)[way]
    prologs |= {
        "after a comment": f"<!-- c -->\n{laughs()}",
        "after an instruction": f"<?php ?>{laughs()}",
        "after blanks": f"{' ' * 5000}{laughs()}",
        "lower case": "<!doctype r [<!ENTITY x 'y'>]>",
        "after a fake root in a comment": f"<!-- <rsp:responsePack> -->{laughs()}",
    }
    for name, prolog in prologs.items():
        add(f"doctype: {name}", before_root(prolog))
    for encoding in ("utf-16", "utf-8-sig", "cp1250"):
        add(f"doctype: in {encoding}", before_root(laughs(), encoding=encoding))
    add("doctype: inside the root", response(item(laughs())))
    add("entity: not declared", before_root(""))
    add("entity: in an attribute", response(item(id="&x;")))
    add("entity: parameter", response(item("%p;</x>")))
    add(
        "xinclude",
        response(item(f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file://{PIPE}"/>')),
    )
    add("stylesheet", before_root(f'<?xml-stylesheet href="http://127.0.0.1:{PORT}/x"?>', "y"))
    schema = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x http://127.0.0.1:{PORT}/x"'
    add("schema location", response(item(), more=f" {schema}"))

    head, tail = response("@@").split(b"@@")
    add("deep", lambda: Endless(head, repeated(b"<a>", 600_000)))
    add("deep with names", lambda: Endless(head, (b"<a%d>" % n for n in range(200_000))))
    add("attributes", lambda: Endless(head, b"<a", (b' a%d="x"' % n for n in range(200_000)), b"/>", tail))
    add("one attribute twice", response(item('<a b="1" b="2"/>')))
    add("a long attribute", lambda: Endless(head, b'<a b="', repeated(b"x", 1024 * MB), b'"/>', tail))
    add("a long name", lambda: Endless(head, b"<", repeated(b"x", 1024 * MB), b"/>", tail))
    add("a long text", lambda: Endless(head, b"<a>", repeated(b"x", 1024 * MB), b"</a>", tail))
    add("a long comment", lambda: Endless(head, b"<!--", repeated(b"x", 1024 * MB), b"-->", tail))
    add("a long cdata", lambda: Endless(head, b"<a><![CDATA[", repeated(b"x", 1024 * MB), b"]]></a>", tail))
    add("a long instruction", lambda: Endless(head, b"<?a ", repeated(b"x", 1024 * MB), b"?>", tail))
    add("blanks before the root", lambda: Endless(b"<?xml version='1.0'?>", repeated(b" ", 1024 * MB)))
    add("blanks inside", lambda: Endless(head, repeated(b"\n", 1024 * MB), tail))
    add("many unknown elements", lambda: Endless(head, repeated(b"<a/>", 1024 * MB), tail))
    add("many comments", lambda: Endless(head, repeated(b"<!---->", 64 * MB), tail))
    add(
        "many namespaces",
        lambda: Endless(head, (b'<a xmlns:n%d="urn:%d"/>' % (n, n) for n in range(200_000)), tail),
    )
    one = item(id="1").encode()
    add("too many items", lambda: Endless(head, repeated(one, 1024 * MB), tail))
    add("nul", response(item("a\0b")))
    add("nul in a name", response(item("<a\0b/>")))
    add("control characters", response(item("<a>\x01\x0b</a>")))
    add("a forbidden reference", response(item("<a>&#0;</a>")))
    add("a surrogate by reference", response(item("<a>&#xD800;</a>")))
    add("utf-16 without a mark", response("").decode("cp1250").encode("utf-16-le"))
    add("utf-32", response("").decode("cp1250").encode("utf-32"))
    add("says utf-16 and is not", response("").replace(b"windows-1250", b"utf-16"))
    add("says ebcdic", response("").replace(b"windows-1250", b"cp037"))
    add("says nonsense", response("").replace(b"windows-1250", b"x" * 200))
    add("utf-7", response("").replace(b"windows-1250", b"utf-7"))
    add("says punycode", response("").replace(b"windows-1250", b"punycode"))
    add("overlong utf-8", book(contact("@@"), encoding="utf-8").replace(b"@@", b"\xc0\xbc\xe2\x82"))
    add("empty", b"")
    add("blank", b" \n ")
    add("no xml", b"Server is busy")
    add("only a declaration", b"<?xml version='1.0'?>")
    add("random", bytes(range(256)) * 100)
    add("html", b"<!DOCTYPE html><html></html>")
    add("html without doctype", b"<html><body>It works</body></html>")
    add("two roots", response("") + response(""))
    add("text after the root", response("") + b"x")
    add("unknown prefix", response(item("<q:a/>")))
    add("crossing tags", response(item("<a><b></a></b>")))
    return found


def read(stream: io.RawIOBase) -> str:
    try:
        answer = answers.read_response(stream)
        count = sum(1 for _ in answer.items)
        return f"read {count}"
    except Unreadable as refused:
        return refused.code
    except Unknown:
        return "unknown"


def measured(make: Callable) -> dict:
    """Read in a child, so that its memory and time are its own."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        # Whatever happens, the child does not go on as a second parent.
        try:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            said = {"said": read(make())}
            after = resource.getrusage(resource.RUSAGE_SELF)
            said |= {"seconds": after.ru_utime + after.ru_stime, "mb": after.ru_maxrss // 1024}
            said["more"] = (after.ru_maxrss - before) // 1024
            os.write(sending, json.dumps(said).encode())
        finally:
            os._exit(0)
    os.close(sending)
    with os.fdopen(receiving, "rb") as told:
        said = json.loads(told.read() or b'{"said": "died", "seconds": 0, "mb": 0, "more": 0}')
    os.waitpid(child, 0)
    return said


if __name__ == "__main__":
    for name, make in documents().items():
        print(json.dumps({"name": name} | measured(make)), flush=True)
    sys.exit(0)
