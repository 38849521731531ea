"""Back to the text that the portal brought along."""

import pytest

from tests.people import alice, root  # noqa: F401

PLACE = {"kind": "welcome", "channel": "", "locale": "en"}


@pytest.fixture
def reset(db):
    return lambda **given: db.call("ntf_resetText", **PLACE | given)


@pytest.fixture
def own(db):
    def own(**given):
        outcome = db.call("ntf_saveText", **PLACE | {"subject": "Ours", "body": "Ours."} | given)
        assert outcome.ok, outcome
        return outcome.details["version"]

    return own


def test_the_delivered_text_is_sent_again_and_ones_own_stays_as_a_version(db, own, reset, root):  # noqa: F811
    version = own()
    assert reset(actor=root, basedOn=version).reason == "text_reset"
    assert db.value("SELECT ntf_getText('welcome', 'email', 'en') ->> 'subject'") == "Welcome to {brand}"
    assert (
        db.value(
            "SELECT subject FROM ntf_textVersions WHERE kind = 'welcome' AND locale = 'en' AND version = %s",
            [version],
        )
        == "Ours"
    )
    assert db.value("SELECT count(*) FROM as_audit WHERE procedure = 'ntf_resetText'") == 1


def test_a_channel_without_a_delivered_text_says_again_what_all_say(db, own, reset):
    own(channel="email")
    assert reset(channel="email").ok
    assert db.value("SELECT ntf_getText('welcome', 'email', 'en') ->> 'channel'") == ""


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "text_not_own"),
        ({"channel": "email"}, "text_not_own"),
        ({"kind": "nothing"}, "no_such_kind_of_text"),
        ({"channel": "pigeon"}, "no_such_channel"),
        ({"locale": "de"}, "no_such_locale"),
        ({"basedOn": 7}, "changed_meanwhile"),
        ({"actor": "alice"}, "not_allowed"),
    ],
)
def test_a_refusal_writes_nothing(reset, untouched, alice, given, reason):  # noqa: F811
    with untouched():
        assert reset(**given).reason == reason


def test_the_same_request_is_done_once(own, reset, untouched):
    own()
    first = reset(requestKey="one")
    with untouched():
        assert reset(requestKey="one") == first
        assert reset(requestKey="one", locale="sk").reason == "request_key_reused"
