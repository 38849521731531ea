"""A worker that fetches an address book, or what that cannot be faster than, in a process whose memory is its own.

python -m tests.bench.book list              by the link that is set up, into the tables
python -m tests.bench.book bare FILE LINES   lxml counting the contacts of a file, and one COPY of ready-made lines

Prints seconds and megabytes at the peak.
"""

import re
import sys
import time
from pathlib import Path

from lxml import etree

from portal import db
from portal.pohoda.answers import CONTACT_IN_LIST
from workers import pohoda
from workers.runs import Run


def fetch() -> None:
    run = Run(0, "contacts")
    with pohoda.talking(run) as link:
        link.list(run, "changes")


def bare(book: str, lines: str) -> None:
    count_bare(book)
    with db.connection() as connection:
        connection.execute("TRUNCATE bare")
        with connection.cursor().copy("COPY bare FROM STDIN") as copy, Path(lines).open("rb") as ready:
            while chunk := ready.read(2**16):
                copy.write(chunk)


def count_bare(book) -> int:
    count = 0
    for _, element in etree.iterparse(str(book), tag=CONTACT_IN_LIST):
        count += 1
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def peak() -> int:
    """MB; what this process began as is no part of it."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024


def main(what: str, *arguments: str) -> None:
    db.connect_as("portal_worker")
    began = time.perf_counter()
    {"list": fetch, "bare": bare}[what](*arguments)
    print(time.perf_counter() - began, peak())


if __name__ == "__main__":
    main(*sys.argv[1:])
