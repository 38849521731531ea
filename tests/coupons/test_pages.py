"""The administrator's pages of coupons: plainly, as htmx asks for them, refused, and for those who may not."""

import csv
import html
import io
import re

import pytest

from portal.coupons import lists, many
from portal.places import ROOT
from tests.visits import enter, events, reasons

TERMS = {"discountType": "percentage", "value": "10", "useType": "single"}


@pytest.fixture
def signed_in(db, client, root, mona, alice):
    """Let the client's requests be somebody's: `signed_in("root")`."""

    return lambda username: enter(db, client, username)


@pytest.fixture
def admin(signed_in, shop):
    return signed_in("root")


def codes(response):
    return re.findall(r'class="code" href="[^"]+">([^<]+)<', response.text)


def lines(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


PAGES = [
    "/coupons/admin",
    "/coupons/admin/codes",
    "/coupons/admin/personal",
    "/coupons/admin/categories",
    "/coupons/admin/history",
    "/coupons/admin/generated",
    "/coupons/admin/new",
    "/coupons/admin/generate",
]


# Who, and what is there at first


@pytest.mark.parametrize("path", [*PAGES, "/coupons/admin/all.csv", "/coupons/admin/history.csv"])
@pytest.mark.parametrize("username", ["alice", "mona"])
def test_only_administrators_see_the_coupons(signed_in, shop, path, username):
    assert signed_in(username).get(path).status_code == 403


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_while_nothing_is_there(admin, path, htmx):
    response = admin.get(path, htmx)
    assert response.status_code == 200
    assert ("<html" in response.text) != htmx


def test_the_first_run_says_what_to_do(admin):
    assert "Add the first coupon" in admin.get("/coupons/admin").words
    assert "Generate the first ones" in admin.get("/coupons/admin/generated").words


# The lists


def test_the_list_shows_coupons_and_personal_discounts_together_the_newest_first(
    db, admin, coupon, personal, alice
):
    coupon("FIRST", value=10)
    personal(alice, "30", "Studied this year")
    coupon("LAST", value=5, discountType="amount")
    db.execute("UPDATE cpn_coupons SET createdAt = createdAt - interval '1 hour' WHERE written = 'FIRST'")
    words = admin.get("/coupons/admin").words
    assert words.index("LAST") < words.index("Alice") < words.index("FIRST")
    assert "−10%" in words and "−€5.00" in words and "−30%" in words and "personal" in words
    assert "Alice" not in admin.get("/coupons/admin/codes").words
    personal_tab = admin.get("/coupons/admin/personal").words
    assert "Studied this year" in personal_tab and "FIRST" not in personal_tab


def test_pages_of_the_list_follow_one_another_without_a_gap_or_a_repetition(
    db, admin, coupon, personal, alice
):
    for number in range(18):
        coupon(f"CODE-{number}", value=10)
    for number in range(1, 16):
        personal(alice, number, f"reason {number}")
    # All of one transaction's moment, the hardest case; then two moments.
    for change in ("now()", "createdAt - interval '1 day'"):
        db.execute(f"UPDATE cpn_coupons SET createdAt = {change} WHERE code < 'code-14'")
        seen, address = [], "/coupons/admin?size=10"
        while address:
            response = admin.get(address)
            seen += codes(response) + re.findall(r"reason \d+", response.words)
            following = re.search(r'hx-get="([^"]+after=[^"]+)"', response.text)
            address = following and html.unescape(following[1])
        assert len(seen) == 33 and len(set(seen)) == 33


def test_the_list_is_narrowed_by_state_category_and_beginning(db, admin, coupon, category):
    partners = category("Partners")
    coupon("SUMMER-1", value=10, categoryID=partners)
    coupon("SUMMER-2", value=10)
    coupon("WINTER-1", value=10)
    db.call("cpn_setCouponDisabled", code="summer-2", isDisabled=True)
    db.call("cpn_deleteCoupon", code="winter-1")
    assert codes(admin.get("/coupons/admin/codes?q=summer")) == ["SUMMER-2", "SUMMER-1"]
    assert codes(admin.get(f"/coupons/admin/codes?category={partners}")) == ["SUMMER-1"]
    assert codes(admin.get("/coupons/admin/codes?state=disabled")) == ["SUMMER-2"]
    assert codes(admin.get("/coupons/admin/codes?state=deleted")) == ["WINTER-1"]
    assert codes(admin.get("/coupons/admin")) == ["SUMMER-2", "SUMMER-1"]
    assert "Nothing is like that" in admin.get("/coupons/admin/codes?state=upcoming").words


@pytest.mark.parametrize(
    "query",
    ["state=nothing", "category=x", "category=99999999999999999999", "source=-1", "generation=0", "q=%00"],
)
def test_what_cannot_be_asked_for_narrows_nothing(admin, coupon, query):
    coupon("SUMMER-1", value=10)
    assert codes(admin.get(f"/coupons/admin?{query}")) == ["SUMMER-1"]


def test_who_types_cyrillic_letters_is_told_what_they_look_like(admin, coupon):
    coupon("SALE", value=10)
    response = admin.get("/coupons/admin/codes?q=SАLE")
    assert "not Latin but look it" in response.words and "q=sale" in response.text


def test_a_list_is_exported_as_it_is_shown(db, admin, coupon, personal, alice, shop):
    coupon("=SUM(A1)", value="12.50", tariffIDs=[shop.team], periods=[6, 12], note="for the fair")
    coupon("WINTER", value=10)
    personal(alice, "30", "Studied this year")
    rows = lines(admin.get("/coupons/admin/all.csv"))
    assert {row["Kind"] for row in rows} == {"coupon", "personal"} and len(rows) == 3
    (row,) = lines(admin.get("/coupons/admin/codes.csv?q==sum"))
    assert row["Code"] == "'=SUM(A1)" and row["Value"] == "12.50"
    assert row["Tariffs"] == "Team" and row["Months"] == "6, 12" and row["Note"] == "for the fair"
    (row,) = lines(admin.get("/coupons/admin/personal.csv"))
    assert (row["Username"], row["Value"], row["Note"]) == ("alice", "30.00", "Studied this year")
    assert admin.get("/coupons/admin/all.xlsx").data[:2] == b"PK"


# A named coupon


@pytest.mark.parametrize("htmx", [False, True])
def test_a_coupon_is_added(db, admin, shop, category, htmx):
    partners = category("Partners")
    response = admin.post(
        "/coupons/admin/new",
        htmx,
        code=" Sale-20 ",
        discountType="amount",
        value="1 290,50",
        useType="multiple",
        maxUses="100",
        maxUsesPerPerson="",
        tariffIDs=[shop.team],
        periods=["12", "6"],
        validFrom="",
        validUntil="2099-06-30",
        categoryID=str(partners),
        note="for the fair",
    )
    assert response.status_code == (204 if htmx else 303)
    if htmx:
        assert {"modal-close", "coupons-changed"} <= set(events(response))
    row = db.row("SELECT * FROM cpn_couponList")
    assert (row.written, row.discount_type, str(row.value)) == ("Sale-20", "amount", "1290.50")
    assert (row.tariffs, row.periods, row.max_uses, row.category) == (["Team"], [6, 12], 100, "Partners")
    # The form names the last day with it.
    assert "2099-07-01 00:00" in db.value(
        "SELECT (valid_until AT TIME ZONE 'Europe/Bratislava')::text FROM cpn_couponList"
    )
    assert "until 30 Jun 2099" in admin.get("/coupons/admin").words.replace("Jun 30, 2099", "30 Jun 2099")


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        ({"code": " "}, "code_missing", "code"),
        ({"value": "101"}, "percentage_out_of_range", "value"),
        ({"value": "ten"}, "invalid_value", "value"),
        ({"validUntil": "2001-01-01"}, "ends_before_start", "validUntil"),
        ({"validFrom": "soon"}, "invalid_value", "validFrom"),
        ({"maxUses": "2"}, "single_is_used_once", "maxUses"),
        ({"categoryID": "77"}, "no_such_category", "categoryID"),
        ({"tariffIDs": ["77"]}, "no_such_tariff", "tariffIDs"),
        ({"periods": ["5"]}, "unknown_period", "periods"),
    ],
)
def test_a_refused_coupon_is_shown_again_with_what_was_typed(admin, untouched, wrong, reason, field, htmx):
    with untouched():
        response = admin.post(
            "/coupons/admin/new", htmx, **{"code": "<b>X</b>", "note": "mine", **TERMS} | wrong
        )
    assert response.status_code == 422
    assert reasons(response) == [reason]
    assert f'id="field-{field}-error"' in response.text
    assert 'value="mine"' in response.text and "<b>X</b>" not in response.text


# One coupon


def test_a_coupon_has_a_page_found_whatever_its_case(admin, coupon):
    coupon("A/b ?#%", value=10)
    response = admin.get("/coupons/admin")
    address = html.unescape(re.search(r'class="code" href="([^"]+)"', response.text)[1])
    page = admin.get(address)
    assert page.status_code == 200 and "A/b ?#%" in page.words and "Nobody has used it yet" in page.words
    assert admin.get("/coupons/admin/coupon?code=%20a%2FB%20%3F%23%25").status_code == 200
    assert admin.get("/coupons/admin/coupon?code=nothing").status_code == 404
    assert admin.get("/coupons/admin/coupon?code=%00").status_code == 404
    assert admin.get("/coupons/admin/coupon").status_code == 404


@pytest.mark.parametrize("htmx", [False, True])
def test_a_coupon_is_switched_off_and_the_way_back_is_offered(db, admin, coupon, htmx):
    coupon("SALE", value=10)
    response = admin.post("/coupons/admin/switch", htmx, code="sale", isDisabled="true")
    state = "SELECT state FROM cpn_couponList"
    assert db.value(state) == "disabled"
    shown = response if htmx else admin.get(response.location)
    assert "can no longer be used" in shown.words and "Undo" in shown.words
    response = admin.post("/coupons/admin/switch", htmx, code="sale", isDisabled="false")
    assert response.status_code == (200 if htmx else 303)
    assert db.value(state) == "active"


def test_a_coupon_is_deleted_after_a_question(db, admin, coupon):
    coupon("SALE", value=10)
    assert "no import brings it back" in admin.get("/coupons/admin/delete?code=SALE", htmx=True).words
    response = admin.post("/coupons/admin/delete", code="SALE")
    assert (response.status_code, response.location) == (303, "/coupons/admin")
    assert db.value("SELECT state FROM cpn_couponList") == "deleted"
    assert "Switch off" not in admin.get("/coupons/admin/coupon?code=SALE").words
    again = admin.post("/coupons/admin/delete", code="SALE")
    assert again.status_code == 422 and reasons(again) == ["coupon_is_deleted"]


# Personal discounts


@pytest.mark.parametrize("htmx", [False, True])
def test_a_discount_is_given_to_a_person_and_ended(db, admin, bob, shop, htmx):
    given = {
        "username": " bob ",
        "percentage": "12,5",
        "reason": "Studied this year",
        "tariffIDs": [shop.team],
    }
    response = admin.post("/coupons/admin/personal/new", htmx, validUntil="2099-12-31", **given)
    assert response.status_code == (204 if htmx else 303)
    row = db.row("SELECT * FROM cpn_discountList")
    assert (row.username, str(row.percentage), row.tariffs) == ("bob", "12.50", ["Team"])
    shown = admin.get("/coupons/admin/personal")
    assert "−12.5%" in shown.words and "Dec 31, 2099" in shown.words
    address = f"/coupons/admin/personal/{row.id}/end"
    assert address in shown.text and "Prices are full again" in admin.get(address, htmx=True).words
    assert admin.post(address, htmx).status_code == (204 if htmx else 303)
    assert "/users/bob" not in admin.get("/coupons/admin/personal").text
    assert "/users/bob" in admin.get("/coupons/admin/personal?state=ended").text
    again = admin.post(address, htmx)
    assert again.status_code == 422 and reasons(again) == ["already_ended"]


@pytest.mark.parametrize(
    ("wrong", "reason", "field"),
    [
        ({"percentage": "101"}, "percentage_out_of_range", None),
        ({"reason": " "}, "reason_missing", "reason"),
        ({"validUntil": "never"}, "invalid_value", "validUntil"),
        ({"username": "nobody"}, "no_such_user", None),
    ],
)
def test_a_refused_discount_is_shown_again(admin, bob, untouched, wrong, reason, field):
    with untouched():
        response = admin.post(
            "/coupons/admin/personal/new",
            htmx=True,
            **{"username": "bob", "percentage": "30", "reason": "Studied"} | wrong,
        )
    assert response.status_code == 422 and reasons(response) == [reason]
    assert field is None or f'id="field-{field}-error"' in response.text


def test_a_discount_that_waits_for_its_person_belongs_to_its_source(db, admin):
    db.execute(
        "INSERT INTO cpn_sources (name, holds, host, port, databaseName, userName, password, tls, certificate,"
        " tableName, keyColumn, mapping, identityKind, timeZone, endingIsAllowed, failures, createdAt, updatedAt)"
        " VALUES ('Centre', 'discounts', 'h', 3306, 'd', 'u', '', 'off', '', 't', 'id', '{}', 'email', 'UTC', false,"
        " 0, now(), now())"
    )
    db.execute(
        "INSERT INTO cpn_personalDiscounts (identity, percentage, reason, validFrom, sourceID, importID, createdAt)"
        " SELECT 'email:eva@example.com', 20, 'Partner', now(), id, 1, now() FROM cpn_sources"
    )
    number, source = db.row("SELECT id, source_id FROM cpn_discountList")
    shown = admin.get(f"/coupons/admin?source={source}")
    assert "eva@example.com" in shown.words and "waits for the person" in shown.words
    assert "/end" not in admin.get("/coupons/admin/personal").text
    assert admin.get(f"/coupons/admin/personal/{number}/end").status_code == 404


# Categories


def test_categories_are_added_renamed_and_deleted_with_their_coupons(db, admin, coupon):
    assert admin.post("/coupons/admin/categories", name=" Partners ").status_code == 303
    number = db.value("SELECT category_id FROM cpn_categoryList")
    again = admin.post("/coupons/admin/categories", htmx=True, name="partners")
    assert again.status_code == 422 and reasons(again) == ["category_name_taken"]
    assert "Edit Partners" in admin.get(f"/coupons/admin/categories?edit={number}").words
    assert admin.post(f"/coupons/admin/categories/{number}", name="Friends").status_code == 303
    coupon("SALE", value=10, categoryID=number)
    assert "Friends" in admin.get("/coupons/admin/categories").words

    question = admin.get(f"/coupons/admin/categories/{number}/delete", htmx=True).words
    assert "1 coupon is deleted with it" in question and "type 1" in question
    refused = admin.post(f"/coupons/admin/categories/{number}/delete", htmx=True, expectedCoupons="2")
    assert refused.status_code == 422 and reasons(refused) == ["count_unconfirmed"]
    done = admin.post(f"/coupons/admin/categories/{number}/delete", htmx=True, expectedCoupons="1")
    assert done.status_code == 204 and "coupons-changed" in events(done)
    assert db.value("SELECT state FROM cpn_couponList") == "deleted"
    assert admin.get(f"/coupons/admin/categories/{number}/delete").status_code == 404


def test_a_refused_name_stays_in_the_form(admin, category):
    category("Partners")
    number = category("Friends")
    response = admin.post(f"/coupons/admin/categories/{number}", name="Partners")
    assert response.status_code == 422 and reasons(response) == ["category_name_taken"]
    assert "Edit Friends" in response.words


# Uses


def test_uses_stand_in_the_history_on_the_page_of_the_coupon_and_in_the_report(
    db, admin, coupon, buy, alice, shop
):
    coupon("SALE", value=10, useType="multiple")
    coupon("FIVE", value=5, discountType="amount")
    assert buy(alice, "SALE", "FIVE").ok
    history = admin.get("/coupons/admin/history").words
    assert "Alice" in history and "SALE" in history and "FIVE" in history and "€10.00" in history
    assert "€85.00" in history
    one = admin.get("/coupons/admin/coupon?code=FIVE").words
    assert "Alice" in one and "1 of 1" in one and "used up" in one
    assert "SALE" not in admin.get("/coupons/admin/history?q=five").words.replace("five", "")
    rows = lines(admin.get("/coupons/admin/history.csv?q=alice"))
    assert {(row["Code"], row["Taken off"], row["Paid"]) for row in rows} == {
        ("SALE", "10.00", "85.00"),
        ("FIVE", "5.00", "85.00"),
    }

    report = admin.get("/reports").words
    assert "What coupons did" in report and "€15.00" in report
    (row,) = [row for row in lines(admin.get("/reports/coupons.csv")) if row["Uses"] != "0"]
    assert (row["Uses"], row["Purchases"], row["Given"], row["Income"]) == ("2", "1", "15.00", "85.00")


# Many at once


def test_coupons_are_ordered_seen_in_the_making_and_revoked(db, admin):
    response = admin.post("/coupons/admin/generate", count="7", prefix="SPRING-", length="8", **TERMS)
    assert (response.status_code, response.location) == (303, "/coupons/admin/generated")
    number = db.value("SELECT generation_id FROM cpn_generationList")
    page = admin.get("/coupons/admin/generated")
    assert "0 of 7" in page.words and "every 1s" in page.text
    assert db.call("cpn_makeCoupons", generationID=number).ok
    page = admin.get("/coupons/admin/generated")
    assert "7 made" in page.words and "every 1s" not in page.text
    assert len(codes(admin.get(f"/coupons/admin/codes?generation={number}"))) == 7
    assert len(lines(admin.get(f"/coupons/admin/codes.csv?generation={number}"))) == 7

    assert "type 7" in admin.get(f"/coupons/admin/generated/{number}/revoke", htmx=True).words
    refused = admin.post(f"/coupons/admin/generated/{number}/revoke", htmx=True, expectedCoupons="")
    assert refused.status_code == 422 and reasons(refused) == ["count_unconfirmed"]
    assert admin.post(f"/coupons/admin/generated/{number}/revoke", expectedCoupons="7").status_code == 303
    assert "revoked" in admin.get("/coupons/admin/generated").words
    assert codes(admin.get("/coupons/admin/codes")) == []
    assert admin.get("/coupons/admin/generated/99999/revoke").status_code == 404


def test_an_order_that_is_refused_keeps_its_numbers(admin, untouched):
    with untouched():
        response = admin.post("/coupons/admin/generate", htmx=True, count="100000", length="6", **TERMS)
    assert response.status_code == 422 and reasons(response) == ["codes_too_easy"]
    assert 'value="100000"' in response.text


# Many at once


def states(db):
    return dict(db.read("SELECT written, state FROM cpn_couponList"))


@pytest.fixture
def three(coupon):
    for code in ("ONE", "TWO", "THREE"):
        coupon(code, value=10)


def test_every_coupon_can_be_ticked_and_nobodys_personal_discount(admin, three, personal, alice):
    personal(alice, "30", "Studied this year")
    for path in ("/coupons/admin", "/coupons/admin/codes"):
        response = admin.get(path)
        assert sorted(re.findall(r'name="codes" value="([^"]+)"', response.text)) == ["one", "three", "two"]
        assert "Choose THREE" in response.words
    assert 'name="codes"' not in admin.get("/coupons/admin/personal").text


def test_what_happens_to_the_ticked_ones_is_asked_first_and_done_once(db, admin, three, untouched):
    with untouched("as_sessions"):
        asked = admin.post("/coupons/admin/change", act="disable", which="ticked", codes=["one", "two"])
    assert asked.status_code == 200 and "2 coupons are chosen" in asked.words
    assert re.findall(r'name="codes" value="([^"]+)"', asked.text) == ["one", "two"]
    for _ in range(2):
        done = admin.post(
            "/coupons/admin/change",
            asked="true",
            key="one",
            act="disable",
            which="ticked",
            codes=["one", "two"],
        )
        assert done.status_code == 303
    assert states(db) == {"ONE": "disabled", "TWO": "disabled", "THREE": "active"}
    assert "2 coupons are changed." in admin.get(done.location).words


def test_it_is_said_how_many_could_not_be_changed_and_why(admin, three):
    admin.post("/coupons/admin/change", asked="true", act="disable", codes=["one"])
    done = admin.post("/coupons/admin/change", asked="true", act="disable", codes=["one", "two", "none"])
    words = admin.get(done.location).words
    assert "Changed: 1. So already: 1. Deleted earlier: 0. Not found: 1." in words


def test_all_that_are_shown_are_chosen_without_a_tick(admin, three):
    asked = admin.post(
        "/coupons/admin/change", act="enable", which="page", shown=["one", "two"], codes=["three"]
    )
    assert re.findall(r'name="codes" value="([^"]+)"', asked.text) == ["one", "two"]


def test_all_that_the_filter_finds_is_counted_and_confirmed(db, admin, three):
    chosen = {"act": "delete", "which": "found", "q": "t", "list": "codes"}
    asked = admin.post("/coupons/admin/change", **chosen)
    assert "The filter finds 2 coupons" in asked.words and 'name="q" value="t"' in asked.text
    refused = admin.post("/coupons/admin/change", asked="true", expectedCoupons="3", **chosen)
    assert (refused.status_code, reasons(refused)) == (422, ["count_unconfirmed"])
    assert set(states(db).values()) == {"active"}
    done = admin.post("/coupons/admin/change", asked="true", expectedCoupons="2", **chosen)
    assert done.location == "/coupons/admin/codes?q=t"
    assert states(db) == {"ONE": "active", "TWO": "deleted", "THREE": "deleted"}


def test_the_list_says_how_many_the_filter_finds(admin, coupon, personal, alice, monkeypatch):
    for number in range(60):
        coupon(f"{'A' if number < 12 else 'B'}{number}", value=10)
    personal(alice, "30", "Studied this year")
    for path in ("/coupons/admin", "/coupons/admin/codes"):
        assert "all that the filter finds, 60" in admin.get(path).words
        assert "all that the filter finds, 12" in admin.get(f"{path}?q=a").words
    assert "all that the filter finds" not in admin.get("/coupons/admin/personal").words
    monkeypatch.setattr(lists, "COUNTED", 50)
    assert "all that the filter finds, over 50" in admin.get("/coupons/admin/codes").words
    assert "all that the filter finds, 12" in admin.get("/coupons/admin/codes?q=a").words


def test_more_than_can_be_changed_at_once_is_said_before_anything_is_confirmed(admin, three, monkeypatch):
    monkeypatch.setattr(many, "MOST", 2)
    asked = admin.post("/coupons/admin/change", act="disable", which="found", list="codes")
    assert "These are over 2 coupons, more than can be changed at once." in asked.words
    assert "expectedCoupons" not in asked.text and 'href="/coupons/admin/codes"' in asked.text
    asked = admin.post("/coupons/admin/change", act="disable", which="found", list="codes", q="t")
    assert "expectedCoupons" in asked.text


def test_the_pages_know_how_many_the_procedure_takes():
    body = (ROOT / "sql/procedures/coupons/cpn_changeCoupons.sql").read_text()
    assert f"most integer := {many.MOST};" in body


def test_a_page_can_be_ticked_as_a_whole_where_there_is_a_script(admin, three):
    text = admin.get("/coupons/admin/codes").text
    head = re.search(r"<thead>.*?</thead>", text, re.DOTALL)[0]
    assert re.search(
        r'class="form-check script-only"><input [^>]*aria-label="Choose all of these" data-tick-all', head
    )
    assert "data-tick-all" not in admin.get("/coupons/admin/personal").text


def test_nothing_ticked_is_said(admin, three):
    assert "No coupon is chosen" in admin.post("/coupons/admin/change", act="delete", which="ticked").words
    refused = admin.post("/coupons/admin/change", asked="true", act="disable", which="ticked")
    assert (refused.status_code, reasons(refused)) == (422, [])


def test_the_chosen_ones_are_exported(admin, three):
    ticked = admin.post("/coupons/admin/change", act="csv", which="ticked", codes=["one", "none"])
    assert [line["Code"] for line in lines(ticked)] == ["ONE"]
    found = admin.post("/coupons/admin/change", act="csv", which="found", q="t")
    assert sorted(line["Code"] for line in lines(found)) == ["THREE", "TWO"]


@pytest.mark.parametrize("act", ["", "burn"])
def test_what_is_no_act_is_no_request(admin, three, act):
    assert admin.post("/coupons/admin/change", act=act, codes="one").status_code == 400
    assert admin.post("/coupons/admin/change", act=act, codes="one", asked="true").status_code == 400
