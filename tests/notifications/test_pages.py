"""The pages about messages, through real requests."""

import re

import pytest

from tests.visits import Browser, enter, events, reasons

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def alices(db, client, alice):
    return enter(db, client, "alice")


@pytest.fixture
def roots(db, client, alice, root):
    return enter(db, client, "root")


@pytest.fixture
def link(db):
    return lambda username="alice", kind="news", channel="email": db.value(
        "SELECT ntf_unsubscribePath(%s, %s, %s)", [username, kind, channel]
    )


def unread(page):
    found = re.search(r'class="bell-count"[^>]*>([^<]+)<', page.text)
    return found and found[1]


# The inbox and the bell


def test_the_bell_shows_how_many_wait_on_every_page(alices, deliver):
    assert unread(alices.get("/profile")) is None
    for _ in range(3):
        deliver("alice")
    assert unread(alices.get("/profile")) == "3"
    assert unread(alices.get("/inbox/bell", htmx=True)) == "3"
    assert "Inbox, unread: 3" in alices.get("/inbox/bell").words


def test_it_counts_no_further_than_a_hundred(db, alices, deliver):
    for _ in range(101):
        deliver("alice")
    assert unread(alices.get("/inbox")) == "100+"


def test_nobody_sees_anothers(alices, bob, deliver):
    row = deliver("bob", subject="For Bob alone")
    assert "For Bob alone" not in alices.get("/inbox").text
    assert unread(alices.get("/inbox")) is None
    for path in (f"/inbox/{row.id}", f"/inbox/{row.id}/hide"):
        assert alices.post(path).status_code == 404
    assert alices.get(f"/inbox/{row.id}").status_code == 404


def test_opening_marks_it_read_and_looking_does_not(alices, deliver):
    row = deliver("alice", subject="Topped up")
    assert alices.get(f"/inbox/{row.id}").status_code == 200
    assert unread(alices.get("/inbox")) == "1"
    opened = alices.post(f"/inbox/{row.id}")
    assert (opened.status_code, opened.location) == (303, f"/inbox/{row.id}")
    page = alices.get(opened.location)
    assert "50.00 EUR were added." in page.words
    assert 'href="/finance"' in page.text
    assert unread(page) is None


def test_a_list_without_messages_says_so(alices):
    assert "No messages yet" in alices.get("/inbox").words


def test_the_list_goes_on_where_it_ended(db, alices, deliver):
    for number in range(12):
        deliver("alice", subject=f"Message {number:02}")
    first = alices.get("/inbox?size=10")
    after = re.search(r'href="([^"]*after=[^"]*)"', first.text)[1].replace("&amp;", "&")
    second = alices.get(after)
    shown = [re.findall(r"Message \d\d", page.text) for page in (first, second)]
    assert shown[0] == [f"Message {number:02}" for number in range(11, 1, -1)]
    assert shown[1] == ["Message 01", "Message 00"]


def test_all_are_read_at_once_and_the_bell_knows(alices, deliver):
    deliver("alice")
    deliver("alice")
    field = re.search(r'name="upTo" value="([^"]+)"', alices.get("/inbox").text)[1]
    deliver("alice", subject="Came meanwhile")
    answer = alices.post("/inbox/read", htmx=True, upTo=field)
    assert answer.status_code == 200
    assert "inbox-changed" in events(answer)
    assert unread(alices.get("/inbox")) == "1"
    assert alices.post("/inbox/read").status_code == 303
    assert unread(alices.get("/inbox")) is None


def test_a_moment_that_is_none_is_refused(alices, deliver):
    deliver("alice")
    assert alices.post("/inbox/read", upTo="yesterday evening").status_code == 422


def test_what_is_removed_is_gone(alices, deliver):
    row = deliver("alice", subject="Go away")
    assert alices.post(f"/inbox/{row.id}/hide").location == "/inbox"
    assert "Go away" not in alices.get("/inbox").text
    assert alices.get(f"/inbox/{row.id}").status_code == 404


def test_words_of_others_are_shown_as_words(alices, deliver):
    row = deliver("alice", subject="<script>alert(1)</script> שלום 🎉")
    for page in (alices.get("/inbox"), alices.get(f"/inbox/{row.id}")):
        assert "<script>alert(1)" not in page.text
        assert "שלום 🎉" in page.words


def test_an_administrator_in_the_cabinet_leaves_it_as_it_is(db, roots, deliver):
    row = deliver("alice", subject="Topped up")
    db.execute("UPDATE as_sessions SET actingFor = 'alice' WHERE username = 'root'")
    assert "Nothing is marked as read" in roots.get("/inbox").words
    assert roots.post(f"/inbox/{row.id}").status_code == 303
    assert unread(roots.get("/inbox")) == "1"
    assert roots.post(f"/inbox/{row.id}/hide").status_code == 422
    assert roots.post("/inbox/read").status_code == 422


# What one gets


def test_the_choices_are_boxes_and_what_is_fixed_is_none(alices):
    page = alices.get("/profile/messages")
    assert 'value="top_up:email" checked' in page.text
    assert 'name="wanted" value="news:email">' in page.text
    assert 'value="password_reset:email"' not in page.text
    assert "always sent" in page.words


def test_a_box_is_ticked_and_another_taken_away(db, alices):
    answer = alices.post("/profile/messages", shown=["news:email", "top_up:email"], wanted=["news:email"])
    assert answer.status_code == 303
    page = alices.get("/profile/messages")
    assert 'value="news:email" checked' in page.text
    assert 'name="wanted" value="top_up:email">' in page.text
    assert "consents_saved" in reasons(page)


def test_htmx_gets_the_form_back(alices):
    answer = alices.post("/profile/messages", htmx=True, shown=["news:email"], wanted=["news:email"])
    assert answer.status_code == 200
    assert answer.text.lstrip().startswith('<div id="wishes"')


def test_what_cannot_be_chosen_is_refused_with_the_boxes_as_they_were_ticked(alices):
    answer = alices.post(
        "/profile/messages", shown=["news:email", "password_reset:email"], wanted=["news:email"]
    )
    assert (answer.status_code, reasons(answer)) == (422, ["always_sent"])
    assert 'value="news:email" checked' in answer.text


def test_quiet_hours_are_ones_own(alices):
    assert "From 21:00 to 08:00 by the clock in Europe/Bratislava" in alices.get("/profile/messages").words
    assert alices.post("/profile/messages/hours", quietFrom="22:00", quietTo="06:30").status_code == 303
    assert "From 22:00 to 06:30" in alices.get("/profile/messages").words
    answer = alices.post("/profile/messages/hours", quietFrom="22:00", quietTo="late")
    assert (answer.status_code, reasons(answer)) == (422, ["invalid_time"])
    assert 'value="late"' in answer.text


@pytest.mark.parametrize("language, words", [("sk", ("Od", "Do")), ("ru", ("С", "До"))])
def test_their_from_and_to_are_hours_and_no_places(db, alices, language, words):
    db.call("as_setProfile", username="alice", locale=language, actor="alice")
    page = alices.get("/profile/messages").text
    for name, word in zip(("quietFrom", "quietTo"), words, strict=True):
        assert re.search(rf'for="field-{name}"[^>]*>\s*{word}\s*<', page)


def test_an_administrator_sees_what_was_said_and_notes_where_it_comes_from(roots, agree):
    agree("alice", "top_up", isOn=False)
    page = roots.get("/users/alice/messages")
    assert "by the person, in the profile" in page.words
    form = {"shown": ["news:email"], "wanted": ["news:email"]}
    answer = roots.post("/users/alice/messages", **form)
    assert (answer.status_code, reasons(answer)) == (422, ["note_required"])
    assert 'value="news:email" checked' in answer.text
    assert roots.post("/users/alice/messages", note="a signed form", **form).status_code == 303
    assert "to an administrator" in roots.get("/users/alice/messages").words
    assert roots.post("/users/alice/messages/hours", quietFrom="20:00", quietTo="09:00").status_code == 303
    assert roots.get("/users/nobody/messages").status_code == 404


# The link in a message


def test_looking_at_the_link_ends_nothing(db, client, alice, agree, link, untouched):
    agree("alice")
    visitor = Browser(client)
    with untouched():
        page = visitor.get(link())
    assert page.status_code == 200
    assert "a•••@e•••.com" in page.words
    assert "alice@example.com" not in page.text
    assert db.value("SELECT ntf_isOn('alice', 'news', 'email')")


def test_a_mail_program_ends_it_in_one_click(db, client, alice, agree, link, untouched):
    """RFC 8058: a POST of that one field, without cookies, a token or a redirect; as often as it likes."""
    agree("alice")
    agree("alice", "birthday_bonus")
    answer = client.post(link(), data=ONE_CLICK)
    assert answer.status_code == 200
    assert not answer.headers.getlist("Set-Cookie") or "portal=" not in str(answer.headers)
    assert not db.value("SELECT ntf_isOn('alice', 'news', 'email')")
    assert db.value("SELECT ntf_isOn('alice', 'birthday_bonus', 'email')")
    with untouched():
        assert client.post(link(), data=ONE_CLICK).status_code == 200
    with untouched():
        assert (
            client.post(link(), data=b"List-Unsubscribe=One-Click", content_type="text/plain").status_code
            == 200
        )


def test_another_site_may_send_it_too_for_the_link_is_the_right(db, client, alice, agree, link):
    agree("alice")
    headers = {"Origin": "https://mail.example.net", "Sec-Fetch-Site": "cross-site"}
    assert client.post(link(), data=ONE_CLICK, headers=headers).status_code == 200
    assert not db.value("SELECT ntf_isOn('alice', 'news', 'email')")


def test_a_person_chooses_how_much_and_takes_it_back(db, client, alice, agree, link):
    for kind in ("news", "birthday_bonus"):
        agree("alice", kind)
    visitor = Browser(client)
    page = visitor.post(link(), scope="all")
    assert "You get no offers from us any more." in page.words
    assert not db.value("SELECT ntf_isOn('alice', 'birthday_bonus', 'email')")
    request = re.search(r'name="request" value="([^"]+)"', page.text)[1]
    page = visitor.post(f"{link()}/undo", request=request)
    assert (page.status_code, "Everything is as it was before." in page.words) == (200, True)
    assert db.value("SELECT ntf_isOn('alice', 'birthday_bonus', 'email')")
    page = visitor.post(f"{link()}/undo", request=request)
    assert (page.status_code, reasons(page)) == (422, ["nothing_to_undo"])


def test_wrong_links_are_all_the_same_clear_page(client, alice, agree, link):
    agree("alice")
    right = link()
    pages = {
        re.sub(r"[0-9a-f]{80}|/unsubscribe/[^\"?&]+|%2Funsubscribe[^\"]+", "", Browser(client).get(path).text)
        for path in (
            "/unsubscribe/nothing",
            right.replace(".alice", ".nobody"),
            right[:-1],
            right.replace("news", "top_up"),
        )
    }
    assert len(pages) == 1
    assert "This link does not work" in pages.pop()
    for path in ("/unsubscribe/nothing", "/unsubscribe/nothing/undo"):
        assert client.post(path, data=ONE_CLICK).status_code == 404


def test_a_scope_that_is_none_is_refused(client, alice, agree, link):
    agree("alice")
    assert client.post(link(), data={"scope": "everybody"}).status_code == 422


# Registering


@pytest.mark.parametrize("ticked", [True, False])
def test_who_ticks_the_box_gets_offers_by_e_mail_and_nobody_else(db, client, ticked):
    visitor = Browser(client)
    form = visitor.get("/register")
    assert re.search(r'name="wantsNews" value="true"(?![^>]*checked)', form.text)
    wants = {"wantsNews": "true"} if ticked else {}
    assert visitor.post("/register", email="eva@example.com", name="Eva", password="long enough a word", **wants).status_code == 303  # fmt: skip
    registration = db.value("SELECT id FROM as_registrations WHERE email = 'eva@example.com'")
    token = db.value("SELECT as_issueToken('registration', NULL, %s)", [registration])
    assert visitor.post(f"/register/{token}").status_code == 303
    said = db.read(
        "SELECT kind, channel, source FROM ntf_consentList"
        " WHERE username = (SELECT username FROM as_users WHERE email = 'eva@example.com') AND is_marketing AND is_on"
    )
    assert {(row.channel, row.source) for row in said} == ({("email", "registration")} if ticked else set())
