import pytest
from psycopg.types.json import Jsonb

SETTINGS = {"url": "https://sms.example.com/send", "fields": {"to": "{to}", "text": "{text}"}}


@pytest.fixture
def save(db):
    def save(settings=SETTINGS, **given):
        known = {"code": "acme", "name": "Acme", "channel": "sms", "driver": "http", "place": 10}
        return db.call("ntf_saveProvider", **known | given, settings=Jsonb(settings))

    return save


def test_it_is_added_switched_off(db, save, root):
    outcome = save(ratePerSecond="20", dailyCap="50", pricePerPart="0.045", actor=root)
    assert outcome.reason == "provider_added"
    row = db.row("SELECT * FROM ntf_providerList WHERE code = 'acme'")
    assert (row.health, row.burst, str(row.price_per_part)) == ("off", 4, "0.0450")
    assert (
        db.value("SELECT count(*) FROM as_audit WHERE procedure = 'ntf_saveProvider' AND actor = %s", [root])
        == 1
    )


def test_it_is_saved_as_a_whole(db, save):
    save(ratePerSecond="20")
    outcome = save(name="Acme two")
    assert (outcome.reason, outcome.details["before"]["name"]) == ("provider_saved", "Acme")
    row = db.row("SELECT * FROM ntf_providerList WHERE code = 'acme'")
    assert (row.name, row.rate_per_second) == ("Acme two", None)


def test_what_had_gathered_by_another_rate_does_not_count(db, save):
    save(ratePerSecond="20", burst=20)
    db.execute("UPDATE ntf_providerStates SET tokens = 20 WHERE provider = 'acme'")
    save(ratePerSecond="2")
    assert db.value("SELECT tokens FROM ntf_providerStates WHERE provider = 'acme'") == 0


def test_the_same_key_has_one_effect(save, untouched):
    first = save(requestKey="once")
    with untouched():
        assert save(requestKey="once") == first
        assert save(requestKey="once", name="Other").reason == "request_key_reused"


@pytest.mark.parametrize(
    "given",
    [
        {"code": None}, {"code": "Acme"}, {"code": "a b"}, {"code": "a" * 32}, {"driver": "h/ttp"}, {"place": -1},
        {"place": None}, {"name": "a\x01b"}, {"ratePerSecond": "0"}, {"ratePerSecond": "NaN"}, {"ratePerSecond": "0.001"},
        {"ratePerSecond": "10001"}, {"burst": 0}, {"ratePerSecond": "2", "burst": 3}, {"dailyCap": "-1"}, {"dailyCap": "NaN"},
        {"dailyCap": "0.001"}, {"pricePerPart": "-1"}, {"pricePerPart": None}, {"pricePerPart": "0.00001"},
        {"slowSeconds": "0"}, {"slowSeconds": "61"}, {"failuresToOpen": 0}, {"failuresToOpen": None},
    ],
)  # fmt: skip
def test_it_refuses_values_that_cannot_be_used(save, untouched, given):
    with untouched():
        assert save(**given).reason == "invalid_value"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": " "}, "name_missing"),
        ({"name": "a" * 101}, "too_long"),
        ({"channel": "drums"}, "no_such_channel"),
        ({"channel": None}, "no_such_channel"),
        ({"settings": []}, "settings_unreadable"),
        ({"settings": {"url": "x" * 20001}}, "settings_unreadable"),
        ({"settings": SETTINGS | {"ulr": 1}}, "setting_unknown"),
        ({"settings": {"fields": {}}}, "setting_invalid"),
        ({"settings": {"url": "https://sms.example.com"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"url": "file:///etc/passwd"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"url": "https://user:hush@sms.example.com/"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"method": "DELETE"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"body": "xml"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"headers": "X: y"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"okStates": "queued"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"isIdempotent": "yes"}}, "setting_invalid"),
        ({"settings": SETTINGS | {"statusURL": "sms.example.com"}}, "setting_invalid"),
        (
            {"channel": "email", "driver": "smtp", "settings": {"url": "smtp://u:hush@mail.example.com"}},
            "setting_invalid",
        ),
        ({"channel": "email", "driver": "smtp", "settings": {"url": "mail.example.com"}}, "setting_invalid"),
    ],
)
def test_it_refuses_what_makes_no_sense(save, untouched, given, reason):
    with untouched():
        outcome = save(**given)
    assert outcome.reason == reason
    assert "hush" not in outcome.msg


def test_it_stays_with_its_channel(save, untouched):
    save()
    with untouched():
        assert save(channel="email", driver="smtp", settings={}).reason == "channel_is_fixed"


def test_only_administrators_may(save, untouched, mona):
    with untouched():
        assert save(actor=mona).reason == "not_allowed"
        assert save(actor="nobody").reason == "no_such_actor"
