"""E-mail: a letter as plain text and HTML, given to a mail server or put into a folder.

PORTAL_SMTP_URL   smtp://user:password@mail.example.com:587, smtps://… for TLS from the first byte;
                  without it messages become files in var/mail
PORTAL_MAIL_FROM  who they come from, Portal <portal@example.com>
SSL_CERT_FILE     whom to trust, where the mail server's certificate is signed by an authority of one's own
"""

import datetime as dt
import os
import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email import message_from_bytes, policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from flask import current_app, render_template

from portal import letters
from portal.channels import Down, Later, Provider, Refused, Unanswered
from portal.letters import Letter, clean
from portal.places import var
from portal.trouble import Trouble

#: Less than a third of the lease, so that no attempt outlives it.
TIMEOUT = 15
LOOPBACK = ("localhost", "127.0.0.1", "::1")
REFERENCE = re.compile(r"[0-9a-f]{32}")


# The message


class Headers(EmailPolicy):
    """Headers as mail has them, but for a link: a mailbox wants it in one piece, and reads no encoded words there."""

    def fold_binary(self, name: str, value) -> bytes:
        if name.lower() == "list-unsubscribe":
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


# Seven bits, so that every server on the way takes it.
HEADERS = Headers(linesep="\r\n", cte_type="7bit")


def compose(message: dict, letter: Letter) -> EmailMessage:
    """The letter as an e-mail, as plain text and as HTML."""
    message = message | {"locale": letter.locale}
    values = {
        "letter": letter,
        "brand": current_app.config["BRAND"],
        "locale": message["locale"],
        "ending": ending(message, letter),
    }
    with letters.speaking(message):
        text = render_template("mail/_letter.txt", **values)
        html = render_template("mail/_letter.html", **values)
    return envelope(message, letter.subject, text, html)


def ending(message: dict, letter: Letter) -> str | None:
    """Where such messages are ended, for the foot of a letter whose text does not say it."""
    if not message.get("unsubscribe"):
        return None
    address = unsubscribe_address(message)
    return None if any(address in words for part in letter.parts for words in part) else address


def unsubscribe_address(message: dict) -> str:
    return current_app.config["URL"].rstrip("/") + message["unsubscribe"]


def envelope(message: dict, subject: str, text: str, html: str) -> EmailMessage:
    email = EmailMessage(policy=HEADERS)
    sender = from_address()
    try:
        email["From"] = sender
        email["To"] = Address(plain(message["name"] or ""), addr_spec=in_latin(message["address"]))
    except (ValueError, MessageError, IndexError) as error:
        raise Refused(f"{message['address']!r} cannot be written as an address: {error}") from None
    email["Subject"] = plain(subject)
    email["Date"] = format_datetime(dt.datetime.now(dt.UTC))
    email["Message-ID"] = f"<{message['reference']}@{sender.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    email["X-Auto-Response-Suppress"] = "All"
    if message.get("unsubscribe"):
        # One click, RFC 8058: the mailbox shows a button and posts to the address.
        email["List-Unsubscribe"] = f"<{unsubscribe_address(message)}>"
        email["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    email.set_content(text)
    email.add_alternative(html, subtype="html")
    # Setting the content would take it away again.
    email["Content-Language"] = message["locale"]
    return email


def plain(text: str) -> str:
    """Words for a header, where =?…?= would be read as what it encodes, line breaks and all."""
    return clean(text).replace("=?", "= ?")


def in_latin(address: str) -> str:
    """The address with its domain as the network writes it: xn--… for other letters."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def from_address() -> Address:
    """Who messages come from: PORTAL_MAIL_FROM, else no-reply at the portal's own host."""
    given = os.environ.get("PORTAL_MAIL_FROM")
    if not given:
        host = urlsplit(current_app.config["URL"]).hostname or "localhost"
        return Address(plain(current_app.config["BRAND"]), "no-reply", host)
    name, address = parseaddr(given)
    try:
        return Address(plain(name), addr_spec=address)
    except (ValueError, MessageError, IndexError):
        raise Trouble(
            f"PORTAL_MAIL_FROM is {given!r}; write an address such as Portal <portal@example.com>."
        ) from None


# Where messages go


def sink(provider: Provider | None = None) -> "Folder | Server":
    """The mail server of the provider, else that of PORTAL_SMTP_URL, else the folder."""
    if provider and provider.settings.get("url"):
        return Server(provider.settings["url"], provider.secret)
    address = os.environ.get("PORTAL_SMTP_URL")
    return Server(address) if address else Folder()


def check() -> None:
    """Say at the start what is wrong with the settings, rather than at every message."""
    sink()
    from_address()


def measured(email: EmailMessage) -> None:
    """No parts are counted of it."""


class Folder:
    """One file a message in var/mail. It can be asked whether it has one, so nothing is ever put there twice."""

    can_be_asked = True

    def __init__(self, place: Path | None = None):
        self.place = place or var("mail")

    def has(self, reference: str) -> bool:
        return self.file(reference).exists()

    def deliver(self, email: EmailMessage, reference: str, hand_over: Callable) -> None:
        aside = self.place / f".{reference}.{os.getpid()}"
        try:
            self.place.mkdir(parents=True, exist_ok=True, mode=0o700)
            with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(email.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            hand_over()
            # Unlike a rename it fails where the name is taken.
            with suppress(FileExistsError):
                os.link(aside, self.file(reference))
        except OSError as error:
            raise Down(f"{self.place} cannot be written: {error.strerror}.") from None
        finally:
            with suppress(OSError):
                aside.unlink(missing_ok=True)

    def file(self, reference: str) -> Path:
        if not REFERENCE.fullmatch(reference):
            raise ValueError("not a message's reference")
        return self.place / f"{reference}.eml"


class Server:
    """A mail server. It cannot be asked afterwards, so what it did not answer stays unknown."""

    can_be_asked = False

    def __init__(self, address: str, password: str | None = None):
        parts = urlsplit(address)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise Trouble("PORTAL_SMTP_URL must look like smtp://user:password@mail.example.com:587.")
        self.host = parts.hostname
        self.implicit = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.implicit else 587)
        self.user = unquote(parts.username or "")
        self.password = password or unquote(parts.password or "")
        # A password or a reset link must not travel in the clear, unless somebody says so or it stays on the machine.
        tls = parse_qs(parts.query).get("tls", ["none" if self.host in LOOPBACK else "starttls"])[0]
        self.starttls = not self.implicit and tls != "none"

    def has(self, reference: str) -> bool:
        return False

    def deliver(self, email: EmailMessage, reference: str, hand_over: Callable) -> None:
        handed_over, at = False, "connection"
        try:
            with self.connect() as smtp:
                self.sign_in(smtp)
                at = "recipient"
                # A sender that is not taken is a wrong setting, which somebody will put right.
                accepted(smtp.mail(email["From"].addresses[0].addr_spec), for_good=False)
                accepted(smtp.rcpt(email["To"].addresses[0].addr_spec))
                hand_over()
                handed_over = True
                accepted(smtp.data(email.as_bytes()))
                # Taken. Whether it also says good-bye does not matter.
                smtp.close()
        except smtplib.SMTPResponseException as error:
            raise judged(error.smtp_code, error.smtp_error, for_good=handed_over, at=at) from None
        except smtplib.SMTPNotSupportedError as error:
            raise Down(f"The mail server {self.host} does not offer what is needed: {error}") from None
        except ssl.SSLCertVerificationError as error:
            why = error.verify_message.rstrip(".")
            raise Down(f"The certificate of the mail server {self.host} is not good: {why}.") from None
        except (smtplib.SMTPException, OSError) as error:
            why = f"{type(error).__name__}: {error}"
            if handed_over:
                raise Unanswered(f"No answer after the message was handed over ({why}).") from None
            raise Down(f"The mail server {self.host} cannot be reached ({why}).") from None

    def connect(self) -> smtplib.SMTP:
        if self.implicit:
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT)

    def sign_in(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.starttls:
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if self.user:
            smtp.login(self.user, self.password)


def accepted(answer: tuple[int, bytes], for_good: bool = True) -> None:
    if not 200 <= answer[0] < 300:
        raise judged(*answer, for_good)


def judged(code: int, text: bytes | str, for_good: bool, at: str = "recipient") -> Exception:
    """What a mail server's answer means.

    5xx about this message or its address is for good. What it says before it has heard of a recipient, and 421, is the server's
    own trouble; everything else passes.
    """
    words = clean(text.decode(errors="replace") if isinstance(text, bytes) else text)
    kind = Refused if for_good and 500 <= code < 600 else Down if at == "connection" or code == 421 else Later
    return kind(f"The mail server answered {code} {words}"[:500])


DRIVERS = {"smtp": sink, "folder": lambda provider: Folder()}

# Reading what was put into the folder


class Preview:
    """A message as it was sent, for the eyes only: nothing of it is ever run."""

    SHOWN = ("From", "To", "Subject", "Date", "Message-ID", "Content-Language")

    def __init__(self, raw: bytes):
        email = message_from_bytes(raw, policy=policy.default)
        self.headers = [(name, str(email[name])) for name in self.SHOWN if email[name]]
        self.subject = str(email["Subject"] or "")
        self.text = body(email, "plain")
        self.html = body(email, "html")

    @property
    def link(self) -> str | None:
        """The first link of ours in it, for a page that stands for the mailbox."""
        found = re.search(re.escape(current_app.config["URL"].rstrip("/")) + r"/\S+", self.text)
        return found and found[0]


def body(email, kind: str) -> str:
    part = email.get_body((kind,))
    return part.get_content() if part else ""


def preview(reference: str | None) -> Preview | None:
    """The message of that reference, where messages go into the folder and it is there."""
    folder = Folder()
    if not reference or not REFERENCE.fullmatch(reference) or not folder.has(reference):
        return None
    return Preview(folder.file(reference).read_bytes())
