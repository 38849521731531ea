"""Files, for development: one a message in var/messages, to look at what would have gone out."""

import json
from pathlib import Path

from portal.channels import Provider
from portal.channels.email import Folder
from portal.letters import Letter
from portal.places import var


class Sheet(dict):
    """What stands in the file."""

    def as_bytes(self) -> bytes:
        return json.dumps(self, ensure_ascii=False, indent=1).encode()


def compose(message: dict, letter: Letter) -> Sheet:
    return Sheet(
        to=message["address"],
        kind=message["kind"],
        locale=message["locale"],
        subject=letter.subject,
        body=letter.body(),
        link=letter.link,
    )


def measured(sent: Sheet) -> None:
    """No parts are counted of it."""


class Files(Folder):
    """One file a message; what is there already is not put there again."""

    def __init__(self, provider: Provider):
        super().__init__(var("messages"))

    def file(self, reference: str) -> Path:
        return super().file(reference).with_suffix(".json")


DRIVERS = {"file": Files}
