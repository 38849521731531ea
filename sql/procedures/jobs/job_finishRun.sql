-- End a run: done, failed, or once again after a pause.
--
--   SELECT * FROM job_finishRun(17, 'host:4711', 'done', 1000, 1000, '{"queued": 12}');
--
CREATE OR REPLACE FUNCTION job_finishRun(
    id bigint,
    worker text,
    state text,
    done bigint,
    total bigint DEFAULT NULL,
    counts jsonb DEFAULT '{}',
    error text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    pauses interval[] := ARRAY['1 minute', '5 minutes', '30 minutes', '2 hours']::interval[];
    schedule job_schedules;
    run job_runs;
BEGIN
    IF state IS NULL OR state NOT IN ('done', 'failed', 'again') THEN
        RETURN refuse(
            'invalid_value', 'A run ends done, failed or again.', jsonb_build_object('field', 'state')
        );
    END IF;

    SELECT job_schedules.* INTO schedule
    FROM job_runs
    INNER JOIN job_schedules ON job_schedules.code = job_runs.code
    WHERE job_runs.id = job_finishRun.id
    FOR NO KEY UPDATE OF job_schedules;

    SELECT * INTO run
    FROM job_runs
    WHERE
        job_runs.id = job_finishRun.id
        AND job_runs.worker = job_finishRun.worker
        AND job_runs.state = 'running'
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('not_yours', format('Run %s is not in the hands of %s.', id, worker));
    END IF;

    -- A run that waits already will do what this one did not.
    IF state = 'again' AND (
        run.attempts > cardinality(pauses)
        OR EXISTS (SELECT FROM job_runs AS other WHERE other.code = run.code AND other.state = 'waiting')
    ) THEN
        state := 'failed';
    END IF;

    UPDATE job_runs
    SET
        state = CASE job_finishRun.state WHEN 'again' THEN 'waiting' ELSE job_finishRun.state END,
        leaseUntil = NULL,
        notBefore = CASE
            WHEN job_finishRun.state = 'again' THEN moment + pauses[run.attempts] ELSE job_runs.notBefore
        END,
        finishedAt = CASE WHEN job_finishRun.state <> 'again' THEN moment END,
        done = coalesce(job_finishRun.done, job_runs.done),
        total = job_finishRun.total,
        counts = coalesce(job_finishRun.counts, '{}'),
        error = left(job_finishRun.error, 2000)
    WHERE job_runs.id = run.id;

    RETURN done(
        CASE state WHEN 'done' THEN 'run_done' WHEN 'failed' THEN 'run_failed' ELSE 'run_waits' END,
        format('%s: %s.', schedule.name, state),
        jsonb_build_object('runID', run.id)
    );
END;
$$;

COMMENT ON FUNCTION job_finishRun IS
'The end of a run in the hands of this worker. again: it waits 1, 5, 30 and 120 minutes for its next attempts and has failed
after the fifth.
Done: run_done, run_failed, run_waits.
Refuses: invalid_value, not_yours.';

GRANT EXECUTE ON FUNCTION job_finishRun TO portal_worker, portal_marketing, portal_dba;
