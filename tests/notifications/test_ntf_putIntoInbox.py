"""ntf_putIntoInbox: what the channel cabinet delivers, once."""

import pytest


@pytest.fixture
def put(db):
    def put(message, username="alice", **given):
        return db.call(
            "ntf_putIntoInbox",
            **{
                "username": username,
                "messageID": message,
                "kind": "top_up",
                "subject": "Topped up",
                "body": "50.00 EUR were added.",
                "link": "/finance",
            }
            | given,
        )

    return put


def test_it_is_in_the_cabinet_unread(db, alice, sent, put):
    message = sent("alice", "top_up", "cabinet")
    assert put(message).reason == "message_delivered"
    row = db.row("SELECT * FROM ntf_inbox WHERE username = 'alice'")
    assert (row.messageid, row.subject, row.link, row.readat) == (message, "Topped up", "/finance", None)


def test_a_repeat_changes_nothing_and_answers_the_same(db, alice, sent, put, untouched):
    message = sent("alice", "top_up", "cabinet")
    first = put(message)
    with untouched():
        assert put(message, subject="Other words") == first


def test_what_was_hidden_does_not_come_back(db, alice, deliver, put):
    row = deliver("alice")
    db.call("ntf_hideMessage", username="alice", id=row.id, actor="alice")
    assert put(row.messageid).reason == "message_delivered"
    assert db.value("SELECT count(*) FROM ntf_inboxList WHERE username = 'alice'") == 0


@pytest.mark.parametrize(
    "given, reason, field",
    [
        ({"messageID": 0}, "no_such_message", None),
        ({"username": "bob"}, "no_such_message", None),
        ({"username": ""}, "no_such_message", None),
        ({"subject": " "}, "invalid_value", "subject"),
        ({"subject": None}, "invalid_value", "subject"),
        ({"subject": "s" * 201}, "invalid_value", "subject"),
        ({"body": ""}, "invalid_value", "body"),
        ({"body": "b" * 10001}, "invalid_value", "body"),
        ({"link": "//elsewhere.example"}, "invalid_value", "link"),
        ({"link": "/\\elsewhere.example"}, "invalid_value", "link"),
        ({"link": "https://elsewhere.example"}, "invalid_value", "link"),
        ({"link": "javascript:alert(1)"}, "invalid_value", "link"),
    ],
)
def test_it_refuses_what_is_no_message_of_that_person(alice, bob, sent, put, untouched, given, reason, field):
    message = given.pop("messageID", None)
    message = sent("alice", "top_up", "cabinet") if message is None else message
    with untouched():
        outcome = put(message, **given)
        assert outcome.reason == reason
        assert (outcome.details or {}).get("field") == field


def test_nobody_is_told_who_is_not_registered(sent, put, untouched):
    message = sent("", "registration", "cabinet")
    with untouched():
        assert put(message, username="").reason == "no_such_user"


def test_nothing_reaches_who_was_erased(db, alice, root, sent, put, untouched):
    message = sent("alice", "top_up", "cabinet")
    db.execute("UPDATE fin_accounts SET balance = 0 WHERE username = 'alice'")
    assert db.call("ctr_erasePerson", username="alice", note="asked", actor="root").ok
    with untouched():
        assert put(message).reason == "no_such_user"
