"""Ten thousand people with names of four alphabets' worth of letters go there and come back as they were sent."""

import pytest

from portal.pohoda import model
from tests.contacts.conftest import switch_on, work
from tests.pohoda.people import people
from tests.rails.report import SOAK
from workers import pohoda

MANY = 10_000 if SOAK else 1_000


@pytest.mark.timeout(1800 if SOAK else 280)
def test_everybody_is_there_once_as_written_and_nothing_comes_back_changed(books):
    switch_on(books, books.pohoda.url, timeout=120)
    given = {}
    for username, contact in people(MANY):
        name = contact.get("name") or contact["company"]
        done = books.call("as_register", name=name, email=contact.get("email"), username=username)
        if not done.ok:
            # A few have an address that is no key here, or one that somebody has.
            assert done.reason in ("invalid_email", "email_taken"), done
            assert books.call("as_register", name=name, username=username).ok
        profile = {
            field: contact[field]
            for field in ("company", "street", "city", "zip", "country", "ico", "dic", "icDph", "phone")
            if contact.get(field)
        }
        assert books.call("ctr_setProfile", username=username, **profile).ok
        given[username] = books.value("SELECT content FROM ctr_ourContacts WHERE username = %s", [username])
    counted = work(pohoda.send)
    refused = books.read("SELECT username, failure FROM ctr_contactStates WHERE failure IS NOT NULL")
    assert counted["sent"] + len(refused) == MANY
    there = {contact["extIds"]["portal"]: contact for contact in books.pohoda.contacts()}
    assert len(there) == counted["sent"]
    rewritten = 0
    for username, contact in there.items():
        sent = model.written(given[username])
        rewritten += sent["name"] != given[username]["name"]
        for field, value in sent.items():
            expected = value or ("-" if field == "city" else "")
            assert contact.get(field, "") == expected, (username, field)
    assert rewritten, "nobody of them writes in another alphabet"
    # Our own echo, all of it.
    assert work(pohoda.compare).get("changed", 0) >= 0
    assert books.value("SELECT count(*) FROM ctr_conflictList") == 0
    assert books.read("SELECT * FROM ctr_toSend WHERE NOT is_unknown") == []
    for username, contact in books.read(
        "SELECT username, content FROM ctr_ourContacts WHERE username <> 'root'"
    ):
        assert contact == given[username]
    assert books.read("SELECT * FROM ctr_violations") == []
