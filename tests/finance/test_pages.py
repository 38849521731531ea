"""The pages of money, over HTTP: without JavaScript as a browser does it, and as htmx does it."""

import html
import re
import uuid
from urllib.parse import parse_qs

import pytest

from tests import people

pytestmark = pytest.mark.usefixtures("healthy")

HTMX = {"HX-Request": "true"}
PAGES = ["/finance", "/finance/top-up", "/finance/statement"]
DESK = [
    "/finance/admin",
    "/finance/admin/post",
    "/finance/admin/totals",
    "/finance/admin/books",
    "/finance/admin/customers",
    "/finance/admin/customers/alice",
]


def said(answer) -> list[str]:
    """The reasons that a page shows."""
    return [reason for reason in re.findall(r'data-result="(\w*)"', answer.text) if reason]


def words(answer) -> str:
    """What a person reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


@pytest.fixture
def asked(db, bob):
    return db.call("fin_requestTopUp", username=bob, amount="50.00", actor=bob).details["financeID"]


@pytest.fixture
def held(db, alice):
    return db.call("fin_hold", username=alice, amount="123.00", purpose="deposit").details["financeID"]


# The customer


@pytest.mark.parametrize("path", PAGES)
def test_each_page_opens_as_a_page_and_as_a_fragment(browser_of, alice, held, path):
    browser = browser_of(alice)
    page, fragment = browser.get(path), browser.get(path, headers=HTMX)
    assert (page.status_code, fragment.status_code) == (200, 200)
    assert "<html" in page.text
    assert "<html" not in fragment.text


@pytest.mark.parametrize("path", [*PAGES, "/finance.csv", "/finance/receipt/1", *DESK])
def test_a_stranger_is_asked_to_sign_in(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_somebody_without_operations_is_told_what_to_do(browser_of, bob):
    assert "your first top-up" in browser_of(bob).get("/finance").text


def test_the_ledger_shows_what_one_has_and_what_is_held(browser_of, alice, held):
    text = words(browser_of(alice).get("/finance"))
    for figure in ("€1,000.00", "€877.00", "−€123.00", "deposit", "cash at the desk"):
        assert figure in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["fee", "gift", "cash at the desk"]),
        ("direction=in", ["gift", "cash at the desk"]),
        ("direction=out", ["fee"]),
        ("direction=reversed", []),
        ("counterparty=expense:gift", ["gift"]),
        ("q=CASH", ["cash at the desk"]),
        ("q=%25", []),
        ("until=2001-01-01", []),
        ("from=2001-01-01&until=9999-12-31", ["fee", "gift", "cash at the desk"]),
        ("from=soon&direction=up&after=xx&q=%00", ["fee", "gift", "cash at the desk"]),
        ("after=WyJ4Il0=", ["fee", "gift", "cash at the desk"]),
        ("after=WzFlOTk5XQ==", ["fee", "gift", "cash at the desk"]),
    ],
)
def test_the_ledger_is_filtered(db, browser_of, alice, query, found):
    assert db.call("fin_topUp", username=alice, amount="5.00", purpose="gift", counterparty="expense:gift").ok
    assert db.call("fin_charge", username=alice, amount="5.00", purpose="fee").ok
    answer = browser_of(alice).get(f"/finance?{query}")
    assert answer.status_code == 200
    assert re.findall(r'<td data-label="Operation"><span>([\w ]+)', answer.text) == found


def test_show_more_goes_on_where_the_page_ended(db, browser_of, alice):
    for number in range(30):
        assert db.call("fin_charge", username=alice, amount="1.00", purpose=f"fee {number}").ok
    browser = browser_of(alice)
    first = browser.get("/finance?direction=out&size=10")
    more = html.unescape(re.search(r'href="(/finance\?[^"]*after=[^"]*)"', first.text)[1])
    second = browser.get(more)
    seen = [re.findall(r"fee \d+", page.text) for page in (first, second)]
    assert seen == [[f"fee {number}" for number in range(high, high - 10, -1)] for high in (29, 19)]


def test_a_top_up_is_asked_for_and_cancelled(browser_of, bob, db, money):
    browser = browser_of(bob)
    answer = browser.send("/finance/top-up", "/finance/top-up", amount="20,50", counterparty="source:bank")
    assert (answer.status_code, answer.location) == (303, "/finance/top-up")
    row = db.row("SELECT * FROM fin_requests WHERE username = 'bob'")
    assert str(row.amount) == "20.50"
    page = browser.get("/finance/top-up")
    assert f"bob:{row.id}" in page.text and "waiting" in page.text
    assert browser.send("/finance/top-up", f"/finance/top-up/{row.id}/cancel").status_code == 303
    assert "cancelled" in browser.get("/finance/top-up").text
    assert str(money("bob").balance) == "0.00"


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        ("", "amount_missing"),
        ("ten", "invalid_value"),
        ("0", "amount_not_positive"),
        ("0.5", "below_minimum"),
        ("10 000.01", "above_maximum"),
        ("1,290.50", "invalid_value"),
        ("5.001", "amount_too_precise"),
    ],
)
def test_a_refusal_shows_the_form_again_and_the_sentence_beside_the_field(
    db, browser_of, bob, amount, reason
):
    browser = browser_of(bob)
    answer = browser.send("/finance/top-up", "/finance/top-up", amount=amount, counterparty="source:bank")
    assert (answer.status_code, said(answer)) == (422, [reason])
    assert f'value="{amount}"' in answer.text
    assert re.search(r'id="field-amount-error"[^>]*data-result', answer.text)
    assert db.read("SELECT * FROM fin_requests") == []


def test_the_same_form_sent_twice_asks_once(db, browser_of, bob):
    browser = browser_of(bob)
    key = str(uuid.uuid4())
    for _ in range(2):
        fields = {"amount": "5", "counterparty": "source:cash", "requestKey": key}
        assert browser.send("/finance/top-up", "/finance/top-up", **fields).status_code == 303
    assert db.value("SELECT count(*) FROM fin_requests") == 1


def test_a_suggested_amount_stands_in_the_form(browser_of, bob):
    page = browser_of(bob).get("/finance/top-up?amount=12.50&next=/tariff/change")
    assert 'value="12.50"' in page.text and 'href="/tariff/change"' in page.text
    assert 'href="//evil' not in browser_of(bob).get("/finance/top-up?next=//evil.example").text


def test_htmx_gets_the_fragment_and_an_event(browser_of, bob):
    browser = browser_of(bob)
    page = browser.get("/finance/top-up").text
    token = re.search(r'name="csrf_token" value="(\w+)"', page)[1]
    fields = {"csrf_token": token, "amount": "5", "counterparty": "source:cash"}
    answer = browser.post("/finance/top-up", data=fields, headers=HTMX)
    assert (answer.status_code, "<html" in answer.text) == (200, False)
    assert "balance-changed" in answer.headers["HX-Trigger"]


def test_a_statement_frames_its_days(browser_of, alice):
    text = words(browser_of(alice).get("/finance/statement"))
    assert "Opening balance €0.00" in text and "Closing balance €1,000.00" in text
    empty = words(browser_of(alice).get("/finance/statement?from=2001-01-01&until=2001-12-31"))
    assert "Closing balance €0.00" in empty and "No operations in these days" in empty


def test_a_receipt_is_ones_own(db, browser_of, alice, bob, held):
    number = db.value("SELECT id FROM fin_statements WHERE username = 'alice' AND version = 1")
    browser = browser_of(alice)
    assert "+€1,000.00" in words(browser.get(f"/finance/receipt/{number}"))
    # What is held has moved nothing, so there is no receipt of it either.
    answers = [
        browser_of(bob).get(f"/finance/receipt/{number}"),
        browser_of(bob).get("/finance/receipt/999999999"),
        browser.get(f"/finance/receipt/{held}"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert browser.get("/finance/receipt/99999999999999999999").status_code == 404


def test_markup_in_a_purpose_is_text(db, browser_of, alice, mona):
    assert db.call("fin_charge", username=alice, amount="1.00", purpose="<script>alert(1)</script>").ok
    for browser, path in (
        (browser_of(alice), "/finance"),
        (browser_of(mona), "/finance/admin/customers/alice"),
    ):
        page = browser.get(path).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize("action", ["/finance/top-up", "/finance/admin/post"])
def test_without_the_forms_token_nothing_is_done(browser_of, mona, action, untouched):
    browser = browser_of(mona)
    with untouched():
        assert browser.post(action, data={"amount": "5"}).status_code == 403


# The desk


def test_what_was_approved_stays_in_its_row(browser_of, mona, asked, money):
    browser = browser_of(mona)
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.get("/finance/admin").text)[1]
    fields = {"csrf_token": token, "from": "queue"}
    answer = browser.post(f"/finance/admin/customers/bob/{asked}/approve", data=fields, headers=HTMX)
    assert answer.status_code == 200
    assert answer.text.count("<tr>") == 1 and "posted" in answer.text and "<form" not in answer.text
    assert "requests-changed" not in answer.headers["HX-Trigger"]
    assert str(money("bob").balance) == "50.00"
    assert "posted" in words(browser.get(f"/finance/admin/queue/bob/{asked}"))
    assert browser.get("/finance/admin/queue/bob/999999999").status_code == 404


def test_who_is_late_in_the_dialog_is_told_so_too(db, browser_of, mona, nina, asked):
    browser = browser_of(mona)
    page = f"/finance/admin/customers/bob/{asked}"
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.get(page).text)[1]
    assert db.call("fin_approve", username="bob", financeID=asked, actor=nina).ok
    answer = browser.post(f"{page}/reject", data={"csrf_token": token, "note": "no"})
    assert (answer.status_code, said(answer)) == (422, ["already_posted"])


@pytest.mark.parametrize("path", DESK)
def test_the_desk_is_for_managers(browser_of, alice, mona, root, asked, held, path):
    assert browser_of(alice).get(path).status_code == 403
    for username in (mona, root):
        browser = browser_of(username)
        assert browser.get(path).status_code == 200
        assert "<html" not in browser.get(path, headers=HTMX).text


def test_a_request_is_approved_in_the_queue(browser_of, mona, asked, money):
    browser = browser_of(mona)
    answer = browser.send("/finance/admin", f"/finance/admin/customers/bob/{asked}/approve")
    assert (answer.status_code, answer.location) == (303, "/finance/admin")
    assert str(money("bob").balance) == "50.00"
    assert "Nothing waits for a decision" in browser.get("/finance/admin").text


def test_who_is_late_is_told_so_in_place(db, browser_of, mona, nina, asked, money):
    browser = browser_of(mona)
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.get("/finance/admin").text)[1]
    assert db.call("fin_approve", username="bob", financeID=asked, actor=nina).ok
    answer = browser.post(
        f"/finance/admin/customers/bob/{asked}/approve",
        data={"csrf_token": token, "from": "queue"},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert said(answer) == ["already_posted"]
    assert str(money("bob").balance) == "50.00"


def test_a_request_is_rejected_with_a_note(browser_of, mona, asked, movement, mails):
    browser = browser_of(mona)
    page, action = f"/finance/admin/customers/bob/{asked}", f"/finance/admin/customers/bob/{asked}/reject"
    refused = browser.send(page, action, note=" ")
    assert (refused.status_code, said(refused)) == (422, ["note_missing"])
    assert browser.send(page, action, note="It never came.").status_code == 303
    assert (movement("bob", asked).status, mails("bob")) == ("cancelled", ["top_up_rejected"])


def test_nobody_decides_his_own_request(db, browser_of, mona):
    asked = db.call("fin_requestTopUp", username=mona, amount="50.00", actor=mona).details["financeID"]
    answer = browser_of(mona).send("/finance/admin", f"/finance/admin/customers/mona/{asked}/approve")
    assert (answer.status_code, said(answer)) == (422, ["own_account"])


@pytest.mark.parametrize(
    ("kind", "counterparty", "figures"),
    [
        ("topUp", "source:cash", ["1012.50", "0.00"]),
        ("charge", "income:service", ["987.50", "0.00"]),
        ("hold", "income:service", ["1000.00", "12.50"]),
    ],
)
def test_a_manager_posts(browser_of, mona, alice, money, kind, counterparty, figures):
    fields = {
        "username": alice,
        "kind": kind,
        "amount": "12.50",
        "purpose": "x",
        "counterparty": counterparty,
    }
    answer = browser_of(mona).send("/finance/admin/post", "/finance/admin/post", **fields)
    assert answer.status_code == 303
    assert [str(money(alice).balance), str(money(alice).held)] == figures


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("username", "nobody", "no_such_user"),
        ("username", "mona", "own_account"),
        ("amount", "x", "invalid_value"),
        ("purpose", "", "purpose_missing"),
        ("counterparty", "income:tariff", "wrong_counterparty"),
    ],
)
def test_a_refused_posting_shows_the_form_again(browser_of, mona, alice, field, value, reason):
    fields = {
        "username": alice,
        "kind": "topUp",
        "amount": "5",
        "purpose": "x",
        "counterparty": "source:cash",
    }
    answer = browser_of(mona).send("/finance/admin/post", "/finance/admin/post", **fields | {field: value})
    assert (answer.status_code, said(answer)) == (422, [reason])


def test_there_is_no_other_kind_of_posting(browser_of, mona, alice):
    fields = {"username": alice, "kind": "gift", "amount": "5", "purpose": "x", "counterparty": "source:cash"}
    answer = browser_of(mona).send("/finance/admin/post", "/finance/admin/post", **fields)
    assert answer.status_code == 400


def test_held_money_is_captured_and_let_go(db, browser_of, mona, alice, held, money):
    browser = browser_of(mona)
    page = f"/finance/admin/customers/alice/{held}"
    refused = browser.send(page, f"{page}/capture", amount="123.01")
    assert (refused.status_code, said(refused)) == (422, ["more_than_held"])
    assert browser.send(page, f"{page}/capture", amount="100").status_code == 303
    assert str(money(alice).balance) == "900.00"
    other = db.call("fin_hold", username=alice, amount="5.00", purpose="x").details["financeID"]
    page = f"/finance/admin/customers/alice/{other}"
    assert browser.send(page, f"{page}/void").status_code == 303
    assert str(money(alice).available) == "900.00"


def test_a_reversal_says_what_it_does_before_it_does_it(db, browser_of, mona, alice, money):
    number = db.value("SELECT id FROM fin_statements WHERE username = 'alice' AND version = 1")
    browser = browser_of(mona)
    page = f"/finance/admin/customers/alice/{number}"
    text = words(browser.get(page))
    assert "−€1,000.00 is posted" in text and "from €1,000.00 to €0.00" in text
    assert browser.send(page, f"{page}/reverse", note="Entered twice").status_code == 303
    assert str(money(alice).balance) == "0.00"
    assert "Why?" not in words(browser.get(page))


def test_a_reversal_that_cannot_be_says_what_is_missing(db, browser_of, mona, alice):
    assert db.call("fin_charge", username=alice, amount="10.00", purpose="x").ok
    number = db.value("SELECT id FROM fin_statements WHERE username = 'alice' AND version = 1")
    page = f"/finance/admin/customers/alice/{number}"
    browser = browser_of(mona)
    assert "€10.00 is missing" in words(browser.get(page))
    answer = browser.send(page, f"{page}/reverse", note="no")
    assert (answer.status_code, said(answer)) == (422, ["insufficient_balance"])


@pytest.mark.parametrize("path", ["nobody", "nobody/1", "alice/999999999", "alice/99999999999999999999"])
def test_what_is_not_there_is_not_found(browser_of, mona, alice, path):
    assert browser_of(mona).get(f"/finance/admin/customers/{path}").status_code == 404


def test_a_customer_is_found(browser_of, mona, alice, bob):
    text = words(browser_of(mona).get("/finance/admin/customers?q=alice@"))
    assert "Alice" in text and "Bob" not in text
    assert "Nobody is like that" in browser_of(mona).get("/finance/admin/customers?q=zzz").text


def test_the_badge_says_whether_the_books_balance(db, browser_of, mona, alice):
    browser = browser_of(mona)
    assert "The books balance" in browser.get("/finance/admin/books", headers=HTMX).text
    db.execute("UPDATE fin_accounts SET balance = balance + 1 WHERE username = 'alice'")
    assert "2 things are wrong" in browser.get("/finance/admin/books").text
    db.execute("UPDATE fin_accounts SET balance = balance - 1 WHERE username = 'alice'")


def test_totals_are_of_the_days_one_asks_for(browser_of, mona, alice):
    browser = browser_of(mona)
    assert "+€1,000.00" in words(browser.get("/finance/admin/totals"))
    assert "No operations in these days" in browser.get("/finance/admin/totals?until=2001-01-01").text
    assert browser.get("/finance/admin/totals?from=0001-01-01&until=0001-01-02").status_code == 200
    assert browser.get("/finance/admin/totals?until=0001-01-02").status_code == 200
    assert browser.get("/finance/admin/totals?from=9999-12-31").status_code == 200


# The queue


@pytest.fixture
def many(db, alice, mona):
    """200 requests of ten people, 30 holds of Alice's and 20 postings of Mona's, asked for in this order."""
    assert db.call("as_setSetting", code="secondPersonAbove", value="100.00").ok
    askers = [people.register(db, f"bob{number}") for number in range(10)]
    calls = [
        *[("fin_requestTopUp", {"username": bob, "amount": "10.00", "actor": bob}) for bob in askers * 20],
        *[("fin_hold", {"username": alice, "amount": "5.00", "purpose": "deposit"})] * 30,
        *[("fin_topUp", {"username": alice, "amount": "100.01", "purpose": "refund", "actor": mona})] * 20,
    ]
    ids = []
    for procedure, arguments in calls:
        outcome = db.call(procedure, **arguments)
        assert outcome.ok, outcome
        ids.append(int(outcome.details["financeID"]))
    # Each at its own time, though a test is one transaction.
    db.execute("UPDATE fin_finances SET createdAt = createdAt + id * interval '1 ms'")
    return ids


def total(answer) -> str:
    return re.search(r'id="queue-total"[^>]*><span[^>]*>([\d,]+)', answer.text)[1]


def shown(answer) -> list[int]:
    """The movements in the rows of the queue, in their order."""
    return [int(number) for number in re.findall(r'hx-trigger="movement-(\d+) from:body"', answer.text)]


def more(answer) -> str | None:
    found = re.search(r'href="(/finance/admin\?[^"]*after=[^"]*)" hx-get', answer.text)
    return found and html.unescape(found[1])


def approval(answer, financeID) -> str:
    """Where the form of a row in the queue posts to."""
    return html.unescape(re.search(rf'action="([^"]*/{financeID}/approve[^"]*)"', answer.text)[1])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_queue_shows_everything_a_page_after_the_other(browser_of, nina, many, headers):
    browser, path, seen, sizes = browser_of(nina), "/finance/admin", [], []
    while path:
        answer = browser.get(path, headers=headers)
        assert total(answer) == "250"
        rows = shown(answer)
        seen, sizes, path = seen + rows, [*sizes, len(rows)], more(answer)
    assert (seen, sizes) == (many, [25] * 10)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", slice(0, 250)),
        ("kind=request", slice(0, 200)),
        ("kind=hold", slice(200, 230)),
        ("kind=posting", slice(230, 250)),
        ("kind=movement", slice(0, 250)),
        ("q=BOB", slice(0, 200)),
        ("q=bob7", slice(7, 200, 10)),
        ("q=refund", slice(230, 250)),
        ("kind=hold&q=alice", slice(200, 230)),
        ("kind=request&q=alice", slice(0, 0)),
        ("q=%25", slice(0, 0)),
        ("q=%00&after=xx", slice(0, 250)),
    ],
)
def test_the_queue_is_filtered(browser_of, nina, many, query, found):
    answer = browser_of(nina).get(f"/finance/admin?size=200&{query}")
    assert answer.status_code == 200
    assert (total(answer), shown(answer)) == (str(len(many[found])), many[found][:200])
    assert ("Nothing like that waits" in answer.text) == (many[found] == [])


def test_what_is_sought_by_login_is_found(db, browser_of, nina, asked):
    assert db.call("as_changeKey", username="bob", kind="login", value="robert").ok
    browser = browser_of(nina)
    assert shown(browser.get("/finance/admin?q=roBERT")) == [asked]


def test_a_row_behind_show_more_is_approved_and_the_same_page_comes_back(browser_of, nina, many, money):
    browser = browser_of(nina)
    page = more(browser.get("/finance/admin?kind=request&q=bob0&size=10"))
    answer = browser.get(page)
    first, second = shown(answer)[:2]
    answer = browser.send(page, approval(answer, first))
    assert (answer.status_code, parse_qs(answer.location)) == (303, parse_qs(page))
    back = browser.get(answer.location)
    assert (shown(back)[0], total(back)) == (second, "19")
    assert str(money("bob0").balance) == "10.00"


def test_a_refusal_behind_show_more_stands_on_the_same_page(browser_of, mona, many, money):
    browser = browser_of(mona)
    page = more(browser.get("/finance/admin?kind=posting&size=10"))
    refused = browser.send(page, approval(browser.get(page), many[240]))
    assert (refused.status_code, said(refused), shown(refused)) == (422, ["same_person"], many[240:])
    # What leads on from there leads to the desk, which can be read.
    start = html.unescape(re.search(r'href="(/finance/admin\?[^"]*)"', refused.text)[1])
    assert shown(browser.get(start)) == many[230:240]
    assert str(money("alice").balance) == "1000.00"


def test_what_was_decided_in_the_dialog_is_said_in_its_row(browser_of, nina, many):
    browser = browser_of(nina)
    page = f"/finance/admin/customers/bob0/{many[100]}"
    token = re.search(r'name="csrf_token" value="(\w+)"', browser.get(page).text)[1]
    fields = {"csrf_token": token, "note": "It never came."}
    answer = browser.post(f"{page}/reject", data=fields, headers=HTMX)
    assert answer.status_code == 204
    assert f'"movement-{many[100]}"' in answer.headers["HX-Trigger"]
    row = browser.get(f"/finance/admin/queue/bob0/{many[100]}", headers=HTMX)
    assert "cancelled" in row.text and shown(row) == []
