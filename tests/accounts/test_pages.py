"""The pages of accounts as a browser sees them."""

import io
import re
import sys
from html import unescape

import pytest

from portal import access, create_app, logs, passwords
from portal import db as gateway
from tests.people import PASSWORD, password_hash

ADMIN = ["/users", "/users/new", "/users/alice", "/users/alice/sessions", "/users/alice/audit", "/users/alice/lock",
         "/users/alice/role", "/settings", "/settings/currency", "/audit"]  # fmt: skip
OWN = ["/profile", "/profile/password"]
VISITOR = ["/sign-in", "/register", "/register/sent", "/reset", "/reset/sent"]
WRITING = [
    "/sign-in", "/sign-out", "/register", "/register/x", "/reset", "/reset/x", "/email/x", "/language", "/theme",
    "/act-for/stop", "/profile", "/profile/email", "/profile/phone", "/profile/login", "/profile/password",
    "/profile/sessions/x/end", "/profile/sessions/end-others", "/users/new", "/users/alice/sessions/x/end",
    "/users/alice/sessions/end-others", "/users/alice/lock", "/users/alice/unlock", "/users/alice/role",
    "/users/alice/act-for", "/settings/currency",
]  # fmt: skip


def plain(page) -> str:
    """The page without what differs from one request to the next."""
    text = re.sub(r'name="(csrf_token|requestKey)" value="[^"]*"|X-CSRFToken": "\w+"', "", page.text)
    return re.sub(r'(name="key"[^>]*)\svalue="[^"]*"', r"\1", text)


def mailed(db, link, email="dana@example.com"):
    """The link of the newest message to an address, as the worker would put it there."""
    row = db.row("SELECT kind, details FROM job_outbox WHERE address = %s ORDER BY id DESC LIMIT 1", [email])
    assert row.kind == "registration"
    return link("registration", registrationID=row.details["registrationID"])


# Who may open what


@pytest.mark.parametrize("path", ADMIN + OWN)
def test_an_administrator_sees_every_page(browser, root, alice, path):
    page = browser.become("root").open(path)
    assert page.status_code == 200, page.text
    assert page.text.rstrip().endswith("</html>")


@pytest.mark.parametrize("path", VISITOR)
def test_a_visitor_sees_the_pages_before_signing_in(browser, path):
    assert browser.open(path).status_code == 200


@pytest.mark.parametrize("path", ADMIN + OWN)
def test_a_visitor_is_asked_to_sign_in(browser, alice, path):
    page = browser.open(path)
    assert (page.status_code, page.location) == (303, f"/sign-in?next={path}")


@pytest.mark.parametrize("username", ["charlie", "mona"])
@pytest.mark.parametrize("path", ADMIN)
def test_only_administrators_see_their_pages(browser, alice, charlie, mona, username, path):
    assert browser.become(username).open(path).status_code == 403


@pytest.mark.parametrize("path", [path for path in ADMIN if "alice" in path])
def test_somebody_unknown_has_no_page(browser, root, path):
    assert browser.become("root").open(path.replace("alice", "nobody")).status_code == 404


@pytest.mark.parametrize("path", WRITING)
def test_a_form_of_another_site_changes_nothing(browser, client, alice, root, untouched, path):
    browser.become("root")
    with untouched():
        assert client.post(path, data={}).status_code == 403
        assert client.post(path, data={"csrf_token": "0" * 80}).status_code == 403
        assert browser.send(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
        assert browser.send(path, headers={"Origin": "https://evil.example"}).status_code == 403


@pytest.mark.parametrize("path", WRITING)
def test_nonsense_is_answered_with_a_sentence(browser, alice, root, path):
    browser.become("root")
    names = ("key", "password", "email", "name", "phone", "login", "role", "note", "value", "theme", "language", "locale",
             "timeZone", "density", "username", "next", "tariffID", "period", "requestKey", "presentPassword")  # fmt: skip
    for nonsense in ("\0", "x" * 20000, "'\"><script>alert(1)</script>", "😀", "%s{}$1\\"):
        page = browser.send(path, **dict.fromkeys(names, nonsense))
        assert page.status_code < 500, page.text
        assert "<script>alert" not in page.text


# Signing in


@pytest.mark.parametrize("key", ["alice", "Alice@example.com", "0903 123 456"])
def test_signing_in_leads_to_where_one_was(browser, alice, key):
    answer = browser.send("/sign-in", key=key, password=PASSWORD, next="/profile?tab=1")
    assert (answer.status_code, answer.location) == (303, "/profile?tab=1")
    assert "Alice" in browser.open("/profile").text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1", ""]
)
def test_nobody_is_sent_elsewhere(browser, alice, target):
    assert browser.send("/sign-in", key="alice", password=PASSWORD, next=target).location == "/"
    assert browser.open("/sign-in?next=" + target).location == "/"


def test_unknown_wrong_and_locked_look_the_same(browser, db, alice, bob):
    db.execute("UPDATE as_users SET isLocked = true WHERE username = 'bob'")
    pages = [
        browser.send("/sign-in", key=key, password="wrong")
        for key in ("alice", "nobody", "bob", "no@example.com")
    ]
    assert {page.status_code for page in pages} == {422}
    assert len({plain(page) for page in pages}) == 1
    assert 'data-result="sign_in_failed"' in pages[0].text
    assert PASSWORD not in pages[0].text
    told = browser.send("/sign-in", key="bob", password=PASSWORD)
    assert 'data-result="account_locked"' in told.text


def test_the_eleventh_attempt_is_told_the_seconds(browser, alice):
    for _ in range(10):
        browser.send("/sign-in", key="alice", password="wrong")
    page = browser.send("/sign-in", key="alice", password=PASSWORD)
    assert page.status_code == 422
    assert 'data-result="too_many_attempts"' in page.text
    assert re.search(r"Try again in \d+ seconds", page.text)


def test_the_token_is_new_each_time_and_the_old_one_ends(browser, client, alice, who):
    tokens = []
    for _ in range(2):
        answer = browser.send("/sign-in", key="alice", password=PASSWORD)
        tokens.append(client.get_cookie("portal").value)
        assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert len(set(tokens)) == 2 and all(len(token) == 43 for token in tokens)
    assert (who(tokens[0]), who(tokens[1])) == (None, "alice")


def test_a_planted_token_becomes_nobodys_session(browser, client, alice, who):
    client.set_cookie("portal", "planted")
    browser.sign_in("alice")
    assert client.get_cookie("portal").value != "planted"
    assert who("planted") is None


def test_over_https_the_cookie_belongs_to_the_host(db, alice):
    client = create_app(URL="https://portal.example.com").test_client()
    with db.as_role("portal_web"), gateway.use(db):
        page = client.get("/sign-in", base_url="https://portal.example.com")
        token = re.search(r'name="csrf_token" value="(\w+)"', page.text)[1]
        answer = client.post(
            "/sign-in",
            data={"csrf_token": token, "key": "alice", "password": PASSWORD},
            base_url="https://portal.example.com",
        )
    cookie = next(text for text in answer.headers.getlist("Set-Cookie") if text.startswith("__Host-portal="))
    assert "Secure" in cookie and "HttpOnly" in cookie and "Path=/" in cookie and "Domain" not in cookie


def test_signing_out_leaves_nothing(browser, client, alice, who):
    browser.sign_in("alice")
    token = client.get_cookie("portal").value
    answer = browser.send("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get_cookie("portal") is None and who(token) is None
    assert browser.open("/profile").status_code == 303


# Registering


def begin(browser, **given):
    fields = {"name": "Dana", "email": "dana@example.com", "password": PASSWORD}
    return browser.send("/register", **fields | given)


def test_a_stranger_becomes_a_customer(browser, client, db, link):
    answer = begin(browser)
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    assert "dana@example.com" in browser.open("/register/sent").text
    token = mailed(db, link)
    for _ in range(3):
        page = browser.open(f"/register/{token}")
        assert page.status_code == 200 and "Finish registration" in page.text
        assert 'type="password"' not in page.text
    assert db.value("SELECT count(*) FROM as_users") == 0
    answer = browser.send(f"/register/{token}")
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Dana" in browser.open("/profile").text
    browser.send("/sign-out")
    assert browser.open(f"/register/{token}").status_code == 410
    browser.sign_in("dana@example.com")


def test_a_demo_shows_the_message_to_the_browser_that_registered(browser, client, db):
    begin(browser)
    assert "/messages/demo/" not in browser.open("/register/sent").text
    db.execute("UPDATE as_clock SET isDemo = true")
    address = re.search(r'href="(/messages/demo/\w+)"', browser.open("/register/sent").text)[1]
    assert browser.open(address).status_code == 200
    client.delete_cookie("visitor")
    assert browser.open(address).status_code == 404
    assert "/messages/demo/" not in browser.open("/register/sent").text


def test_the_chosen_tariff_comes_next(browser, db, link):
    tariff = db.call("trf_saveTariff", name="Fast", price=19, price6=99, price12=190, price36=490).details[
        "tariffID"
    ]
    page = browser.open(f"/register?tariffID={tariff}&period=12")
    assert "Fast" in page.text and f'name="tariffID" value="{tariff}"' in page.text
    begin(browser, tariffID=tariff, period=12)
    answer = browser.send(f"/register/{mailed(db, link)}")
    assert answer.location == f"/tariff/change?tariffID={tariff}&period=12"


def test_another_browser_shows_that_it_is_the_same_person(browser, client, db, link):
    """Else somebody could register a stranger's address with a password of his own and wait for the click."""
    begin(browser)
    token = mailed(db, link)
    client.delete_cookie("visitor")
    page = browser.open(f"/register/{token}")
    assert 'type="password"' in page.text
    refused = browser.send(f"/register/{token}", password="attacker's own")
    assert refused.status_code == 422 and 'data-result="wrong_password"' in refused.text
    assert db.value("SELECT count(*) FROM as_users") == 0
    assert browser.send(f"/register/{token}", password=PASSWORD).status_code == 303
    assert db.value("SELECT email FROM as_people") == "dana@example.com"


def test_a_known_address_gets_the_same_pages(browser, alice):
    answers = [begin(browser, email=email) for email in ("dana@example.com", "alice@example.com")]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/register/sent")}
    pages = [plain(browser.open("/register/sent")).replace("alice@", "dana@")]
    begin(browser)
    pages.append(plain(browser.open("/register/sent")))
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"password": "sh0rt!7"}, "password_length"),
        ({"password": "password1"}, "password_common"),
        ({"email": "dana"}, "invalid_email"),
        ({"name": " "}, "invalid_name"),
    ],
)
def test_a_refused_form_keeps_what_was_typed(browser, db, untouched, given, reason):
    with untouched():
        page = begin(browser, **given)
    assert page.status_code == 422 and f'data-result="{reason}"' in page.text
    assert "Dana" in page.text or "name" in given
    assert given.get("password", PASSWORD) not in page.text


def test_the_page_decides_the_language(browser, db):
    browser.send("/language", language="sk", next="/register")
    begin(browser)
    assert db.value("SELECT locale FROM as_registrations") == "sk"


# A forgotten password


def test_a_forgotten_password_is_replaced(browser, client, db, alice, link, session_of, who):
    old = session_of("alice")
    answer = browser.send("/reset", key="alice")
    assert (answer.status_code, answer.location) == (303, "/reset/sent")
    token = link("password", "alice")
    assert browser.open(f"/reset/{token}").status_code == 200
    refused = browser.send(f"/reset/{token}", password="12345678")
    assert refused.status_code == 422 and 'data-result="password_common"' in refused.text
    answer = browser.send(f"/reset/{token}", password="a new long password")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert who(old) is None
    browser.sign_in("alice", "a new long password")
    browser.send("/sign-out")
    assert browser.open(f"/reset/{token}").status_code == 410
    assert 'data-result="link_used"' in browser.send(f"/reset/{token}", password="a new long password").text


def test_the_answer_does_not_show_who_is_known(browser, alice):
    answers = [browser.send("/reset", key=key) for key in ("alice", "nobody", "no@example.com", "")]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/reset/sent")}


@pytest.mark.parametrize("path", ["/register/guess", "/reset/guess", "/email/guess"])
def test_a_guessed_link_opens_nothing(browser, untouched, path):
    with untouched():
        assert browser.open(path).status_code == 410
        assert browser.send(path, password=PASSWORD).status_code == 422


def test_a_link_works_only_on_its_own_page(browser, db, alice, link, untouched):
    token = link("password", "alice")
    with untouched():
        assert browser.open(f"/register/{token}").status_code == 410
        assert browser.send(f"/email/{token}").status_code == 422


# The profile


def test_a_profile_is_saved(browser, db, alice):
    browser.become("alice")
    answer = browser.send(
        "/profile", name="Alica", locale="sk", timeZone="Asia/Tokyo", theme="dark", density="compact"
    )
    assert (answer.status_code, answer.location) == (303, "/profile")
    page = browser.open("/profile").text
    assert '<html lang="sk" data-theme="dark" data-density="compact">' in page and 'value="Alica"' in page


def test_a_new_address_counts_after_its_link(browser, db, alice, link):
    browser.become("alice")
    assert browser.send("/profile/email", email="new@example.com").status_code == 303
    assert 'value="alice@example.com"' in browser.open("/profile").text
    token = link("email", "alice", db.value("SELECT id FROM as_registrations"))
    assert "new@example.com" in browser.open(f"/email/{token}").text
    assert browser.send(f"/email/{token}").location == "/profile"
    assert 'value="new@example.com"' in browser.open("/profile").text
    assert browser.open(f"/email/{token}").status_code == 410


def test_a_refused_key_is_told_beside_its_field(browser, alice, bob):
    browser.become("alice")
    page = browser.send("/profile/login", login="bob")
    assert page.status_code == 422 and 'id="field-login-error"' in page.text
    assert page.text.count('data-result="login_taken"') == 1
    part = browser.send("/profile/phone", phone="1", headers={"HX-Request": "true"})
    assert part.status_code == 422 and part.text.lstrip().startswith('<div id="profile"')


def test_a_changed_password_keeps_this_browser_only(browser, client, alice, session_of, who):
    browser.become("alice")
    mine, other = client.get_cookie("portal").value, session_of("alice")
    wrong = browser.send("/profile/password", presentPassword="wrong", password="a new long password")
    assert wrong.status_code == 422 and 'data-result="wrong_password"' in wrong.text
    answer = browser.send("/profile/password", presentPassword=PASSWORD, password="a new long password")
    assert (answer.status_code, answer.location) == (303, "/profile")
    assert (who(mine), who(other)) == (None, None)
    assert browser.open("/profile").status_code == 200
    assert who(client.get_cookie("portal").value) == "alice"


def test_browsers_are_signed_out_one_by_one_and_all(browser, db, alice, session_of, who):
    browser.sign_in("alice")
    one, two = session_of("alice"), session_of("alice")
    ids = db.value("SELECT array_agg(id) FROM as_sessionList WHERE user_agent = 'test'")
    page = browser.open("/profile").text
    assert all(f"/profile/sessions/{name}/end" in page for name in ids) and "this one" in page
    name = db.value("SELECT id FROM as_sessions WHERE tokenHash = %s", [access.token_hash(one)])
    browser.send(f"/profile/sessions/{name}/end")
    assert (who(one), who(two)) == (None, "alice")
    browser.send("/profile/sessions/end-others")
    assert who(two) is None and browser.open("/profile").status_code == 200


def test_nobody_signs_another_out(browser, db, alice, charlie, session_of, who):
    token = session_of("alice")
    name = db.value("SELECT id FROM as_sessionList")
    browser.become("charlie")
    assert browser.send(f"/profile/sessions/{name}/end").status_code == 422
    assert who(token) == "alice"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8.5.0", "curl"),
        ("Lynx/2.9", "Lynx"),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words(app, said, shown):
    assert app.jinja_env.filters["device"](said) == shown


# Language and colours


def test_a_visitor_chooses_language_and_colours(browser):
    assert browser.send("/language", language="ru", next="/register").location == "/register"
    browser.send("/theme", theme="dark")
    assert '<html lang="ru" data-theme="dark"' in browser.open("/register").text
    browser.send("/language", language="xx")
    browser.send("/theme", theme="pink")
    assert '<html lang="ru" data-theme="dark"' in browser.open("/register").text


def test_a_persons_choice_is_kept_in_the_database(browser, db, alice):
    browser.become("alice")
    browser.send("/language", language="hi")
    browser.send("/theme", theme="light")
    assert db.row("SELECT locale, theme FROM as_people WHERE username = 'alice'") == ("hi", "light")


# People


def test_people_are_found(browser, alice, bob, root):
    browser.become("root")
    page = browser.open("/users?q=alice@").text
    assert "/users/alice" in page and "/users/bob" not in page
    assert "/users/root" in browser.open("/users?role=admin").text
    assert "Nobody is found" in browser.open("/users?q=zzz").text


def test_the_list_goes_on(browser, db, root):
    for number in range(12):
        db.call("as_register", name=f"Person {number}", username=f"person{number}")
    browser.become("root")
    first = browser.open("/users?size=10").text
    mark = re.search(r"after=([\w%-]+)", first)[1]
    second = browser.open(f"/users?size=10&after={mark}").text
    both = [set(re.findall(r'href="/users/([a-z0-9]+)"', page)) - {"new"} for page in (first, second)]
    assert len(both[0]) == 10 and len(both[1]) == 3 and not both[0] & both[1]


@pytest.mark.parametrize("mark", ["x", "bnVsbA==", "WzFd", "W1tdLFtdXQ==", "WyJ4IiwieSJd"])
@pytest.mark.parametrize("path", ["/users", "/audit", "/users/alice/audit"])
def test_a_spoilt_mark_is_no_surprise(browser, alice, root, path, mark):
    assert browser.become("root").open(f"{path}?after={mark}").status_code in (200, 400)


def test_a_person_is_created(browser, db, root):
    browser.become("root")
    fields = {
        "name": "Dana",
        "email": "dana@example.com",
        "locale": "cs",
        "role": "manager",
        "username": "dana",
    }
    refused = browser.send("/users/new", **fields | {"email": "root@example.com"})
    assert (
        refused.status_code == 422
        and 'id="field-email-error"' in refused.text
        and 'value="Dana"' in refused.text
    )
    assert browser.send("/users/new", **fields, password="12345678").status_code == 422
    answer = browser.send("/users/new", **fields, password="a new long password")
    assert (answer.status_code, answer.location) == (303, "/users/dana")
    assert db.value("SELECT role FROM as_people WHERE username = 'dana'") == "manager"
    part = browser.send("/users/new", **fields, headers={"HX-Request": "true"})
    assert part.status_code == 422 and "<html" not in part.text


def test_a_person_is_locked_and_unlocked(browser, db, alice, root):
    browser.become("root")
    assert browser.send("/users/alice/lock", note="").status_code == 422
    assert browser.send("/users/alice/lock", note="asked for it").location == "/users/alice"
    assert "Unlock" in browser.open("/users/alice").text
    part = browser.send("/users/alice/unlock", note="came by", headers={"HX-Request": "true"})
    assert part.status_code == 204 and "person-changed" in part.headers["HX-Trigger"]
    assert not db.value("SELECT is_locked FROM as_people WHERE username = 'alice'")
    assert "asked for it" in browser.open("/users/alice/audit").text


def test_nobody_locks_himself_or_changes_his_role(browser, root, untouched):
    browser.become("root")
    page = browser.open("/users/root").text
    assert "/users/root/act-for" not in page and "/users/root/lock" not in page
    with untouched():
        for path, fields in (("lock", {"note": "x"}), ("role", {"role": "user"}), ("act-for", {})):
            page = browser.send(f"/users/root/{path}", **fields)
            assert page.status_code == 422 and 'data-result="own_account"' in page.text


def test_a_role_is_given(browser, db, alice, root):
    browser.become("root")
    assert browser.send("/users/alice/role", role="manager").location == "/users/alice"
    assert db.value("SELECT role FROM as_people WHERE username = 'alice'") == "manager"


def test_an_administrator_ends_sessions(browser, db, alice, root, session_of, who):
    token, other = session_of("alice"), session_of("alice")
    browser.become("root")
    name = db.value("SELECT id FROM as_sessions WHERE tokenHash = %s", [access.token_hash(token)])
    assert name in browser.open("/users/alice/sessions").text
    browser.send(f"/users/alice/sessions/{name}/end")
    assert (who(token), who(other)) == (None, "alice")
    browser.send("/users/alice/sessions/end-others")
    assert who(other) is None


def test_a_cabinet_is_opened_with_a_banner_and_left(browser, db, alice, root):
    browser.become("root")
    assert browser.send("/users/alice/act-for").location == "/"
    page = browser.open("/profile").text
    assert 'class="acting"' in page and 'value="alice@example.com"' in page
    assert browser.open("/profile/password").status_code == 404
    browser.send("/profile", name="Alica", locale="en", timeZone="", theme="auto", density="compact")
    row = db.row("SELECT username, actor FROM as_auditTrail WHERE procedure = 'as_setProfile'")
    assert row == ("alice", "root")
    assert browser.send("/act-for/stop").location == "/users/alice"
    assert 'value="root@example.com"' in browser.open("/profile").text


# Settings and audit


def test_a_setting_is_saved_and_refused(browser, db, root):
    browser.become("root")
    assert browser.send("/settings/tariffGraceDays", value="5").location == "/settings"
    assert db.value("SELECT graceDays FROM as_clock") == 5
    page = browser.send("/settings/tariffGraceDays", value="900")
    assert (
        page.status_code == 422
        and 'data-result="invalid_setting"' in page.text
        and 'value="900"' in page.text
    )
    part = browser.send("/settings/tariffGraceDays", value="6", headers={"HX-Request": "true"})
    assert part.status_code == 200 and part.text.lstrip().startswith(
        '<section class="card" id="setting-tariffGraceDays"'
    )
    assert browser.open("/settings/nothing").status_code == 404


def test_every_setting_speaks_the_language_of_the_page(browser, db, root):
    browser.become("root")
    db.call("as_setProfile", username="root", locale="hi", actor="root")
    page = unescape(browser.open("/settings").text)
    settings = db.read("SELECT name, description, choices FROM as_settingsList")
    english = {text for row in settings for text in (row.name, row.description)}
    assert [text for text in english if text in page] == []
    for choice in {choice for row in settings for choice in row.choices or []}:
        assert f">{choice}</option>" not in page


def test_the_audit_is_filtered(browser, db, alice, bob, root):
    browser.become("root")
    browser.send("/settings/tariffGraceDays", value="5")
    assert "as_setSetting" in browser.open("/audit").text
    page = browser.open("/audit?username=alice").text
    assert "fin_topUp" in page and "as_setSetting" not in page
    page = browser.open("/audit?actor=root&procedure=as_setSetting&origin=web").text
    assert "as_setSetting" in page and "before" in page and "fin_topUp" not in page
    assert db.call(
        "ntf_setConsent", username="alice", kind="birthday_bonus", channel="email", isOn=True, actor="alice"
    ).ok
    assert "<dt>isOn</dt><dd>yes</dd>" in browser.open("/audit?procedure=ntf_setConsent").text
    assert "Nothing was done" in browser.open("/audit?until=2020-01-01").text
    assert "Nothing was done" in browser.open("/audit?from=2999-01-01").text
    assert browser.open("/audit?from=yesterdayish").status_code == 400
    assert browser.open("/audit?actor=%00").status_code == 400


def test_no_page_shows_a_hash_or_a_token(browser, client, alice, root):
    browser.become("root")
    token = client.get_cookie("portal").value
    for path in ADMIN + OWN:
        page = browser.open(path).text
        assert "argon2" not in page and token not in page and password_hash() not in page


def test_no_log_and_no_row_has_a_password_or_a_link(db, alice, link, monkeypatch):
    """The canary goes through every form that takes a password (T34)."""
    log = io.StringIO()
    monkeypatch.setattr(sys, "stderr", log)
    client, canary = create_app().test_client(), "canary in a coal mine"
    reset = link("password", "alice")
    with db.as_role("portal_web"), gateway.use(db):
        token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/sign-in").text)[1]
        fields = {
            "csrf_token": token,
            "key": "alice",
            "name": "Dana",
            "email": "dana@example.com",
            "password": canary,
        }
        for path in ("/sign-in", "/register", f"/reset/{reset}", "/reset/guess", "/sign-in"):
            assert client.post(path, data=fields).status_code in (303, 422)
        session = client.get_cookie("portal").value
        assert client.get("/profile").status_code == 200
    monkeypatch.undo()
    logs.configure()
    assert log.getvalue().count('"event": "request"') == 7
    tables = db.read(
        "SELECT oid::regclass::text AS name FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'portal'::regnamespace"
    )
    kept = "".join(str(db.read(f"SELECT t::text FROM {table.name} AS t")) for table in tables)
    for secret in (canary, reset, session):
        assert secret not in log.getvalue()
        assert secret not in kept


def test_known_and_unknown_take_the_same_time(browser, monkeypatch, alice):
    """Not by the clock, which is noisy: in both cases one password is checked."""
    checked = []
    monkeypatch.setattr(
        passwords,
        "HASHER",
        type("Hasher", (), {"verify": lambda self, kept, given: bool(checked.append(kept))})(),
    )
    browser.send("/sign-in", key="alice", password="wrong")
    browser.send("/sign-in", key="nobody", password="wrong")
    assert checked == [password_hash(), passwords.unused()]
