"""What customers see of discounts: their own prices, coupons in a change of tariff, and what a coupon would do."""

from urllib.parse import urlencode

import pytest

pytestmark = pytest.mark.usefixtures("healthy")

CHANGE = "/tariff/change"


def given(page) -> list[str]:
    """The lines below the coupon field, as they are read."""
    return [" ".join(line.text_content().split()) for line in page.tree.xpath('//ul[@id="given-coupons"]/li')]


def choice(shop, *codes, period=12, path=CHANGE, **more) -> str:
    asked = [
        ("tariffID", shop.team),
        ("period", period),
        *more.items(),
        *(("couponCodes", code) for code in codes),
    ]
    return f"{path}?{urlencode(asked)}"


# In a change of tariff


def test_codes_are_given_one_after_another_and_the_price_charged_is_the_one_shown(
    db, cabinet, coupon, category, personal, alice, shop
):
    personal(alice, "30", "You studied this year")
    coupon("TEN", value=10)
    coupon("FIVE", discountType="amount", value=5, categoryID=category("Flyers"))
    page = cabinet.enter(alice).open(choice(shop, "", "ten"))
    assert given(page) == ["TEN −€10.00"]
    page = cabinet.open(choice(shop, "TEN", " five "))
    assert given(page) == ["TEN −€10.00", "FIVE −€5.00"]
    assert (
        "Your discount 30 %: You studied this year −€30.00 Coupon TEN −€10.00 Coupon FIVE −€5.00"
        in page.words
    )
    assert page.buttons(CHANGE) == {"now": "Pay €55.00 and switch"}
    fields = page.form(CHANGE).form_values()
    assert [value for name, value in fields if name == "couponCodes"] == ["TEN", "FIVE"]
    answer = cabinet.press(page, CHANGE, action="now", couponCodes=["TEN", "FIVE"])
    assert (answer.status, answer.response.location) == (303, "/tariff")
    assert str(db.value("SELECT sum(paid) FROM trf_changes WHERE username = 'alice'")) == "55.00"


def test_a_code_that_does_not_count_is_named_and_can_be_taken_away(cabinet, coupon, alice, shop):
    coupon("TEN", value=10)
    page = cabinet.enter(alice).open(choice(shop, "TEN", "nothing", "ten"))
    assert given(page) == [
        "TEN −€10.00",
        "There is no coupon nothing.",
        "The coupon TEN was given twice and counts once.",
    ]
    assert page.buttons(CHANGE) == {"now": "Pay €90.00 and switch"}
    taken = page.tree.xpath('//button[@name="without"]/@value')
    assert taken == ["TEN", "nothing", "TEN"]
    assert given(cabinet.open(choice(shop, "TEN", "nothing", without="nothing"))) == ["TEN −€10.00"]
    assert given(cabinet.open(choice(shop, "TEN", without="TEN"))) == []


def test_enter_in_the_field_sends_it(cabinet, coupon, alice, shop):
    """Without JavaScript Enter presses the first button of a form."""
    coupon("TEN", value=10)
    page = cabinet.enter(alice).open(choice(shop, "TEN"))
    form = next(form for form in page.tree.forms if form.method == "GET" and form.action == CHANGE)
    assert form.xpath(".//button")[0].text_content() == "Apply"


def test_with_the_quote_come_the_codes(cabinet, coupon, alice, shop):
    coupon("TEN", value=10)
    page = cabinet.enter(alice).open(
        choice(shop, "TEN", path="/tariff/quote", periodsOf=shop.team), htmx=True
    )
    assert page.tree.xpath('//div[@id="changeCoupons"]/@hx-swap-oob') == ["true"]
    page = cabinet.open(choice(shop, path="/tariff/quote", periodsOf=shop.team), htmx=True)
    assert not page.tree.xpath('//*[@id="changeCoupons"]'), "nobody's typing is swapped away"
    page = cabinet.open(choice(shop, "TEN", without="TEN", path="/tariff/quote"), htmx=True)
    assert page.tree.xpath('//div[@id="changeCoupons"]') and given(page) == []


def test_a_code_used_up_meanwhile_shows_the_new_price_and_why(db, cabinet, buy, coupon, alice, bob, shop):
    coupon("TEN", value=10)
    db.call("fin_topUp", username=bob, amount="100.00", purpose="cash")
    page = cabinet.enter(bob).open(choice(shop, "TEN"))
    assert buy(alice, "TEN").ok
    answer = cabinet.press(page, CHANGE, action="now")
    assert (answer.status, answer.results) == (422, ["quote_changed"])
    assert given(answer) == ["The coupon TEN has been used up."]
    assert answer.buttons(CHANGE) == {"now": "Pay €100.00 and switch"}


def test_a_top_up_comes_back_with_the_codes(cabinet, coupon, bob, shop):
    coupon("TEN", value=10)
    page = cabinet.enter(bob).open(choice(shop, "TEN"))
    (link,) = page.links("Top up €90.00")
    assert "couponCodes%3DTEN" in link


def test_what_waits_for_the_deadline_is_paid_without_codes(cabinet, buy, coupon, personal, alice, shop):
    coupon("TEN", value=10)
    buy(alice, tariffID=shop.business, period=1)
    personal(alice, "20", "A friend")
    page = cabinet.enter(alice).open(choice(shop, "TEN", period=1))
    buttons = page.buttons(CHANGE)
    assert "for €8.00" in buttons["wait"]
    answer = cabinet.press(page, CHANGE, action="wait", couponCodes="TEN")
    assert answer.status == 303
    assert "1 month for €8.00" in cabinet.open("/tariff").words


def test_an_administrator_reads_the_same_as_sql(cabinet, coupon, alice, root, shop):
    coupon("O'TEN,1", value=10)
    page = cabinet.enter(root, customer=alice).open(choice(shop, "O'TEN,1"))
    assert (
        f"""SELECT * FROM trf_changeUserTariff('alice', {shop.team}, 12, expectedTotal => 90.00,"""
        """ couponCodes => '{"O''TEN,1"}');"""
    ) in page.words


# The own price, wherever a price is


def test_the_own_price_stands_beside_the_full_one_with_its_reason(cabinet, buy, personal, alice, bob, shop):
    personal(alice, "12.5", "You studied this year", tariffIDs=[shop.team])
    buy(alice, period=1)
    cabinet.enter(alice)
    for path in ("/prices", "/tariff", CHANGE):
        words = cabinet.open(path).words
        assert "instead of €10.00 €8.75 a month" in words, path
        assert "−12.5% You studied this year (Team)" in words, path
    assert "−12.5% You studied this year (Team)" in cabinet.open("/").words
    assert "instead of €100.00 €87.50" in cabinet.open(choice(shop)).words
    assert "€87.50 for 12 months" in cabinet.open("/prices?period=12").words
    cabinet.enter(bob)
    for path in ("/prices", "/tariff", CHANGE, "/"):
        assert "instead of" not in cabinet.open(path).words
        assert "studied" not in cabinet.open(path).words


def test_a_visitor_sees_the_full_price(cabinet, personal, alice, shop):
    personal(alice, "30", "You studied this year")
    words = cabinet.open("/prices").words
    assert "€10.00 a month" in words and "instead of" not in words


# Discounts and coupons


def test_my_discounts_and_prices(cabinet, personal, alice, shop):
    personal(alice, "30", "You studied this year")
    personal(alice, "12.5", "Partner", tariffIDs=[shop.team], periods=[12], validUntil="2999-03-01")
    personal(alice, "5", "Later", validFrom="2999-01-01")
    words = cabinet.enter(alice).open("/coupons").words
    assert "−30% You studied this year every tariff and period without end" in words
    assert "−12.5% Partner Team: 12 months until Feb 28, 2999" in words
    assert "−5% Later every tariff and period from Jan 1, 2999" in words
    assert "Team instead of €10.00 €7.00 instead of €55.00 €38.50 instead of €100.00 €57.50" in words


def test_nothing_of_ones_own_is_said_kindly(cabinet, bob, shop):
    page = cabinet.enter(bob).open("/coupons")
    assert page.status == 200
    assert "You have no discount of your own." in page.words
    assert "Team €10.00 €55.00 €100.00 €270.00" in page.words


def test_a_coupon_is_tried_and_not_used(cabinet, coupon, untouched, alice, shop):
    coupon(
        "YEAR",
        value=15,
        useType="multiple",
        maxUses=100,
        maxUsesPerPerson=3,
        periods=[12],
        validUntil="2999-03-01 00:00+01",
    )
    cabinet.enter(alice)
    with untouched("as_sessions"):
        page = cabinet.open("/coupons?code=+year")
    assert page.status == 200
    assert "YEAR takes 15% off, it can be used 3 more times, until Feb 28, 2999." in page.words
    assert "Team €10.00 without the coupon €55.00 without the coupon instead of €100.00 €85.00" in page.words
    (link,) = page.links("€85.00")
    assert given(cabinet.open(link)) == ["YEAR −€15.00"]


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        ("", "no_code", "Type the code of a coupon."),
        ("nothing", "no_such_coupon", "There is no coupon nothing."),
        ("USED", "coupon_used", "The coupon USED has been used up."),
        ("OVER", "coupon_expired", "The coupon OVER was valid until Jan 15, 2026, 12:00 AM."),
        ("FREE", "coupon_other_tariff", "The coupon FREE is for other tariffs: Free."),
        ("ОVER", "coupon_looks_cyrillic", "Type it in the Latin alphabet: OVER."),
    ],
)
def test_why_a_coupon_cannot_be_used_is_said_in_words_of_its_own(
    cabinet, buy, coupon, at, alice, bob, shop, code, reason, words
):
    at("2026-01-01 12:00")
    coupon("USED", value=10)
    coupon("OVER", value=10, validUntil="2026-01-15 00:00+01")
    coupon("FREE", value=10, tariffIDs=[shop.free])
    buy(alice, "USED")
    at("2026-02-01 12:00")
    page = cabinet.enter(bob).open(f"/coupons?code={code}")
    assert (page.status, page.results) == (422, [reason])
    assert words in page.words
    assert page.tree.xpath('//input[@name="code"]/@value') == [code]


def test_what_was_used_is_listed_with_the_uses_that_are_left(db, cabinet, buy, coupon, mona, alice):
    coupon("MANY", value=10, useType="multiple", maxUsesPerPerson=3)
    coupon("ONCE", value=5)
    buy(alice, "MANY")
    number = buy(alice, "MANY", "ONCE").details["number"]
    assert db.call("trf_reverseChange", username=alice, number=number, note="mistake", actor=mona).ok
    rows = cabinet.enter(alice).open("/coupons").tree.xpath('//*[@id="usedCoupons"]//tbody/tr')
    lines = sorted(" ".join(row.text_content().split()) for row in rows)
    assert lines[0].startswith("MANY ") and lines[0].endswith("€10.00 2")
    assert lines[1].startswith("ONCE given back") and lines[1].endswith("€0.00 1")


def test_htmx_gets_what_is_below_the_heading(cabinet, alice, shop):
    page = cabinet.enter(alice).open("/coupons?code=nothing", htmx=True)
    assert (page.status, page.tree.get("id")) == (422, "discounts")
