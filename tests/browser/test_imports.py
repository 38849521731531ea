"""How an administrator brings coupons over from somebody's MariaDB: by mouse, by keys alone, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.keys import FEW, WAYS
from tests.browser.window import TWO_LOOKS
from tests.mariadb import PASSWORD, mariadb  # noqa: F401

TABLE = "CREATE TABLE `{}` (number int PRIMARY KEY, voucher varchar(300), percent varchar(20), remark text)"
#: A worker is woken by the scheduler, and the page asks again by itself.
SOON = 30_000


@pytest.fixture
def table(mariadb):  # noqa: F811
    """Make a table of the buffer with rows of vouchers: `table("vouchers", [(1, "AUTUMN", "10", None)])`."""

    def make(name, rows):
        mariadb.run(TABLE.format(name))
        mariadb.fill(name, rows)

    mariadb.clear()
    return make


@pytest.mark.parametrize("Hand, script", WAYS)
def test_a_source_is_set_up_tried_out_and_imported(site, window, mariadb, table, Hand, script):  # noqa: F811
    way = f"{Hand.name}{int(script)}"
    name, code = f"Fair {way}", f"FAIR-{way}".upper()
    table(
        way,
        [
            (1, f"{code}-1", "10", None),
            (2, f"{code}-2", "12.5", None),
            (3, f"{code}-1", "15", None),
            (4, None, "10", None),
            (5, f"{code}-5", "150", "'; DROP TABLE cpn_coupons; --"),
        ],
    )
    one = window(site, "root", script=script)
    page, hand = one.open("/imports/coupons"), Hand(one.page)

    hand.press(page.get_by_role("link", name="Add source"))
    for label, text in {
        "Name": name,
        "Server": "127.0.0.1",
        "Port": str(mariadb.port),
        "Database": "buffer",
        "User": "reader",
        "Password": PASSWORD,
        "Table or view": way,
        "Key column": "number",
    }.items():
        hand.fill(page.get_by_label(label, exact=True), text)
    hand.press(page.get_by_role("button", name="Save and test the connection"))
    trial = page.locator("#trial")
    expect(trial).to_contain_text(f"The table {way} has no column code.", timeout=SOON)
    if script:
        one.judge_everywhere(*TWO_LOOKS)

    hand.press(page.get_by_role("link", name="Edit the source"))
    hand.select(page.get_by_label("Code", exact=True), "voucher (varchar)")
    hand.select(page.get_by_label("Kind of discount"), "always a percentage")
    hand.press(page.get_by_role("button", name="Save and test the connection"))
    expect(trial).to_contain_text("The connection works.", timeout=SOON)

    hand.press(page.get_by_role("button", name="Show the first rows"))
    expect(trial).to_contain_text("A percentage is more than 0 and at most 100.", timeout=SOON)
    expect(page.locator("#previewRows tbody tr")).to_have_count(5)
    back(page, hand, name, script)

    hand.press(page.get_by_role("button", name="Dry run with counts"))
    for words in ("rows 5", "added 2", "duplicates 1", "without a code 1", "rejected 1"):
        expect(trial).to_contain_text(words, timeout=SOON)
    assert not coupons(site, code)
    back(page, hand, name, script)

    hand.press(page.get_by_role("button", name="Run now"))
    newest = page.locator("#imports tbody tr", has_not_text="dry run")
    expect(newest).to_contain_text("added 2", timeout=SOON)
    expect(newest).to_contain_text("done", timeout=SOON)
    assert coupons(site, code) == 2

    hand.press(page.get_by_role("button", name="Switch the schedule on"))
    expect(page.locator("#source")).to_contain_text("on schedule")
    assert PASSWORD not in page.content()

    hand.press(newest.get_by_role("link"))
    rows = page.locator("#skipped tbody tr")
    expect(rows).to_have_count(3)
    hand.select(page.get_by_label("Reason"), "The row has no code. (1)")
    if not script:
        hand.press(page.get_by_role("button", name="Filter"))
    expect(rows).to_have_count(1)
    with page.expect_download() as file:
        hand.press(page.get_by_role("link", name="CSV"))
    assert "no_code" in file.value.path().read_text()


@pytest.mark.parametrize("Hand, script", FEW)
def test_a_run_that_would_end_too_many_discounts_waits_for_a_word(
    site, window, mariadb, table, Hand, script  # noqa: F811
):  # fmt: skip
    way = f"people_{Hand.name}{int(script)}"
    table(way, [(number, f"{way}-{number}@example.com", "10", "studied") for number in range(10)])
    source = mariadb.source(
        name=f"Students {way}", holds="discounts", tableName=way, keyColumn="number", identityKind="email"
    )
    mapping = '{"identity": "voucher", "value": "percent", "note": "remark"}'
    source_id = site.call("cpn_saveSource", mapping=mapping, **source).details["sourceID"]
    one = window(site, "root", script=script)
    page, hand = one.open(f"/imports/coupons/{source_id}"), Hand(one.page)
    newest = page.locator("#imports tbody tr").first
    hand.press(page.get_by_role("button", name="Run now"))
    expect(newest).to_contain_text("added 10", timeout=SOON)
    expect(newest).to_contain_text("done", timeout=SOON)

    mariadb.run(f"DELETE FROM `{way}` WHERE number >= 6")
    hand.press(page.get_by_role("button", name="Run now"))
    expect(page.locator("#source")).to_contain_text("would end 4 of 10 personal discounts", timeout=SOON)
    assert standing(site, source_id) == 10
    if script:
        one.judge_everywhere(*TWO_LOOKS)
    hand.press(page.get_by_role("button", name=re.compile("End 4 discounts and import now")))
    expect(newest).to_contain_text("done", timeout=SOON)
    expect(newest).to_contain_text("ended 4")
    assert standing(site, source_id) == 6


def back(page, hand, name, script):
    """Without JavaScript the answer of a trial is a page of its own."""
    if not script:
        hand.press(page.locator("main p").get_by_role("link", name=name))


def coupons(site, code: str) -> int:
    return site.value("SELECT count(*) FROM cpn_couponList WHERE written LIKE %s", [f"{code}%"])


def standing(site, source_id: int) -> int:
    return site.value(
        "SELECT count(*) FROM cpn_discountList WHERE source_id = %s AND state <> 'ended'", [source_id]
    )
