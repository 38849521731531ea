"""Sources that cannot be read: said precisely, and harming nothing."""

import time

import pytest

from tests.imports.conftest import coupon
from tests.imports.wire import Hostile, Proxy, Silent, Web
from tests.mariadb import PASSWORD, free_port, make_certificate
from workers import coupons, mysql


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(mysql, "CONNECT_TIMEOUT", 1)
    monkeypatch.setattr(mysql, "READ_TIMEOUT", 2)
    monkeypatch.setattr(coupons, "TEST_TIMEOUT", 2)


@pytest.fixture
def tables(buffer):
    buffer.run("CREATE TABLE nothing (id int, code varchar(20))")
    buffer.run("CREATE TABLE two (id int NOT NULL, part int NOT NULL, code varchar(20), UNIQUE (id, part))")
    buffer.run("CREATE TABLE prefix (id varchar(200) NOT NULL, code varchar(20), UNIQUE (id(10)))")
    buffer.run("CREATE TABLE empty_key (id int NULL UNIQUE, code varchar(20))")
    buffer.run("CREATE TABLE word (id enum('b', 'a') PRIMARY KEY, code varchar(20))")
    buffer.run("CREATE TABLE twins (id int, code varchar(20))")
    buffer.fill("twins", [(1, "ONE"), (1, "TWO")])
    buffer.run("CREATE VIEW twin_view AS SELECT * FROM twins")
    buffer.run("CREATE VIEW null_view AS SELECT nullif(id, 1) AS id, code FROM twins")
    buffer.run("CREATE TABLE `odd ``%s name` (`the %s key` int PRIMARY KEY, `c``ode` varchar(20))")
    buffer.run("INSERT INTO `odd ``%s name` VALUES (1, 'ODD')")
    return buffer


CODE = {"code": "code", "value": "=10"}
WRONG = {
    "host_unknown": {"host": "no-such-host.invalid"},
    "password_wrong": {"password": "another"},
    "database_denied": {"databaseName": "mysql"},
    "table_missing": {"tableName": "cupons"},
    "column_missing": {"mapping": {"code": "coode", "value": "=10"}},
    "key_nullable": {"tableName": "empty_key"},
    "key_not_unique": {"tableName": "two"},
    "key_unordered": {"tableName": "word"},
    "tls_unverified": {"tls": "verified"},
    "certificate_unreadable": {
        "tls": "verified", "certificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    },
}  # fmt: skip


def ask(office, kind="connection", mapping=None, **given):
    trial = office.ask(office.save(mapping=mapping or CODE, **given), kind)
    assert (trial.state, trial.is_ok) == ("done", trial.result["ok"])
    return trial.result


def test_a_source_in_order_is_told_with_its_columns(office, tables):
    tables.fill("coupons", [coupon(1, "ONE")])
    result = ask(office)
    assert (result["ok"], result["reason"]) == (True, "source_reachable"), result
    details = result["details"]
    assert "MariaDB" in details["server"] and details["tls"] is None
    assert {"name": "code", "type": "varchar"} in details["columns"]
    assert PASSWORD not in str(result)


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_precisely(office, tables, reason):
    result = ask(office, **WRONG[reason])
    assert (result["ok"], result["reason"]) == (False, reason), result
    assert result["msg"].endswith(".") and PASSWORD not in str(result)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("nothing", "key_nullable"), ("two", "key_not_unique"), ("prefix", "key_not_unique"),
        ("twin_view", "key_not_unique"), ("null_view", "key_nullable"),
    ],
)  # fmt: skip
def test_the_key_must_be_unique_and_never_null(office, tables, table, reason):
    assert ask(office, tableName=table)["reason"] == reason


def test_a_missing_column_is_named_with_its_field(office, tables):
    details = ask(office, mapping={"code": "code", "note": "nota"})["details"]
    assert (details["column"], details["part"]) == ("nota", "note")
    details = ask(office, name="Two", keyColumn="ident")["details"]
    assert (details["column"], details["part"]) == ("ident", "keyColumn")


def test_a_database_that_is_not_there_is_missing(office, tables):
    tables.run("GRANT SELECT ON `no_such%`.* TO reader@`127.0.0.1`")
    assert ask(office, databaseName="no_such_one")["reason"] == "database_missing"


def test_a_table_that_may_not_be_read_is_denied(office, tables):
    tables.run("CREATE DATABASE IF NOT EXISTS other")
    with tables.connect(None) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS other.secret (id int PRIMARY KEY, code varchar(20))")
        cursor.execute("CREATE TABLE IF NOT EXISTS other.open (id int PRIMARY KEY)")
        cursor.execute("GRANT SELECT ON other.open TO reader@`127.0.0.1`")
    assert ask(office, databaseName="other", tableName="secret")["reason"] == "table_denied"


def test_a_port_where_nothing_listens_is_refused(office, tables):
    assert ask(office, port=free_port())["reason"] == "connection_refused"


@pytest.mark.parametrize("kind", ["connection", "preview", "trial"])
def test_a_server_that_accepts_and_hangs_is_given_up(office, tables, kind):
    with Silent() as silent:
        began = time.monotonic()
        assert ask(office, kind, port=silent.port)["reason"] == "connection_timeout"
        assert silent.connections == 1 and time.monotonic() - began < 8


def test_a_server_that_speaks_something_else_is_an_error(office, tables):
    with Web() as web:
        assert ask(office, port=web.port)["reason"] in ("server_error", "connection_lost")


def test_names_with_every_character_are_quoted(office, tables):
    tables.fill("coupons", [coupon(1, "ONE")])
    source = office.save(
        tableName="odd `%s name", keyColumn="the %s key", mapping={"code": "c`ode", "value": "=10"}
    )
    assert office.ask(source, "connection").is_ok
    assert office.run(source).counts == {"rows": 1, "added": 1}


# TLS


@pytest.mark.parametrize(("tls", "certificate"), [("required", None), ("verified", "own")])
def test_a_connection_is_encrypted_where_it_has_to_be(office, tables, tls, certificate):
    result = ask(office, tls=tls, certificate=certificate and tables.certificate)
    assert result["ok"] and result["details"]["tls"].startswith("TLSv1"), result


def test_a_certificate_of_somebody_else_is_not_trusted(office, tables, tmp_path):
    assert ask(office, tls="verified", certificate=make_certificate(tmp_path))["reason"] == "tls_unverified"


def test_a_certificate_for_another_name_is_not_trusted(office, tables):
    result = ask(office, tls="verified", certificate=tables.certificate, host="localhost")
    assert result["reason"] == "tls_unverified"


@pytest.mark.parametrize("tls", ["required", "verified"])
def test_nothing_is_said_to_a_server_whose_tls_was_stripped(office, tables, tls):
    with Proxy(tables.port, strips_tls=True) as proxy:
        result = ask(office, port=proxy.port, tls=tls, certificate=tables.certificate)
        assert result["reason"] == "tls_missing"
        assert proxy.connections == 1 and b"reader" not in proxy.seen


# Harm


@pytest.mark.parametrize("kind", ["connection", "trial"])
def test_a_server_that_wants_a_file_gets_none(office, tables, kind):
    with Hostile("file") as hostile:
        assert ask(office, kind, port=hostile.port)["reason"] == "file_wanted"
        assert hostile.connections == 1 and b"root:" not in hostile.seen


def test_a_server_that_wants_the_password_in_clear_is_not_told_it(office, tables):
    with Hostile("password") as hostile:
        assert ask(office, port=hostile.port)["reason"] == "password_wanted"
        assert hostile.connections == 1 and PASSWORD.encode() not in hostile.seen


def test_the_session_can_change_nothing(office, tables):
    """Not even where somebody has given the user too many rights."""
    tables.run("GRANT ALL ON `buffer`.* TO reader@`127.0.0.1`")
    tables.run("CREATE TABLE touched (id int)")
    tables.run(
        "CREATE FUNCTION touch() RETURNS int MODIFIES SQL DATA BEGIN INSERT INTO touched VALUES (1); RETURN 1; END"
    )
    try:
        tables.run("CREATE VIEW trap AS SELECT 1 AS id, concat('ONE', touch()) AS code")
        result = ask(office, "preview", tableName="trap")
        assert (result["ok"], result["reason"]) == (False, "server_error") and "READ ONLY" in result["msg"]
        assert tables.run("SELECT count(*) FROM touched") == ((0,),)
    finally:
        tables.run("REVOKE ALL ON `buffer`.* FROM reader@`127.0.0.1`")
        tables.run("GRANT SELECT, SHOW VIEW ON `buffer`.* TO reader@`127.0.0.1`")
        tables.run("DROP FUNCTION touch")


def test_a_view_that_never_ends_is_given_up(office, tables):
    tables.run("CREATE VIEW slow AS SELECT seq AS id, concat('C', seq, sleep(5)) AS code FROM seq_1_to_100")
    source = office.save(tableName="slow", mapping=CODE)
    began = time.monotonic()
    run = office.run(source)
    assert (run.state, run.error) == ("waiting", f"The server at 127.0.0.1:{tables.port} does not answer.")
    assert time.monotonic() - began < 8


def test_more_rows_than_any_table_has_are_given_up(office, tables, monkeypatch):
    monkeypatch.setattr(coupons, "MOST_ROWS", 30_000)
    tables.run("CREATE VIEW endless AS SELECT seq AS id, concat('C', seq) AS code FROM seq_1_to_100000000")
    run = office.run(office.save(tableName="endless", mapping=CODE))
    assert (run.state, run.error) == ("waiting", "There are more than 30,000 rows.")


def test_a_view_whose_key_comes_twice_is_not_imported(office, tables):
    run = office.run(office.save(tableName="twin_view", mapping=CODE))
    assert "has a value twice" in run.error and office.coupons() == []


# What a failed run leaves


def test_an_unreachable_source_harms_nothing_and_is_seen(db, office, buffer):
    buffer.fill("coupons", [coupon(n, f"CODE-{n}") for n in range(1, 11)])
    source = office.save()
    office.run(source)
    before = office.coupons()
    good = office.server.source()
    saved = {"sourceID": source, "mapping": '{"code": "code", "value": "percent", "validFrom": "since"}'}
    assert db.call("cpn_saveSource", **good | saved | {"port": free_port()}).ok

    pauses = []
    for attempt in range(1, 6):
        run_id = db.value(
            "SELECT id FROM job_runList WHERE code = %s AND state = 'waiting'", [f"coupons.import:{source}"]
        )
        if run_id is None:
            run = office.run(source)
        else:
            db.execute("UPDATE job_runs SET notBefore = clock_timestamp() WHERE id = %s", [run_id])
            run = office.work(run_id)
        listed = db.row("SELECT * FROM cpn_sourceList")
        assert "Nothing listens" in run.error and "Nothing listens" in listed.failure
        assert (listed.failures, listed.last_state) == (attempt, "failed")
        pauses.append(
            db.value(
                "SELECT round(extract(epoch FROM notBefore - clock_timestamp())) FROM job_runs WHERE id = %s",
                [run.id],
            )
        )
    assert [round(pause / 60) for pause in pauses[:4]] == [1, 5, 30, 120]
    assert run.state == "failed" and office.coupons() == before
    found = db.read("SELECT * FROM cpn_violations WHERE rule = 'source_unreachable'")
    assert len(found) == 1 and "Training centre" in found[0].detail

    assert db.call("cpn_saveSource", **good | saved).ok
    assert office.run(source).state == "done"
    listed = db.row("SELECT * FROM cpn_sourceList")
    assert (listed.failures, listed.failure, listed.last_state) == (0, None, "done")
    assert db.read("SELECT * FROM cpn_violations WHERE rule = 'source_unreachable'") == []
    assert office.coupons() == before


def test_a_failed_trial_is_not_the_schedules_failure(db, office, buffer):
    source = office.save(port=free_port())
    assert office.ask(source, "trial").result["reason"] == "connection_refused"
    assert db.row("SELECT * FROM cpn_sourceList").failures == 0
    assert (office.last(source).state, office.last(source).is_trial) == ("failed", True)


def test_a_trial_is_asked_once_at_a_time(db, office, buffer):
    source = office.save()
    first = db.call("cpn_askTrial", sourceID=source, kind="preview")
    again = db.call("cpn_askTrial", sourceID=source, kind="preview")
    assert (again.reason, again.details["trialID"]) == ("already_waiting", first.details["trialID"])
    assert db.call("cpn_askTrial", sourceID=source, kind="nothing").reason == "invalid_value"
    assert db.call("cpn_askTrial", sourceID=99, kind="trial").reason == "no_such_source"
    assert db.call("cpn_startTrial", trialID=99).reason == "no_such_trial"
    assert db.call("cpn_finishTrial", trialID=99, result="{}").reason == "no_such_trial"
    assert db.call("cpn_finishTrial", trialID=first.details["trialID"], result="[]").reason == "invalid_value"
