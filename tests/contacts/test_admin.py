"""What administrators decide about the link, and what they are refused; nothing is written by a refusal."""

import pytest

from tests.contacts.conftest import WORKER, switch_on
from tests.people import register

#: Every procedure that only an administrator may call, with arguments that are otherwise good.
ADMIN = {
    "ctr_saveLink": {"channel": "off"},
    "ctr_sendEverybody": {},
    "ctr_setField": {"code": "city", "direction": "both", "winner": "ask", "mayBeCut": True},
    "ctr_tryRule": {},
    "ctr_saveRule": {"isOn": False},
    "ctr_registerNow": {"pohodaID": 1},
    "ctr_setApart": {"pohodaID": 1, "isApart": True},
    "ctr_decideConflict": {"username": "bob", "conflictID": 1, "decision": "portal"},
    "ctr_mergeDuplicate": {"duplicateID": 1},
    "ctr_keepApart": {"duplicateID": 1},
    "ctr_resend": {"username": "bob"},
    "ctr_cancelPack": {"packID": 1},
    "ctr_allowGone": {},
    "ctr_erasePerson": {"username": "bob", "note": "asked for it"},
}
LINK = {"channel": "mserver", "url": "http://10.0.0.1:444", "ico": "12345678"}


@pytest.mark.parametrize("procedure", ADMIN)
def test_nobody_but_an_administrator_may(db, linked, bob, mona, root, untouched, procedure):
    given = ADMIN[procedure]
    with untouched():
        assert db.call(procedure, **given, actor="bob").reason == "not_allowed"
        assert db.call(procedure, **given, actor="mona").reason == "not_allowed"
        assert db.call(procedure, **given, actor="nobody").reason == "no_such_actor"
        with db.as_role("portal_web"):
            assert db.call(procedure, **given).reason == "actor_required"
    db.call("as_lockUser", username="root", note="left")
    with untouched():
        assert db.call(procedure, **given, actor="root").reason == "actor_locked"


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"channel": "smtp"}, "no_such_channel", "channel"),
        ({"channel": None}, "invalid_value", "channel"),
        ({"encoding": "latin-1"}, "no_such_encoding", "encoding"),
        ({"timeout": 4}, "out_of_range", "timeout"),
        ({"packSize": 1001}, "out_of_range", "packSize"),
        ({"goneShare": 101}, "out_of_range", "goneShare"),
        ({"exSystemName": " "}, "ex_system_missing", "exSystemName"),
        ({"exSystemName": "x" * 65}, "invalid_value", "exSystemName"),
        ({"ico": ""}, "ico_missing", "ico"),
        ({"url": "ftp://10.0.0.1"}, "url_missing", "url"),
        ({"url": "http://10.0.0.1\n"}, "invalid_value", "url"),
        ({"channel": "folder", "requestFolder": ""}, "folder_missing", "requestFolder"),
        ({"channel": "folder", "requestFolder": "/a"}, "folder_missing", "responseFolder"),
        ({"newIsCustomer": None}, "invalid_value", "newIsCustomer"),
    ],
)
def test_a_link_that_could_not_work_is_refused(db, root, untouched, change, reason, field):
    with untouched():
        outcome = db.call("ctr_saveLink", **(LINK | change), actor=root)
    assert (outcome.reason, outcome.details["field"]) == (reason, field)


def test_a_link_is_saved_and_its_password_is_nowhere_to_be_read(db, root):
    saved = db.call("ctr_saveLink", **LINK, userName="web", password="top secret", requestKey="k", actor=root)
    assert saved.reason == "link_saved"
    again = db.call("ctr_saveLink", **LINK, userName="web", password="top secret", requestKey="k", actor=root)
    assert again == saved
    other = db.call("ctr_saveLink", **LINK, userName="other", requestKey="k", actor=root)
    assert other.reason == "request_key_reused"
    # A password that is not given stays.
    assert db.call("ctr_saveLink", **LINK, userName="web", actor=root).ok
    with db.as_role("portal_worker"):
        assert db.call("ctr_takeLink", worker=WORKER).details["password"] == "top secret"
    info = db.row("SELECT * FROM ctr_linkInfo")
    assert info.has_password and "top secret" not in str(info)
    assert "top secret" not in str(db.read("SELECT * FROM as_audit"))


def test_switching_the_link_on_and_off_switches_its_schedules(db, root):
    def enabled():
        return db.value(
            "SELECT count(*) FROM job_scheduleList WHERE is_enabled AND code ~ '^contacts.(send|receive|compare)$'"
        )

    assert enabled() == 0
    switch_on(db)
    assert enabled() == 3
    assert db.call("ctr_saveLink", channel="off", actor=root).ok
    assert enabled() == 0
    assert db.call("ctr_takeLink", worker=WORKER).reason == "link_off"


def test_a_unit_that_people_are_linked_with_stays(db, bob, linked, root, lease, untouched):
    db.call("ctr_resend", username=bob)
    pack = db.call("ctr_claimPack", worker=WORKER).details
    items = '[{"number": 1, "sent": {"name": "Bob"}}]'
    handed = db.call("ctr_handOverPack", packID=pack["packID"], worker=WORKER, sentXML="<x/>", items=items)
    assert handed.ok
    with untouched():
        refused = db.call("ctr_saveLink", **(LINK | {"databaseName": "StwPh_12345678_2027"}), actor=root)
    assert refused.reason == "pack_open"
    answers = '[{"number": 1, "isOK": true, "pohodaID": 7}]'
    assert db.call(
        "ctr_finishPack", packID=pack["packID"], worker=WORKER, state="answered", answers=answers
    ).ok
    for change in ({"ico": "87654321"}, {"exSystemName": "other"}):
        with untouched():
            assert db.call("ctr_saveLink", **(LINK | change), actor=root).reason == "unit_in_use"
    assert db.call("ctr_saveLink", **(LINK | {"databaseName": "StwPh_12345678_2027"}), actor=root).ok


def test_pohodas_own_pull_has_a_user_of_its_own(db, root):
    assert db.value("SELECT ctr_getPullPassword('')") is None
    assert db.call(
        "ctr_saveLink", channel="off", pullUser="pohoda", pullPasswordHash="$argon2id$x", actor=root
    ).ok
    with db.as_role("portal_web"):
        assert db.value("SELECT ctr_getPullPassword('pohoda')") == "$argon2id$x"
        assert db.value("SELECT ctr_getPullPassword('somebody')") is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"code": "shoeSize"}, "no_such_field"),
        ({"direction": "up"}, "no_such_direction"),
        ({"winner": "nobody"}, "no_such_winner"),
        ({"mayBeCut": None}, "invalid_value"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused(db, root, untouched, change, reason):
    with untouched():
        assert db.call("ctr_setField", **(ADMIN["ctr_setField"] | change), actor=root).reason == reason


def test_a_field_that_begins_to_go_out_is_sent_of_everybody(db, linked, root, alice, bob, sent):
    assert db.call(
        "ctr_setField", code="street", direction="none", winner="ask", mayBeCut=True, actor=root
    ).ok
    sent()
    db.call("ctr_setProfile", username=alice, street="Hlavná 1", actor=alice)
    assert db.read("SELECT username FROM ctr_toSend") == []
    saved = db.call("ctr_setField", code="street", direction="both", winner="ask", mayBeCut=True, actor=root)
    assert saved.details["queued"] == 1
    assert [row.username for row in db.read("SELECT username FROM ctr_toSend")] == ["alice"]
    assert db.read("SELECT * FROM ctr_violations") == []


def test_people_from_before_the_link_are_sent_when_somebody_says_so(db, alice, bob, mona, root, untouched):
    with untouched():
        assert db.call("ctr_sendEverybody", actor=root).reason == "link_off"
    switch_on(db)
    assert db.value("SELECT never_sent FROM ctr_overview") == 2
    done = db.call("ctr_sendEverybody", requestKey="k", actor=root)
    assert (done.reason, done.details) == ("people_queued", {"people": 2})
    assert db.call("ctr_sendEverybody", requestKey="k", actor=root) == done
    assert db.call("ctr_sendEverybody", actor=root).details == {"people": 0}
    assert db.value("SELECT waiting FROM ctr_overview") == 2


def test_while_the_link_is_off_nothing_is_queued(db, alice):
    assert db.value("SELECT count(*) FROM ctr_contacts") == 0
    assert db.call("ctr_setProfile", username=alice, city="Nitra", actor=alice).ok
    assert db.value("SELECT count(*) FROM ctr_contacts") == 0
    assert not db.row(
        "SELECT waits_for_pohoda FROM ctr_profileList WHERE username = 'alice'"
    ).waits_for_pohoda


def test_staff_is_no_contact(db, linked, mona, root):
    assert db.value("SELECT count(*) FROM ctr_contacts") == 0


def test_a_person_is_sent_again_on_request(db, linked, bob, root, sent, state_of, untouched):
    sent()
    with untouched():
        assert db.call("ctr_resend", username="nobody", actor=root).reason == "no_such_user"
    done = db.call("ctr_resend", username=bob, requestKey="k", actor=root)
    assert done.reason == "contact_queued"
    assert db.call("ctr_resend", username=bob, requestKey="k", actor=root) == done
    # All of it, as it stands there.
    pack = sent()
    assert pack["items"][0]["fields"]["email"] == "bob@example.com"
    assert pack["items"][0]["pohodaID"] == 1
    db.call("ctr_setProfile", username=bob, city="Nitra", actor=bob)
    db.call("ctr_claimPack", worker=WORKER)
    assert state_of(bob).state == "sending"
    with untouched():
        assert db.call("ctr_resend", username=bob, actor=root).reason == "on_its_way"


def test_a_pack_that_stays_unknown_is_given_up(db, linked, bob, root, claim, hand_over, finish, untouched):
    pack = claim()
    hand_over(pack)
    finish(pack, state="unknown", note="no answer")
    with untouched():
        assert db.call("ctr_cancelPack", packID=pack["packID"] + 99, actor=root).reason == "no_such_pack"
    done = db.call("ctr_cancelPack", packID=pack["packID"], requestKey="k", actor=root)
    assert (done.reason, done.details["contacts"]) == ("pack_cancelled", 1)
    assert db.call("ctr_cancelPack", packID=pack["packID"], requestKey="k", actor=root) == done
    with untouched():
        assert db.call("ctr_cancelPack", packID=pack["packID"], actor=root).reason == "pack_over"
    again = claim()
    assert again["packKey"] != pack["packKey"] and not again["isRepeat"]
    assert db.read("SELECT * FROM ctr_violations") == []


def test_an_erased_person_is_gone_and_does_not_come_back(db, linked, bob, root, sent, listing, untouched):
    db.call("ctr_setProfile", username=bob, city="Nitra", phone="02 123", actor=bob)
    sent()
    with untouched():
        assert db.call("ctr_erasePerson", username="nobody", note="x", actor=root).reason == "no_such_user"
        assert db.call("ctr_erasePerson", username=root, note="x", actor=root).reason == "own_account"
        assert db.call("ctr_erasePerson", username=bob, note=" ", actor=root).reason == "note_required"
    register(db, "mona", role="manager")
    with untouched():
        assert db.call("ctr_erasePerson", username="mona", note="x", actor=root).reason == "is_staff"
    assert db.call("fin_topUp", username=bob, amount="1.00", purpose="cash").ok
    with untouched():
        assert db.call("ctr_erasePerson", username=bob, note="x", actor=root).reason == "balance_left"
    assert db.call("fin_charge", username=bob, amount="1.00", purpose="paid out").ok

    done = db.call("ctr_erasePerson", username=bob, note="asked for it", requestKey="k", actor=root)
    assert (done.reason, done.details) == ("person_erased", {"pohodaID": 1})
    assert db.call("ctr_erasePerson", username=bob, note="asked for it", requestKey="k", actor=root) == done
    with untouched():
        assert db.call("ctr_erasePerson", username=bob, note="x", actor=root).reason == "already_erased"
        assert db.call("ctr_resend", username=bob, actor=root).reason == "was_erased"
    person = db.row("SELECT name, login, email, phone FROM as_people WHERE username = 'bob'")
    assert person == ("Erased", None, None, None)
    kept = str(
        [
            db.read(f"SELECT * FROM {name}")
            for name in ("ctr_seen", "ctr_packs", "ctr_packItems", "job_outbox")
        ]
    )
    assert "bob@example.com" not in kept

    assert db.call("ctr_saveRule", isOn=True, kind="any", actor=root).ok
    listing(
        {
            "pohodaID": 1,
            "name": "Bob",
            "email": "bob@example.com",
            "extIds": [{"id": "bob", "system": "portal"}],
        },
        {"pohodaID": 2, "name": "Bob", "email": "BOB@example.com "},
        {
            "pohodaID": 3,
            "name": "Bob",
            "email": "new@example.com",
            "extIds": [{"id": "bob", "system": "portal"}],
        },
    )
    verdicts = [row.verdict for row in db.read("SELECT verdict FROM ctr_contactList ORDER BY pohoda_id")]
    assert verdicts == ["erased"] * 3
    for number in (1, 2, 3):
        with untouched():
            assert db.call("ctr_registerNow", pohodaID=number, actor=root).reason == "was_erased"
    assert db.read("SELECT * FROM ctr_violations") == []


def test_erased_while_a_pack_is_on_its_way(db, linked, bob, root, claim, hand_over, finish):
    pack = claim()
    hand_over(pack)
    assert db.call("ctr_erasePerson", username=bob, note="asked for it", actor=root).ok
    assert finish(pack, {"number": 1, "isOK": True, "pohodaID": 5}).ok
    assert db.value("SELECT count(*) FROM ctr_contacts") == 0
    assert db.read("SELECT * FROM ctr_violations") == []


def test_switched_on_again_the_link_sends_what_has_changed_meanwhile(db, linked, bob, root, sent):
    sent()
    assert db.call("ctr_saveLink", channel="off", ico="12345678", actor=root).ok
    assert db.call("ctr_setProfile", username=bob, city="Nitra", actor=bob).ok
    assert (
        db.value("SELECT count(*) FROM job_runList WHERE code = 'contacts.send' AND state = 'waiting'") == 1
    )
    db.execute("DELETE FROM job_runs")
    assert db.call("ctr_saveLink", **LINK, actor=root).ok
    assert (
        db.value("SELECT count(*) FROM job_runList WHERE code = 'contacts.send' AND state = 'waiting'") == 1
    )
