-- Remove what nobody needs any more: old runs, and messages to people who never registered.
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

    RETURN done(
        'tidied',
        format('%s runs and %s messages were removed.', runs, messages),
        jsonb_build_object('runs', runs, 'messages', messages)
    );
END;
$$;

COMMENT ON FUNCTION job_tidy IS
'Removes runs after 30 days (failed ones after 180) and, after 30 days, messages to addresses that belong to nobody here.';

GRANT EXECUTE ON FUNCTION job_tidy TO portal_worker, portal_dba;
