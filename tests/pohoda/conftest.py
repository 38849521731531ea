"""A stand-in for Pohoda, and the official schemas and genuine documents where they lie beside the project."""

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from portal.places import ROOT
from tests.pohoda.stand_in import StandIn, ThreadedStandIn

BESIDE = ROOT / ".." / "shared" / "pohoda"

#: What the schemas were asked: {"validated": n, "not validated": n}.
validations: Counter = Counter()


@pytest.fixture
def stand_in(tmp_path):
    own = ThreadedStandIn(tmp_path / "book.jsonl")
    yield own.start()
    own.stop()


@pytest.fixture
def killable(tmp_path):
    """The stand-in as a process, with `portal pohoda-demo`."""
    own = StandIn(tmp_path / "book.jsonl", "--empty")
    yield own.start()
    own.stop()


@pytest.fixture(scope="module")
def lasting_stand_in():
    """One for many tests, which remembers nothing on disk."""
    own = ThreadedStandIn(None)
    yield own.start()
    own.stop()


@pytest.fixture(scope="session")
def valid():
    """`valid(pack)` is what the official schemas say; without them it is counted and said at the end of the run."""
    schemas = {}
    if (BESIDE / "xsd").is_dir():
        for kind, file in (("dataPack", "data.xsd"), ("responsePack", "response.xsd")):
            schemas[kind] = etree.XMLSchema(etree.parse(BESIDE / "xsd" / file))

    def check(xml: bytes) -> bytes:
        root = etree.fromstring(xml)
        schema = schemas.get(etree.QName(root).localname)
        validations["not validated" if schema is None else "validated"] += 1
        if schema is not None:
            schema.assertValid(root)
        return xml

    return check


def samples(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (BESIDE / "samples" / folder).glob("*.xml"))


def pytest_terminal_summary(terminalreporter):
    if validations:
        told = ", ".join(f"{count} {what}" for what, count in sorted(validations.items()))
        terminalreporter.write_line(f"documents against Pohoda's official schemas: {told}")
