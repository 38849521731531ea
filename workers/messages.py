"""Sending one message of the outbox: claimed, rendered, handed over, and what became of it written down."""

import structlog

from portal import channels, db, letters, logs
from portal.channels import email
from workers.runs import insist, name, sentence


def send(username: str, message_id: int) -> None:
    """Send a message, if it is still to be sent."""
    sink = email.sink()
    outcome = db.call(
        "job_claimMessage", username=username, id=message_id, worker=name(), canAsk=sink.can_be_asked
    )
    log = structlog.get_logger().bind(message=message_id)
    if outcome.reason != "message_claimed":
        if outcome.ok:
            log.warning(outcome.reason)
        return
    message = outcome.details
    reference = message["reference"]

    def hand_over() -> None:
        """Note that from here on it may be sent; whoever has lost the message must not go on."""
        if not db.call("job_handOverMessage", username=username, id=message_id, worker=name()).ok:
            raise channels.NotOurs

    state, why = "sent", None
    try:
        if not (message["wasHandedOver"] and sink.has(reference)):
            token = issue_token(message)
            sink.deliver(email.compose(message, letters.write(message, token)), reference, hand_over)
    except channels.NotOurs:
        log.warning("message_lost")
        return
    except channels.Obsolete as error:
        state, why = "cancelled", str(error)
    except channels.Unanswered as error:
        state, why = "unknown", str(error)
    except channels.Refused as error:
        state, why = "failed", str(error)
    except channels.Later as error:
        state, why = "later", str(error)
    except db.Away:
        # It was not handed over; when the lease is over somebody takes it again.
        raise
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is this message's failure
        # A text that cannot be rendered now cannot be rendered in an hour either.
        logs.surprise(error)
        state, why = "failed", sentence(error)

    insist(
        "job_finishMessage",
        username=username,
        id=message_id,
        worker=name(),
        state=state,
        reference=reference if state == "sent" else None,
        error=why,
    )
    log.info("message", kind=message["kind"], state=state)


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
