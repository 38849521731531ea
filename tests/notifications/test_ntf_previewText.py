"""A text as a real person would get it, before anybody keeps it."""

import pytest
from psycopg.types.json import Jsonb

from tests.campaigns.conftest import make_campaign
from tests.people import alice, bob, mona, root  # noqa: F401


@pytest.fixture
def show(db, untouched):
    def show(body="{name}", subject="Hello", kind="top_up", channel="", locale="en", **given):
        with untouched():
            return db.call(
                "ntf_previewText",
                kind=kind,
                channel=channel,
                locale=locale,
                subject=subject,
                body=body,
                **given,
            )

    return show


def test_it_is_a_message_with_somebodys_figures(show, alice, root):  # noqa: F811
    shown = show("{balance} {amount}", username=alice, actor=root)
    assert shown.reason == "text_shown"
    assert (shown.details["name"], shown.details["details"]["balance"]) == ("Alice", "1000.00")
    assert shown.details["details"]["amount"] == "50.00" and shown.details["isExample"]
    assert shown.details["text"]["placeholders"] == {
        "balance": {"type": "money"},
        "amount": {"type": "money"},
    }


def test_what_happened_comes_from_the_last_message_of_the_kind(show, db, alice):  # noqa: F811
    for amount in ("7.00", "8.00"):
        told = Jsonb({"amount": amount, "balance": "1.00", "currency": "EUR"})
        db.execute("SELECT job_queueMessage('alice', 'top_up', %s, %s)", [f"top_up:{amount}", told])
    shown = show("{amount} {balance}", username=alice)
    assert (shown.details["details"]["amount"], shown.details["details"]["balance"]) == ("8.00", "1000.00")
    assert not shown.details["isExample"]


def test_without_a_person_everything_is_an_example(show):
    shown = show("{balance}")
    assert (shown.details["username"], shown.details["details"]["balance"]) == ("", "137.50")


def test_what_a_real_person_does_not_have_is_not_made_up(show, bob):  # noqa: F811
    shown = show("{tariff} {name}", kind="campaign:1:1", username=bob)
    assert shown.details["details"]["tariff"] is None
    # A text cannot do without it, so here it is an example.
    shown = show("{deadline}", kind="tariff_deadline", username=bob)
    assert shown.details["details"]["deadline"] == "2027-03-01"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"username": "nobody"}, "no_such_user"),
        ({"actor": "alice"}, "not_allowed"),
        ({"actor": "mona"}, "not_allowed"),
        ({"actor": "nobody"}, "no_such_actor"),
        ({"kind": "nothing"}, "no_such_kind_of_text"),
        ({"channel": "pigeon"}, "no_such_channel"),
        ({"locale": "de"}, "no_such_locale"),
        ({"body": "{nonsense}"}, "unknown_placeholder"),
        ({"body": ""}, "body_missing"),
    ],
)
def test_it_is_refused_as_saving_would_be(show, alice, mona, given, reason):  # noqa: F811
    assert show(**given).reason == reason


def test_pages_say_who_asks(db):
    with db.as_role("portal_web"):
        assert db.call("ntf_previewText", kind="top_up", channel="", locale="en").reason == "actor_required"


GIFT = "{name}\n{code}\n{gift}\n{discount}\n{until}"


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ({}, {}),
        (
            {"gift": "bonus", "giftKind": "promotional", "giftValue": "7.5"},
            {"gift": "7.50", "until": "2027-04-01"},
        ),
        ({"gift": "discount", "giftValue": "15", "giftDays": 30}, {"discount": "15 %", "until": 31}),
        (
            {"gift": "coupon", "giftKind": "percentage", "giftValue": "12.5", "giftDays": 1},
            {"code": "SPRING-7K2M", "discount": "12.5 %", "until": 2},
        ),
        (
            {"gift": "coupon", "giftKind": "amount", "giftValue": "5", "giftDays": 1},
            {"code": "SPRING-7K2M", "discount": "5.00 EUR", "until": 2},
        ),
    ],
)
def test_a_step_shows_the_gift_that_it_gives_and_no_other(db, show, alice, step, told):  # noqa: F811
    campaign = make_campaign(db, steps=(step,))
    shown = show(GIFT, kind=f"campaign:{campaign}:1", username=alice).details["details"]
    if isinstance(told.get("until"), int):
        told = told | {"until": str(db.value("SELECT as_today() + %s", [told["until"]]))}
    assert {name: shown[name] for name in ("code", "gift", "discount", "until") if name in shown} == told
