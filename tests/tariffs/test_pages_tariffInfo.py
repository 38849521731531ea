"""The page of one's own tariff: every state it can be in, the renewal, the planned change, options, history."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")
RENEWAL, CANCEL = "/tariff/renewal", "/tariff/scheduled/cancel"


@pytest.fixture
def paid(give, change, alice, tariffs):
    """Alice on Team for a month from a day, with what is left of some money."""

    def buy(balance="10.00", tariffID=None, period=1):
        give(alice, balance)
        assert change(alice, tariffID or tariffs.team, period).ok

    return buy


# States


def test_a_visitor_is_sent_to_sign_in(cabinet):
    for path in ("/tariff", "/tariff/history", "/tariff/options/storage"):
        assert cabinet.open(path).response.location == f"/sign-in?next={path}"


def test_without_end(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open("/tariff")
    assert "Free active Without end" in page.words
    assert "there is nothing to renew" in page.words
    assert not page.tree.xpath("//progress")


def test_no_tariff(db, cabinet, alice, tariffs):
    assert db.call("as_setSetting", code="tariffDefault", value="").ok
    assert db.call("as_register", name="Dana", username="dana").ok
    page = cabinet.enter("dana").open("/tariff")
    assert "You have no tariff yet. Choose one to see what it includes." in page.words
    assert page.links("Choose a tariff") == ["/tariff/change"]


def test_running(cabinet, paid, on, alice):
    on("2026-03-01")
    paid()
    on("2026-03-11")
    page = cabinet.enter(alice).open("/tariff")
    assert "21 days left of 31, until Apr 1, 2026" in page.words
    assert "Renewal is off." in page.words and "€10.00 a month" in page.words
    assert page.tree.xpath("//progress/@value") == ["21"]
    assert not page.tree.xpath('//*[@data-tone="yellow"]')


def test_ends_soon(cabinet, paid, on, alice):
    on("2026-03-01")
    paid()
    on("2026-03-27")
    page = cabinet.enter(alice).open("/tariff")
    assert (
        "Team ends in 5 days, on April 1, 2026. Renewal is off. After that day its options are gone."
        in page.words
    )
    assert "ends soon" in page.words


def test_ends_soon_and_the_money_for_the_renewal_is_missing(db, cabinet, paid, on, alice):
    on("2026-03-01")
    paid("13.40")
    assert db.call("trf_setRenewal", username=alice, period=1).ok
    on("2026-03-30")
    page = cabinet.enter(alice).open("/tariff")
    assert (
        "Renews on Apr 1, 2026 for €10.00, until May 1, 2026. €6.60 is missing for that today." in page.words
    )
    assert page.links("Top up €6.60") == ["/finance/top-up?amount=6.60&next=/tariff"]


def test_grace(db, cabinet, paid, on, alice):
    on("2026-03-01")
    paid("12.50")
    assert db.call("trf_setRenewal", username=alice, period=1).ok
    on("2026-04-02")
    page = cabinet.enter(alice).open("/tariff")
    assert (
        "The renewal of Team waits for money. €7.50 is missing. Top up before Apr 4, 2026, else the tariff ends."
        in page.words
    )
    assert page.links("Top up €7.50") == ["/finance/top-up?amount=7.50&next=/tariff"]
    assert "Ended on Apr 1, 2026, in force until Apr 4, 2026" in page.words


def test_expired(cabinet, paid, on, alice):
    on("2026-03-01")
    paid()
    on("2026-05-01")
    page = cabinet.enter(alice).open("/tariff")
    assert "Team ended on April 1, 2026. You have Free now." in page.words
    assert "In force now Free" in page.words


def test_a_planned_change_that_waits_for_money_after_the_deadline(db, cabinet, paid, on, alice, tariffs):
    on("2026-03-01")
    paid("26.00", tariffs.business)
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1).ok
    on("2026-04-02")
    page = cabinet.enter(alice).open("/tariff")
    assert "Team begins as soon as €10.00 can be paid; €6.00 is there." in page.words
    assert page.links("Top up") == ["/finance/top-up?next=/tariff"]


def test_the_fragment_refreshes_itself_when_tariff_or_balance_change(cabinet, alice, tariffs):
    page = cabinet.enter(alice).open("/tariff", htmx=True)
    assert "<html" not in page.text
    assert (page.tree.get("id"), page.tree.get("hx-get")) == ("tariffInfo", "/tariff")
    assert (
        page.tree.get("hx-trigger")
        == "tariff-changed from:body delay:20ms, balance-changed from:body delay:20ms"
    )


# Renewal


@pytest.mark.parametrize("htmx", [False, True])
def test_the_renewal_is_switched_on_and_off_with_its_price(cabinet, paid, on, tariff_of, alice, htmx):
    on("2026-03-01")
    paid("200.00")
    page = cabinet.enter(alice).open("/tariff", htmx=htmx)
    assert [option.text for option in page.form(RENEWAL).xpath(".//option")] == [
        "Off: it ends at the deadline",
        "1 month, €10.00",
        "6 months, €55.00",
        "12 months, €100.00",
        "36 months, €270.00",
    ]
    done = cabinet.press(page, RENEWAL, htmx=htmx, period="6")
    assert tariff_of(alice).renewal_period == 6
    if htmx:
        assert (done.status, done.events["toast"]["reason"]) == (200, "renewal_on")
        shown = done
    else:
        assert (done.status, done.response.location) == (303, "/tariff")
        shown = cabinet.open("/tariff")
    assert "Renews on Apr 1, 2026 for €55.00, until Oct 1, 2026." in shown.words
    assert shown.fields(RENEWAL)["period"] == "6"
    cabinet.press(shown, RENEWAL, htmx=htmx, period="")
    assert tariff_of(alice).renewal_period is None


@pytest.mark.parametrize(
    ("period", "reason"), [("2", "no_such_period"), ("x", "invalid_value"), ("0", "no_such_period")]
)
@pytest.mark.parametrize("htmx", [False, True])
def test_a_period_that_is_not_sold_is_refused_beside_its_field(
    cabinet, paid, alice, untouched, period, reason, htmx
):
    paid()
    page = cabinet.enter(alice).open("/tariff", htmx=htmx)
    with untouched("as_sessions"):
        answer = cabinet.press(page, RENEWAL, htmx=htmx, period=period)
    assert (answer.status, answer.results) == (422, [reason])
    assert answer.tree.xpath('//select[@aria-invalid="true"]/@name') == ["period"]


def test_there_is_nothing_to_renew_without_a_deadline(cabinet, alice, tariffs, paid, untouched, change):
    paid()
    page = cabinet.enter(alice).open("/tariff")
    change(alice, tariffs.free, 0)
    with untouched("as_sessions"):
        answer = cabinet.press(page, RENEWAL, period="1")
    assert (answer.status, "nothing_to_renew" in answer.text) == (422, True)


# The planned change


@pytest.mark.parametrize("htmx", [False, True])
def test_a_planned_change_is_shown_and_can_be_dropped(db, cabinet, paid, on, tariff_of, alice, tariffs, htmx):
    on("2026-03-01")
    paid("26.00", tariffs.business)
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1).ok
    page = cabinet.enter(alice).open("/tariff", htmx=htmx)
    assert "From Apr 1, 2026: Team, 1 month for €10.00. €4.00 is missing for that today." in page.words
    assert list(page.buttons(CANCEL).values()) == ["Keep Business instead"]
    done = cabinet.press(page, CANCEL, htmx=htmx)
    assert done.status == (200 if htmx else 303)
    assert tariff_of(alice).scheduled_tariff is None
    twice = cabinet.press(page, CANCEL, htmx=htmx, requestKey="another click")
    assert (twice.status, "nothing_scheduled" in twice.text) == (422, True)


# Options


@pytest.fixture
def options(db, tariffs):
    """storage: 50 GB on Team, unlimited on Business; calls: denied by default; note: not set."""

    def save(code, **given):
        outcome = db.call("trf_saveOption", code=code, name=code.title(), **given)
        assert outcome.ok, outcome
        return outcome.details["optionID"]

    storage = save("storage", type="number", unit="GB")
    save("calls", type="yesno", defaultValue="denied")
    save("note", type="text")
    for tariffID, value in ((tariffs.team, "50"), (tariffs.business, "unlimited")):
        assert db.call("trf_setTariffOptionValue", tariffID=tariffID, optionID=storage, value=value).ok


def rows(page):
    return [
        " ".join(" ".join(row.itertext()).split()) for row in page.tree.xpath('//*[@id="options"]//tbody/tr')
    ]


def test_unlimited_denied_and_not_set_are_three_answers(cabinet, change, give, paid, alice, tariffs, options):
    paid()
    shown = rows(cabinet.enter(alice).open("/tariff"))
    assert [row.split(" Why")[0] for row in shown] == ["Storage 50 GB", "Calls Not included", "Note Not set"]
    give(alice, "20.00")
    change(alice, tariffs.business, 1)
    assert rows(cabinet.open("/tariff"))[0].startswith("Storage Unlimited")


@pytest.mark.parametrize("htmx", [False, True])
def test_a_personal_value_is_marked_and_explained_on_demand(db, cabinet, paid, alice, options, htmx):
    paid()
    assert db.call(
        "trf_setUserOptionValue", username=alice, optionCode="storage", value="75", note="a gift"
    ).ok
    page = cabinet.enter(alice).open("/tariff")
    assert rows(page)[0].startswith("Storage personal value 75 GB")
    [link] = [link for link in page.tree.xpath("//@href") if link == "/tariff/options/storage"]
    why = cabinet.open(link, htmx=htmx)
    assert "1." not in why.words
    assert "Your personal value 75 GB Tariff Team 50 GB Default Not set" in why.words
    assert ("<html" in why.text) is not htmx


def test_an_option_that_is_not_there_has_no_page(cabinet, alice, options):
    cabinet.enter(alice)
    assert cabinet.open("/tariff/options/nothing").status == 404
    assert cabinet.open("/tariff/options/%00").status == 404


# History


def test_the_history_tells_what_was_paid_and_what_came_back(
    db, cabinet, give, change, on, alice, root, tariffs
):
    on("2026-03-01")
    give(alice, "40.00")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.business, 1)
    assert db.call("trf_changeUserTariff", username=alice, tariffID=tariffs.free, period=0, actor=root).ok
    page = cabinet.enter(alice).open("/tariff/history")
    assert page.tree.xpath('//*[@id="changes"]//tbody/tr/th/text()') == ["Free", "Business", "Team", "Free"]
    assert "change, without end by us" in page.words
    assert "change, 1 month" in page.words


def test_a_purchase_that_was_taken_back_says_so(db, cabinet, paid, log_of, alice, mona):
    paid()
    number = log_of(alice)[-1].number
    assert db.call("trf_reverseChange", username=alice, number=number, note="a mistake", actor=mona).ok
    assert "change, 1 month taken back never" in cabinet.enter(alice).open("/tariff/history").words


def test_the_history_goes_on_page_by_page(cabinet, give, change, alice, tariffs):
    give(alice, "300.00")
    for _ in range(12):
        assert change(alice, tariffs.team, 1).ok
    cabinet.enter(alice)
    assert cabinet.open("/tariff").links("All changes") == ["/tariff/history"]
    first = cabinet.open("/tariff/history?size=10")
    assert len(first.tree.xpath('//*[@id="changes"]//tbody/tr[th]')) == 10
    [more] = first.links("Show more")
    rest = cabinet.open(more, htmx=True)
    assert len(rest.tree.xpath('//*[@id="changes"]//tbody/tr[th]')) == 3
    assert cabinet.open("/tariff/history?after=nonsense").status == 200


@pytest.mark.parametrize(
    "mark", ["WyJ4Il0=", "WzEsMl0=", "W10=", "W251bGxd", "W1sxXV0=", "W3siYSI6MX1d", "%00"]
)
def test_a_mark_that_somebody_made_up_breaks_nothing(cabinet, alice, tariffs, mark):
    assert cabinet.enter(alice).open(f"/tariff/history?after={mark}").status in (200, 400)


# Whose


def test_each_sees_his_own(cabinet, paid, alice, bob):
    paid()
    assert "Team" not in cabinet.enter(bob).open("/tariff?username=alice").words
    assert cabinet.enter(alice).open("/tariff").tree.xpath("//h2/text()")[0] == "Team"


def test_an_administrator_in_the_cabinet_sees_the_customers(cabinet, paid, log_of, alice, root):
    paid("50.00")
    page = cabinet.enter(root, customer=alice).open("/tariff")
    assert "You are in the cabinet of Alice (alice)" in page.words
    assert page.tree.xpath("//h2/text()")[0] == "Team"
    cabinet.press(page, RENEWAL, period="1")
    assert "Renews on" in cabinet.open("/tariff").words
