"""The administrator's pages about providers, without JavaScript."""

import pytest

from portal import secrets
from tests.visits import enter, reasons

LIST = "/messages/providers"
FORM = {
    "name": "Acme SMS", "channel": "sms", "driver": "http", "place": "10", "ratePerSecond": "5", "burst": "",
    "pricePerPart": "0,045", "dailyCap": "50", "slowSeconds": "10", "failuresToOpen": "5",
    "settings": '{"url": "https://sms.example.com/send", "fields": {"to": "{to}", "text": "{text}"}}',
}  # fmt: skip


@pytest.fixture
def admin(db, client, root):
    return enter(db, client, root)


@pytest.fixture
def acme(admin):
    answer = admin.post(LIST + "/new?channel=sms", code="acme", **FORM)
    assert answer.status_code == 303, answer.words


@pytest.fixture
def of(db):
    return lambda code="acme": db.row("SELECT * FROM ntf_providerList WHERE code = %s", [code])


def test_the_list_says_how_everybody_does(db, admin):
    db.execute(
        "UPDATE ntf_providerStates SET openUntil = clock_timestamp() + interval '1 minute', error = 'It is away.'"
        " WHERE provider = 'mail'"
    )
    page = admin.get(LIST)
    assert page.status_code == 200
    assert "Mail server" in page.words and "left alone" in page.words and "It is away." in page.words
    assert "Nobody carries this channel yet." in page.words


def test_a_provider_is_added_switched_off_and_switched_on(admin, acme, of):
    assert (of().health, str(of().price_per_part), str(of().daily_cap)) == ("off", "0.0450", "50.00")
    assert of().burst == 1
    assert admin.post(f"{LIST}/acme/enabled", isEnabled="true").status_code == 303
    assert of().health == "well"
    assert admin.post(f"{LIST}/acme/enabled", isEnabled="false").status_code == 303
    assert of().health == "off"


def test_its_form_holds_what_stands_there(admin, acme):
    page = admin.get(f"{LIST}/acme")
    assert 'value="Acme SMS"' in page.text and "https://sms.example.com/send" in page.text
    assert admin.post(f"{LIST}/acme", **FORM | {"name": "Acme two"}).status_code == 303
    assert "Acme two" in admin.get(LIST).words


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": ""}, "name_missing"),
        ({"code": "No"}, "invalid_value"),
        ({"settings": "{"}, "settings_unreadable"),
        ({"settings": "[]"}, "settings_unreadable"),
        ({"settings": '{"ulr": 1}'}, "setting_unknown"),
        ({"ratePerSecond": "many"}, "invalid_value"),
        ({"dailyCap": "-1"}, "invalid_value"),
        ({"channel": "drums"}, "no_such_channel"),
    ],
)
def test_a_refusal_shows_the_form_as_it_was_typed(admin, of, given, reason):
    answer = admin.post(LIST + "/new?channel=sms", **{"code": "acme"} | FORM | given)
    assert answer.status_code == 422
    assert reasons(answer) == [reason]
    assert "Acme SMS" in answer.text or "name" in given
    assert of() is None


def test_a_secret_is_kept_outside_of_the_database_and_never_shown(db, admin, acme):
    assert admin.post(f"{LIST}/acme", **FORM | {"secret": "hush-hush-hush"}).status_code == 303
    assert secrets.known("provider:acme") == "hush-hush-hush"
    assert "hush-hush-hush" not in admin.get(f"{LIST}/acme").text
    assert not db.value("SELECT count(*) FROM as_audit WHERE as_audit::text LIKE '%hush-hush%'")
    assert not db.value("SELECT count(*) FROM ntf_providers WHERE ntf_providers::text LIKE '%hush-hush%'")


def test_one_sends_a_test_to_oneself(db, admin, acme, root):
    db.execute("UPDATE as_users SET phone = '+421903123456' WHERE username = %s", [root])
    assert admin.post(f"{LIST}/acme/test").status_code == 303
    row = db.row("SELECT * FROM job_messages WHERE kind = 'provider_test'")
    assert (row.username, row.channel, row.address) == (root, "sms", "+421903123456")
    db.execute("UPDATE as_users SET phone = NULL WHERE username = %s", [root])
    answer = admin.post(f"{LIST}/acme/test")
    assert (answer.status_code, reasons(answer)[0]) == (422, "no_address")


def test_somebody_who_knows_that_it_is_back_says_so(db, admin, of):
    db.execute("UPDATE ntf_providerStates SET openUntil = clock_timestamp() + interval '1 minute', opens = 3")
    assert of("mail").health == "open"
    assert admin.post(f"{LIST}/mail/reset").status_code == 303
    assert of("mail").health == "well"


def test_what_goes_where_is_switched(db, admin):
    on = "SELECT is_on FROM ntf_channelList WHERE kind = 'tariff_deadline' AND channel = 'sms'"
    assert not db.value(on)
    assert admin.post("/messages/kinds/tariff_deadline/sms", isOn="true").status_code == 303
    assert db.value(on)
    answer = admin.post("/messages/kinds/password_reset/email", isOn="false")
    assert (answer.status_code, reasons(answer)[0]) == (422, "kind_is_fixed")


def test_a_channel_is_switched(db, admin):
    assert admin.post("/messages/channels/webhook", isEnabled="true").status_code == 303
    assert db.value("SELECT isEnabled FROM ntf_channels WHERE code = 'webhook'")
    answer = admin.post("/messages/channels/email", isEnabled="false")
    assert (answer.status_code, reasons(answer)[0]) == (422, "channel_is_needed")


def test_htmx_gets_the_fragment(admin):
    page = admin.get(LIST, htmx=True)
    assert page.text.lstrip().startswith("<section") and "<html" not in page.text


def test_the_outbox_says_who_carried_it_what_it_cost_and_what_was_reported(
    db, admin, message, claim, hand_over, finish
):
    db.execute("UPDATE ntf_providers SET pricePerPart = 0.25 WHERE code = 'mail'")
    one = message()
    reference = claim()[one]["reference"]
    hand_over(one)
    finish(one, "sent", theirReference="their-7")
    assert db.call("ntf_receiveReport", provider="mail", state="delivered", reference=reference).ok
    page = admin.get(f"/messages/jana/{one}")
    assert "Mail server" in page.words and "delivered" in page.words and "their-7" in page.words
    assert "0.25" in page.words
    assert "Jana" in admin.get("/messages?channel=email").words
    assert "No message is like that." in admin.get("/messages?channel=sms").words


@pytest.mark.parametrize("path", [LIST, f"{LIST}/new", f"{LIST}/mail"])
def test_only_administrators_may(db, client, mona, path):
    assert enter(db, client, mona).get(path).status_code == 403
