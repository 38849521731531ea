"""Sources: what can be saved, what is refused, and where the password is not."""

import pytest
from psycopg.types.json import Jsonb

MAPPING = {"code": "code", "value": "percent"}
SECRET = "s3cret-word"
GIVEN = {
    "sourceID": None,
    "name": "Training centre",
    "holds": "coupons",
    "host": "db.example.org",
    "databaseName": "buffer",
    "userName": "reader",
    "password": SECRET,
    "tableName": "coupons",
    "keyColumn": "id",
    "mapping": Jsonb(MAPPING),
}


def save(db, **given):
    if isinstance(given.get("mapping"), dict):
        given["mapping"] = Jsonb(given["mapping"])
    return db.call("cpn_saveSource", **GIVEN | given)


@pytest.fixture
def source(db):
    return save(db).details["sourceID"]


def test_a_new_source_gets_a_schedule_that_is_switched_off(db, root):
    outcome = save(db, actor="root")
    assert outcome.reason == "source_added"
    row = db.row("SELECT * FROM cpn_sourceList")
    assert (row.name, row.port, row.mapping, row.tls) == ("Training centre", 3306, MAPPING, "off")
    assert (row.code, row.cron, row.is_enabled) == (outcome.details["code"], "0 * * * *", False)
    assert (
        db.value("SELECT name FROM job_scheduleList WHERE code = %s", [row.code]) == "Import: Training centre"
    )


def test_a_saved_source_keeps_its_password_and_certificate_unless_they_are_given(db, source):
    pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    save(db, sourceID=source, certificate=pem)
    outcome = save(db, sourceID=source, password=None, name="Another name")
    assert outcome.reason == "source_saved"
    kept = db.row("SELECT * FROM cpn_getSource(%s)", [source])
    assert (kept.name, kept.password, kept.certificate) == ("Another name", SECRET, pem)
    assert (
        db.value("SELECT name FROM job_scheduleList WHERE code LIKE 'coupons.import:%'")
        == "Import: Another name"
    )
    save(db, sourceID=source, password="", certificate="")
    kept = db.row("SELECT * FROM cpn_getSource(%s)", [source])
    assert (kept.password, kept.certificate) == ("", "")
    row = db.row("SELECT * FROM cpn_sourceList")
    assert (row.has_password, row.has_certificate) == (False, False)


def test_another_server_does_not_get_the_password_by_itself(db, source, untouched):
    with untouched():
        for change in ({"host": "evil.example.org"}, {"port": 3307}):
            outcome = save(db, sourceID=source, password=None, **change)
            assert (outcome.reason, outcome.details["field"]) == ("password_needed", "password")
    assert save(db, sourceID=source, host="other.example.org").ok


def test_the_password_is_nowhere_but_where_the_worker_reads_it(db, source):
    save(db, sourceID=source, name="Changed", requestKey="key-1")
    names = db.read(
        "SELECT oid::regclass::text AS name FROM pg_class WHERE relkind IN ('r', 'v')"
        " AND relnamespace = 'portal'::regnamespace"
    )
    seen = {
        name
        for (name,) in names
        if db.value(f"SELECT count(*) FROM {name} AS t WHERE t::text LIKE '%{SECRET}%'")
    }
    assert seen == {"cpn_sources"}
    assert "password" not in db.row("SELECT * FROM cpn_sourceList")._fields
    with db.as_role("portal_web"), pytest.raises(Exception, match="permission denied"), db.transaction():
        db.execute("SELECT * FROM cpn_getSource(1)")


@pytest.mark.parametrize(
    ("given", "reason", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"name": "x" * 101}, "too_long", "name"),
        ({"name": "a\u0007b"}, "invalid_value", "name"),
        ({"name": "TRAINING centre"}, "name_taken", "name"),
        ({"holds": "money"}, "invalid_value", "holds"),
        ({"host": ""}, "invalid_value", "host"),
        ({"host": "/var/run/mysqld/mysqld.sock"}, "invalid_value", "host"),
        ({"host": "a b"}, "invalid_value", "host"),
        ({"port": 0}, "invalid_value", "port"),
        ({"port": 70000}, "invalid_value", "port"),
        ({"databaseName": ""}, "invalid_value", "databaseName"),
        ({"userName": None}, "invalid_value", "userName"),
        ({"password": "x" * 1001}, "invalid_value", "password"),
        ({"tls": "perhaps"}, "invalid_value", "tls"),
        ({"certificate": "not PEM"}, "invalid_value", "certificate"),
        ({"tableName": "x" * 65}, "invalid_value", "tableName"),
        ({"keyColumn": ""}, "invalid_value", "keyColumn"),
        ({"holds": "discounts", "mapping": {"identity": "a", "value": "b"}}, "invalid_value", "identityKind"),
        ({"timeZone": "Mars/Olympus"}, "no_such_time_zone", "timeZone"),
        ({"categoryID": 99}, "no_such_category", "categoryID"),
        ({"mapping": None}, "mapping_unreadable", "mapping"),
        ({"mapping": Jsonb([])}, "mapping_unreadable", "mapping"),
        ({"mapping": {}}, "mapping_field_missing", "mapping"),
        ({"mapping": {"value": "a"}}, "mapping_field_missing", "mapping"),
        ({"mapping": {"code": "a", "colour": "b"}}, "mapping_field_unknown", "mapping"),
        ({"mapping": {"code": "=SUMMER"}}, "mapping_column_invalid", "mapping"),
        ({"mapping": {"code": "x" * 65}}, "mapping_column_invalid", "mapping"),
        ({"mapping": {"code": 5}}, "mapping_column_invalid", "mapping"),
        ({"mapping": {"code": "a", "value": "=ten"}}, "mapping_constant_invalid", "mapping"),
        ({"mapping": {"code": "a", "periods": "=5"}}, "mapping_constant_invalid", "mapping"),
        ({"mapping": {"code": "a", "validUntil": "b", "lifetime": "c"}}, "mapping_two_ends", "mapping"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_written(db, source, untouched, given, reason, field):
    with untouched():
        outcome = save(db, **{"name": "New"} | given)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_what_a_source_holds_stays_once_it_was_imported_from(db, source, untouched):
    discounts = {"holds": "discounts", "identityKind": "login", "mapping": {"identity": "a", "value": "b"}}
    assert save(db, sourceID=source, **discounts).ok
    assert save(db, sourceID=source).ok
    db.call("cpn_finishImport", importID=db.call("cpn_startImport", sourceID=source).details["importID"])
    with untouched():
        assert save(db, sourceID=source, **discounts).reason == "holds_is_fixed"


def test_a_repeated_request_is_done_once_and_never_shows_a_secret(db, root):
    one = save(db, requestKey="key-1", actor="root")
    two = save(db, requestKey="key-1", actor="root")
    assert one.details == two.details and db.value("SELECT count(*) FROM cpn_sources") == 1
    assert save(db, requestKey="key-1", actor="root", port=3307).reason == "request_key_reused"


def test_only_administrators_save_and_remove_sources(db, source, untouched, mona, bob):
    with untouched():
        for actor in ("mona", "bob"):
            assert save(db, name="New", actor=actor).reason == "not_allowed"
            assert db.call("cpn_deleteSource", sourceID=source, actor=actor).reason == "not_allowed"
            assert db.call("cpn_askTrial", sourceID=source, kind="trial", actor=actor).reason == "not_allowed"
            assert db.call("cpn_allowEnding", sourceID=source, actor=actor).reason == "not_allowed"


def test_a_source_of_nothing_is_removed_with_all_its_traces(db, source):
    import_id = db.call("cpn_startImport", sourceID=source).details["importID"]
    stage(db, import_id, [(1, "1", None)])
    db.call("cpn_finishImport", importID=import_id)
    db.call("cpn_askTrial", sourceID=source, kind="preview")
    db.call("job_runNow", code=f"coupons.import:{source}")
    assert db.call("cpn_deleteSource", sourceID=source).reason == "source_deleted"
    for table in ("cpn_sources", "cpn_imports", "cpn_skippedRows", "cpn_importRows", "cpn_trials"):
        assert db.value(f"SELECT count(*) FROM {table}") == 0, table
    assert db.value("SELECT count(*) FROM job_scheduleList WHERE code LIKE 'coupons.import:%'") == 0


def test_a_source_that_something_came_from_stays(db, source, untouched):
    import_id = db.call("cpn_startImport", sourceID=source).details["importID"]
    with untouched():
        assert db.call("cpn_deleteSource", sourceID=source).reason == "source_is_read"
    stage(db, import_id, [(1, "1", "SUMMER")])
    db.call("cpn_finishImport", importID=import_id)
    with untouched():
        assert db.call("cpn_deleteSource", sourceID=source).reason == "source_in_use"
        assert db.call("cpn_deleteSource", sourceID=99).reason == "no_such_source"


def stage(db, import_id: int, rows: list[tuple]) -> None:
    for position, key, code in rows:
        db.execute(
            "INSERT INTO cpn_importRows (importID, position, key, code, value) VALUES (%s, %s, %s, %s, '10')",
            [import_id, position, key, code],
        )
