"""What a message says, written at sending time in the person's language and time zone; a channel gives it its form."""

import re
import unicodedata
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace

from flask import Flask, current_app, g
from jinja2 import Environment, StrictUndefined, TemplateNotFound

from portal.channels import Refused

#: Kinds with a link that is good once, by what the link is for.
PURPOSES = {
    "registration": "registration",
    "password_reset": "password",
    "contact_welcome": "invitation",
    "email_change": "email",
}
#: Characters without a shape of their own that can break a header or turn a line around; joiners of emoji and Hindi stay.
UNSEEN = {"Cc", "Zl", "Zp", "Cs", "Cf"}
JOINERS = "\u200c\u200d"


@dataclass
class Letter:
    """What a template says: a subject, and parts that become plain text and HTML."""

    subject: str = ""
    parts: list[tuple] = field(default_factory=list)

    def title(self, text: str) -> str:
        self.subject = clean(text)
        return ""

    def paragraph(self, text: str) -> str:
        self.parts.append(("paragraph", clean(text)))
        return ""

    def fact(self, label: str, value: str) -> str:
        self.parts.append(("fact", clean(label), clean(str(value))))
        return ""

    def button(self, text: str, address: str) -> str:
        self.parts.append(("button", clean(text), address))
        return ""

    def brief(self) -> str:
        """What of it stands in a short message: the subject, the facts, and where to go on."""
        facts = [f"{part[1]}: {part[2]}" for part in self.parts if part[0] == "fact"]
        ways = [part[2] for part in self.parts if part[0] == "button"]
        return "\n".join([self.subject, *facts, *ways[:1]])

    def body(self) -> str:
        """All that it says as plain text, a paragraph a line; where to go on stands apart, as link."""
        return "\n".join(
            part[1] if part[0] == "paragraph" else f"{part[1]}: {part[2]}"
            for part in self.parts
            if part[0] != "button"
        )

    @property
    def link(self) -> str | None:
        return next((part[2] for part in self.parts if part[0] == "button"), None)


@contextmanager
def speaking(message: dict):
    """In the block the pages' words and formats are the person's."""
    app: Flask = current_app._get_current_object()
    # A context of its own, because the language of one is found out once.
    with app.test_request_context("/", base_url=app.config["URL"]):
        g.person = SimpleNamespace(locale=message["locale"], timezone=message["timeZone"])
        yield


def write(message: dict, token: str | None = None) -> Letter:
    """Render what ntf_claimMessages gave; token is the secret of its link, where it has one."""
    kind = message["kind"]
    letter = Letter()
    with speaking(message):
        words = strict(current_app._get_current_object())
        try:
            template = words.get_template(f"mail/{kind}.txt")
        except TemplateNotFound:
            raise Refused(f"There is no text for messages of the kind {kind}.") from None
        url = current_app.config["URL"].rstrip("/")
        template.render(
            letter=letter,
            brand=current_app.config["BRAND"],
            name=clean(message["name"] or ""),
            details=message["details"],
            token=token,
            address=lambda path: url + path,
        )
    return letter


@cache
def strict(app: Flask) -> Environment:
    """What has no value is an error; one a process, because a new one would compile every text anew."""
    return app.jinja_env.overlay(undefined=StrictUndefined)


def clean(text: str) -> str:
    """One line without characters that break a header or turn the reading direction; emoji and every script stay."""
    shown = "".join(
        " " if unicodedata.category(letter) in UNSEEN and letter not in JOINERS else letter
        for letter in str(text)
    )
    return re.sub(" +", " ", shown).strip(" ")
