"""After an erasure nothing in any table names the person: not the present values, not the former ones."""

import pytest

from tests.people import register

#: What bob is and was called, and where he is and was reached.
PERSONAL = (
    "Bohumil Dlhý",
    "Bohuš (Dlhší)",
    "bohumil@example.com",
    "bohus@example.com",
    "later@example.com",
    "+421905777888",
    "0905 777 888",
    "+421905111999",
    "bohumil.d",
    "Dlhý s.r.o.",
    "Krátka 7",
    "Dlhá 8",
    "Široká 9",
    "02 / 777 888",
    "36244791",
    "SK2020044444",
)


def mentions(db, *values: str) -> list:
    """Where any of the values stands: table, value and row."""
    tables = db.read(
        "SELECT oid::regclass::text AS name FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace ORDER BY 1"
    )
    return [
        (table.name, value, row.row)
        for table in tables
        for value in values
        for row in db.read(
            f"SELECT to_jsonb(t)::text AS row FROM {table.name} AS t"
            " WHERE strpos(lower(to_jsonb(t)::text), lower(%s)) > 0",
            [value],
        )
    ]


@pytest.fixture
def bob(db, root, linked, sent, listing):
    """Everything that leaves traces: registered by root, renamed, moved, disputed, in two places of Pohoda's book."""
    register(
        db,
        "bob",
        name="Bohumil Dlhý",
        email="bohumil@example.com",
        phone="0905 777 888",
        login="bohumil.d",
        actor=root,
    )
    assert db.call("as_setProfile", username="bob", name="Bohuš (Dlhší)", actor="bob").ok
    assert db.call("as_changeKey", username="bob", kind="email", value="later@example.com", actor="bob").ok
    assert db.call("as_changeKey", username="bob", kind="email", value="bohus@example.com", actor=root).ok
    assert db.call("as_changeKey", username="bob", kind="phone", value="0905 111 999", actor=root).ok
    address = {"company": "Dlhý s.r.o.", "street": "Krátka 7", "city": "Nitra", "phone": "02 / 777 888"}
    numbers = {"ico": "36244791", "icDph": "SK2020044444"}
    assert db.call("ctr_setProfile", username="bob", **address, **numbers, actor="bob").ok
    sent()
    there = {
        "pohodaID": 1,
        "name": "Bohuš (Dlhší)",
        "email": "bohus@example.com",
        "mobile": "+421905111999",
        **address,
        **numbers,
    }
    assert db.call("ctr_setProfile", username="bob", street="Dlhá 8", actor="bob").ok
    again = {"pohodaID": 2, "name": "Bohuš (Dlhší)", "email": "Bohus@example.com"}
    listing(there | {"street": "Široká 9"}, again)
    conflict = db.value("SELECT id FROM ctr_conflictList WHERE is_open")
    assert db.call(
        "ctr_decideConflict", username="bob", conflictID=conflict, decision="pohoda", actor=root
    ).ok
    assert db.call("ctr_findDuplicates").ok
    db.call("as_signInBegin", key="bohus@example.com", address="192.0.2.7")
    assert db.call("fin_topUp", username="bob", amount="1.00", purpose="cash").ok
    assert db.call("fin_charge", username="bob", amount="1.00", purpose="paid out").ok
    return "bob"


def test_nothing_of_an_erased_person_is_found_anywhere(db, root, bob, listing):
    found = {value for _, value, _ in mentions(db, *PERSONAL)}
    assert found == set(PERSONAL), "they are not even written down before"
    many = db.value("SELECT count(*) FROM as_audit")

    note = "Bohuš (Dlhší) asked from bohus@example.com"
    assert db.call("ctr_erasePerson", username=bob, note=note, actor=root).ok
    assert mentions(db, *PERSONAL) == []
    # Who did what and when is still known, and so is which fields were changed.
    assert db.value("SELECT count(*) FROM as_audit") == many + 1
    [named] = db.read("SELECT * FROM as_auditTrail WHERE username = 'bob' AND procedure = 'as_setProfile'")
    assert (named.actor, named.arguments, named.reason) == ("bob", {"name": None}, "profile_saved")
    assert named.details["before"]["name"] is None and named.details["before"]["locale"]
    [paid] = db.read("SELECT * FROM as_auditTrail WHERE procedure = 'fin_topUp'")
    assert paid.arguments["amount"] == "1"
    [erased] = db.read("SELECT * FROM as_auditTrail WHERE procedure = 'ctr_erasePerson'")
    assert erased.arguments == {"note": "*** asked from ***"}

    # Pohoda lists both again until they are erased there too.
    listing(
        {"pohodaID": 1, "name": "Bohuš (Dlhší)", "street": "Dlhá 8", "email": "bohus@example.com"},
        {"pohodaID": 2, "name": "Bohuš (Dlhší)", "email": "Bohus@example.com"},
        kind="all",
    )
    assert mentions(db, *PERSONAL) == []


def test_people_who_share_a_name_keep_it(db, root, bob):
    register(db, "charlie", name="Bohuš (Dlhší)")
    assert db.call("as_setProfile", username="charlie", name="Charlie", actor="charlie").ok
    assert db.call("ctr_erasePerson", username=bob, note="asked for it", actor=root).ok
    [row] = db.read("SELECT * FROM as_auditTrail WHERE username = 'charlie' AND procedure = 'as_setProfile'")
    assert row.details["before"]["name"] == "Bohuš (Dlhší)"
