"""The page and the dialog in which a customer changes the tariff: a live quote, one button, exact numbers."""

import pytest

from tests.people import register

pytestmark = pytest.mark.usefixtures("healthy")
CHANGE = "/tariff/change"


def asked(tariffID, period, path=CHANGE, **more):
    return (
        path + "?" + "&".join(f"{k}={v}" for k, v in {"tariffID": tariffID, "period": period, **more}.items())
    )


# The choice


def test_a_visitor_is_sent_to_sign_in_and_back(cabinet):
    answer = cabinet.open(asked(2, 6)).response
    assert (answer.status_code, answer.location) == (
        303,
        "/sign-in?next=/tariff/change%3FtariffID%3D2%26period%3D6",
    )


def test_the_plans_are_side_by_side_with_what_each_is_worth(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(CHANGE)
    assert page.status == 200
    assert page.tree.xpath('//input[@name="tariffID"]/@value') == [
        str(tariffs.free),
        str(tariffs.team),
        str(tariffs.business),
    ]
    assert page.tree.xpath(f'//input[@value="{tariffs.free}"][@disabled]'), "she has it already, without end"
    assert "its exact price stands here before you pay anything" in page.words
    assert page.checked("tariffID") is None


def test_the_address_from_the_prices_preselects_and_shows_the_quote(cabinet, give, alice, tariffs):
    give(alice, "150.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 12))
    assert (page.checked("tariffID"), page.checked("period")) == (str(tariffs.team), "12")
    assert "To pay now €100.00 Balance €150.00 → then €50.00" in page.words
    assert "you save €20.00" in page.words and "€8.33 a month" in page.words
    assert page.buttons(CHANGE) == {"now": "Pay €100.00 and switch"}


def test_without_javascript_a_button_shows_the_price(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(asked(tariffs.team, 1))
    form = next(form for form in page.tree.forms if form.method == "GET" and form.action == CHANGE)
    assert [button.text_content() for button in form.xpath(".//button")] == ["Apply", "Show the price"]
    assert dict(form.form_values()) == {
        "tariffID": str(tariffs.team),
        "periodsOf": str(tariffs.team),
        "period": "1",
    }


def test_the_fragment_is_the_form_alone_and_asks_for_quotes_by_htmx(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=True)
    assert "<html" not in page.text
    form = next(form for form in page.tree.forms if form.method == "GET")
    assert (form.get("hx-get"), form.get("hx-target")) == ("/tariff/quote", "#changeQuote")
    assert form.fields["dialog"] == "1"
    assert form.xpath(".//input[@autofocus]/@value") == [str(tariffs.team)]
    assert page.form(CHANGE).get("hx-post") == CHANGE


def test_the_quote_comes_with_the_periods_of_another_tariff_only(cabinet, alice, tariffs):
    cabinet.enter(alice)
    same = cabinet.open(asked(tariffs.team, 6, "/tariff/quote", periodsOf=tariffs.team, dialog=1), htmx=True)
    other = cabinet.open(
        asked(tariffs.business, 6, "/tariff/quote", periodsOf=tariffs.team, dialog=1), htmx=True
    )
    assert "changePeriods" not in same.text and "To pay now €55.00" in same.words
    assert other.tree.xpath('//fieldset[@id="changePeriods"]/@hx-swap-oob') == ["true"]
    assert (other.checked("period"), "€110.00" in other.words) == ("6", True)


def test_on_the_page_itself_the_quote_is_a_plain_form(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(asked(tariffs.team, 6, "/tariff/quote"), htmx=True)
    assert page.form(CHANGE).get("hx-post") is None


def test_a_quote_without_htmx_is_the_whole_page(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(asked(tariffs.team, 6, "/tariff/quote"))
    assert page.tree.tag == "html" and page.checked("period") == "6"


def test_a_quote_writes_nothing(cabinet, alice, tariffs, untouched):
    cabinet.enter(alice).open("/tariff")
    with untouched("as_sessions"):
        cabinet.open(asked(tariffs.team, 6, "/tariff/quote"), htmx=True)
        cabinet.open(asked(tariffs.team, 6))


@pytest.mark.parametrize(
    ("tariffID", "period", "reason"),
    [
        ("999999", "1", "no_such_tariff"),
        ("x", "1", "invalid_value"),
        ("9223372036854775808", "1", "invalid_value"),
        ("1%00", "1", "invalid_value"),
        ("-1", "2", "no_such_tariff"),
    ],
)
def test_what_cannot_be_had_is_said_in_place_of_the_price(cabinet, alice, tariffs, tariffID, period, reason):
    cabinet.enter(alice)
    for htmx in (False, True):
        page = cabinet.open(asked(tariffID, period, "/tariff/quote"), htmx=htmx)
        assert (page.status, page.results) == (422, [reason])


def test_an_unknown_period_becomes_one_that_is_sold(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open(asked(tariffs.team, "2"))
    assert (page.status, page.checked("period")) == (200, "1")


def test_losses_are_listed_before_a_cheaper_one_is_confirmed(db, cabinet, give, change, alice, tariffs):
    option = db.call("trf_saveOption", code="storage", name="Storage", type="number", unit="GB").details[
        "optionID"
    ]
    for tariffID, value in ((tariffs.team, "50"), (tariffs.business, "unlimited"), (tariffs.free, "denied")):
        assert db.call("trf_setTariffOptionValue", tariffID=tariffID, optionID=option, value=value).ok
    give(alice, "50.00")
    change(alice, tariffs.business, 1)
    cabinet.enter(alice)
    assert "What you will lose: Storage: Unlimited → then 50 GB" in cabinet.open(asked(tariffs.team, 1)).words
    assert "Storage: Unlimited → then Not included" in cabinet.open(asked(tariffs.free, 0)).words
    marks = cabinet.open(CHANGE).tree.xpath('//*[@class="plan-option"]/@data-change')
    assert marks == ["gone", "less", "same"]


def test_every_line_of_the_quote_is_in_the_persons_language(db, cabinet, give, change, on, tariffs):
    on("2026-01-11")
    register(db, "dana", locale="sk")
    give("dana", "20.00")
    change("dana", tariffs.business, 1)
    on("2026-01-21")
    words = cabinet.enter("dana").open(asked(tariffs.team, 6)).words
    assert "Team, 6 mesiacov 55,00 €" in words
    assert "Business: nevyužitých 21 dní z 31 zaplatených −13,55 €" in words
    assert "Na zostatku chýba 41,45 €." in words


# The change


@pytest.mark.parametrize("htmx", [False, True])
def test_one_button_pays_and_switches(cabinet, give, tariff_of, balance_of, alice, tariffs, htmx):
    give(alice, "150.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 12), htmx=htmx)
    done = cabinet.press(page, CHANGE, htmx=htmx, action="now")
    assert (tariff_of(alice).tariff, balance_of(alice)) == ("Team", "50.00")
    if htmx:
        assert done.status == 204
        assert set(done.events) == {"modal-close", "tariff-changed", "balance-changed", "toast"}
        assert done.events["toast"]["reason"] == "tariff_changed"
    else:
        assert (done.status, done.response.location) == (303, "/tariff")
        after = cabinet.open("/tariff")
        assert after.results == ["tariff_changed"]
        assert "You have Team now. On your balance: €50.00." in after.words


@pytest.mark.parametrize("htmx", [False, True])
def test_the_same_again_extends(cabinet, give, change, tariff_of, on, alice, tariffs, htmx):
    on("2026-01-31")
    give(alice, "30.00")
    change(alice, tariffs.team, 1)
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=htmx)
    assert "Team goes on from Feb 28, 2026 until Mar 31, 2026." in page.words
    assert page.buttons(CHANGE)["now"] == "Pay €10.00 and extend"
    done = cabinet.press(page, CHANGE, htmx=htmx, action="now")
    assert done.status == (204 if htmx else 303)
    assert str(tariff_of(alice).deadline) == "2026-03-31"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_cheaper_one_now_or_at_the_deadline_is_the_customers_choice(
    cabinet, give, change, tariff_of, balance_of, on, alice, tariffs, htmx
):
    on("2026-01-10")
    give(alice, "20.00")
    change(alice, tariffs.business, 1)
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=htmx)
    assert page.buttons(CHANGE) == {
        "wait": "Switch on Feb 10, 2026 for €10.00",
        "now": "Switch now and get €10.00 back",
    }
    assert "Back to your balance €10.00" in page.words
    done = cabinet.press(page, CHANGE, htmx=htmx, action="wait")
    assert done.status == (204 if htmx else 303)
    row = tariff_of(alice)
    assert (row.tariff, row.scheduled_tariff, balance_of(alice)) == ("Business", "Team", "0.00")
    again = cabinet.open(asked(tariffs.team, 1))
    assert "The planned change to Team is dropped." in again.words


def test_missing_money_is_told_to_the_cent_with_the_way_to_it_and_back(cabinet, give, alice, tariffs):
    give(alice, "3.40")
    page = cabinet.enter(alice).open(asked(tariffs.team, 6))
    assert "€51.60 is missing on your balance." in page.words
    assert page.buttons(CHANGE) == {}
    [link] = page.links("Top up €51.60")
    assert link == f"/finance/top-up?amount=51.60&next=/tariff/change?tariffID%3D{tariffs.team}%26period%3D6"


# Refusals keep what was chosen and write nothing


@pytest.fixture
def refused(cabinet, untouched):
    """Press the button; the refusal is 422 with the choice still made, and nothing is written."""

    def press(page, reason, htmx, **changes):
        keys = page.fields(CHANGE)
        with untouched("as_sessions"):
            answer = cabinet.press(page, CHANGE, htmx=htmx, **{"action": "now"} | changes)
        assert (answer.status, answer.results) == (422, [reason]), answer.text
        assert ("<html" in answer.text) is not htmx
        assert answer.events == {}
        return answer, keys

    return press


@pytest.mark.parametrize("htmx", [False, True])
def test_money_that_went_meanwhile(db, cabinet, give, refused, alice, tariffs, htmx):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 12), htmx=htmx)
    assert db.call("fin_charge", username=alice, amount="60.00", purpose="a repair").ok
    answer, _ = refused(page, "insufficient_balance", htmx)
    assert (answer.checked("tariffID"), answer.checked("period")) == (str(tariffs.team), "12")
    assert "The balance is not enough: €60.00 is missing." in answer.words
    assert answer.links("Top up €60.00")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_price_that_changed_meanwhile_is_shown_anew_and_can_be_confirmed(
    db, cabinet, give, refused, balance_of, alice, tariffs, htmx
):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=htmx)
    assert db.call(
        "trf_saveTariff",
        tariffID=tariffs.team,
        name="Team",
        price="11",
        price6="60",
        price12="110",
        price36="300",
    ).ok
    answer, before = refused(page, "quote_changed", htmx)
    assert "The price has changed since it was shown." in answer.words
    assert answer.fields(CHANGE)["expectedTotal"] == "11.00"
    assert answer.fields(CHANGE)["requestKey"] == before["requestKey"], "nothing was done with it"
    assert cabinet.press(answer, CHANGE, htmx=htmx, action="now").status == (204 if htmx else 303)
    assert balance_of(alice) == "89.00"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_tariff_that_was_switched_off_meanwhile(db, cabinet, give, refused, alice, tariffs, htmx):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=htmx)
    assert db.call("trf_setTariffDisabled", tariffID=tariffs.team, isDisabled=True).ok
    answer, _ = refused(page, "tariff_disabled", htmx)
    assert "This tariff is not sold any more." in answer.words
    assert not answer.tree.xpath(f'//input[@name="tariffID"][@type="radio"][@value="{tariffs.team}"]')


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tariffID": "999999"}, "no_such_tariff"),
        ({"tariffID": None}, "no_such_tariff"),
        ({"tariffID": "1 OR 1=1"}, "invalid_value"),
        ({"tariffID": "9223372036854775808"}, "invalid_value"),
        ({"tariffID": "\x00"}, "invalid_value"),
        ({"period": "2"}, "no_such_period"),
        ({"period": "-1"}, "no_such_period"),
        ({"period": "twelve"}, "invalid_value"),
        ({"period": None}, "no_such_period"),
        ({"period": "0"}, "endless_needs_admin"),
        ({"expectedTotal": "NaN"}, "quote_changed"),
        ({"expectedTotal": "cheap"}, "invalid_value"),
        ({"expectedTotal": ""}, "invalid_value"),
        ({"expectedTotal": "0"}, "quote_changed"),
        ({"action": "wait"}, "takes_effect_now"),
    ],
)
def test_what_no_button_would_send(cabinet, give, refused, alice, tariffs, changes, reason):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 1))
    refused(page, reason, False, **changes)


# Twice, and somebody else


@pytest.mark.parametrize("htmx", [False, True])
def test_a_double_click_pays_once(cabinet, give, balance_of, log_of, alice, tariffs, htmx):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 1), htmx=htmx)
    answers = [cabinet.press(page, CHANGE, htmx=htmx, action="now") for _ in range(2)]
    assert [answer.status for answer in answers] == [204 if htmx else 303] * 2
    assert balance_of(alice) == "90.00"
    assert [row.tariff for row in log_of(alice)] == ["Free", "Team"]


def test_a_key_of_another_request_is_refused(cabinet, give, refused, alice, tariffs):
    give(alice, "100.00")
    first = cabinet.enter(alice).open(asked(tariffs.team, 1))
    cabinet.press(first, CHANGE, action="now")
    second = cabinet.open(asked(tariffs.business, 1))
    refused(second, "request_key_reused", False, requestKey=first.fields(CHANGE)["requestKey"])


def test_nobody_reaches_the_tariff_of_somebody_else(
    cabinet, give, tariff_of, balance_of, alice, bob, tariffs
):
    give(alice, "100.00")
    give(bob, "100.00")
    page = cabinet.enter(bob).open(asked(tariffs.team, 1, username=alice))
    assert cabinet.press(page, CHANGE, action="now", username=alice, actor=alice).status == 303
    assert (tariff_of(alice).tariff, balance_of(alice)) == ("Free", "100.00")
    assert (tariff_of(bob).tariff, balance_of(bob)) == ("Team", "90.00")


def test_without_the_forms_token_nothing_happens(cabinet, give, balance_of, alice, tariffs, untouched):
    give(alice, "100.00")
    page = cabinet.enter(alice).open(asked(tariffs.team, 1))
    with untouched("as_sessions"):
        assert cabinet.press(page, CHANGE, action="now", csrf_token=None).status == 403


# An administrator in a customer's cabinet


def test_an_administrator_acts_as_himself_for_the_customer(db, cabinet, give, log_of, alice, root, tariffs):
    give(alice, "100.00")
    page = cabinet.enter(root, customer=alice).open(asked(tariffs.team, 1))
    assert "You are in the cabinet of Alice (alice)" in page.words
    assert (
        f"SELECT * FROM trf_changeUserTariff('alice', {tariffs.team}, 1, expectedTotal => 10.00);"
        in page.words
    )
    assert cabinet.press(page, CHANGE, action="now").status == 303
    bought = log_of(alice)[-1]
    assert (bought.tariff, bought.actor) == ("Team", root)
    assert log_of(root)[-1].tariff == "Free"
    audit = db.row("SELECT * FROM as_auditTrail WHERE procedure = 'trf_changeUserTariff'")
    assert (audit.username, audit.actor) == (alice, root)


def test_only_he_is_offered_a_price_tag_without_end(cabinet, tariff_of, balance_of, alice, root, tariffs):
    periods = '//input[@name="period"][@type="radio"]/@value'
    assert cabinet.enter(alice).open(asked(tariffs.team, 1)).tree.xpath(periods) == ["1", "6", "12", "36"]
    page = cabinet.enter(root, customer=alice).open(asked(tariffs.team, 0))
    assert page.tree.xpath(periods) == ["1", "6", "12", "36", "0"]
    assert page.checked("period") == "0"
    assert page.buttons(CHANGE)["now"] == "Switch now, nothing to pay"
    cabinet.press(page, CHANGE, action="now")
    assert (tariff_of(alice).state, tariff_of(alice).tariff, balance_of(alice)) == ("endless", "Team", "0.00")
