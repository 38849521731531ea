-- Remove what nobody needs any more: old runs, old messages and what they cost, and those to people who never registered.
--
--   SELECT * FROM job_tidy();
--
CREATE OR REPLACE FUNCTION job_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    runs bigint;
    messages bigint;
    kept interval := make_interval(days => as_getSetting('messagesDays')::integer);
    old bigint;
BEGIN
    DELETE FROM job_runs
    WHERE
        (job_runs.state = 'done' AND job_runs.createdAt < moment - interval '30 days')
        OR (job_runs.state = 'failed' AND job_runs.createdAt < moment - interval '180 days');
    GET DIAGNOSTICS runs = ROW_COUNT;

    DELETE FROM job_outbox
    WHERE
        job_outbox.username = ''
        AND job_outbox.state IN ('sent', 'failed', 'unknown', 'cancelled')
        AND job_outbox.createdAt < moment - interval '30 days';
    GET DIAGNOSTICS messages = ROW_COUNT;

    -- So many a night, that nobody waits for it.
    DELETE FROM job_outbox
    USING (
        SELECT done.username, done.id
        FROM job_outbox AS done
        WHERE done.createdAt < moment - kept AND done.state IN ('sent', 'failed', 'unknown', 'cancelled')
        ORDER BY done.createdAt
        LIMIT 100000
    ) AS past
    WHERE job_outbox.username = past.username AND job_outbox.id = past.id;
    GET DIAGNOSTICS old = ROW_COUNT;
    messages := messages + old;

    DELETE FROM ntf_providerDays
    WHERE ntf_providerDays.day < (moment - kept)::date;

    RETURN done(
        'tidied',
        format('%s runs and %s messages were removed.', runs, messages),
        jsonb_build_object('runs', runs, 'messages', messages)
    );
END;
$$;

COMMENT ON FUNCTION job_tidy IS
'Removes runs after 30 days (failed ones after 180) and, after 30 days, messages to addresses that belong to nobody
here; all others that are through, and what providers cost, after the days of the setting messagesDays.';

GRANT EXECUTE ON FUNCTION job_tidy TO portal_worker, portal_dba;
