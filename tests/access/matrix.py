"""Read the authorisation matrix and ask the portal for each of its cells."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl

from werkzeug.exceptions import HTTPException

from tests.access import world

TABLE = Path(__file__).parent / "matrix.txt"
CHANGED = ("200", "204", "303")
#: What a refused attempt may leave: the counters that limit attempts.
COUNTERS = ("as_attempts",)


@dataclass(frozen=True)
class Row:
    method: str
    address: str
    expected: tuple[str, ...]
    form: str

    def path(self, things: dict) -> str:
        return self.address.format_map(things)

    def fields(self, things: dict) -> list[tuple[str, str]]:
        return parse_qsl(self.form.format_map(things))


def table() -> list[Row]:
    rows = []
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            method, address, *cells = line.split()
            expected, rest = cells[: len(world.IDENTITIES)], cells[len(world.IDENTITIES) :]
            rows.append(Row(method, address, tuple(expected), "".join(rest)))
    return rows


def status(response) -> str:
    if response.status_code == 303 and response.location.startswith("/sign-in?next="):
        return "in"
    return str(response.status_code)


def rule_of(app, path: str, method: str):
    """The route that an address reaches."""
    adapter = app.url_map.bind("localhost")
    rule, _ = adapter.match(path.partition("?")[0], method=method, return_rule=True)
    return rule


def has_rule(app, path: str, method: str) -> bool:
    try:
        rule_of(app, path, method)
    except HTTPException:
        return False
    return True


def essence(page: str, address: str) -> str:
    """What a page says apart from what differs at each request: tokens, keys, the request's number, its address."""
    unique = r"\b(?:[0-9a-f]{80}|[0-9a-f]{16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b"
    return re.sub(unique, "…", page).replace(address, "…")
