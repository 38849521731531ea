"""`portal demo --coupons`: a real retailer's coupons and rows made to be difficult, from a real MariaDB by the real job."""

import re
import shutil
from types import SimpleNamespace

import psycopg
import pymysql
import pytest

from portal import access, checks, create_app, demo
from portal import db as gateway
from portal.demo import buffer, coupons, journey
from portal.services import mariadb
from portal.trouble import Trouble
from tests import servers
from tests.mariadb import place
from tests.setup.conftest import portal  # noqa: F401
from tests.tariffs.cabinet import Page

CUSTOMERS = 60
#: What The Complete Journey is known for.
ROWS, CODES = 116_204, 981
CHANGE = "/tariff/change"


@pytest.fixture(scope="module")
def packages():
    """MariaDB and the retailer's data."""
    try:
        mariadb.program("mariadbd", print)
        journey.install(print)
    except Trouble as trouble:
        print(trouble)
        pytest.skip(str(trouble))


@pytest.fixture(scope="module")
def loaded(server, packages):
    """A small demo whose coupons were imported once."""
    source = mariadb.MariaDB(place("demo"))
    source.start()
    with servers.clone(server) as database:
        with database.in_use():
            demo.load(CUSTOMERS, echo=lambda sentence: None)
        said = import_all(database, source)
        yield SimpleNamespace(database=database, buffer=source, said=said)
    source.stop()
    shutil.rmtree(source.place)


@pytest.fixture
def look(loaded):
    with loaded.database.in_use(), loaded.database.connect() as connection:
        yield connection


def import_all(database, source) -> str:
    """Do what the command does, in this process; what it says."""
    said = []
    with database.in_use():
        gateway.connect_as("portal_worker")
        try:
            coupons.load(said.append, source)
        finally:
            gateway.connect_as("portal_web")
    return "\n".join(said)


def home_of(portal):  # noqa: F811
    return portal.place / "var" / "mariadb"


def last(connection, source: str):
    return connection.row(
        "SELECT * FROM cpn_importList WHERE source = %s ORDER BY import_id DESC LIMIT 1", [source]
    )


def adds_up(row) -> bool:
    return row.rows == row.added + row.changed + row.unchanged + row.duplicate + row.no_code + row.rejected


def made_of(verdict: str) -> int:
    """How many of the difficult coupons come to that."""
    return sum(row[-1] == verdict for row in buffer.DIFFICULT)


def skipped(connection, source: str) -> dict:
    rows = connection.read(
        "SELECT key::integer, reason FROM cpn_skippedRowList WHERE import_id = %s AND reason <> 'twice_in_buffer'",
        [last(connection, source).import_id],
    )
    return {row.key: row.reason for row in rows}


def test_every_row_ends_in_one_count_and_nearly_all_are_duplicates(look):
    row = last(look, coupons.COUPONS)
    refused = [verdict for *_, verdict in buffer.DIFFICULT]
    refused = [each for each in refused if each not in ("new", "no_code", "twice_in_buffer")]
    assert (row.state, row.rows) == ("done", ROWS + len(buffer.DIFFICULT))
    assert row.added == CODES + made_of("new")
    assert row.duplicate == ROWS - CODES + made_of("twice_in_buffer")
    assert (row.no_code, row.rejected) == (made_of("no_code"), len(refused))
    assert adds_up(row)
    assert look.value("SELECT count(*) FROM cpn_couponList WHERE source = %s", [row.source]) == row.added


def test_what_is_made_of_each_difficult_row(look):
    expected = {
        number: row[-1]
        for number, row in enumerate(buffer.DIFFICULT, 1)
        if row[-1] not in ("new", "twice_in_buffer")
    }
    assert skipped(look, coupons.COUPONS) == expected
    for code, *_, verdict in buffer.DIFFICULT:
        if verdict == "new":
            # Found as it would be typed.
            assert (
                look.value("SELECT written FROM cpn_couponList WHERE code = cpn_normaliseCode(%s)", [code])
                == code.strip()
            )
    twin = look.row("SELECT * FROM cpn_couponList WHERE code = cpn_normaliseCode('Twin-Code')")
    assert (twin.written, twin.value) == ("Twin-Code", 5)


def test_a_value_is_what_coupons_took_off_the_products(look):
    values = [
        row.value for row in look.read("SELECT value FROM cpn_couponList WHERE category LIKE 'Campaign %'")
    ]
    assert len(values) == CODES
    assert all(1 <= value <= 100 and value == int(value) for value in values)
    assert sum(value < 60 for value in values) > 800
    assert look.value("SELECT count(*) FROM cpn_categoryList WHERE name LIKE 'Campaign %'") > 20


def test_the_buffer_says_where_the_values_come_from(loaded):
    ((comment,),) = loaded.buffer.run(
        "SELECT table_comment FROM information_schema.tables WHERE table_name = 'coupons'"
    )
    assert "median" in comment


def test_personal_discounts_come_to_customers_and_wait_for_others(look):
    row = last(look, coupons.DISCOUNTS)
    expected = [verdict for *_, verdict in buffer.DIFFICULT_PEOPLE]
    assert (row.state, row.waiting) == ("done", len(buffer.STRANGERS)) and adds_up(row)
    assert row.duplicate == expected.count("person_twice")
    assert sorted(skipped(look, row.source).values()) == sorted(
        each for each in expected if each != "nothing"
    )
    found = dict(
        look.read(
            "SELECT username, (percentage::integer, reason)::text FROM cpn_discountList"
            " WHERE username IN ('alice', 'bob', 'charlie')"
        )
    )
    assert found == {"alice": '(30,"studied this year")', "bob": '(20,"partner from Novosibirsk")'}


def test_both_sources_are_on_their_schedules(look):
    sources = look.read("SELECT * FROM cpn_sourceList ORDER BY source_id")
    assert [(one.name, one.is_enabled, one.failure) for one in sources] == [
        (coupons.COUPONS, True, None),
        (coupons.DISCOUNTS, True, None),
    ]


def test_nothing_is_wrong_in_it(loaded):
    said = []
    with loaded.database.in_use():
        assert checks.run(said.append), said


def test_it_says_the_counts_a_code_that_works_and_where_to_look(loaded, look):
    row = last(look, coupons.COUPONS)
    assert re.search(
        rf"{coupons.COUPONS}\s+{row.rows:,}\s+{row.added:,}\s+0\s+0\s+{row.duplicate:,}", loaded.said
    )
    for each in ("/imports/coupons", "/coupons/admin", "portal psql", str(loaded.buffer.socket)):
        assert each in loaded.said
    full, own, code = re.search(
        r"alice +([\d.]+) less 30 % \(studied this year\) is ([\d.]+) EUR\n"
        r" +[\d.]+ less 30 % \(studied this year\) and [\d.]+ % \((\d+)\)",
        loaded.said,
    ).groups()
    assert (full, own) == ("119.88", "83.92")
    assert look.value("SELECT state FROM cpn_couponList WHERE written = %s", [code]) == "active"


def test_the_own_price_is_shown_and_charged(look):
    family = look.value("SELECT tariff_id FROM trf_prices WHERE tariff = 'Proton Family' AND period = 12")
    own = look.row("SELECT * FROM cpn_getPrice('alice', %s, 12)", [family])
    assert own.price == round(own.fullprice * 7 / 10, 2) < own.fullprice
    assert look.call("fin_topUp", username="alice", amount=own.fullprice, purpose="Cash", actor="root").ok

    app = create_app()
    browser = app.test_client()
    look.execute(
        "SELECT as_startSession('alice', 'user', %s, '10.0.0.1', 'test')",
        [access.token_hash("token of alice")],
    )
    browser.set_cookie(app.config["PORTAL_COOKIE"], "token of alice")
    page = Page(browser.get(f"{CHANGE}?tariffID={family}&period=12"))
    assert f"€{own.fullprice}" in page.words and f"€{own.price}" in page.words
    assert buffer.STUDENT[1] in page.words
    answer = browser.post(CHANGE, data=page.fields(CHANGE) | {"action": "now"})
    assert answer.status_code == 303, answer.text
    paid = look.value("SELECT paid FROM trf_changes WHERE username = 'alice' ORDER BY number DESC LIMIT 1")
    assert paid == own.price


def test_a_second_time_adds_nothing(loaded, look):
    def all_rows():
        return look.read("SELECT * FROM cpn_coupons ORDER BY code"), look.read(
            "SELECT * FROM cpn_personalDiscounts ORDER BY id"
        )

    before, first = all_rows(), last(look, coupons.COUPONS)
    said = import_all(loaded.database, loaded.buffer)
    again = last(look, coupons.COUPONS)
    assert again.import_id > first.import_id and adds_up(again)
    assert (again.added, again.duplicate) == (0, first.added + first.duplicate)
    assert (again.no_code, again.rejected) == (first.no_code, first.rejected)
    people = last(look, coupons.DISCOUNTS)
    assert (people.added, people.changed, people.ended) == (0, 0, 0) and adds_up(people)
    assert all_rows() == before
    assert "Filling" not in said
    assert look.value("SELECT count(*) FROM cpn_sourceList") == 2


def test_a_row_that_is_changed_there_changes_the_price_here(loaded, look):
    """A person's discount follows the buffer; a coupon does not."""
    change = "UPDATE people SET percent = %s WHERE email = 'bob@example.com'"
    loaded.buffer.run(change, "25", database=buffer.DATABASE)
    loaded.buffer.run("UPDATE coupons SET percent = 99 WHERE id = 3", database=buffer.DATABASE)
    import_all(loaded.database, loaded.buffer)
    assert last(look, coupons.DISCOUNTS).changed == 1
    assert (
        look.value("SELECT percentage FROM cpn_discountList WHERE username = 'bob' AND state = 'active'")
        == 25
    )
    assert look.value("SELECT value FROM cpn_couponList WHERE code = 'welcome-2027'") == 15
    assert skipped(look, coupons.COUPONS)[3] == "changed_after_import"
    loaded.buffer.run(change, "20", database=buffer.DATABASE)


def test_the_reader_may_read_and_nobody_else_comes_in_by_the_port(loaded):
    def enter(user, password):
        return pymysql.connect(host="127.0.0.1", port=loaded.buffer.port, user=user, password=password)

    for user, password in (("root", ""), ("reader", ""), ("", "")):
        with pytest.raises(pymysql.OperationalError):
            enter(user, password)
    password = "another one"
    loaded.buffer.admit(buffer.DATABASE, password)
    with enter("reader", password) as connection, connection.cursor() as cursor:
        assert cursor.execute("SELECT id FROM buffer.coupons LIMIT 1") == 1
        for refused in ("DELETE FROM buffer.coupons", "SELECT * FROM mysql.user"):
            with pytest.raises(pymysql.OperationalError, match="denied"):
                cursor.execute(refused)


def test_beside_a_running_portal_it_stays_until_that_one_stops(packages, portal):  # noqa: F811
    portal.up()
    done = portal.run("demo", "--coupons", "--customers", "3")
    assert done.returncode == 0, done.stderr
    assert f"http://localhost:{portal.port}/imports/coupons" in done.stdout and done.stderr == ""
    pid, port = (
        portal.pid("mariadbd"),
        re.search(r"--port=(\d+)", portal.processes()[portal.pid("mariadbd")])[1],
    )
    mariadb.processes.end([pid], patience=0)
    portal.wait_until(lambda: "starting it again" in portal.said())
    portal.wait_until(lambda: any("mariadbd" in words for words in portal.processes().values()))
    assert portal.pid("mariadbd") != pid
    assert f"--port={port}" in portal.processes()[portal.pid("mariadbd")]
    assert portal.stop() == 0
    portal.wait_until(lambda: portal.processes() == {})

    portal.up()
    again = portal.run("demo", "--coupons", "--customers", "3")
    assert re.search(rf"{coupons.COUPONS}\s+116,231\s+0\s", again.stdout), again.stderr
    with psycopg.connect(portal.dsn()) as connection:
        assert connection.execute("SELECT DISTINCT port FROM portal.cpn_sources").fetchall() == [(int(port),)]
    assert portal.stop() == 0

    for spoilt in home_of(portal).glob("data/ib*"):
        spoilt.write_bytes(b"no table space")
    portal.up()
    assert "MariaDB does not start" in portal.said()
    portal.wait_until(portal.is_ready)
    assert portal.stop() == 0


def test_without_mariadb_the_way_out_is_said(monkeypatch):
    monkeypatch.setattr(mariadb, "PATH", "/nowhere")
    with pytest.raises(Trouble, match="as root, apt-get install mariadb-server-core"):
        mariadb.program("mariadbd")
