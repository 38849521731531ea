"""The pages of the catalogue: plainly, as htmx asks for them, refused, and for those who may not."""

import csv
import html
import io
import re
from decimal import Decimal

import pytest

from tests.visits import Browser, enter, events, reasons

PERSON = {"en": "Name", "sk": "Meno", "cs": "Jméno", "ru": "Имя"}
PRICES = {"price": "19", "price6": "99", "price12": "190", "price36": "490"}


@pytest.fixture
def signed_in(db, client, people):
    """Let the client's requests be somebody's: `signed_in("root")`."""

    return lambda username: enter(db, client, username)


@pytest.fixture
def root(signed_in, shelf):
    return signed_in("root")


# Tariffs


@pytest.mark.parametrize("htmx", [False, True])
def test_the_list_is_a_page_or_its_fragment(root, shelf, htmx):
    response = root.get("/tariffs", htmx)
    assert response.status_code == 200
    assert 'id="tariffManagement"' in response.text
    assert ("<html" in response.text) != htmx
    assert "€490.00" in response.text and "free" in response.words


def test_the_first_run_says_what_to_do(signed_in):
    assert "Create the first tariff" in signed_in("root").get("/tariffs").words


@pytest.mark.parametrize("username", ["alice", "mona"])
def test_only_administrators_see_the_catalogue(signed_in, shelf, options, username):
    browser = signed_in(username)
    for path in (
        "/tariffs",
        "/tariffs/new",
        f"/tariffs/{shelf.fast}",
        "/tariffs/options",
        "/tariffs/values",
        f"/tariffs/{shelf.fast}/values",
        f"/tariffs/{shelf.fast}/values/{options.api}",
        f"/tariffs/{shelf.fast}/users",
        f"/tariffs/{shelf.fast}/users.csv",
    ):
        assert browser.get(path).status_code == 403, path
    assert browser.post(f"/tariffs/{shelf.fast}/switch", isDisabled="true").status_code == 403


def test_a_tariff_is_added_by_a_plain_form(db, root):
    response = root.post("/tariffs/new", name="New", description="", sortOrder="", **PRICES)
    assert (response.status_code, response.location) == (303, "/tariffs")
    assert "The tariff New is in the catalogue." in root.get("/tariffs").words


@pytest.mark.parametrize(
    ("locale", "thing"), [("en", "Name"), ("sk", "Názov"), ("cs", "Název"), ("ru", "Название")]
)
def test_a_tariff_is_not_named_as_a_person_is(db, root, locale, thing):
    db.execute("UPDATE as_users SET locale = %s WHERE username = 'root'", [locale])
    assert f">{thing}<" in root.get("/tariffs/new").text
    assert f">{PERSON[locale]}<" in root.get("/profile").text


def test_a_tariff_is_saved_in_the_dialog_which_closes(db, root, shelf):
    form = root.get(f"/tariffs/{shelf.fast}", htmx=True)
    assert "All four or none" in form.words and "trf_saveTariff" in form.words
    seen = re.search(r'name="expectedUpdatedAt" value="([^"]+)"', form.text)[1]
    response = root.post(
        f"/tariffs/{shelf.fast}",
        htmx=True,
        name="Fast",
        description="Quick",
        sortOrder="10",
        expectedUpdatedAt=seen,
        **PRICES | {"price12": "1 290,50"},
    )
    assert response.status_code == 204
    assert {"modal-close", "catalogue-changed"} <= set(events(response))
    assert str(db.value("SELECT price12 FROM trf_tariffManagement WHERE tariff = 'Fast'")) == "1290.50"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_form_keeps_what_was_typed_and_says_why_beside_the_field(root, shelf, untouched, htmx):
    with untouched():
        response = root.post(
            f"/tariffs/{shelf.fast}", htmx, name="<b>Fast</b>", description="", sortOrder="", price="5"
        )
    assert response.status_code == 422
    assert reasons(response) == ["all_prices_or_none"]
    assert 'value="&lt;b&gt;Fast&lt;/b&gt;"' in response.text
    assert 'aria-describedby="field-price6-error"' in response.text
    assert ("<html" in response.text) != htmx


@pytest.mark.parametrize("price", ["NaN", "1e400", "12.345", "-1", "x" * 5000, "\x00"])
def test_what_is_no_price_is_refused(root, shelf, untouched, price):
    with untouched():
        response = root.post(f"/tariffs/{shelf.fast}", name="Fast", **PRICES | {"price36": price})
    assert response.status_code == 422 and 'id="field-price36-error"' in response.text


def test_a_stale_form_is_refused(root, shelf):
    form = root.get(f"/tariffs/{shelf.fast}").text
    seen = re.search(r'name="expectedUpdatedAt" value="([^"]+)"', form)[1]
    root.post(f"/tariffs/{shelf.fast}", name="Quick", **PRICES)
    response = root.post(f"/tariffs/{shelf.fast}", name="Slow", expectedUpdatedAt=seen, **PRICES)
    assert response.status_code == 422 and "changed_meanwhile" in reasons(response)
    assert "Root changed this" in response.words


def test_the_same_form_twice_adds_one_tariff(db, root):
    for _ in range(2):
        assert root.post("/tariffs/new", name="New", key="one", **PRICES).status_code == 303
    assert db.value("SELECT count(*) FROM trf_tariffManagement WHERE tariff = 'New'") == 1


def test_switching_off_offers_the_way_back(db, root, shelf):
    response = root.post(f"/tariffs/{shelf.fast}/switch", isDisabled="true")
    page = root.get(response.location)
    assert "Fast is no longer offered" in page.words and "Undo" in page.words
    response = root.post(f"/tariffs/{shelf.fast}/switch", isDisabled="false", undo="true")
    assert response.status_code == 303
    assert not db.value("SELECT is_disabled FROM trf_tariffManagement WHERE tariff = 'Fast'")


def test_under_htmx_the_way_back_is_a_notice(root, shelf):
    response = root.post(f"/tariffs/{shelf.fast}/switch", htmx=True, isDisabled="true")
    assert 'hx-swap-oob="beforeend:#toasts"' in response.text and "Undo" in response.words
    assert "toast" not in events(response)
    response = root.post(f"/tariffs/{shelf.fast}/switch", htmx=True, isDisabled="false", undo="true")
    assert "catalogue-changed" in events(response)


def test_a_tariff_is_copied_and_deleted(db, root, shelf):
    assert root.post(f"/tariffs/{shelf.fast}/copy").status_code == 303
    copy = db.value("SELECT tariff_id FROM trf_tariffManagement WHERE tariff = 'Fast (copy)'")
    assert "Delete tariff" in root.get(f"/tariffs/{copy}").words
    assert root.post(f"/tariffs/{copy}/delete").status_code == 303
    assert root.get(f"/tariffs/{copy}").status_code == 404


def test_a_tariff_in_use_is_not_deleted(root, shelf, buy, untouched):
    buy("alice", shelf.fast)
    assert "Delete tariff" not in root.get(f"/tariffs/{shelf.fast}").words
    with untouched():
        response = root.post(f"/tariffs/{shelf.fast}/delete")
    assert response.status_code == 422 and reasons(response) == ["in_use"]


@pytest.mark.parametrize("number", ["0", "999", str(2**63 - 1), str(2**63), "9" * 30, "-1", "x"])
def test_what_is_not_there_is_not_found(root, number):
    for path in (f"/tariffs/{number}", f"/tariffs/{number}/values", f"/tariffs/{number}/users"):
        assert root.get(path).status_code == 404, path
    assert root.post(f"/tariffs/{number}/switch", isDisabled="true").status_code in (404, 422)


# Options


def test_options_are_a_dialog_in_which_the_form_stands_in_its_row(root, options):
    assert "<html" not in root.get("/tariffs/options", htmx=True).text
    listed = root.get("/tariffs/options")
    assert all(code in listed.words for code in ("storage", "support", "api"))
    form = root.get(f"/tariffs/options?edit={options.support}")
    assert "e-mail\nphone" in html.unescape(form.text) and "Delete option" in form.words
    assert "Add option" in root.get("/tariffs/options?edit=new").words
    assert root.get("/tariffs/options?edit=999").status_code == 404


def test_an_option_is_added_and_the_dialog_stays(db, root):
    response = root.post(
        "/tariffs/options/new",
        htmx=True,
        code="seats",
        name="Seats",
        type="choice",
        choices="few\r\n\r\n many \r\n",
        defaultValue="few",
    )
    assert response.status_code == 200 and "seats" in response.words
    assert "modal-close" not in events(response) and "catalogue-changed" in events(response)
    assert db.value("SELECT choices FROM trf_options WHERE code = 'seats'") == ["few", "many"]


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_option_keeps_its_form(root, options, untouched, htmx):
    with untouched():
        response = root.post(
            f"/tariffs/options/{options.support}",
            htmx,
            code="support",
            name="Help",
            type="choice",
            choices="",
        )
    assert response.status_code == 422 and reasons(response) == ["choices_missing"]
    assert 'value="Help"' in response.text


def test_a_used_option_shows_its_code_but_cannot_change_it(root, options, shelf, put):
    put(shelf.fast, options.storage, "50")
    page = root.get(f"/tariffs/options?edit={options.storage}")
    assert "It cannot be deleted" in page.words and "readonly" in page.text
    response = root.post(f"/tariffs/options/{options.storage}/delete")
    assert response.status_code == 422 and reasons(response) == ["in_use"]


def test_an_option_is_switched_and_deleted(db, root, options):
    assert root.post(f"/tariffs/options/{options.api}/switch", isDisabled="true").status_code == 303
    assert db.value("SELECT is_disabled FROM trf_options WHERE code = 'api'")
    assert root.post(f"/tariffs/options/{options.api}/delete").status_code == 303
    assert db.value("SELECT count(*) FROM trf_options WHERE code = 'api'") == 0


# Values


def test_the_matrix_shows_own_and_inherited_values(root, shelf, options, put):
    put(shelf.fast, options.storage, "50")
    page = root.get("/tariffs/values")
    assert re.search(rf'id="cell-{shelf.fast}-{options.storage}"[^>]*data-source="tariff"', page.text)
    assert re.search(rf'id="cell-{shelf.team}-{options.storage}"[^>]*data-source="default"', page.text)
    different = root.get("/tariffs/values?show=different").words
    assert "storage" in different and "support" not in different
    one = root.get(f"/tariffs/{shelf.fast}/values")
    assert "Option values of Fast" in one.words and f"cell-{shelf.team}-" not in one.text


def test_the_matrix_says_what_is_missing(root):
    assert "Values need a tariff and an option" in root.get("/tariffs/values").words


@pytest.mark.parametrize(
    "code, words", [("storage", "number"), ("support", "phone"), ("api", "Yes"), ("note", "text")]
)
def test_each_type_has_its_editor(root, shelf, options, code, words):
    path = f"/tariffs/{shelf.fast}/values/{getattr(options, code)}"
    assert "<html" in root.get(path).text
    form = root.get(path, htmx=True)
    assert "<html" not in form.text and words in form.words
    assert all(word in form.words for word in ("Unlimited", "Not included", "Inherit the default"))


def test_a_value_is_saved_and_only_its_cell_comes_back(db, root, shelf, options):
    path = f"/tariffs/{shelf.fast}/values/{options.storage}"
    response = root.post(path, htmx=True, value="50")
    assert response.status_code == 200
    assert response.text.strip().startswith(f'<td id="cell-{shelf.fast}-{options.storage}"')
    assert "50 GB" in response.words
    for word, kept in (("unlimited", "unlimited"), ("denied", "denied"), ("inherit", None)):
        root.post(path, htmx=True, value="70", word=word)
        value = "SELECT value FROM trf_optionMatrix WHERE tariff_id = %s AND option_id = %s"
        assert db.value(value, [shelf.fast, options.storage]) == kept


def test_a_value_is_saved_without_htmx_too(root, shelf, options):
    response = root.post(f"/tariffs/{shelf.fast}/values/{options.storage}", value="50")
    assert response.status_code == 303 and response.location.startswith("/tariffs/values")
    assert "50 GB" in root.get(response.location).words


def test_a_refused_value_stays_in_its_popover(root, shelf, options, untouched):
    path = f"/tariffs/{shelf.fast}/values/{options.storage}"
    with untouched():
        response = root.post(path, htmx=True, value="lots")
    assert response.status_code == 422 and reasons(response) == ["value_not_a_number"]
    assert response.headers["HX-Retarget"] == f"#pop-{shelf.fast}-{options.storage}"
    assert 'value="lots"' in response.text
    with untouched():
        assert root.post(path, value="lots").status_code == 422


# People


def test_the_users_of_a_tariff_are_listed_filtered_and_exported(root, shelf, buy):
    nobody = root.get(f"/tariffs/{shelf.fast}/users")
    assert "Nobody is on this tariff." in nobody.words
    buy("alice", shelf.fast)
    assert "€481.00" in root.get(f"/tariffs/{shelf.fast}/users").words
    assert "Alice" in root.get(f"/tariffs/{shelf.fast}/users?q=ALI&state=running", htmx=True).words
    assert "Nobody on this tariff is like that." in root.get(f"/tariffs/{shelf.fast}/users?q=bob%00").words
    assert "Alice" not in root.get(f"/tariffs/{shelf.fast}/users?state=expired").words
    exported = root.get(f"/tariffs/{shelf.fast}/users.csv?state=running")
    rows = list(csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig"))))
    assert [(row["Username"], row["Balance"]) for row in rows] == [("alice", "481.00")]
    assert root.get(f"/tariffs/{shelf.fast}/users.xlsx").data[:2] == b"PK"


def test_many_users_come_page_by_page(db, root, shelf):
    for number in range(30):
        db.call(
            "as_register",
            name=f"Person {number:02}",
            username=f"p{number:02}",
            email=f"p{number}@example.com",
        )
    page = root.get(f"/tariffs/{shelf.free}/users?size=20")
    following = html.unescape(re.search(r'hx-get="([^"]*after=[^"]*)"', page.text)[1])
    both = page.words + root.get(following, htmx=True).words
    assert all(f"Person {number:02}" in both for number in range(30))
    assert root.get(f"/tariffs/{shelf.free}/users?after=nonsense").status_code == 200


# Prices


@pytest.mark.parametrize("period, price", [(1, "€19.00"), (6, "€16.50"), (12, "€15.83"), (36, "€13.61")])
def test_a_visitor_sees_what_a_month_costs(client, shelf, options, put, period, price):
    put(shelf.fast, options.storage, "50")
    page = Browser(client).get(f"/prices?period={period}")
    assert page.status_code == 200 and price in page.words and "50 GB" in page.words
    assert f"/register?tariffID={shelf.fast}&amp;period={period}" in page.text
    assert f"/register?tariffID={shelf.free}&amp;period=0" in page.text


def test_a_longer_period_says_what_it_saves(client, shelf):
    words = Browser(client).get("/prices?period=12").words
    assert "you save €38.00" in words and "up to −16%" in words


def test_a_disabled_tariff_is_not_on_offer(db, client, shelf):
    db.call("trf_setTariffDisabled", tariffID=shelf.fast, isDisabled=True)
    assert "Fast" not in Browser(client).get("/prices").words


def test_whoever_is_signed_in_goes_on_to_the_change(signed_in, shelf, buy):
    buy("alice", shelf.fast)
    page = signed_in("alice").get("/prices?period=6")
    assert f"/tariff/change?tariffID={shelf.team}&amp;period=6" in page.text
    assert "yours" in page.words and "Extend" in page.words


@pytest.mark.parametrize("period", ["", "7", "x", "999999999999999999999"])
def test_a_period_that_is_not_sold_shows_months(client, shelf, period):
    assert "€19.00" in Browser(client).get(f"/prices?period={period}").words


def test_without_tariffs_there_is_nothing_on_offer(client):
    assert "Nothing is on offer" in Browser(client).get("/prices").words


# Reports


def test_a_manager_sees_the_reports_but_no_links_to_people(signed_in, shelf, buy):
    buy("alice", shelf.fast)
    page = signed_in("mona").get("/reports?months=6")
    assert page.status_code == 200
    assert "€19.00" in page.words and "Alice" in page.words
    assert "/users/alice" not in page.text and f"/tariffs/{shelf.fast}/users" not in page.text


def test_an_administrator_goes_from_the_numbers_to_the_people(root, shelf, buy):
    buy("alice", shelf.fast)
    page = root.get("/reports", htmx=True)
    assert "<html" not in page.text
    assert "/users/alice" in page.text and f"/tariffs/{shelf.fast}/users" in page.text


def test_the_reports_show_what_came_in_and_where_it_went(db, signed_in, shelf, buy):
    buy("alice", shelf.fast)
    for procedure, amount, counterparty in (
        ("fin_topUp", "7.00", "expense:gift"),
        ("fin_charge", "2.50", "income:service"),
    ):
        assert db.call(procedure, username="alice", amount=amount, purpose="x", counterparty=counterparty).ok
    rows = re.findall(
        r"<tr>.*?</tr>",
        signed_in("mona").get("/reports?months=3").text.partition('id="moneyByMonth"')[2],
        re.DOTALL,
    )
    cells = re.findall(r"[−-]?€[\d,.]+", html.unescape(re.sub(r"<[^>]+>", " ", rows[1])))
    balance = db.value("SELECT balance FROM fin_balances WHERE username = 'alice'")
    topped_up = balance - 7 + Decimal("2.50") + 19
    assert cells == [f"€{topped_up:,.2f}", "€19.00", "€2.50", "€7.00", f"€{balance:,.2f}"]


def test_empty_reports_say_so(db, signed_in):
    db.execute("UPDATE as_clock SET isDemo = true, shift = interval '3 years'")
    words = signed_in("mona").get("/reports?months=abc").words
    assert "No tariff has been paid for in these months." in words
    assert "No money has moved in these months." in words
    assert "No tariff ends in these days." in words


def test_customers_do_not_see_reports(signed_in, shelf):
    alice = signed_in("alice")
    for path in ("/reports", "/reports/deadlines", "/reports/income.csv", "/reports/users.xlsx"):
        assert alice.get(path).status_code == 403


def test_deadlines_are_filtered_and_exported(root, shelf, buy, db):
    buy("alice", shelf.fast)
    assert "Alice" in root.get("/reports/deadlines?days=90").words
    assert "Alice" not in root.get("/reports/deadlines?days=7").words
    assert "Alice" not in root.get("/reports/deadlines?days=90&what=missing", htmx=True).words
    exported = root.get("/reports/deadlines.csv?days=90").data.decode("utf-8-sig")
    assert [row["Username"] for row in csv.DictReader(io.StringIO(exported))] == ["alice"]


@pytest.mark.parametrize("report", ["users", "income", "money", "changes", "deadlines"])
def test_every_report_is_a_file_too(root, shelf, buy, report):
    buy("alice", shelf.fast)
    text = root.get(f"/reports/{report}.csv?months=3").data.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(text)))) > 1
    assert root.get(f"/reports/{report}.xlsx").data[:2] == b"PK"


# What one person has of his own


def test_a_person_gets_a_value_of_his_own_and_loses_it_again(db, root, options):
    assert "No personal values" in root.get("/users/bob/options").words
    form = root.get("/users/bob/options/new?code=storage", htmx=True)
    assert re.search(r'<option value="storage" selected', form.text) and "<html" not in form.text
    response = root.post("/users/bob/options/new", optionCode="storage", value="500", note="Apology")
    assert (response.status_code, response.location) == (303, "/users/bob/options")
    page = root.get("/users/bob/options").words
    assert "500 GB" in page and "Apology" in page and "in force" in page
    number = db.value("SELECT id FROM trf_userOverrides")
    ended = root.post(f"/users/bob/options/{number}/end", htmx=True)
    assert ended.status_code == 200 and "No personal values" in ended.words
    assert root.post(f"/users/bob/options/{number}/end").status_code == 422


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_value_of_a_person_keeps_what_was_typed(root, options, untouched, htmx):
    with untouched():
        response = root.post("/users/bob/options/new", htmx, optionCode="api", value="maybe", note="trial")
        backwards = root.post(
            "/users/bob/options/new",
            htmx,
            optionCode="api",
            value="yes",
            validUntil="2020-01-01",
            note="trial",
        )
    assert response.status_code == 422 and reasons(response) == ["value_not_yes_or_no"]
    assert 'value="maybe"' in response.text
    assert reasons(backwards) == ["ends_before_it_starts"]


def test_nobody_else_gives_values(signed_in, root, options):
    assert root.get("/users/zoe/options").status_code == 404
    assert signed_in("mona").get("/users/bob/options").status_code == 403
    assert signed_in("alice").post("/users/alice/options/new", optionCode="api").status_code == 403
