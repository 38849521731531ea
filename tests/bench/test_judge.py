"""What it costs to judge a message, with a million of them in the outbox."""

import pytest

from tests import servers
from tests.bench.side_by_side import ratio

PEOPLE = 20_000
EACH = 50
CALLS = 4_000

FEW = """
INSERT INTO as_users (username, name, locale, theme, density, role, isLocked, hasOverrides, createdAt)
SELECT 'u' || n, 'Person', 'en', 'auto', 'comfortable', 'user', false, false, now() FROM generate_series(1, {people}) AS n;
INSERT INTO ntf_consents (username, kind, channel, isOn, source, changedAt)
SELECT 'u' || n, 'birthday_bonus', 'email', true, 'profile', now() FROM generate_series(1, {people}) AS n;
UPDATE as_settings SET value = '00:00' WHERE code IN ('messagesQuietFrom', 'messagesQuietTo');
UPDATE as_settings SET value = '2' WHERE code = 'messagesPerDay';
VACUUM ANALYZE
"""
#: Of each person, one a day: most of them of long ago, some of this week, of every state.
MANY = """
INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt, handedOverAt,
    finishedAt, reference)
SELECT 'u' || n, CASE WHEN day % 3 = 0 THEN 'birthday_bonus' ELSE 'top_up' END, 'bench:' || day, 'email', '{{}}',
    CASE WHEN day % 10 = 0 THEN 'failed' ELSE 'sent' END, 1, at, at, at, at,
    CASE WHEN day % 10 <> 0 THEN n || ':' || day END
FROM generate_series(1, {people}) AS n
CROSS JOIN generate_series(1, {each}) AS day
CROSS JOIN LATERAL (SELECT now() - day * interval '1 day' AS at) AS past;
VACUUM ANALYZE job_outbox
"""
PARTS = 1
JUDGE = """
CREATE OR REPLACE FUNCTION bench_judge(calls integer) RETURNS bigint LANGUAGE plpgsql SET search_path = portal, pg_temp AS $$
DECLARE
    sent bigint := 0;
BEGIN
    FOR n IN 1 .. calls LOOP
        sent := sent + ((ntf_judge('u' || 1 + floor(random() * {people})::integer, 'birthday_bonus', 'email', '{{}}',
            clock_timestamp())).verdict = 'send')::integer;
    END LOOP;
    RETURN sent;
END $$
"""
BARE = """
CREATE OR REPLACE FUNCTION bench_bare(calls integer) RETURNS bigint LANGUAGE plpgsql SET search_path = portal, pg_temp AS $$
DECLARE
    one text;
BEGIN
    FOR n IN 1 .. calls LOOP
        one := 'u' || 1 + floor(random() * {people})::integer;
        PERFORM FROM as_users WHERE username = one FOR NO KEY UPDATE SKIP LOCKED;
        PERFORM count(*) FROM job_outbox WHERE username = one;
    END LOOP;
    RETURN calls;
END $$
"""


@pytest.fixture(scope="module")
def crowd(server):
    with servers.clone(server) as own, own.connect() as connection:
        run(connection, FEW)
        for statement in (JUDGE, BARE):
            connection.execute(statement.format(people=PEOPLE))
        yield connection


def run(connection, statements):
    connection.execute("SET synchronous_commit = off")
    for statement in statements.format(people=PEOPLE, each=EACH).split(";"):
        connection.execute(statement)


def rate(connection, function) -> float:
    """Calls a second, by the server's own clock."""
    seconds = connection.value(
        f"SELECT extract(epoch FROM clock_timestamp() - began) FROM (SELECT clock_timestamp() AS began OFFSET 0) AS start"
        f" CROSS JOIN LATERAL (SELECT {function}({CALLS}) AS sent WHERE began IS NOT NULL OFFSET 0) AS done WHERE sent IS NOT NULL"
    )
    return CALLS / float(seconds)


@pytest.mark.timeout(900)
def test_it_costs_no_more_with_a_million_messages(crowd):
    few = ratio(
        "judging a marketing message against a row lock and a count", None,
        lambda: rate(crowd, "bench_judge"), lambda: rate(crowd, "bench_bare"),
    )  # fmt: skip
    run(crowd, MANY)
    many = ratio(
        f"… with {PEOPLE * EACH:,} messages in the outbox", None,
        lambda: rate(crowd, "bench_judge"), lambda: rate(crowd, "bench_bare"),
    )  # fmt: skip
    print(f"… which is {many / few:.2f} of it; {1e6 / rate(crowd, 'bench_judge'):.0f} µs a call")
    assert 0 < crowd.value("SELECT bench_judge(1000)") <= 1000
    assert many / few > 0.5


def test_it_looks_at_the_messages_of_this_week_alone(crowd):
    """By the index that holds only what may have reached somebody."""
    # One person may have very many.
    crowd.execute(
        "INSERT INTO job_outbox (username, kind, dedupKey, channel, details, state, attempts, notBefore, createdAt,"
        " handedOverAt, finishedAt, reference) SELECT 'u1', 'birthday_bonus', 'old:' || n, 'email', '{}', 'sent', 1, at, at,"
        " at, at, 'old:' || n FROM generate_series(1, 20000) AS n"
        " CROSS JOIN LATERAL (SELECT now() - interval '30 days' - n * interval '1 minute' AS at) AS past"
    )
    crowd.execute("ANALYZE job_outbox")
    plan = "\n".join(
        line
        for (line,) in crowd.execute(
            "EXPLAIN (ANALYZE, BUFFERS) SELECT count(*) FROM job_outbox WHERE username = 'u1'"
            " AND coalesce(handedOverAt, finishedAt, leaseUntil) >= now() - interval '7 days'"
            " AND state IN ('sending', 'sent', 'unknown') AND channel <> 'cabinet'"
        )
    )
    print(plan)
    assert "job_outbox_given" in plan
