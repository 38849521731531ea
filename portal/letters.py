"""What a message says, written at sending time in the person's language and time zone; a channel gives it its form.

Texts are rows of ntf_texts. A blank line ends a paragraph, `Words: {placeholder}` alone on a line is a fact, `[Words]({link})`
a button; ntf_checkText has let nothing else through. Nothing in a text is ever executed.
"""

import re
import unicodedata
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from types import SimpleNamespace
from typing import NamedTuple

from flask import Flask, current_app, g

from portal import db, formats
from portal.channels import Obsolete, Refused

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


#: What a text means besides its words; everything else in it is itself.
TOKEN = re.compile(r"\{\{|\}\}|\{([A-Za-z][A-Za-z0-9]*)(?:\|([^{}\n]*))?\}|[{}]")
FACT = re.compile(r"([^{}:]+): (\{[A-Za-z][A-Za-z0-9]*(?:\|[^{}\n]*)?\})")
BUTTON = re.compile(r" *\[([^\[\]]+)\]\(\{([A-Za-z][A-Za-z0-9]*)\}\)")


@dataclass
class Letter:
    """What a text says to somebody: a subject, and parts that become plain text and HTML."""

    subject: str = ""
    parts: list[tuple] = field(default_factory=list)
    #: The language that it is written in, which is English where there is no text in the person's own.
    locale: str = "en"
    #: Whether it was written for the very channel that it goes on.
    is_own: bool = True

    def paragraph(self, text: str) -> None:
        self.parts.append(("paragraph", clean(text)))

    def fact(self, label: str, value: str) -> None:
        self.parts.append(("fact", clean(label), clean(value)))

    def button(self, text: str, address: str) -> None:
        self.parts.append(("button", clean(text), address))

    def brief(self) -> str:
        """It as plain text for a channel that counts letters: the channel's own text, else the subject, the facts, the link."""
        if self.is_own:
            said = [self.subject, *(": ".join(words) for _, *words in self.parts)]
        else:
            said = [
                self.subject,
                *(": ".join(words) for kind, *words in self.parts if kind == "fact"),
                self.link,
            ]
        # Blanks that do not break, and the long minus, would make an SMS of two alphabets out of one.
        return "\n".join(line for line in said if line).translate(PLAIN)

    def body(self) -> str:
        """All that it says as plain text, a paragraph a line; where to go on stands apart, as link."""
        return "\n".join(": ".join(words) for kind, *words in self.parts if kind != "button")

    @property
    def link(self) -> str | None:
        return next((address for kind, *_, address in self.parts if kind == "button"), None)


PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", formats.MINUS: "-"})


# A text


class Line(NamedTuple):
    """A line of a text: what it is, its words, and for a fact its label, for a button its link."""

    kind: str
    words: tuple
    more: str = ""


@lru_cache(1024)
def read(text: str) -> tuple[tuple[Line, ...], ...]:
    """The paragraphs of a body and their lines; a text is read once a process, however many get it."""
    return tuple(
        tuple(line_of(line) for line in block.splitlines()) for block in re.split(r"\n{2,}", text.strip("\n"))
    )


def line_of(line: str) -> Line:
    if button := BUTTON.fullmatch(line):
        return Line("button", words_of(button[1]), button[2])
    if fact := FACT.fullmatch(line):
        return Line("fact", words_of(fact[2]), fact[1])
    return Line("paragraph", words_of(line))


@lru_cache(4096)
def words_of(line: str) -> tuple:
    """Words, and between them the placeholders: (name, choices).

    >>> words_of("Dear {name}, {{ is a brace")
    ('Dear ', ('name', None), ', ', '{', ' is a brace')
    """
    found, at = [], 0
    for token in TOKEN.finditer(line):
        if token.start() > at:
            found.append(line[at : token.start()])
        at = token.end()
        if token[1]:
            choices = token[2] and dict(choice.partition("=")[::2] for choice in token[2].split("|"))
            found.append((token[1], choices))
        else:
            found.append(token[0][0])
    return tuple([*found, line[at:]] if at < len(line) else found)


# What stands for a placeholder


#: Of these an optional one that is zero says nothing either.
FIGURES = ("money", "number", "percent")


class Missing(Exception):
    """An optional placeholder has no value, so the line that names it is left out."""


class Empty(Refused):
    """Every line of the text names something that has no value."""


class Values:
    """What the placeholders of a message's text stand for, said as the person reads it."""

    def __init__(self, message: dict, known: dict, token: str | None):
        self.message = message
        self.known = known
        self.token = token
        self.details = message["details"]
        self.url = current_app.config["URL"].rstrip("/")

    def fill(self, words: tuple) -> str:
        # What is put in is never looked through for placeholders again.
        return "".join(part if isinstance(part, str) else self.say(*part) for part in words)

    def say(self, name: str, choices: dict | None = None) -> str:
        about = self.known.get(name)
        if about is None:
            raise Refused(f"The text names {{{name}}}, which there is no more.")
        value = self.value(name, about)
        if (
            value is None
            or value == ""
            or (about.get("isOptional") and about["type"] in FIGURES and not Decimal(str(value)))
        ):
            if about.get("isOptional"):
                raise Missing
            if name != "name":
                raise Refused(f"The text names {{{name}}}, which this message does not have.")
        if choices:
            return self.choose(value, about["type"], choices)
        return getattr(self, about["type"])(value)

    def value(self, name: str, about: dict):
        if name in ("name", "unsubscribe"):
            return self.message.get(name) or self.details.get(name) or ""
        if name == "brand":
            return current_app.config["BRAND"]
        path = about.get("path")
        if path and ("{token}" in path or name not in self.details):
            return path.replace("{token}", self.token or "")
        return self.details.get(name)

    @staticmethod
    def choose(value, kind: str, choices: dict) -> str:
        if kind == "number":
            key = formats.speech().locale.plural_form(Decimal(str(value)))
        else:
            key = str(value).lower() if isinstance(value, bool) else str(value)
        return choices.get(key, choices["other"])

    @staticmethod
    def text(value) -> str:
        return str(value)

    def money(self, value) -> str:
        return formats.money(value, self.details["currency"])

    @staticmethod
    def number(value) -> str:
        return formats.number(value, 0 if Decimal(str(value)) % 1 == 0 else 2)

    @staticmethod
    def percent(value) -> str:
        share = Decimal(str(value)).normalize()
        return formats.percent(share / 100, max(0, -share.as_tuple().exponent))

    @staticmethod
    def date(value) -> str:
        return formats.date(value, "long")

    def link(self, value) -> str:
        address = self.url + value if str(value).startswith("/") else str(value)
        if not address.startswith(("https://", self.url + "/")):
            raise Refused(f"{address!r} is no address that a message leads to.")
        return address


# A letter


@contextmanager
def speaking(message: dict):
    """In the block the pages' words and formats are the person's."""
    app: Flask = current_app._get_current_object()
    # Contexts of their own, because the language of one is found out once, and many letters are written in one.
    with app.app_context(), app.test_request_context("/", base_url=app.config["URL"]):
        g.person = SimpleNamespace(locale=message["locale"], timezone=message["timeZone"])
        yield


def write(message: dict, token: str | None = None) -> Letter:
    """Write what a claim gave; token is the secret of its link, where it has one."""
    text = message.get("text") or text_of(message)
    if message["details"].get("isOver"):
        raise Obsolete("What it tells of is over.")
    letter = Letter(locale=text["locale"], is_own=text["channel"] == message.get("channel"))
    with speaking(message | {"locale": text["locale"]}):
        values = Values(message, text["placeholders"], token)
        letter.subject = clean(values.fill(words_of(text["subject"] or "")))
        for block in read(text["body"]):
            put(letter, block, values)
    if not letter.parts:
        raise Empty("Nothing is left of the text without its placeholders.")
    return letter


def put(letter: Letter, block: tuple[Line, ...], values: Values) -> None:
    """A block of lines: what stands together becomes one paragraph, facts and buttons are parts of their own."""
    together: list[str] = []
    for line in block:
        with suppress(Missing):
            said = values.fill(line.words)
            if line.kind == "paragraph":
                together.append(said)
                continue
            address = values.say(line.more) if line.kind == "button" else ""
            end(letter, together)
            if line.kind == "fact":
                letter.fact(line.more, said)
            else:
                letter.button(said, address)
    end(letter, together)


def end(letter: Letter, together: list[str]) -> None:
    if any(said.strip() for said in together):
        letter.paragraph(" ".join(together))
    together.clear()


def text_of(message: dict) -> dict:
    """The text of a message that carries none."""
    kind = message["details"].get("text") or message["kind"]
    asked = [kind, message.get("channel", "email"), message["locale"]]
    found = db.row("SELECT ntf_getText(%s, %s, %s) AS text", asked).text
    if found is None:
        raise Refused(f"There is no text for messages of the kind {kind}.")
    return found


def clean(text: str) -> str:
    """One line without characters that break a header or turn the reading direction; emoji and every script stay."""
    text = str(text)
    # Most texts have none of them.
    if not text.isprintable():
        text = "".join(
            " " if unicodedata.category(letter) in UNSEEN and letter not in JOINERS else letter
            for letter in text
        )
    return re.sub(" +", " ", text).strip(" ")
