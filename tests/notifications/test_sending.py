"""What becomes of one message, sent through a real server or into the folder."""

import pytest
from aiosmtpd.smtp import AuthResult

from portal.channels import email as mail
from portal.places import var
from tests.certificates import DAY, Authority
from tests.jobs.processes import MailServer
from workers import messages


@pytest.fixture
def queue(outbox):
    number = iter(range(1, 1000))

    def queue(kind="welcome", username="jana", address=None, details="{}") -> int:
        key = f"test:{next(number)}"
        outbox.execute("SELECT job_queueMessage(%s, %s, %s, %s, %s)", [username, kind, key, details, address])
        return outbox.value("SELECT id FROM job_outbox WHERE dedupKey = %s", [key])

    return queue


@pytest.fixture
def of(outbox):
    return lambda one: outbox.row("SELECT * FROM job_messages WHERE id = %s", [one])


@pytest.fixture
def smtp(mail_server, monkeypatch):
    monkeypatch.setenv("PORTAL_SMTP_URL", mail_server.url)
    return mail_server.mailbox


def test_it_is_sent_in_the_persons_language(as_worker, queue, of, smtp):
    one = queue()
    messages.send()
    assert (of(one).state, of(one).reference) == ("sent", smtp.ids()[0])
    email = smtp.messages[0]
    assert email["Content-Language"] == "sk"
    assert email["To"] == "Jana <jana@example.com>"
    assert email["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in email.iter_parts()] == ["text/plain", "text/html"]


def test_it_is_sent_once_however_many_are_woken(as_worker, queue, smtp):
    queue()
    for _ in range(3):
        messages.send()
    assert len(smtp.messages) == 1


@pytest.mark.parametrize(
    "address, state, words",
    [
        ("refused@example.com", "failed", "550 no such user"),
        ("full@example.com", "failed", "552 mailbox is full"),
        ("busy@example.com", "new", "451 try again"),
        ("lost@example.com", "unknown", "No answer after the message was handed over"),
        ("not an address", "failed", "cannot be written as an address"),
        ("a@example.com\r\nBcc: everybody@example.com", "failed", "cannot be written as an address"),
        ("jožo@example.com", "failed", "cannot be written as an address"),
        ("jana@žltý.example", "sent", ""),
    ],
)
def test_what_the_mail_server_answers_is_written_down(as_worker, queue, of, smtp, address, state, words):
    one = queue(address=address)
    messages.send()
    assert of(one).state == state
    assert words in (of(one).error or "")


def test_a_mail_server_that_is_away_is_asked_later(as_worker, queue, of, monkeypatch):
    monkeypatch.setenv("PORTAL_SMTP_URL", "smtp://127.0.0.1:9")
    one = queue()
    messages.send()
    assert (of(one).state, of(one).attempts) == ("new", 1)
    assert "cannot be reached" in of(one).error


def test_a_mail_server_without_encryption_gets_no_link(as_worker, queue, of, mail_server, monkeypatch):
    monkeypatch.setenv("PORTAL_SMTP_URL", mail_server.url + "/?tls=starttls")
    one = queue()
    messages.send()
    assert of(one).state == "new"
    assert mail_server.mailbox.messages == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("password, state", [("right", "sent"), ("wrong", "new")])
def test_a_wrong_password_for_the_mail_server_costs_no_message(
    as_worker, queue, of, monkeypatch, password, state
):
    def knows(server, session, envelope, mechanism, data):
        return AuthResult(success=data.password == b"right", handled=False)

    with MailServer(auth_required=True, auth_require_tls=False, authenticator=knows) as server:
        monkeypatch.setenv("PORTAL_SMTP_URL", server.url.replace("//", f"//portal:{password}@"))
        one = queue()
        messages.send()
    assert of(one).state == state
    assert ("535" in (of(one).error or "")) == (state == "new")


# Encryption


def over_tls(server: MailServer, way: str) -> str:
    """The server's address: TLS from the first byte, or asked for with STARTTLS."""
    address = server.url.replace("//", "//portal:right@")
    return address.replace("smtp:", "smtps:") if way == "smtps" else f"{address}/?tls=starttls"


def encrypted(way: str, context, **settings) -> MailServer:
    """A mail server that takes nothing in the clear, least of all a password."""
    if way == "smtps":
        return MailServer(ssl_context=context, auth_required=True, auth_require_tls=False, **settings)
    return MailServer(tls_context=context, require_starttls=True, auth_required=True, **settings)


@pytest.fixture
def passwords():
    """What the mail server was told, and whether it is right."""
    told = []

    def authenticator(server, session, envelope, mechanism, data):
        told.append(data.password)
        return AuthResult(success=data.password == b"right", handled=False)

    return told, authenticator


@pytest.fixture
def authority(tmp_path, monkeypatch):
    """Whom OpenSSL trusts in this test."""
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    return authority


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("way", ["smtps", "starttls"])
def test_it_is_sent_encrypted(as_worker, queue, of, monkeypatch, authority, passwords, way):
    told, authenticator = passwords
    with encrypted(way, authority.server_context("127.0.0.1"), authenticator=authenticator) as server:
        monkeypatch.setenv("PORTAL_SMTP_URL", over_tls(server, way))
        one = queue()
        messages.send()
    assert (of(one).state, of(one).error) == ("sent", None)
    assert (server.mailbox.ids(), told) == ([of(one).reference], [b"right"])


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
@pytest.mark.parametrize("way", ["smtps", "starttls"])
@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ("stranger", "unable to get local issuer certificate"),
        ("other name", "IP address mismatch, certificate is not valid for '127.0.0.1'"),
        ("over", "certificate has expired"),
    ],
)
def test_a_mail_server_with_a_wrong_certificate_gets_nothing(
    as_worker, queue, of, monkeypatch, tmp_path, authority, passwords, way, wrong, words
):
    told, authenticator = passwords
    (tmp_path / "stranger").mkdir()
    context = {
        "stranger": lambda: Authority(tmp_path / "stranger", "Somebody else").server_context("127.0.0.1"),
        "other name": lambda: authority.server_context("mail.example.com"),
        "over": lambda: authority.server_context("127.0.0.1", ends=-DAY),
    }[wrong]()
    with encrypted(way, context, authenticator=authenticator) as server:
        monkeypatch.setenv("PORTAL_SMTP_URL", over_tls(server, way))
        one = queue("password_reset")
        messages.send()
    # It waits until somebody has put it right; neither the message nor the password left this machine.
    assert (of(one).state, of(one).attempts) == ("new", 1)
    assert of(one).error == f"The certificate of the mail server 127.0.0.1 is not good: {words}."
    assert (server.mailbox.messages, told) == ([], [])


def test_a_folder_that_cannot_be_written_is_tried_later(as_worker, queue, of, monkeypatch, tmp_path):
    (tmp_path / "mail").write_text("not a folder")
    monkeypatch.setitem(mail.DRIVERS, "smtp", lambda provider: mail.Folder(tmp_path / "mail"))
    one = queue()
    messages.send()
    assert of(one).state == "new"
    assert "cannot be written" in of(one).error


def test_without_a_mail_server_it_becomes_a_file(as_worker, queue, of):
    one = queue()
    messages.send()
    reference = of(one).reference
    file = var("mail", f"{reference}.eml")
    try:
        assert of(one).state == "sent"
        assert file.stat().st_mode & 0o777 == 0o600
        assert dict(mail.preview(reference).headers)["To"] == "Jana <jana@example.com>"
    finally:
        file.unlink()


def test_the_folder_is_asked_before_anything_is_put_there_again(as_worker, queue, of, outbox):
    one = queue()
    messages.send()
    file = var("mail", f"{of(one).reference}.eml")
    written = file.stat().st_mtime_ns
    # As if the worker had been killed a minute ago, before it could say so.
    outbox.execute(
        "UPDATE job_outbox SET state = 'sending', reference = NULL, finishedAt = NULL,"
        " handedOverAt = handedOverAt - interval '1 minute',"
        " leaseUntil = clock_timestamp() - interval '1 second' WHERE id = %s",
        [one],
    )
    messages.send()
    try:
        assert of(one).state == "sent"
        assert file.stat().st_mtime_ns == written
    finally:
        file.unlink()


def test_a_kind_without_a_text_fails_that_message_alone(as_worker, queue, of, smtp, outbox):
    outbox.execute("INSERT INTO ntf_kinds VALUES ('mute', false, false, 999, now())")
    outbox.execute("INSERT INTO ntf_kindChannels VALUES ('mute', 'email', true, false, now())")
    strange, good = queue("mute"), queue()
    messages.send()
    messages.send()
    assert (of(strange).state, of(good).state) == ("failed", "sent")
    assert "no text" in of(strange).error


def test_details_that_are_missing_fail_that_message_alone(as_worker, queue, of, smtp):
    one = queue("top_up_rejected", details='{"amount": "5.00", "currency": "EUR"}')
    messages.send()
    assert of(one).state == "failed"
    assert "{note}" in of(one).error


def test_a_link_is_made_when_it_is_sent_and_only_its_hash_is_kept(as_worker, queue, of, smtp, outbox):
    queue("password_reset")
    assert outbox.value("SELECT count(*) FROM as_tokens") == 0
    messages.send()
    text = smtp.messages[0].get_body(("plain",)).get_content()
    token = text.partition("/reset/")[2].split()[0]
    assert (
        outbox.value("SELECT count(*) FROM as_tokens WHERE tokenHash = sha256(%s::bytea)", [token.encode()])
        == 1
    )
    kept = outbox.read(
        "SELECT row_to_json(job_outbox)::text || row_to_json(as_tokens)::text FROM job_outbox, as_tokens"
    )
    assert token not in str(kept)


def test_a_link_of_no_use_is_not_sent(as_worker, queue, of, smtp):
    one = queue("registration", username="", address="new@example.com", details='{"registrationID": "gone"}')
    messages.send()
    assert of(one).state == "cancelled"
    assert smtp.messages == []


def test_whoever_lost_the_message_does_not_send_it(as_worker, queue, of, smtp, outbox, monkeypatch):
    one = queue()
    compose = mail.compose

    def slowly(*arguments):
        """In the meantime the lease is over and another worker has it."""
        outbox.execute("UPDATE job_outbox SET worker = 'there:2' WHERE id = %s", [one])
        return compose(*arguments)

    monkeypatch.setattr(mail, "compose", slowly)
    messages.send()
    assert (of(one).state, of(one).worker) == ("sending", "there:2")
    assert smtp.messages == []
