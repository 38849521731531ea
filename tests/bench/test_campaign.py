"""Planning a campaign over a million people against a bare INSERT … SELECT of the very rows it writes.

BENCH_PEOPLE=1000000 .venv/bin/python -m pytest -q -s tests/bench/test_campaign.py
"""

import os
import time

import pytest
from psycopg.types.json import Jsonb

from portal.services.owner import home
from portal.services.postgres import Postgres
from tests import servers
from tests.bench import side_by_side
from tests.campaigns.conftest import make_campaign, make_segment, start

PEOPLE = int(os.environ.get("BENCH_PEOPLE", "1000000"))
#: What one condition is false of is not in the campaign; so that there are as many people as asked for, there are more.
EVERYBODY = PEOPLE * 5 // 4

#: Every fifth is blue, every tenth of the rest has said no afterwards, and every hundredth has had enough this week.
POPULATION = """
INSERT INTO as_users (username, name, email, role, isLocked, locale, theme, density, hasOverrides, createdAt)
SELECT
    'p' || n, 'Person ' || n, format('p%s@example.com', n), 'user', false, 'en', 'auto', 'comfortable', false, as_now()
FROM generate_series(1, {everybody}) AS n;
ANALYZE;
INSERT INTO loy_accounts (username, isPerson, tier, tierSince, isBlocked, blockNote, createdAt)
SELECT 'p' || n, true, CASE WHEN n % 5 = 0 THEN 'blue' ELSE 'silver' END, as_now(), false, '', as_now()
FROM generate_series(1, {everybody}) AS n;
INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)
SELECT 'p' || n, 'campaign', 'email', true, 'import', now() FROM generate_series(1, {everybody}) AS n;
INSERT INTO job_outbox (
    username, kind, dedupKey, channel, details, state, attempts, notBefore, handedOverAt, reference, createdAt, finishedAt
)
SELECT
    'p' || n, 'campaign', 'campaign:999:' || k, 'email', '{{}}', 'sent', 1, now(), now() - interval '2 days',
    format('%s-%s', n, k), now(), now()
FROM generate_series(100, {everybody}, 100) AS n CROSS JOIN generate_series(1, 3) AS k;
INSERT INTO as_settings (code, name, type, value, description, sortOrder, updatedAt)
VALUES ('messagesPerWeek', 'Marketing messages a week', 'integer', '3', '', 330, now())
ON CONFLICT ON CONSTRAINT as_settings_pkey DO NOTHING;
VACUUM ANALYZE
"""


@pytest.fixture(scope="module")
def campaign(server):
    """A server that loses nothing, its people, and a campaign that has been planned once."""
    postgres = Postgres(home("postgres-bench"), max_wal_size="8GB", shared_buffers="512MB")
    postgres.start()
    try:
        with (
            servers.clone(postgres.address("postgres")) as database,
            database.in_use(),
            database.connect() as owner,
        ):
            owner.execute("SET synchronous_commit = off")
            for statement in POPULATION.format(everybody=EVERYBODY).split(";"):
                owner.execute(statement)
            owner.execute("RESET synchronous_commit")
            yield Campaign(owner)
    finally:
        postgres.stop()


class Campaign:
    def __init__(self, owner):
        self.owner = owner
        segment = make_segment(owner, [{"field": "tier", "operator": "in", "value": ["silver", "gold"]}])
        self.id = make_campaign(owner, segment)
        start(owner, self.id)
        self.calls = []
        owner.execute("CREATE TABLE kept_before AS SELECT * FROM job_outbox")
        self.ours()
        for table in ("job_outbox", "ntf_campaignPeople"):
            owner.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table} WHERE {self.mine(table)}")
            owner.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        self.rows = owner.value("SELECT count(*) FROM kept_job_outbox")
        owner.execute("VACUUM ANALYZE")

    def mine(self, table: str) -> str:
        return {"job_outbox": f"dedupKey = 'campaign:{self.id}:1'"}.get(table, f"campaignID = {self.id}")

    def ours(self) -> float:
        """As the job does it, portion by portion, into tables without what it writes."""
        self.owner.execute("TRUNCATE job_outbox, ntf_campaignPeople CASCADE")
        self.owner.execute("INSERT INTO job_outbox OVERRIDING SYSTEM VALUE SELECT * FROM kept_before")
        self.owner.execute("UPDATE ntf_campaignWork SET username = '', isAdmitted = false")
        self.owner.execute("VACUUM ANALYZE job_outbox")
        self.owner.execute("CHECKPOINT")
        began = time.perf_counter()
        finished = False
        self.calls.clear()
        while not finished:
            called = time.perf_counter()
            outcome = self.owner.call("ntf_planCampaign", campaignID=self.id)
            self.calls.append(time.perf_counter() - called)
            finished = outcome.details["isFinished"]
        took = time.perf_counter() - began
        return self.owner.value(f"SELECT count(*) FROM job_outbox WHERE {self.mine('job_outbox')}") / took

    def bare(self) -> float:
        """The same rows into the same tables with the same indexes, without any question."""
        self.owner.execute("TRUNCATE bare_job_outbox, bare_ntf_campaignPeople")
        self.owner.execute("CHECKPOINT")
        began = time.perf_counter()
        for table in ("ntf_campaignPeople", "job_outbox"):
            self.owner.execute(f"INSERT INTO bare_{table} OVERRIDING SYSTEM VALUE SELECT * FROM kept_{table}")
        return self.rows / (time.perf_counter() - began)


@pytest.mark.timeout(3600)
def test_planning(campaign):
    assert campaign.rows == PEOPLE
    result = side_by_side.ratio(
        f"planning {PEOPLE:,} people against a bare INSERT", 0.3, campaign.ours, campaign.bare
    )
    print(f"the longest portion took {max(campaign.calls):.2f} s")
    assert result > 0


@pytest.mark.timeout(600)
def test_counting(campaign):
    """What somebody waits for while choosing people."""
    conditions = [
        {"field": "tier", "operator": "in", "value": ["silver", "gold"]},
        {"field": "bonusExpiring", "operator": "atLeast", "value": "1", "days": 14},
    ]
    began = time.perf_counter()
    outcome = campaign.owner.call("ntf_countSegment", conditions=Jsonb(conditions))
    print(f"counting {EVERYBODY:,} people by two conditions took {time.perf_counter() - began:.2f} s")
    assert outcome.details["people"] == 0
    began = time.perf_counter()
    assert campaign.owner.call("ntf_reviewCampaign", campaignID=campaign.id).ok
    print(f"reviewing took {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    assert campaign.owner.value("SELECT ntf_campaignResults(%s)", [campaign.id])
    print(f"results took {time.perf_counter() - began:.2f} s")
