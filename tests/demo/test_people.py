"""The invented people are nobody real, and the same in every run."""

import re

from portal import demo
from portal.demo.people import AREAS, invent, latin, phone


def test_the_same_seed_invents_the_same_people_however_many():
    assert invent(300, 1)[:100] == invent(100, 1)
    assert invent(100, 1) != invent(100, 2)


def test_nobody_shares_a_name_to_sign_in_with():
    people = invent(20_000, 1)
    for values in (
        [p.username for p in people],
        [p.email for p in people],
        [p.phone for p in people if p.phone],
    ):
        assert len(set(values)) == len(values)


def test_addresses_and_numbers_belong_to_nobody():
    for person in invent(20_000, 1):
        assert re.fullmatch(r"[a-z0-9.]+@example\.(com|org|net)", person.email)
        assert re.fullmatch(r"[a-z0-9.]+", person.username)
        assert person.phone is None or re.fullmatch(r"\+447700900\d{3}|\+1[2-9]\d\d55501\d\d", person.phone)


def test_those_who_sign_in_share_nothing_with_the_invented():
    people = invent(20_000, demo.SEED)
    for person in [*demo.STAFF.values(), *demo.GUESTS.values()]:
        for other in people:
            assert person.username != other.username and person.email != other.email
            assert person.phone is None or person.phone != other.phone


def test_numbers_do_not_run_out():
    assert phone(1000 + 100 * len(AREAS) - 1) == f"+1{AREAS[-1]}5550199"
    assert len(set(AREAS)) == len(AREAS)


def test_names_of_every_language_become_usernames():
    assert [latin(n) for n in ("Šimková", "Růžička", "Захарова", "शर्मा", "Hughes")] == [
        "simkova",
        "ruzicka",
        "zakharova",
        "sharma",
        "hughes",
    ]
