"""A migration in a process of its own that is killed in the middle of it.

python -m tests.loyalty.migration.falling cards.csv history.csv 17    kills itself at the seventeenth moment

A moment is before a call, after a call (of a portion of a file: before it is committed), or after a COPY.
"""

import os
import signal
import sys
from pathlib import Path

from portal.migration.carrier import Migration
from tests.loyalty.migration.conftest import migration
from tests.loyalty.migration.old import Old


def watched(moment) -> None:
    """Have a function called at every moment."""
    call, copy = Migration.call, Migration.copy

    def watched_call(self, procedure, **arguments):
        moment(f"before {procedure}")
        done = call(self, procedure, **arguments)
        moment(f"after {procedure}")
        return done

    def watched_copy(self, file, portion):
        copy(self, file, portion)
        moment("after COPY")

    Migration.call, Migration.copy = watched_call, watched_copy


def main(cards: str, history: str, place: str) -> None:
    left = int(place)

    def moment(what: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    watched(moment)
    with migration(Old(Path(cards), Path(history))) as whole:
        whole.run(switch=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
