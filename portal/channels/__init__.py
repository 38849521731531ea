"""The ways to a person: one module a channel, and what may become of a message on its way.

A module is named as its row of ntf_channels. It has `compose(message, letter)`, what goes out, and `DRIVERS`, by name what takes
it there: made of a Provider, with

    can_be_asked                              whether it knows messages by our reference
    has(reference) -> bool                    asked only then; Later where it does not say
    deliver(sent, reference, hand_over)       hand_over() right before it can have the message; may return its own reference

and `measured(sent)`, the text whose parts are counted, where they are. Nothing else needs to know of it.
"""

import importlib
import os
import re
from dataclasses import dataclass, field

from portal import secrets


class NotOurs(Exception):
    """Another worker has the message by now."""


class Waits(Exception):
    """The provider may not be given it now: its rate, its daily cap or its circuit is in the way."""


class Obsolete(Exception):
    """The message would be of no use any more."""


class Refused(Exception):
    """The provider will never take this message."""


class Later(Exception):
    """The provider does not take it now."""


class Down(Later):
    """The provider is in trouble, whatever the message."""


class Unanswered(Exception):
    """It was handed over and no answer came: nobody knows whether it was sent."""


@dataclass(frozen=True)
class Provider:
    """Who carries a channel, as ntf_providers has it."""

    code: str
    channel: str
    driver: str
    settings: dict = field(default_factory=dict)
    isLimited: bool = False

    @property
    def secret(self) -> str | None:
        """Its password or token: PORTAL_PROVIDER_SECRET_<CODE>, or what was entered on its page; never in the database."""
        return secret_of(self.code)


def secret_of(code: str) -> str | None:
    name = "PORTAL_PROVIDER_SECRET_" + code.upper().replace("-", "_")
    return os.environ.get(name) or secrets.known(f"provider:{code}")


def module(channel: str):
    """The module of a channel; Refused where there is none of that name."""
    if not re.fullmatch(r"[a-z][a-z0-9]{0,30}", channel):
        raise Refused(f"{channel!r} is no channel.")
    try:
        return importlib.import_module(f"portal.channels.{channel}")
    except ModuleNotFoundError:
        raise Refused(f"There is no module for the channel {channel}.") from None


def open_driver(provider: Provider):
    """What takes messages to a provider."""
    drivers = module(provider.channel).DRIVERS
    if provider.driver not in drivers:
        raise Down(f"The channel {provider.channel} has no driver {provider.driver}.")
    return drivers[provider.driver](provider)
