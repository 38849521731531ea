"""The administrator's pages of promotions: plainly, as htmx asks for them, refused, and for those who may not."""

import io
from urllib.parse import quote

import openpyxl
import pytest

from tests.loyalty.rules import shelf
from tests.loyalty.rules.conftest import basket, done
from tests.visits import enter, events, reasons

HOME = "/loyalty/rules"
PAGES = [
    HOME,
    f"{HOME}/new",
    f"{HOME}/publish",
    f"{HOME}/discard",
    f"{HOME}/sets",
    f"{HOME}/settings",
    f"{HOME}/simulate",
    f"{HOME}/back-test",
    f"{HOME}/budgets",
]
TEN = {"code": "ten", "kind": "percent", "value": "10", "isNew": "true"}


@pytest.fixture
def admin(db, client, people, stores):
    return enter(db, client, "root")


@pytest.fixture
def shelved(db, admin):
    return shelf.furnish(lambda procedure, **arguments: done(db.call(procedure, **arguments)).details)


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_while_nothing_is_there(admin, path, htmx):
    response = admin.get(path, htmx)
    assert response.status_code == 200
    assert ("<html" in response.text) != htmx


def test_the_list_shows_the_draft_and_what_is_different_in_it(admin, shelved):
    words = admin.get(HOME).words
    assert "1 rule is new · 1 changed · 1 removed · settings changed" in words
    assert "25% off — brand: columbia; city: Bratislava or Košice; weekday: Saturday or Sunday." in words
    assert "3 for the price of 2 — category: clothes/socks. Not on brand: nike." in words
    assert "Not in the draft any more" in words
    in_force = admin.get(f"{HOME}?set={shelved['set']}").words
    assert "20% off — brand: columbia" in in_force and "Three socks" not in in_force
    assert "Three socks" in admin.get(f"{HOME}?changed=true").words
    assert "upcoming" not in admin.get(f"{HOME}?changed=true").words
    assert "Nothing is like that." in admin.get(f"{HOME}?q=nothing").words
    assert "upcoming" in admin.get(f"{HOME}?state=upcoming").words


def test_pages_of_the_list_follow_one_another(db, admin, rule):
    for number in range(25):
        rule(f"rule-{number:02}", value=1)
    first = admin.get(f"{HOME}?size=10")
    seen, address = [], f"{HOME}?size=10"
    while address:
        text = admin.get(address).text
        seen += [f"rule-{n:02}" for n in range(25) if f'/rule/rule-{n:02}"' in text]
        more = [part.split('"')[0] for part in text.split('href="')[1:] if "after=" in part.split('"')[0]]
        address = more[-1].replace("&amp;", "&") if "Show more" in text else None
    assert first.status_code == 200 and sorted(set(seen)) == seen and len(seen) == 25


def test_a_rule_is_added_to_the_draft_by_a_plain_form(db, admin):
    form = TEN | {
        "name-en": "Ten",
        "cond-0-name": "brand",
        "cond-0-values": "Columbia, nike",
        "cond-3-name": "weekday",
        "cond-3-values": "6",
        "exc-0-name": "sku",
        "exc-0-values": "",
        "validFrom": "2026-12-01",
        "validUntil": "2026-12-24",
    }
    response = admin.post(f"{HOME}/new", **form)
    assert (response.status_code, response.location) == (303, HOME)
    saved = db.row("SELECT * FROM loy_promotionList")
    assert (saved.code, saved.conditions) == ("ten", {"brand": ["columbia", "nike"], "weekday": ["6"]})
    assert saved.exceptions == {} and saved.names == {"en": "Ten"}
    assert str(saved.valid_until - saved.valid_from) == "24 days, 0:00:00"
    shown = admin.get(f"{HOME}/rule/ten").text
    assert (
        'value="2026-12-01"' in shown and 'value="2026-12-24"' in shown and 'value="columbia, nike"' in shown
    )


@pytest.mark.parametrize(
    "given, field",
    [
        ({"value": "120"}, "value"),
        ({"value": "ten"}, "value"),
        ({"code": "Ten"}, "code"),
        ({"hoursFrom": "10:00"}, "hoursTo"),
        ({"kind": "nForM", "buy": "2", "pay": "3", "value": ""}, "pay"),
        ({"kind": "bundle", "part-0-qty": "1", "value": ""}, "bundleValue"),
        ({"kind": "giftBonus", "value": ""}, "giftAmount"),
        ({"kind": "earnStep"}, "step"),
        ({"kind": "earnPercent", "bonusKind": "no-such"}, "bonusKind"),
        ({"kind": "amount", "per": "galaxy"}, "per"),
        # As a browser's field for days lets people type.
        ({"validFrom": "20266-01-01"}, "validFrom"),
        ({"validUntil": "20266-12-24"}, "validUntil"),
        ({"validFrom": "4000-01-01 BC"}, "validFrom"),
        ({"priority": "1.5"}, "priority"),
        ({"kind": "nForM", "buy": "3", "pay": "2", "maxTimes": "1.5", "value": ""}, "maxTimes"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_what_is_wrong_stands_beside_its_field(db, admin, untouched, given, field, htmx):
    with untouched():
        response = admin.post(f"{HOME}/new", htmx, **TEN | given)
    assert response.status_code == 422
    assert f'id="field-{field}-error"' in response.text and ("<html" in response.text) != htmx


PRICED = {
    "cond-0-name": "price",
    "cond-0-from": ["10", "100,00", ""],
    "cond-0-to": ["49,90", "", ""],
    "exc-0-name": "has.price",
    "exc-0-from": "",
    "exc-0-to": "0.99",
}


def test_prices_are_asked_for_from_one_to_another(db, admin):
    assert admin.post(f"{HOME}/new", **TEN | PRICED).status_code == 303
    saved = db.row("SELECT conditions, exceptions FROM loy_promotionList")
    assert saved.conditions == {"price": ["10..49.90", "100.00.."]}
    assert saved.exceptions == {"has.price": ["..0.99"]}
    shown = admin.get(f"{HOME}/rule/ten")
    assert "price of a unit: €10.00 to €49.90 or €100.00 and more." in shown.words
    assert "Not on somewhere on the receipt: price of a unit: up to €0.99." in shown.words
    for field in (
        'name="cond-0-from" value="10"',
        'name="cond-0-to" value="49.90"',
        'name="exc-0-to" value="0.99"',
    ):
        assert field in shown.text


def test_another_range_of_prices_is_added_without_saving_anything(admin, untouched):
    with untouched():
        shown = admin.post(f"{HOME}/build", **TEN | PRICED, do="put:cond:0:..")
    assert shown.text.count('name="cond-0-from"') == 3 and "to €49.90 or €100.00 and more." in shown.words
    assert admin.post(f"{HOME}/build", **TEN | PRICED).text.count('name="cond-0-from"') == 2


@pytest.mark.parametrize(("lowest", "highest"), [("50", "10"), ("ten", ""), ("1.005", "2"), ("-1", "2")])
def test_a_range_of_prices_that_cannot_be_is_shown_again_as_typed(admin, untouched, lowest, highest):
    form = TEN | {"cond-0-name": "price", "cond-0-from": lowest, "cond-0-to": highest}
    with untouched():
        response = admin.post(f"{HOME}/new", **form)
    assert response.status_code == 422 and reasons(response) == ["condition_not_understood"]
    assert f'name="cond-0-from" value="{lowest}"' in response.text


def test_a_part_of_a_bundle_is_of_goods_of_some_prices(db, admin):
    form = {
        "code": "set",
        "isNew": "true",
        "kind": "bundle",
        "bundleValue": "15",
        "part-0-qty": "2",
        "part-0-name": "price",
        "part-0-values": "10 – 49,90; 60 -",
        "part-1-qty": "1",
    }
    assert admin.post(f"{HOME}/new", **form).status_code == 303
    parts = db.row("SELECT offer FROM loy_promotionList").offer["parts"]
    assert parts == [{"qty": 2, "conditions": {"price": ["10..49.90", "60.."]}}, {"qty": 1}]
    shown = admin.get(f"{HOME}/rule/set")
    assert 'value="10 – 49.90; 60 –"' in shown.text
    assert "2 × (price of a unit: €10.00 to €49.90 or €60.00 and more)" in shown.words


def test_a_condition_that_cannot_be_is_said_with_the_conditions(admin, untouched):
    response = admin.post(f"{HOME}/new", **TEN, **{"cond-0-name": "weekday", "cond-0-values": "9"})
    assert response.status_code == 422 and reasons(response) == ["condition_not_understood"]


def test_the_form_changes_without_anything_being_saved(db, admin, untouched):
    base = TEN | {"cond-0-name": "brand", "cond-0-values": "columbia"}
    with untouched():
        added = admin.post(f"{HOME}/build", **base, **{"do": "add:cond", "cond-add": "city"}).text
        assert (
            'name="cond-1-name" value="city"' in added and 'value="columbia"' in added and "Košice" in added
        )
        put = admin.post(f"{HOME}/build", **base, do="put:cond:0:nike").text
        assert 'value="columbia, nike"' in put
        dropped = admin.post(f"{HOME}/build", **base, do="drop:cond:0").text
        assert 'name="cond-0-name"' not in dropped
        other = admin.post(f"{HOME}/build", htmx=True, **base | {"kind": "earnStep", "step": "10"})
        assert "10 bonuses for every full €10.00 paid — brand: columbia." in other.words
        assert "<html" not in other.text


def test_a_rule_of_what_is_in_force_is_saved_into_a_draft(db, admin, rule, publish):
    rule("ten", value=10)
    publish()
    assert "Saving it begins a draft" in admin.get(f"{HOME}/rule/ten").words
    seen = db.value("SELECT updated FROM loy_promotionList")
    form = {"kind": "percent", "value": "12,5", "expectedUpdatedAt": str(seen)}
    assert admin.post(f"{HOME}/rule/ten", **form).status_code == 303
    assert (
        db.value(
            "SELECT value FROM loy_promotionList INNER JOIN loy_setList AS sets ON version = set_version WHERE sets.state = 'draft'"
        )
        == 12.5
    )
    again = admin.post(f"{HOME}/rule/ten", **form)
    assert again.status_code == 422 and "promotion_changed" in reasons(again)


def test_the_changes_are_shown_before_they_are_published(db, admin, shelved):
    response = admin.get(f"{HOME}/publish")
    assert "20% off — brand: columbia" in response.words and "25% off — brand: columbia" in response.words
    version, fingerprint = db.row("SELECT version, fingerprint FROM loy_setList WHERE state = 'draft'")
    stale = admin.post(f"{HOME}/publish", htmx=True, setVersion=version, expectedFingerprint="other")
    assert stale.status_code == 422 and reasons(stale) == ["draft_changed"]
    fresh = admin.post(f"{HOME}/publish", htmx=True, setVersion=version, expectedFingerprint=fingerprint)
    assert (fresh.status_code, fresh.headers["HX-Redirect"]) == (204, HOME)
    assert "There is no draft" in admin.get(f"{HOME}/publish").words
    assert "changed" in admin.get(f"{HOME}/sets/{version}").words


def test_an_older_set_is_gone_back_to_from_the_history(db, admin, shelved):
    draft = db.value("SELECT version FROM loy_setList WHERE state = 'draft'")
    assert admin.post(f"{HOME}/discard", setVersion=draft).status_code == 303
    assert "Go back to it" not in admin.get(f"{HOME}/sets").words
    shelf.save(
        lambda procedure, **given: done(db.call(procedure, **given)).details, {"code": "ten", "value": 1}
    )
    db.call("loy_publishSet", setVersion=db.value("SELECT version FROM loy_setList WHERE state = 'draft'"))
    assert "Go back to it" in admin.get(f"{HOME}/sets").words
    assert admin.post(f"{HOME}/draft", fromVersion=shelved["set"]).status_code == 303
    refused = admin.post(f"{HOME}/draft", fromVersion=shelved["set"])
    assert refused.status_code == 422 and "draft_exists" in reasons(refused)


def test_settings_are_per_cent_to_people_and_hundredths_of_it_to_the_set(db, admin):
    text = admin.get(f"{HOME}/settings").text
    assert 'name="totalShare"' in text and 'value="50"' in text
    form = {
        "bonusShare": "25,5", "lineShare": "30", "totalShare": "50", "keepValueLate": "50", "keepValueSoon": "0",
        "earnValue": "0", "soonDays": "30", "nodeBudget": "4000", "fuseMs": "2000",
    }  # fmt: skip
    assert admin.post(f"{HOME}/settings", **form).status_code == 303
    assert db.value("SELECT settings -> 'bonusShare' FROM loy_setList") == 2550
    refused = admin.post(f"{HOME}/settings", **form | {"bonusShare": "101"})
    assert refused.status_code == 422 and 'id="field-bonusShare-error"' in refused.text
    refused = admin.post(f"{HOME}/settings", **form | {"soonDays": "many"})
    assert refused.status_code == 422 and 'id="field-soonDays-error"' in refused.text


def test_a_basket_is_tried_line_by_line_and_every_rule_told(admin, shelved):
    basket = quote("BOOT-1 1 100,00\nUNKNOWN 2 50 brand=columbia category=a/b")
    response = admin.get(f"{HOME}/simulate?basket={basket}&store=s001&at=2027-02-06T12:00")
    assert response.status_code == 200
    assert "Columbia on weekends −€25.00" in response.words and "−€20.00" in response.words
    assert "On lines 1, 2." in response.words
    assert "It is switched off." in response.words and "It is not valid at that moment." in response.words
    weekday = admin.get(f"{HOME}/simulate?basket={basket}&store=s001&at=2027-02-08T12:00").words
    assert "It asks for: weekday: Saturday or Sunday." in weekday


def test_bonuses_and_free_items_are_told_in_their_own_units_on_both_sides(db, admin, rule, publish):
    rule("earn", kind="earnPercent", value=7, names={"en": "Seven per cent"}, offer={"kind": "regular"})
    rule("gift", kind="giftBonus", names={"en": "A gift"}, offer={"kind": "promotional", "amount": "5"})
    rule("mug", kind="freeItem", names={"en": "A mug"}, offer={"sku": "MUG-1"})
    publish()
    rule("gift", kind="giftBonus", names={"en": "A gift"}, offer={"kind": "promotional", "amount": "1"})
    words = admin.get(f"{HOME}/simulate?basket={quote('BOOT-1 1 100,40')}&store=s001").words
    decided = db.call("loy_simulate", basket=basket(("BOOT-1", 1, "100.40")), storeID="s001").details
    assert (decided["was"]["earned"], decided["would"]["earned"]) == ("12.03", "8.03")
    assert "Bonuses earned: 12.03 → 8.03" in words
    assert "Seven per cent +7.03 bonuses A gift +5 bonuses" in words
    assert "Seven per cent +7.03 bonuses A gift +1 bonus" in words
    assert "Handed out, free — A mug 1 × MUG-1 A mug 1 × MUG-1" in words
    assert "A gift gift 5 bonuses 1 bonus gives" in words
    assert "Seven per cent earn 7.03 bonuses 7.03 bonuses gives" in words
    assert "A mug mug 1 × MUG-1 1 × MUG-1 gives" in words
    assert "€7.03" not in words and "€5.00" not in words


def test_the_simulation_of_a_receipt_says_the_bonuses_that_the_receipt_says(db, admin, rule, publish):
    rule("earn", kind="earnPercent", value=7, offer={"kind": "regular"})
    rule(
        "gift",
        kind="giftBonus",
        offer={"kind": "promotional", "amount": "5"},
        conditions={"member": ["true"]},
    )
    publish()
    done(db.call("loy_addCard", username="alice"))
    card = db.value("SELECT number FROM loy_cards WHERE username = 'alice'")
    done(
        db.call(
            "loy_commit", storeID="s001", till="1", businessDay=db.value("SELECT as_today()"), number="1", key=card,
            basket=basket(("BOOT-1", 1, "100.50"), ("SOCKS-1", 3, "10.00")), soldAt=db.value("SELECT as_now()"),
        )
    )  # fmt: skip
    receipt, earned = db.row("SELECT receiptID, earned FROM loy_receipts WHERE username = 'alice'")
    parts = db.value(
        "SELECT sum(amount) FROM loy_lineEarnings WHERE username = 'alice' AND promotion = 'gift'"
    )
    assert parts == 5 and str(earned) == "14.14"
    words = admin.get(f"{HOME}/simulate?receipt=alice:{receipt}").words
    assert "Bonuses earned: 14.14 → 14.14" in words
    assert "gift gift 5 bonuses 5 bonuses gives" in words


def test_limits_and_budgets_of_what_earns_are_of_bonuses(db, admin, rule):
    rule(
        "earn",
        kind="earnPercent",
        value=7,
        offer={"kind": "regular"},
        cap=50,
        budget=1000,
        budgetPeriod="month",
    )
    words = admin.get(HOME).words
    assert "At most 50 bonuses on a receipt." in words
    assert "Budget: 1,000 bonuses a month for all stores together." in words


@pytest.mark.parametrize(
    "query, reason",
    [
        ("basket=BOOT-1+many+10&store=s001", "wrong_quantity"),
        ("basket=BOOT-1&store=s001", "wrong_price"),
        ("basket=BOOT-1+1+10", "no_such_store"),
        ("basket=BOOT-1+1+10&store=s001&person=nobody", "no_such_account"),
        ("basket=BOOT-1+1+10&store=s001&at=never", "invalid_value"),
        ("basket=BOOT-1+1+10&store=s001&set=99999", "no_such_set"),
        ("receipt=alice:1", "no_such_receipt"),
        ("receipt=alice:x", "invalid_value"),
    ],
)
def test_what_cannot_be_simulated_is_said_and_stays_typed(admin, shelved, query, reason):
    response = admin.get(f"{HOME}/simulate?{query}")
    assert response.status_code == 422 and reason in reasons(response)
    assert "receipt" in query or "BOOT-1" in response.text


def test_a_back_test_is_a_table_and_a_file(db, admin, shelved):
    day = db.value("SELECT as_today()")
    assert "There is no receipt of these days." in admin.get(f"{HOME}/back-test?from={day}&to={day}").words
    done(
        db.call(
            "loy_commit",
            storeID="s001",
            till="1",
            businessDay=day,
            number="1",
            key=None,
            basket='{"lines": [{"line": 1, "sku": "SOCKS-1", "qty": "3", "price": "10.00"}]}',
            soldAt=db.value("SELECT as_now()"),
        )
    )
    db.call("loy_savePromotion", code="socks", kind="percent", value=50)
    response = admin.get(f"{HOME}/back-test?from={day}&to={day}")
    assert "It costs more by €15.00 on 1 receipt" in response.words
    store = db.value("SELECT name FROM loy_storeList WHERE store_id = 's001'")
    assert f"{store} ·" in response.words
    file = admin.get(f"{HOME}/back-test.xlsx?from={day}&to={day}")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert rows[0][:3] == ("Code", "Name", "Was given") and rows[1][0] == "socks" and float(rows[1][3]) == 15
    wrong = admin.get(f"{HOME}/back-test?from={day}&to=2020-01-01")
    assert wrong.status_code == 422 and 'id="field-to-error"' in wrong.text
    assert admin.get(f"{HOME}/back-test.csv?from=x&to=y").status_code == 404


def test_a_budget_is_changed_in_a_dialog(db, admin, shelved):
    assert "€0.00 of €500.00" in admin.get(f"{HOME}/budgets").words
    refused = admin.post(f"{HOME}/budgets/weekend", htmx=True, amount="-1")
    assert refused.status_code == 422 and 'id="field-amount-error"' in refused.text
    saved = admin.post(f"{HOME}/budgets/weekend", htmx=True, amount="900")
    assert (
        saved.status_code == 204 and "promotions-changed" in events(saved) and "modal-close" in events(saved)
    )
    assert "€0.00 of €900.00" in admin.get(f"{HOME}/budgets").words
    assert admin.get(f"{HOME}/budgets/nobody").status_code == 404


@pytest.mark.parametrize(
    "language, one, few, many, fraction",
    [
        ("en", "1 bonus for", "2 bonuses for", "5 bonuses for", "0.50 bonuses for"),
        ("ru", "1 бонус за", "2 бонуса за", "5 бонусов за", "0,50 бонуса за"),
        ("sk", "1 bonus za", "2 bonusy za", "5 bonusov za", "0,50 bonusu za"),
        ("cs", "1 bonus za", "2 bonusy za", "5 bonusů za", "0,50 bonusu za"),
        ("hi", "पर 1 बोनस", "पर 2 बोनस", "पर 5 बोनस", "पर 0.50 बोनस"),
    ],
)
def test_bonuses_are_counted_as_the_language_does(db, admin, rule, language, one, few, many, fraction):
    for code, value in (("one", 1), ("few", 2), ("many", 5), ("fraction", "0.50")):
        rule(code, kind="earnStep", value=value, offer={"kind": "regular", "step": 10})
    db.execute("UPDATE as_users SET locale = %s WHERE username = 'root'", [language])
    words = admin.get(HOME).words
    for said in (one, few, many, fraction):
        assert said in words


def test_bonuses_of_budgets_and_of_back_tests_are_no_money(db, admin, rule, publish):
    gift = {"kind": "giftBonus", "budget": 1000, "budgetPeriod": "month"}
    rule("gift", **gift, offer={"kind": "promotional", "amount": "5"})
    publish()
    day = db.value("SELECT as_today()")
    done(
        db.call(
            "loy_commit", storeID="s001", till="1", businessDay=day, number="1", key=None,
            basket=basket(("BOOT-1", 1, "100.00")), soldAt=db.value("SELECT as_now()"),
        )
    )  # fmt: skip
    assert "5 of 1,000 995 bonuses" in admin.get(f"{HOME}/budgets").words
    dialog = admin.get(f"{HOME}/budgets/gift", htmx=True).words
    assert "Given so far 5 bonuses" in dialog and "€" not in dialog
    rule("gift", **gift, offer={"kind": "promotional", "amount": "8"})
    words = admin.get(f"{HOME}/back-test?from={day}&to={day}").words
    assert "gift gift 5 bonuses 8 bonuses +3 bonuses" in words
    assert "Bonuses earned 5 bonuses 8 bonuses +3 bonuses" in words
    file = admin.get(f"{HOME}/back-test.xlsx?from={day}&to={day}")
    rows = list(openpyxl.load_workbook(io.BytesIO(file.data)).active.values)
    assert (rows[0][7], rows[1][0], rows[1][7]) == ("Unit", "gift", "bonuses")


@pytest.mark.parametrize("language", ["ru", "sk", "cs", "hi"])
def test_a_rule_is_said_in_every_language(db, admin, shelved, language):
    db.execute("UPDATE as_users SET locale = %s WHERE username = 'root'", [language])
    words = admin.get(HOME).words
    assert "off — brand" not in words and "columbia" in words
    expected = {"ru": "скидка", "sk": "zľava", "cs": "sleva", "hi": "छूट"}[language]
    assert expected in words.lower()


@pytest.mark.parametrize("path", [f"{HOME}/rule/nobody", f"{HOME}/sets/99999", f"{HOME}?set=99999"])
def test_what_is_not_there_is_not_found(admin, shelved, path):
    assert admin.get(path).status_code == 404
