"""`portal migrate` brings texts along, as often as it runs; those of the installation stay."""

import tomllib

import pytest
from psycopg.types.json import Jsonb

from portal import migrate
from portal.places import ROOT

FILES = sorted((ROOT / "sql" / "texts").glob("*.toml"))
PLACEHOLDERS = [
    {"name": "name", "type": "text", "example": "Jana"},
    {"name": "link", "type": "link", "path": "/"},
]


@pytest.fixture
def read_in(db):
    def read_in(*texts, kind="welcome", placeholders=PLACEHOLDERS):
        given = [
            {"channel": "", "locale": "en"} | ({"subject": "Hi", "body": t} if isinstance(t, str) else t)
            for t in texts
        ]
        return db.value("SELECT ntf_readTexts(%s, %s, %s)", [kind, Jsonb(placeholders), Jsonb(given)])

    return read_in


@pytest.fixture
def sent(db):
    return lambda locale="en", channel="email": db.value(
        "SELECT ntf_getText('welcome', %s, %s)", [channel, locale]
    )


def test_every_file_is_in_the_database_as_it_stands(db):
    for path in FILES:
        said = tomllib.loads(path.read_text())
        names = [
            row.name
            for row in db.read(
                "SELECT name FROM ntf_placeholderList WHERE kind = %s ORDER BY sort_order", [path.stem]
            )
        ]
        assert names == list(said.pop("placeholders"))
        for locale, text in said.items():
            row = db.row(
                "SELECT * FROM ntf_textVersions WHERE kind = %s AND channel = '' AND locale = %s AND is_delivered",
                [path.stem, locale],
            )
            assert (row.subject, row.body, row.actor, row.is_current) == (
                text["subject"],
                text["body"].strip(),
                None,
                True,
            )


def test_every_kind_of_message_has_a_delivered_text_in_every_language(db):
    missing = db.read(
        "SELECT code, locale FROM ntf_kinds CROSS JOIN unnest('{en,sk,cs,ru,hi}'::text[]) AS locale"
        # A campaign's are written with it, and news are of the tests.
        " WHERE code NOT IN ('campaign', 'news') AND NOT EXISTS ("
        "   SELECT FROM ntf_textList WHERE kind = code AND channel = '' AND ntf_textList.locale = locale.locale)"
    )
    assert missing == []


def test_a_second_time_nothing_is_written(db, read_in, untouched):
    assert read_in("One, {name}.") > 0
    with untouched("ntf_placeholders"):
        assert read_in("One, {name}.") == 0
        assert read_in("One, {name}.  \n\n\n") == 0


def test_another_delivered_text_is_sent_at_once_where_there_is_no_other(read_in, sent, db):
    read_in("One.")
    before = sent()["version"]
    assert read_in("Two.") == 1
    assert (sent()["body"], sent()["version"]) == ("Two.", before + 1)
    states = db.read(
        "SELECT is_delivered FROM ntf_textVersions WHERE kind = 'welcome' AND channel = '' AND locale = 'en' ORDER BY version"
    )
    assert [row.is_delivered for row in states] == [False] * before + [True]


def test_a_text_of_the_installation_stays_and_the_list_says_that_the_delivered_one_changed(db, read_in, sent):
    read_in("One.")
    assert db.call("ntf_saveText", kind="welcome", channel="", locale="en", subject="Ours", body="Ours.").ok
    state = "SELECT state FROM ntf_textList WHERE kind = 'welcome' AND channel = '' AND locale = 'en'"
    assert db.value(state) == "own"
    assert read_in("Two.") == 1
    assert sent()["body"] == "Ours."
    assert db.value(state) == "changed"
    assert db.call("ntf_resetText", kind="welcome", channel="", locale="en").ok
    assert (sent()["body"], db.value(state)) == ("Two.", "delivered")


def test_what_a_file_brings_along_no_more_is_not_sent_any_more(db, read_in, sent):
    sms = {"channel": "sms", "locale": "en", "body": "Short."}
    read_in("One.", sms)
    assert sent(channel="sms")["body"] == "Short."
    assert read_in("One.") == 1
    assert sent(channel="sms")["body"] == "One."
    assert read_in("One.", sms) == 1
    assert sent(channel="sms")["body"] == "Short."


def test_migrating_again_writes_no_text_and_leaves_ones_own(fresh_database):
    texts = "SELECT kind, channel, locale, version, is_current, is_delivered, created FROM ntf_textVersions ORDER BY 1, 2, 3, 4"
    with fresh_database.connect() as db:
        assert db.call(
            "ntf_saveText", kind="welcome", channel="", locale="en", subject="Ours", body="Ours."
        ).ok
        before = db.read(texts)
        migrate.migrate(fresh_database.dsn())
        assert db.read(texts) == before
        assert db.value("SELECT ntf_getText('welcome', 'email', 'en') ->> 'subject'") == "Ours"


def test_a_wrong_file_stops_the_migration(db, read_in):
    with pytest.raises(Exception, match=r"sql/texts/welcome.toml, en : There is no \{nonsense\} here"):
        read_in("One, {nonsense}.")


def test_a_placeholder_that_a_file_names_no_more_is_gone(db, read_in):
    read_in("One.", placeholders=PLACEHOLDERS[:1])
    assert [row.name for row in db.read("SELECT name FROM ntf_placeholderList WHERE kind = 'welcome'")] == [
        "name"
    ]
