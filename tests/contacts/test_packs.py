"""Packs: claimed, handed over, answered on three levels, refused, unknown, sent again."""

import pytest

from tests.contacts.conftest import WORKER
from tests.people import register


def test_a_pack_has_everybody_who_waits_up_to_its_size(db, linked, claim):
    db.execute("UPDATE ctr_link SET packSize = 2")
    for name in ("ann", "ben", "cid"):
        register(db, name)
    pack = claim()
    assert [item["username"] for item in pack["items"]] == ["ann", "ben"]
    assert pack["items"][0]["fields"] == {
        "name": "Ann",
        "email": "ann@example.com",
        "city": "-",
        "isCustomer": True,
    }
    assert pack["items"][0]["pohodaID"] is None and not pack["isRepeat"]


def test_one_worker_talks_at_a_time(db, linked, lease, untouched):
    with untouched():
        assert db.call("ctr_takeLink", worker="there:2").reason == "link_busy"
        assert db.call("ctr_takeLink", worker=None).reason == "invalid_value"
        assert db.call("ctr_renewLink", worker="there:2").reason == "not_yours"
        assert db.call("ctr_releaseLink", worker="there:2", isAnswered=True).reason == "not_yours"
        assert db.call("ctr_claimPack", worker="there:2").reason == "not_yours"
    assert db.call("ctr_renewLink", worker=WORKER).ok
    db.execute("UPDATE ctr_linkState SET leaseUntil = clock_timestamp() - interval '1 second'")
    assert db.call("ctr_renewLink", worker=WORKER).reason == "not_yours"
    assert db.call("ctr_takeLink", worker="there:2").reason == "link_taken"


def test_how_the_link_goes_is_shown_until_it_goes_well(db, linked, lease):
    assert db.call("ctr_releaseLink", worker=WORKER, isAnswered=False, failure="Nobody answers.").ok
    assert db.row("SELECT state, failure, failures FROM ctr_linkInfo") == ("failing", "Nobody answers.", 1)
    assert db.call("ctr_takeLink", worker=WORKER).ok
    assert db.call("ctr_releaseLink", worker=WORKER, isAnswered=False, failure="Still not.").ok
    assert db.value("SELECT failures FROM ctr_linkInfo") == 2
    assert db.call("ctr_takeLink", worker=WORKER).ok
    assert db.call("ctr_releaseLink", worker=WORKER, isAnswered=True, company="Novák").ok
    assert db.row("SELECT state, failure, failures, company FROM ctr_linkInfo") == ("ready", None, 0, "Novák")


def test_whoever_lost_the_link_hands_nothing_over(db, linked, alice, claim, hand_over, untouched):
    pack = claim()
    db.execute("UPDATE ctr_linkState SET leaseUntil = clock_timestamp() - interval '1 second'")
    with untouched():
        assert hand_over(pack).reason == "not_yours"
    db.call("ctr_takeLink", worker=WORKER)
    with untouched():
        assert hand_over(pack | {"packID": 999}).reason == "not_yours"


def test_a_pack_that_never_left_is_made_anew(db, linked, alice, claim):
    first = claim()
    second = claim()
    assert second["packKey"] != first["packKey"]
    assert [item["username"] for item in second["items"]] == ["alice"]
    assert db.read("SELECT * FROM ctr_violations") == []


def test_without_an_answer_the_same_pack_goes_again(db, linked, alice, claim, hand_over, finish, state_of):
    pack = claim()
    hand_over(pack)
    assert finish(pack, state="unknown", note="it took too long").reason == "pack_unknown"
    again = claim()
    assert again["isRepeat"] and again["packKey"] == pack["packKey"]
    # That the second attempt did not arrive says nothing of the first.
    hand_over(again)
    assert finish(again, state="unsent").reason == "pack_unknown"
    hand_over(claim())
    assert finish(again, state="refused").reason == "pack_unknown"
    hand_over(claim())
    assert finish(again, {"number": 1, "isDuplicate": True, "duplicateID": 15}).details == {"done": 1}
    assert (state_of(alice).state, state_of(alice).pohoda_id) == ("equal", 15)
    assert db.value("SELECT attempts FROM ctr_packList WHERE id = %s", [pack["packID"]]) == 4


def test_a_worker_that_died_with_the_pack_in_its_hands_leaves_it_unknown(db, linked, alice, claim, hand_over):
    pack = claim()
    hand_over(pack)
    again = claim()
    assert again["isRepeat"] and again["packKey"] == pack["packKey"]
    assert db.value("SELECT state FROM ctr_packList") == "unknown"


def test_a_pack_that_did_not_arrive_or_was_refused_waits_again(
    db, linked, alice, claim, hand_over, finish, state_of
):
    for state, reason in (("unsent", "pack_unsent"), ("refused", "pack_refused")):
        pack = claim()
        hand_over(pack)
        assert finish(pack, state=state, note="552").reason == reason
        assert (state_of(alice).state, state_of(alice).attempts) == ("waiting", 0)
    assert db.value("SELECT note FROM ctr_packList ORDER BY id DESC LIMIT 1") == "552"


def test_what_is_no_state_of_a_pack_is_refused(db, linked, alice, claim, hand_over, finish, untouched):
    pack = claim()
    with untouched():
        assert finish(pack, state="answered").reason == "not_yours"
    hand_over(pack)
    with untouched():
        assert finish(pack, state="maybe").reason == "invalid_value"
        assert finish(pack | {"packID": 99}, state="answered").reason == "not_yours"


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        # Outer states ok, inner error: an id of 0 is no contact.
        ({"isOK": False, "errno": "104", "note": "Nebyla zadána adresa firmy."}, "pohoda_104"),
        ({"isOK": False, "errno": "109", "note": "duplicita"}, "pohoda_109"),
        ({"isOK": False, "note": "Doklad se nepodařilo zpracovat."}, "pohoda_error"),
        ({"isOK": True, "pohodaID": 0}, "no_id"),
        ({"isOK": True, "pohodaID": None}, "no_id"),
        ({"isOK": False, "errno": "115", "note": "nenalezen"}, "gone"),
        ({"isDuplicate": True, "duplicateID": None}, "gone"),
    ],
)
def test_what_is_no_success_is_none(db, linked, alice, claim, hand_over, finish, state_of, answer, failure):
    pack = claim()
    hand_over(pack)
    assert finish(pack, {"number": 1} | answer).details == {"refused": 1}
    state = state_of(alice)
    assert (state.failure, state.pohoda_id) == (failure, None)
    assert state.failure_msg
    assert db.value("SELECT count(*) FROM ctr_contactList") == 0
    # It waits for a change or a word.
    assert db.call("ctr_claimPack", worker=WORKER).reason == "nothing_to_send"
    assert db.read("SELECT * FROM ctr_violations") == []


def test_a_change_tries_again_what_was_refused(db, linked, alice, claim, hand_over, finish, state_of):
    pack = claim()
    hand_over(pack)
    finish(pack, {"number": 1, "isOK": False, "errno": "104"})
    db.call("ctr_setProfile", username=alice, city="Nitra", actor=alice)
    assert (state_of(alice).state, state_of(alice).failure) == ("waiting", None)


def test_a_contact_of_somebody_else_is_not_taken(db, linked, alice, bob, claim, hand_over, finish, state_of):
    pack = claim()
    hand_over(pack)
    finish(pack, *[{"number": number, "isOK": True, "pohodaID": 7} for number in (1, 2)])
    assert state_of(alice).state == "equal"
    assert (state_of(bob).failure, state_of(bob).pohoda_id) == ("linked_to_other", None)
    assert db.read("SELECT * FROM ctr_violations") == []


def test_an_answer_that_leaves_somebody_out_is_asked_for_again_five_times(
    db, linked, alice, bob, claim, hand_over, finish, state_of
):
    for attempt in range(1, 6):
        pack = claim()
        hand_over(pack)
        # The other one is there, in another order and beside one that nobody sent.
        known = [{"number": 99, "isOK": True, "pohodaID": 99}, {"number": 2, "isOK": True, "pohodaID": 2}]
        finish(pack, *known)
        db.execute("UPDATE ctr_contacts SET notBefore = NULL")
        assert state_of(alice).state == ("waiting" if attempt < 5 else "refused")
    assert state_of(alice).failure == "no_answer"
    assert state_of(bob).pohoda_id == 2


def test_warnings_are_success_with_a_notice(db, linked, alice, claim, hand_over, finish, state_of):
    pack = claim()
    hand_over(pack)
    finish(pack, {"number": 1, "isOK": True, "pohodaID": 3, "notice": "602 číslovanie"})
    assert (state_of(alice).state, state_of(alice).notice) == ("equal", "602 číslovanie")
    assert db.call("ctr_claimPack", worker=WORKER).reason == "nothing_to_send"


def test_a_change_while_the_pack_is_on_its_way_is_sent_after_it(
    db, linked, alice, claim, hand_over, finish, state_of
):
    pack = claim()
    hand_over(pack)
    db.call("ctr_setProfile", username=alice, city="Nitra", actor=alice)
    assert db.read("SELECT * FROM ctr_violations") == []
    finish(pack, {"number": 1, "isOK": True, "pohodaID": 3})
    assert state_of(alice).state == "waiting"
    assert claim()["items"][0]["fields"] == {"city": "Nitra"}


def test_where_pohoda_minds_a_missing_city_a_word_stands_for_it(
    db, linked, alice, sent, listing, claim, hand_over, finish
):
    sent()
    listing({"pohodaID": 1, "name": "Alice", "email": "alice@example.com", "mobile": "+421903123456"})
    db.call("ctr_setProfile", username=alice, street="Hlavná 1", actor=alice)
    pack = claim()
    assert pack["items"][0]["fields"] == {"street": "Hlavná 1"}
    hand_over(pack)
    assert finish(pack, {"number": 1, "isOK": False, "errno": "104"}).details == {"again": 1}
    assert claim()["items"][0]["fields"] == {"street": "Hlavná 1", "city": "-"}


def test_nothing_that_can_be_sent_sends_nothing(db, linked, alice, claim):
    pack = claim()
    outcome = db.call(
        "ctr_handOverPack",
        packID=pack["packID"],
        worker=WORKER,
        sentXML="",
        items='[{"number": 1, "reason": "too_long", "msg": "email may have 98 characters."}]',
    )
    assert outcome.reason == "pack_empty"
    assert db.value("SELECT failure FROM ctr_contactStates") == "too_long"
    assert db.read("SELECT * FROM ctr_violations") == []


def test_old_packs_go_and_open_ones_stay(db, linked, alice, bob, claim, hand_over, finish, sent):
    sent()
    db.call("ctr_resend", username=alice)
    hand_over(claim())
    db.execute(
        "UPDATE ctr_packs SET createdAt = createdAt - interval '31 days', finishedAt = finishedAt - interval '31 days',"
        " handedOverAt = handedOverAt - interval '31 days'"
    )
    tidied = db.call("ctr_tidy")
    assert (tidied.reason, tidied.details["packs"]) == ("tidied", 1)
    assert db.value("SELECT count(*) FROM ctr_packList WHERE state = 'sending'") == 1
    rules = {row.rule for row in db.read("SELECT rule FROM ctr_violations")}
    assert rules == {"pack_stuck"}
