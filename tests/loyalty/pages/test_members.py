"""What managers do for members: find them, give and correct bonuses, block, cards, join two accounts; receipts."""

import csv
import io

import pytest

from tests.visits import events, reasons


def lines(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


@pytest.fixture
def mona_asks(visit):
    return visit("mona")


@pytest.mark.parametrize("asked", ["0903 123 456", "{card}", "{old_card}", "alice@example", "Ali"])
def test_a_member_is_found_by_phone_card_address_and_name(mona_asks, shop, asked):
    page = mona_asks.get(f"/loyalty?q={asked.format(**vars(shop))}")
    assert 'href="/loyalty/members/alice"' in page.text
    assert 'href="/loyalty/members/bob"' not in page.text
    assert "361.82" in page.words


def test_members_are_narrowed_by_tier_and_state_and_downloaded_so(mona_asks, do):
    do("loy_blockAccount", username="bob", note="lost")
    assert "Nobody is like that." in mona_asks.get("/loyalty?tier=gold").words
    page = mona_asks.get("/loyalty?state=blocked")
    assert "/loyalty/members/bob" in page.text and "/loyalty/members/alice" not in page.text
    assert [row["Username"] for row in lines(mona_asks.get("/loyalty/members.csv?state=blocked"))] == ["bob"]
    assert mona_asks.get("/loyalty/members.xlsx").status_code == 200


def test_members_go_on_where_the_page_ended(mona_asks, db):
    for number in range(12):
        db.call(
            "as_register", name=f"Member {number}", email=f"m{number}@example.com", username=f"guest{number}"
        )
    first = mona_asks.get("/loyalty?size=10")
    mark = first.text.split("after=")[1].split('"')[0].replace("&amp;", "&")
    second = mona_asks.get(f"/loyalty?size=10&after={mark}")
    seen = [page.text.count('href="/loyalty/members/guest') for page in (first, second)]
    assert sum(seen) == 12 and all(seen)


def test_the_page_of_a_member_has_bonuses_cards_and_tiers(mona_asks, shop):
    page = mona_asks.get("/loyalty/members/alice")
    for word in ("Welcome", "not yet", "replaced", "joined", "Give bonuses", "Join accounts"):
        assert word in page.words
    assert f"/loyalty/members/alice/lots/{shop.lot}" in page.text


def test_bonuses_are_given_from_a_dialog(mona_asks, db):
    answer = mona_asks.post(
        "/loyalty/members/bob/grant", htmx=True, kind="regular", amount="12,50", note="An apology"
    )
    assert answer.status_code == 204
    assert {"modal-close", "member-changed", "toast"} <= events(answer).keys()
    assert events(answer)["toast"]["text"] == "Given: 12.50. Together there are 12.50 now."
    assert db.value("SELECT loy_getBalance('bob')") == 12.5


def test_the_last_day_of_bonuses_is_a_day_with_them(mona_asks, db, shop):
    mona_asks.post("/loyalty/members/bob/grant", kind="regular", amount="5", validTo="2035-05-31", note="x")
    until = db.value(
        "SELECT valid_to AT TIME ZONE 'Europe/Bratislava' FROM loy_lotList WHERE username = 'bob'"
    )
    assert str(until) == "2035-06-01 00:00:00"


@pytest.mark.parametrize(
    ("form", "reason", "field"),
    [
        ({"amount": ""}, "amount_missing", "amount"),
        ({"amount": "many"}, "invalid_value", "amount"),
        ({"amount": "-1"}, "amount_not_positive", "amount"),
        ({"amount": "1", "kind": "money"}, "no_such_kind", "kind"),
        ({"amount": "1", "validTo": "2020-01-01"}, None, "validTo"),
        ({"amount": "1", "note": "x" * 1001}, "too_long", "note"),
    ],
)
def test_what_cannot_be_given_is_said_beside_the_field(mona_asks, untouched, form, reason, field):
    with untouched("as_sessions"):
        answer = mona_asks.post("/loyalty/members/bob/grant", **{"kind": "regular", "note": "x"} | form)
    assert answer.status_code == 422
    assert f"field-{field}-error" in answer.text
    if reason:
        assert reasons(answer) == [reason]


def test_the_same_form_sent_twice_gives_once(mona_asks, db):
    for _ in range(2):
        answer = mona_asks.post(
            "/loyalty/members/bob/grant", key="one", kind="regular", amount="5", note="once"
        )
        assert answer.status_code == 303
    assert db.value("SELECT loy_getBalance('bob')") == 5


def test_bonuses_are_corrected_with_a_reason(mona_asks, shop, db):
    address = f"/loyalty/members/alice/lots/{shop.lot}"
    refused = mona_asks.post(address, amount="-1", note="")
    assert refused.status_code == 422 and "field-note-error" in refused.text
    refused = mona_asks.post(address, amount="-10000", note="too much")
    assert reasons(refused) == ["insufficient_bonuses"] and "Only 300 of it can be taken." in refused.words
    assert mona_asks.post(address, amount="-100", note="given twice").status_code == 303
    assert db.value("SELECT remaining FROM loy_lotList WHERE lot_id = %s", [shop.lot]) == 200


def test_an_account_is_blocked_with_a_reason_and_opened_again(mona_asks, db):
    refused = mona_asks.post("/loyalty/members/bob/block", note=" ")
    assert reasons(refused) == ["note_required"]
    mona_asks.post("/loyalty/members/bob/block", note="A stolen card")
    page = mona_asks.get("/loyalty/members/bob")
    assert "A stolen card" in page.words and "Give bonuses" not in page.words
    mona_asks.post("/loyalty/members/bob/unblock", note="Found")
    assert not db.value("SELECT is_blocked FROM loy_accountList WHERE username = 'bob'")


def test_cards_are_added_replaced_and_blocked(mona_asks, shop, db):
    taken = mona_asks.post("/loyalty/members/bob/cards/new", number=shop.card)
    assert reasons(taken) == ["card_taken"] and "field-number-error" in taken.text
    mona_asks.post("/loyalty/members/bob/cards/new", number="7700 1234 5678")
    mona_asks.post("/loyalty/members/bob/cards/770012345678/replace", newNumber="770012345679")
    mona_asks.post("/loyalty/members/bob/cards/770012345679/block")
    assert db.read("SELECT number, state::text FROM loy_cardList WHERE username = 'bob' ORDER BY number") == [
        ("770012345678", "replaced"),
        ("770012345679", "blocked"),
    ]


# Two accounts of one person


def test_a_merge_shows_what_would_move_and_wants_the_name_typed(mona_asks, shop, untouched):
    address = "/loyalty/members/bob/merge"
    with untouched("as_sessions"):
        page = mona_asks.get(f"{address}?otherUsername=alice")
        assert shop.card in page.words
        assert "Receipts that stay 3" in page.words
        assert "300.00" in page.words
        refused = mona_asks.post(address, otherUsername="alice", confirm="yes")
    assert refused.status_code == 422
    assert reasons(refused) == ["name_unconfirmed"] and "field-confirm-error" in refused.text


def test_a_confirmed_merge_moves_everything(mona_asks, db):
    before = db.value("SELECT loy_getBalance('alice')")
    answer = mona_asks.post("/loyalty/members/bob/merge", otherUsername="alice", confirm="alice")
    assert answer.status_code == 303
    assert db.value("SELECT loy_getBalance('bob')") == before
    page = mona_asks.get("/loyalty/members/alice")
    assert "The account is part of another now." in page.words and "/loyalty/members/bob" in page.text


def test_an_account_is_not_merged_with_itself(mona_asks):
    assert reasons(mona_asks.get("/loyalty/members/bob/merge?otherUsername=bob")) == ["same_account"]


def test_the_other_account_is_looked_for(mona_asks):
    page = mona_asks.get("/loyalty/members/bob/merge?q=Alice")
    assert "otherUsername=alice" in page.text


# Receipts


def test_receipts_are_found_by_number_store_day_and_kind(mona_asks, shop):
    def numbers(query):
        return [row["Number"] for row in lines(mona_asks.get(f"/loyalty/receipts.csv?{query}"))]

    assert sorted(numbers("")) == ["1001", "1002", "1003", "1004"]
    assert numbers("q=1002") == ["1002"]
    assert sorted(numbers("q=Alice")) == ["1001", "1002", "1003"]
    assert numbers("what=return") == ["1003"]
    assert numbers("what=anonymous") == ["1004"]
    assert numbers("store=s002") == [] and numbers("from=2099-01-01") == []
    page = mona_asks.get("/loyalty/receipts?what=anonymous")
    assert "nobody yet" in page.words and f"/loyalty/receipts/{shop.nobody}/{shop.unclaimed}" in page.text


def test_a_receipt_decided_again_is_the_same_and_nothing_is_written(mona_asks, shop, untouched):
    with untouched("as_sessions"):
        page = mona_asks.get(f"/loyalty/receipts/alice/{shop.sale}/again")
    assert "The same." in page.words


def test_a_receipt_that_would_differ_says_how(mona_asks, shop, db):
    db.execute(
        "UPDATE loy_receiptLines SET net = net + 1, gross = gross + 1 WHERE username = 'alice' AND receiptID = %s"
        " AND number = 1",
        [shop.sale],
    )
    page = mona_asks.get(f"/loyalty/receipts/alice/{shop.sale}/again")
    assert "It would be different now." in page.words
    assert "Line 1: paid €76.00, now €75.00" in page.words
