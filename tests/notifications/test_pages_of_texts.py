"""The administrator's texts, through real requests: the list, the editor, its preview and its versions."""

import re
from types import SimpleNamespace

import pytest
from flask import g, render_template_string

from portal import db as gateway
from portal import wording
from tests.people import alice, bob, root  # noqa: F401
from tests.visits import enter, reasons

WELCOME = "/messages/texts/welcome/all/en"


@pytest.fixture
def browser(db, client, root, alice):  # noqa: F811
    return enter(db, client, root)


@pytest.fixture
def current(db):
    """The text that is sent: current("welcome", "", "en").subject"""
    return lambda *place: db.row(
        "SELECT * FROM ntf_textVersions WHERE kind = %s AND channel = %s AND locale = %s AND is_current",
        place,
    )


def typed(subject="Welcome, {name}", body="It is ready.\n\n[Open]({link})", **more):
    return {"kind": "welcome", "channel": "", "locale": "en", "subject": subject, "body": body} | more


def test_the_list_has_every_kind_in_every_language(browser):
    page = browser.get("/messages/texts")
    assert page.status_code == 200
    cells = re.findall(r'class="text-cell" href="/messages/texts/(\w+)/(\w+)/(\w+)"', page.text)
    assert {locale for kind, channel, locale in cells if (kind, channel) == ("tariff_deadline", "sms")} == {
        "en", "ru", "sk", "cs", "hi"
    }  # fmt: skip
    assert ("welcome", "all", "hi") in cells


@pytest.mark.parametrize(
    "path",
    ["nothing/all/en", "welcome/nothing/en", "welcome/all/xx", "campaign/all/en", "campaign:1:1/all/en"],
)
def test_there_is_no_page_for_a_text_that_cannot_be(browser, path):
    assert browser.get(f"/messages/texts/{path}").status_code == 404
    assert browser.post(f"/messages/texts/{path}", subject="x", body="y").status_code == 404


def test_saving_shows_the_new_text_and_keeps_the_old_one(browser, current):
    version = current("welcome", "", "en").version
    saved = browser.post(WELCOME, **typed(basedOn=version))
    assert (saved.status_code, saved.location) == (303, WELCOME)
    page = browser.get(WELCOME)
    assert "It is ready." in page.words and "your own" in page.words
    assert current("welcome", "", "en").subject == "Welcome, {name}"
    back = browser.post(f"{WELCOME}/reset", basedOn=version + 1)
    assert back.status_code == 303
    assert current("welcome", "", "en").subject == "Welcome to {brand}"
    again = browser.post(f"{WELCOME}/restore", version=version + 1, basedOn=version)
    assert again.status_code == 303
    assert current("welcome", "", "en").subject == "Welcome, {name}"


@pytest.mark.parametrize("htmx", [False, True])
def test_a_refused_text_stays_in_the_form_with_the_reason_at_its_field(browser, current, htmx):
    refused = browser.post(WELCOME, htmx=htmx, **typed(body="{nonsense} 👋\n\n[Open]({link})"))
    assert refused.status_code == 422
    assert reasons(refused) == ["unknown_placeholder"]
    assert "There is no {nonsense} here" in refused.words
    assert re.search(
        r'<textarea[^>]* id="field-body"[^>]* aria-invalid="true"[^>]*>\{nonsense\} 👋', refused.text
    )
    assert current("welcome", "", "en").subject == "Welcome to {brand}"


def test_a_text_that_somebody_else_has_changed_stays_in_the_form(browser, db, current):
    begun = current("welcome", "", "en").version
    assert db.call("ntf_saveText", kind="welcome", channel="", locale="en", subject="Mine", body="Mine.").ok
    refused = browser.post(WELCOME, **typed(basedOn=begun))
    assert reasons(refused) == ["changed_meanwhile"]
    assert "It is ready." in refused.text
    assert current("welcome", "", "en").subject == "Mine"


def test_the_preview_is_the_letter_with_somebodys_figures(browser, db):
    told = '{"amount": "77.00", "balance": "5.00", "currency": "EUR"}'
    db.execute("SELECT job_queueMessage('alice', 'top_up', 'top_up:1', %s)", [told])
    fields = typed(kind="top_up", subject="{amount} for {name}", body="Balance: {balance}\n\n[See]({link})")
    page = browser.post("/messages/texts/preview", htmx=True, q="alice", username="alice", **fields)
    assert page.status_code == 200
    # What happened is of her last message, the balance of this moment.
    assert "€77.00 for Alice" in page.words and "Balance €1,000.00" in page.words
    mine = browser.post("/messages/texts/preview", htmx=True, **fields)
    assert "€50.00 for Root" in mine.words and "is an example" in mine.words


def test_without_a_script_the_preview_is_the_whole_page_with_what_was_typed(browser, current):
    page = browser.post("/messages/texts/preview", **typed(basedOn=1))
    assert page.status_code == 200
    assert "<html" in page.text and "Welcome, Root" in page.words
    assert 'value="Welcome, {name}"' in page.text
    assert current("welcome", "", "en").subject == "Welcome to {brand}"


@pytest.mark.parametrize("htmx", [False, True])
def test_what_cannot_be_sent_is_said_in_the_preview(browser, htmx):
    page = browser.post("/messages/texts/preview", htmx=htmx, **typed(body="half a {brace"))
    assert page.status_code == 422
    assert "brace" in page.words


@pytest.mark.parametrize("htmx", [False, True])
def test_a_campaigns_text_is_seen_from_its_own_page(browser, htmx):
    page = browser.post(
        "/messages/texts/preview",
        htmx=htmx,
        **typed(kind="campaign:12:1", subject="{bonus}", body="Come, {name}."),
    )
    assert page.status_code == 200
    assert "Come, Root." in page.words


def test_the_form_of_another_page_may_have_the_editor_in_it(app, db, root):  # noqa: F811
    page = (
        '{% import "_kit.html" as kit %}'
        '{% call kit.form("/elsewhere") %}{% set end = kit.submit("Save") %}{% include "wording/_editor.html" %}{% endcall %}'
    )
    place = {"kind": "campaign:12:1", "channel": "", "locale": "sk"}
    db.execute(
        "SELECT ntf_writeText('campaign:12:1', '', 'en', 'For {name}', 'You have {bonus}.', '{bonus,name}', 'root')"
    )
    with app.test_request_context("/elsewhere"), gateway.use(db):
        g.person = SimpleNamespace(username=root, locale="en", timezone=None, csrf="0" * 32)
        shown = render_template_string(page, **place, **wording.values_of(**place))
    assert shown.count("<form") == 1 and 'action="/elsewhere"' in shown and ">Save<" in shown
    # It begins with the English text, which is sent as long as there is none in Slovak.
    assert 'value="For {name}"' in shown and "You have {bonus}." in shown and "You have 0." in shown
    assert 'name="basedOn" value="0"' in shown and 'name="kind" value="campaign:12:1"' in shown
    assert 'data-insert="{gift}"' in shown


def test_markup_and_right_to_left_are_shown_as_they_are(browser):
    fields = typed(
        subject="<b>שלום</b>", body='<script>alert("مرحبا")</script> 👩‍💻 {name}\n\n[<i>x</i>]({link})'
    )
    page = browser.post("/messages/texts/preview", htmx=True, **fields)
    assert "<script" not in page.text and "<b>ש" not in page.text and "<i>x" not in page.text
    assert "&lt;b&gt;שלום&lt;/b&gt;" in page.text
    assert "👩‍💻 Root" in page.text
    assert 'dir="auto"' in page.text


def test_nobody_like_that_is_said_and_ones_own_figures_are_shown(browser):
    page = browser.post("/messages/texts/preview", htmx=True, q="nobody-at-all", **typed())
    assert "Nobody is like that" in page.words and "Welcome, Root" in page.words


def test_a_version_shows_what_it_changed(browser, db):
    assert db.call(
        "ntf_saveText", kind="welcome", channel="", locale="en", subject="Welcome to {brand}", body="Ready."
    ).ok
    page = browser.get(WELCOME)
    assert "<ins>Ready</ins>" in page.text or "<ins>Ready." in page.text
    assert "<del>" in page.text


def test_a_channel_without_a_text_of_its_own_begins_with_the_one_that_is_sent(browser, current):
    page = browser.get("/messages/texts/welcome/email/hi")
    assert page.status_code == 200
    assert "There is no text of its own here" in page.words and "Nothing was written here yet." in page.words
    assert current("welcome", "", "hi").subject in page.text
    saved = browser.post(
        "/messages/texts/welcome/email/hi", **typed(channel="email", locale="hi", subject="नमस्ते", basedOn=0)
    )
    assert saved.status_code == 303
    assert current("welcome", "email", "hi").subject == "नमस्ते"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (WELCOME, typed(subject="a\0b")),
        (WELCOME, typed(basedOn="abc")),
        (WELCOME, typed(basedOn="9" * 40)),
        (WELCOME, {}),
        (f"{WELCOME}/restore", {"version": "abc"}),
        (f"{WELCOME}/restore", {}),
        (f"{WELCOME}/reset", {"basedOn": "\0"}),
        ("/messages/texts/preview", {}),
        ("/messages/texts/preview", typed(kind="\0")),
        ("/messages/texts/preview", typed(kind="campaign:99999999999999999999:1")),
        ("/messages/texts/preview", typed(channel="\0")),
        ("/messages/texts/preview", typed(locale="xx")),
        ("/messages/texts/preview", typed(subject="\0", q="\0", username="\0")),
        ("/messages/texts/preview", typed(body="x" * 60_000)),
    ],
)
@pytest.mark.parametrize("htmx", [False, True])
def test_whatever_is_typed_is_answered(browser, path, fields, htmx):
    answer = browser.client.post(
        path,
        data={"csrf_token": browser.token, "requestKey": "", **fields},
        headers={"HX-Request": "true"} if htmx else {},
    )
    assert answer.status_code in (400, 404, 422)


def test_an_address_that_cannot_be_read_is_none(browser):
    for path in ("%00/all/en", "welcome/%00/en", "welcome/all/%00", "welcome/all/%ED%A0%80"):
        assert browser.get(f"/messages/texts/{path}").status_code in (400, 404)


def test_only_administrators_come_here(db, client, alice):  # noqa: F811
    browser = enter(db, client, alice)
    assert browser.get("/messages/texts").status_code == 403
    assert browser.post("/messages/texts/preview", htmx=True, **typed()).status_code == 403
