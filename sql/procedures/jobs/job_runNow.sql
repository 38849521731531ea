-- Have a job run as soon as a worker is free; a retry that waits is brought forward.
--
--   SELECT * FROM job_runNow('jobs.check');
--
CREATE OR REPLACE FUNCTION job_runNow(code text, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    schedule job_schedules;
    runID bigint;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO schedule
    FROM job_schedules
    WHERE job_schedules.code = job_runNow.code
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_schedule', format('There is no schedule %s.', code));
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(coalesce(actor, session_user), 'job_runNow', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    runID := job_wake(schedule.code, coalesce(actor, session_user));
    IF runID IS NULL THEN
        RETURN refuse('already_waiting', format('%s waits for a worker already.', schedule.name));
    END IF;

    RETURN as_record(
        coalesce(actor, session_user), 'job_runNow', asked, request, actor,
        done('run_queued', format('%s runs as soon as a worker is free.', schedule.name), jsonb_build_object('runID', runID))
    );
END;
$$;

COMMENT ON FUNCTION job_runNow IS
'Queue a run beside the schedule, switched on or not; a failed run that waits for its next attempt is brought forward.
Refuses: no_such_schedule, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_value, already_waiting.';

GRANT EXECUTE ON FUNCTION job_runNow TO portal_web, portal_dba;
