import json

import pytest
from lxml import html

HTMX = {"HX-Request": "true"}


def test_htmx_gets_the_fragment_and_everybody_else_the_page(visitor):
    assert "<html" in visitor.get("/kit/change").text
    assert "<html" not in visitor.get("/kit/change", headers=HTMX).text


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_boosted_link_and_a_step_back_get_the_whole_page(visitor, header):
    assert "<html" in visitor.get("/kit/change", headers={**HTMX, header: "true"}).text


def test_a_done_post_goes_on_with_303_and_says_so_on_the_next_page(visitor, token):
    answer = visitor.post("/kit/change", data={"csrf_token": token, "amount": "10"})
    assert (answer.status_code, answer.location) == (303, "/kit")
    notes = html.fromstring(visitor.get("/kit").text).xpath("//*[@id='toasts']/*[@data-result='topped_up']")
    assert "Topped up." in notes[0].text_content()
    assert 'data-result="topped_up"' not in visitor.get("/kit").text, "said once"


def test_a_done_htmx_post_gets_the_fragment_and_events(visitor, token):
    answer = visitor.post("/kit/change", data={"amount": "10"}, headers={**HTMX, "X-CSRFToken": token})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    events = json.loads(answer.headers["HX-Trigger"])
    assert events["toast"]["reason"] == "topped_up"
    assert "balance-changed" in events


def test_a_done_form_in_a_dialog_closes_it(visitor, token):
    answer = visitor.post(
        "/kit/change", data={"amount": "10", "close": "1"}, headers={**HTMX, "X-CSRFToken": token}
    )
    assert answer.status_code == 204
    assert "modal-close" in json.loads(answer.headers["HX-Trigger"])


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_form_is_422_with_what_was_typed_and_the_sentence(visitor, token, headers):
    data = {"csrf_token": token, "amount": "9<9", "period": "12", "tariffID": "1", "requestKey": "k-1"}
    answer = visitor.post("/kit/change", data=data, headers=headers)
    assert answer.status_code == 422
    page = html.fromstring(answer.text)
    assert ("<html" in answer.text) == (not headers)
    assert page.xpath("//input[@name='amount']/@value") == ["9<9"]
    assert page.xpath("//select[@name='period']/option[@selected]/@value") == ["12"]
    assert page.xpath("//input[@name='tariffID'][@checked]/@value") == ["1"]
    assert page.xpath("//input[@name='requestKey']/@value") == ["k-1"], "a refused form keeps its key"
    alerts = page.xpath("//form//*[@role='alert'][@data-result='insufficient_balance']")
    assert [" ".join(alert.text_content().split()) for alert in alerts] == [
        "The balance is not enough: €12.50 is missing."
    ]


def test_a_refusal_about_a_field_stands_beside_it(visitor, token):
    answer = visitor.post("/kit/change", data={"csrf_token": token, "amount": "9", "beside": "AMOUNT"})
    page = html.fromstring(answer.text)
    field = page.xpath("//input[@name='amount']")[0]
    assert field.get("aria-invalid") == "true"
    assert "field-amount-error" in field.get("aria-describedby")
    assert len(page.xpath("//*[@data-result='insufficient_balance']")) == 1
    assert page.get_element_by_id("field-amount-error").get("data-result") == "insufficient_balance"


def test_a_refusal_about_an_unknown_field_is_not_lost(visitor, token):
    answer = visitor.post("/kit/change", data={"csrf_token": token, "amount": "9", "beside": "elsewhere"})
    assert len(html.fromstring(answer.text).xpath("//*[@data-result='insufficient_balance']")) == 1


def test_pages_follow_each_other_by_key_and_end(visitor):
    seen, address = [], "/kit/rows"
    while address:
        page = html.fromstring(visitor.get(address).text)
        seen += page.xpath("//td[@data-label]/text()")
        more = page.xpath("//tr[@class='more']//a[contains(., 'Show more')]/@href")
        address = more[0] if more else None
    assert seen == [f"n{n}" for n in range(1, 61)]


@pytest.mark.parametrize("mark", ["x", "%00", "e30=", "W10", "é"])
def test_an_unreadable_mark_is_the_first_page(visitor, mark):
    assert ">n1<" in visitor.get(f"/kit/rows?after={mark}").text


@pytest.mark.parametrize(("asked", "shown"), [("10", 10), ("1", 10), ("100000", 60), ("x", 25), ("-5", 10)])
def test_the_page_size_has_bounds(visitor, asked, shown):
    assert visitor.get(f"/kit/rows?size={asked}").text.count('data-label="Number"') == shown


def test_a_sorted_column_says_so_and_offers_the_other_way(visitor):
    head = html.fromstring(visitor.get("/kit/rows?sort=id&after=WzI1XQ==").text).xpath("//th[@aria-sort]")[0]
    assert head.get("aria-sort") == "ascending"
    assert head.xpath("./a/@href") == ["/kit/rows?sort=-id"]
