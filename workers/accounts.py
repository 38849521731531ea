"""Jobs of the accounts."""

from portal import db


def tidy(run) -> None:
    """Remove ended sessions, used links and old attempt counters."""
    run.counts.update(db.call("as_tidy").details)
