"""Jobs of the messages in cabinets."""

from portal import db


def tidy(run) -> None:
    """Remove old messages from cabinets."""
    run.counts.update(db.call("ntf_tidy").details)
