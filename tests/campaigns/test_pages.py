"""The administrator's pages: segments are counted, campaigns prepared, reviewed, started and followed."""

import re
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from portal import letters
from portal.campaigns import words
from tests.campaigns.conftest import consent, make_campaign, make_segment, pass_days, plan, set_tier, start
from tests.people import PASSWORD


@pytest.fixture
def visit(client, people):
    """Root's browser without JavaScript: `visit.get("/campaigns")`, `visit.post("/campaigns", name="Winter")`."""

    class Visit:
        def get(self, path, **headers):
            return client.get(path, headers=headers)

        def post(self, path, fields=(), htmx=False, **values):
            token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/campaigns/new").text)[1]
            pairs = {"csrf_token": [token]}
            for name, value in [*fields, *values.items()]:
                pairs.setdefault(name, []).append(value)
            return client.post(path, data=pairs, headers={"HX-Request": "true"} if htmx else {})

    page = client.get("/sign-in").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    answer = client.post("/sign-in", data={"csrf_token": token, "key": "root", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return Visit()


GOLD = [("place", "0"), ("cond-0-name", "tier in"), ("cond-0-values", "silver"), ("cond-0-values", "gold")]


def test_where_nothing_is_yet_the_pages_say_what_to_do(visit, db):
    assert "Make a segment" in visit.get("/campaigns").text
    assert "Make the first segment" in visit.get("/segments").text
    assert "Make a segment" in visit.get("/campaigns/new").text
    make_segment(db)
    assert "Prepare the first campaign" in visit.get("/campaigns").text


def test_a_segment_is_built_counted_and_saved_without_script(visit, db):
    set_tier(db, "alice", "gold")
    page = visit.post("/segments/build", add="tier in", do="add", name="Mine").text
    assert 'name="cond-0-name" value="tier in"' in page
    assert 'value="Mine"' in page
    page = visit.post("/segments/build", GOLD, do="count", name="Mine").text
    assert re.search(r'stat-value">1<', page)
    assert "Alice" in page
    answer = visit.post("/segments", GOLD, name="Mine")
    assert answer.status_code == 303
    assert "Gold, Silver" in visit.get("/segments").text
    page = visit.post("/segments/build", GOLD, do="drop:0").text
    assert "cond-0-name" not in page


def test_the_count_follows_as_one_chooses(visit, db):
    set_tier(db, "alice", "gold")
    page = visit.post("/segments/count", GOLD, htmx=True).text
    assert page.strip().startswith('<section id="count"') or 'id="count"' in page
    assert "<html" not in page
    assert re.search(r'stat-value">1<', page)
    assert (
        "Say how many days"
        in visit.post(
            "/segments/count",
            [("place", "0"), ("cond-0-name", "deadline within"), ("cond-0-days", "x")],
            htmx=True,
        ).text
    )


def test_a_refused_segment_keeps_what_was_typed(visit, db):
    answer = visit.post(
        "/segments",
        [*GOLD, ("place", "1"), ("cond-1-name", "bonusBalance atLeast"), ("cond-1-values", "much")],
        name="Mine",
    )
    assert answer.status_code == 422
    assert 'value="much"' in answer.text and 'value="Mine"' in answer.text
    assert 'data-result="condition_value_invalid"' in answer.text
    assert db.value("SELECT count(*) FROM ntf_segments") == 0


@pytest.mark.parametrize("typed", ["1290,50", "1 290,50", "1\u00a0290.50"])
def test_an_amount_is_typed_as_people_here_write_it(visit, db, typed):
    rows = [("place", "0"), ("cond-0-name", "bonusBalance atMost"), ("cond-0-values", typed)]
    assert re.search(r'stat-value">[0-9]', visit.post("/segments/count", rows, htmx=True).text)
    assert visit.post("/segments", rows, name="Mine").status_code == 303
    assert db.value("SELECT conditions -> 0 -> 'value' FROM ntf_segments") == ["1290.50"]


@pytest.mark.parametrize(("typed", "status"), [("12,5", 303), ("\u00a012,50", 303), ("1\u00a012,5", 422)])
def test_a_gift_is_typed_as_people_here_write_it(visit, db, typed, status):
    campaign = make_campaign(db)
    given = {"gift": "discount:", "giftValue": typed, "giftDays": "30", "condition": "always"}
    answer = visit.post(f"/campaigns/{campaign}/steps/1", **given)
    assert answer.status_code == status
    assert ('data-result="percentage_out_of_range"' in answer.text) == (status == 422)


def test_a_segment_in_use_is_not_deleted_and_says_by_what(visit, db):
    segment = make_segment(db, name="Mine")
    make_campaign(db, segment)
    answer = visit.post(f"/segments/{segment}/delete")
    assert answer.status_code == 422
    assert 'data-result="segment_in_use"' in answer.text


def test_a_campaign_is_prepared_reviewed_started_paused_and_stopped(visit, db):
    segment = make_segment(db, name="Mine")
    last = str(db.value("SELECT as_today() + 30"))
    answer = visit.post(
        "/campaigns",
        [("channels", "email"), ("channels", "")],
        name="Winter",
        segmentID=str(segment),
        lastDay=last,
        controlShare="0",
        purchaseDays="14",
        goal="",
        startsAt="",
    )
    assert answer.status_code == 303
    path = answer.location
    assert "no English text" in visit.get(path).text
    assert "It cannot start yet." in visit.get(f"{path}/review").text
    answer = visit.post(f"{path}/start")
    assert answer.status_code == 422
    assert 'data-result="step_text_missing"' in answer.text

    answer = visit.post(
        f"{path}/steps/1/text", locale="en", channel="", subject="Hello", body="Good day {name}."
    )
    assert answer.status_code == 303
    page = visit.get(f"{path}/review").text
    assert "It cannot start yet." not in page
    assert re.search(r'stat-value">2<', page)
    assert visit.post(f"{path}/start").status_code == 303

    campaign = int(path.rpartition("/")[2])
    plan(db, campaign)
    page = visit.get(path).text
    assert 'hx-trigger="every 5s"' in page
    assert "0 of 2 messages are through" in page
    assert visit.post(f"{path}/pause").status_code == 303
    page = visit.get(path).text
    assert "every 5s" not in page and "paused" in page
    assert visit.post(f"{path}/pause").status_code == 422
    assert visit.post(f"{path}/resume").status_code == 303
    assert visit.post(f"{path}/stop").status_code == 303
    assert "stopped" in visit.get(path).text


def test_steps_are_added_changed_and_removed(visit, db):
    path = f"/campaigns/{make_campaign(db)}"
    assert visit.post(f"{path}/steps").status_code == 303
    answer = visit.post(
        f"{path}/steps/2",
        waitHours="48",
        condition="notBought",
        gift="bonus:promotional",
        giftValue="7,50",
        giftDays="14",
    )
    assert answer.status_code == 303, answer.text
    page = visit.get(path).text
    assert "after 2 days" in page and "7.5" in page
    answer = visit.post(f"{path}/steps/2", waitHours="x", condition="always", gift="none")
    assert answer.status_code == 422
    answer = visit.post(
        f"{path}/steps/2", waitHours="1", condition="always", gift="discount:", giftValue="200", giftDays="5"
    )
    assert answer.status_code == 422
    assert 'data-result="percentage_out_of_range"' in answer.text and 'value="200"' in answer.text
    assert visit.post(f"{path}/steps/1/delete").status_code == 422
    assert visit.post(f"{path}/steps/2/delete").status_code == 303
    assert visit.get(f"{path}/steps/2").status_code == 404
    assert visit.post(f"{path}/delete").status_code == 303
    assert visit.get(path).status_code == 404


def test_a_text_has_languages_and_channels(visit, db):
    path = f"/campaigns/{make_campaign(db)}/steps/1"
    assert (
        visit.post(
            f"{path}/text", locale="sk", channel="", subject="Ahoj", body="Dobrý deň {name}."
        ).status_code
        == 303
    )
    page = visit.get(f"{path}?locale=sk").text
    assert "Dobrý deň {name}." in page
    answer = visit.post(f"{path}/text", locale="sk", channel="", subject="", body="Kept as typed")
    assert answer.status_code == 422
    assert "Kept as typed" in answer.text
    for address in ("?locale=xx&channel=pigeon", "?locale=hi&channel=email"):
        assert visit.get(path + address).status_code == 200


def test_a_refused_campaign_says_it_at_the_field(visit, db):
    make_segment(db)
    answer = visit.post(
        "/campaigns", [("channels", "")], name="Winter", segmentID="", lastDay="", controlShare="70"
    )
    assert answer.status_code == 422
    assert 'data-result="no_such_segment"' in answer.text
    assert 'value="Winter"' in answer.text


def test_the_results_are_shown_with_their_interval(visit, db):
    consent(db, "charlie", "root")
    campaign = make_campaign(db)
    start(db, campaign)
    plan(db, campaign)
    db.execute("UPDATE ntf_campaignPeople SET isControl = true WHERE username IN ('charlie', 'root')")
    page = visit.get(f"/campaigns/{campaign}").text
    assert "Whether the campaign made a difference cannot be said yet." in page
    assert "<svg" in page
    pass_days(db, 100)
    plan(db, campaign)
    assert "finished" in visit.get("/campaigns").text


def test_before_anybody_takes_part_it_says_so_and_nothing_of_groups(visit, db):
    campaign = make_campaign(db)
    start(db, campaign)
    nobody, alone = "Nobody takes part yet.", "Without a control group"
    page = visit.get(f"/campaigns/{campaign}").text
    assert nobody in page and alone not in page
    plan(db, campaign)
    page = visit.get(f"/campaigns/{campaign}").text
    assert nobody not in page and alone in page


NASTY = [
    "\x00",
    "\ud800",
    "9" * 400,
    "-1",
    "1e9",
    "NaN",
    "'",
    "<b>",
    "infinity",
    "99999999999999999999",
    " ",
    "٣",
]


@pytest.mark.parametrize("value", NASTY)
def test_whatever_is_sent_is_answered_in_words(visit, db, value):
    campaign = make_campaign(db)
    text = value.encode("utf-8", "surrogatepass")
    rows = [("place", text), ("cond-x-name", text)]
    for name in ("tier in", "bonusExpiring atLeast", "registered since", "city in", text):
        rows = [("place", "0"), ("cond-0-name", name), ("cond-0-values", text), ("cond-0-days", text)]
        for path in ("/segments", "/segments/build", "/segments/count"):
            answer = visit.post(
                path, [*rows, ("name", "Mine"), ("do", "drop:" + value[:3].strip("\x00\ud800"))]
            )
            assert answer.status_code < 500, (path, name)
    for path, fields in (
        (
            "/campaigns",
            ("name", "segmentID", "channels", "lastDay", "startsAt", "controlShare", "purchaseDays", "goal"),
        ),
        (f"/campaigns/{campaign}/steps/1", ("waitHours", "condition", "gift", "giftValue", "giftDays")),
        (f"/campaigns/{campaign}/steps/1/text", ("locale", "channel", "subject", "body")),
    ):
        assert visit.post(path, [(field, text) for field in fields]).status_code < 500, path


@pytest.mark.parametrize(
    ("locale", "hours", "says"),
    [
        ("en", 24, "after 1 day"), ("en", 48, "after 2 days"), ("en", 1, "after 1 hour"),
        ("sk", 24, "po 1 dni"), ("sk", 48, "po 2 dňoch"), ("sk", 25, "po 25 hodinách"),
        ("cs", 24, "po 1 dni"), ("cs", 120, "po 5 dnech"),
        ("ru", 24, "через 1 день"), ("ru", 48, "через 2 дня"), ("ru", 120, "через 5 дней"), ("ru", 21, "через 21 час"),
        ("hi", 24, "1 दिन बाद"),
    ],
)  # fmt: skip
def test_days_and_hours_are_counted_as_the_language_does(app, locale, hours, says):
    with speaking(app, locale):
        assert words.wait(hours) == says


@pytest.mark.parametrize(
    ("locale", "says"),
    [("en", "10 %, 1 day"), ("sk", "10 %, 1 deň"), ("cs", "10 %, 1 den"), ("ru", "10 %, 1 день")],
)
def test_a_gift_is_valid_for_a_day_not_for_one_days(app, locale, says):
    step = SimpleNamespace(gift="discount", gift_kind=None, gift_value=10, gift_days=1)
    with speaking(app, locale):
        assert words.gift(step).endswith(says)


@contextmanager
def speaking(app, locale):
    with app.app_context(), letters.speaking({"locale": locale, "timeZone": "UTC"}):
        yield


def test_a_text_of_which_nothing_is_left_is_said_before_it_is_sent(visit, db):
    campaign = make_campaign(db)
    answer = visit.post(
        "/messages/texts/preview",
        htmx=True,
        kind=f"campaign:{campaign}:1", channel="", locale="en", subject="Come", body="{code}",
    )  # fmt: skip
    assert "Nothing would be sent: every line names something that is not there." in answer.text
