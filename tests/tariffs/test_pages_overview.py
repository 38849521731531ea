"""The first page: prices for a visitor, the cabinet for a customer, the desk for who works here."""

import pytest

from tests.people import register

pytestmark = pytest.mark.usefixtures("healthy")


def test_a_visitor_is_led_to_the_prices(cabinet):
    answer = cabinet.open("/").response
    assert (answer.status_code, answer.location) == (303, "/prices")


def test_a_new_customer_finds_three_steps(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open("/")
    assert page.status == 200
    steps = page.tree.xpath('//ol[@class="first-steps"]/li')
    assert [step.get("data-done") for step in steps] == [None, None, None]
    assert page.tree.xpath('//ol[@class="first-steps"]//a/@href') == [
        "/tariff/change",
        "/finance/top-up",
        "/profile",
    ]
    assert "No operations yet" in page.words


def test_steps_are_ticked_off_and_go_when_all_are_done(db, cabinet, give, change, tariffs):
    register(db, "dana", phone="+421 903 111 222")
    give("dana", "10.00")
    page = cabinet.enter("dana").open("/")
    assert [step.get("data-done") for step in page.tree.xpath('//ol[@class="first-steps"]/li')] == [
        None,
        "",
        "",
    ]
    change("dana", tariffs.team, 1)
    assert not cabinet.open("/").tree.xpath('//ol[@class="first-steps"]')


def test_the_cards_tell_balance_what_is_held_and_what_waits(db, cabinet, give, alice, tariffs):
    give(alice, "50.00")
    assert db.call("fin_hold", username=alice, amount="12.00", purpose="a deposit").ok
    assert db.call("fin_requestTopUp", username=alice, amount="20.00", actor=alice).ok
    page = cabinet.enter(alice).open("/")
    assert "Balance €50.00" in page.words
    assert "€12.00 of it is held, €38.00 can be spent" in page.words
    assert "€20.00 waits to be confirmed" in page.words


def test_the_tariff_card_has_bar_deadline_renewal_and_warning(db, cabinet, give, change, on, alice, tariffs):
    on("2026-03-01")
    give(alice, "40.00")
    change(alice, tariffs.team, 1)
    on("2026-03-28")
    page = cabinet.enter(alice).open("/")
    assert "4 days left of 31, until Apr 1, 2026 Renewal is off." in page.words
    assert "Team ends in 4 days, on April 1, 2026." in page.words
    assert db.call("trf_setRenewal", username=alice, period=1).ok
    assert "Renews on Apr 1, 2026 for €10.00" in cabinet.open("/").words


def test_it_shows_a_planned_change(db, cabinet, give, change, on, alice, tariffs):
    on("2026-03-01")
    give(alice, "40.00")
    change(alice, tariffs.business, 1)
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1).ok
    assert "From Apr 1, 2026: Team, 1 month for €10.00." in cabinet.enter(alice).open("/").words


def test_the_last_operations_and_twelve_months_are_there(cabinet, give, change, alice, tariffs):
    give(alice, "40.00")
    change(alice, tariffs.team, 1)
    page = cabinet.enter(alice).open("/")
    amounts = page.tree.xpath('//*[@id="operations"]//tbody/tr/td[4]')
    assert [" ".join(cell.text_content().split()) for cell in amounts] == ["−€10.00", "+€40.00"]
    assert len(page.tree.xpath('//figure[@class="chart"]//tbody/tr')) == 12


def test_the_fragment_refreshes_itself(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open("/", htmx=True)
    assert "<html" not in page.text
    assert (page.tree.get("id"), page.tree.get("hx-get")) == ("overview", "/")


def test_nobody_sees_the_money_of_somebody_else(cabinet, give, alice, bob, tariffs):
    give(alice, "40.00")
    assert "€40.00" not in cabinet.enter(bob).open("/?username=alice").words


def test_who_works_here_finds_the_desk(db, cabinet, give, change, on, alice, mona, root, tariffs):
    on("2026-03-01")
    give(alice, "40.00")
    change(alice, tariffs.team, 1)
    on("2026-03-28")
    assert db.call("fin_requestTopUp", username=alice, amount="20.00", actor=alice).ok
    page = cabinet.enter(mona).open("/")
    assert "Money to decide 1" in page.words
    assert "Tariffs that end within 7 days 1" in page.words
    assert "/finance/admin" in page.tree.xpath("//@href")
    assert "Messages and jobs" not in page.words
    assert "Messages and jobs" in cabinet.enter(root).open("/").words


def test_in_a_customers_cabinet_the_desk_gives_way(cabinet, give, alice, root, tariffs):
    give(alice, "40.00")
    page = cabinet.enter(root, customer=alice).open("/")
    assert "Balance €40.00" in page.words
    assert "You are in the cabinet of Alice (alice)" in page.words
