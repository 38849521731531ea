"""Coupons are used up with the change that they pay for, once, and come back with its reversal."""

import pytest

from tests import people
from tests.finance.conftest import at_once  # noqa: F401
from tests.rails import world

pytestmark = pytest.mark.usefixtures("healthy")

AT_ONCE = 20
ROUNDS = 50


@pytest.fixture
def uses(db):
    return lambda code: db.value("SELECT uses FROM cpn_couponList WHERE written = %s", [code])


@pytest.fixture
def paid(db):
    return lambda username: str(
        db.value("SELECT paid FROM trf_changes WHERE username = %s ORDER BY number DESC LIMIT 1", [username])
    )


def test_the_price_shown_is_the_price_charged(db, buy, coupon, personal, uses, paid, alice, shop):
    personal(alice, "30", "Studied this year")
    coupon("TEN", value=10)
    shown = db.row("SELECT price FROM cpn_getPrice(%s, %s, 12, '{ten}')", [alice, shop.team]).price
    quote = db.call(
        "trf_changeUserTariff_preview", username=alice, tariffID=shop.team, period=12, couponCodes=["ten"]
    ).details
    outcome = buy(alice, "ten", expectedTotal=quote["total"])
    assert str(shown) == quote["price"] == outcome.details["price"] == paid(alice) == "60.00"
    assert outcome.details["balanceAfter"] == quote["balanceAfter"] == "940.00"
    assert (outcome.details["fullPrice"], outcome.details["discounts"]) == ("100.00", quote["discounts"])
    assert uses("TEN") == 1
    used = db.row("SELECT * FROM cpn_usage WHERE username = %s", [alice])
    assert (used.written, str(used.amount), used.number, used.period) == ("TEN", "10.00", 2, 12)


def test_the_quote_says_every_line(db, coupon, category, personal, alice, shop):
    personal(alice, "12.5", "Studied this year")
    coupon("TEN", value=10)
    coupon("FIVE", discountType="amount", value=5, categoryID=category("Flyers"))
    quote = db.call(
        "trf_changeUserTariff_preview",
        username=alice,
        tariffID=shop.team,
        period=12,
        couponCodes=["TEN", "FIVE", "NONE"],
    ).details
    assert [(line["code"], line["amount"], line["text"]) for line in quote["lines"]] == [
        ("tariff_price", "100.00", "Team, 12 months"),
        ("personal_discount", "-12.50", "Your discount 12.5 %: Studied this year"),
        ("coupon", "-10.00", "Coupon TEN, 10 %"),
        ("coupon", "-5.00", "Coupon FIVE"),
    ]
    assert (quote["fullPrice"], quote["price"], quote["total"]) == ("100.00", "72.50", "72.50")
    assert [line["reason"] for line in quote["ignored"]] == ["no_such_coupon"]


def test_free_of_charge_leaves_no_movement_and_is_written_down_all_the_same(
    db, buy, coupon, alice, bob, paid
):
    coupon("GIFT", discountType="free")
    assert buy(bob, "GIFT").details["total"] == "0.00"
    assert paid(bob) == "0.00"
    assert db.value("SELECT count(*) FROM fin_statements WHERE username = %s", [bob]) == 0
    assert str(db.value("SELECT amount FROM cpn_usage WHERE username = %s", [bob])) == "100.00"


def test_a_code_that_does_not_count_refuses_the_change_where_no_total_was_shown(
    buy, coupon, uses, untouched, alice
):
    coupon("TEN", value=10)
    with untouched():
        outcome = buy(alice, "TEN", "NONE")
    assert (outcome.reason, outcome.details["field"]) == ("coupon_not_applied", "couponCodes")
    assert [line["reason"] for line in outcome.details["ignored"]] == ["no_such_coupon"]
    assert buy(alice, "TEN", "NONE", expectedTotal="90.00").ok
    assert uses("TEN") == 1


def test_a_code_used_up_meanwhile_changes_the_quote(buy, coupon, untouched, alice, bob):
    coupon("TEN", value=10)
    assert buy(alice, "TEN").ok
    with untouched():
        outcome = buy(bob, "TEN", expectedTotal="90.00")
    assert (outcome.reason, outcome.details["total"]) == ("quote_changed", "100.00")
    assert outcome.details["ignored"][0]["reason"] == "coupon_used"


def test_missing_money_uses_nothing_up(buy, coupon, uses, untouched, bob):
    coupon("TEN", value=10)
    with untouched():
        assert buy(bob, "TEN").reason == "insufficient_balance"
    assert uses("TEN") == 0


def test_the_same_request_uses_a_coupon_once(buy, coupon, uses, alice):
    coupon("TEN", value=10, useType="multiple")
    first = buy(alice, "TEN", requestKey="one")
    assert buy(alice, "TEN", requestKey="one") == first
    assert buy(alice, requestKey="one").reason == "request_key_reused"
    assert uses("TEN") == 1


def test_a_limit_in_all_and_for_each_person_holds(db, buy, coupon, give, alice, bob):
    give(bob, "500.00")
    coupon("TWO", value=10, useType="multiple", maxUses=2)
    coupon("EACH", value=10, useType="multiple", maxUsesPerPerson=1)
    assert buy(alice, "TWO").ok and buy(bob, "TWO").ok
    assert buy(alice, "TWO").details["ignored"][0]["reason"] == "coupon_used_by_you"
    assert buy(alice, "EACH").ok
    assert buy(alice, "EACH").details["ignored"][0]["reason"] == "coupon_used_by_you"
    assert buy(bob, "EACH").ok


def test_a_reversal_gives_the_coupons_back(db, buy, coupon, uses, mona, alice):
    coupon("TEN", value=10)
    number = buy(alice, "TEN").details["number"]
    outcome = db.call("trf_reverseChange", username=alice, number=number, note="mistake", actor=mona)
    assert (outcome.details["returned"], outcome.details["coupons"]) == ("90.00", ["TEN"])
    assert uses("TEN") == 0
    assert db.value("SELECT released_at FROM cpn_usage WHERE username = %s", [alice])
    assert buy(alice, "TEN").ok
    assert uses("TEN") == 1


def test_a_setting_keeps_them_used(db, buy, coupon, uses, mona, alice):
    assert db.call("as_setSetting", code="couponRelease", value="false").ok
    coupon("TEN", value=10)
    number = buy(alice, "TEN").details["number"]
    assert (
        db.call("trf_reverseChange", username=alice, number=number, note="m", actor=mona).details["coupons"]
        == []
    )
    assert uses("TEN") == 1
    assert buy(alice, "TEN").details["ignored"][0]["reason"] == "coupon_used_by_you"


def test_credit_for_unused_days_is_of_what_was_really_paid(db, buy, coupon, alice, shop):
    """A coupon makes nobody rich: it comes back as what it left to pay."""
    coupon("HALF", value=50)
    buy(alice, "HALF", period=1)
    outcome = buy(alice, tariffID=shop.business, period=1)
    assert (outcome.details["credit"], outcome.details["total"]) == ("5.00", "15.00")


def test_a_renewal_takes_the_personal_discount_of_the_day(db, buy, personal, at, paid, alice):
    at("2026-01-15 12:00")
    buy(alice, period=1)
    assert db.call("trf_setRenewal", username=alice, period=1, actor=alice).details["price"] == "10.00"
    personal(alice, "30", "Studied this year", validUntil="2026-03-01")
    row = db.row("SELECT due, missing FROM trf_upcomingDeadlines WHERE username = %s", [alice])
    assert (str(row.due), str(row.missing)) == ("7.00", "0.00")
    at("2026-02-15 12:00")
    assert db.call("trf_settleDeadline", username=alice).details["price"] == "7.00"
    assert paid(alice) == "7.00"
    at("2026-03-15 12:00")
    assert db.call("trf_settleDeadline", username=alice).details["price"] == "10.00"


def test_a_scheduled_change_keeps_the_price_that_was_agreed(db, buy, personal, at, paid, alice, shop):
    at("2026-01-15 12:00")
    buy(alice, tariffID=shop.business, period=1)
    mine = personal(alice, "30", "Studied this year")
    outcome = db.call("trf_scheduleUserTariff", username=alice, tariffID=shop.team, period=1, actor=alice)
    assert outcome.details["price"] == "7.00"
    assert db.call("cpn_endPersonalDiscount", username=alice, id=mine).ok
    at("2026-02-15 12:00")
    assert db.call("trf_settleDeadline", username=alice).details["price"] == "7.00"
    assert paid(alice) == "7.00"


def test_offers_and_extensions_show_the_own_price_beside_the_full_one(db, buy, personal, alice, shop):
    personal(alice, "30", "Studied this year")
    offer = db.row(
        "SELECT * FROM trf_getOffers(%s, %s) WHERE tariff_id = %s AND period = 12", [alice, alice, shop.team]
    )
    assert (str(offer.full_price), str(offer.price), str(offer.per_month)) == ("100.00", "70.00", "5.83")
    assert (str(offer.saving), offer.saving_percent) == ("14.00", 16)
    assert offer.discounts[0]["reason"] == "Studied this year"
    buy(alice)
    extension = db.row("SELECT * FROM trf_getExtensions(%s, %s) WHERE period = 12", [alice, alice])
    assert (str(extension.full_price), str(extension.price)) == ("100.00", "70.00")


@pytest.fixture
def give(db):
    return lambda username, amount: world.done(
        db.call("fin_topUp", username=username, amount=amount, purpose="cash at the desk")
    )


def test_of_twenty_with_the_last_use_one_gets_it_fifty_times(fresh_database, at_once):  # noqa: F811
    """Half of them would do without it, and half say the total that they were shown; two codes, in both orders."""
    with fresh_database.connect() as db:
        shelf = world.catalogue(db)
        names = [people.register(db, f"person{number}") for number in range(AT_ONCE)]
        for name in names:
            world.done(db.call("fin_topUp", username=name, amount="9000.00", purpose="cash"))
        other = world.done(db.call("cpn_saveCategory", name="Other")).details["categoryID"]
        connections = [fresh_database.connect("portal_web") for _ in names]
        try:
            for round_ in range(ROUNDS):
                last, many = f"LAST{round_}", f"MANY{round_}"
                world.done(db.call("cpn_addCoupon", code=last, value=10, useType="multiple", maxUses=1))
                world.done(db.call("cpn_addCoupon", code=many, value=1, useType="multiple", categoryID=other))

                def attempt(item, last=last, many=many):
                    number, connection = item
                    return connection.call(
                        "trf_changeUserTariff",
                        username=names[number],
                        tariffID=shelf.team,
                        period=1,
                        expectedTotal="8.90" if number % 2 else None,
                        couponCodes=[last, many] if number % 3 else [many, last],
                        actor=names[number],
                    )

                outcomes = at_once(attempt, list(enumerate(connections)))
                assert [outcome.ok for outcome in outcomes].count(True) == 1, outcomes
                assert {outcome.reason for outcome in outcomes if not outcome.ok} <= {
                    "quote_changed",
                    "coupon_not_applied",
                }
                uses = {row.written: row.uses for row in db.read("SELECT written, uses FROM cpn_couponList")}
                assert (uses[last], uses[many]) == (1, 1)
        finally:
            for connection in connections:
                connection.close()
        assert db.read("SELECT * FROM cpn_violations") == []


def test_every_code_of_a_purchase_is_locked_however_many_there_are(fresh_database):
    """Two purchases name thirty coupons in both orders; nobody else can have any of them until they commit."""
    with fresh_database.connect() as db, fresh_database.connect() as other:
        names = [f"CODE{number}" for number in range(30)]
        for name in names:
            world.done(db.call("cpn_addCoupon", code=name, value=10))
        for order in (names, names[::-1]):
            with db.transaction():
                db.execute("SELECT cpn_lockCoupons(%s)", [[f" {name} " for name in order]])
                assert other.read("SELECT FROM cpn_coupons FOR NO KEY UPDATE SKIP LOCKED") == []
            assert len(other.read("SELECT FROM cpn_coupons FOR NO KEY UPDATE SKIP LOCKED")) == 30
