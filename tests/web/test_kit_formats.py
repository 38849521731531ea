import datetime as dt
from types import SimpleNamespace

import pytest
from flask import g

from portal import formats, texts
from portal.db import Outcome

NB, NARROW = "\u00a0", "\u202f"


@pytest.fixture
def speaking(site):
    """A request of somebody who speaks the language and lives in the zone."""
    from contextlib import contextmanager

    @contextmanager
    def block(language, zone="Europe/Bratislava"):
        with site.test_request_context("/"):
            g.person = SimpleNamespace(locale=language, timezone=zone)
            yield

    return block


@pytest.mark.parametrize(
    ("language", "amount", "currency", "text"),
    [
        ("en", "1290.50", "EUR", "€1,290.50"),
        ("en", "1290.50", "RUB", f"RUB{NB}1,290.50"),
        ("ru", "1290.50", "EUR", f"1{NB}290,50{NB}€"),
        ("sk", "1290.50", "EUR", f"1{NB}290,50{NB}€"),
        ("cs", "1290.50", "CZK", f"1{NB}290,50{NB}Kč"),
        ("hi", "1234567.89", "INR", "₹12,34,567.89"),
        ("en", "-0.01", "EUR", "−€0.01"),
        ("sk", "-12.5", "EUR", f"−12,50{NB}€"),
        ("en", "0", "EUR", "€0.00"),
    ],
)
def test_money_is_written_as_the_language_does(speaking, language, amount, currency, text):
    with speaking(language):
        assert formats.money(amount, currency) == text


def test_a_movement_carries_its_sign(speaking):
    with speaking("en"):
        assert formats.money("5", "EUR", sign=True) == "+€5.00"
        assert formats.money("-5", "EUR", sign=True) == "−€5.00"
        assert formats.money("0", "EUR", sign=True) == "€0.00"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "December 3, 2026"), ("ru", f"3 декабря 2026{NARROW}г."), ("sk", "3. decembra 2026"), ("cs", "3. prosince 2026"), ("hi", "3 दिसंबर 2026")],
)  # fmt: skip
def test_days_are_written_as_the_language_does(speaking, language, text):
    with speaking(language):
        assert formats.date(dt.date(2026, 12, 3), "long") == text
        assert formats.date("2026-12-03", "long") == text


def test_a_moment_is_told_in_the_persons_zone(speaking):
    moment = dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC)
    with speaking("sk", "Europe/Bratislava"):
        assert formats.moment(moment, "short") == "22. 11. 2026, 0:30"
    with speaking("en", "Asia/Kolkata"):
        assert formats.moment(moment, "short") == f"Nov 22, 2026, 5:00{NARROW}AM"


def test_numbers_have_their_separators(speaking):
    with speaking("en"):
        assert formats.number(-1234.5) == "−1,234.5"
        assert formats.percent("0.2") == "20%"
        assert formats.size(1536000) == f"1.5{NB}MB"
    with speaking("ru"):
        assert formats.number(1234567) == f"1{NB}234{NB}567"
    with speaking("hi"):
        assert formats.number(1234567) == "12,34,567"


def test_the_saved_language_wins_over_the_visitors_and_the_browsers(site):
    with site.test_request_context("/", headers={"Accept-Language": "cs"}):
        assert formats.language() == "cs"
        g.person = SimpleNamespace(locale="hi", timezone="UTC")
        assert formats.language() == "hi"
    with site.test_request_context("/", headers={"Accept-Language": "de, xx"}):
        assert formats.language() == "en"


# What a procedure answered


REFUSED = Outcome(0, "12.50 EUR is missing.", "insufficient_balance", {"missing": "12.50", "currency": "EUR"})


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The balance is not enough: €12.50 is missing."),
        ("ru", f"Баланса недостаточно: не хватает 12,50{NB}€."),
        ("sk", f"Zostatok nestačí: chýba 12,50{NB}€."),
        ("cs", f"Zůstatek nestačí: chybí 12,50{NB}€."),
        ("hi", "बैलेंस पर्याप्त नहीं है: €12.50 कम है।"),
    ],
)
def test_a_reason_is_said_in_the_persons_language(speaking, language, text):
    with speaking(language):
        assert texts.say(REFUSED) == text


def test_an_unknown_reason_is_said_in_the_procedures_words(speaking):
    with speaking("sk"):
        assert texts.say(Outcome(0, "As it is.", "no_such_reason_here", {})) == "As it is."


def test_a_reason_without_its_details_is_said_in_the_procedures_words(speaking):
    with speaking("sk"):
        assert texts.say(Outcome(0, "Not enough.", "insufficient_balance", {})) == "Not enough."
        assert texts.say(Outcome(0, "Not enough.", "insufficient_balance", None)) == "Not enough."


def test_a_quotes_line_is_said_by_its_code(speaking):
    with speaking("ru"):
        assert (
            texts.line({"code": "tariff_free", "params": {"tariff": "Start"}, "text": "-"})
            == "Start, бесплатно"
        )
        assert texts.line({"code": "unheard", "params": {}, "text": "As it is"}) == "As it is"


def test_what_somebody_wrote_is_no_date_and_neither_is_what_only_looks_like_one(speaking):
    with speaking("en"):
        assert texts.shown("deadline", "2027-02-28", {}) == "February 28, 2027"
        assert texts.shown("name", "2027-02-28", {}) == "2027-02-28"
        assert texts.shown("deadline", "2027-02-30", {}) == "2027-02-30"
        assert texts.shown("from", "2027-02-30T25:00:00", {}) == "2027-02-30T25:00:00"


def test_details_are_shown_by_their_form(speaking):
    with speaking("sk"):
        currency = {"currency": "EUR"}
        assert texts.shown("total", "-5.00", currency) == f"−5,00{NB}€"
        assert texts.shown("total", "5.00", {}) == "5.00"
        assert texts.shown("deadline", "2026-12-03", {}) == "3. decembra 2026"
        assert texts.shown("days", 1234, {}) == f"1{NB}234"
        assert texts.shown("tariffID", 1234, {}) == "1234"
        assert texts.shown("name", "O'Neil <b>", {}) == "O'Neil <b>"


@pytest.mark.parametrize(
    ("language", "days", "text"),
    [("en", 1, "one"), ("en", 2, "many")],
)
def test_a_counted_sentence_follows_its_number(speaking, language, days, text):
    counted = texts.NN_("one", "many")
    with speaking(language):
        assert texts.sentence(counted, {"days": days}, "-") == text
