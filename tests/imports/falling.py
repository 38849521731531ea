"""A worker that does one run and is killed in the middle of it.

python -m tests.imports.falling 17 5    does the run 17 and kills itself before the fifth thing it asks of PostgreSQL

"""

import os
import signal
import sys

from portal import db
from workers import mysql, runs, staging


def small() -> None:
    """Portions so small that there are many places to be cut at."""
    mysql.BATCH = 500
    mysql.PORTION = 100
    staging.ROWS = 200


def main(run_id: str, last: str) -> None:
    small()
    left = int(last)
    call, stage = db.call, staging.stage

    def falling(do):
        def done(*arguments, **named):
            nonlocal left
            # What keeps the lease comes when it comes.
            if arguments[0] != "job_reportRun":
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
            return do(*arguments, **named)

        return done

    db.call, staging.stage = falling(call), falling(stage)
    db.connect_as("portal_worker")
    runs.work(int(run_id))


if __name__ == "__main__":
    main(*sys.argv[1:])
