"""What a text becomes for one person: values put in once, lines without a value left out, nothing executed."""

import random
import re

import pytest

from portal import db as gateway
from portal import letters
from portal.channels import Obsolete, Refused
from tests.people import alice  # noqa: F401

CHANNELS = ("email", "sms", "cabinet", "webhook")
SECRET = "f" * 64


@pytest.fixture
def app(app, db):
    """Letters are written in the test's transaction."""
    with app.app_context(), gateway.use(db):
        yield app


@pytest.fixture
def write(app):
    """Write a text of one's own: write("Hello {name}", name="Jana", until=None)."""

    def write(
        body,
        subject="Hello",
        types=None,
        channel="email",
        locale="en",
        name="Jana",
        optional=(),
        own=True,
        **details,
    ):
        known = {n: {"type": "text"} for n in ("name", "brand", *details)} | {
            n: {"type": t} for n, t in (types or {}).items()
        }
        for n in optional:
            known[n] = known.get(n, {"type": "text"}) | {"isOptional": True}
        return letters.write(
            {
                "kind": "test", "channel": channel, "name": name, "locale": locale, "timeZone": "Europe/Bratislava",
                "details": {"currency": "EUR"} | details,
                "text": {"channel": channel if own else "", "locale": locale, "version": 1, "subject": subject, "body": body, "placeholders": known},
            }
        )  # fmt: skip

    return write


def everything(letter) -> str:
    return "\n".join([letter.subject, letter.body(), letter.link or ""])


# Delivered texts


@pytest.fixture
def delivered(db):
    """Every text that the portal brings along, as a message with examples for all that it names."""
    rows = db.read("SELECT * FROM ntf_textVersions WHERE is_delivered ORDER BY kind, channel, locale")
    examples = {
        (row.kind, row.name): row
        for row in db.read("SELECT * FROM ntf_placeholderList WHERE kind <> 'campaign'")
    }
    assert len({(row.kind, row.locale) for row in rows}) == 5 * len({row.kind for row in rows}) >= 70

    def messages(optional=True):
        for row in rows:
            about = [examples[row.kind, name] for name in row.uses]
            details = {p.name: p.example for p in about if p.example and (optional or not p.is_optional)}
            yield row, {
                "kind": row.kind, "name": "Jana", "locale": row.locale, "timeZone": "Europe/Bratislava",
                "details": details | {"currency": "EUR"}, "channel": row.channel or "email",
                "text": db.value("SELECT ntf_getText(%s, %s, %s)", [row.kind, row.channel, row.locale]),
            }  # fmt: skip

    return messages


@pytest.mark.parametrize("optional", [True, False])
def test_every_delivered_text_can_be_written_in_every_language(app, delivered, optional):
    for row, message in delivered(optional):
        letter = letters.write(message, SECRET)
        said = everything(letter) + letter.brief()
        assert (letter.subject or row.channel == "sms") and letter.parts, row
        assert not re.search(r"[{}]|None|\\n", said), (row.kind, row.locale, said)
        assert letter.locale == row.locale
        assert (SECRET in said) == (row.kind in letters.PURPOSES)


def test_every_delivered_text_leaves_out_what_is_optional_and_nothing_else(app, delivered, db):
    rows = db.read("SELECT kind, name FROM ntf_placeholderList WHERE is_optional")
    optional = {(row.kind, "{" + row.name + "}") for row in rows}
    shorter = 0
    for (row, full), (_, short) in zip(delivered(True), delivered(False), strict=True):
        named = [
            line
            for line in row.body.splitlines()
            if any((row.kind, name) in optional for name in re.findall(r"\{\w+\}", line))
        ]
        parts, fewer = letters.write(full, SECRET).parts, letters.write(short, SECRET).parts
        assert len(parts) - len(fewer) == len(named), row
        shorter += bool(named)
    assert shorter >= 15


def test_an_sms_of_the_portal_is_short(app, delivered):
    briefs = [letters.write(m, SECRET).brief() for row, m in delivered() if row.channel == "sms"]
    assert len(briefs) == 10
    assert all(len(brief) <= 134 and "\u00a0" not in brief for brief in briefs)  # two parts of any alphabet


# Language and channel


def test_somebody_who_reads_a_language_without_a_text_gets_it_in_english_with_english_figures(app, db):
    db.execute("RESET SESSION AUTHORIZATION")
    db.execute("UPDATE ntf_texts SET isCurrent = false WHERE kind = 'top_up' AND locale = 'sk'")
    message = {
        "kind": "top_up", "channel": "email", "name": "Jana", "locale": "sk", "timeZone": "Europe/Bratislava",
        "details": {"amount": "1234.50", "balance": "1.00", "currency": "EUR"},
    }  # fmt: skip
    letter = letters.write(message)
    assert (letter.subject, letter.locale) == ("€1,234.50 arrived", "en")


def test_a_channel_has_its_own_text_else_that_of_all(app):
    message = {
        "kind": "tariff_deadline", "name": "Jana", "locale": "en", "timeZone": "UTC",
        "details": {"tariff": "Fast", "deadline": "2027-03-01"},
    }  # fmt: skip
    own = letters.write(message | {"channel": "sms"})
    assert own.brief() == "Fast ends on March 1, 2027. Extend it: http://localhost:8000/tariff"
    shared = letters.write(message | {"channel": "webhook"})
    assert shared.brief() == "Fast ends on March 1, 2027\nhttp://localhost:8000/tariff"


def test_a_worker_may_look_the_text_up(app, db):
    message = {"kind": "welcome", "name": "Jana", "locale": "en", "timeZone": "UTC", "details": {}}
    with db.as_role("portal_worker"):
        assert letters.write(message).subject == "Welcome to Portal"
        with pytest.raises(Refused, match="no text for messages of the kind campaign:9:9"):
            letters.write(message | {"details": {"text": "campaign:9:9"}})


def test_letters_of_one_process_are_each_in_their_own_language(app):
    message = {
        "kind": "top_up", "channel": "email", "name": "Jana", "timeZone": "UTC",
        "details": {"amount": "1234.50", "balance": "1.00", "currency": "EUR"},
    }  # fmt: skip
    said = [letters.write(message | {"locale": locale}).subject for locale in ("sk", "en", "hi", "cs", "en")]
    assert said == [
        "Prišlo 1\u00a0234,50\u00a0€",
        "€1,234.50 arrived",
        said[2],
        "Přišlo 1\u00a0234,50\u00a0€",
        "€1,234.50 arrived",
    ]


# The format


def test_lines_become_paragraphs_facts_and_buttons(write):
    letter = write(
        "Hello {name},\nit is ready.\n\nPrice: {price}\nFrom: {day}\n[Open {name}]({link})\n\nBye: bye",
        types={"price": "money", "day": "date", "link": "link"}, price="1290.5", day="2027-03-01", link="/finance",
    )  # fmt: skip
    assert letter.parts == [
        ("paragraph", "Hello Jana, it is ready."),
        ("fact", "Price", "€1,290.50"),
        ("fact", "From", "March 1, 2027"),
        ("button", "Open Jana", "http://localhost:8000/finance"),
        ("paragraph", "Bye: bye"),
    ]


def test_a_line_without_its_optional_value_is_left_out(write):
    body = "One {until} line.\nAnother line.\n\nUntil: {until}\n\n[Come {until}]({link})\n\nThe end."
    for nothing in (None, ""):
        letter = write(body, optional=["until"], types={"link": "link"}, until=nothing, link="/")
        assert [part[1] for part in letter.parts] == ["Another line.", "The end."]
    assert len(write(body, optional=["until"], types={"link": "link"}, until="x", link="/").parts) == 4


def test_a_button_without_its_optional_link_is_left_out(write):
    letter = write("Text\n\n[Come]({link})", optional=["link"], types={"link": "link"}, link=None)
    assert letter.parts == [("paragraph", "Text")]


def test_what_is_missing_and_not_optional_is_not_sent(write):
    with pytest.raises(Refused, match=r"names \{price\}, which this message does not have"):
        write("{price}", types={"price": "money"})
    with pytest.raises(Refused, match=r"names \{gone\}, which there is no more"):
        write("{gone}")
    with pytest.raises(Refused, match="Nothing is left"):
        write("{until}", optional=["until"], until="")


def test_what_is_over_is_not_sent(app):
    told = {"isOver": True, "deadline": "2027-03-01"}
    with pytest.raises(Obsolete):
        letters.write(
            {
                "kind": "tariff_deadline",
                "channel": "email",
                "name": "J",
                "locale": "en",
                "timeZone": "UTC",
                "details": told,
            }
        )


def test_braces_are_written_twice(write):
    assert write("{{name}} is {{{name}}}").parts == [("paragraph", "{name} is {Jana}")]


def test_a_placeholder_in_a_value_is_not_filled_in(write):
    letter = write(
        "{tariff} {name}",
        subject="{tariff}",
        name="{brand} {{ 7 * 7 }} {name|other=x}",
        tariff="{name} [x]({link}) %(name)s %s",
    )
    assert letter.subject == "{name} [x]({link}) %(name)s %s"
    assert letter.parts == [
        ("paragraph", "{name} [x]({link}) %(name)s %s {brand} {{ 7 * 7 }} {name|other=x}")
    ]


def test_a_value_makes_no_lines_facts_or_buttons(write):
    letter = write("Hello {name}", name="Eve\n\n[Win](http://evil.example)\r\nPrice: 0")
    assert letter.parts == [("paragraph", "Hello Eve [Win](http://evil.example) Price: 0")]


@pytest.mark.parametrize(
    ("locale", "count", "words"),
    [
        ("sk", 1, "1 bod"), ("sk", 3, "3 body"), ("sk", 5, "5 bodov"),
        ("ru", 21, "21 bod"), ("ru", 22, "22 body"), ("ru", "1200.00", "1\u00a0200 bodov"), ("en", 2, "2 bodov"),
    ],
)  # fmt: skip
def test_words_go_by_a_number_as_the_language_does(write, locale, count, words):
    body = "{bonus} {bonus|one=bod|few=body|other=bodov}"
    assert write(body, types={"bonus": "number"}, locale=locale, bonus=count).parts[0][1] == words


def test_an_optional_figure_of_zero_says_nothing(write):
    body = "Points: {points}\nBonus: {bonus}"
    letter = write(
        body, types={"points": "number", "bonus": "number"}, optional=["points"], points="0.00", bonus="0.00"
    )
    assert letter.parts == [("fact", "Bonus", "0")]


@pytest.mark.parametrize(
    ("way", "words"),
    [("email", "yours"), ("phone", "other"), ("x", "other"), (True, "yes"), (False, "other")],
)
def test_words_go_by_a_choice(write, way, words):
    assert (
        write("It is {way|email=yours|true=yes|other=other}.", types={"way": "choice"}, way=way).parts[0][1]
        == f"It is {words}."
    )


def test_figures_are_said_as_the_language_does(write):
    types = {"price": "money", "bonus": "number", "share": "percent", "day": "date"}
    given = {"price": "-1234.5", "bonus": "1234.50", "share": "12.50", "day": "2027-03-01"}
    body = "{price} | {bonus} | {share} | {day}"
    assert (
        write(body, types=types, locale="en", **given).parts[0][1]
        == "−€1,234.50 | 1,234.50 | 12.5% | March 1, 2027"
    )
    assert write(body, types=types, locale="sk", **given).parts[0][1] == (
        "−1\u00a0234,50\u00a0€ | 1\u00a0234,50 | 12,5% | 1. marca 2027"
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "http://evil.example",
        "data:text/html,x",
        "evil",
        "http://localhost:8000.evil.example/",
    ],
)
def test_a_link_leads_to_us_or_is_encrypted(write, address):
    with pytest.raises(Refused, match="is no address"):
        write("[Go]({link})", types={"link": "link"}, link=address)


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("/x", "http://localhost:8000/x"),
        ("//x", "http://localhost:8000//x"),
        ("https://shop.example/x", "https://shop.example/x"),
    ],
)
def test_a_path_is_one_of_ours(write, given, address):
    assert write("[Go]({link})", types={"link": "link"}, link=given).link == address


# What people are called


@pytest.mark.parametrize(
    "name", ["Eve\r\nBcc: everybody@example.com", "Eve\x00\x1b[31m", "\u202emoc.elpmaxe@eve", "a\u2028b", "\u2066x\u2069", "\ud800"]
)  # fmt: skip
@pytest.mark.parametrize("channel", CHANNELS)
def test_no_name_breaks_a_line_or_turns_it_around(write, name, channel):
    letter = write("Hello {name}\n\nWho: {name}", subject="For {name}", name=name, channel=channel)
    for said in (letter.subject, *(word for part in letter.parts for word in part[1:])):
        assert not re.search(r"[\x00-\x1f\u2028-\u202e\u2066-\u2069\ud800]", said)


@pytest.mark.parametrize(
    "name", ["👩\u200d💻 Łucja", "שלום עולם", "مرحبا", "सिद्धार्थ क्\u200dष", "<b>Eve</b> & Co"]
)
@pytest.mark.parametrize("channel", CHANNELS)
def test_emoji_every_script_and_markup_stay_what_they_are(write, name, channel):
    letter = write("{name}", subject="{name}", name=name, channel=channel)
    assert letter.subject == name and letter.parts == [("paragraph", name)]


def test_a_name_may_be_empty(write):
    assert write("Hello {name},", name="").parts == [("paragraph", "Hello ,")]


def test_no_body_takes_long(write):
    """What cannot be read as a placeholder is read once, not again and again."""
    dice = random.Random(3)
    for _ in range(20):
        body = "".join(dice.choice("{}[]()|= \nab") for _ in range(10_000))
        letters.read(body)
