"""A signed POST to a service of one's own; messengers hang on it.

    X-Timestamp: seconds since 1970
    X-Signature: hex HMAC-SHA256, by the provider's secret, of the timestamp, a dot and the body
    Idempotency-Key: the message's reference
    {"reference": "…", "kind": "top_up", "username": "alice", "name": "Alice", "locale": "sk", "subject": "…", "text": "…",
     "body": "…", "link": "https://…", "createdAt": "2027-03-01T10:00:00Z"}

200 taken, now or before: the receiver knows messages by their reference, so that one that was not answered is sent again
under the same. 409 is taken too. It may answer {"id": "…"}, under which its report comes.
"""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from portal import calls, secrets
from portal.channels import Provider
from portal.letters import Letter


def compose(message: dict, letter: Letter) -> dict:
    return {
        "reference": message["reference"],
        "kind": message["kind"],
        "username": message["username"],
        "name": message["name"],
        "locale": message["locale"],
        "subject": letter.subject,
        "text": letter.brief(),
        "body": letter.body(),
        "link": letter.link,
        "createdAt": message["createdAt"],
    }


def measured(sent: dict) -> None:
    """No parts are counted of it."""


class Receiver:
    """Whoever answers at the provider's address."""

    can_be_asked = True

    def __init__(self, provider: Provider):
        self.url = provider.settings.get("url", "")
        self.host = urlsplit(self.url).hostname
        # Without one it was told nobody could sign: both sides need the same.
        self.secret = provider.secret or secrets.get(f"provider:{provider.code}")

    def has(self, reference: str) -> None:
        return None

    def deliver(self, sent: dict, reference: str, hand_over: Callable) -> str | None:
        body = json.dumps(sent).encode()
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": reference,
            "X-Timestamp": at,
            "X-Signature": signature(self.secret, at, body),
        }
        answer = calls.call("POST", self.url, headers, body, hand_over)
        if answer.status != 409:
            calls.judge(answer, self.host)
        number = answer.at("id")
        return None if number is None else str(number)[:200]


def signature(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


DRIVERS = {"webhook": Receiver}
