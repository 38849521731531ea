"""The cabinet, webhooks and files, and a channel that nobody has thought of yet."""

import hashlib
import hmac
import json

import pytest
from psycopg.types.json import Jsonb

from portal import channels
from portal.places import var
from tests.notifications.stand_in import Gateway
from workers import messages

DETAILS = '{"amount": "5.00", "currency": "EUR", "balance": "7.00", "purpose": "cash"}'
HOSTILE = "Jana\r\nBcc: everybody@example.com\u202e <b>👋🏽</b> جانا"


@pytest.fixture
def queue(outbox):
    number = iter(range(1, 1000))

    def queue(channel, kind="top_up", details=DETAILS) -> int:
        key = f"test:{next(number)}"
        outbox.execute("UPDATE ntf_channels SET isEnabled = true WHERE code = %s", [channel])
        assert outbox.call("ntf_setKindChannel", kind=kind, channel=channel, isOn=True).ok
        outbox.execute("SELECT job_queueMessage('jana', %s, %s, %s)", [kind, key, details])
        outbox.execute("DELETE FROM job_outbox WHERE channel <> %s", [channel])
        return outbox.value("SELECT id FROM job_outbox WHERE dedupKey = %s", [key])

    return queue


@pytest.fixture
def of(outbox):
    return lambda one: outbox.row("SELECT * FROM job_messages WHERE id = %s", [one])


def lose(outbox, one) -> None:
    """As if the worker had been killed a minute ago, before it could say that it was sent."""
    outbox.execute(
        "UPDATE job_outbox SET state = 'sending', finishedAt = NULL, handedOverAt = handedOverAt - interval '1 minute',"
        " leaseUntil = clock_timestamp() - interval '1 second' WHERE id = %s",
        [one],
    )


# The cabinet


def test_it_stands_in_the_cabinet_in_the_persons_language(as_worker, queue, of, outbox):
    one = queue("cabinet")
    messages.send()
    assert (of(one).state, of(one).error, of(one).provider) == ("sent", None, "cabinet")
    row = outbox.row("SELECT * FROM ntf_inbox")
    assert (row.username, row.messageid, row.kind, row.link) == ("jana", one, "top_up", "/finance")
    assert "5,00" in row.subject


def test_however_often_its_worker_is_lost_it_stands_there_once(as_worker, queue, of, outbox):
    one = queue("cabinet")
    for _ in range(3):
        messages.send()
        assert of(one).state == "sent"
        lose(outbox, one)
    messages.send()
    assert outbox.value("SELECT count(*) FROM ntf_inbox") == 1


def test_a_hostile_name_is_a_name_there(as_worker, queue, of, outbox):
    outbox.execute("UPDATE as_users SET name = %s WHERE username = 'jana'", [HOSTILE])
    one = queue("cabinet")
    messages.send()
    assert of(one).state == "sent"
    row = outbox.row("SELECT subject, body FROM ntf_inbox")
    assert "👋🏽" in row.body and not set(row.body) & set("\r\u202e")


# Webhooks


@pytest.fixture
def bot(outbox, monkeypatch):
    """A service that messengers hang on; what it was given stands in bot.given."""
    monkeypatch.setenv("PORTAL_PROVIDER_SECRET_BOT", "hush")
    with Gateway() as gateway:
        gateway.given, gateway.says = [], (200, {"id": "b-1"})

        def post(handler):
            body = handler.rfile.read(int(handler.headers["Content-Length"]))
            gateway.given.append((dict(handler.headers), body))
            gateway.answer(handler, *gateway.says)

        gateway.post = post
        outcome = outbox.call(
            "ntf_saveProvider", code="bot", name="Bot", channel="webhook", driver="webhook", place=10,
            settings=Jsonb({"url": f"http://127.0.0.1:{gateway.port}/messages"}),
        )  # fmt: skip
        assert outcome.ok, outcome
        assert outbox.call("ntf_setProviderEnabled", code="bot", isEnabled=True).ok
        yield gateway


def test_it_is_signed_and_says_what_the_letter_says(as_worker, queue, of, bot):
    one = queue("webhook")
    messages.send()
    assert (of(one).state, of(one).their_reference) == ("sent", "b-1")
    [(headers, body)] = bot.given
    expected = hmac.new(b"hush", headers["X-Timestamp"].encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Signature"] == expected
    assert headers["Idempotency-Key"] == of(one).reference
    told = json.loads(body)
    assert (told["reference"], told["kind"], told["username"], told["locale"]) == (
        of(one).reference,
        "top_up",
        "jana",
        "sk",
    )
    assert told["link"].endswith("/finance")


def test_who_did_not_answer_gets_it_again_under_the_same_reference(as_worker, queue, of, bot, outbox):
    one = queue("webhook")
    bot.says = (500, {})
    messages.send()
    assert of(one).state == "new"
    # 409: it has it already.
    bot.says = (409, {})
    outbox.execute(
        "UPDATE job_outbox SET notBefore = clock_timestamp(), handedOverAt = handedOverAt - interval '1 minute'"
    )
    messages.send()
    assert of(one).state == "sent"
    assert {headers["Idempotency-Key"] for headers, _ in bot.given} == {of(one).reference}


def test_a_hostile_name_is_a_name_in_its_json(as_worker, queue, of, bot, outbox):
    outbox.execute("UPDATE as_users SET name = %s WHERE username = 'jana'", [HOSTILE])
    queue("webhook")
    messages.send()
    headers, body = bot.given[0]
    assert json.loads(body)["name"] == HOSTILE
    assert "Bcc" not in headers


# Files


def test_it_becomes_a_file(as_worker, queue, of, outbox):
    one = queue("file")
    messages.send()
    file = var("messages", f"{of(one).reference}.json")
    try:
        assert of(one).state == "sent"
        written = file.stat().st_mtime_ns
        lose(outbox, one)
        messages.send()
        assert (of(one).state, file.stat().st_mtime_ns) == ("sent", written)
        assert json.loads(file.read_text())["kind"] == "top_up"
    finally:
        file.unlink()


# Another one

PIGEON = '''
"""Carrier pigeons."""

FLOWN = []


def compose(message, letter):
    return f"{message['name']}: {letter.subject}"


def measured(sent):
    return None


class Loft:
    can_be_asked = False

    def __init__(self, provider):
        pass

    def deliver(self, sent, reference, hand_over):
        hand_over()
        FLOWN.append(sent)


DRIVERS = {"pigeon": Loft}
'''


def test_a_channel_is_one_file_and_one_row(as_worker, queue, of, outbox, tmp_path, monkeypatch):
    (tmp_path / "pigeon.py").write_text(PIGEON)
    monkeypatch.setattr(channels, "__path__", [*channels.__path__, str(tmp_path)])
    outbox.execute(
        "INSERT INTO ntf_channels (code, isEnabled, sortOrder, createdAt) VALUES ('pigeon', true, 90, now())"
    )
    one = queue("pigeon")
    messages.send()
    assert (of(one).state, of(one).provider) == ("sent", "pigeon")
    [flown] = channels.module("pigeon").FLOWN
    assert flown.startswith("Jana: ")


def test_a_channel_without_its_file_waits_for_it(as_worker, queue, of, outbox):
    outbox.execute(
        "INSERT INTO ntf_channels (code, isEnabled, sortOrder, createdAt) VALUES ('drum', true, 90, now())"
    )
    one = queue("drum")
    messages.send()
    assert of(one).state == "new"
    assert "no module for the channel drum" in of(one).error


# E-mail


def test_one_click_ends_marketing_in_the_mailbox(app, as_worker, queue, of, outbox, mail_server, monkeypatch):
    from portal.channels import email

    with app.app_context():
        message = {
            "name": "Jana", "address": "jana@example.com", "reference": "0" * 32, "locale": "sk",
            "unsubscribe": "/unsubscribe/token",
        }  # fmt: skip
        written = email.envelope(message, "Hello", "text", "<p>html</p>")
        assert written["List-Unsubscribe"] == f"<{app.config['URL'].rstrip('/')}/unsubscribe/token>"
        assert written["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "List-Unsubscribe" not in email.envelope(
            message | {"unsubscribe": None}, "Hello", "text", "<p></p>"
        )


def test_the_link_that_ends_marketing_stands_in_its_header_as_it_is(app, as_worker, outbox):
    """A mailbox reads neither encoded words nor a link in two pieces there."""
    from portal.channels import email

    path = outbox.value("SELECT ntf_unsubscribePath('jana', 'campaign', 'email')")
    message = {
        "name": "Jana", "address": "jana@example.com", "reference": "0" * 32, "locale": "sk", "unsubscribe": path,
    }  # fmt: skip
    raw = email.envelope(message, "Žiadne ďalšie správy " * 9, "text", "<p>html</p>").as_bytes()
    address = app.config["URL"].rstrip("/") + path
    assert len(address) > 78
    assert f"\r\nList-Unsubscribe: <{address}>\r\n".encode() in raw
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
