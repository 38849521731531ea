"""`portal check` asks every violations view, prints what is wrong, and says whether nothing is."""

import pytest

from portal import checks

PLANTED = {
    "key_without_copy": "INSERT INTO as_userKeys VALUES ('email:nobody@example.com', 'nobody', now())",
}


def test_a_healthy_database_has_nothing_to_say(fresh_database):
    said = []
    assert checks.run(said.append)
    assert said == [
        "Nothing is wrong: as_violations, cpn_violations, ctr_violations, fin_violations, job_violations, loy_violations, ntf_campaign_violations, ntf_people_violations, ntf_violations, trf_violations are empty."
    ]


@pytest.mark.parametrize("rule", PLANTED)
def test_what_is_wrong_is_printed_with_its_rule(fresh_database, rule):
    with fresh_database.connect() as connection:
        connection.execute(PLANTED[rule])
    said = []
    assert not checks.run(said.append)
    assert f"{rule}: 1" in said and said[-1] == "1 violation."


def test_many_of_a_kind_are_counted_and_some_are_shown(fresh_database):
    with fresh_database.connect() as connection:
        connection.execute(
            "INSERT INTO as_userKeys SELECT format('email:%s@example.com', n), 'nobody', now() FROM generate_series(1, 50) AS n"
        )
    said = []
    assert not checks.run(said.append)
    assert "key_without_copy: 50" in said and "  … and 30 more" in said
