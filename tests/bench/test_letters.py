"""What a claim adds to find the text of a message and ask for the facts in it, and how fast a letter is written from that."""

import time

import pytest

from portal import create_app, letters
from portal.channels import email
from tests.bench.conftest import PEOPLE
from tests.bench.side_by_side import ratio

#: A tariff that ends: its name and its day are asked for.
LETTER = f"""\\set n random(1, {PEOPLE})
SELECT ntf_getLetter('u' || :n, 'tariff_deadline', 'email', 'en', '{{}}');"""
SENT_GOAL = 0.1
WRITTEN_GOAL = 3
ROUND = 200


@pytest.mark.parametrize("clients", [1])
def test_the_text_and_the_facts_of_a_message(bench, clients):
    ratio(
        "a message's text and facts against select-only",
        SENT_GOAL,
        lambda: bench.rate(LETTER, clients),
        lambda: bench.builtin("select-only", clients),
    )


def test_a_letter_is_written(bench):
    with bench.database.connect() as connection:
        said = connection.value("SELECT ntf_getLetter('u1', 'tariff_deadline', 'email', 'sk', '{}')")
    message = {
        "username": "u1", "id": 1, "kind": "tariff_deadline", "channel": "email", "address": "u1@example.com",
        "name": "Person 1", "locale": "sk", "timeZone": "Europe/Bratislava", "reference": "0" * 32,
    } | said  # fmt: skip
    with bench.database.in_use(), create_app().app_context():
        letter = letters.write(message)
        ratio(
            "a letter written against its e-mail put together",
            WRITTEN_GOAL,
            lambda: rate(lambda: letters.write(message)),
            lambda: rate(lambda: email.compose(message, letter)),
        )


def rate(work) -> float:
    began = time.perf_counter()
    for _ in range(ROUND):
        work()
    return ROUND / (time.perf_counter() - began)
