-- Take a run for a minute; of many workers that ask one gets it.
--
--   SELECT * FROM job_claimRun(17, 'host:4711');
--
CREATE OR REPLACE FUNCTION job_claimRun(id bigint, worker text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    today date := as_today();
    schedule job_schedules;
    run job_runs;
BEGIN
    SELECT job_schedules.* INTO schedule
    FROM job_runs
    INNER JOIN job_schedules ON job_schedules.code = job_runs.code
    WHERE job_runs.id = job_claimRun.id
    FOR NO KEY UPDATE OF job_schedules;

    IF NOT FOUND THEN
        RETURN refuse('no_such_run', format('There is no run %s.', id));
    END IF;

    -- It has taken its workers with it often enough.
    UPDATE job_runs
    SET
        state = 'failed',
        leaseUntil = NULL,
        finishedAt = moment,
        error = format('%s workers ended without finishing it, the last one was %s.', job_runs.attempts, job_runs.worker)
    WHERE
        job_runs.id = job_claimRun.id
        AND job_runs.state = 'running'
        AND job_runs.leaseUntil < moment
        AND job_runs.attempts >= 5;

    IF FOUND THEN
        RETURN done('run_failed', format('%s was given up.', schedule.name), jsonb_build_object('runID', id));
    END IF;

    UPDATE job_runs
    SET
        state = 'running',
        worker = job_claimRun.worker,
        leaseUntil = moment + interval '60 seconds',
        attempts = job_runs.attempts + 1,
        day = today,
        done = 0,
        total = NULL,
        counts = '{}',
        startedAt = moment
    WHERE
        job_runs.id = job_claimRun.id
        AND (
            (job_runs.state = 'waiting' AND job_runs.notBefore <= moment)
            OR (job_runs.state = 'running' AND job_runs.leaseUntil < moment)
        )
        AND NOT EXISTS (
            SELECT
            FROM job_runs AS other
            WHERE other.code = schedule.code AND other.state = 'running' AND other.id <> job_claimRun.id
        )
    RETURNING * INTO run;

    IF NOT FOUND THEN
        RETURN refuse('not_free', format('Run %s is not to be taken now.', id));
    END IF;

    RETURN done(
        'run_claimed',
        format('%s works on run %s.', worker, id),
        jsonb_build_object('runID', run.id, 'code', run.code, 'attempts', run.attempts)
    );
END;
$$;

COMMENT ON FUNCTION job_claimRun IS
'Take a waiting run, or a running one whose lease is over, by a lease of 60 seconds. Two runs of one job never run at once.
Done: run_claimed, or run_failed where five workers ended with it.
Refuses: no_such_run, not_free (taken, finished, not yet due, or the same job runs).';

GRANT EXECUTE ON FUNCTION job_claimRun TO portal_worker, portal_marketing, portal_dba;
