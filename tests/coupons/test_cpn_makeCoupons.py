"""Generated coupons: their codes, their number, and workers that are killed while they make them."""

import collections
import subprocess
import sys
import threading

import pytest

from portal.places import ROOT
from tests.jobs.processes import wait_until

LOOK_ALIKE = "0OQ1ILl2Z5S6G8BUV"


@pytest.fixture
def order(db, people):
    return lambda count, **terms: db.call(
        "cpn_generateCoupons", **{"count": count, "value": 10} | terms
    ).details["generationID"]


@pytest.fixture
def make(db):
    return lambda number, **arguments: db.call("cpn_makeCoupons", generationID=number, **arguments)


def test_an_order_is_made_in_steps_and_never_more_than_it_says(db, order, make):
    number = order(12)
    steps = [make(number, atMost=5).details for _ in range(4)]
    assert [(step["made"], step["total"], step["isFinished"]) for step in steps] == [
        (5, 5, False),
        (5, 10, False),
        (2, 12, True),
        (0, 12, True),
    ]
    assert db.value("SELECT count(*) FROM cpn_couponList WHERE generation_id = %s", [number]) == 12
    assert db.row("SELECT state, made FROM cpn_generationList") == ("done", 12)


def test_each_coupon_has_the_terms_of_the_order(db, order, make, shop, category):
    partners = category("Partners")
    number = order(
        3,
        prefix="Spring-",
        useType="multiple",
        maxUses=7,
        maxUsesPerPerson=2,
        tariffIDs=[shop.team],
        periods=[12],
        validUntil="2099-01-01 00:00 UTC",
        categoryID=partners,
        note="for the fair",
    )
    assert make(number).ok
    for row in db.read("SELECT * FROM cpn_couponList"):
        assert row.written.startswith("Spring-") and row.code == row.written.lower()
        assert (row.use_type, row.max_uses, row.max_uses_per_person, row.uses) == ("multiple", 7, 2, 0)
        assert (row.tariffs, row.periods, row.category, row.note) == (
            ["Team"],
            [12],
            "Partners",
            "for the fair",
        )
        assert (row.state, row.generation_id, row.valid_until.year) == ("active", number, 2099)


def test_codes_have_no_characters_that_look_alike_and_use_all_others_evenly(db, order, make):
    assert make(order(2000, length=16)).ok
    letters = collections.Counter("".join(code for (code,) in db.read("SELECT written FROM cpn_couponList")))
    assert len(letters) == 16 and not set(letters) & set(LOOK_ALIKE)
    # 2000 each of 32,000, give or take 45: six times that happens never.
    assert all(1730 < count < 2270 for count in letters.values())


def test_the_longest_code_is_as_long_as_it_was_ordered(db, order, make):
    assert make(order(5, length=32)).ok
    assert {len(code) for (code,) in db.read("SELECT written FROM cpn_couponList")} == {32}


def test_a_code_that_is_there_already_is_made_up_anew(db, order, make):
    """Nearly all codes of the order's length are taken."""
    number = order(3, length=6)
    db.execute("UPDATE cpn_generations SET prefix = 'X'")
    # Every code but those that end in 3 exists, so that about one try in sixteen finds room.
    db.execute(
        "CREATE OR REPLACE FUNCTION cpn_randomCode(length integer) RETURNS text LANGUAGE sql VOLATILE AS $$"
        " SELECT translate(left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 2), '0123456789abcdef',"
        " '3479CDFHJKMNPRTX') $$"
    )
    db.execute(
        "INSERT INTO cpn_coupons (code, written, useType, discountType, value, validFrom, maxUses, uses, status, note,"
        " createdAt) SELECT lower('X' || a || b), 'X' || a || b, 'single', 'free', 0, now(), 1, 0, 'deleted', '', now()"
        " FROM regexp_split_to_table('3479CDFHJKMNPRTX', '') AS a, regexp_split_to_table('479CDFHJKMNPRTX', '') AS b"
    )
    assert make(number).details["made"] == 3
    codes = [
        code for (code,) in db.read("SELECT written FROM cpn_couponList WHERE generation_id = %s", [number])
    ]
    assert len(set(codes)) == 3 and all(code.endswith("3") for code in codes)


def test_it_refuses_an_unknown_order(make, untouched):
    with untouched():
        assert make(999).reason == "no_such_generation"


def test_only_workers_and_dbas_make_coupons(db, order):
    number = order(3)
    with db.as_role("portal_worker"):
        assert db.call("cpn_makeCoupons", generationID=number).ok
    with db.as_role("portal_web"), pytest.raises(Exception, match="permission denied"), db.transaction():
        db.execute("SELECT cpn_makeCoupons(%s)", [number])


@pytest.fixture
def committed(fresh_database):
    with fresh_database.connect() as connection:
        connection.execute("UPDATE job_schedules SET isEnabled = false")
        yield connection


def work(database, run_id) -> subprocess.Popen:
    """A worker's process that does one run."""
    program = f"from portal import db; from workers import runs; db.connect_as('portal_worker'); runs.work({run_id})"
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=database.environment())


def test_a_hundred_thousand_are_exactly_that_although_workers_are_killed(fresh_database, committed):
    number = committed.call("cpn_generateCoupons", count=100_000, prefix="FAIR-", value=10).details[
        "generationID"
    ]
    run_id = committed.value("SELECT id FROM job_runList WHERE code = 'coupons.generate'")

    def made():
        return committed.value("SELECT made FROM cpn_generationList")

    for share in (10_000, 45_000, 70_000):
        worker = work(fresh_database, run_id)
        wait_until(lambda share=share: made() > share, what=f"{share} coupons")
        worker.kill()
        worker.wait()
        assert made() < 100_000
        # The lease of a killed worker runs out.
        committed.execute(
            "UPDATE job_runs SET leaseUntil = now() - interval '1 hour' WHERE state = 'running'"
        )
    last = work(fresh_database, run_id)
    assert last.wait(120) == 0

    run = committed.row("SELECT * FROM job_runList WHERE id = %s", [run_id])
    assert (run.state, run.error, run.done) == ("done", None, run.total)
    assert committed.row("SELECT state, made FROM cpn_generationList") == ("done", 100_000)
    count, codes = committed.row(
        "SELECT count(*), count(DISTINCT code) AS codes FROM cpn_couponList WHERE generation_id = %s",
        [number],
    )
    assert (count, codes) == (100_000, 100_000)


def test_two_workers_at_once_make_no_more_than_was_ordered(fresh_database, committed):
    number = committed.call("cpn_generateCoupons", count=2_000, value=10).details["generationID"]

    def help():
        with fresh_database.connect("portal_worker") as connection:
            while not connection.call("cpn_makeCoupons", generationID=number, atMost=37).details[
                "isFinished"
            ]:
                pass

    threads = [threading.Thread(target=help) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert committed.value("SELECT count(*) FROM cpn_couponList") == 2_000
    assert committed.row("SELECT state, made FROM cpn_generationList") == ("done", 2_000)
