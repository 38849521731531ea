"""The administrator's pages, through real requests."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from portal import access
from portal import db as gateway
from portal.places import var
from tests import people
from workers import messages

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser_of(app, db):
    """A browser that somebody has signed in with."""

    class Browser(FlaskClient):
        def open(self, *args, **kwargs):
            with db.as_role("portal_web"), gateway.use(db):
                return super().open(*args, **kwargs)

        def send(self, page: str, action: str, headers=None, **fields):
            """Fill in the form of a page that posts to the action, as a person does."""
            found = self.get(page).text
            form = re.search(rf'<form method="post" action="{re.escape(action)}".*?</form>', found, re.DOTALL)
            assert form, f"{page} has no form for {action}"
            hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
            return self.post(action, data=hidden | fields, headers=headers)

    def sign_in(username=None):
        browser = Browser(app, app.response_class, use_cookies=True)
        if username:
            token = f"token of {username}"
            outcome = db.call(
                "as_signInFinish",
                key=f"{username}@example.com",
                address="10.0.0.7",
                matchedHash=people.password_hash(),
                tokenHash=access.token_hash(token),
            )
            assert outcome.ok, outcome
            browser.set_cookie(app.config["PORTAL_COOKIE"], token)
        return browser

    return sign_in


@pytest.fixture
def admin(browser_of, root):
    return browser_of(root)


def result(answer) -> str | None:
    found = re.search(r'data-result="(\w+)"', answer.text)
    return found and found[1]


# Schedules


def test_the_schedules_are_shown_with_what_comes_next(admin):
    page = admin.get("/jobs")
    assert page.status_code == 200
    assert "tariffs.deadlines" in page.text
    assert "All quiet." in page.text
    assert "No scheduler runs" in page.text


def test_every_schedule_speaks_the_language_of_the_page(admin, db):
    db.call("as_setProfile", username="root", locale="hi", actor="root")
    page = unescape(admin.get("/jobs").text)
    assert [row.name for row in db.read("SELECT name FROM job_scheduleList") if row.name in page] == []


def test_while_something_runs_the_page_fetches_itself_again(admin, db, run):
    assert "every 2s" not in admin.get("/jobs").text
    one = run("tariffs.notices")
    db.call("job_claimRun", id=one, worker="a")
    db.call("job_reportRun", id=one, worker="a", done=250, total=1000)
    fragment = admin.get("/jobs", headers=HTMX).text
    assert 'hx-trigger="every 2s"' in fragment and "<html" not in fragment
    assert "250 of 1,000" in fragment
    db.call("job_finishRun", id=one, worker="a", state="done", done=1000, total=1000)
    assert "every 2s" not in admin.get("/jobs", headers=HTMX).text


def test_a_job_is_run_now(admin, db):
    answer = admin.send("/jobs", "/jobs/jobs.check/run")
    assert answer.status_code == 303
    assert db.row("SELECT code, state, actor FROM job_runList") == ("jobs.check", "waiting", "root")
    again = admin.send("/jobs", "/jobs/jobs.check/run", headers=HTMX)
    assert again.status_code == 422
    assert result(again) == "already_waiting"


def test_what_failed_is_shown_with_its_reason_and_tried_again(admin, db, run):
    one = run("jobs.check")
    db.call("job_claimRun", id=one, worker="a")
    db.call("job_finishRun", id=one, worker="a", state="failed", done=0, error="fin_sum: <b>1</b>")
    page = admin.get("/jobs").text
    assert "fin_sum: &lt;b&gt;1&lt;/b&gt;" in page and 'id="again-jobs.check"' in page
    assert admin.send("/jobs", "/jobs/jobs.check/run").status_code == 303
    assert "again-jobs.check" not in admin.get("/jobs").text


def test_a_schedule_is_changed(admin, db):
    page = admin.get("/jobs/jobs.check").text
    assert "Every 30 minutes." in page and "SELECT * FROM job_setSchedule(&#39;jobs.check&#39;" in page
    answer = admin.send(
        "/jobs/jobs.check", "/jobs/jobs.check", cron="15  8 * * 1,3", timeZone="UTC", isEnabled="true"
    )
    assert answer.status_code == 303
    row = db.row("SELECT cron, time_zone, is_enabled FROM job_scheduleList WHERE code = 'jobs.check'")
    assert row == ("15 8 * * 1,3", "UTC", True)
    assert "8:15" in admin.get("/jobs/jobs.check").text and "Mon, Wed" in admin.get("/jobs/jobs.check").text


def test_a_wrong_time_is_said_beside_its_field(admin, db):
    answer = admin.send(
        "/jobs/jobs.check",
        "/jobs/jobs.check",
        headers=HTMX,
        cron="99 * * * *",
        timeZone="UTC",
        isEnabled="true",
    )
    assert answer.status_code == 422
    assert result(answer) == "invalid_cron"
    assert 'value="99 * * * *"' in answer.text
    assert db.value("SELECT cron FROM job_scheduleList WHERE code = 'jobs.check'") != "99 * * * *"


@pytest.mark.parametrize(
    "cron, words",
    [
        ("* * * * *", "Every minute."),
        ("*/1 * * * *", "Every minute."),
        ("*/15 * * * *", "Every 15 minutes."),
        ("*/7 * * * *", "At the times that the five fields name."),
        ("5 * * * *", "Every hour, 5 minutes past."),
        ("15 8 * * *", "Every day at"),
        ("15 8 1 * *", "On day 1 of every month at"),
        ("15 8 * * 0,6,7", "on these days: Sun, Sat, Sun."),
        ("15 8 * * 1-5", "At the times that the five fields name."),
        ("15 8 1 2 *", "At the times that the five fields name."),
    ],
)
def test_the_five_fields_are_said_in_words(admin, root, db, cron, words):
    outcome = db.call(
        "job_setSchedule", code="jobs.check", cron=cron, timeZone="UTC", isEnabled=True, actor=root
    )
    assert outcome.ok
    assert words in unescape(admin.get("/jobs/jobs.check").text)


def test_the_runs_of_a_job_are_listed_and_filtered(admin, db, run):
    one = run("jobs.check")
    db.call("job_claimRun", id=one, worker="a")
    db.call("job_finishRun", id=one, worker="a", state="failed", done=0, error="Something is wrong.")
    assert "Something is wrong." in admin.get("/jobs/jobs.check/runs").text
    assert "Something is wrong." in admin.get("/jobs/jobs.check/runs?state=failed").text
    assert "No run yet." in admin.get("/jobs/jobs.check/runs?state=done").text


def test_every_link_of_the_page_leads_somewhere(admin):
    for href in set(re.findall(r'href="(/(?:jobs|messages)[^"]*)"', admin.get("/jobs").text)):
        assert admin.get(unescape(href)).status_code == 200, href


def test_the_scheduler_is_part_of_being_ready(admin, db):
    assert admin.get("/readyz").json["scheduler"] is False
    db.call("job_beat", name="one", workers=1)
    assert admin.get("/readyz").json["scheduler"] is True
    assert "No scheduler runs" not in admin.get("/jobs").text


# Messages


def test_the_outbox_is_filtered(admin, message, claim, finish):
    mine = message("top_up")
    claim()
    finish(mine, "failed", error="550 no such user")
    message("welcome")

    def shown(query):
        return len(re.findall(r'href="/messages/[^"]+/\d+"', admin.get(f"/messages{query}").text))

    everything = shown("")
    assert everything >= 2
    assert shown("?state=failed") == shown("?kind=top_up") == shown("?q=550+NO+such") == 1
    assert shown("?username=jana") == 2
    assert shown("?username=nobody") == shown("?q=%25") == 0
    assert shown("?state=nonsense") == 0


def test_the_outbox_is_paged(admin, message):
    for _ in range(12):
        message()
    first = admin.get("/messages?size=10").text
    more = re.search(r'href="(/messages\?[^"]*after=[^"]+)"', first)
    assert more
    second = admin.get(unescape(more[1])).text
    ids = [set(re.findall(r'href="(/messages/[^"]+/\d+)"', page)) for page in (first, second)]
    assert len(ids[0]) == 10 and ids[1] and not ids[0] & ids[1]


@pytest.mark.parametrize(
    "query", ["after=x", "after=WzEsMiwzXQ%3D%3D", "size=x", "size=-1", "q=%00", "state=%F0"]
)
def test_a_strange_address_is_no_surprise(admin, query):
    assert admin.get(f"/messages?{query}").status_code in (200, 400)


def test_a_failed_message_is_sent_again_or_given_up(admin, message, claim, finish, message_of):
    mine = message()
    claim()
    finish(mine, "failed", error="550 no such user")
    page = f"/messages/jana/{mine}"
    assert "550 no such user" in admin.get(page).text
    assert admin.send(page, f"{page}/resend").status_code == 303
    assert message_of(mine).state == "new"
    assert admin.send(page, f"{page}/cancel", headers=HTMX).status_code == 200
    assert message_of(mine).state == "cancelled"


def test_what_nobody_knows_says_what_sending_again_means(admin, message, claim, finish):
    mine = message()
    claim()
    finish(mine, "unknown", error="No answer.")
    assert "may get it twice" in admin.get(f"/messages/jana/{mine}").text


def test_a_sent_message_cannot_be_sent_again(admin, message, claim, finish, message_of):
    mine = message()
    claim()
    page = f"/messages/jana/{mine}"
    token = re.search(r'name="csrf_token" value="(\w+)"', admin.get("/jobs").text)[1]
    finish(mine, "sent")
    assert "Send again" not in admin.get(page).text
    answer = admin.post(f"{page}/resend", data={"csrf_token": token})
    assert answer.status_code == 422
    assert message_of(mine).state == "sent"


def test_a_message_is_shown_as_it_was_sent_and_nothing_of_it_runs(admin, app, db, message, message_of):
    db.execute("UPDATE as_users SET name = '<script>alert(1)</script>' WHERE username = 'jana'")
    mine = message()
    with app.app_context(), gateway.use(db):
        messages.send()
    file = var("mail", f"{message_of(mine).reference}.eml")
    try:
        page = admin.get(f"/messages/jana/{mine}").text
    finally:
        file.unlink()
    assert "HTML source" in page and "&lt;html lang=&#34;sk&#34;&gt;" in page
    assert "<script>alert" not in page
    assert "jana@example.com" in page


def test_a_message_to_nobody_has_a_page_too(admin, message):
    mine = message("registration", username="", address="new@example.com")
    assert "new@example.com" in admin.get(f"/messages/-/{mine}").text


def test_what_is_not_there_is_not_found(admin):
    for path in (
        "/jobs/nothing",
        "/jobs/nothing/runs",
        "/messages/jana/0",
        "/messages/jana/99999999999999999999",
    ):
        assert admin.get(path).status_code == 404, path


@pytest.mark.parametrize(
    "path", ["/jobs", "/jobs/jobs.check", "/jobs/jobs.check/runs", "/messages", "/messages/jana/1"]
)
def test_only_administrators_may(browser_of, mona, jana, path):
    assert browser_of(mona).get(path).status_code == 403
    assert browser_of(jana).get(path).status_code == 403
    assert browser_of().get(path).status_code == 303


# A demo's mailbox


@pytest.fixture
def registered(browser_of, db, app):
    """A visitor's browser after a registration whose message was sent into the folder."""
    db.execute("UPDATE as_clock SET isDemo = true")
    visitor = browser_of()
    answer = visitor.send(
        "/register", "/register", email="new@example.com", name="New", password="correct horse battery staple"
    )
    assert answer.status_code == 303
    row = db.row(
        "SELECT id, details ->> 'registrationID' AS registration FROM job_messages WHERE username = ''"
    )
    yield visitor, row
    reference = db.value("SELECT reference FROM job_messages WHERE id = %s", [row.id])
    if reference:
        var("mail", f"{reference}.eml").unlink()


def test_in_a_demo_the_visitor_reads_his_own_message(registered, app, db, browser_of, root):
    visitor, row = registered
    path = f"/messages/demo/{row.registration}"
    assert "on its way" in visitor.get(path).text
    with app.app_context(), gateway.use(db):
        messages.send()
    page = visitor.get(path).text
    link = re.search(r'href="([^"]*/register/\w+)"', page)[1]
    assert visitor.get(link.removeprefix(app.config["URL"])).status_code == 200
    assert browser_of(root).get(path).status_code == 200
    assert browser_of().get(path).status_code == 404


def test_outside_a_demo_nobody_reads_it_there(registered, db):
    visitor, row = registered
    db.execute("UPDATE as_clock SET isDemo = false")
    assert visitor.get(f"/messages/demo/{row.registration}").status_code == 404
