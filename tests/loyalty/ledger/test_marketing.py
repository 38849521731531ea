"""What marketing does for everybody runs in a process and under a role of its own."""

import pytest

from tests.jobs.conftest import outbox, portal, valkey  # noqa: F401
from tests.jobs.processes import wait_until
from tests.people import register
from tests.rails.world import done
from workers import queues, runs


def test_marketing_has_a_queue_and_a_role_of_its_own():
    mine = {code for code in runs.JOBS if code.startswith("loyalty.")}
    assert {queues.ELSEWHERE[code] for code in mine} == {"marketing"}
    assert queues.ROLES["marketing"] == "portal_marketing"


@pytest.fixture
def celebrating(outbox):  # noqa: F811
    """Three have birthday today, one of them is blocked, and jana is silver by what was bought long ago."""
    today = str(outbox.value("SELECT as_today()"))
    for username in ("alice", "bob", "charlie"):
        register(outbox, username)
        done(outbox.call("loy_setBirthday", username=username, birthday=today))
    done(outbox.call("loy_blockAccount", username="charlie", note="stolen card"))
    outbox.execute(
        "UPDATE loy_accounts SET tier = 'silver' WHERE username = 'jana';"
        "INSERT INTO loy_tierLog (username, tier, previous, purchases, reason, createdAt)"
        " VALUES ('jana', 'silver', 'blue', 600, 'migrated', now())"
    )
    return outbox


def run_of(db, code):
    return db.row("SELECT state, counts FROM job_runs WHERE code = %s", [code])


def test_everybody_gets_the_birthday_bonus_once_when_the_process_is_back(portal, celebrating):  # noqa: F811
    portal.start("workers.schedule")
    for code in ("loyalty.birthdays", "loyalty.tiers", "loyalty.service", "jobs.tidy"):
        done(celebrating.call("job_runNow", code=code))
    # The other workers leave it alone.
    portal.start("workers.work", "jobs")
    wait_until(lambda: run_of(celebrating, "jobs.tidy").state == "done", what="the other job")
    assert run_of(celebrating, "loyalty.birthdays").state == "waiting"

    portal.start("portal.cli", "marketing")
    for code in ("loyalty.birthdays", "loyalty.tiers", "loyalty.service"):
        wait_until(lambda: run_of(celebrating, code).state in ("done", "failed"), what=code)  # noqa: B023
    assert run_of(celebrating, "loyalty.birthdays") == ("done", {"birthday_granted": 2})
    assert run_of(celebrating, "loyalty.tiers") == ("done", {"tier_changed": 1})
    assert run_of(celebrating, "loyalty.service") == ("done", {})
    given = celebrating.read("SELECT username, amount FROM loy_lotList ORDER BY username")
    assert [tuple(row) for row in given] == [("alice", 5), ("bob", 5)]
    assert celebrating.value("SELECT tier FROM loy_accounts WHERE username = 'jana'") == "blue"
    # Once more gives nobody anything.
    done(celebrating.call("job_runNow", code="loyalty.birthdays"))
    wait_until(
        lambda: (
            celebrating.value(
                "SELECT count(*) FROM job_runs WHERE code = 'loyalty.birthdays' AND state = 'done'"
            )
            == 2
        )
    )
    assert celebrating.value("SELECT count(*) FROM loy_lots") == 2
    roles = "SELECT DISTINCT usename FROM pg_stat_activity WHERE application_name = 'portal_marketing'"
    assert [row.usename for row in celebrating.read(roles)] in ([], ["portal_marketing"])
