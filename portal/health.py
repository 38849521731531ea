"""/healthz says that the process lives; /readyz that it can serve: each part by name."""

from collections.abc import Callable

import redis
import structlog
from flask import Flask, current_app

from portal import access, db, services


def init_app(app: Flask) -> None:
    app.extensions["ready"] = {"database": database, "valkey": valkey}
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def without_session(view: Callable) -> Callable:
    """The view is asked by machines and looks nobody up."""
    view.without_session = True
    return view


@access.public
@without_session
def healthz():
    return {"alive": True}


@access.public
@without_session
def readyz():
    """Ask every part in turn; 503 names those that do not answer."""
    parts = {}
    for name, ask in current_app.extensions["ready"].items():
        # Whoever asks a hanging database waits long; once is enough to know.
        is_known = parts.get("database") is False and name != "valkey"
        parts[name] = not is_known and answers(name, ask)
    return parts, 200 if all(parts.values()) else 503


def answers(name: str, ask: Callable) -> bool:
    try:
        ask()
    except Exception as error:  # noqa: BLE001 -- whatever it is, the part is not ready
        structlog.get_logger().warning("not_ready", part=name, error=type(error).__qualname__)
        return False
    return True


def database() -> None:
    db.row("SELECT 1 AS alive", [])


def valkey() -> None:
    with redis.Redis.from_url(services.valkey_url(), socket_timeout=1, socket_connect_timeout=1) as client:
        client.ping()
