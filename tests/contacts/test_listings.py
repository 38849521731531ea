"""Listings: the mark, what is gone, whose contact it is, what a portion leaves behind."""

import pytest

from tests.contacts.conftest import WORKER
from tests.people import register

OURS = {"extIds": [{"id": "alice", "system": "portal"}]}


def people(count: int) -> list[dict]:
    return [
        {"pohodaID": number, "name": f"Contact {number}", "city": "Nitra"} for number in range(1, count + 1)
    ]


def gone(db) -> list[int]:
    return [
        row.pohoda_id
        for row in db.read("SELECT pohoda_id FROM ctr_contactList WHERE gone IS NOT NULL ORDER BY 1")
    ]


def test_the_mark_is_pohodas_own_clock_with_an_hour_and_more_of_overlap(db, linked, lease, listing):
    assert db.call("ctr_startListing", worker=WORKER, kind="changes").details["lastChanges"] is None
    listing(mark="2027-10-31T02:30:00")
    started = db.call("ctr_startListing", worker=WORKER, kind="changes")
    assert started.details["lastChanges"] == "2027-10-31T01:25:00"
    assert db.call("ctr_startListing", worker=WORKER, kind="all").details["lastChanges"] is None


def test_the_mark_stays_where_a_listing_fails(db, linked, lease, listing):
    listing(mark="2027-03-01T08:00:00")
    number = db.call("ctr_startListing", worker=WORKER, kind="changes").details["listingID"]
    failed = db.call("ctr_finishListing", listingID=number, worker=WORKER, error="cut off")
    assert failed.reason == "listing_failed"
    # An answer without a time leaves it too.
    listing(mark=None)
    assert db.value("SELECT mark FROM ctr_linkInfo") == "2027-03-01T08:00:00"


def test_staged_rows_that_were_lost_fail_the_listing(db, linked, lease):
    number = db.call("ctr_startListing", worker=WORKER, kind="changes").details["listingID"]
    db.execute("INSERT INTO ctr_staged VALUES (%s, 1, 1, '{}')", [number])
    assert db.call("ctr_importStaged", listingID=number).details["rows"] == 1
    db.execute("DELETE FROM ctr_staged")
    ended = db.call("ctr_finishListing", listingID=number, worker=WORKER, mark="2027-03-01T08:00:00")
    assert ended.reason == "listing_failed"
    assert db.value("SELECT mark FROM ctr_linkInfo") is None


def test_a_portion_is_decided_once(db, linked, lease):
    number = db.call("ctr_startListing", worker=WORKER, kind="changes").details["listingID"]
    db.execute("INSERT INTO ctr_staged VALUES (%s, 1, 1, '{}'), (%s, 2, 2, '{}')", [number, number])
    assert db.call("ctr_importStaged", listingID=number).details == {"rows": 2, "added": 2, "changed": 0}
    assert db.call("ctr_importStaged", listingID=number).details == {"rows": 2}


def test_what_is_no_listing_is_refused(db, linked, lease, listing, untouched):
    listing()
    over = db.value("SELECT max(id) FROM ctr_listingList")
    with untouched():
        assert db.call("ctr_startListing", worker=WORKER, kind="some").reason == "invalid_value"
        assert db.call("ctr_startListing", worker="there:2", kind="all").reason == "not_yours"
        assert db.call("ctr_importStaged", listingID=over + 9).reason == "no_such_listing"
        assert db.call("ctr_importStaged", listingID=over).reason == "listing_over"
        assert db.call("ctr_finishListing", listingID=over + 9, worker=WORKER).reason == "no_such_listing"
        assert db.call("ctr_finishListing", listingID=over, worker=WORKER).reason == "listing_over"
        assert (
            db.call("ctr_finishListing", listingID=over, worker=WORKER, mark="noon").reason == "invalid_value"
        )
    number = db.call("ctr_startListing", worker=WORKER, kind="all").details["listingID"]
    with untouched():
        assert db.call("ctr_finishListing", listingID=number, worker="there:2").reason == "not_yours"


def test_a_contact_with_our_identifier_becomes_its_persons(db, linked, alice, listing, state_of):
    done = listing({"pohodaID": 9, "name": "Alice", "city": "Nitra", "email": "alice@example.com"} | OURS)
    assert done.details["added"] == 1
    assert state_of(alice).pohoda_id == 9
    assert db.read("SELECT * FROM ctr_violations") == []


def test_identifiers_of_others_say_nothing(db, linked, alice, listing, state_of):
    listing(
        {"pohodaID": 9, "name": "Alice", "extIds": [{"id": "alice", "system": "other shop"}]},
        {"pohodaID": 10, "name": "Who", "extIds": [{"id": "who", "system": "portal"}]},
    )
    assert state_of(alice).pohoda_id is None
    assert db.value("SELECT count(*) FROM ctr_contactList WHERE username IS NOT NULL") == 0


def test_of_two_contacts_with_one_identifier_the_first_counts(db, linked, alice, listing, state_of):
    listing(*({"pohodaID": number, "name": "Alice", "city": "Nitra"} | OURS for number in (9, 10)))
    assert state_of(alice).pohoda_id == 9
    assert db.read("SELECT * FROM ctr_violations") == []


def test_joined_with_another_contact_there_the_link_moves(db, linked, alice, sent, listing, state_of):
    sent()
    # Pohoda joined addresses: 1 is gone and 2 has our identifier.
    listing(*people(1)[:0], {"pohodaID": 2, "name": "Alice", "city": "Nitra"} | OURS, kind="all")
    assert state_of(alice).state == "gone"
    listing({"pohodaID": 2, "name": "Alice", "city": "Nitra"} | OURS)
    assert state_of(alice).pohoda_id == 2
    assert db.read("SELECT * FROM ctr_violations") == []


def test_what_is_missing_among_all_is_gone_and_may_come_back(db, linked, alice, sent, listing, state_of):
    sent()
    listing(*people(3))
    listing({"pohodaID": 3, "name": "Contact 3", "city": "Nitra"}, kind="all")
    assert gone(db) == [1, 2]
    assert state_of(alice).state == "gone"
    # Changes tell nothing of what is gone.
    listing({"pohodaID": 2, "name": "Contact 2", "city": "Nitra"})
    assert gone(db) == [1]
    listing(
        {"pohodaID": 1, "name": "Alice", "city": "-", "email": "alice@example.com", "mobile": "+421903123456"}
    )
    assert (gone(db), state_of(alice).state) == ([], "equal")


def test_too_many_gone_at_once_wait_for_a_word(db, linked, root, listing, untouched):
    listing(*people(50))
    with untouched():
        assert db.call("ctr_allowGone", actor=root).reason == "no_comparison_held"
    held = listing(*people(30), kind="all")
    assert (held.reason, held.details["gone"]) == ("listing_held", 20)
    assert gone(db) == []
    assert db.row("SELECT state, error FROM ctr_listingList ORDER BY id DESC LIMIT 1") == (
        "held",
        "20 of 50 contacts would be gone at once.",
    )
    done = db.call("ctr_allowGone", requestKey="k", actor=root)
    assert done.reason == "gone_allowed"
    assert db.call("ctr_allowGone", requestKey="k", actor=root) == done
    assert (
        db.value("SELECT count(*) FROM job_runList WHERE code = 'contacts.compare' AND state = 'waiting'")
        == 1
    )
    assert listing(*people(30), kind="all").reason == "listing_done"
    assert len(gone(db)) == 20
    # The word held for one comparison.
    with untouched():
        assert db.call("ctr_allowGone", actor=root).reason == "no_comparison_held"


def test_an_empty_book_empties_nothing(db, linked, listing):
    listing(*people(50))
    assert listing(kind="all").reason == "listing_held"
    assert gone(db) == []


def test_one_that_was_saved_while_pages_were_read_counts_once(db, linked, listing):
    done = listing(
        {"pohodaID": 1, "name": "Old"}, {"pohodaID": 2, "name": "B"}, {"pohodaID": 1, "name": "New"}
    )
    assert (done.details["rows"], done.details["added"]) == (3, 2)
    assert db.value("SELECT name FROM ctr_contactList WHERE pohoda_id = 1") == "New"


@pytest.mark.parametrize(
    "text", ["a\\b", "tab\there", 'quote"', "line\nend", "Žluťoučký kůň 😀", "\\N", "\\."]
)
def test_every_text_comes_as_it_is(db, linked, listing, text):
    listing({"pohodaID": 1, "name": "x", "note": text})
    assert db.value("SELECT content ->> 'note' FROM ctr_contactList") == text


def test_a_requests_xml_is_kept_once(db, linked, lease):
    for _ in range(2):
        kept = db.call(
            "ctr_logExchange",
            worker=WORKER,
            listingID=None,
            packKey="list-1",
            sentXML="<a/>",
            receivedXML="<b/>",
            isAnswered=True,
        )
        assert kept.ok
    assert db.value("SELECT count(*) FROM ctr_packList WHERE kind = 'list'") == 1


def test_old_listings_and_contacts_that_are_gone_are_removed(db, linked, listing, root):
    listing(*people(3))
    listing(*people(2), kind="all")
    register(db, "zoe")
    db.execute(
        "UPDATE ctr_listings SET startedAt = startedAt - interval '91 days', finishedAt = finishedAt - interval '91 days'"
    )
    db.execute("UPDATE ctr_seen SET goneAt = goneAt - interval '400 days'")
    assert db.call("ctr_tidy").details["listings"] == 2
    assert db.value("SELECT count(*) FROM ctr_contactList") == 2
