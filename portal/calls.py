"""One HTTP request to a service that may be slow, away, or say nonsense; redirects are not followed."""

import http.client
import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from portal.channels import Down, Refused, Unanswered

#: Less than a third of the lease, so that no attempt outlives it.
TIMEOUT = 15
#: Nobody tells more about one message.
LARGEST = 256 * 1024


@dataclass
class Answer:
    status: int
    type: str
    body: bytes

    def at(self, path: str | None):
        """What stands at a path of the JSON, such as messages.0.id; None where nothing does.

        >>> Answer(200, "application/json", b'{"messages": [{"id": 7}]}').at("messages.0.id")
        7
        """
        try:
            value = json.loads(self.body)
            for step in (path or "").split("."):
                value = value[int(step)] if isinstance(value, list) else value[step]
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            return None
        return value

    @property
    def is_page(self) -> bool:
        """A page for people where a program was to answer: of a proxy on the way, of a sign-in, of a maintenance."""
        return "html" in self.type.lower() or self.body.lstrip()[:1] == b"<"


def call(
    method: str, url: str, headers: dict, body: bytes | None = None, hand_over: Callable = lambda: None
) -> Answer:
    """Send it and read the answer: Down before it could be taken, Unanswered after."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Down(f"{url!r} is no address.")
    secure = {"context": ssl.create_default_context()} if parts.scheme == "https" else {}
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT, **secure)
    handed_over = False
    try:
        connection.connect()
        hand_over()
        handed_over = True
        connection.request(method, target, body, {"Connection": "close"} | headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers.get("Content-Type", ""), response.read(LARGEST))
    except ssl.SSLCertVerificationError as error:
        why = error.verify_message.rstrip(".")
        raise Down(f"The certificate of {parts.hostname} is not good: {why}.") from None
    except (http.client.HTTPException, OSError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        if handed_over:
            raise Unanswered(f"{parts.hostname} gave no answer ({why}).") from None
        raise Down(f"{parts.hostname} cannot be reached ({why}).") from None
    finally:
        connection.close()


def judge(answer: Answer, host: str) -> None:
    """Raise what a status means that is no success: the message was not taken, or nobody knows."""
    if 200 <= answer.status < 300:
        if answer.is_page:
            raise Unanswered(f"{host} answered with a page instead of data.")
        return
    said = f"{host} answered {answer.status}."
    if answer.status in (500, 502, 504):
        # It may have been taken before that went wrong.
        raise Unanswered(said)
    if answer.status in (401, 403, 404, 405, 408, 425, 429) or not 400 <= answer.status < 500:
        raise Down(said)
    raise Refused(said)
