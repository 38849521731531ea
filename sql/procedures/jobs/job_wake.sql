-- Have a job run as soon as a worker is free; null where a run waits for one already.
--
--   SELECT job_wake('jobs.check', 'root');
--
CREATE OR REPLACE FUNCTION job_wake(code text, actor text)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    runID bigint;
BEGIN
    -- A retry that waits is brought forward.
    UPDATE job_runs
    SET notBefore = moment, actor = job_wake.actor
    WHERE job_runs.code = job_wake.code AND job_runs.state = 'waiting' AND job_runs.notBefore > moment
    RETURNING job_runs.id INTO runID;

    IF NOT FOUND THEN
        INSERT INTO job_runs (
            code, dueAt, state, actor, notBefore, attempts, done, counts, createdAt
        )
        VALUES (
            job_wake.code, moment, 'waiting', job_wake.actor, moment, 0, 0, '{}', moment
        )
        ON CONFLICT DO NOTHING
        RETURNING job_runs.id INTO runID;
    END IF;

    RETURN runID;
END;
$$;

COMMENT ON FUNCTION job_wake IS
'Called by procedures that have left work for a job, switched on or not: queues a run beside the schedule, or brings forward
one that waits for its next attempt. The number of the run; null where one is due already, which will find the work.';
