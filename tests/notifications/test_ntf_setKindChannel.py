import pytest


def test_who_has_not_decided_otherwise_gets_it(db, jana, root):
    for isOn, reason in ((True, "kind_on"), (False, "kind_off")):
        outcome = db.call("ntf_setKindChannel", kind="tariff_deadline", channel="sms", isOn=isOn, actor=root)
        assert outcome.reason == reason
        assert db.value("SELECT ntf_isOn('jana', 'tariff_deadline', 'sms')") is isOn


def test_a_kind_that_did_not_go_there_goes_there_from_now_on(db, jana):
    assert db.value("SELECT ntf_isOn('jana', 'top_up', 'sms')") in (None, False)
    assert db.call("ntf_setKindChannel", kind="welcome", channel="sms", isOn=True).ok
    assert db.value("SELECT ntf_isOn('jana', 'welcome', 'sms')")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "gossip"}, "no_such_kind"),
        ({"channel": "drums"}, "no_such_channel"),
        ({"isOn": None}, "invalid_value"),
        ({"kind": "password_reset", "channel": "email", "isOn": False}, "kind_is_fixed"),
        ({"kind": "news"}, "consent_is_asked"),
        ({"actor": "mona"}, "not_allowed"),
    ],
)
def test_it_refuses(db, untouched, mona, given, reason):
    known = {"kind": "tariff_deadline", "channel": "sms", "isOn": True}
    with untouched():
        assert db.call("ntf_setKindChannel", **known | given).reason == reason
