"""Jobs about the portal itself."""

from portal import checks, db


class Failed(Exception):
    """The job has found something that another attempt would find again: a sentence for the administrator."""


class Again(Exception):
    """What the job needs is not there now, and may be in a while: a sentence for the administrator."""


def check(run) -> None:
    """Ask the database for everything that must never be true."""
    lines = []
    if not checks.run(lines.append):
        raise Failed("\n".join(lines))


def tidy(run) -> None:
    """Remove old runs, and messages to people who never registered."""
    run.counts.update(db.call("job_tidy").details)
