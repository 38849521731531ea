"""The same from psql: a database administrator stages rows, decides them and looks at what became of them."""

import subprocess

import pytest

from portal.places import ROOT
from portal.services import postgres
from tests.imports.conftest import COUPONS, MAPPING, Office, adds_up, coupon

GIVEN = {
    "sourceID": None,
    "name": "By hand",
    "holds": "coupons",
    "host": "db.example.org",
    "databaseName": "buffer",
    "userName": "reader",
    "tableName": "coupons",
    "keyColumn": "id",
    "mapping": '{"code": "code", "value": "percent"}',
}


@pytest.fixture
def start(db):
    """Begin an import by hand."""

    def begin(**given) -> int:
        source = (
            db.value("SELECT source_id FROM cpn_sourceList")
            or db.call("cpn_saveSource", **GIVEN).details["sourceID"]
        )
        outcome = db.call("cpn_startImport", sourceID=source, **given)
        assert outcome.reason == "import_started"
        return outcome.details["importID"]

    return begin


@pytest.fixture
def stage(db):
    def put(import_id: int, *codes: str) -> None:
        for position, code in enumerate(codes, 1):
            db.execute(
                "INSERT INTO cpn_importRows (importID, position, key, code, value) VALUES (%s, %s, %s, %s, '10')",
                [import_id, position, str(position), code],
            )

    return put


def test_psql_reaches_the_same_state_as_the_worker(fresh_database, mariadb, tmp_path):
    mariadb.clear()
    mariadb.run(COUPONS)
    rows = [
        coupon(
            n,
            f"Code-{n % 200}",
            "1000" if n % 7 == 0 else "10",
            note="a\tb\\c" if n % 3 else None,
            category=f"C{n % 3}",
        )
        for n in range(1, 300)
    ]
    mariadb.fill("coupons", [*rows, coupon(300, "  ")])
    columns = ["code", "kind", "percent", "category", "tariffs", "periods", "since", "until", "uses", "note"]
    fields = {column: field for field, column in MAPPING.items()}
    staged = ", ".join(fields[column] for column in columns)
    rows = enumerate(mariadb.run(f"SELECT id, {', '.join(columns)} FROM coupons ORDER BY id"), 1)
    inserts = [
        f"INSERT INTO cpn_importRows (importID, position, key, {staged}) VALUES (:import, {position}, "
        + ", ".join("NULL" if value is None else f"$${value}$$" for value in row)
        + ");"
        for position, row in rows
    ]
    script = tmp_path / "by_hand.sql"
    with fresh_database.connect() as connection:
        office = Office(connection, mariadb)
        source = office.save()
        office.run(source)
        whole, counted = office.coupons(), office.last(source)
        skipped = office.skipped(counted.import_id)
        connection.execute("TRUNCATE cpn_coupons CASCADE")

        commands = [
            f"SELECT details ->> 'importID' AS import FROM cpn_startImport({source}) \\gset",
            *inserts[:150],
            "SELECT reason FROM cpn_importStaged(:import);",
            *inserts[150:],
            "SELECT reason FROM cpn_finishImport(:import);",
        ]
        script.write_text("\n".join(commands))
        done = subprocess.run(
            [postgres.embedded() / "psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-f", script, fresh_database.dsn("portal_dba")],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.split() == ["staged_decided", "import_done"]
        last = office.last(source)
        names = ("rows", "added", "duplicate", "no_code", "rejected")
        assert [getattr(last, name) for name in names] == [getattr(counted, name) for name in names]
        assert office.coupons() == whole and office.skipped(last.import_id) == skipped and adds_up(last)


def test_rows_come_in_by_copy_and_cannot_be_read_back(db, start):
    import_id = start()
    with db.as_role("portal_dba"):
        with db.cursor().copy(
            "COPY cpn_importRows (importID, position, key, code, value) FROM STDIN"
        ) as copy:
            copy.write_row([import_id, 1, "1", "SUMMER", "10"])
        assert db.call("cpn_finishImport", importID=import_id).details["added"] == 1
        for statement in (
            "SELECT * FROM cpn_importRows",
            "DELETE FROM cpn_importRows",
            "SELECT * FROM cpn_sources",
        ):
            with pytest.raises(Exception, match="permission denied"), db.transaction():
                db.execute(statement)


def test_runs_are_listed_the_newest_first(db, start, stage):
    for number in range(3):
        import_id = start()
        stage(import_id, *(f"CODE-{n}" for n in range(number + 1)))
        db.call("cpn_finishImport", importID=import_id)
    source = db.value("SELECT source_id FROM cpn_sourceList")
    with db.as_role("portal_dba"):
        listed = db.read("SELECT * FROM cpn_importRuns(%s)", [source])
        assert [(run.state, run.rows, run.added) for run in listed] == [
            ("done", 3, 1),
            ("done", 2, 1),
            ("done", 1, 1),
        ]
        assert len(db.read("SELECT * FROM cpn_importRuns(%s, 2)", [source])) == 2


def test_an_import_that_was_not_ended_has_failed_when_the_next_begins(db, start, stage):
    first = start()
    stage(first, "ONE", "TWO")
    db.call("cpn_importStaged", importID=first)
    stage(first, "THREE")
    second = start()
    row = db.row("SELECT * FROM cpn_importList WHERE import_id = %s", [first])
    assert (row.state, row.rows, row.added) == ("failed", 2, 2)
    assert db.value("SELECT count(*) FROM cpn_importRows") == 0
    stage(second, "ONE", "TWO", "THREE")
    assert db.call("cpn_finishImport", importID=second).details["added"] == 1


def test_a_trial_does_not_end_an_import(db, start, stage):
    real = start()
    stage(real, "ONE")
    trial = start(isTrial=True)
    stage(trial, "ONE", "TWO")
    assert db.call("cpn_importStaged", importID=trial).details["rows"] == 2
    assert db.call("cpn_finishImport", importID=trial).details["added"] == 2
    assert db.call("cpn_finishImport", importID=real).details["added"] == 1


def test_what_is_over_takes_no_more_rows(db, start, stage, untouched):
    import_id = start()
    stage(import_id, "ONE")
    assert (
        db.call("cpn_finishImport", importID=import_id, error="The cable was cut.").reason == "import_failed"
    )
    stage(import_id, "ONE")
    with untouched():
        for procedure in ("cpn_importStaged", "cpn_finishImport", "cpn_previewStaged"):
            assert db.call(procedure, importID=import_id).reason == "import_over"
            assert db.call(procedure, importID=99).reason == "no_such_import"
        assert db.call("cpn_startImport", sourceID=99).reason == "no_such_source"
        source = db.value("SELECT source_id FROM cpn_sourceList")
        assert db.call("cpn_startImport", sourceID=source, isTrial=None).reason == "invalid_value"
    real = start()
    with untouched():
        assert db.call("cpn_previewStaged", importID=real).reason == "not_a_trial"


def test_what_was_staged_under_rows_that_are_decided_is_not_lost(db, start, stage):
    """Rows with lower positions, put in while others are decided, are decided by the next call."""
    import_id = start()
    stage(import_id, "ONE", "TWO")
    assert db.call("cpn_importStaged", importID=import_id).details["rows"] == 2
    stage(import_id, "THREE")
    assert db.call("cpn_finishImport", importID=import_id).details["added"] == 3


def test_old_traces_are_removed(db, start, stage):
    for _ in range(8):
        import_id = start()
        stage(import_id, None, None)
        db.call("cpn_finishImport", importID=import_id)
    source = db.value("SELECT source_id FROM cpn_sourceList")
    db.call("cpn_askTrial", sourceID=source, kind="preview")
    assert db.call("cpn_tidy").details == {"skippedRows": 6, "trials": 0, "imports": 0}
    db.execute("UPDATE cpn_imports SET startedAt = startedAt - interval '100 days', finishedAt = finishedAt")
    db.execute("UPDATE cpn_trials SET createdAt = createdAt - interval '8 days'")
    left = start()
    db.execute("UPDATE cpn_imports SET startedAt = startedAt - interval '2 days' WHERE id = %s", [left])
    stage(left, "ONE")
    details = db.call("cpn_tidy").details
    assert details == {"skippedRows": 10, "trials": 1, "imports": 7}
    row = db.row("SELECT * FROM cpn_importList WHERE import_id = %s", [left])
    assert row.state == "failed" and db.value("SELECT count(*) FROM cpn_importRows") == 0
