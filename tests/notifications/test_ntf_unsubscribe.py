"""ntf_unsubscribe and the link that leads to it."""

import pytest
from psycopg.types.json import Jsonb

from tests.notifications.conftest import WORKER


@pytest.fixture
def link(db):
    return lambda username="alice", kind="news", channel="email": db.value(
        "SELECT ntf_getUnsubscribeToken(%s, %s, %s)", [username, kind, channel]
    )


@pytest.fixture
def all_on(alice, agree):
    for kind in ("news", "birthday_bonus"):
        for channel in ("email", "sms", "cabinet"):
            agree("alice", kind, channel)


@pytest.fixture
def on(db):
    return lambda username="alice": {
        f"{row.kind}:{row.channel}"
        for row in db.read(
            "SELECT * FROM ntf_consentList WHERE username = %s AND is_marketing AND is_on"
            " AND kind IN ('news', 'birthday_bonus') AND channel IN ('email', 'sms', 'cabinet')",
            [username],
        )
    }


@pytest.fixture
def unsubscribe(db):
    return lambda token, scope="kind": db.call("ntf_unsubscribe", token=token, scope=scope)


@pytest.mark.parametrize(
    "scope, left",
    [
        ("kind", {"news:sms", "news:cabinet", "birthday_bonus:email", "birthday_bonus:sms", "birthday_bonus:cabinet"}),
        ("channel", {"news:sms", "news:cabinet", "birthday_bonus:sms", "birthday_bonus:cabinet"}),
        ("all", set()),
    ],
)  # fmt: skip
def test_it_ends_what_was_asked_for(all_on, link, unsubscribe, on, scope, left):
    outcome = unsubscribe(link(), scope)
    assert (outcome.reason, outcome.details["scope"]) == ("unsubscribed", scope)
    assert on() == left


def test_service_messages_go_on(all_on, db, link, unsubscribe):
    unsubscribe(link(), "all")
    assert db.value("SELECT ntf_isOn('alice', 'top_up', 'email')")


def test_a_repeat_changes_nothing(all_on, link, unsubscribe, untouched):
    unsubscribe(link())
    with untouched():
        assert unsubscribe(link()).reason == "unsubscribed"


def test_it_stays_ended_whatever_becomes_of_the_default(alice, db, link, unsubscribe, on):
    assert unsubscribe(link(), "all").ok
    db.execute("UPDATE ntf_kindChannels SET isOn = true WHERE kind IN ('news', 'birthday_bonus')")
    assert on() == set()


def test_a_new_address_and_years_do_not_matter(all_on, db, link, unsubscribe, on):
    before = link()
    db.execute("UPDATE as_users SET email = 'other@example.com' WHERE username = 'alice'")
    assert link() == before
    assert unsubscribe(before, "all").ok
    assert on() == set()


def test_what_waits_is_dropped_when_its_turn_comes(all_on, db, link, unsubscribe):
    db.execute("UPDATE as_settings SET value = '00:00' WHERE code LIKE 'messagesQuiet%%'")
    assert db.value("SELECT job_queueMessage('alice', 'news', 'campaign:1', '{}')")
    waiting = db.value("SELECT id FROM job_outbox WHERE dedupKey = 'campaign:1' AND channel = 'email'")
    unsubscribe(link())
    claimed = db.call("ntf_claimMessages", worker=WORKER, channel="email")
    assert waiting not in [message["id"] for message in claimed.details["messages"]]
    told = db.row("SELECT state, error FROM job_outbox WHERE id = %s", [waiting])
    assert (told.state, told.error) == ("cancelled", "switched_off")


def test_what_is_in_the_workers_hands_is_let_go_and_the_next_is_not(all_on, db, link, unsubscribe):
    """Unsubscribed while claimed: a worker that has the message sends it, for it was taken before; another is dropped."""
    db.execute("UPDATE as_settings SET value = '00:00' WHERE code LIKE 'messagesQuiet%%'")
    db.execute("UPDATE as_settings SET value = '0' WHERE code IN ('messagesPerDay', 'messagesPerWeek')")
    ids = []
    for number in range(2):
        db.execute("SELECT job_queueMessage('alice', 'news', %s)", [f"step:{number}"])
        ids.append(
            db.value(
                "SELECT id FROM job_outbox WHERE dedupKey = %s AND channel = 'email'", [f"step:{number}"]
            )
        )
    taken, waits = ids
    db.execute("UPDATE job_outbox SET notBefore = notBefore + interval '1 hour' WHERE id = %s", [waits])
    db.execute("DELETE FROM job_outbox WHERE kind <> 'news'")
    [claimed] = db.call("ntf_claimMessages", worker=WORKER, channel="email").details["messages"]
    assert claimed["id"] == taken
    unsubscribe(link())
    handed = db.call(
        "ntf_handOverMessages", worker=WORKER, provider=claimed["provider"],
        messages=Jsonb([{"username": "alice", "id": taken}]), canAsk=False,
    )  # fmt: skip
    assert handed.details["handed"] == [taken]
    db.execute("UPDATE job_outbox SET notBefore = notBefore - interval '1 hour' WHERE id = %s", [waits])
    assert db.call("ntf_claimMessages", worker=WORKER, channel="email").details["messages"] == []
    assert db.value("SELECT state FROM job_outbox WHERE id = %s", [waits]) == "cancelled"


# Undo


def test_undo_brings_back_what_it_ended_and_no_more(all_on, db, agree, link, unsubscribe, on):
    agree("alice", "birthday_bonus", "sms", isOn=False)
    before = on()
    request = unsubscribe(link(), "all").details["request"]
    assert on() == set()
    outcome = db.call("ntf_undoUnsubscribe", token=link(), request=request)
    assert outcome.reason == "subscribed_again"
    assert on() == before


@pytest.mark.parametrize("request_", ["unsubscribe:nothing", "", None])
def test_undo_needs_something_that_was_ended(all_on, db, link, unsubscribe, untouched, request_):
    unsubscribe(link())
    with untouched():
        assert db.call("ntf_undoUnsubscribe", token=link(), request=request_).reason == "nothing_to_undo"


def test_undo_is_for_a_day_and_for_the_same_person(all_on, bob, db, agree, link, unsubscribe, untouched):
    request = unsubscribe(link()).details["request"]
    agree("bob")
    with untouched():
        assert db.call("ntf_undoUnsubscribe", token=link("bob"), request=request).reason == "nothing_to_undo"
    db.execute("UPDATE as_audit SET createdAt = createdAt - interval '25 hours' WHERE procedure = 'ntf_unsubscribe'")  # fmt: skip
    with untouched():
        assert db.call("ntf_undoUnsubscribe", token=link(), request=request).reason == "nothing_to_undo"


def test_what_the_person_has_decided_since_is_not_undone(all_on, db, link, unsubscribe, untouched):
    request = unsubscribe(link()).details["request"]
    for wanted in (["news:email"], []):
        assert db.call(
            "ntf_setConsents", username="alice", shown=["news:email"], wanted=wanted, actor="alice"
        ).ok
    with untouched():
        assert db.call("ntf_undoUnsubscribe", token=link(), request=request).reason == "nothing_to_undo"


# Links that are none


@pytest.fixture
def wrong(db, link):
    def wrong(how):
        token = link()
        flipped = ("0" if token[0] != "0" else "1") + token[1:]
        return {
            "flipped": flipped,
            "other person": token.replace(".alice", ".bob"),
            "nobody": token.replace(".alice", ".nobody"),
            "other kind": token.replace(".news.", ".birthday_bonus."),
            "other channel": token.replace(".email.", ".sms."),
            "service": link(kind="top_up"),
            "no such channel": link(channel="pigeon"),
            "no such person": link("nobody"),
            "short": token[:20],
            "empty": "",
            "null": None,
            "long": token + "a" * 1000,
            "a line more": token + "\n",
            "capitals": token.upper(),
        }[how]

    return wrong


@pytest.mark.parametrize(
    "how",
    [
        "flipped", "other person", "nobody", "other kind", "other channel", "service", "no such channel",
        "no such person", "short", "empty", "null", "long", "a line more", "capitals",
    ],
)  # fmt: skip
def test_a_link_that_is_not_ours_does_nothing_and_tells_nothing(all_on, bob, db, wrong, untouched, how):
    with untouched():
        answers = [
            db.call("ntf_unsubscribe", token=wrong(how), scope="all"),
            db.call("ntf_undoUnsubscribe", token=wrong(how), request="x"),
        ]
        assert [(one.reason, one.msg, one.details) for one in answers] == [
            ("no_such_link", "This link is not one of ours.", {})
        ] * 2
        assert db.read("SELECT * FROM ntf_getUnsubscribeLink(%s)", [wrong(how)]) == []


def test_it_refuses_a_scope_that_is_none(all_on, link, unsubscribe, untouched):
    for scope in ("everybody", None, ""):
        with untouched():
            assert unsubscribe(link(), scope).reason == "invalid_value"


def test_the_link_of_who_was_erased_is_none(all_on, root, db, link, unsubscribe, untouched):
    token = link()
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'alice'")
    assert db.call("ctr_erasePerson", username="alice", note="asked", actor="root").ok
    with untouched():
        assert unsubscribe(token).reason == "no_such_link"


def test_the_path_is_for_marketing_alone(alice, db, link):
    assert db.value("SELECT ntf_unsubscribePath('alice', 'news', 'email')") == "/unsubscribe/" + link()
    assert db.value("SELECT ntf_unsubscribePath('alice', 'top_up', 'email')") is None
    assert db.value("SELECT ntf_unsubscribePath('alice', 'no_such_kind', 'email')") is None


def test_the_page_shows_an_address_that_only_its_owner_knows_again(all_on, db, link):
    row = db.row("SELECT * FROM ntf_getUnsubscribeLink(%s)", [link()])
    assert (row.kind, row.channel, row.address, row.ison, row.others) == (
        "news",
        "email",
        "a•••@e•••.com",
        True,
        5,
    )
    assert db.row("SELECT * FROM ntf_getUnsubscribeLink(%s)", [link(channel="sms")]).address == "••• 56"
    assert db.row("SELECT * FROM ntf_getUnsubscribeLink(%s)", [link(channel="cabinet")]).address is None


def test_nobody_on_the_web_reads_what_links_are_signed_with(db):
    for role in ("portal_web", "portal_worker", "portal_marketing", "portal_report"):
        assert not db.value("SELECT has_table_privilege(%s, 'ntf_secrets', 'SELECT')", [role])
