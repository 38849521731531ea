"""In the cabinet: a letter in the person's own inbox, where he finds it when he signs in."""

from collections.abc import Callable

from flask import current_app

from portal import db
from portal.channels import Provider, Refused
from portal.letters import Letter


def compose(message: dict, letter: Letter) -> dict:
    return {
        "username": message["username"],
        "messageID": message["id"],
        "kind": message["kind"],
        "subject": letter.subject[:200],
        "body": letter.body()[:10000],
        "link": path(letter.link),
    }


def path(link: str | None) -> str | None:
    """Where it leads inside of the portal; what leads elsewhere has no place there."""
    own = current_app.config["URL"].rstrip("/")
    return link.removeprefix(own) if link and link.startswith(own + "/") else None


def measured(sent: dict) -> None:
    """No parts are counted of it."""


class Inbox:
    """The table of the cabinet: it knows a message by its number, so the same one may be put there again."""

    can_be_asked = True

    def __init__(self, provider: Provider):
        pass

    def has(self, reference: str) -> None:
        return None

    def deliver(self, sent: dict, reference: str, hand_over: Callable) -> None:
        hand_over()
        outcome = db.call("ntf_putIntoInbox", **sent)
        if not outcome.ok:
            raise Refused(outcome.msg)


DRIVERS = {"cabinet": Inbox}
