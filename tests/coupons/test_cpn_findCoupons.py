"""What is found, and that it is found by an index however many coupons there are."""

import json

import pytest

STATES = ("active", "used", "expired", "upcoming", "disabled", "deleted")


@pytest.fixture
def crowd(db, category):
    """Four thousand coupons in all states and all combinations of what states are made of."""
    partners = category("Partners")
    db.execute(
        "INSERT INTO cpn_coupons (code, written, categoryID, useType, discountType, value, validFrom, validUntil,"
        " maxUses, uses, status, note, generationID, createdAt)"
        " SELECT 'code-' || n, 'CODE-' || n, CASE WHEN n %% 7 = 0 THEN %s::bigint END, 'multiple', 'percentage', 10,"
        " as_now() + CASE n %% 4 WHEN 0 THEN interval '1 day' ELSE interval '-2 days' END,"
        " CASE n %% 3 WHEN 0 THEN as_now() + interval '2 days' WHEN 1 THEN as_now() - interval '1 day' END,"
        " CASE WHEN n %% 5 < 3 THEN 2 END, CASE WHEN n %% 5 = 1 THEN 2 ELSE n %% 2 END,"
        " CASE n %% 11 WHEN 0 THEN 'disabled' WHEN 1 THEN 'deleted' ELSE 'active' END, '',"
        " CASE WHEN n %% 13 = 0 THEN 3 END, as_now() - interval '3 days' + n / 100 * interval '1 minute'"
        " FROM generate_series(1, 4000) AS n WHERE NOT (n %% 4 = 0 AND n %% 3 = 1)",
        [partners],
    )
    return partners


def found(db, **asked):
    asked = {"rows": None} | asked
    given = ", ".join(f"{name} => %({name})s" for name in asked)
    return [code for (code,) in db.read(f"SELECT code FROM cpn_findCoupons({given})", asked)]


@pytest.mark.parametrize("state", STATES)
def test_each_state_finds_the_coupons_that_are_in_it(db, crowd, state):
    wanted = db.read(
        'SELECT code FROM cpn_couponList WHERE state = %s ORDER BY created DESC, code COLLATE "C" DESC',
        [state],
    )
    assert len(wanted) > 50
    assert found(db, state=state) == [code for (code,) in wanted]


def test_without_a_state_all_but_deleted_ones_are_found(db, crowd):
    kept = db.value("SELECT count(*) FROM cpn_couponList WHERE state <> 'deleted'")
    assert len(found(db)) == kept
    assert len(found(db, state="all")) == db.value("SELECT count(*) FROM cpn_couponList")
    assert found(db, state="unheard of") == []


def test_category_order_and_beginning_narrow_it(db, crowd):
    count = "SELECT count(*) FROM cpn_couponList WHERE state <> 'deleted' AND "
    assert len(found(db, categoryID=crowd)) == db.value(count + "category_id = %s", [crowd])
    assert len(found(db, generationID=3)) == db.value(count + "generation_id = 3")
    assert len(found(db, search=" CODE-12")) == db.value(count + "code LIKE 'code-12%'")
    assert found(db, search="%") == found(db, search="code_1") == []
    assert found(db, categoryID=999) == found(db, sourceID=1) == []
    assert set(found(db, state="used", categoryID=crowd, search="code-1")) == {
        code
        for (code,) in db.read(
            "SELECT code FROM cpn_couponList WHERE state = 'used' AND category_id = %s AND code LIKE 'code-1%%'",
            [crowd],
        )
    }


@pytest.mark.parametrize("state", [None, *STATES])
def test_pages_follow_one_another(db, crowd, state):
    everything, pages, created, code = found(db, state=state), [], None, None
    while True:
        page = db.read(
            "SELECT code, created FROM cpn_findCoupons(state => %s, beforeCreated => %s, beforeCode => %s, rows => 90)",
            [state, created, code],
        )
        if not page:
            break
        pages += [row.code for row in page]
        code, created = page[-1]
    assert pages == everything


@pytest.fixture(scope="module")
def many(server):
    """Two hundred thousand coupons, of which few are what a filter asks for, with statistics as autovacuum makes them."""
    from tests import servers

    with servers.clone(server) as own, own.connect() as connection:
        connection.execute(
            "SELECT cpn_saveCategory(name => 'Category ' || n) FROM generate_series(1, 5) AS n"
        )
        connection.execute(
            "INSERT INTO cpn_coupons (code, written, categoryID, useType, discountType, value, validFrom, validUntil,"
            " maxUses, uses, status, note, sourceID, importID, contentHash, generationID, createdAt)"
            " SELECT 'code-' || md5(n::text), 'CODE-' || md5(n::text), CASE WHEN n % 1000 = 0 THEN 5 WHEN n % 3 = 0 THEN 2 END,"
            " 'single', 'percentage', 10,"
            " CASE WHEN n % 2000 = 7 THEN now() + interval '1 day' ELSE now() - interval '9 days' + n * interval '1 second' END,"
            " CASE WHEN n % 2000 = 5 THEN now() - interval '1 minute' WHEN n % 2 = 0 THEN now() + interval '90 days' END,"
            " 1, CASE WHEN n % 2000 = 11 THEN 1 ELSE 0 END,"
            " CASE WHEN n % 2000 = 13 THEN 'disabled' WHEN n % 2000 = 17 THEN 'deleted' ELSE 'active' END, '',"
            " CASE WHEN n % 2500 = 3 THEN 2 WHEN n % 10 <> 1 THEN 1 END, CASE WHEN n % 2500 = 3 OR n % 10 <> 1 THEN 1 END,"
            " CASE WHEN n % 2500 = 3 OR n % 10 <> 1 THEN 1 END,"
            " CASE WHEN n % 10 = 1 AND n < 20000 AND n % 2500 <> 3 THEN 1 END, now() - interval '9 days' + n / 5000 * interval '1 hour'"
            " FROM generate_series(1, 200000) AS n"
        )
        connection.execute("ANALYZE cpn_coupons")
        yield connection


@pytest.mark.parametrize(
    "asked",
    [
        "",
        *(f"state => '{state}'" for state in ("all", *STATES)),
        *(f"categoryID => {number}" for number in (2, 4, 5)),
        *(f"sourceID => {number}" for number in (1, 2, 3)),
        *(f"generationID => {number}" for number in (1, 2)),
        *(
            f"search => '{words}'"
            for words in ("c", "code-ab", "code-c4ca4238a0b923820dcc509a6f75849b", "zzz")
        ),
        "state => 'used', categoryID => 2",
        "state => 'expired', sourceID => 2",
        "state => 'upcoming', search => 'code-a'",
        "state => 'active', beforeCreated => now() - interval '8 days', beforeCode => 'code-b'",
    ],
)
def test_no_first_page_reads_the_whole_table(many, asked):
    """How many rows a page of 26 looks at, and by what."""
    given = f"{asked}, rows => 26" if asked else "rows => 26"
    with many.transaction(force_rollback=True):
        many.execute("LOAD 'auto_explain'")
        for name, value in {
            "log_min_duration": "0", "log_nested_statements": "on", "log_analyze": "on", "log_format": "json",
        }.items():  # fmt: skip
            many.execute(f"SET LOCAL auto_explain.{name} = '{value}'")
        many.execute("SET LOCAL client_min_messages = log")
        plans = []
        many.add_notice_handler(lambda notice: plans.append(notice.message_primary))
        many.execute(f"SELECT * FROM cpn_findCoupons({given})").fetchall()
    plan = next(
        plan
        for plan in (json.loads(text.partition("plan:")[2]) for text in plans if "plan:" in text)
        if "cpn_coupons" in plan["Query Text"]
    )
    scans = list(nodes(plan["Plan"]))
    assert not [scan for scan in scans if scan["Node Type"] == "Seq Scan"], plan
    looked_at = sum(
        scan["Actual Rows"] + scan.get("Rows Removed by Filter", 0)
        for scan in scans
        if scan["Node Type"] in ("Index Scan", "Bitmap Heap Scan")
    )
    assert looked_at < 12_000, plan


def nodes(plan):
    if plan.get("Relation Name") == "cpn_coupons" or "Scan" in plan["Node Type"]:
        yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)
