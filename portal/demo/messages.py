"""Messages of a demo: those of its history are given up, some reach the cabinet, and nothing leaves the machine."""

from collections.abc import Callable
from datetime import UTC, datetime

from portal import create_app, db, logs
from workers import messages

#: So many of Alice's last notices are in her cabinet, one of a kind.
NOTICES = 5


def give_up(must: Callable) -> None:
    """Nobody is written to about what a demo has made up."""
    must("job_cancelMessages", writtenBefore=datetime.now(UTC))


def tell(connection, must: Callable, username: str) -> None:
    """Have somebody's last notices put into the cabinet after all."""
    notices = connection.execute(
        "SELECT id FROM (SELECT DISTINCT ON (kind) id, created FROM job_messages"
        " WHERE username = %s AND channel = 'cabinet' AND state = 'cancelled' ORDER BY kind, created DESC) AS last"
        " ORDER BY created DESC LIMIT %s",
        [username, NOTICES],
    ).fetchall()
    for (number,) in reversed(notices):
        must("job_resendMessage", username=username, id=number)


def deliver(connection) -> None:
    """What a worker does, of the cabinet alone."""
    with db.use(connection), create_app().app_context(), logs.quiet():
        while messages.send_batch("cabinet"):
            pass
