"""The ways to a person: one module a channel, and what may become of a message on its way."""


class NotOurs(Exception):
    """Another worker has the message by now."""


class Obsolete(Exception):
    """The message would be of no use any more."""


class Refused(Exception):
    """The mail server will never take this message."""


class Later(Exception):
    """The mail server does not take it now."""


class Unanswered(Exception):
    """It was handed over and no answer came: nobody knows whether it was sent."""
