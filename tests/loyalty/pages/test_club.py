"""What administrators set up: stores and keys of tills, kinds of bonuses, tiers; and the reports."""

import csv
import io
import re

import pytest

from tests.visits import reasons


def lines(response) -> list[dict]:
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"))))


@pytest.fixture
def admin(visit):
    return visit("root")


STORE = {"storeID": "s003", "name": "Obchodná 3", "city": "Nitra", "country": "sk", "timeZone": "Europe/Bratislava", "channel": "store", "isActive": "true"}  # fmt: skip


def test_a_store_is_added_and_changed(admin, db):
    assert admin.post("/loyalty/stores/new", **STORE).status_code == 303
    assert "Obchodná 3" in admin.get("/loyalty/stores").words
    admin.post("/loyalty/stores/s003", **STORE | {"name": "Obchodná 4", "isActive": ""})
    row = db.row("SELECT name, is_active FROM loy_storeList WHERE store_id = 's003'")
    assert row == ("Obchodná 4", False)


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"storeID": "Main Street"}, "wrong_store_id", "storeID"),
        ({"name": " "}, "wrong_store_name", "name"),
        ({"country": "Slovakia"}, "wrong_country", "country"),
        ({"timeZone": "Mars"}, "wrong_time_zone", "timeZone"),
        ({"channel": "By post!"}, "wrong_channel", "channel"),
    ],
)
def test_a_store_that_cannot_be_is_refused_beside_the_field(admin, untouched, changes, reason, field):
    with untouched("as_sessions"):
        answer = admin.post("/loyalty/stores/new", **STORE | changes)
    assert answer.status_code == 422 and reasons(answer) == [reason]
    assert f"field-{field}-error" in answer.text


def test_the_secret_of_a_key_is_shown_once(admin):
    first = admin.post("/loyalty/stores/s001/keys", key="one")
    secret = re.search(r"<code>([0-9a-f]{64})</code>", first.text)[1]
    assert first.status_code == 200
    again = admin.post("/loyalty/stores/s001/keys", key="one")
    assert secret not in again.text and "its secret was shown then" in again.words
    assert secret not in admin.get("/loyalty/stores/s001").text


def test_a_revoked_key_stays_in_the_list(admin, shop, db):
    assert admin.post(f"/loyalty/stores/s001/keys/{shop.key}/revoke").status_code == 303
    assert "revoked" in admin.get("/loyalty/stores/s001").words
    assert not db.value("SELECT is_good FROM loy_storeKeyList WHERE key_id = %s", [shop.key])
    assert reasons(admin.post(f"/loyalty/stores/s001/keys/{shop.key}/revoke"))[-1] == "key_revoked"


KIND = {"name-en": "Welcome", "name-sk": "Vitajte", "unit": "bonus", "priority": "20", "validity": "days", "validityLength": "30", "pendingDays": "1", "graceDays": "14", "scope": "brand: Columbia, nike\ncategory: ski", "isActive": "true"}  # fmt: skip


def test_a_kind_of_bonuses_is_added_with_what_it_pays_for(admin, db):
    assert admin.post("/loyalty/kinds/new", code="welcome", **KIND).status_code == 303
    row = db.row("SELECT names, scope, pending_days FROM loy_kindList WHERE code = 'welcome'")
    assert row.names == {"en": "Welcome", "sk": "Vitajte"}
    assert row.scope == {"brand": ["columbia", "nike"], "category": ["ski"]}
    assert "brand: columbia, nike" in admin.get("/loyalty/kinds/welcome").text


@pytest.mark.parametrize(
    ("changes", "reason", "field"),
    [
        ({"code": "Welcome!"}, "invalid_code", "code"),
        ({"name-en": ""}, "invalid_names", "names"),
        ({"priority": "soon"}, "invalid_value", "priority"),
        ({"priority": "5000"}, "out_of_range", "priority"),
        ({"scope": "everything"}, "invalid_scope", "scope"),
        ({"validity": "long"}, "no_such_rule", "validity"),
    ],
)
def test_a_kind_that_cannot_be_is_refused_beside_the_field(admin, untouched, changes, reason, field):
    with untouched("as_sessions"):
        answer = admin.post("/loyalty/kinds/new", **{"code": "welcome"} | KIND | changes)
    assert answer.status_code == 422 and reasons(answer) == [reason]
    assert f"field-{field}-error" in answer.text


def test_a_tier_is_changed(admin, db):
    given = {"name-en": "Gold", "minPurchases": "2 500,00", "birthdayBonus": "25", "servicePoints": "30"}
    assert admin.post("/loyalty/tiers/gold", **given).status_code == 303
    assert db.value("SELECT min_purchases FROM loy_tierList WHERE code = 'gold'") == 2500
    refused = admin.post("/loyalty/tiers/gold", **given | {"minPurchases": "500"})
    assert refused.status_code == 422 and "field-minPurchases-error" in refused.text


def test_the_reports_add_up_to_what_members_have(visit, db):
    mona = visit("mona")
    page = mona.get("/reports/bonuses")
    owed = db.value("SELECT sum(balance + pending) FROM loy_accountList")
    assert f"€{owed:.2f}" in page.words
    rows = lines(mona.get("/reports/bonuses/liability.csv"))
    assert sum(float(row["Left"]) for row in rows if row["Unit"] == "bonus") == float(owed)
    (month,) = [row for row in lines(mona.get("/reports/bonuses/months.csv")) if float(row["Spent"])]
    moved = {name: float(month[name]) for name in ("Earned", "Given", "Spent", "Came back, taken back", "Corrected")}  # fmt: skip
    kept = (
        moved["Earned"]
        + moved["Given"]
        - moved["Spent"]
        + moved["Came back, taken back"]
        + moved["Corrected"]
    )
    assert round(kept, 2) == float(owed)
    assert mona.get("/reports/bonuses/months.xlsx").status_code == 200


def test_what_ended_unused_is_counted_though_nothing_was_written(visit, db, do):
    db.execute("UPDATE as_clock SET isDemo = true, shift = interval '400 days'")
    page = visit("mona").get("/reports/bonuses?months=24")
    gone = db.value("SELECT sum(remaining) FROM loy_lotList WHERE state = 'expired' AND unit = 'bonus'")
    assert gone > 300 and f"{gone:.2f}" in page.words


def test_the_report_of_an_empty_club_says_so(client, db, mona):
    from tests.visits import enter

    words = enter(db, client, mona).get("/reports/bonuses").words
    assert "Nobody has bonuses at the moment." in words
    assert "No bonuses have moved in these months." in words
