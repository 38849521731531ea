"""SMS: a letter in short, given to a gateway over HTTP whose requests and answers the provider's settings describe.

    {"url": "https://sms.example.com/send", "method": "POST", "body": "json",
     "headers": {"Authorization": "Bearer {secret}", "Idempotency-Key": "{reference}"},
     "fields": {"to": "{to}", "text": "{text}", "from": "{sender}", "reference": "{reference}"}, "sender": "Portal",
     "idPath": "messages.0.id", "statePath": "messages.0.state", "okStates": ["queued"], "refusedStates": ["invalid"],
     "statusURL": "https://sms.example.com/status?reference={reference}", "statusPath": "state",
     "absentStates": ["not_found"], "isIdempotent": true}

url and fields are all that it takes; body is json, form, or query, which puts the fields into the address. A gateway that has
a statusURL is asked about a message it did not answer for; one that isIdempotent gets it again under the same reference; of any
other nobody knows, and it is not sent again.
"""

import json
import re
from collections.abc import Callable
from urllib.parse import quote, urlencode, urlsplit

from portal import calls
from portal.channels import Down, Later, Provider, Refused, Unanswered
from portal.letters import Letter

NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded"}


def compose(message: dict, letter: Letter) -> dict:
    number = re.sub(r"[\s()./-]", "", message["address"])
    if not NUMBER.fullmatch(number):
        raise Refused(f"{message['address']!r} is not a number such as +421903123456.")
    return {"to": number, "text": letter.brief(), "reference": message["reference"]}


def measured(sent: dict) -> str:
    """The text: every part of it is paid for."""
    return sent["text"]


class Gateway:
    """An SMS gateway."""

    def __init__(self, provider: Provider):
        self.settings = provider.settings
        self.secret = provider.secret or ""
        self.host = urlsplit(self.settings.get("url", "")).hostname
        self.can_be_asked = bool(self.settings.get("statusURL") or self.settings.get("isIdempotent"))

    def has(self, reference: str) -> bool | None:
        """Whether it knows the message; None where it may simply be given it again."""
        if not self.settings.get("statusURL"):
            return None
        try:
            answer = calls.call("GET", self.address("statusURL", reference), self.headers(reference))
        except Unanswered as error:
            raise Down(str(error)) from None
        if answer.status == 404:
            return False
        calls_it = answer.at(self.settings.get("statusPath"))
        if not 200 <= answer.status < 300 or answer.is_page:
            raise Down(f"{self.host} does not say what became of the message ({answer.status}).")
        if self.settings.get("statusPath") and calls_it is None:
            raise Down(f"{self.host} does not say what became of the message.")
        return str(calls_it) not in self.settings.get("absentStates", [])

    def deliver(self, sent: dict, reference: str, hand_over: Callable) -> str | None:
        values = sent | {"sender": self.settings.get("sender", ""), "secret": self.secret}
        fields = filled(self.settings.get("fields", {}), values)
        way = self.settings.get("body", "json")
        url, body = self.address("url", reference), None
        headers = self.headers(reference)
        if way == "query":
            url += ("&" if "?" in url else "?") + urlencode(flat(fields))
        else:
            text = json.dumps(fields) if way == "json" else urlencode(flat(fields))
            body = text.encode()
            headers = {"Content-Type": TYPES.get(way, TYPES["form"])} | headers
        answer = calls.call(self.settings.get("method", "POST"), url, headers, body, hand_over)
        return self.read(answer)

    def read(self, answer: calls.Answer) -> str | None:
        """Its own number of a message that it took."""
        state = answer.at(self.settings.get("statePath")) if self.settings.get("statePath") else None
        if state is not None and str(state) in self.settings.get("refusedStates", []):
            raise Refused(f"{self.host} answered {state}.")
        if answer.status == 409:
            # It has it already.
            return None
        calls.judge(answer, self.host)
        okay = self.settings.get("okStates")
        if self.settings.get("statePath") and state is None:
            raise Unanswered(f"{self.host} answered without a state.")
        if okay and str(state) not in okay:
            raise Later(f"{self.host} answered {state}.")
        if not self.settings.get("idPath"):
            return None
        number = answer.at(self.settings["idPath"])
        if number is None:
            raise Unanswered(f"{self.host} answered without a number of the message.")
        return str(number)[:200]

    def headers(self, reference: str) -> dict:
        return filled(self.settings.get("headers", {}), {"secret": self.secret, "reference": reference})

    def address(self, name: str, reference: str) -> str:
        values = {"secret": quote(self.secret, safe=""), "reference": reference}
        return filled(self.settings.get(name, ""), values)


def filled(form, values: dict):
    """The form with {to}, {text}, {reference}, {sender} and {secret} filled in; what is filled in is not looked at again.

    >>> filled({"message": {"to": "{to}", "flash": False}}, {"to": "+421903"})
    {'message': {'to': '+421903', 'flash': False}}
    """
    if isinstance(form, dict):
        return {name: filled(value, values) for name, value in form.items()}
    if isinstance(form, list):
        return [filled(value, values) for value in form]
    if not isinstance(form, str):
        return form
    return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), form)


def flat(fields: dict) -> dict:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in fields.items()
        if value is not None
    }


DRIVERS = {"http": Gateway}
