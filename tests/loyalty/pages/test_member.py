"""What a member sees: bonuses and until when, history, receipts to the line, the card; claims and the birthday."""

import html
import re

import pytest
from psycopg.types.json import Jsonb

from tests.visits import reasons


def test_the_page_says_what_to_use_and_before_when(visit, db):
    page = visit("alice").get("/bonuses")
    until = db.value("SELECT min(valid_to) FROM loy_lotList WHERE username = 'alice' AND kind = 'birthday'")
    assert page.status_code == 200
    assert f"Use 20 before {until.astimezone():%B}" in page.words
    for amount in ("361.82", "30", "15"):
        assert f'<div class="stat-value">{amount}</div>' in page.text
    assert "Columbia" not in page.words and "for brand columbia" in page.words


def test_the_balance_of_the_page_is_that_of_the_procedure(visit, db):
    balance = db.value("SELECT loy_getBalance('alice')")
    assert f'<div class="stat-value">{balance.normalize():f}</div>' in visit("alice").get("/bonuses").text


def test_each_bar_of_the_timeline_has_its_amount_and_day_beside_it(visit):
    page = visit("alice").get("/bonuses")
    lines = re.findall(r'<li data-unit="(\w+)"( data-pending)?>', page.text)
    assert lines == [
        ("bonus", ""),
        ("service", ""),
        ("bonus", " data-pending"),
        ("bonus", ""),
        ("bonus", ""),
    ]
    assert page.text.count('class="timeline-bar"') == len(lines)


def test_rules_of_earning_are_said_in_words_and_those_of_another_tier_apart(visit):
    words = visit("alice").get("/bonuses").words
    assert "for every full €10.00 paid" in words
    assert "15% of what is paid comes back" in words
    assert "tier: Gold" in words and "in another tier" in words


def test_a_member_is_not_told_to_be_one_nor_what_is_for_others(visit, shop, do, db):
    do("loy_openDraft")
    for code, member in (("for-members", "true"), ("for-strangers", "false")):
        do(
            "loy_savePromotion", code=code, names=Jsonb({"en": code}), phase=4, kind="earnPercent", value="3",
            offer=Jsonb({"kind": "regular"}), conditions=Jsonb({"member": [member], "brand": ["columbia"]}),
        )  # fmt: skip
    do(
        "loy_publishSet",
        setVersion=db.value("SELECT version FROM loy_setList WHERE state = 'draft'"),
        note="More",
    )
    words = visit("alice").get("/bonuses").words
    assert "for-members brand: columbia" in words and "for-strangers" not in words
    assert "club member" not in words


def test_somebody_without_bonuses_learns_how_to_get_some(visit):
    page = visit("bob").get("/bonuses")
    assert "You have no bonuses at the moment." in page.words
    assert "Nothing has happened yet." in page.words
    assert "Claim a receipt" in page.words


def test_the_history_leads_to_the_line_of_the_receipt_and_is_narrowed_by_kind(visit, shop):
    page = visit("alice").get("/bonuses/history")
    assert f'<a href="/bonuses/receipts/{shop.sale}#line-2">Hlavná 1, 1001</a>' in page.text
    assert "Hlavná 1, 1001 line 2" in page.words
    spent = visit("alice").get("/bonuses/history?kind=spend")
    assert "−30.00" in spent.words and "+320.00" not in spent.words
    assert "Nothing is like that." in visit("alice").get("/bonuses/history?kind=migrate").words


def test_the_history_goes_on_where_the_page_ended(visit, db, do):
    for number in range(30):
        do("loy_grant", username="alice", kind="regular", amount=number + 1, note="again")
    first = visit("alice").get("/bonuses/history")
    address = html.unescape(re.search(r'href="([^"]+after=[^"]+)"', first.text)[1])
    second = visit("alice").get(address)
    amounts = re.findall(r'data-sign="\w+">([^<]+)<', first.text + second.text)
    total = db.value("SELECT count(*) FROM loy_moves WHERE username = 'alice'")
    assert len(amounts) == total


@pytest.mark.parametrize("path", ["/bonuses", "/bonuses/history"])
def test_the_points_of_a_year_come_from_a_tier_and_not_from_its_code(visit, db, do, path):
    db.execute("UPDATE loy_tiers SET servicePoints = 5 WHERE code = 'blue'")
    do("loy_grantYearlyService", username="alice")
    note = db.value("SELECT note FROM loy_lotList WHERE username = 'alice' AND promotion LIKE 'tier:%'")
    assert note == "blue"
    page = visit("alice").get(path)
    assert " Blue " in page.words and " blue " not in page.words


def test_the_history_goes_by_time(visit, db, do):
    db.execute("UPDATE as_clock SET isDemo = true, shift = interval '-3 days'")
    do("loy_grant", username="alice", kind="regular", amount="7.11", note="three days ago, written last")
    db.execute("UPDATE as_clock SET shift = interval '0'")
    amounts = re.findall(r'data-sign="\w+">([^<]+)<', visit("alice").get("/bonuses/history").text)
    assert len(amounts) > 1 and amounts.index("+7.11") == len(amounts) - 1


def test_a_receipt_says_of_each_line_what_took_off_what_paid_and_what_it_earned(visit, shop):
    page = visit("alice").get(f"/bonuses/receipts/{shop.sale}")
    for part in (
        "Columbia week −€30.00",
        "Skiing costs less −€15.00",
        "Product bonuses −30.00",
        "One for ten",
    ):
        assert part in page.words
    assert "came back: 1" in page.words
    assert 'id="line-2"' in page.text
    assert "this is proved" in page.words
    assert "For Gold" in page.words


def test_a_return_leads_to_its_sale(visit, shop):
    page = visit("alice").get(f"/bonuses/receipts/{shop.back}")
    assert f'href="/bonuses/receipts/{shop.sale}"' in page.text
    assert "Return 1003" in page.words and "€7.00" in page.words


@pytest.mark.parametrize("whose", ["sale", "unclaimed"])
def test_a_receipt_of_somebody_else_is_as_if_there_were_none(visit, shop, whose):
    bob = visit("bob")
    assert bob.get(f"/bonuses/receipts/{getattr(shop, whose)}").status_code == 404
    assert bob.get("/bonuses/receipts/999999").status_code == 404


# Claims


def claim(shop, **changes):
    return {"storeID": "s001", "till": "1", "businessDay": str(shop.day), "number": "1004", "net": "200,00"} | changes  # fmt: skip


def test_a_receipt_bought_without_the_card_is_claimed(visit, shop, db):
    answer = visit("bob").post("/bonuses/claim", **claim(shop))
    assert answer.status_code == 303
    assert answer.location == f"/bonuses/receipts/{shop.unclaimed}"
    assert db.value("SELECT username FROM loy_receiptList WHERE number = '1004'") == "bob"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"net": "199.99"}, "no_such_sale"),
        ({"number": "7777"}, "no_such_sale"),
        ({"number": "1001", "net": "82"}, "receipt_taken"),
        ({"businessDay": "30.2."}, "invalid_value"),
    ],
)
def test_what_cannot_be_claimed_is_said_beside_the_field_and_changes_nothing(visit, shop, untouched, changes, reason):  # fmt: skip
    bob = visit("bob")
    with untouched("as_sessions"):
        answer = bob.post("/bonuses/claim", **claim(shop, **changes))
    assert answer.status_code == 422
    assert reasons(answer) == [reason]
    assert f'value="{claim(shop, **changes)["number"]}"' in answer.text


def test_a_late_claim_is_refused_with_the_days(visit, shop, db):
    db.execute("UPDATE as_clock SET isDemo = true, shift = interval '20 days'")
    answer = visit("bob").post("/bonuses/claim", **claim(shop))
    assert reasons(answer) == ["claim_too_late"]
    assert "14 days" in answer.words


def test_the_same_claim_sent_twice_is_one(visit, shop):
    bob = visit("bob")
    first, second = (bob.post("/bonuses/claim", key="one", **claim(shop)) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.location == second.location


# The card


def test_the_card_shows_its_number_and_a_code_that_scales(visit, shop, db):
    page = visit("alice").get("/card")
    grouped = "\u00a0".join(shop.card[start : start + 4] for start in range(0, len(shop.card), 4))
    assert grouped in page.text
    assert re.search(r'<svg role="img" viewBox="0 0 \d+ \d+" class="qr">', page.text)
    assert 'data-page="/card/kept"' in page.text


def test_what_a_browser_keeps_holds_no_secret_and_no_form(visit, shop):
    page = visit("alice").get("/card/kept")
    assert "csrf" not in page.text and "<form" not in page.text and "<script" not in page.text
    assert 'class="qr"' in page.text


def test_the_worker_may_be_asked_for_by_anybody_and_is_never_old(client):
    answer = client.get("/card-worker.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_card_of_a_customer_whose_cabinet_is_open_is_not_kept(visit, db, do):
    root = visit("root")
    session = db.value("SELECT id FROM as_sessions WHERE username = 'root'")
    do("as_actFor", sessionID=session, username="alice", actor="root")
    page = root.get("/card")
    assert 'class="qr"' in page.text
    assert "data-page" not in page.text


def test_a_lost_card_is_replaced_at_once(visit, shop, db):
    answer = visit("alice").post("/card/replace", htmx=True, number=shop.card)
    assert answer.status_code == 200
    fresh = db.value("SELECT number FROM loy_cardList WHERE username = 'alice' AND state = 'active'")
    assert fresh != shop.card and fresh[:4] in answer.text


def test_a_blocked_card_says_so_and_offers_a_new_number(visit, shop):
    alice = visit("alice")
    alice.post("/card/block", number=shop.card)
    page = alice.get("/card")
    assert "is blocked: no till takes it" in page.words
    assert 'class="qr"' not in page.text
    alice.post("/card/new")
    assert 'class="qr"' in alice.get("/card").text


def test_a_card_of_somebody_else_is_not_blocked(visit, shop, db):
    answer = visit("bob").post("/card/block", number=shop.card)
    assert answer.status_code == 422 and reasons(answer) == ["no_such_card"]
    assert db.value("SELECT state FROM loy_cardList WHERE number = %s", [shop.card]) == "active"


def test_a_blocked_account_says_why_and_whom_to_ask(visit, do):
    do("loy_blockAccount", username="alice", note="Two people use one card.")
    for path in ("/bonuses", "/card"):
        words = visit("alice").get(path).words
        assert "Your club account is blocked." in words
        assert "Reason: Two people use one card." in words
        assert "Ask at the information desk" in words


# The birthday


def test_a_birthday_is_given_once(visit, db):
    bob = visit("bob")
    assert "you agree" in bob.get("/profile/birthday").words
    assert bob.post("/profile/birthday", birthday="1990-02-28").status_code == 303
    assert str(db.value("SELECT birthday FROM loy_accountList WHERE username = 'bob'")) == "1990-02-28"
    again = bob.post("/profile/birthday", birthday="1991-02-28")
    assert again.status_code == 422 and reasons(again)[0] == "birthday_fixed"


@pytest.mark.parametrize("day", ["", "1850-01-01", "2999-01-01", "soon"])
def test_what_is_no_birthday_is_refused_beside_the_field(visit, untouched, day):
    bob = visit("bob")
    with untouched("as_sessions"):
        answer = bob.post("/profile/birthday", birthday=day)
    assert answer.status_code == 422
    assert "field-birthday-error" in answer.text


def test_the_overview_has_the_bonuses_and_the_way_to_the_card(visit):
    page = visit("alice").get("/")
    assert "361.82" in page.words and "Use 20 before" in page.words
    assert 'href="/card"' in page.text
