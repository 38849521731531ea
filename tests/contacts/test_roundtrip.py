"""From a registration here to a contact in Pohoda and back, over the worker, HTTP and the stand-in."""

import re

import pytest

from tests.contacts.conftest import switch_on, synchronise, work
from tests.people import register
from workers import pohoda


def theirs(books) -> dict:
    """Pohoda's book by name."""
    return {contact["name"] or contact["company"]: contact for contact in books.pohoda.contacts()}


def outside(books, username: str) -> dict:
    """A person's contact there."""
    number = books.value("SELECT pohoda_id FROM ctr_contactStates WHERE username = %s", [username])
    [found] = [contact for contact in books.pohoda.contacts() if contact["id"] == number]
    return found


def test_a_registration_becomes_a_contact_there_once(books):
    register(books, "alice", name="Alice Nováková", phone="0903 123 456")
    assert books.value("SELECT count(*) FROM job_dueRuns WHERE code = 'contacts.send'") == 1
    assert work(pohoda.send)["sent"] == 1
    [contact] = books.pohoda.contacts()
    assert contact["name"] == "Alice Nováková" and contact["email"] == "alice@example.com"
    assert contact["mobile"] == "+421903123456" and contact["city"] == "-" and contact["isCustomer"]
    assert contact["extIds"] == {"portal": "alice"}
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'")
    assert (state.state, state.pohoda_id) == ("equal", contact["id"])
    assert "sent" not in work(pohoda.send, pohoda.receive, pohoda.send)
    assert len(books.pohoda.contacts()) == 1
    assert books.read("SELECT * FROM ctr_violations") == []


def test_only_what_was_changed_is_sent(books):
    register(books, "alice")
    work(pohoda.send)
    number = outside(books, "alice")["id"]
    books.pohoda.change(number, note="pays late", street="Hlavná 1")
    assert books.call("ctr_setProfile", username="alice", zip="949 01", country="sk", actor="alice").ok
    synchronise(books)
    contact = outside(books, "alice")
    assert (contact["zip"], contact["country"]) == ("949 01", "SK")
    assert (contact["street"], contact["note"]) == ("Hlavná 1", "pays late")
    here = books.row("SELECT street, zip FROM ctr_profileList WHERE username = 'alice'")
    assert here == ("Hlavná 1", "949 01")


def test_a_contact_there_becomes_an_account_with_one_message(books):
    number = books.pohoda.add(
        name="Jana Malá",
        city="Nitra",
        email="jana@example.com",
        country="SK",
        isCustomer=True,
        mobile="0905 111 222",
    )
    books.pohoda.add(company="Supplier", city="Brno", email="info@example.org", isSupplier=True)
    books.pohoda.add(name="Without an address", city="Brno", isCustomer=True)
    work(pohoda.receive)
    assert books.value("SELECT count(*) FROM ctr_contactList") == 3
    tried = books.call("ctr_tryRule", actor="root")
    assert tried.details == {"register": 1, "verdicts": {"register": 1, "no_email": 1}}
    assert books.value("SELECT count(*) FROM as_users") == 1
    assert books.call("ctr_saveRule", isOn=True, expected=1, actor="root").ok
    assert work(pohoda.receive)["contact_registered"] == 1
    person = books.row("SELECT * FROM as_people WHERE email = 'jana@example.com'")
    assert (person.name, person.locale, person.phone) == ("Jana Malá", "sk", "+421905111222")
    messages = books.read("SELECT kind FROM job_messages WHERE username = %s", [person.username])
    assert [message.kind for message in messages] == ["contact_welcome"]
    synchronise(books)
    assert outside(books, person.username)["extIds"] == {"portal": person.username}
    assert outside(books, person.username)["id"] == number
    assert outside(books, person.username)["mobile"] == "0905 111 222"
    work(pohoda.receive, pohoda.compare, pohoda.send)
    assert books.value("SELECT count(*) FROM as_users") == 2
    assert books.value("SELECT count(*) FROM job_messages WHERE kind = 'contact_welcome'") == 1
    assert books.read("SELECT * FROM ctr_violations") == []


def test_a_deletion_there_is_found_by_comparing(books):
    register(books, "alice")
    register(books, "bob")
    work(pohoda.send)
    books.pohoda.delete(outside(books, "alice")["id"])
    assert work(pohoda.compare)["gone"] == 1
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'")
    assert (state.state, state.failure) == ("gone", "gone")
    books.call("ctr_setProfile", username="alice", city="Nitra", actor="alice")
    assert "sent" not in work(pohoda.send)
    assert books.call("ctr_resend", username="alice", actor="root").ok
    assert work(pohoda.send)["sent"] == 1
    assert outside(books, "alice")["city"] == "Nitra"
    assert books.read("SELECT * FROM ctr_violations") == []


def test_changed_where_it_is_gone_it_waits_for_a_word(books):
    register(books, "alice")
    work(pohoda.send)
    books.pohoda.delete(outside(books, "alice")["id"])
    books.call("ctr_setProfile", username="alice", city="Nitra", actor="alice")
    work(pohoda.send)
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'")
    assert (state.state, state.failure) == ("gone", "gone")
    assert books.pohoda.contacts() == []


def test_names_in_other_letters_go_in_latin_ones_and_stay_here_as_they_are(books):
    register(books, "yulia", name="Юлия Чехова")
    work(pohoda.send)
    assert outside(books, "yulia")["name"] == "Yuliya Chekhova"
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'yulia'")
    assert state.notice == "name: Yuliya Chekhova"
    synchronise(books)
    assert books.value("SELECT name FROM as_people WHERE username = 'yulia'") == "Юлия Чехова"


@pytest.mark.parametrize(
    ("decision", "here", "there"), [("portal", "Nitra", {"Nitra"}), ("pohoda", "", {"", "-"})]
)
def test_whether_there_is_a_city_is_disputed_and_the_rest_goes_on(books, decision, here, there):
    register(books, "alice")
    assert books.call("ctr_setProfile", username="alice", city="Brno", actor="alice").ok
    synchronise(books)
    books.pohoda.change(outside(books, "alice")["id"], city="")
    assert books.call("ctr_setProfile", username="alice", city="Nitra", actor="alice").ok
    synchronise(books)
    # Pohoda takes nothing of a contact without a city.
    for phone in ("02 111 11", "02 222 22"):
        assert books.call("ctr_setProfile", username="alice", phone=phone, actor="alice").ok
        synchronise(books)
        work(pohoda.compare)
        assert outside(books, "alice")["phone"] == phone
        assert outside(books, "alice")["city"] in ("", "-")
        [conflict] = books.read("SELECT * FROM ctr_conflictList WHERE is_open")
        assert (conflict.field, conflict.ours, conflict.theirs) == ("city", "Nitra", "")
        assert books.value("SELECT city FROM ctr_profileList WHERE username = 'alice'") == "Nitra"
    done = books.call(
        "ctr_decideConflict", username="alice", conflictID=conflict.id, decision=decision, actor="root"
    )
    assert done.ok, done
    synchronise(books)
    work(pohoda.compare)
    assert books.value("SELECT city FROM ctr_profileList WHERE username = 'alice'") == here
    assert outside(books, "alice")["city"] in there
    assert books.call("ctr_setProfile", username="alice", phone="02 333 33", actor="alice").ok
    synchronise(books)
    assert outside(books, "alice")["phone"] == "02 333 33"
    assert books.value("SELECT city FROM ctr_profileList WHERE username = 'alice'") == here
    assert books.read("SELECT * FROM ctr_violations") == []


def test_a_city_that_appears_there_is_not_overwritten_by_what_went_along(books):
    register(books, "alice")
    assert books.call("ctr_setProfile", username="alice", city="Brno", actor="alice").ok
    synchronise(books)
    number = outside(books, "alice")["id"]
    books.pohoda.change(number, city="")
    assert books.call("ctr_setProfile", username="alice", city="Nitra", actor="alice").ok
    synchronise(books)
    assert books.call("ctr_setProfile", username="alice", phone="02 111 11", actor="alice").ok
    books.pohoda.fail("plain")
    books.pohoda.fail("408")
    work(pohoda.send)
    books.pohoda.change(number, city="Opava")
    synchronise(books)
    assert (outside(books, "alice")["city"], outside(books, "alice")["phone"]) == ("Opava", "02 111 11")
    [conflict] = books.read("SELECT * FROM ctr_conflictList WHERE is_open")
    assert (conflict.ours, conflict.theirs) == ("Nitra", "Opava")


def test_a_name_that_is_too_long_is_shortened_and_said(books):
    register(books, "alice", name="A" * 80)
    work(pohoda.send)
    assert outside(books, "alice")["name"] == "A" * 64
    assert books.value("SELECT notice FROM ctr_contactStates WHERE username = 'alice'") == f"name: {'A' * 64}"
    synchronise(books)
    assert books.value("SELECT name FROM as_people WHERE username = 'alice'") == "A" * 80


def test_what_pohoda_would_refuse_stays_here_and_the_others_go(books):
    register(books, "alice", email=f"{'a' * 95}@example.com")
    register(books, "bob")
    counted = work(pohoda.send)
    assert (counted["sent"], counted["refused"]) == (1, 1)
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'")
    assert (state.state, state.failure) == ("refused", "too_long")
    assert "email" in state.failure_msg
    assert len(books.pohoda.contacts()) == 1


def test_people_without_a_city_wait_where_no_word_stands_for_it(books):
    settings = books.row("SELECT url FROM ctr_linkInfo")

    switch_on(books, settings.url, cityWhenUnknown="")
    register(books, "alice")
    work(pohoda.send)
    state = books.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'")
    assert (state.state, state.failure) == ("refused", "missing_city")
    books.call("ctr_setProfile", username="alice", city="Nitra", actor="alice")
    assert work(pohoda.send)["sent"] == 1
    assert outside(books, "alice")["city"] == "Nitra"


def test_pohoda_that_is_switched_off_is_waited_for(books):
    books.pohoda.kill()
    register(books, "alice")
    assert work(pohoda.send) == {"away": 1}
    info = books.row("SELECT state, failures, failure FROM ctr_linkInfo")
    assert (info.state, info.failures) == ("failing", 1) and "Nobody answers" in info.failure
    assert books.row("SELECT waits_for_pohoda FROM ctr_profileList WHERE username = 'alice'").waits_for_pohoda
    books.pohoda.start()
    assert work(pohoda.send)["sent"] == 1
    assert books.row("SELECT state, failures FROM ctr_linkInfo") == ("ready", 0)


def test_what_went_and_came_is_kept_and_masked_for_managers(books):
    register(books, "mona", role="manager")
    register(books, "alice", name="Alice Nováková")
    work(pohoda.send)
    pack = books.value("SELECT id FROM ctr_packList WHERE kind = 'send'")
    sent = books.value("SELECT ctr_getPackXML(%s, 'sent', 'root')", [pack])
    assert "Alice Nováková" in sent and re.search('dataPack[^>]*id="portal-', sent)
    masked = books.value("SELECT ctr_getPackXML(%s, 'sent', 'mona')", [pack])
    assert "Nováková" not in masked and "alice@" not in masked and "<typ:name>…<" in masked
    assert 'state="ok"' in books.value("SELECT ctr_getPackXML(%s, 'received', 'mona')", [pack])
    assert books.value("SELECT ctr_getPackXML(%s, 'sent', 'alice')", [pack]) is None
    assert books.value("SELECT count(*) FROM ctr_packList WHERE kind = 'list' AND has_received") == 0
    work(pohoda.receive)
    assert books.value("SELECT count(*) FROM ctr_packList WHERE kind = 'list' AND has_received") == 1
