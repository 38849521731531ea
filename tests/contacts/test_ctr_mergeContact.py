"""Three ways: what we hold, what both agreed on, what came. Each field by its rule; our own echo is nothing new."""

import pytest

ALICE = {"pohodaID": 1, "name": "Alice", "email": "alice@example.com", "mobile": "+421903123456", "city": "-"}
OURS = {"extIds": [{"id": "alice", "system": "portal"}]}


@pytest.fixture
def alice(linked, alice, sent):
    """Alice is in both books."""
    sent()
    return alice


def rule(db, field: str, direction: str = "both", winner: str = "ask") -> None:
    assert db.call("ctr_setField", code=field, direction=direction, winner=winner, mayBeCut=False).ok


def set_here(db, **fields) -> None:
    assert db.call("ctr_setProfile", username="alice", **fields).ok


def conflicts(db) -> list:
    return db.read("SELECT field, ours, theirs, reason, decision FROM ctr_conflictList ORDER BY id")


def test_our_own_echo_is_nothing_new(db, alice, listing, state_of):
    done = listing(ALICE | OURS | {"isCustomer": True, "group": "Eshop"})
    assert done.details["merging"] == 0
    assert state_of(alice).state == "equal"
    assert db.read("SELECT username FROM ctr_toSend") == []


def test_what_only_pohoda_changed_is_taken(db, alice, listing, profile_of, state_of):
    listing(ALICE | {"city": "Nitra", "company": "ACME", "phone": "02 / 123 45", "zip": "01 234"})
    profile = profile_of(alice)
    assert (profile.city, profile.company, profile.phone, profile.zip) == (
        "Nitra",
        "ACME",
        "02 / 123 45",
        "01 234",
    )
    assert state_of(alice).state == "equal"
    [audit] = db.read("SELECT * FROM as_auditTrail WHERE procedure = 'ctr_mergeContact'")
    assert set(audit.details["fields"]) == {"city", "company", "phone", "zip"}


def test_what_is_left_out_there_is_empty(db, alice, listing, profile_of):
    listing(ALICE | {"phone": "02 123"})
    listing(ALICE)
    assert profile_of(alice).phone == ""


def test_nothing_to_merge_is_refused(db, alice, untouched):
    with untouched():
        assert db.call("ctr_mergeContact", username=alice).reason == "nothing_to_merge"
        assert db.call("ctr_mergeContact", username="nobody").reason == "nothing_to_merge"


@pytest.mark.parametrize(
    ("winner", "here", "waits", "open_"),
    [("portal", "Nitra", True, 0), ("pohoda", "Brno", False, 0), ("ask", "Nitra", False, 1)],
)
def test_where_both_changed_a_field_its_rule_decides(
    db, alice, listing, profile_of, winner, here, waits, open_
):
    rule(db, "city", winner=winner)
    set_here(db, city="Nitra")
    listing(ALICE | {"city": "Brno"})
    assert profile_of(alice).city == here
    assert bool(db.read("SELECT username FROM ctr_toSend")) == waits
    assert db.value("SELECT count(*) FROM ctr_conflictList WHERE is_open") == open_
    assert db.read("SELECT * FROM ctr_violations") == []


def test_both_changed_it_to_the_same(db, alice, listing, state_of):
    set_here(db, city="Nitra")
    listing(ALICE | {"city": "Nitra"})
    assert state_of(alice).state == "equal"
    assert conflicts(db) == []


def test_the_newest_wins_where_it_can_be_told(db, alice, listing, profile_of):
    rule(db, "city", winner="newest")
    set_here(db, city="Nitra")
    # Ours is older than a listing that did not bring theirs yet, so theirs is newer.
    db.execute('UPDATE ctr_contacts SET changes = \'{"city": {"value": "Nitra", "at": "2020-01-01"}}\'')
    listing()
    listing(ALICE | {"city": "Brno"})
    assert profile_of(alice).city == "Brno"
    # Ours is younger than the listing before: nobody knows.
    set_here(db, city="Praha")
    listing(ALICE | {"city": "Opava"})
    assert [row.reason for row in conflicts(db)] == ["rule", "both_changed"]
    assert profile_of(alice).city == "Praha"


def test_a_field_that_goes_out_only_is_not_taken(db, alice, listing, profile_of):
    rule(db, "city", direction="out")
    listing(ALICE | {"city": "Brno"})
    assert profile_of(alice).city == ""


def test_a_field_that_comes_in_only_is_not_sent(db, alice, listing, profile_of):
    rule(db, "city", direction="in")
    set_here(db, city="Nitra")
    assert db.read("SELECT username FROM ctr_toSend") == []
    listing(ALICE | {"city": "Brno"})
    assert profile_of(alice).city == "Brno"


def test_a_field_without_a_direction_is_left_alone(db, alice, listing, profile_of):
    rule(db, "city", direction="none")
    set_here(db, city="Nitra")
    assert listing(ALICE | {"city": "Brno"}).details["merging"] == 0
    assert profile_of(alice).city == "Nitra"


def test_while_a_conflict_is_open_the_field_is_neither_sent_nor_taken(db, alice, listing, claim):
    rule(db, "city")
    set_here(db, city="Nitra", street="Hlavná 1")
    listing(ALICE | {"city": "Brno"})
    assert claim()["items"][0]["fields"] == {"street": "Hlavná 1"}
    listing(ALICE | {"city": "Opava"})
    assert conflicts(db) == [("city", "Nitra", "Opava", "both_changed", None)]


def test_a_conflict_goes_when_both_are_one_again(db, alice, listing, state_of):
    rule(db, "city")
    set_here(db, city="Nitra")
    listing(ALICE | {"city": "Brno"})
    assert state_of(alice).state == "disputed"
    listing(ALICE | {"city": "Nitra"})
    assert state_of(alice).state == "equal"
    assert conflicts(db)[0].decision == "agreed"


@pytest.mark.parametrize(
    ("decision", "here", "sent_"), [("portal", "Nitra", {"city": "Nitra"}), ("pohoda", "Brno", None)]
)
def test_a_conflict_is_decided_by_a_click(
    db, alice, listing, profile_of, root, claim, untouched, decision, here, sent_
):
    rule(db, "city")
    set_here(db, city="Nitra")
    listing(ALICE | {"city": "Brno"})
    one = db.value("SELECT id FROM ctr_conflictList")
    given = {"username": alice, "conflictID": one, "decision": decision, "actor": root}
    with untouched():
        assert db.call("ctr_decideConflict", **(given | {"username": "nobody"})).reason == "no_such_user"
        assert db.call("ctr_decideConflict", **(given | {"decision": "both"})).reason == "invalid_value"
        assert db.call("ctr_decideConflict", **(given | {"conflictID": one + 1})).reason == "no_such_conflict"
    done = db.call("ctr_decideConflict", **given, requestKey="k")
    assert done.reason == "conflict_decided"
    with untouched():
        assert db.call("ctr_decideConflict", **given, requestKey="k") == done
        assert db.call("ctr_decideConflict", **given).reason == "already_decided"
    assert profile_of(alice).city == here
    pack = claim()
    assert (pack.get("items") and pack["items"][0]["fields"]) == sent_
    assert db.read("SELECT * FROM ctr_violations") == []


def test_a_new_email_from_there_is_confirmed_by_its_owner_first(db, alice, listing):
    rule(db, "email", winner="pohoda")
    listing(ALICE | {"email": "new@example.com"})
    assert db.value("SELECT email FROM as_people WHERE username = 'alice'") == "alice@example.com"
    assert db.value("SELECT address FROM job_messages WHERE kind = 'email_change'") == "new@example.com"
    listing(ALICE | {"email": "new@example.com", "note": "again"})
    assert db.value("SELECT count(*) FROM job_messages WHERE kind = 'email_change'") == 1


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "not an address", "invalid_email"),
        ("email", "bob@example.com", "email_taken"),
        ("mobile", "call my wife", "invalid_phone"),
        ("mobile", "0905 999 888", "phone_taken"),
        ("name", "", "invalid_name"),
    ],
)
def test_what_cannot_be_taken_here_is_a_conflict(
    db, alice, bob, root, listing, untouched, field, value, reason
):
    assert db.call("as_changeKey", username=bob, kind="phone", value="0905 999 888").ok
    rule(db, field, winner="pohoda")
    listing(ALICE | {field: value})
    assert [(row.field, row.reason, row.decision) for row in conflicts(db)] == [(field, reason, None)]
    one = db.value("SELECT id FROM ctr_conflictList")
    with untouched("as_userKeys"):
        refused = db.call("ctr_decideConflict", username=alice, conflictID=one, decision="pohoda", actor=root)
    assert (refused.reason, refused.details["reason"]) == ("cannot_take", reason)
    assert db.call("ctr_decideConflict", username=alice, conflictID=one, decision="portal", actor=root).ok
    assert [row.username for row in db.read("SELECT username FROM ctr_toSend WHERE pohoda_id = 1")] == [
        "alice"
    ]


def test_a_mobile_number_from_there_is_a_key_here(db, alice, listing):
    rule(db, "mobile", winner="pohoda")
    listing(ALICE | {"mobile": "0905 111 222"})
    assert db.value("SELECT phone FROM as_people WHERE username = 'alice'") == "+421905111222"
    assert db.read("SELECT username FROM ctr_toSend") == []
    # Written otherwise it is the same.
    listing(ALICE | {"mobile": "+421 905 111 222"})
    assert db.read("SELECT username FROM ctr_toSend") == []
    assert conflicts(db) == []


def test_without_a_key_to_sign_in_with_a_number_is_not_taken_away(db, linked, root, sent, listing):
    assert db.call("as_register", name="Phone", phone="0905 333 444", username="fon", actor=root).ok
    sent()
    rule(db, "mobile", winner="pohoda")
    listing({"pohodaID": 1, "name": "Phone", "city": "-"})
    assert conflicts(db)[0].reason == "last_key"


def test_a_company_without_a_persons_name_stays_one(db, linked, listing, root, claim):
    listing(
        {
            "pohodaID": 5,
            "company": "ACME s.r.o.",
            "city": "Nitra",
            "email": "acme@example.com",
            "isCustomer": True,
        }
    )
    username = db.call("ctr_registerNow", pohodaID=5, actor=root).details["username"]
    person = "SELECT name FROM as_people WHERE username = %s"
    assert db.value(person, [username]) == "ACME s.r.o."
    [item] = claim()["items"]
    assert (item["pohodaID"], item["username"], item["fields"]["company"]) == (5, username, "ACME s.r.o.")
    assert "name" not in item["fields"]
    listing({"pohodaID": 5, "company": "ACME Group", "city": "Nitra", "email": "acme@example.com"})
    assert db.value(person, [username]) == "ACME Group"
    listing(
        {
            "pohodaID": 5,
            "company": "ACME Group",
            "name": "Jozef",
            "city": "Nitra",
            "email": "acme@example.com",
        }
    )
    assert db.value(person, [username]) == "Jozef"
    listing({"pohodaID": 5, "company": "ACME Group", "city": "Nitra", "email": "acme@example.com"})
    assert db.value(person, [username]) == "ACME Group"
    assert conflicts(db) == []


def test_what_came_back_before_its_answer_is_agreed(db, alice, listing, claim, hand_over, finish, state_of):
    set_here(db, city="Nitra", street="Hlavná 1")
    pack = claim()
    hand_over(pack)
    finish(pack, state="unknown")
    listing(ALICE | {"city": "Nitra", "street": "Hlavná 1"})
    assert (state_of(alice).state, conflicts(db)) == ("equal", [])
    assert claim() == {}
    assert db.value("SELECT note FROM ctr_packList ORDER BY id DESC LIMIT 1").startswith(
        "All of it came back"
    )


def test_what_was_decided_meanwhile_is_not_undone_by_a_pack_that_goes_again(
    db, alice, listing, claim, hand_over, finish, profile_of
):
    rule(db, "city", winner="pohoda")
    set_here(db, city="Nitra", street="Hlavná 1")
    pack = claim()
    hand_over(pack)
    finish(pack, state="unknown")
    # It had not arrived, and somebody there changed the city.
    listing(ALICE | {"city": "Brno"})
    assert profile_of(alice).city == "Brno"
    again = claim()
    assert again["isRepeat"] and again["items"][0]["fields"] == {"street": "Hlavná 1"}


def test_a_stand_in_for_the_city_that_is_taken_away_there_says_nothing(db, alice, listing, claim):
    set_here(db, city="Nitra")
    listing(ALICE | {"city": ""})
    assert conflicts(db) == []
    assert claim()["items"][0]["fields"] == {"city": "Nitra"}


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ({"phone": "1" * 41}, "too_long"),
        ({"country": "CSX"}, "too_long"),
        ({"street": "a\x01b"}, "bad_character"),
    ],
)
def test_what_does_not_fit_here_is_a_conflict(db, alice, listing, there, reason):
    listing(ALICE | there)
    assert [row.reason for row in conflicts(db)] == [reason]


def test_a_company_that_cannot_be_a_name_is_a_conflict(db, linked, listing, root):
    company = {"pohodaID": 5, "company": "ACME", "city": "Nitra", "email": "acme@example.com"}
    listing(company)
    assert db.call("ctr_registerNow", pohodaID=5, actor=root).ok
    listing(company | {"company": "A" * 201})
    assert [(row.field, row.reason) for row in conflicts(db)] == [("company", "invalid_name")]
    # Without one the account keeps its name.
    listing(company | {"company": "", "name": ""})
    assert db.value("SELECT name FROM as_people WHERE email = 'acme@example.com'") == "ACME"


def test_somebody_elses_contact_is_not_adopted(db, alice, bob, sent):
    sent()
    assert not db.value("SELECT ctr_adoptContact(1, 'bob')")
    db.execute("UPDATE ctr_contacts SET pohodaID = NULL WHERE username = 'bob'")
    assert not db.value("SELECT ctr_adoptContact(1, 'bob')")
    assert not db.value("SELECT ctr_adoptContact(1, 'nobody')")
