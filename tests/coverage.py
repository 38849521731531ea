"""Measure which statements of the plpgsql bodies a run of the tests reaches.

    TEST_POSTGRES=15 python -m pytest -p tests.coverage

The profiler of plpgsql_check counts inside the server, so what worker processes and killed clients ran counts too. The run
fails under 95 % and lists the lines that nothing reached. PLPGSQL_COVERAGE=0 only measures.
"""

import os
from collections import Counter, defaultdict
from contextlib import contextmanager

from psycopg import sql

from portal import docs
from tests import servers

GOAL = float(os.environ.get("PLPGSQL_COVERAGE", "95"))

#: The times each statement ran, over all databases of the run: {(function, statement number): times}.
times: Counter = Counter()
#: Where a statement stands, and what it is.
places: dict[tuple[str, int], tuple[int, str]] = {}

STATEMENTS = """
    SELECT proname AS name, stmtid, lineno, stmtname, coalesce(exec_stmts, 0) AS times
    FROM pg_proc
    INNER JOIN pg_language ON pg_language.oid = prolang
    CROSS JOIN LATERAL extensions.plpgsql_profiler_function_statements_tb(pg_proc.oid) AS statement
    WHERE pronamespace = 'portal'::regnamespace AND lanname = 'plpgsql'
"""


def pytest_configure(config):
    plain = servers.clone

    @contextmanager
    def measured(server: str):
        with plain(server) as database:
            with database.connect() as connection:
                connection.execute(
                    sql.SQL("ALTER DATABASE {} SET plpgsql_check.profiler = on").format(
                        sql.Identifier(database.name)
                    )
                )
            try:
                yield database
            finally:
                with database.connect() as connection:
                    collect(connection)

    servers.clone = measured


def collect(connection) -> None:
    """Add what one database counted."""
    connection.execute("SET plpgsql_check.profiler = off")
    connection.execute("CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA extensions")
    for row in connection.execute(STATEMENTS):
        # A block only holds statements, and is entered when they are.
        if row.stmtname != "statement block":
            places[row.name, row.stmtid] = (row.lineno, row.stmtname)
            times[row.name, row.stmtid] += row.times


def missed() -> dict[str, list[str]]:
    """The lines that nothing reached, by file."""
    files = {procedure.name.lower(): procedure for procedure in docs.procedures()}
    unreached, known = defaultdict(list), Counter(name for name, _ in places)
    for (name, number), (line, kind) in sorted(places.items(), key=lambda item: (item[0][0], item[1][0])):
        if not times[name, number]:
            unreached[name].append((line, kind))
    found = {}
    for name, lines in unreached.items():
        if name not in files:
            continue
        # The server counts from the line that opens the body.
        first = files[name].text[: files[name].text.index("AS $$")].count("\n")
        found[str(files[name].path.relative_to(docs.ROOT))] = (
            ["nothing of it was run"]
            if len(lines) == known[name]
            else [f"{first + line} {kind}" for line, kind in lines]
        )
    return found


def percent() -> float:
    return 100 * sum(1 for place in places if times[place]) / len(places) if places else 100.0


def pytest_terminal_summary(terminalreporter):
    write = terminalreporter.write_line
    terminalreporter.section("plpgsql statements")
    for name, lines in missed().items():
        write(f"{name}: {', '.join(lines)}")
    write(f"{percent():.1f} % of {len(places)} statements were run; {GOAL:g} % are needed.")


def pytest_sessionfinish(session, exitstatus):
    # The databases close after the tests and before this is asked, because their fixtures are of the session.
    if not exitstatus and percent() < GOAL:
        session.exitstatus = 1
