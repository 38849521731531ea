"""Every macro in every state stands on the page /kit, which the pictures are taken of as well."""

import re

import pytest
from lxml import html

LANGUAGES = ["en", "ru", "sk", "cs", "hi"]


@pytest.fixture
def page(visitor):
    return html.fromstring(visitor.get("/kit?role=admin&acting=1").text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_kit_renders_in_every_language(visitor, language):
    page = visitor.get(f"/kit?role=admin&acting=1&language={language}")
    assert page.status_code == 200
    assert f'<html lang="{language}"' in page.text


def test_what_people_typed_is_escaped_everywhere(visitor):
    text = visitor.get("/kit?role=admin&acting=1").text
    assert "<script>alert" not in text
    assert "&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<b>not bold</b>" not in text
    assert "Bob <i>" not in text
    assert "&lt;/textarea&gt;&lt;b&gt;x" in text


def test_nothing_on_the_page_needs_an_unsafe_policy(page):
    assert not page.xpath(
        "//*[@style] | //style | //script[not(@src)] | //*[@onclick] | //*[@*[starts-with(name(), 'hx-on')]]"
    )
    assert all(script.get("integrity", "").startswith("sha384-") for script in page.xpath("//script"))


def test_every_field_has_a_label_and_names_its_hint(page):
    for field in page.xpath("//main//input[not(@type='hidden')] | //main//select | //main//textarea"):
        wrapped = field.xpath("ancestor::label")
        assert wrapped or page.xpath("//label[@for=$id]", id=field.get("id")), field.get("name")
        for described in (field.get("aria-describedby") or "").split():
            assert page.xpath("//*[@id=$id]", id=described), described


def test_ids_are_unique(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_a_password_is_never_shown_again(page):
    assert page.xpath("//input[@type='password']")[0].get("value") is None


def test_money_fields_take_decimals_on_a_phone(page):
    field = page.xpath("//input[@name='amount']")[0]
    assert field.get("inputmode") == "decimal"
    assert field.get("type") == "text"


def test_a_table_says_the_column_of_each_value_for_phones(page):
    cells = page.xpath("//*[@id='operations']//tbody/tr[not(@class)]/td[@data-label]")
    assert {cell.get("data-label") for cell in cells} == {"Date", "Operation", "State", "Amount"}
    region = page.get_element_by_id("operations")
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == (
        "region",
        "0",
        "Operations",
    )


def test_a_minus_is_a_real_one_and_a_plus_is_written(page):
    amounts = [
        " ".join(amount.text_content().split())
        for amount in page.xpath("//*[@id='operations']//*[@data-sign]")
    ]
    assert amounts == ["+€50.00", "−€19.00", "−€1,290.50", "+€20.00"]


def test_a_chart_has_a_name_a_title_per_point_and_its_numbers_as_a_table(page):
    chart = page.xpath("//figure[1]")[0]
    assert chart.xpath(".//svg[@role='img'][@aria-label='Balance, 12 months']")
    assert len(chart.xpath(".//svg//title")) == 12
    assert len(chart.xpath(".//details//tbody/tr")) == 12


def test_a_chart_of_nothing_and_of_equal_values_can_be_drawn(site):
    from portal import charts

    assert charts.line([]).points == []
    assert charts.line([("a", 0, "0")]).ticks[0] == 0
    flat = charts.bars([("a", 5, "5"), ("b", 5, "5")])
    assert flat.ticks[0] == 0
    assert flat.ticks[-1] >= 5
    below = charts.line([("a", -5, "−5"), ("b", -1, "−1")])
    assert below.ticks[0] <= -5
    assert below.ticks[-1] == 0


@pytest.mark.parametrize(
    ("role", "sees", "not_sees"),
    [
        ("user", ["/", "/tariff", "/finance", "/profile"], ["/finance/admin", "/tariffs", "/audit"]),
        ("manager", ["/", "/finance/admin"], ["/tariffs", "/users", "/settings"]),
        (
            "admin",
            ["/finance/admin", "/tariffs", "/users", "/jobs", "/messages", "/reports", "/settings", "/audit"],
            [],
        ),
    ],
)
def test_the_menu_shows_what_the_role_may_open(visitor, role, sees, not_sees):
    links = html.fromstring(visitor.get(f"/kit?role={role}").text).xpath("//nav[@id='menu']//a/@href")
    assert set(sees) <= set(links)
    assert not set(not_sees) & set(links)


def test_a_stranger_sees_no_menu_but_a_way_to_sign_in(visitor):
    page = html.fromstring(visitor.get("/kit").text)
    assert not page.xpath("//nav[@id='menu']")
    assert page.xpath("//header//a[@href='/sign-in']")


def test_acting_for_a_customer_shows_a_banner_with_a_way_out(page):
    banner = page.xpath("//aside[@class='acting']")[0]
    assert "bob" in banner.text_content()
    assert banner.xpath(".//form[@method='post'][@action='/act-for/stop']//input[@name='csrf_token']")


def test_the_theme_is_set_on_the_server(visitor):
    assert 'data-theme="dark"' in visitor.get("/kit?role=user&theme=dark").text
    assert 'data-theme="auto"' in visitor.get("/kit").text


def test_every_icon_used_is_in_the_list(site):

    from portal.places import ROOT

    known = set((ROOT / "portal" / "icons.txt").read_text().split())
    used = set()
    for path in [*(ROOT / "templates").rglob("*.html"), ROOT / "portal" / "frame.py"]:
        text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
        used |= set(
            re.findall(
                r"""icon\(["']([a-z0-9-]+)["']|icon=["']([a-z0-9-]+)["']|svg'\) \}\}#([a-z0-9-]+)""", text
            )
        )
    assert {name for found in used for name in found if name} <= known


def test_the_bar_that_many_share_shows_nobody_elses_name_or_token(visitor, site):

    def bar(client, query):
        return client.get(f"/kit?role=user{query}").text.partition("<main")[0]

    first, second = bar(visitor, "&name=Eva+%26+\ue000+Co"), bar(site.test_client(), "&name=Zoe")
    assert "Eva &amp; \ue000 Co" in first
    assert "Eva &amp;" not in second
    assert "Zoe" in second
    token = re.compile(r'name="csrf_token" value="(\w{80})"')
    assert len(set(token.findall(first))) == len(set(token.findall(second))) == 1
    assert token.findall(first)[0] != token.findall(second)[0]
    assert 'value="/kit?role=user&amp;name=Zoe"' in second
