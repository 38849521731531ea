"""The rules of coupons, row by row, from a real MariaDB to the list of coupons."""

import datetime as dt

from tests.imports.conftest import adds_up, coupon

BOMB = "'); DROP TABLE cpn_coupons; --"


def test_missing_coupons_are_added(office, buffer):
    buffer.fill("coupons", [coupon(1, "SUMMER"), coupon(2, "WINTER", "25.50", note="for all")])
    source = office.save()
    run = office.run(source)
    assert (run.state, run.done, run.counts) == ("done", 2, {"rows": 2, "added": 2})
    assert [(c.written, str(c.value), c.note) for c in office.coupons()] == [
        ("SUMMER", "10.00", ""),
        ("WINTER", "25.50", "for all"),
    ]
    last = office.last(source)
    assert (last.state, last.rows, last.added) == ("done", 2, 2) and adds_up(last)


def test_the_same_again_changes_nothing_and_lists_nothing(office, buffer):
    buffer.fill("coupons", [coupon(n, f"CODE-{n}") for n in range(1, 101)])
    source = office.save()
    office.run(source)
    before = office.coupons()
    office.run(source)
    last = office.last(source)
    assert office.coupons() == before
    assert (last.rows, last.added, last.duplicate) == (100, 0, 100) and adds_up(last)
    assert office.skipped(last.import_id) == {}


def test_without_a_date_the_same_again_is_the_same_too(office, buffer):
    buffer.fill("coupons", [coupon(1, "SUMMER", since=None)])
    source = office.save()
    office.run(source)
    office.run(source)
    assert office.skipped(office.last(source).import_id) == {}


def test_a_code_that_is_inside_is_left_alone(db, office, buffer):
    assert db.call("cpn_addCoupon", code="Ours", value=50).ok
    buffer.fill("coupons", [coupon(1, " oURS "), coupon(2, "THEIRS")])
    source = office.save()
    office.run(source)
    assert [(c.written, str(c.value)) for c in office.coupons()] == [("Ours", "50.00"), ("THEIRS", "10.00")]
    assert office.skipped(office.last(source).import_id) == {"1": "code_inside"}


def test_a_code_that_another_source_brought_is_inside(office, buffer):
    buffer.fill("coupons", [coupon(1, "ONE")])
    office.run(office.save())
    other = office.save(name="Another")
    office.run(other)
    assert office.skipped(office.last(other).import_id) == {"1": "code_inside"}


def test_changes_in_the_buffer_are_ignored(office, buffer):
    buffer.fill("coupons", [coupon(n, f"CODE-{n}", note="first") for n in range(1, 5)])
    source = office.save()
    office.run(source)
    before = office.coupons()
    buffer.run("UPDATE coupons SET percent = '90' WHERE id = 1")
    buffer.run("UPDATE coupons SET note = 'second' WHERE id = 2")
    buffer.run("UPDATE coupons SET until = '2027-12-31' WHERE id = 3")
    office.run(source)
    last = office.last(source)
    assert office.coupons() == before
    assert office.skipped(last.import_id) == dict.fromkeys("123", "changed_after_import")
    assert last.duplicate == 4 and adds_up(last)


def test_a_change_that_makes_a_row_impossible_is_a_change_too(office, buffer):
    buffer.fill("coupons", [coupon(1, "ONE")])
    source = office.save()
    office.run(source)
    buffer.run("UPDATE coupons SET percent = '1000'")
    office.run(source)
    assert office.skipped(office.last(source).import_id) == {"1": "changed_after_import"}


def test_rows_without_a_code_are_ignored(office, buffer):
    blanks = [None, "", "   ", "\t\n", "\u00a0\u2003", "\u200b\ufeff"]
    buffer.fill("coupons", [coupon(n, code) for n, code in enumerate(blanks)])
    source = office.save()
    office.run(source)
    last = office.last(source)
    assert (last.rows, last.no_code, last.added) == (6, 6, 0) and adds_up(last)
    assert set(office.skipped(last.import_id).values()) == {"no_code"}


def test_of_twins_inside_the_buffer_the_first_comes(office, buffer):
    twins = ["Twin", "TWIN", " twin", "ＴＷＩＮ", "twin"]
    buffer.fill("coupons", [coupon(n, code, str(n)) for n, code in enumerate(twins, 1)])
    source = office.save()
    office.run(source)
    assert [(c.written, str(c.value), c.sourcekey) for c in office.coupons()] == [("Twin", "1.00", "1")]
    last = office.last(source)
    assert office.skipped(last.import_id) == dict.fromkeys("2345", "twice_in_buffer")
    office.run(source)
    last = office.last(source)
    assert office.skipped(last.import_id) == dict.fromkeys("2345", "twice_in_buffer")
    assert (last.rows, last.duplicate) == (5, 5)


def test_of_twins_the_first_that_can_be_a_coupon_comes(office, buffer):
    buffer.fill("coupons", [coupon(1, "TWIN", "1000"), coupon(2, "twin"), coupon(3, "TWIN", "-1")])
    source = office.save()
    office.run(source)
    last = office.last(source)
    assert [c.sourcekey for c in office.coupons()] == ["2"]
    assert (last.added, last.rejected, last.duplicate) == (1, 2, 0) and adds_up(last)


def test_what_is_removed_from_the_buffer_stays(office, buffer):
    buffer.fill("coupons", [coupon(1, "ONE"), coupon(2, "TWO")])
    source = office.save()
    office.run(source)
    before = office.coupons()
    buffer.run("DELETE FROM coupons")
    office.run(source)
    assert office.coupons() == before
    assert (office.last(source).state, office.last(source).rows) == ("done", 0)


def test_what_is_deleted_inside_does_not_come_back(db, office, buffer):
    buffer.fill("coupons", [coupon(1, "ONE"), coupon(2, "TWO")])
    source = office.save()
    office.run(source)
    assert db.call("cpn_deleteCoupon", code="ONE").ok
    office.run(source)
    assert [(c.written, c.status) for c in office.coupons()] == [("ONE", "deleted"), ("TWO", "active")]
    assert office.skipped(office.last(source).import_id) == {"1": "deleted_inside"}


def test_one_bad_row_does_not_stop_the_others(office, buffer):
    bad = {
        1: coupon(1, "A", "1000"),
        2: coupon(2, "B", "-5"),
        3: coupon(3, "C", "0"),
        4: coupon(4, "D", "ten"),
        5: coupon(5, "E", ""),
        6: coupon(6, "F", "12.345"),
        7: coupon(7, "G", "1e2"),
        8: coupon(8, "H", since="0000-00-00"),
        9: coupon(9, "I", since="2027-02-30"),
        10: coupon(10, "J", until="0000-00-00 00:00:00"),
        11: coupon(11, "K", until="2025-12-31"),
        12: coupon(12, "L" * 256),
        13: coupon(13, "ab\u0007cd"),
        14: coupon(14, "N", note="x" * 64_000),
        15: coupon(15, "O", kind="gift"),
        16: coupon(16, "P", kind="amount", percent="0"),
        17: coupon(17, "Q", kind="amount", percent="1000000.01"),
        18: coupon(18, "R", tariffs="Nowhere"),
        19: coupon(19, "S", periods="5"),
        20: coupon(20, "T", uses="many"),
        21: coupon(21, "U", category="x" * 101),
        22: coupon(22, "V", percent=None),
    }
    reasons = {
        1: "percentage_out_of_range", 2: "percentage_out_of_range", 3: "percentage_out_of_range",
        4: "value_not_a_number", 5: "value_missing", 6: "value_too_precise", 7: "value_not_a_number",
        8: "broken_date", 9: "broken_date", 10: "broken_date", 11: "ends_before_start", 12: "code_too_long",
        13: "code_unreadable", 14: "note_too_long", 15: "unknown_type", 16: "value_not_positive",
        17: "value_too_large", 18: "no_such_tariff", 19: "no_such_period", 20: "limit_not_a_number",
        21: "category_too_long", 22: "value_missing",
    }  # fmt: skip
    buffer.fill("coupons", [*bad.values(), coupon(99, "GOOD")])
    source = office.save()
    office.run(source)
    last = office.last(source)
    assert office.skipped(last.import_id) == {str(key): reason for key, reason in reasons.items()}
    assert [c.written for c in office.coupons()] == ["GOOD"]
    assert (last.rows, last.rejected, last.added) == (23, 22, 1) and adds_up(last)


def test_codes_are_kept_as_they_are_whatever_is_in_them(office, buffer):
    codes = [
        "СКИДКА-30", "🎉🎁", BOMB, "100%", "a\tb".replace("\t", " "), "\\N", "\\", "a\\tb", '"; --', "$$", "%s", "{0}",
        "ſtraße", "नमस्ते", "e\u0301te", "<script>alert(1)</script>", "=1+1", "x" * 255, "\u202eabc",
    ]  # fmt: skip
    buffer.fill("coupons", [coupon(n, code, note=code) for n, code in enumerate(codes)])
    source = office.save()
    office.run(source)
    last = office.last(source)
    assert (last.added, office.skipped(last.import_id)) == (len(codes), {})
    kept = {c.sourcekey: (c.written, c.note) for c in office.coupons()}
    assert kept == {str(n): (code.strip("\u202e"), code) for n, code in enumerate(codes)}


def test_notes_with_lines_tabs_and_backslashes_arrive_whole(office, buffer):
    note = "one\ttwo\nthree\r\nfour\\five\\nsix \\N"
    buffer.fill(
        "coupons", [coupon(1, "ONE", note=note), coupon(2, "TWO", note=None), coupon(3, "THREE", note="\\N")]
    )
    office.run(office.save())
    assert {c.written: c.note for c in office.coupons()} == {"ONE": note, "TWO": "", "THREE": "\\N"}


def test_wrong_bytes_are_rejected_with_the_place_of_their_row(office, buffer):
    buffer.run("CREATE TABLE raw (id int PRIMARY KEY, code varbinary(100), percent int, note blob)")
    buffer.fill(
        "raw",
        [
            (1, b"GOOD", 10, b"fine"),
            (2, b"\xff\xfe", 10, None),
            (3, b"NUL\x00", 10, None),
            (4, b"LATIN", 10, "é".encode("latin-1")),
            (5, b"HALF", 10, "é".encode()[:1]),
            (6, "КОД".encode(), 10, "да".encode()),
        ],
    )
    source = office.save(tableName="raw", mapping={"code": "code", "value": "percent", "note": "note"})
    office.run(source)
    last = office.last(source)
    assert [c.written for c in office.coupons()] == ["GOOD", "КОД"]
    assert office.skipped(last.import_id) == dict.fromkeys("2345", "broken_bytes")
    assert (last.rows, last.rejected) == (6, 4) and adds_up(last)


def test_a_latin1_table_is_read_as_text(office, buffer):
    buffer.run("CREATE TABLE old (id int PRIMARY KEY, code varchar(100), percent int) CHARACTER SET latin1")
    buffer.fill(
        "old", [(1, "Žľúť".replace("Ž", "Z").replace("ľ", "l").replace("ť", "t"), 10), (2, "café", 5)]
    )
    office.run(office.save(tableName="old", mapping={"code": "code", "value": "percent"}))
    assert [c.written for c in office.coupons()] == ["café", "Zlút"]


def test_types_of_mysql_arrive_as_what_they_mean(office, buffer):
    buffer.run(
        "CREATE TABLE typed (id bigint unsigned PRIMARY KEY, code char(8), percent decimal(10,4), since datetime,"
        " until date, uses int, kind enum('percentage','amount'))"
    )
    buffer.fill("typed", [(2**63 + 1, "ONE", "12.5000", "2027-03-28 02:30:00", "2027-12-31", 5, "amount")])
    mapping = {
        "code": "code", "value": "percent", "validFrom": "since", "validUntil": "until", "maxUses": "uses",
        "discountType": "kind",
    }  # fmt: skip
    office.run(office.save(tableName="typed", mapping=mapping, timeZone="Europe/Bratislava"))
    (one,) = office.coupons()
    assert (str(one.value), one.discounttype, one.usetype, one.maxuses) == ("12.50", "amount", "multiple", 5)
    assert one.sourcekey == str(2**63 + 1)
    # The hour that the clock skips; the last day counts whole.
    assert one.validfrom == dt.datetime(2027, 3, 28, 1, 30, tzinfo=dt.UTC)
    assert one.validuntil == dt.datetime(2027, 12, 31, 23, tzinfo=dt.UTC)


def test_the_table_of_the_original_plugin_is_read_by_its_lifetime(office, buffer):
    buffer.run(
        "CREATE TABLE otpay_coupons (id int PRIMARY KEY, catid int, code char(255), courseid int, type varchar(20),"
        " discounttype varchar(20), value double, createtime int, lifetime int, status varchar(20))"
    )
    buffer.fill(
        "otpay_coupons",
        [
            (1, 0, "AAAA1111", 0, "single", "percentage", 10, 1_700_000_000, 0, "active"),
            (2, 0, "BBBB2222", 0, "multiple", "amount", 12.5, 1_700_000_000, 86400, "active"),
            (3, 0, "CCCC3333", 0, "single", "freeaccess", 0, 1_700_000_000, 60, "active"),
        ],
    )
    mapping = {
        "code": "code", "useType": "type", "discountType": "discounttype", "value": "value", "validFrom": "createtime",
        "lifetime": "lifetime",
    }  # fmt: skip
    source = office.save(tableName="otpay_coupons", mapping=mapping)
    office.run(source)
    start = dt.datetime.fromtimestamp(1_700_000_000, dt.UTC)
    assert [
        (c.usetype, c.discounttype, str(c.value), c.validfrom, c.validuntil) for c in office.coupons()
    ] == [
        ("single", "percentage", "10.00", start, None),
        ("multiple", "amount", "12.50", start, start + dt.timedelta(days=1)),
        ("single", "free", "0.00", start, start + dt.timedelta(minutes=1)),
    ]
    office.run(source)
    assert office.skipped(office.last(source).import_id) == {}


def test_constants_stand_for_columns(db, office, buffer):
    buffer.fill("coupons", [coupon(1, "ONE", "7")])
    mapping = {
        "code": "code", "value": "=7.50", "discountType": "=amount", "useType": "=multiple", "maxUses": "=9",
        "note": "=back\\slash\tand tab" .replace("\t", " "), "lifetime": "=3600", "validFrom": "since",
    }  # fmt: skip
    office.run(office.save(mapping=mapping))
    (one,) = office.coupons()
    assert (str(one.value), one.discounttype, one.usetype, one.maxuses) == ("7.50", "amount", "multiple", 9)
    assert one.note == "back\\slash and tab" and one.validuntil - one.validfrom == dt.timedelta(hours=1)


def test_categories_are_made_when_a_taken_row_names_them(db, office, buffer):
    assert db.call("cpn_saveCategory", name="Partners").ok
    given = db.value("SELECT category_id FROM cpn_categoryList WHERE name = 'Partners'")
    buffer.fill(
        "coupons",
        [
            coupon(1, "ONE", category="PARTNERS"),
            coupon(2, "TWO", category="New ones"),
            coupon(3, "THREE", category="new ONES"),
            coupon(4, "FOUR", "1000", category="Of a bad row"),
            coupon(5, "FIVE"),
        ],
    )
    source = office.save(categoryID=given)
    office.run(source)
    names = {row.category_id: row.name for row in db.read("SELECT * FROM cpn_categoryList")}
    assert sorted(names.values()) == ["New ones", "Partners"]
    assert [(c.written, names[c.categoryid]) for c in office.coupons()] == [
        ("FIVE", "Partners"),
        ("ONE", "Partners"),
        ("THREE", "New ones"),
        ("TWO", "New ones"),
    ]


def test_tariffs_are_found_by_name_and_number(db, office, buffer):
    ids = [
        db.call("trf_saveTariff", name=name, price=10, price6=50, price12=90, price36=200).details["tariffID"]
        for name in ("Team", "Small, but fine")
    ]
    buffer.fill(
        "coupons",
        [
            coupon(1, "ONE", tariffs="team", periods="12, 6"),
            coupon(2, "TWO", tariffs=f"{ids[1]}, TEAM"),
            coupon(3, "THREE", tariffs="Small, but fine"),
            coupon(4, "FOUR", tariffs="0", periods="0"),
        ],
    )
    office.run(office.save())
    assert {c.written: (c.tariffids, c.periods) for c in office.coupons()} == {
        "ONE": ([ids[0]], [6, 12]),
        "TWO": (sorted(ids), None),
        "THREE": ([ids[1]], None),
        "FOUR": (None, None),
    }


def test_a_dry_run_counts_the_same_and_keeps_nothing(office, buffer):
    rows = [
        coupon(n, f"CODE-{n % 700}", "1000" if n % 11 == 0 else str(n % 99 + 1), category=f"Cat {n % 3}")
        for n in range(1, 1500)
    ]
    buffer.fill("coupons", [*rows, coupon(2000, None), coupon(2001, "CODE-1")])
    source = office.save()
    trial = office.ask(source, "trial")
    assert (trial.state, trial.is_ok) == ("done", True)
    tried = office.last(source)
    assert tried.is_trial and tried.import_id == trial.import_id and office.coupons() == []
    office.run(source)
    real = office.last(source)
    names = ("rows", "added", "duplicate", "no_code", "rejected", "changed", "unchanged", "ended", "waiting")
    assert [getattr(tried, name) for name in names] == [getattr(real, name) for name in names]
    assert office.skipped(tried.import_id) == office.skipped(real.import_id)
    assert adds_up(tried) and adds_up(real) and real.added > 600 and real.rejected > 100


def test_a_preview_shows_the_first_rows_and_leaves_nothing(db, office, buffer, unchanged):
    buffer.fill("coupons", [coupon(n, f"CODE-{n}", "1000" if n == 2 else "10") for n in range(1, 51)])
    source = office.save()
    with unchanged(db, "cpn_trials", "as_audit", "job_runs"):
        trial = office.ask(source, "preview")
    rows = trial.result["details"]["rows"]
    assert trial.is_ok and len(rows) == 20
    assert [(row["code"], row["verdict"], row["msg"]) for row in rows[:2]] == [
        ("CODE-1", "new", None),
        ("CODE-2", "percentage_out_of_range", "A percentage is more than 0 and at most 100."),
    ]


def test_the_skipped_rows_of_an_import_are_at_most_a_hundred_thousand(office, buffer):
    buffer.run("INSERT INTO coupons (id, code) SELECT seq, '' FROM seq_1_to_120000")
    source = office.save()
    office.run(source)
    last = office.last(source)
    assert last.no_code == 120_000 and adds_up(last)
    assert len(office.skipped(last.import_id)) == 100_000
