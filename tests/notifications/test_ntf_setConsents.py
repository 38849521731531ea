"""ntf_setConsents, ntf_setConsent: what a person wants, and who may say so."""

import pytest

OFFERED = ["top_up:email", "top_up:sms", "news:email", "news:sms"]


@pytest.fixture
def choose(db):
    def choose(wanted, shown=OFFERED, actor="alice", **given):
        return db.call("ntf_setConsents", username="alice", shown=shown, wanted=wanted, actor=actor, **given)

    return choose


@pytest.fixture
def say(db):
    def say(isOn=True, kind="news", channel="email", actor="alice", **given):
        return db.call(
            "ntf_setConsent", username="alice", kind=kind, channel=channel, isOn=isOn, actor=actor, **given
        )

    return say


@pytest.fixture
def choices(db):
    return lambda: {
        f"{row.kind}:{row.channel}": (row.is_on, row.source)
        for row in db.read("SELECT * FROM ntf_consentList WHERE username = 'alice'")
    }


def test_marketing_begins_switched_off_and_service_on(alice, choices):
    assert choices()["news:email"] == (False, None)
    assert choices()["top_up:email"] == (True, None)
    assert choices()["password_reset:email"] == (True, None)


def test_what_is_ticked_comes_and_the_rest_does_not(alice, choose, choices, db):
    outcome = choose(["news:email", "top_up:sms"])
    assert outcome.reason == "consents_saved"
    assert outcome.details["changed"] == ["news:email", "top_up:email", "top_up:sms"]
    assert choices()["news:email"] == (True, "profile")
    assert choices()["top_up:email"] == (False, "profile")
    # What stays as it was is not written down.
    assert choices()["news:sms"] == (False, None)
    assert db.value("SELECT ntf_isOn('alice', 'news', 'email')")
    assert not db.value("SELECT job_queueMessage('alice', 'top_up', 'after', '{}') AND EXISTS ("
                        " SELECT FROM job_outbox WHERE dedupKey = 'after' AND channel = 'email')")  # fmt: skip


def test_what_was_not_shown_stays(alice, choose, choices):
    choose(["news:email"], shown=["news:email"])
    assert choices()["top_up:email"] == (True, None)


def test_nothing_new_leaves_no_trace(alice, choose, untouched):
    with untouched():
        assert choose(["top_up:email"]).reason == "consents_kept"


def test_the_same_request_twice_is_done_once(alice, choose, untouched):
    first = choose(["news:email"], requestKey="once")
    with untouched():
        assert choose(["news:email"], requestKey="once") == first
        assert choose([], requestKey="once").reason == "request_key_reused"


def test_an_administrator_says_where_the_consent_came_from(alice, root, choose, choices, untouched, db):
    for note in (None, " ", "n" * 1001):
        with untouched():
            assert choose(["news:email", "top_up:email"], actor="root", note=note).reason == "note_required"
    assert choose(["news:email", "top_up:email"], actor="root", note="signed form of 1 March").ok
    assert choices()["news:email"] == (True, "desk")
    row = db.row("SELECT * FROM as_audit WHERE procedure = 'ntf_setConsents'")
    assert (row.actor, row.arguments["note"]) == ("root", "signed form of 1 March")


def test_an_administrator_switches_off_without_a_note(alice, root, agree, choose, choices):
    agree("alice")
    assert choose([], actor="root").ok
    assert choices()["news:email"] == (False, "desk")
    assert choices()["top_up:email"] == (False, "desk")


@pytest.mark.parametrize(
    "wanted, given, reason",
    [
        (["news:email"], {"shown": ["top_up:email"]}, "invalid_value"),
        ([], {"shown": None}, "invalid_value"),
        ([], {"shown": ["news:email"] * 1001}, "invalid_value"),
        ([], {"shown": ["news:pigeon"]}, "no_such_choice"),
        ([], {"shown": ["news"]}, "no_such_choice"),
        ([], {"shown": [None]}, "no_such_choice"),
        ([], {"shown": ["password_reset:email"]}, "always_sent"),
        (["news:email"], {"actor": "bob"}, "not_allowed"),
        (["news:email"], {"actor": "nobody"}, "no_such_actor"),
    ],
)
def test_it_refuses_what_cannot_be_chosen(alice, bob, choose, untouched, wanted, given, reason):
    with untouched():
        assert choose(wanted, **given).reason == reason


def test_nobody_else_is_there(db, root, untouched):
    for procedure, given in (
        ("ntf_setConsents", {"shown": OFFERED}),
        ("ntf_setConsent", {"kind": "news", "channel": "email", "isOn": True}),
        ("ntf_setQuietHours", {}),
    ):
        with untouched():
            assert db.call(procedure, username="nobody", **given, actor="root").reason == "no_such_user"


def test_who_is_locked_asks_for_nothing(db, alice, choose, say, untouched):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'alice'")
    with untouched():
        assert choose(["news:email"]).reason == "actor_locked"
        assert say().reason == "actor_locked"
    with db.as_role("portal_web"), untouched():
        assert choose(["news:email"], actor=None).reason == "actor_required"
        assert say(actor=None).reason == "actor_required"


# One choice


def test_one_choice_is_written_down_even_where_it_is_the_default(alice, say, choices):
    assert say(False).reason == "consent_saved"
    assert choices()["news:email"] == (False, "profile")
    assert say(False).reason == "consent_kept"
    assert say(True).reason == "consent_saved"
    assert choices()["news:email"] == (True, "profile")


def test_a_dba_brings_consents_from_elsewhere(alice, say, choices):
    assert say(actor=None, source="import", note="of the old shop").ok
    assert choices()["news:email"] == (True, "import")
    assert say(False, actor=None).ok
    assert choices()["news:email"] == (False, "dba")


@pytest.mark.parametrize(
    "given, reason",
    [
        ({"isOn": None}, "invalid_value"),
        ({"source": "desk"}, "invalid_value"),
        ({"source": "link"}, "invalid_value"),
        ({"actor": "root", "source": "profile", "note": "said so"}, "invalid_value"),
        ({"actor": "root"}, "note_required"),
        ({"kind": "no_such_kind"}, "no_such_choice"),
        ({"kind": None}, "no_such_choice"),
        ({"kind": "password_reset", "isOn": False}, "always_sent"),
        ({"actor": "bob"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"requestKey": " "}, "invalid_value"),
    ],
)
def test_one_choice_is_refused_where_it_cannot_be_made(alice, bob, root, say, untouched, given, reason):
    with untouched():
        assert say(**given).reason == reason


def test_a_request_of_one_choice_is_done_once(alice, say, untouched):
    first = say(requestKey="once")
    with untouched():
        assert say(requestKey="once") == first
        assert say(False, requestKey="once").reason == "request_key_reused"
