"""Personal discounts: the buffer is the truth, with history."""

import pytest

from tests.imports.conftest import adds_up
from tests.people import register


def person(id, login, percent="30", why="studied this year") -> tuple:
    return (id, login, percent, why)


@pytest.fixture
def standing(db):
    """The discounts that have not ended: {identity: (username, per cent, reason)}."""

    def read():
        return {
            row.identity: (row.username, str(row.percentage), row.reason)
            for row in db.read("SELECT * FROM cpn_personalDiscounts WHERE endedAt IS NULL")
        }

    return read


@pytest.fixture
def discounts(office):
    """A source of discounts by login."""

    def make(**given):
        return office.save(
            **{"name": "Discounts", "holds": "discounts", "tableName": "people", "identityKind": "login"}
            | given
        )

    return make


def test_discounts_come_to_the_persons_they_name(office, buffer, discounts, standing, alice, bob):
    buffer.fill("people", [person(1, " ALICE "), person(2, "bob", "20.50", "partner"), person(3, "nobody")])
    source = discounts()
    run = office.run(source)
    last = office.last(source)
    assert standing() == {
        "login:alice": ("alice", "30.00", "studied this year"),
        "login:bob": ("bob", "20.50", "partner"),
        "login:nobody": (None, "30.00", "studied this year"),
    }
    assert (run.state, last.added, last.waiting, last.ended) == ("done", 3, 1, 0) and adds_up(last)


def test_the_same_again_changes_nothing(db, office, buffer, discounts, alice):
    buffer.fill("people", [person(1, "alice"), person(2, "nobody")])
    source = discounts()
    office.run(source)
    before = db.read("SELECT * FROM cpn_personalDiscounts ORDER BY id")
    office.run(source)
    last = office.last(source)
    assert db.read("SELECT * FROM cpn_personalDiscounts ORDER BY id") == before
    assert (last.rows, last.unchanged, last.waiting) == (2, 2, 1) and adds_up(last)


def test_a_changed_row_ends_the_old_discount_and_gives_the_new(
    db, office, buffer, discounts, standing, alice
):
    buffer.fill("people", [person(1, "alice")])
    source = discounts()
    office.run(source)
    buffer.run("UPDATE people SET percent = '40'")
    office.run(source)
    last = office.last(source)
    assert standing() == {"login:alice": ("alice", "40.00", "studied this year")}
    history = db.read(
        "SELECT percentage, endedAt IS NULL AS stands, endedByImportID FROM cpn_personalDiscounts ORDER BY id"
    )
    assert [(str(h.percentage), h.stands, h.endedbyimportid) for h in history] == [
        ("30.00", False, last.import_id),
        ("40.00", True, None),
    ]
    assert (last.changed, last.ended) == (1, 0) and adds_up(last)


def test_a_removed_row_ends_its_discount(office, buffer, discounts, standing):
    buffer.fill("people", [person(n, f"person{n}") for n in range(1, 11)])
    source = discounts()
    office.run(source)
    buffer.run("DELETE FROM people WHERE id <= 2")
    office.run(source)
    last = office.last(source)
    assert (last.state, last.unchanged, last.ended) == ("done", 8, 2) and adds_up(last)
    assert len(standing()) == 8


def test_ending_more_than_a_fifth_waits_for_a_word(db, office, buffer, discounts, standing, root):
    buffer.fill("people", [person(n, f"person{n}") for n in range(1, 11)])
    source = discounts()
    office.run(source)
    before = standing()
    buffer.run("DELETE FROM people WHERE id <= 3")
    buffer.run("UPDATE people SET percent = '50' WHERE id = 4")
    run = office.run(source)
    last = office.last(source)
    assert (run.state, last.state, last.ended, last.changed) == ("done", "held", 3, 1) and adds_up(last)
    assert standing() == before

    outcome = db.call("cpn_allowEnding", sourceID=source, actor="root")
    assert outcome.reason == "ending_allowed" and outcome.details["ended"] == 3
    assert db.row("SELECT * FROM cpn_sourceList").ending_is_allowed
    run_id = db.value(
        "SELECT id FROM job_runList WHERE code = %s AND state = 'waiting'", [f"coupons.import:{source}"]
    )
    office.work(run_id)
    assert (office.last(source).state, office.last(source).ended) == ("done", 3)
    assert len(standing()) == 7 and standing()["login:person4"][1] == "50.00"
    # The word was for that once.
    assert not db.row("SELECT * FROM cpn_sourceList").ending_is_allowed
    assert db.call("cpn_allowEnding", sourceID=source).reason == "nothing_held"


def test_the_share_is_a_setting(db, office, buffer, discounts, standing):
    db.call("as_setSetting", code="discountEndingShare", value="50")
    buffer.fill("people", [person(n, f"person{n}") for n in range(1, 11)])
    source = discounts()
    office.run(source)
    buffer.run("DELETE FROM people WHERE id <= 5")
    office.run(source)
    assert (office.last(source).state, len(standing())) == ("done", 5)
    buffer.run("DELETE FROM people WHERE id <= 8")
    office.run(source)
    assert (office.last(source).state, len(standing())) == ("held", 5)


def test_an_empty_buffer_takes_nothing_away(office, buffer, discounts, standing):
    buffer.fill("people", [person(1, "alice")])
    source = discounts()
    office.run(source)
    buffer.run("DELETE FROM people")
    office.run(source)
    assert office.last(source).state == "held" and len(standing()) == 1


def test_a_row_that_cannot_be_read_leaves_the_discount_of_its_person(office, buffer, discounts, standing):
    buffer.fill("people", [person(n, f"person{n}") for n in range(1, 6)])
    source = discounts()
    office.run(source)
    before = standing()
    buffer.run("UPDATE people SET percent = '1000' WHERE id <= 4")
    office.run(source)
    last = office.last(source)
    assert (last.state, last.rejected, last.unchanged, last.ended) == ("done", 4, 1, 0) and adds_up(last)
    assert standing() == before
    assert office.skipped(last.import_id) == dict.fromkeys("1234", "percentage_out_of_range")


def test_nothing_per_cent_ends_a_discount(office, buffer, discounts, standing):
    buffer.fill("people", [person(n, f"person{n}", "0" if n == 6 else "5") for n in range(1, 7)])
    source = discounts()
    office.run(source)
    assert len(standing()) == 5 and office.last(source).unchanged == 1
    buffer.run("UPDATE people SET percent = '0.00' WHERE id = 1")
    office.run(source)
    last = office.last(source)
    assert (last.changed, last.ended, last.unchanged) == (1, 1, 5) and adds_up(last)
    assert len(standing()) == 4


def test_of_two_rows_of_a_person_the_larger_holds(office, buffer, discounts, standing, alice):
    buffer.fill(
        "people",
        [person(1, "alice", "20", "partner"), person(2, "Alice", "30"), person(3, "alice", "30", "x")],
    )
    source = discounts()
    office.run(source)
    last = office.last(source)
    assert standing() == {"login:alice": ("alice", "30.00", "studied this year")}
    assert office.skipped(last.import_id) == dict.fromkeys("13", "person_twice") and adds_up(last)


def test_bad_rows_do_not_stop_the_others(office, buffer, discounts, standing):
    bad = {
        1: (None, "10"), 2: ("  ", "10"), 3: ("!", "10"), 4: ("dora", "-1"), 5: ("emil", "100.01"), 6: ("fero", "ten"),
        7: ("gita", None), 8: ("hana", "1.234"), 9: ("ivan", "10", "x" * 299),
    }  # fmt: skip
    buffer.fill("people", [(key, *row, *([None] if len(row) == 2 else [])) for key, row in bad.items()])
    source = discounts()
    office.run(source)
    last = office.last(source)
    assert office.skipped(last.import_id) == {
        "1": "nobody_named", "2": "nobody_named", "3": "identity_unreadable", "4": "percentage_out_of_range",
        "5": "percentage_out_of_range", "6": "value_not_a_number", "7": "value_missing", "8": "value_too_precise",
    }  # fmt: skip
    assert set(standing()) == {"login:ivan"}
    assert (last.no_code, last.rejected, last.added) == (2, 6, 1) and adds_up(last)


@pytest.mark.parametrize(
    ("kind", "given", "key"),
    [
        ("email", "  Alice@Example.COM", "email:alice@example.com"),
        ("phone", "0903 123 456", "phone:+421903123456"),
        ("card", "1234-5678 abcd", "card:12345678ABCD"),
    ],
)
def test_a_person_is_found_by_every_kind_of_key(
    db, office, buffer, discounts, standing, alice, kind, given, key
):
    if kind == "card":
        db.execute(
            "INSERT INTO as_userKeys (key, username, createdAt) VALUES ('card:12345678ABCD', 'alice', now())"
        )
    buffer.fill("people", [person(1, given)])
    office.run(discounts(identityKind=kind))
    assert standing() == {key: ("alice", "30.00", "studied this year")}


def test_a_discount_that_waits_comes_when_the_person_does(db, office, buffer, discounts, standing):
    buffer.fill("people", [person(1, "zuzana")])
    source = discounts()
    office.run(source)
    assert standing()["login:zuzana"][0] is None
    register(db, "zuzana")
    # Also where nothing but the next import would notice.
    db.execute("UPDATE cpn_personalDiscounts SET username = NULL")
    office.run(source)
    assert standing()["login:zuzana"][0] == "zuzana"
    assert (office.last(source).unchanged, office.last(source).waiting) == (1, 0)


def test_a_key_that_somebody_else_has_now_takes_its_discount_along(
    db, office, buffer, discounts, standing, alice, bob
):
    buffer.fill("people", [person(1, "alice")])
    source = discounts()
    office.run(source)
    db.execute("DELETE FROM as_userKeys WHERE key = 'login:alice'")
    office.run(source)
    assert standing()["login:alice"][0] == "alice", "until somebody else has the key"
    db.execute("INSERT INTO as_userKeys (key, username, createdAt) VALUES ('login:alice', 'bob', now())")
    office.run(source)
    assert standing()["login:alice"][0] == "bob" and office.last(source).changed == 1


def test_a_dry_run_of_discounts_changes_none(db, office, buffer, discounts, standing):
    buffer.fill("people", [person(n, f"person{n}") for n in range(1, 11)])
    source = discounts()
    assert office.ask(source, "trial").is_ok
    assert standing() == {} and office.last(source).added == 10
    office.run(source)
    before = standing()
    buffer.run("DELETE FROM people WHERE id > 5")
    trial = office.ask(source, "trial")
    assert trial.result["reason"] == "import_held"
    assert standing() == before and (office.last(source).state, office.last(source).ended) == ("held", 5)
    assert db.call("cpn_allowEnding", sourceID=source).reason == "nothing_held", "a dry run waits for nothing"


def test_sources_do_not_touch_each_others_discounts(office, buffer, discounts, standing, alice):
    buffer.fill("people", [person(1, "alice")])
    buffer.run("CREATE TABLE partners LIKE people")
    buffer.fill("partners", [person(1, "alice", "20", "partner")])
    first = discounts()
    office.run(first)
    office.run(discounts(name="Partners", tableName="partners"))
    buffer.run("UPDATE people SET percent = '35'")
    office.run(first)
    found = office.connection.read(
        "SELECT percentage, reason FROM cpn_personalDiscounts WHERE endedAt IS NULL"
    )
    assert {(str(f.percentage), f.reason) for f in found} == {
        ("35.00", "studied this year"),
        ("20.00", "partner"),
    }


def test_a_preview_names_the_persons(office, buffer, discounts, alice):
    buffer.fill("people", [person(1, "alice"), person(2, "nobody"), person(3, "!")])
    rows = office.ask(discounts(), "preview").result["details"]["rows"]
    assert [(row["identity"], row["username"], row["verdict"]) for row in rows] == [
        ("alice", "alice", "added"),
        ("nobody", None, "added"),
        ("!", None, "identity_unreadable"),
    ]


def test_categories_of_discounts_are_made(db, office, buffer, discounts):
    buffer.fill("people", [person(1, "anna", "30", "Studied"), person(2, "boris", "20", "Partner")])
    source = discounts()
    db.call(
        "cpn_saveSource",
        **office.server.source(
            sourceID=source, name="Discounts", holds="discounts", tableName="people", identityKind="login"
        ),
        mapping='{"identity": "person", "value": "percent", "category": "why"}',
    )
    office.run(source)
    assert {row.name for row in db.read("SELECT name FROM cpn_categoryList")} == {"Studied", "Partner"}
