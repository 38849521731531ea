"""The words of every message, in every language."""

import base64
import re
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest

from portal import formats, letters
from portal.channels import Refused
from portal.channels import email as channel
from portal.places import ROOT
from portal.trouble import Trouble

MONEY = {"amount": "1234.50", "balance": "2000.00", "currency": "EUR", "price": "12.50", "missing": "3.00"}
TARIFF = {"tariff": "Fast", "deadline": "2027-03-01", "until": "2027-04-01", "tariffID": 1}
KINDS = {
    "welcome": {},
    "registration": {"registrationID": "r1", "name": "Eve", "locale": "en"},
    "already_registered": {"registrationID": "r1", "name": "Eve", "locale": "en"},
    "contact_welcome": {},
    "password_reset": {},
    "password_changed": {},
    "key_changed": {"kind": "phone"},
    "email_change": {"registrationID": "r1"},
    "tariff_deadline": TARIFF,
    "renewal_done": TARIFF | MONEY,
    "renewal_failed": TARIFF | MONEY,
    "tariff_expired": TARIFF | MONEY,
    "top_up": MONEY | {"purpose": "cash at the desk"},
    "bonus_expiring": {"day": "2027-03-01", "until": "2027-03-01T00:00:00+01:00", "amount": "12.00"},
    "tier_changed": {
        "tier": "gold",
        "names": {"en": "Gold", "sk": "Zlatá"},
        "isUp": True,
        "birthdayBonus": "20.00",
        "servicePoints": "30.00",
    },
    "birthday_bonus": {"amount": "20.00", "until": "2027-04-01"},
    "coupon_given": {
        "discountID": 1,
        "percentage": "12.5",
        "reason": "Studied this year",
        "until": "2027-04-01",
    },
    "top_up_rejected": MONEY | {"note": "no such payment"},
    "provider_test": {"provider": "mail", "providerName": "Mail server"},
}
SECRET = "f" * 64


@pytest.fixture
def compose(app):
    def compose(kind="welcome", locale="en", name="Jana", **changes):
        message = {
            "username": "jana",
            "id": 1,
            "kind": kind,
            "address": "jana@example.com",
            "name": name,
            "locale": locale,
            "timeZone": "Europe/Bratislava",
            "details": KINDS.get(kind),
            "reference": "0" * 32,
        } | changes
        with app.app_context():
            return channel.compose(message, letters.write(message, SECRET))

    return compose


def text(email) -> str:
    return email.get_body(("plain",)).get_content()


def html(email) -> str:
    return email.get_body(("html",)).get_content()


#: Campaigns bring their own texts.
DELIVERED = {path.stem for path in (ROOT / "sql" / "texts").glob("*.toml")} - {"campaign"}


def test_every_kind_that_sql_queues_has_words():
    queued = set()
    for path in (ROOT / "sql" / "procedures").rglob("*.sql"):
        for call in re.findall(r"(?<!FUNCTION )job_queueMessage\(\s*(.+?)\);", path.read_text(), re.DOTALL):
            # The second argument: a word, or a CASE of words.
            queued |= set(
                re.findall(r"'(\w+)'", call.split(",")[1] if "CASE" not in call else call.partition("END")[0])
            )
    assert queued >= {"welcome", "registration", "already_registered", "top_up", "tariff_deadline"}
    assert queued <= set(KINDS) == DELIVERED


@pytest.mark.parametrize("locale", formats.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_said_in_every_language(compose, kind, locale):
    email = compose(kind, locale)
    english = compose(kind, "en")
    assert email["Subject"] and text(email)
    if locale != "en":
        lines = set(text(english).splitlines())
        same = [
            line for line in text(email).splitlines() if line in lines and line not in ("", "-- ", "Portal")
        ]
        assert all(line.startswith("http") for line in same), same
        assert email["Subject"] != english["Subject"]
    assert email["Content-Language"] == locale
    assert f'lang="{locale}"' in html(email)


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_a_page_of_ours(app, compose, kind):
    links = re.findall(r"https?://\S+", text(compose(kind)))
    assert links
    pages = app.url_map.bind("localhost")
    for link in links:
        assert link.startswith(app.config["URL"])
        pages.match(link.removeprefix(app.config["URL"]))
    assert all(link in html(compose(kind)) for link in links)


@pytest.mark.parametrize("kind", KINDS)
def test_only_what_needs_a_secret_has_one(compose, kind):
    assert (SECRET in text(compose(kind))) == (kind in letters.PURPOSES)


def test_money_and_days_are_said_as_the_language_does(compose):
    assert "1\u00a0234,50\u00a0€" in text(compose("top_up", "sk"))
    assert "€1,234.50" in text(compose("top_up", "en"))
    assert "1. března 2027" in text(compose("tariff_deadline", "cs"))


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: everybody@example.com",
        "Eve\nSubject: won",
        "Eve\x00\x1b[31m",
        "\u202emoc.elpmaxe@eve",
        'Eve" <eve@example.com>, "x',
        "Eve <eve@example.com>",
        "=?utf-8?q?Eve?=",
        "👩\u200d💻 Łucja नमस्ते",
        "x" * 2000,
        "",
    ],
)
def test_no_name_breaks_a_header(compose, name):
    raw = compose(name=name).as_bytes()
    email = message_from_bytes(raw, policy=policy.default)
    assert [address.addr_spec for address in email["To"].addresses] == ["jana@example.com"]
    assert email["Bcc"] is None
    assert email["Subject"] == "Welcome to Portal"
    assert len(email.get_all("To")) == 1
    assert not re.search(r"[\u202a-\u202e\u2066-\u2069\x00\x1b]", str(email["To"]) + text(email))


def encoded(words: str) -> str:
    """Words as a header may carry them (RFC 2047), which nobody is to read out of what people are called."""
    return f"=?utf-8?b?{base64.b64encode(words.encode()).decode()}?="


@pytest.mark.parametrize(
    "words", ["Eve\r\nBcc: everybody@example.com", "Eve\n\nYou have won!", "Eve\nSubject: won", "\u202eevE"]
)
def test_no_encoded_word_becomes_what_it_stands_for(compose, words):
    usual = message_from_bytes(compose("tariff_deadline").as_bytes())
    email = compose("tariff_deadline", name=encoded(words), details=TARIFF | {"tariff": encoded(words)})
    raw = email.as_bytes()
    assert message_from_bytes(raw).keys() == usual.keys()
    assert not re.search(rb"(?mi)^(bcc|you have won)", raw)
    read = message_from_bytes(raw, policy=policy.default)
    for said in (read["Subject"], read["To"].addresses[0].display_name):
        assert "Eve" not in said
        assert encoded(words)[4:-2] in said


def test_who_it_comes_from_is_no_encoded_word_either(app, compose, monkeypatch):
    monkeypatch.setitem(app.config, "BRAND", encoded("Portal\nBcc: everybody@example.com"))
    assert b"\nBcc" not in compose().as_bytes()


def test_emoji_and_every_script_stay(compose):
    email = message_from_bytes(compose(name="👩\u200d💻 Łucja नमस्ते").as_bytes(), policy=policy.default)
    assert email["To"].addresses[0].display_name == "👩\u200d💻 Łucja नमस्ते"


@pytest.mark.parametrize(("locale", "words"), [("en", "End these messages"), ("sk", "Ukončiť tieto správy")])
def test_marketing_is_ended_by_one_click_in_the_letter(app, compose, locale, words):
    """Not every mailbox shows the button of the header."""
    address = app.config["URL"].rstrip("/") + "/unsubscribe/f00.birthday_bonus.email.jana"
    email = compose("birthday_bonus", locale, unsubscribe="/unsubscribe/f00.birthday_bonus.email.jana")
    assert f"{words}:\n{address}\n" in text(email).replace("\r\n", "\n")
    assert re.search(f'<a href="{re.escape(address)}">{words}</a>', html(email))


def test_a_text_that_names_the_link_itself_has_it_once(app, compose):
    email = compose(
        "campaign",
        unsubscribe="/unsubscribe/f00.campaign.email.jana",
        details={},
        text={
            "channel": "", "locale": "en", "version": 1, "subject": "Come", "body": "Hello\n\n[No more]({unsubscribe})",
            "placeholders": {"unsubscribe": {"type": "link", "isOptional": True}},
        },
    )  # fmt: skip
    assert text(email).count("/unsubscribe/") == html(email).count("/unsubscribe/") == 1


def test_nobody_ends_what_keeps_an_account_safe(compose):
    assert "End these messages" not in text(compose("password_changed")) + html(compose("password_changed"))


def test_a_name_is_not_markup(compose):
    email = compose(name="<script>alert(1)</script>{{ 7 * 7 }}")
    assert "<script" not in html(email)
    assert "{{ 7 * 7 }}" in html(email)


def test_nobody_can_have_us_write_his_words_to_a_stranger(compose):
    email = compose("registration", name="You have won! http://evil.example")
    assert "evil" not in text(email) + html(email) + email["Subject"]


def test_a_tariff_may_be_called_anything(compose):
    email = compose("tariff_deadline", details=TARIFF | {"tariff": "Fast\r\nBcc: x@example.com 100 %"})
    assert email["Subject"] == "Fast Bcc: x@example.com 100 % ends on March 1, 2027"


def test_another_kind_is_refused(compose):
    with pytest.raises(Refused):
        compose("../base", details={})


@pytest.mark.parametrize("address", ["http://mail", "smtp://", "mail.example.com:25"])
def test_a_wrong_mail_server_is_said_at_once(monkeypatch, address):
    monkeypatch.setenv("PORTAL_SMTP_URL", address)
    with pytest.raises(Trouble):
        channel.sink()


def test_who_it_comes_from(app, compose, monkeypatch):
    assert compose()["From"].addresses[0].addr_spec == "no-reply@localhost"
    monkeypatch.setenv("PORTAL_MAIL_FROM", "Zákaznícky portál <portal@example.com>")
    assert str(compose()["From"]) == "Zákaznícky portál <portal@example.com>"
    assert compose()["Message-ID"].endswith("@example.com>")
    monkeypatch.setenv("PORTAL_MAIL_FROM", "nobody")
    with pytest.raises(Trouble):
        compose()


def test_nothing_but_a_reference_is_looked_up(app):
    for strange in ("../secrets", "0" * 31, "", None, "0" * 32 + "/..", SimpleNamespace()):
        assert channel.preview(strange if isinstance(strange, str) else None) is None
