"""A worker's import, or the bare pipe, in a process of its own, so that its memory is its own.

python -m tests.bench.carrier work 17    the run 17, as a worker does it
python -m tests.bench.carrier pipe 3     the rows of source 3 as pymysql gives them into one COPY, without any rule
python -m tests.bench.carrier reader 3   the same by the worker's own reader, which asks for bytes

Prints seconds and megabytes at the peak.
"""

import resource
import sys
import time

import pymysql
from pymysql.cursors import SSCursor

from portal import create_app, db
from workers import coupons, mysql, runs, staging


def pipe(source_id: int) -> None:
    source = coupons.read_source(source_id)
    names = list(source.mapping)
    columns = ", ".join(["id", *source.mapping.values()])
    with (
        pymysql.connect(
            host=source.host,
            port=source.port,
            user=source.username,
            password=source.password.encode(),
            database=source.databasename,
            cursorclass=SSCursor,
            ssl_disabled=True,
        ) as there,
        db.connection() as here,
    ):
        here.execute("TRUNCATE bare")
        rows = there.cursor()
        rows.execute(f"SELECT {columns} FROM {source.tablename} ORDER BY id")
        staged = f"COPY bare (importID, position, key, {', '.join(names)}) FROM STDIN"
        with here.cursor().copy(staged) as copy:
            for position, row in enumerate(rows, 1):
                copy.write_row((0, position, *row))


def reader(source_id: int) -> None:
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
        {"work": runs.work, "pipe": pipe, "reader": reader}[what](int(number))
        took = time.perf_counter() - began
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main(*sys.argv[1:])
