"""The pages about contacts and Pohoda: plainly, as htmx asks for them, refused, and for those who may not."""

import re

import pytest
from psycopg.types.json import Jsonb

from portal import passwords
from tests.contacts.conftest import WORKER, switch_on
from tests.coupons.test_pages import events, reasons, signed_in  # noqa: F401
from tests.people import register

HOME = "/sync/pohoda"
TABS = ["", "/conflicts", "/duplicates", "/contacts", "/packs", "/rule", "/fields"]


@pytest.fixture
def admin(signed_in):  # noqa: F811
    return signed_in("root")


@pytest.fixture
def manager(signed_in):  # noqa: F811
    return signed_in("mona")


@pytest.fixture
def exchange(db, linked, alice, bob, charlie, sent, listing):
    """Alice is contact 1, Bob 2, Charlie 3; 40 and 41 are in Pohoda alone; one of them looks like Bob."""
    db.call("ctr_sendEverybody")
    db.call("ctr_setProfile", username="bob", company="Bob & Sons", ico="12345678", city="Nitra")
    pack = sent()
    db.call("ctr_setField", code="street", direction="both", winner="ask", mayBeCut=True)
    ids = {item["username"]: place for place, item in enumerate(pack["items"], 1)}
    db.call("ctr_setProfile", username="alice", street="Hlavná 1")
    listing(
        {"pohodaID": ids["alice"], "name": "Alice", "email": "alice@example.com", "city": "-", "street": "Dlhá 2"},
        {"pohodaID": 40, "name": "Robert", "ico": "12345678", "email": "robert@example.com", "city": "Nitra",
         "isCustomer": True, "group": "Eshop"},
        {"pohodaID": 41, "name": "Zuzana", "email": "a@example.com, b@example.com", "city": "Brno", "isCustomer": True},
        {"pohodaID": 42, "name": "Yves", "email": "yves@example.com", "city": "Brno", "isCustomer": True,
         "labels": ["vip"]},
    )  # fmt: skip
    assert db.call("ctr_findDuplicates").ok
    assert db.call("ctr_saveRule", isOn=False).ok
    return ids


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("htmx", [False, True])
def test_every_page_opens_empty_and_full(admin, request, tab, htmx):
    for _state in ("empty", "full"):
        response = admin.get(HOME + tab, htmx)
        assert response.status_code == 200, response.words
        assert ("<html" in response.text) != htmx
        if _state == "empty":
            request.getfixturevalue("exchange")


@pytest.mark.parametrize("path", ["", *TABS, "/packs/1", "/contacts/1", "/link"])
def test_customers_see_nothing_of_it(signed_in, alice, path):  # noqa: F811
    assert signed_in("alice").get(HOME + path).status_code == 403


@pytest.mark.parametrize("tab", TABS)
def test_managers_read_and_have_no_buttons(manager, exchange, tab):
    response = manager.get(HOME + tab)
    assert response.status_code == 200
    assert 'method="post" action="/sync' not in response.text


# The overview


def test_the_state_of_the_link_is_said_in_words(admin, db, linked):
    assert "not tried yet" in admin.get(HOME).words
    assert db.call("ctr_takeLink", worker="here:1").ok
    assert "talking with Pohoda" in admin.get(HOME).words and "every 2s" in admin.get(HOME).text
    failure = "Nobody answers at 127.0.0.1:9."
    assert db.call("ctr_releaseLink", worker="here:1", isAnswered=False, failure=failure).ok
    words = admin.get(HOME).words
    assert f"Pohoda cannot be reached. {failure} 1 failure in a row" in words


@pytest.mark.parametrize(("username", "offered"), [("root", True), ("mona", False)])
def test_a_link_that_is_off_offers_to_be_set_up(signed_in, username, offered):  # noqa: F811
    words = signed_in(username).get(HOME).words
    assert "The link with Pohoda is switched off." in words
    assert ("Set the link up" in words) == offered


@pytest.mark.parametrize("job", ["send", "receive", "compare"])
def test_a_job_is_run_now(admin, db, linked, job):
    response = admin.post(f"{HOME}/run", job=job)
    assert response.status_code == 303
    waiting = db.value("SELECT waiting_id FROM job_scheduleList WHERE code = %s", [f"contacts.{job}"])
    assert waiting
    page = admin.get(HOME)
    assert "waits for a worker" in page.words and '<noscript><meta http-equiv="refresh"' in page.text


def test_no_other_job_is_run_from_here(admin, db, linked):
    assert admin.post(f"{HOME}/run", job="jobs.tidy").status_code == 404
    assert admin.post(f"{HOME}/run").status_code == 404


def test_those_from_before_the_link_are_sent_on_request(admin, db, alice, bob):
    switch_on(db)
    assert "2 people have never been sent to Pohoda." in admin.get(HOME).words
    assert admin.post(f"{HOME}/everybody").status_code == 303
    page = admin.get(HOME)
    assert "never been sent" not in page.words
    assert page.text.count("waits to be sent") == 2


def test_what_was_refused_is_resent(admin, db, alice, claim, hand_over, finish):
    db.call("ctr_resend", username="alice")
    pack = claim()
    hand_over(pack)
    finish(pack, {"number": 1, "isOK": False, "errno": "109", "note": "<b>neplatné PSČ</b>"})
    page = admin.get(f"{HOME}?show=refused")
    assert "Pohoda refuses it with its error 109. <b>neplatné PSČ</b>" in page.words
    assert "<b>neplatné" not in page.text
    person = admin.get("/users/alice")
    assert "refused" in person.words and "Pohoda refuses it with its error 109." in person.words

    response = admin.post(f"{HOME}/people/alice/resend", htmx=True)
    assert response.status_code == 200 and "toast" in events(response)
    assert db.row("SELECT * FROM ctr_contactStates WHERE username = 'alice'").state == "waiting"
    assert admin.post(f"{HOME}/people/alice/resend", person="true").location == "/users/alice"


def test_what_is_on_its_way_is_not_resent(admin, db, alice, claim, untouched):
    db.call("ctr_resend", username="alice")
    claim()
    with untouched():
        response = admin.post(f"{HOME}/people/alice/resend")
    assert response.status_code == 422 and reasons(response) == ["on_its_way"]


def test_the_queue_goes_on_page_by_page(admin, db):
    people = [register(db, f"person{number:02}") for number in range(23)]
    switch_on(db)
    db.call("ctr_sendEverybody")
    seen, path = [], f"{HOME}?size=10"
    while path:
        text = admin.get(path).text
        seen += re.findall(r'href="/users/(person\d+)"', text)
        more = re.search(r'hx-get="([^"]+after=[^"]+)"', text)
        path = more and more[1].replace("&amp;", "&")
    assert seen == people


def test_a_held_comparison_says_how_many_and_waits_for_a_word(admin, db, exchange, listing, untouched):
    with untouched():
        assert reasons(admin.post(f"{HOME}/gone")) == ["no_comparison_held"]
    listing(*({"pohodaID": number, "name": f"N{number}"} for number in range(50, 62)))
    listing({"pohodaID": 42, "name": "Yves"}, kind="all")
    page = admin.get(HOME)
    held = db.row("SELECT * FROM ctr_listingList WHERE state = 'held'")
    assert f"Take {held.gone} contacts as gone" in page.words
    assert admin.post(f"{HOME}/gone").status_code == 303
    listing({"pohodaID": 42, "name": "Yves"}, kind="all")
    assert "contacts as gone" not in admin.get(HOME).words
    page = admin.get(f"{HOME}?show=gone")
    assert page.words.count("Add anew") == 3


# Settings


@pytest.fixture
def settings(db):
    """What the form of the link sends as it stands."""
    return {
        "channel": "mserver", "url": "http://127.0.0.1:9", "userName": "portal", "ico": "12345678",
        "exSystemName": "portal", "encoding": "windows-1250", "timeout": "60", "packSize": "100", "goneShare": "20",
        "cityWhenUnknown": "-", "certificateIsChecked": "true", "newIsCustomer": "true",
    }  # fmt: skip


def test_the_link_is_set_up_and_no_secret_is_shown(admin, db, settings):
    secret, pull = "a secret of Pohoda's", "a secret for its pull"
    response = admin.post(f"{HOME}/link", **settings, password=secret, pullUser="pohoda", pullPassword=pull)
    assert response.status_code == 303
    info = db.row("SELECT * FROM ctr_linkInfo")
    assert (info.channel, info.has_password, info.has_pull_password) == ("mserver", True, True)
    assert passwords.matches(db.value("SELECT ctr_getPullPassword('pohoda')"), pull)
    for path in ("", "/link"):
        text = admin.get(HOME + path).text
        assert secret not in text and pull not in text
    assert secret not in admin.get("/audit").text

    assert admin.post(f"{HOME}/link", **settings, pullUser="pohoda").status_code == 303
    assert db.row("SELECT password FROM ctr_link").password == secret
    assert admin.post(f"{HOME}/link", **settings | {"remove-password": "true"}).status_code == 303
    info = db.row("SELECT * FROM ctr_linkInfo")
    assert not info.has_password and info.has_pull_password


@pytest.mark.parametrize(
    ("changed", "field", "reason"),
    [
        ({"channel": "pigeon"}, "channel", "no_such_channel"),
        ({"url": "mserver"}, "url", "url_missing"),
        ({"url": "http://" + "x" * 600}, "url", "invalid_value"),
        ({"channel": "folder"}, "requestFolder", "folder_missing"),
        ({"channel": "folder", "requestFolder": "/in"}, "responseFolder", "folder_missing"),
        ({"ico": " "}, "ico", "ico_missing"),
        ({"exSystemName": ""}, "exSystemName", "ex_system_missing"),
        ({"encoding": "koi8-r"}, "encoding", "no_such_encoding"),
        ({"timeout": "4"}, "timeout", "out_of_range"),
        ({"timeout": ""}, "timeout", "invalid_value"),
        ({"timeout": "a while"}, "timeout", "invalid_value"),
        ({"packSize": "1001"}, "packSize", "out_of_range"),
        ({"goneShare": "-1"}, "goneShare", "out_of_range"),
        ({"pullPassword": "short"}, "pullPassword", "password_length"),
        ({"pullPassword": "password"}, "pullPassword", "password_common"),
    ],
)
def test_each_refusal_stands_beside_its_setting(admin, settings, untouched, changed, field, reason):
    with untouched():
        response = admin.post(f"{HOME}/link", **settings | {"password": "typed here"} | changed)
    assert response.status_code == 422
    assert re.search(rf'(id="field-{field}-error" role="alert" data-result="{reason}")', response.text)
    assert "typed here" not in response.text and "%(" not in response.text
    assert "Enter the password again" in response.words


def test_folders_come_with_the_file_for_the_command_line(admin, db, settings):
    given = {"channel": "folder", "requestFolder": "/in", "responseFolder": "/out", "databaseName": "StwPh_1"}
    assert admin.post(f"{HOME}/link", **settings | given).status_code == 303
    text = admin.get(f"{HOME}/link").text
    assert "input_dir=/in" in text and "check_duplicity=1" in text and "database=StwPh_1" in text


# Packs


@pytest.fixture
def pack(db, alice, claim, hand_over, finish):
    """Alice was sent and taken, with XML that holds what a page must not believe."""
    db.call("ctr_setProfile", username="alice", company="<script>alert(1)</script>")
    db.call("ctr_resend", username="alice")
    one = claim()
    xml = (
        '<?xml version="1.0" encoding="windows-1250"?><a:pack xmlns:a="urn:a" id="7"><a:name>Alice &amp; Bob</a:name>'
        "<a:web>&lt;script&gt;alert(1)&lt;/script&gt;</a:web><a:note><![CDATA[Žofia]]></a:note></a:pack>"
    )
    items = [{"number": item["number"], "sent": item["fields"]} for item in one["items"]]
    assert db.call(
        "ctr_handOverPack", packID=one["packID"], worker=WORKER, sentXML=xml, items=Jsonb(items)
    ).ok
    assert finish(one, {"number": 1, "isOK": True, "pohodaID": 5}, receivedXML="<html><br>Žofia not XML").ok
    return one["packID"]


def test_xml_is_shown_indented_and_as_text(admin, pack):
    text = admin.get(f"{HOME}/packs/{pack}").text
    assert "  &lt;a:name&gt;Alice &amp;amp; Bob&lt;/a:name&gt;\n" in text
    assert "<script>alert" not in text and "<br>Žofia" not in text
    assert "&lt;html&gt;\n&lt;br&gt;Žofia not XML" in text


def test_a_manager_sees_no_personal_data_in_xml(manager, pack):
    page = manager.get(f"{HOME}/packs/{pack}")
    assert "&lt;a:name&gt;…&lt;/a:name&gt;" in page.text
    file = manager.get(f"{HOME}/packs/{pack}/sent.xml").data.decode("windows-1250")
    for text in (page.text.partition('id="xml-sent"')[2], file):
        assert "Bob" not in text and "Žofia" not in text and "alert" not in text
    assert "You see the XML without people's data" in page.words


def test_xml_is_downloaded_in_the_encoding_that_it_names(admin, pack):
    response = admin.get(f"{HOME}/packs/{pack}/sent.xml")
    assert response.headers["Content-Disposition"] == f'attachment; filename="pack-{pack}-sent.xml"'
    assert "Žofia" in response.data.decode("windows-1250")
    assert admin.get(f"{HOME}/packs/{pack}/received.xml").data.decode() == "<html><br>Žofia not XML"
    assert admin.get(f"{HOME}/packs/999999999/sent.xml").status_code == 404
    assert admin.get(f"{HOME}/packs/{pack}/other.xml").status_code == 404


def test_xml_of_which_nothing_is_expanded(admin, db, pack):
    bomb = '<!DOCTYPE a [<!ENTITY b "boom"><!ENTITY c SYSTEM "file:///etc/hostname">]><a>&b;&c;</a>'
    db.execute("UPDATE ctr_packs SET receivedXML = %s WHERE id = %s", [bomb, pack])
    page = admin.get(f"{HOME}/packs/{pack}")
    assert page.status_code == 200 and "&amp;b;&amp;c;" in page.text


def test_long_xml_is_shown_in_part(admin, db, pack):
    long = f"<a>{'<b>word</b>' * 20_000}</a>"
    db.execute("UPDATE ctr_packs SET receivedXML = %s WHERE id = %s", [long, pack])
    page = admin.get(f"{HOME}/packs/{pack}")
    assert "Only its beginning is shown." in page.words and len(page.text) < 250_000
    assert admin.get(f"{HOME}/packs/{pack}/received.xml").text == long


def test_a_pack_that_nobody_knows_of_is_given_up(admin, db, alice, claim, hand_over, finish, untouched):
    db.call("ctr_resend", username="alice")
    one = claim()
    hand_over(one)
    finish(one, state="unknown", note="The connection broke.")
    path = f"{HOME}/packs/{one['packID']}"
    assert "Give it up; 1 contact waits again" in admin.get(path).words
    assert admin.post(f"{path}/cancel").status_code == 303
    assert db.row("SELECT * FROM ctr_packList WHERE id = %s", [one["packID"]]).state == "cancelled"
    with untouched():
        assert "pack_over" in reasons(admin.post(f"{path}/cancel"))


def test_packs_are_chosen_by_kind_and_state(admin, pack):
    assert f'/packs/{pack}"' in admin.get(f"{HOME}/packs?kind=send&state=done").text
    assert f'/packs/{pack}"' not in admin.get(f"{HOME}/packs?state=refused").text
    assert f'/packs/{pack}"' in admin.get(f"{HOME}/packs?state=nonsense").text


# Conflicts and duplicates


def conflict_of(db, username="alice"):
    return db.row("SELECT * FROM ctr_conflictList WHERE username = %s", [username])


@pytest.mark.parametrize(("decision", "street"), [("portal", "Hlavná 1"), ("pohoda", "Dlhá 2")])
def test_a_conflict_is_decided_by_a_click(admin, db, exchange, profile_of, decision, street, untouched):
    page = admin.get(f"{HOME}/conflicts")
    assert "Before:" in page.words or "It was empty before." in page.words
    assert "Hlavná 1" in page.words and "Dlhá 2" in page.words
    path = f"{HOME}/conflicts/alice/{conflict_of(db).id}"
    response = admin.post(path, htmx=True, decision=decision)
    assert response.status_code == 200 and "No conflict is open." in response.words
    assert profile_of("alice").street == street
    assert street in admin.get(f"{HOME}/conflicts?show=decided").words
    with untouched():
        assert reasons(admin.post(path, decision=decision)) == ["already_decided"]


def test_a_decision_that_is_none_is_refused(admin, db, exchange, untouched):
    with untouched():
        response = admin.post(f"{HOME}/conflicts/alice/{conflict_of(db).id}", decision="both")
    assert reasons(response) == ["invalid_value"]


def test_two_that_are_one_are_merged(admin, db, exchange, state_of, untouched):
    pair = db.row("SELECT * FROM ctr_duplicateList WHERE right_pohoda_id = 40")
    page = admin.get(f"{HOME}/duplicates")
    assert "the same IČO" in page.words and "robert@example.com" in page.words
    # Bob has a contact of his own there already.
    with untouched():
        assert reasons(admin.post(f"{HOME}/duplicates/{pair.id}/merge")) == ["linked_already"]
    db.call("as_register", username="zuzana", name="Zuzana", email="z@example.com")
    db.call("ctr_setProfile", username="zuzana", city="Brno")
    db.call("ctr_findDuplicates")
    pair = db.row("SELECT * FROM ctr_duplicateList WHERE right_pohoda_id = 41")
    assert admin.post(f"{HOME}/duplicates/{pair.id}/merge").status_code == 303
    assert state_of("zuzana").pohoda_id == 41
    assert "They are one now." in admin.get(f"{HOME}/duplicates?show=decided").words


def test_two_that_are_two_are_kept_apart(admin, db, exchange, untouched):
    pair = db.row("SELECT * FROM ctr_duplicateList")
    assert admin.post(f"{HOME}/duplicates/{pair.id}/apart").status_code == 303
    assert "No pair looks like one." in admin.get(f"{HOME}/duplicates").words
    with untouched():
        assert reasons(admin.post(f"{HOME}/duplicates/{pair.id}/apart")) == ["already_decided"]


# Pohoda's contacts, and who is registered


def test_contacts_are_found_and_explained(admin, db, exchange):
    register_rule(admin, expected="1")
    text = admin.get(f"{HOME}/contacts?q=zuz").text
    assert "Zuzana" in text and "Robert" not in text and "several e-mail addresses" in text
    page = admin.get(f"{HOME}/contacts?show=skipped")
    assert "Zuzana" in page.words and "Yves" not in page.words
    assert "several e-mail addresses" in admin.get(f"{HOME}/contacts/41", htmx=True).words
    assert admin.get(f"{HOME}/contacts?q=%00").status_code == 200
    assert admin.get(f"{HOME}/contacts?after=nonsense&show=nonsense").status_code == 200


def test_a_contact_is_registered_by_hand(admin, db, exchange, untouched):
    response = admin.post(f"{HOME}/contacts/42/register")
    assert response.status_code == 303 and response.location == f"{HOME}/contacts"
    person = db.row("SELECT * FROM ctr_contactList WHERE pohoda_id = 42").username
    assert db.row("SELECT * FROM as_people WHERE username = %s", [person]).email == "yves@example.com"
    with untouched():
        assert "already_registered" in reasons(admin.post(f"{HOME}/contacts/42/register"))
    with untouched():
        assert reasons(admin.post(f"{HOME}/contacts/41/register")) == ["several_emails"]


def test_a_contact_is_set_apart_and_back(admin, db, exchange):
    assert admin.post(f"{HOME}/contacts/42/apart", isApart="true").status_code == 303
    assert "set apart by hand" in admin.get(f"{HOME}/contacts?q=yves").words
    assert admin.post(f"{HOME}/contacts/42/apart", isApart="false").status_code == 303
    assert not db.row("SELECT * FROM ctr_contactList WHERE pohoda_id = 42").is_apart


RULE = {"kind": "customers", "emailChoice": "none", "locale": "sk"}


def register_rule(admin, **given):
    return admin.post(f"{HOME}/rule", **RULE | {"isOn": "true"} | given)


def test_a_rule_is_tried_out_and_writes_nothing(admin, exchange, untouched):
    with untouched():
        response = admin.post(f"{HOME}/rule", **RULE, **{"try": "true", "labels": "vip, other"})
    assert response.status_code == 200
    assert "1 contact would be registered and get one message." in response.words
    assert 'name="expected" value="1"' in response.text and ">vip\nother</textarea>" in response.text
    with untouched():
        response = admin.post(f"{HOME}/rule", **RULE | {"kind": "any"}, **{"try": "true"})
    assert "several e-mail addresses 1" in response.words


def test_a_rule_is_saved_with_the_number_that_was_confirmed(admin, db, exchange, untouched):
    for expected in ("", "2"):
        with untouched():
            response = register_rule(admin, expected=expected)
        assert response.status_code == 422 and reasons(response) == ["count_changed"]
        assert 'name="expected" value="1"' in response.text
    assert register_rule(admin, expected="1").status_code == 303
    rule = db.row("SELECT * FROM ctr_ruleInfo")
    assert (rule.is_on, rule.kind, rule.locale) == (True, "customers", "sk")


@pytest.mark.parametrize("button", [{}, {"try": "true"}])
@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"kind": "friends"}, "invalid_value"),
        ({"emailChoice": "all"}, "invalid_value"),
        ({"locale": "xx"}, "no_such_locale"),
        ({"seenSince": "2027-02-30"}, "invalid_value"),
        ({"groups": "\n".join(map(str, range(101)))}, "invalid_value"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(admin, exchange, untouched, changed, reason, button):
    with untouched():
        response = admin.post(f"{HOME}/rule", **RULE | changed | button)
    assert response.status_code == 422 and reasons(response) == [reason]


def test_a_field_is_ruled(admin, db, linked, untouched):
    path = f"{HOME}/fields/city"
    assert "both ways" in admin.get(path, htmx=True).words
    assert admin.post(path, direction="in", winner="pohoda").status_code == 303
    field = db.row("SELECT * FROM ctr_fieldList WHERE code = 'city'")
    assert (field.direction, field.winner, field.may_be_cut) == ("in", "pohoda", False)
    for given, reason in (
        ({"direction": "up", "winner": "ask"}, "no_such_direction"),
        ({"direction": "in", "winner": "nobody"}, "no_such_winner"),
    ):
        with untouched():
            response = admin.post(path, **given)
        assert response.status_code == 422 and reason in reasons(response)


# A person


def test_a_customer_fills_in_an_address_that_waits_for_pohoda(signed_in, db, linked, alice, profile_of):  # noqa: F811
    browser = signed_in("alice")
    form = {
        "company": "Alice s.r.o.",
        "street": "Hlavná 1",
        "city": "Nitra",
        "country": "sk",
        "icDph": "sk 2020",
    }
    assert browser.post("/profile/contact", **form).status_code == 303
    kept = profile_of("alice")
    assert (kept.company, kept.country, kept.ic_dph) == ("Alice s.r.o.", "SK", "SK2020")
    assert "waiting for Pohoda" in browser.get("/profile").words


def test_nothing_waits_where_there_is_no_link(signed_in, alice):  # noqa: F811
    browser = signed_in("alice")
    assert browser.post("/profile/contact", city="Nitra").status_code == 303
    assert "waiting for Pohoda" not in browser.get("/profile").words


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("country", "Slovakia", "too_long"),
        ("country", "4!", "bad_country"),
        ("phone", "1" * 41, "too_long"),
        ("city", "Ni\u2028tra", "bad_character"),
    ],
)
def test_each_refusal_stands_beside_its_field_of_the_address(
    signed_in, alice, untouched, field, value, reason  # noqa: F811
):  # fmt: skip
    browser = signed_in("alice")
    with untouched():
        response = browser.post("/profile/contact", **{field: value})
    assert response.status_code == 422
    assert re.search(rf'id="contact-{field}-error" role="alert" data-result="{reason}"', response.text)


def test_a_person_is_erased_only_by_his_name_and_with_a_reason(admin, db, exchange, untouched):
    for form, reason, field in (
        ({"confirm": "charlie", "note": "asked for it"}, "name_unconfirmed", "confirm"),
        ({"confirm": "bob", "note": " "}, "note_required", "note"),
    ):
        with untouched():
            response = admin.post("/users/bob/erase", **form)
        assert response.status_code == 422
        assert re.search(rf'id="field-{field}-error" role="alert" data-result="{reason}"', response.text)
    assert "Erase contact" in admin.get("/users/bob/erase", htmx=True).words
    response = admin.post("/users/bob/erase", confirm="bob", note="asked for it")
    assert response.status_code == 303, reasons(response)
    assert db.row("SELECT * FROM as_people WHERE username = 'bob'").email is None
    assert admin.post("/users/mona/erase", confirm="mona", note="x").status_code == 422
