"""What a text may say: fixed placeholders, one subject, nothing that breaks a header."""

import re

import pytest

from portal import letters


@pytest.fixture
def check(db, untouched):
    def check(body, subject="Hello", kind="renewal_failed", channel=""):
        with untouched():
            return db.call("ntf_checkText", kind=kind, channel=channel, subject=subject, body=body)

    return check


def test_a_text_fits_and_says_what_it_uses(check):
    fits = check("Hello {name},\r\n\r\n\r\n\r\nPrice: {price}  \n[Pay]({link})\n", subject=" {tariff} ends ")
    assert fits.reason == "text_fits"
    assert fits.details == {
        "subject": "{tariff} ends",
        "body": "Hello {name},\n\nPrice: {price}\n[Pay]({link})",
        "uses": ["tariff", "name", "price", "link"],
    }


@pytest.mark.parametrize(
    ("body", "subject", "reason"),
    [
        ("", "Hello", "body_missing"),
        (" \n\t\n ", "Hello", "body_missing"),
        (None, "Hello", "body_missing"),
        ("Text", "", "subject_missing"),
        ("Text", None, "subject_missing"),
        ("Text", "   ", "subject_missing"),
        ("Text", "x" * 201, "text_too_long"),
        ("x" * 10_001, "Hello", "text_too_long"),
        ("Text", "Hello\r\nBcc: everybody@example.com", "control_character"),
        ("Text", "Hello\nSubject: won", "control_character"),
        ("a\x07bell", "Hello", "control_character"),
        ("Text", "\u202emoc.elpmaxe", "control_character"),
        ("one\u2028two", "Hello", "control_character"),
        ("\u2066isolated", "Hello", "control_character"),
        ("{nonsense}", "Hello", "unknown_placeholder"),
        ("{Name}", "Hello", "unknown_placeholder"),
        ("Text", "{amount}", "unknown_placeholder"),
        ("{name|a=b|other=c}", "Hello", "wrong_choice"),
        ("{name", "Hello", "brace_alone"),
        ("name}", "Hello", "brace_alone"),
        ("{ name }", "Hello", "brace_alone"),
        ("{{name}", "Hello", "brace_alone"),
        ("{name.__class__}", "Hello", "brace_alone"),
        ("{{% for x in y %}}{x y}", "Hello", "brace_alone"),
        ("{name\n}", "Hello", "brace_alone"),
        ("Text", "Until {until}", "optional_in_subject"),
        ("[Pay](https://elsewhere.example)", "Hello", "wrong_button"),
        ("[Pay]({name})", "Hello", "wrong_button"),
        ("[]({link})", "Hello", "wrong_button"),
        ("[ ]({link})", "Hello", "wrong_button"),
        ("[Pay](javascript:alert(1))", "Hello", "wrong_button"),
    ],
)
def test_what_cannot_be_sent_is_refused(check, body, subject, reason):
    refused = check(body, subject)
    assert (refused.result, refused.reason) == (0, reason)
    assert refused.details["field"] in ("subject", "body")


def test_an_unknown_placeholder_is_refused_with_those_there_are(check):
    refused = check("{amout}", kind="top_up")
    assert refused.details["name"] == "amout"
    assert refused.details["known"] == "{name}, {brand}, {amount}, {purpose}, {balance}, {link}"


@pytest.mark.parametrize("kind", ["registration", "password_reset", "email_change", "contact_welcome"])
def test_a_link_that_is_the_purpose_may_not_be_missing(check, kind):
    refused = check("Nothing to open. {{link}}", kind=kind)
    assert (refused.reason, refused.details["name"]) == ("missing_placeholder", "link")
    assert check("Open {link}", kind=kind).ok


@pytest.mark.parametrize(
    "kind", ["nothing", "", None, "campaign:x:1", "campaign:1", "welcome:1:1", "registration:"]
)
def test_there_is_no_text_of_an_unknown_kind(check, kind):
    assert check("Text", kind=kind).reason == "no_such_kind_of_text"


def test_a_campaigns_step_may_name_what_campaigns_may(check):
    body = "{bonus} until {bonusExpiringOn}, {code}.\n\nYour city: {city}\n\n[Come]({link})\n{unsubscribe}"
    assert check(body, kind="campaign:12:1", subject="{bonusExpiring} for {name}").ok
    assert check("{price}", kind="campaign:12:1").reason == "unknown_placeholder"


def test_an_sms_has_no_subject_and_less_room(check):
    fits = check("{tariff}: {link}", subject="Never seen\r\nBcc: x", channel="sms")
    assert fits.ok and fits.details["subject"] is None
    assert check("x" * 1001, channel="sms").reason == "text_too_long"


@pytest.mark.parametrize(
    ("words", "fits"),
    [
        ("{kind|email=yours|other=no}", True),
        ("{kind|other=no}", True),
        ("{kind|email=|other=}", True),
        ("{kind}", False),
        ("{kind|email=yours}", False),
        ("{kind|fax=yours|other=no}", False),
        ("{kind|email=a|email=b|other=c}", False),
        ("{kind|email|other=no}", False),
        ("{kind|}", False),
    ],
)
def test_words_by_a_choice_need_words_for_all_others(check, words, fits):
    answer = check(words, kind="key_changed")
    assert answer.reason == ("text_fits" if fits else "wrong_choice")


@pytest.mark.parametrize(
    ("words", "fits"),
    [("{bonus}", True), ("{bonus|one=point|few=points|other=points}", True), ("{bonus|three=x|other=y}", False)],
)  # fmt: skip
def test_words_may_go_by_a_number(check, words, fits):
    assert check(words, kind="campaign:1:1").ok == fits


def test_emoji_every_script_and_right_to_left_are_texts(check):
    assert check("שלום {name}, مرحبا 👩\u200d💻 नमस्ते क्\u200dष", subject="🎁 {tariff}").ok


PIECES = [
    "{name}",
    "{until}",
    "{{",
    "}}",
    "{",
    "}",
    "Label: ",
    "[",
    "](",
    ")",
    "{link}",
    "|",
    "=",
    "\n",
    "\n\n",
    " x ",
]


def test_what_sql_lets_through_python_reads_the_same_way(check, db):
    """Over 300 made-up texts: the two readers of the format agree on every placeholder, and on none where it is refused."""
    import random

    dice = random.Random(7)
    fitting = 0
    for _ in range(300):
        body = "".join(dice.choices(PIECES, k=dice.randint(1, 12)))
        answer = check(body)
        if not answer.ok:
            continue
        fitting += 1
        kept = answer.details["body"]
        read = {
            part[0]
            for block in letters.read(kept)
            for line in block
            for part in (*line.words, *([(line.more,)] if line.kind == "button" else []))
            if isinstance(part, tuple)
        }
        assert read == set(answer.details["uses"]), kept
        assert not re.search(
            r"\{\w+\}",
            "".join(p for b in letters.read(kept) for x in b for p in x.words if isinstance(p, str)).replace(
                "{{", ""
            ),
        )
    assert fitting > 30
