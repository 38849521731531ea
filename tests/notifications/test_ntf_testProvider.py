import pytest


def test_only_this_provider_carries_it_though_it_is_off(db, jana, claim, hand_over, add_provider):
    add_provider("spare", channel="email", driver="folder", place=90)
    db.call("ntf_setProviderEnabled", code="spare", isEnabled=False)
    outcome = db.call("ntf_testProvider", code="spare", username=jana)
    assert outcome.reason == "test_queued"
    one = outcome.details["id"]
    mine = claim(urgentOnly=True)[one]
    assert (mine["provider"], mine["address"]) == ("spare", "jana@example.com")
    assert mine["details"]["providerName"] == "Spare"
    assert hand_over(one, provider="spare")["handed"] == [one]


def test_it_goes_where_one_says(db, jana, claim):
    one = db.call("ntf_testProvider", code="mail", username=jana, address=" Other@Example.com ").details["id"]
    assert claim()[one]["address"] == "other@example.com"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"code": "nobody"}, "no_such_provider"),
        ({"username": "nobody"}, "no_such_user"),
        ({"address": "nowhere"}, "invalid_value"),
        ({"code": "acme"}, "no_address"),
        ({"actor": "mona"}, "not_allowed"),
    ],
)
def test_it_refuses(db, untouched, jana, mona, add_provider, given, reason):
    add_provider()
    with untouched():
        assert db.call("ntf_testProvider", **{"code": "mail", "username": jana} | given).reason == reason
