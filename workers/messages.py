"""Sending the outbox: a batch claimed, rendered, handed over, and what became of each message written down."""

import time

import structlog
from psycopg.types.json import Jsonb

from portal import channels, db, letters, logs
from portal.channels import Provider
from workers.runs import insist, name, sentence

BATCH = 20
#: Seconds after which a worker lets others have what is left of its batch, and after which it begins no other one.
LONGEST = 10
SHIFT = 35
#: Seconds that a hand-over is good for: what is sent later could arrive together with what its rate allows then; and whatever
#: the rate, when somebody else has asked about it already, which ntf_claimMessages lets nobody do for ten seconds.
FRESH, LATEST = 0.25, 4


def send() -> None:
    """Send what is due on every channel, in turns."""
    rounds(urgent=False)


def send_urgent() -> None:
    """Send what somebody waits for."""
    rounds(urgent=True)


def rounds(urgent: bool) -> None:
    end = time.monotonic() + SHIFT
    where = "is_urgent" if urgent else "true"
    sent = True
    while sent and time.monotonic() < end:
        due = db.read(f"SELECT channel FROM ntf_dueChannels WHERE {where} ORDER BY sort_order")
        # Each has its turn, and a slow one no more than that.
        turns = [send_batch(row.channel, urgent) for row in due]
        sent = any(turns)


def send_batch(channel: str, urgent: bool = False) -> bool:
    """Send some messages of a channel; whether there were any."""
    outcome = db.call("ntf_claimMessages", worker=name(), channel=channel, count=BATCH, urgentOnly=urgent)
    messages = outcome.details["messages"]
    for code, provider in outcome.details["providers"].items():
        Batch(Provider(**provider), [message for message in messages if message["provider"] == code]).send()
    return bool(messages or outcome.details.get("ended"))


class Batch:
    """Messages that one provider is to carry."""

    def __init__(self, provider: Provider, messages: list[dict]):
        self.provider = provider
        self.messages = messages
        self.end = time.monotonic() + LONGEST
        #: What goes out, by the number of the message.
        self.ready: dict[int, tuple[dict, object]] = {}
        #: Until when what was allowed is good.
        self.allowed: dict[int, float] = {}
        self.results: list[dict] = []
        self.started = None
        self.spoken = None

    def send(self) -> None:
        try:
            self.driver = channels.open_driver(self.provider)
            self.channel = channels.module(self.provider.channel)
        except Exception as error:  # noqa: BLE001 -- wrong settings are the provider's trouble
            for message in self.messages:
                self.spoken = 0.0
                self.note(
                    message,
                    "unknown" if message["wasHandedOver"] else "later",
                    sentence(error),
                    isTrouble=True,
                )
            self.finish()
            return
        for message in self.messages:
            self.attempt(message, self.prepare)
        for message, sent in list(self.ready.values()):
            self.attempt(message, self.deliver, sent)
            if not self.driver.can_be_asked:
                # What is not written down yet would be unknown after a kill.
                self.finish()
        self.finish()

    def attempt(self, message: dict, do, *given) -> None:
        """Do it, and note what it came to, unless it goes on."""
        doubtful = message["wasHandedOver"]
        self.started, self.spoken = time.monotonic(), None
        try:
            do(message, *given)
        except channels.NotOurs:
            structlog.get_logger().warning("message_lost", message=message["id"])
        except channels.Waits:
            self.note(message, "unknown" if doubtful else "back")
        except channels.Obsolete as error:
            self.note(message, "cancelled", str(error))
        except channels.Unanswered as error:
            self.note(message, "unknown", str(error))
        except channels.Refused as error:
            self.note(message, "failed", str(error))
        except channels.Later as error:
            # That it was not taken now does not tell what became of it before.
            self.note(
                message,
                "unknown" if doubtful else "later",
                str(error),
                isTrouble=isinstance(error, channels.Down),
            )
        except db.Away:
            # When the lease is over somebody takes it again.
            raise
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is this message's failure
            # A text that cannot be rendered now cannot be rendered in an hour either.
            logs.surprise(error)
            self.note(message, "failed", sentence(error))

    def prepare(self, message: dict) -> None:
        """Write it; one that somebody may have already is asked about first."""
        if message["wasHandedOver"]:
            self.speak()
            known = self.driver.has(message["reference"])
            if known:
                self.note(message, "sent")
                return
            if known is not None:
                # It is nowhere: whoever is the one to carry it now may.
                self.note(message, "back")
                return
            self.spoken = None
        letter = letters.write(message, issue_token(message))
        self.ready[message["id"]] = (message, self.channel.compose(message, letter))

    def deliver(self, message: dict, sent) -> None:
        def hand_over() -> None:
            self.allow(message)
            self.speak()

        if time.monotonic() > self.end:
            raise channels.Waits
        # Connecting belongs to it: one that cannot be reached is in trouble.
        self.speak()
        theirs = self.driver.deliver(sent, message["reference"], hand_over)
        self.note(message, "sent", theirReference=theirs)

    def allow(self, message: dict) -> None:
        """Note that from here on it may be sent; whoever has lost the message must not go on."""
        one = message["id"]
        while self.allowed.get(one, 0.0) < time.monotonic():
            # Who has no limit and can be asked later is handed all at once.
            together = self.driver.can_be_asked and not self.provider.isLimited
            wanted = [one, *(waiting for waiting in self.ready if together and waiting != one)]
            asked = time.monotonic()
            outcome = db.call(
                "ntf_handOverMessages",
                worker=name(),
                provider=self.provider.code,
                messages=Jsonb([self.described(waiting) for waiting in wanted]),
                canAsk=self.driver.can_be_asked,
            )
            answer = outcome.details
            for handed in answer["handed"]:
                self.allowed[handed] = asked + (LATEST if together else FRESH)
            if one in answer["failed"] or one not in answer["mine"]:
                self.ready.pop(one, None)
                raise channels.NotOurs
            if one in answer["handed"]:
                if time.monotonic() < asked + LATEST:
                    return
                # It was stopped while it was told, and asks anew: another may have it by now.
                continue
            pause = float(answer["pause"] or 0)
            if answer["stopped"] != "rate" or time.monotonic() + pause > self.end:
                self.spoken = None
                raise channels.Waits
            time.sleep(pause)

    def described(self, one: int) -> dict:
        message, sent = self.ready[one]
        return {"username": message["username"], "id": one, "text": self.channel.measured(sent)}

    def speak(self) -> None:
        """From here on the provider's time is counted."""
        self.spoken = time.monotonic()

    def note(self, message: dict, state: str, error: str | None = None, **more) -> None:
        self.ready.pop(message["id"], None)
        # A provider says what it likes; what no table takes would keep the whole batch from being written down.
        told = {"error": error} | more
        told |= {name: letters.clean(said) for name, said in told.items() if isinstance(said, str)}
        seconds = None if self.spoken is None or state == "back" else round(time.monotonic() - self.spoken, 3)
        self.results.append(
            {
                "username": message["username"],
                "id": message["id"],
                "provider": self.provider.code,
                "state": state,
                "seconds": seconds,
            }
            | told
        )
        structlog.get_logger().info("message", message=message["id"], kind=message["kind"], state=state)

    def finish(self) -> None:
        if self.results:
            insist("ntf_finishMessages", worker=name(), results=Jsonb(self.results))
            self.results = []


def issue_token(message: dict) -> str | None:
    """The secret of a message's link: it is made now, and only its hash is kept."""
    purpose = letters.PURPOSES.get(message["kind"])
    if purpose is None:
        return None
    token = db.row(
        "SELECT as_issueToken(%s, %s, %s) AS token",
        [purpose, message["username"] or None, message["details"].get("registrationID")],
    ).token
    if token is None:
        raise channels.Obsolete("The link would be of no use any more.")
    return token
