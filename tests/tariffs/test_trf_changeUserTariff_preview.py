"""trf_changeUserTariff_preview: the same computation as the change, and nothing written."""

import pytest

pytestmark = pytest.mark.usefixtures("healthy")


@pytest.fixture
def preview(db):
    def ask(username, tariffID, period, **arguments):
        return db.call(
            "trf_changeUserTariff_preview",
            **{"username": username, "tariffID": tariffID, "period": period, "actor": username} | arguments,
        )

    return ask


def test_it_writes_nothing(preview, give, untouched, alice, tariffs):
    give(alice, "100.00")
    with untouched():
        assert preview(alice, tariffs.team, 6).reason == "quote"


@pytest.mark.parametrize("period", [1, 6, 12, 36])
@pytest.mark.parametrize("day", ["2024-01-17", "2024-02-29", "2024-06-30", "2024-07-01"])
def test_it_cannot_differ_from_the_bill(preview, change, give, on, balance_of, alice, tariffs, period, day):
    on("2024-01-15")
    give(alice, "2000.00")
    change(alice, tariffs.team, 6)
    on(day)
    shown = preview(alice, tariffs.business, period).details
    billed = change(alice, tariffs.business, period).details
    assert {
        word: shown[word] for word in ("price", "credit", "total", "startsOn", "deadline", "balanceAfter")
    } == {word: billed[word] for word in ("price", "credit", "total", "startsOn", "deadline", "balanceAfter")}
    assert balance_of(alice) == shown["balanceAfter"]


def test_its_lines_add_up_and_are_words(preview, change, give, on, alice, tariffs):
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    change(alice, tariffs.team, 6)
    on("2024-01-17")
    quote = preview(alice, tariffs.business, 1).details
    assert [line["text"] for line in quote["lines"]] == [
        "Business, 1 month",
        "15 of 31 days of Team not used",
        "182 of 182 days of Team not used",
    ]
    assert [line["amount"] for line in quote["lines"]] == ["20.00", "-4.84", "-55.00"]
    assert quote["total"] == "-39.84"


def test_forfeited_days_are_told_and_cost_nothing_back(db, preview, change, give, on, alice, tariffs):
    assert db.call("as_setSetting", code="tariffUnusedDays", value="forfeit").ok
    on("2024-01-01")
    give(alice, "100.00")
    change(alice, tariffs.team, 1)
    line = preview(alice, tariffs.business, 1).details["lines"][1]
    assert (line["code"], line["amount"], line["params"]["worth"]) == ("unused_forfeited", "0.00", "10.00")


def test_missing_money_is_told_and_not_refused(preview, bob, tariffs):
    outcome = preview(bob, tariffs.team, 1)
    assert (outcome.ok, outcome.details["missing"], outcome.details["balanceAfter"]) == (
        True,
        "10.00",
        "-10.00",
    )


def test_a_cheaper_tariff_may_wait_and_says_for_when(preview, change, give, on, alice, tariffs):
    on("2024-01-01")
    give(alice, "500.00")
    change(alice, tariffs.business, 12)
    quote = preview(alice, tariffs.team, 1).details
    assert (quote["isCheaper"], quote["mayWait"], quote["effectiveIfWaiting"]) == (True, True, "2025-01-01")


def test_a_dearer_one_and_an_extension_do_not_wait(preview, change, give, alice, tariffs):
    give(alice, "500.00")
    change(alice, tariffs.team, 1)
    assert not preview(alice, tariffs.business, 1).details["mayWait"]
    assert not preview(alice, tariffs.team, 1).details["mayWait"]


def test_it_lists_the_options_that_shrink_or_go(db, preview, change, give, alice, tariffs):
    def option(code, type, **values):
        saved = db.call("trf_saveOption", code=code, name=code.title(), type=type)
        assert saved.ok, saved
        for tariff, value in values.items():
            assert db.call(
                "trf_setTariffOptionValue",
                tariffID=getattr(tariffs, tariff),
                optionID=saved.details["optionID"],
                value=value,
            ).ok

    option("storage", "number", team="50", business="500")
    option("users", "number", team="10", business="unlimited")
    option("support", "yesno", business="yes", team="no")
    option("domain", "text", business="any")
    option("export", "yesno", team="yes", business="yes")
    option("seats", "number", team="20", business="10")
    give(alice, "500.00")
    change(alice, tariffs.business, 1)
    losses = preview(alice, tariffs.team, 1).details["losses"]
    assert [(loss["code"], loss["before"], loss["after"], loss["change"]) for loss in losses] == [
        ("storage", "500", "50", "less"),
        ("users", "unlimited", "10", "less"),
        ("support", "yes", "no", "less"),
        ("domain", "any", None, "gone"),
    ]


def test_it_says_that_a_scheduled_change_would_be_dropped(db, preview, change, give, alice, tariffs):
    give(alice, "500.00")
    change(alice, tariffs.business, 1)
    assert not preview(alice, tariffs.business, 1).details["cancelsScheduled"]
    assert db.call("trf_scheduleUserTariff", username=alice, tariffID=tariffs.team, period=1, actor=alice).ok
    assert preview(alice, tariffs.business, 1).details["cancelsScheduled"]


def test_it_refuses_what_the_change_refuses(preview, untouched, alice, charlie, tariffs):
    with untouched():
        assert preview("nobody", tariffs.team, 1, actor=None).reason == "no_such_user"
        assert preview(alice, 2**62, 1).reason == "no_such_tariff"
        assert preview(alice, tariffs.team, 2).reason == "no_such_period"
        assert preview(alice, tariffs.legacy, 1).reason == "tariff_disabled"
        assert preview(alice, tariffs.team, 0).reason == "endless_needs_admin"
        assert preview(alice, tariffs.free, 1).reason == "already_without_end"
        assert preview(alice, tariffs.team, 1, actor=charlie).reason == "not_allowed"
