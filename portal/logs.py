"""One JSON line per request and per event, with the request's id and without anybody's secrets."""

import logging
import re
import sys
import time
import traceback
import uuid
from contextlib import contextmanager

import psycopg
import structlog
from flask import Flask, Response, g, request

SECRET = re.compile(r"pass|token|secret|csrf|cookie|authori[sz]ation|signature|api_?key", re.IGNORECASE)


def init_app(app: Flask) -> None:
    configure()
    app.before_request(begin)
    app.after_request(end)


def configure() -> None:
    """JSON on standard error; letters of every alphabet stay readable."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            hide_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *names: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def quieten() -> None:
    """Only what went wrong: for a command that says itself what it does."""
    configure()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))


@contextmanager
def quiet():
    """A block in which only what went wrong is told."""
    before = structlog.get_config()
    quieten()
    try:
        yield
    finally:
        structlog.configure(**before)


def hide_secrets(logger, method: str, event: dict) -> dict:
    return {key: "…" if SECRET.search(key) else value for key, value in event.items()}


def begin() -> None:
    g.request_id = uuid.uuid4().hex[:16]
    g.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    """Log the route, not the address: a path or a query may hold a reset link's token."""
    response.headers["X-Request-ID"] = g.request_id
    structlog.get_logger().info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        ms=round((time.perf_counter() - g.started) * 1000, 1),
        actor=g.person.username if g.get("person") else None,
    )
    return response


def surprise(error: BaseException) -> None:
    """Log where it broke; messages of exceptions are left out, because they quote values."""
    facts = {"error": type(error).__qualname__}
    if isinstance(error, psycopg.Error):
        facts |= {
            "sqlstate": error.sqlstate,
            "constraint": error.diag.constraint_name,
            "context": (error.diag.context or "").splitlines()[:3],
        }
    frames = traceback.extract_tb(error.__traceback__)
    structlog.get_logger().error(
        "surprise", **facts, trace=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    )
