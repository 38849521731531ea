import pytest


def test_it_is_switched_off_and_on(db, root):
    for isEnabled, reason, health in ((False, "provider_off", "off"), (True, "provider_on", "well")):
        outcome = db.call("ntf_setProviderEnabled", code="mail", isEnabled=isEnabled, actor=root)
        assert outcome.reason == reason
        assert db.value("SELECT health FROM ntf_providerList WHERE code = 'mail'") == health


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "nobody"}, "no_such_provider"),
        ({"code": None}, "no_such_provider"),
        ({"isEnabled": None}, "invalid_value"),
        ({"actor": "mona"}, "not_allowed"),
    ],
)
def test_it_refuses(db, untouched, mona, given, reason):
    with untouched():
        assert (
            db.call("ntf_setProviderEnabled", **{"code": "mail", "isEnabled": True} | given).reason == reason
        )
