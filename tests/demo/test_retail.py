"""`portal demo --retail`: the first days of a real retailer's year through the tills' procedure, on and on, never twice."""

from collections import Counter
from datetime import datetime, timedelta

import pytest

from portal import checks, demo
from portal.demo import journey, retail
from portal.demo.retail import data, places
from portal.trouble import Trouble
from tests import servers

DAYS = 5


@pytest.fixture(scope="module")
def loaded(server):
    """A small demo, and five days of a tenth of the households."""
    try:
        journey.install(print)
    except Trouble as trouble:
        print(trouble)
        pytest.skip(str(trouble))
    said = []
    with servers.clone(server) as database:
        with database.in_use():
            demo.load(5, echo=lambda sentence: None)
            sums = retail.load(echo=said.append, days=DAYS)
        yield database, sums, "\n".join(said)


@pytest.fixture
def look(loaded):
    with loaded[0].in_use(), loaded[0].connect() as connection:
        yield connection


@pytest.fixture(scope="module")
def first_days():
    with data.opened(print) as source:
        rows = data.baskets(source, retail.TENTH)
    return [row for row in rows if row[3] < datetime(2017, 1, 1) + timedelta(days=DAYS)]


def test_the_numbers_that_are_said_are_found(loaded):
    for name, number in data.SAID.items():
        assert f"{name:<14} {number:>10,} {number:>10,}" in loaded[2]
    assert "DIFFERENT" not in loaded[2]


def test_products_stores_people_and_promotions_are_there(look):
    assert look.value("SELECT count(*) FROM loy_products WHERE sku ~ '^[0-9]+$'") == data.SAID["products"]
    assert (
        look.value("SELECT count(*) FROM loy_storeList WHERE store_id ~ '^r[0-9]+$'") == data.SAID["stores"]
    )
    assert look.value("SELECT count(*) FROM loy_cardList WHERE number LIKE 'RT%%'") == 249
    assert look.value("SELECT count(DISTINCT country) FROM loy_storeList") >= 5
    assert look.value("SELECT count(DISTINCT time_zone) FROM loy_storeList") >= 5
    current = look.value("SELECT version FROM loy_setList WHERE state = 'inForce'")
    codes = {
        row.code for row in look.read("SELECT code FROM loy_promotionList WHERE set_version = %s", [current])
    }
    assert {f"retail-campaign-{number}" for number in range(1, 28)} < codes
    # What the demo had stays.
    assert {"columbia-weekend", "regular-gold"} < codes


def test_every_basket_is_a_receipt_with_its_lines_and_prices(look, loaded, first_days):
    found = {
        row.number: (row.lines, row.gross)
        for row in look.read(
            "SELECT receipt.number, count(*)::integer AS lines, receipt.gross FROM loy_receiptList AS receipt"
            " INNER JOIN loy_receiptLineList AS line"
            " ON line.username = receipt.username AND line.receipt_id = receipt.receipt_id"
            " WHERE receipt.till = 'retail' GROUP BY receipt.number, receipt.gross"
        )
    }
    assert len(found) == len(first_days) == loaded[1].receipts == loaded[1].booked
    for number, _, _, _, lines, _ in first_days:
        gross = round(sum(float(quantity) * float(price) for _, quantity, price in lines), 2)
        assert found[str(number)][0] == len(lines) and abs(float(found[str(number)][1]) - gross) < 0.005
    assert loaded[1].refused == Counter()


def test_a_weekday_stays_one_and_the_year_has_ended(look, first_days):
    days = dict(look.read("SELECT number, business_day FROM loy_receiptList WHERE till = 'retail'"))
    for number, _, _, sold, _, _ in first_days:
        assert days[str(number)].weekday() == sold.weekday()
    assert max(days.values()) < datetime.now().date()
    assert look.value("SELECT shift FROM as_installation").total_seconds() == 0


def test_purchases_earn_and_what_was_earned_pays(look):
    total = look.row(
        "SELECT sum(earned) AS earned, sum(bonus) AS bonus FROM loy_receiptList WHERE till = 'retail'"
    )
    assert total.earned > 0 and total.bonus > 0
    assert look.value("SELECT count(*) FROM loy_bookingQueue") == 0


def test_what_was_done_with_other_lines_is_said(loaded):
    for words in ("of fuel", "as one piece", "left out", "at a price of 0", "no returns"):
        assert words in loaded[2]


def test_nothing_is_wrong_in_it(loaded):
    said = []
    with loaded[0].in_use():
        assert checks.run(said.append), said


def test_again_it_enters_nothing_and_more_days_add_to_what_is_there(loaded, look):
    before = look.value("SELECT count(*) FROM loy_receiptList")
    said = []
    again = retail.load(echo=said.append, days=DAYS)
    assert (again.receipts, again.known) == (0, before - receipts_of_demo(look))
    more = retail.load(echo=said.append, days=DAYS + 1)
    assert more.receipts > 0 and more.known == again.known
    assert look.value("SELECT count(*) FROM loy_receiptList") == before + more.receipts


def receipts_of_demo(look) -> int:
    return look.value("SELECT count(*) FROM loy_receiptList WHERE till = 'demo'")


def test_a_line_is_what_a_till_would_send():
    with data.opened(print) as source:
        rows = dict(source.execute("SELECT done, count(*) FROM lines GROUP BY done").fetchall())
        assert sum(rows.values()) == data.SAID["receipt lines"]
        assert source.execute("SELECT count(*) FROM lines WHERE gross < 0").fetchone() == (0,)
        # What pieces cost together is what was paid for them.
        off = source.execute(
            "SELECT count(*) FROM lines WHERE done = 'whole' AND abs(round(gross / quantity, 2) * quantity - gross) > 0.001"
        ).fetchone()
        assert off == (0,)


def test_the_same_number_is_always_the_same_shop():
    shops = [places.store(number) for number in range(500)]
    assert shops == [places.store(number) for number in range(500)]
    assert {shop["channel"] for shop in shops} == {"store", "discount"}
    assert places.store(34280)["channel"] == "online"
    assert len({shop["timeZone"] for shop in shops}) == 5
