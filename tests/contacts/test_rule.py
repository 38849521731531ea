"""Which contacts of Pohoda's become accounts: tried out first, then each exactly once."""

import pytest

from tests.people import register
from workers import pohoda

GOOD = {
    "pohodaID": 1,
    "name": "Jana",
    "city": "Nitra",
    "email": "jana@example.com",
    "isCustomer": True,
    "country": "CZ",
}


def verdicts(db) -> dict:
    return dict(db.read("SELECT pohoda_id, verdict FROM ctr_contactList WHERE verdict IS NOT NULL"))


@pytest.fixture
def on(db, linked, root):
    """Switch the rule on: `on(kind="any")`."""

    def switch(**conditions):
        tried = db.call("ctr_tryRule", **conditions, actor="root")
        assert tried.ok, tried
        saved = db.call(
            "ctr_saveRule", isOn=True, **conditions, expected=tried.details["register"], actor="root"
        )
        assert saved.reason == "rule_saved", saved
        return saved

    return switch


@pytest.mark.parametrize(
    ("conditions", "chosen"),
    [
        ({}, {1, 3}),
        ({"kind": "any"}, {1, 2, 3, 4}),
        ({"kind": "suppliers"}, {2}),
        ({"kind": "any", "groups": ["eshop", "none"]}, {3}),
        ({"kind": "any", "labels": ["VIP"]}, {4}),
        ({"kind": "any", "groups": ["Eshop"], "labels": ["VIP"]}, set()),
        ({"kind": "any", "seenSince": "2999-01-01"}, set()),
        ({"kind": "any", "seenSince": "2001-01-01"}, {1, 2, 3, 4}),
    ],
)
def test_the_conditions_choose(db, listing, on, conditions, chosen):
    listing(
        GOOD,
        {"pohodaID": 2, "name": "B", "email": "b@example.com", "isSupplier": True},
        {"pohodaID": 3, "name": "C", "email": "c@example.com", "isCustomer": True, "group": "Obchod, Eshop"},
        {"pohodaID": 4, "name": "D", "email": "d@example.com", "labels": ["vip", "old"]},
    )
    on(**conditions)
    assert set(verdicts(db)) == chosen


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "register"),
        ({"email": " Jana@Example.com "}, "register"),
        ({"email": ""}, "no_email"),
        ({"email": "a@example.com; b@example.com"}, "several_emails"),
        ({"email": "a@example.com b@example.com"}, "several_emails"),
        ({"email": "jana(at)example.com"}, "broken_email"),
        ({"email": "žana@example.com"}, "broken_email"),
        ({"email": "ALICE@example.com"}, "email_taken"),
        ({"email": "info@example.com"}, "shared_email"),
        ({"name": "", "company": ""}, "no_name"),
        ({"name": "", "company": "ACME"}, "register"),
        ({"restrictProcessing": True}, "processing_restricted"),
        ({"ico": "012 345 67"}, "possible_duplicate"),
        ({"ico": "12 345 67"}, "register"),
        ({"mobile": "0903/123 456"}, "possible_duplicate"),
        ({"name": "ALICE  Novakova", "city": "zilina"}, "possible_duplicate"),
    ],
)
def test_every_contact_has_its_verdict(db, listing, alice, on, change, verdict):
    assert db.call("as_setProfile", username=alice, name="Alice Nováková").ok
    assert db.call("ctr_setProfile", username=alice, ico="01234567", city="Žilina").ok
    listing(GOOD | change, {"pohodaID": 2, "name": "Other", "email": "info@example.com;x@example.com"})
    on()
    assert verdicts(db) == {1: verdict}


def test_of_several_addresses_the_first_is_taken_where_the_rule_says_so(db, listing, on):
    listing(GOOD | {"email": "first@example.com, second@example.com"})
    on(emailChoice="first")
    assert db.call("ctr_registerContact", pohodaID=1).ok
    assert db.value("SELECT email FROM as_people WHERE name = 'Jana'") == "first@example.com"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "nobody"}, "invalid_value"),
        ({"groups": None}, "invalid_value"),
        ({"labels": ["x"] * 101}, "invalid_value"),
        ({"emailChoice": "last"}, "invalid_value"),
        ({"locale": "xx"}, "no_such_locale"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(db, root, untouched, change, reason):
    with untouched():
        assert db.call("ctr_tryRule", **change, actor=root).reason == reason
        assert db.call("ctr_saveRule", isOn=True, **change, actor=root).reason == reason
        assert db.call("ctr_saveRule", isOn=None, actor=root).reason == "invalid_value"


def test_trying_writes_nothing_and_switching_on_needs_its_number(db, listing, root, linked, untouched):
    listing(GOOD, GOOD | {"pohodaID": 2, "email": ""})
    with untouched():
        tried = db.call("ctr_tryRule", actor=root)
        assert tried.details == {"register": 1, "verdicts": {"register": 1, "no_email": 1}}
        for expected in (None, 0, 2):
            refused = db.call("ctr_saveRule", isOn=True, expected=expected, actor=root)
            assert (refused.reason, refused.details["register"]) == ("count_changed", 1)
    saved = db.call("ctr_saveRule", isOn=True, expected=1, requestKey="k", actor=root)
    assert (saved.reason, saved.details["register"]) == ("rule_saved", 1)
    assert db.call("ctr_saveRule", isOn=True, expected=1, requestKey="k", actor=root) == saved
    # Accounts are made by the job, not by the click.
    assert db.value("SELECT count(*) FROM as_people WHERE role = 'user'") == 0
    assert db.call("ctr_saveRule", isOn=False, actor=root).ok
    assert verdicts(db) == {}


def test_an_account_is_made_once_with_everything(db, listing, on, untouched):
    listing(GOOD | {"mobile": "0905 111 222", "phone": "02 123", "ico": "36 244 791", "street": "Hlavná 1"})
    assert db.call("ctr_registerContact", pohodaID=1).reason == "not_chosen"
    on()
    made = db.call("ctr_registerContact", pohodaID=1)
    assert made.reason == "contact_registered"
    username = made.details["username"]
    person = db.row("SELECT name, email, phone, locale FROM as_people WHERE username = %s", [username])
    assert person == ("Jana", "jana@example.com", "+421905111222", "cs")
    profile = db.row("SELECT street, ico, phone FROM ctr_profileList WHERE username = %s", [username])
    assert profile == ("Hlavná 1", "36 244 791", "02 123")
    kinds = db.read("SELECT kind FROM job_messages WHERE username = %s", [username])
    assert [row.kind for row in kinds] == ["contact_welcome"]
    assert db.value("SELECT balance FROM fin_balances WHERE username = %s", [username]) == 0
    with untouched():
        assert db.call("ctr_registerContact", pohodaID=1).reason == "not_chosen"
        assert db.call("ctr_registerNow", pohodaID=1, actor="root").reason == "already_registered"
        assert db.call("ctr_registerNow", pohodaID=9, actor="root").reason == "no_such_contact"
    # A later listing brings it again, and nobody is made of it again.
    listing(
        GOOD
        | {
            "mobile": "0905 111 222",
            "phone": "02 123",
            "ico": "36 244 791",
            "street": "Hlavná 1",
            "note": "x",
        }
    )
    assert db.read("SELECT * FROM ctr_toRegister") == []
    assert db.value("SELECT count(*) FROM job_messages WHERE kind = 'contact_welcome'") == 1
    assert db.read("SELECT * FROM ctr_violations") == []


def test_the_link_of_its_message_sets_the_first_password_for_two_weeks(db, listing, on):
    listing(GOOD)
    on()
    username = db.call("ctr_registerContact", pohodaID=1).details["username"]
    token = db.value("SELECT as_issueToken('invitation', %s)", [username])
    lasts = db.value(
        "SELECT expiresAt - createdAt > interval '13 days' AND purpose = 'password' FROM as_tokens"
    )
    assert lasts
    changed = db.execute(
        "SELECT * FROM as_resetPassword(sha256(%s::bytea), %s)",
        [token.encode(), "$argon2id$v=19$m=65536,t=3,p=4$YWFh$YmJi"],
    ).fetchone()
    assert changed.reason in ("password_changed", "invalid_password_hash")


def test_a_phone_number_that_is_taken_is_left_out(db, listing, on, bob):
    assert db.call("as_changeKey", username=bob, kind="phone", value="0905 111 222").ok
    listing(GOOD | {"mobile": "0905 111 222"})
    username = db.call("ctr_registerNow", pohodaID=1, actor="root" if on else "").details["username"]
    assert db.value("SELECT phone FROM as_people WHERE username = %s", [username]) is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"email": ""}, "no_email"),
        ({"email": "a@example.com;b@example.com"}, "several_emails"),
        ({"email": "nonsense"}, "invalid_email"),
        ({"email": "alice@example.com"}, "email_taken"),
        ({"restrictProcessing": True}, "processing_restricted"),
        ({"name": ""}, "invalid_name"),
    ],
)
def test_by_hand_one_is_registered_or_refused_with_the_reason(
    db, alice, root, listing, untouched, change, reason
):
    listing(GOOD | change)
    with untouched():
        assert db.call("ctr_registerNow", pohodaID=1, actor=root).reason == reason


def test_by_hand_the_same_request_is_done_once(db, root, listing):
    listing(GOOD)
    made = db.call("ctr_registerNow", pohodaID=1, requestKey="k", actor=root)
    assert made.reason == "contact_registered"
    assert db.call("ctr_registerNow", pohodaID=1, requestKey="k", actor=root) == made


def test_a_contact_may_stay_without_an_account(db, root, listing, on, untouched):
    listing(GOOD)
    on()
    given = {"pohodaID": 1, "isApart": True, "actor": root}
    with untouched():
        assert db.call("ctr_setApart", **(given | {"pohodaID": 9})).reason == "no_such_contact"
        assert db.call("ctr_setApart", **(given | {"isApart": None})).reason == "invalid_value"
    done = db.call("ctr_setApart", **given, requestKey="k")
    assert done.reason == "contact_apart"
    assert db.call("ctr_setApart", **given, requestKey="k") == done
    assert verdicts(db) == {1: "apart"}
    assert db.call("ctr_setApart", **(given | {"isApart": False})).reason == "contact_judged"
    assert db.call("ctr_registerContact", pohodaID=1).ok
    with untouched():
        assert db.call("ctr_setApart", **given).reason == "already_registered"


@pytest.fixture
def pairs(db):
    def find() -> dict:
        assert db.call("ctr_findDuplicates").ok
        return {
            (row.left_key, row.right_key): row.matches
            for row in db.read("SELECT * FROM ctr_duplicateList WHERE decision IS NULL")
        }

    return find


def test_duplicates_are_found_however_they_are_written(db, linked, alice, bob, listing, pairs):
    assert db.call("as_setProfile", username=alice, name="Alice Nováková").ok
    assert db.call("ctr_setProfile", username=alice, ico="01234567", city="Žilina").ok
    listing(
        {"pohodaID": 1, "name": "x", "ico": "012 345 67"},
        {"pohodaID": 2, "name": "x", "ico": "1234567"},
        {"pohodaID": 3, "name": "NOVAKOVA alice"},
        {"pohodaID": 4, "name": "ALICE  NOVÁKOVÁ", "city": "Zilina"},
        {"pohodaID": 5, "name": "x", "phone": "0903/123 456"},
        {"pohodaID": 6, "name": "x", "email": "x@example.com; Alice@example.com"},
    )
    assert pairs() == {
        ("user:alice", "contact:1"): ["ico"],
        ("user:alice", "contact:4"): ["name_city"],
        ("user:alice", "contact:5"): ["phone"],
        ("user:alice", "contact:6"): ["email"],
    }
    # Not alike any more: the pair goes by itself.
    assert db.call("ctr_setProfile", username=alice, ico="").ok
    assert ("user:alice", "contact:1") not in pairs()


def test_a_pair_is_merged_only_by_a_word(
    db, linked, alice, root, listing, pairs, claim, profile_of, untouched
):
    assert db.call("ctr_setProfile", username=alice, ico="01234567", street="Our street").ok
    listing({"pohodaID": 15, "name": "Alice", "ico": "01234567", "city": "Nitra", "street": "Their street"})
    pairs()
    one = db.row("SELECT * FROM ctr_duplicateList")
    assert (
        one.can_be_merged
        and one.right_content["city"] == "Nitra"
        and one.left_content["street"] == "Our street"
    )
    with untouched():
        assert db.call("ctr_mergeDuplicate", duplicateID=one.id + 1, actor=root).reason == "no_such_pair"
        assert db.call("ctr_keepApart", duplicateID=one.id + 1, actor=root).reason == "no_such_pair"
    done = db.call("ctr_mergeDuplicate", duplicateID=one.id, requestKey="k", actor=root)
    assert (done.reason, done.details["pohodaID"], done.details["fields"]) == (
        "duplicate_merged",
        15,
        ["city"],
    )
    assert done.details["disputed"] == ["street"]
    assert db.call("ctr_mergeDuplicate", duplicateID=one.id, requestKey="k", actor=root) == done
    with untouched():
        assert db.call("ctr_mergeDuplicate", duplicateID=one.id, actor=root).reason == "already_decided"
        assert db.call("ctr_keepApart", duplicateID=one.id, actor=root).reason == "already_decided"
    assert profile_of(alice).city == "Nitra"
    item = claim()["items"][0]
    assert (item["pohodaID"], item["fields"]["email"]) == (15, "alice@example.com")
    assert "street" not in item["fields"]
    assert pairs() == {}
    assert db.read("SELECT * FROM ctr_violations") == []


def test_what_cannot_be_made_one_here_is_refused(
    db, linked, alice, bob, root, listing, sent, pairs, untouched
):
    sent()
    assert db.call("ctr_setProfile", username=alice, ico="1").ok
    assert db.call("ctr_setProfile", username=bob, ico="1").ok
    listing(
        {"pohodaID": 15, "name": "x", "ico": "1"},
        {"pohodaID": 16, "name": "y", "ico": "2"},
        {"pohodaID": 17, "name": "z", "ico": "2"},
    )
    pairs()
    numbers = {(row.left_key, row.right_key): row.id for row in db.read("SELECT * FROM ctr_duplicateList")}

    def refused(left, right):
        with untouched("ctr_contacts"):
            return db.call("ctr_mergeDuplicate", duplicateID=numbers[left, right], actor=root).reason

    assert refused("user:alice", "user:bob") == "two_accounts"
    assert refused("contact:16", "contact:17") == "merge_in_pohoda"
    # She is another contact already.
    assert refused("user:alice", "contact:15") == "linked_already"
    db.execute("INSERT INTO ctr_erased VALUES ('contact:15', now())")
    assert refused("user:alice", "contact:15") == "was_erased"


def test_kept_apart_a_pair_is_not_shown_again_and_may_be_registered(
    db, linked, alice, root, listing, on, pairs
):
    assert db.call("ctr_setProfile", username=alice, ico="01234567").ok
    listing(GOOD | {"ico": "01234567"})
    on()
    assert verdicts(db) == {1: "possible_duplicate"}
    pairs()
    one = db.value("SELECT id FROM ctr_duplicateList")
    done = db.call("ctr_keepApart", duplicateID=one, requestKey="k", actor=root)
    assert done.reason == "kept_apart"
    assert db.call("ctr_keepApart", duplicateID=one, requestKey="k", actor=root) == done
    assert (pairs(), verdicts(db)) == ({}, {1: "register"})


def test_a_large_group_is_compared_with_its_first_only(db, linked, listing, pairs):
    listing(
        *({"pohodaID": number, "name": f"n{number}", "email": "info@example.com"} for number in range(1, 31))
    )
    assert len(pairs()) == 29


def test_the_worker_copies_what_the_tests_copy():
    assert pohoda.line(1, 2, {"pohodaID": 3, "name": "a\\b"}) == '1\t2\t3\t{"name": "a\\\\\\\\b"}\n'


def test_a_person_without_an_email_is_sent_all_the_same(db, linked, root, claim):
    register(db, "fon", email=None, phone="0905 333 444")
    assert claim()["items"][0]["fields"]["mobile"] == "+421905333444"


def test_who_took_the_address_meanwhile_keeps_it(db, listing, on, untouched):
    listing(GOOD)
    on()
    register(db, "jana")
    with untouched():
        assert db.call("ctr_registerContact", pohodaID=1).reason == "email_taken"
