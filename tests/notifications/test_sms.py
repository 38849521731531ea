"""SMS through a gateway: what it is told, what it answers, and what a gateway that does badly costs."""

import json
import os
import signal
import time

import pytest
from psycopg.types.json import Jsonb

from portal import channels, letters
from portal.channels import Provider, sms
from tests.jobs.processes import children, wait_until
from tests.notifications.stand_in import Gateway
from workers import messages
from workers.messages import LATEST

SMS = "INSERT INTO ntf_kindChannels VALUES ('top_up', 'sms', true, false, now()) ON CONFLICT DO NOTHING"


@pytest.fixture
def gateway():
    with Gateway() as gateway:
        yield gateway


@pytest.fixture
def acme(outbox, gateway):
    """The gateway as the first provider of SMS; Jana has a number and wants them, at any hour."""
    outbox.execute(
        "UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo')"
    )
    outbox.execute("UPDATE as_users SET phone = '+421903123456' WHERE username = 'jana'")
    outbox.execute(SMS)

    def add(code="acme", place=10, settings=None, server=gateway, **given):
        settings = server.settings() if settings is None else settings
        outcome = outbox.call(
            "ntf_saveProvider",
            **{"code": code, "name": code, "channel": "sms", "driver": "http", "place": place} | given,
            settings=Jsonb(settings),
        )
        assert outcome.ok, outcome
        assert outbox.call("ntf_setProviderEnabled", code=code, isEnabled=True).ok

    add()
    return add


@pytest.fixture
def queue(outbox):
    number = iter(range(1, 1000))

    def queue(count=1) -> list[int]:
        keys = [f"test:{next(number)}" for _ in range(count)]
        for key in keys:
            outbox.execute(
                "SELECT job_queueMessage('jana', 'top_up', %s, %s)",
                [key, '{"amount": "12.50", "balance": "20.00", "currency": "EUR"}'],
            )
        outbox.execute("DELETE FROM job_outbox WHERE channel <> 'sms'")
        return [
            outbox.value("SELECT id FROM job_outbox WHERE dedupKey = %s AND channel = 'sms'", [key])
            for key in keys
        ]

    return queue


@pytest.fixture
def of(outbox):
    return lambda one: outbox.row("SELECT * FROM job_messages WHERE id = %s", [one])


def hurry(outbox, seconds=10) -> None:
    """What waits for its next attempt is due, so many seconds later, and a provider that was left alone may be tried."""
    outbox.execute(
        "UPDATE job_outbox SET notBefore = clock_timestamp(), handedOverAt = handedOverAt - make_interval(secs => %s)"
        " WHERE state = 'new'",
        [seconds],
    )
    outbox.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() WHERE openUntil IS NOT NULL")


def test_it_says_what_the_mapping_says(as_worker, queue, of, gateway, acme, monkeypatch):
    monkeypatch.setenv("PORTAL_PROVIDER_SECRET_ACME", "hush")
    [one] = queue()
    messages.send()
    row = of(one)
    assert (row.state, row.provider, row.parts, row.error) == ("sent", "acme", row.parts, None)
    [(_, reference, given)] = gateway.requests
    assert reference == row.reference
    assert (given["to"], given["message"]["from"]) == ("+421903123456", "Portal")
    assert row.their_reference == f"their-{reference}"
    assert gateway.headers[0]["Authorization"] == "Bearer hush"
    assert gateway.headers[0]["Idempotency-Key"] == reference


def test_the_secret_is_in_no_table(as_worker, queue, outbox, acme, gateway, monkeypatch):
    monkeypatch.setenv("PORTAL_PROVIDER_SECRET_ACME", "hush-hush")
    gateway.mode = "busy"
    queue()
    messages.send()
    kept = outbox.read(
        "SELECT row_to_json(job_outbox)::text || row_to_json(ntf_providers)::text || row_to_json(ntf_providerStates)::text"
        " FROM job_outbox, ntf_providers, ntf_providerStates"
    )
    assert "hush-hush" not in str(kept)


@pytest.mark.parametrize(
    ("mode", "state", "words"),
    [
        ("busy", "new", "answered 429"),
        ("refuses", "failed", "answered invalid"),
        ("page", "new", "answered with a page"),
        ("broken", "new", "answered 500"),
        ("hangs", "new", "gave no answer"),
    ],
)
def test_what_it_answers_is_written_down(as_worker, queue, of, gateway, acme, mode, state, words):
    [one] = queue()
    gateway.mode = mode
    messages.send()
    assert of(one).state == state
    assert words in of(one).error


@pytest.mark.parametrize("number", ["", " ", "\0", "7\0", "7\ud800", "7" * 500])
def test_whatever_it_calls_a_message_what_became_of_it_is_written_down(
    as_worker, queue, of, gateway, acme, number
):
    gateway.calls_it = number
    both = queue(2)
    messages.send()
    assert [of(one).state for one in both] == ["sent", "sent"]
    assert {of(one).their_reference for one in both} <= {None, "7", "7" * 200}


def test_whatever_words_it_refuses_with_they_are_written_down(as_worker, queue, of, gateway, acme):
    gateway.mode = "refuses"
    acme(
        "strange",
        place=1,
        settings=gateway.settings(refusedStates=[], okStates=["a"], statePath="messages.0.id"),
    )
    gateway.calls_it = "no\0\ud800"
    [one] = queue()
    messages.send()
    assert of(one).state == "new"
    assert of(one).error.endswith("answered no .")


@pytest.mark.parametrize("mode", ["page", "broken", "hangs"])
def test_who_took_it_and_did_not_say_so_is_asked_and_not_given_it_again(
    as_worker, queue, of, gateway, acme, outbox, mode
):
    [one] = queue()
    gateway.mode = mode
    messages.send()
    gateway.mode = "fast"
    hurry(outbox)
    messages.send()
    assert of(one).state == "sent"
    assert gateway.asked == [of(one).reference]
    assert len(gateway.requests) == 1


def test_who_may_still_be_taking_it_is_not_asked_yet(as_worker, queue, of, gateway, acme, outbox):
    [one] = queue()
    gateway.mode, gateway.pause = "late", 60
    messages.send()
    gateway.mode = "fast"
    for _ in range(2):
        hurry(outbox, seconds=0)
        messages.send()
    assert (of(one).state, gateway.asked) == ("new", [])
    gateway.taking.set()
    wait_until(lambda: gateway.delivered, what="it to be taken")
    hurry(outbox)
    messages.send()
    assert of(one).state == "sent"
    assert gateway.delivered == gateway.asked == [of(one).reference]


def test_who_did_not_take_it_gets_it_again(as_worker, queue, of, gateway, acme, outbox):
    [one] = queue()
    gateway.mode = "hangs"
    messages.send()
    gateway.known.clear(), gateway.delivered.clear()
    gateway.mode = "fast"
    hurry(outbox)
    messages.send()
    hurry(outbox)
    messages.send()
    assert of(one).state == "sent"
    assert gateway.delivered == [of(one).reference]


def test_a_worker_stopped_while_it_is_handed_the_message_lets_go(portal, outbox, queue, of, gateway, acme):
    gateway.isIdempotent = False
    acme(ratePerSecond="50")
    [one] = queue()
    portal.start("workers.schedule")
    with outbox.transaction():
        outbox.execute("SELECT FROM ntf_providerStates WHERE provider = 'acme' FOR UPDATE")
        first = portal.start("workers.work", "messages")
        waits = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)"
        wait_until(lambda: outbox.value(waits), what="it to ask whether it may")
        [horse] = children(first.pid)
        os.kill(horse, signal.SIGSTOP)
    wait_until(lambda: of(one).handed_over, what="the message to be handed over to whoever is stopped")
    assert gateway.requests == []
    outbox.execute(
        "UPDATE job_outbox SET leaseUntil = clock_timestamp() - interval '1 second',"
        " handedOverAt = handedOverAt - interval '1 minute'"
    )
    portal.start("workers.work", "messages")
    wait_until(lambda: of(one).state == "sent", what="another to send it")
    time.sleep(LATEST)
    os.kill(horse, signal.SIGCONT)
    wait_until(lambda: horse not in children(first.pid), seconds=60, what="the stopped one to end")
    assert gateway.delivered == gateway.asked == [of(one).reference]


@pytest.mark.parametrize("mode", ["page", "broken", "hangs"])
def test_who_cannot_be_asked_is_not_given_it_again(as_worker, queue, of, gateway, acme, outbox, mode):
    settings = {
        name: value for name, value in gateway.settings().items() if not name.startswith(("status", "absent"))
    }
    acme(settings=settings)
    [one] = queue()
    gateway.mode = mode
    messages.send()
    gateway.mode = "fast"
    hurry(outbox)
    messages.send()
    assert of(one).state == "unknown"
    assert len(gateway.requests) == 1


def test_who_knows_it_by_our_reference_is_simply_given_it_again(as_worker, queue, of, gateway, acme, outbox):
    settings = {
        name: value for name, value in gateway.settings().items() if not name.startswith(("status", "absent"))
    }
    acme(settings=settings | {"isIdempotent": True})
    [one] = queue()
    gateway.mode = "hangs"
    messages.send()
    gateway.mode = "fast"
    hurry(outbox)
    messages.send()
    assert of(one).state == "sent"
    assert len(gateway.requests) == 2
    assert gateway.delivered == [of(one).reference]


def test_one_that_goes_away_is_left_alone_and_the_next_one_carries_on(
    as_worker, queue, of, gateway, acme, outbox
):
    with Gateway() as other:
        acme("other", place=20, server=other)
        gateway.close()
        many = queue(30)
        for _ in range(8):
            messages.send()
            outbox.execute("UPDATE job_outbox SET notBefore = clock_timestamp() WHERE state = 'new'")
        assert {of(one).state for one in many} == {"sent"}
        assert len(other.delivered) == 30 and not other.twice()
        state = outbox.row(
            "SELECT opens, openUntil > clock_timestamp() AS open FROM ntf_providerStates WHERE provider = 'acme'"
        )
        assert state == (1, True)
        # It comes back by itself.
        gateway.open()
        hurry(outbox)
        queue(10)
        messages.send()
        assert outbox.value("SELECT openUntil IS NULL FROM ntf_providerStates WHERE provider = 'acme'")
        queue(10)
        messages.send()
        assert len(gateway.delivered) == 20 and len(other.delivered) == 30


def test_one_that_slows_down_is_left_alone(as_worker, queue, gateway, acme, outbox):
    acme(slowSeconds="0.1", failuresToOpen=3)
    gateway.mode, gateway.pause = "slow", 0.2
    with Gateway() as other:
        acme("other", place=20, server=other)
        queue(30)
        messages.send()
        assert outbox.value("SELECT openUntil IS NOT NULL FROM ntf_providerStates WHERE provider = 'acme'")
        assert len(gateway.requests) <= 20 and len(gateway.requests) + len(other.requests) == 30
        assert not set(gateway.delivered) & set(other.delivered)


@pytest.mark.parametrize(("rate", "burst"), [(10, 1), (10, 5), (40, 10), (3, 1)])
def test_never_more_in_any_second_than_the_rate(as_worker, queue, gateway, acme, outbox, rate, burst):
    acme(ratePerSecond=rate, burst=burst)
    queue(min(3 * rate, 60))
    while outbox.value("SELECT count(*) FROM job_outbox WHERE state = 'new'"):
        messages.send()
    assert len(gateway.requests) == min(3 * rate, 60)
    assert 0 < gateway.fullest_second() <= rate
    # Nor is it needlessly slow.
    times = [at for at, _, _ in gateway.requests]
    assert len(times) / (max(times) - min(times) + 1) >= rate / 4


def test_the_daily_cap_sends_the_rest_by_the_next_one(as_worker, queue, gateway, acme, outbox):
    acme(pricePerPart="0.05", dailyCap="0.50")
    with Gateway() as other:
        acme("other", place=20, server=other, pricePerPart="0.09")
        queue(20)
        for _ in range(4):
            messages.send()
        spent = outbox.value("SELECT spent::float FROM ntf_providerDays WHERE provider = 'acme'")
        assert 0 < spent <= 0.5
        assert len(gateway.requests) + len(other.requests) == 20 and other.requests
        assert outbox.value(
            "SELECT sum(price)::float FROM job_outbox WHERE provider = 'acme'"
        ) == pytest.approx(spent)


def test_a_gateway_that_lies_is_believed(as_worker, queue, of, gateway, acme):
    """Only its report could tell: nobody gets it twice for that."""
    [one] = queue()
    gateway.mode = "lies"
    messages.send()
    assert of(one).state == "sent"


# What goes out


def letter(subject="Hello", facts=(), link=None):
    letter = letters.Letter(is_own=False)
    letter.subject = letters.clean(subject)
    letter.paragraph("A paragraph.")
    for label, value in facts:
        letter.fact(label, value)
    if link:
        letter.button("Open", link)
    return letter


def composed(text="Hello", address="+421903123456"):
    message = {"address": address, "reference": "0" * 32}
    return sms.compose(message, letter(text))


@pytest.mark.parametrize(
    "text",
    [
        "Ahoj 👋🏽 Žofia",
        "مرحبا بالعالم",
        "नमस्ते दुनिया",
        '"quotes" \\ & <b>',
        "{to} {secret} {reference}",
    ],
)
@pytest.mark.parametrize("body", ["json", "form", "query"])
def test_every_text_arrives_as_it_is(gateway, text, body):
    """And nothing in it is taken for a placeholder."""
    kept = []
    gateway.post = lambda handler: (
        kept.append((handler.path, handler.rfile.read(int(handler.headers.get("Content-Length") or 0)))),
        gateway.answer(handler, 200, {"messages": [{"id": 1, "state": "queued"}]}),
    )
    fields = {"to": "{to}", "text": "{text}"}
    provider = Provider("acme", "sms", "http", gateway.settings(body=body, fields=fields))
    sent = composed(text)
    sms.Gateway(provider).deliver(sent, sent["reference"], lambda: None)
    path, raw = kept[0]
    if body == "json":
        arrived = json.loads(raw)["text"]
    else:
        from urllib.parse import parse_qs, urlsplit

        arrived = parse_qs(urlsplit(path).query if body == "query" else raw.decode())["text"][0]
    assert arrived == text == sent["text"]


@pytest.mark.parametrize("text", ["Hello\r\nBcc: everybody", "Hello\u2028there", "\u202egnp.exe", "a\x00b"])
def test_control_characters_do_not(text):
    assert not set(composed(text)["text"]) & set("\r\u2028\u202e\x00")


def test_facts_and_the_way_on_are_lines_of_it():
    long = letter(
        "Your tariff ends", [("Tariff", "Fast"), ("Deadline", "1 March")], "https://portal.example.com/tariff"
    )
    assert (
        long.brief() == "Your tariff ends\nTariff: Fast\nDeadline: 1 March\nhttps://portal.example.com/tariff"
    )


@pytest.mark.parametrize("address", ["jana@example.com", "0903 123 456", "+0", "+421903123456\r\nX: y", ""])
def test_only_numbers_are_numbers(address):
    with pytest.raises(channels.Refused):
        composed(address=address)


def test_a_number_with_spaces_is_one():
    assert composed(address="+421 903 123-456")["to"] == "+421903123456"


def test_a_secret_with_a_line_break_reaches_nobody(gateway, monkeypatch):
    monkeypatch.setenv("PORTAL_PROVIDER_SECRET_ACME", "hush\r\nX-Other: 1")
    provider = Provider("acme", "sms", "http", gateway.settings())
    sent = composed()
    with pytest.raises((channels.Down, channels.Unanswered)):
        sms.Gateway(provider).deliver(sent, sent["reference"], lambda: None)
    assert gateway.requests == []
