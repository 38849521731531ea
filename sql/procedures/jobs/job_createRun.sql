-- Make the run of a schedule's due time, once.
--
--   SELECT * FROM job_createRun('jobs.check', date_trunc('hour', now()));
--
CREATE OR REPLACE FUNCTION job_createRun(code text, dueAt timestamptz)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    schedule job_schedules;
    run job_runs;
BEGIN
    SELECT * INTO schedule
    FROM job_schedules
    WHERE job_schedules.code = job_createRun.code
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_schedule', format('There is no schedule %s.', code));
    END IF;
    IF NOT schedule.isEnabled THEN
        RETURN refuse('schedule_disabled', format('%s is switched off.', schedule.name));
    END IF;
    IF dueAt > moment THEN
        RETURN refuse('not_due', format('%s is due only at %s.', schedule.name, dueAt));
    END IF;
    -- A new or changed schedule starts with its next time.
    IF dueAt <= schedule.updatedAt THEN
        RETURN refuse('before_schedule', format('%s was set only after %s.', schedule.name, dueAt));
    END IF;
    IF EXISTS (
        SELECT FROM job_runs WHERE job_runs.code = schedule.code AND job_runs.dueAt >= job_createRun.dueAt
    ) THEN
        RETURN refuse('already_created', format('%s has a run for this time or a later one.', schedule.name));
    END IF;

    -- What waits for another attempt is the run of this time as well.
    UPDATE job_runs
    SET dueAt = job_createRun.dueAt, notBefore = least(job_runs.notBefore, moment)
    WHERE job_runs.code = schedule.code AND job_runs.state = 'waiting'
    RETURNING * INTO run;

    IF NOT FOUND THEN
        INSERT INTO job_runs (
            code, dueAt, state, notBefore, attempts, done, counts, createdAt
        )
        VALUES (
            schedule.code, job_createRun.dueAt, 'waiting', moment, 0, 0, '{}', moment
        )
        RETURNING * INTO run;
    END IF;

    RETURN done('run_created', format('%s is due.', schedule.name), jsonb_build_object('runID', run.id));
END;
$$;

COMMENT ON FUNCTION job_createRun IS
'Called by every scheduler for the latest due time of a schedule: one run a (code, dueAt), whoever asks how often. A run
that still waits takes the new time over, so that missed times become one run.
Refuses: no_such_schedule, schedule_disabled, not_due, before_schedule, already_created.';

GRANT EXECUTE ON FUNCTION job_createRun TO portal_worker, portal_dba;
