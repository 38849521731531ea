"""A worker's import, or the bare pipe, in a process of its own, so that its memory is its own.

python -m tests.bench.carrier work 17    the run 17, as a worker does it
python -m tests.bench.carrier bare 3     the rows of source 3 by the same reader into one COPY, without any rule

Prints seconds and megabytes at the peak.
"""

import resource
import sys
import time

from portal import create_app, db
from workers import coupons, mysql, runs, staging


def bare(source_id: int) -> None:
    with mysql.Table(coupons.read_source(source_id)) as table, db.connection() as connection:
        table.check()
        layout = staging.Layout(table, 0)
        connection.execute("TRUNCATE bare")
        with connection.cursor().copy(layout.copy.replace("cpn_importRows", "bare")) as copy:
            for chunk in staging.chunks(table, layout):
                copy.write(chunk.lines)


def main(what: str, number: str) -> None:
    db.connect_as("portal_worker")
    with create_app().app_context():
        began = time.perf_counter()
        {"work": runs.work, "bare": bare}[what](int(number))
        took = time.perf_counter() - began
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
