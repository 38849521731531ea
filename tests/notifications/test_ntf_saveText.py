"""An installation's own texts: who may write them, what is refused, and that nothing is written then."""

import pytest

from tests.people import alice, mona, register, root  # noqa: F401

PLACE = {"kind": "welcome", "channel": "", "locale": "en"}
GOOD = {"subject": "Welcome, {name}", "body": "It is ready.\n\n[Open]({link})"}


@pytest.fixture
def save(db):
    return lambda **given: db.call("ntf_saveText", **PLACE | GOOD | given)


@pytest.fixture
def sent(db):
    """The text that goes out."""
    return lambda kind="welcome", channel="email", locale="en": db.value(
        "SELECT ntf_getText(%s, %s, %s)", [kind, channel, locale]
    )


def test_it_is_sent_from_then_on_and_the_one_before_stays(db, save, sent, root):  # noqa: F811
    before = sent()
    outcome = save(actor=root, basedOn=before["version"])
    assert (outcome.reason, outcome.details["version"]) == ("text_saved", before["version"] + 1)
    assert sent()["subject"] == "Welcome, {name}"
    kept = db.read(
        "SELECT * FROM ntf_textVersions WHERE kind = 'welcome' AND channel = '' AND locale = 'en' ORDER BY version"
    )
    assert [(row.is_current, row.is_delivered, row.actor) for row in kept] == [
        (False, True, None),
        (True, False, "root"),
    ]
    assert (
        db.row(
            "SELECT state FROM ntf_textList WHERE kind = 'welcome' AND channel = '' AND locale = 'en'"
        ).state
        == "own"
    )
    assert db.value("SELECT count(*) FROM as_audit WHERE procedure = 'ntf_saveText' AND actor = 'root'") == 1


def test_a_channel_and_a_language_have_their_own(save, sent):
    assert save(channel="email", locale="sk", subject="Len e-mail").ok
    assert sent(locale="sk")["subject"] == "Len e-mail"
    assert sent(channel="cabinet", locale="sk")["subject"] == "Vitajte na portáli {brand}"
    assert sent(locale="cs")["locale"] == "cs"


def test_a_dba_writes_texts_without_an_actor_and_they_are_no_delivered_ones(db, save):
    assert save().ok
    row = db.row(
        "SELECT * FROM ntf_textVersions WHERE kind = 'welcome' AND channel = '' AND locale = 'en' AND is_current"
    )
    assert row.actor and not row.is_delivered


def test_the_same_request_is_done_once(db, save, root, untouched):  # noqa: F811
    first = save(requestKey="one", actor=root)
    with untouched():
        assert save(requestKey="one", actor=root) == first
        assert save(requestKey="one", actor=root, body="Other.").reason == "request_key_reused"
        assert save(requestKey=" ", actor=root).reason == "invalid_value"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"kind": "nothing"}, "no_such_kind_of_text"),
        ({"kind": None}, "no_such_kind_of_text"),
        ({"kind": "campaign"}, "no_such_kind_of_text"),
        ({"kind": "campaign:12:1"}, "no_such_kind_of_text"),
        ({"channel": "pigeon"}, "no_such_channel"),
        ({"channel": None}, "no_such_channel"),
        ({"locale": "de"}, "no_such_locale"),
        ({"locale": None}, "no_such_locale"),
        ({"basedOn": 7}, "changed_meanwhile"),
        ({"basedOn": 0}, "changed_meanwhile"),
        ({"body": "{nonsense}"}, "unknown_placeholder"),
        ({"subject": "a\r\nBcc: b"}, "control_character"),
        ({"body": ""}, "body_missing"),
        ({"subject": "Welcome to {brand}", "body": None}, "body_missing"),
    ],
)
def test_a_refusal_writes_nothing(save, untouched, given, reason):
    with untouched():
        assert save(**given).reason == reason


def test_the_present_text_comes_with_the_refusal(save):
    refused = save(basedOn=7)
    assert refused.details["version"] == 1
    assert refused.details["subject"] == "Welcome to {brand}"


def test_what_is_like_that_already_is_no_version(db, save, untouched):
    text = db.row("SELECT * FROM ntf_textList WHERE kind = 'welcome' AND channel = '' AND locale = 'en'")
    with untouched():
        assert save(subject=f" {text.subject} ", body=text.body + "\n\n").reason == "text_unchanged"


def test_nobody_else_may(db, save, untouched, alice, mona, root):  # noqa: F811
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'root'")
    refused = {alice: "not_allowed", mona: "not_allowed", root: "actor_locked", "nobody": "no_such_actor"}
    for actor, reason in refused.items():
        with untouched():
            assert save(actor=actor).reason == reason
    with db.as_role("portal_web"):
        assert save().reason == "actor_required"


def test_of_two_who_began_with_the_same_text_the_second_is_refused(db, save, root):  # noqa: F811
    assert save(basedOn=1, actor=root).ok
    assert save(basedOn=1, actor=root, body="Mine.").reason == "changed_meanwhile"
    assert (
        db.value("SELECT count(*) FROM ntf_texts WHERE kind = 'welcome' AND channel = '' AND locale = 'en'")
        == 2
    )


def test_a_campaigns_step_has_texts_that_are_in_no_list_of_kinds(db, sent):
    db.execute(
        "SELECT ntf_writeText('campaign:12:1', '', 'en', '{bonus} for {name}', 'Come.', '{bonus,name}', 'root')"
    )
    assert sent("campaign:12:1")["placeholders"] == {"name": {"type": "text"}, "bonus": {"type": "number"}}
    assert db.row("SELECT 1 FROM ntf_textList WHERE kind LIKE 'campaign%'") is None
