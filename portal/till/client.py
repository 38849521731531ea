"""A till's side of the API: signs, asks, and sends the very same again where no answer came."""

import json
import time
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from portal.till.signing import Key
from portal.trouble import Trouble

TRIES = 3
#: Seconds to wait for an answer.
PATIENCE = 10


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: dict = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return self.status == 200

    @property
    def json(self) -> dict:
        return json.loads(self.body)


class Client:
    """
    >>> Client("http://localhost:8010", Key("s001", "k0123456789ab", secret)).ask("quote", basket={"lines": […]}).json
    """

    def __init__(self, address: str, key: Key):
        try:
            self.address = urlsplit(address)
            known = (
                self.address.scheme in ("http", "https") and self.address.hostname and self.address.port != 0
            )
        except ValueError:
            known = False
        if not known:
            raise Trouble(f"{address} is no address as http://localhost:8010.")
        self.key = key

    def ask(self, call: str, **asked) -> Answer:
        """Ask by words; what is None is left out."""
        body = json.dumps(
            {name: value for name, value in asked.items() if value is not None}, ensure_ascii=False
        )
        return self.send(call, body.encode())

    def send(self, call: str, body: bytes) -> Answer:
        """Send a body as it is. A call whose answer was lost is sent again: it is entered once."""
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            try:
                answer = self._post(f"/api/v1/{call}", body)
            except (OSError, HTTPException) as error:
                if last:
                    raise Trouble(f"The centre does not answer at {self.address.geturl()}: {error}") from None
            else:
                if last or answer.status not in (429, 503):
                    return answer
            time.sleep(1 + attempt)
        raise AssertionError("the last try returns or raises")

    def _post(self, path: str, body: bytes) -> Answer:
        kind = HTTPSConnection if self.address.scheme == "https" else HTTPConnection
        connection = kind(self.address.hostname, self.address.port, timeout=PATIENCE)
        prefix = self.address.path.rstrip("/")
        try:
            connection.request(
                "POST",
                prefix + path,
                body,
                {"Content-Type": "application/json"} | self.key.headers("POST", path, body),
            )
            response = connection.getresponse()
            return Answer(response.status, response.read(), dict(response.headers))
        finally:
            connection.close()
