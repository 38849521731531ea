"""An earlier version, in force again."""

import pytest

from tests.people import alice, root  # noqa: F401

PLACE = {"kind": "welcome", "channel": "", "locale": "en"}


@pytest.fixture
def restore(db):
    return lambda version, **given: db.call("ntf_restoreText", **PLACE | {"version": version} | given)


@pytest.fixture
def written(db):
    """The versions 2 and 3, on top of the delivered one."""
    for words in ("Second", "Third"):
        assert db.call("ntf_saveText", **PLACE, subject=words, body=f"{words}, {{name}}.").ok


def test_it_is_a_new_version_with_the_old_words(db, written, restore, root):  # noqa: F811
    outcome = restore(2, actor=root, basedOn=3)
    assert (outcome.reason, outcome.details["restored"], outcome.details["version"]) == (
        "text_restored",
        2,
        4,
    )
    text = db.value("SELECT ntf_getText('welcome', 'email', 'en')")
    assert (text["subject"], text["body"], text["version"]) == ("Second", "Second, {name}.", 4)
    assert db.value(
        "SELECT uses FROM ntf_textVersions WHERE kind = 'welcome' AND locale = 'en' AND version = 4"
    ) == ["name"]


@pytest.mark.parametrize(
    ("version", "given", "reason"),
    [
        (9, {}, "no_such_version"),
        (None, {}, "no_such_version"),
        (3, {}, "text_unchanged"),
        (2, {"basedOn": 2}, "changed_meanwhile"),
        (2, {"kind": "nothing"}, "no_such_kind_of_text"),
        (2, {"channel": "pigeon"}, "no_such_channel"),
        (2, {"locale": "de"}, "no_such_locale"),
        (2, {"locale": "sk"}, "no_such_version"),
        (2, {"actor": "alice"}, "not_allowed"),
    ],
)
def test_a_refusal_writes_nothing(written, restore, untouched, alice, version, given, reason):  # noqa: F811
    with untouched():
        assert restore(version, **given).reason == reason


def test_what_could_be_named_then_and_no_more_is_refused(db, written, restore, untouched):
    db.execute("DELETE FROM ntf_placeholders WHERE kind = 'welcome' AND name = 'name'")
    with untouched():
        assert restore(2).reason == "unknown_placeholder"
