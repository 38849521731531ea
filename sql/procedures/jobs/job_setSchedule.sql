-- Change when a job runs, or switch it off and on.
--
--   SELECT * FROM job_setSchedule('tariffs.notices', '15 8 * * *', 'Europe/Bratislava', true);
--
CREATE OR REPLACE FUNCTION job_setSchedule(
    code text,
    cron text,
    timeZone text,
    isEnabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code, 'cron', cron, 'timeZone', timeZone, 'isEnabled', isEnabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    schedule job_schedules;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO schedule
    FROM job_schedules
    WHERE job_schedules.code = job_setSchedule.code
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_schedule', format('There is no schedule %s.', code));
    END IF;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(coalesce(actor, session_user), 'job_setSchedule', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    refusal := job_checkCron(cron);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF as_isTimeZone(timeZone) IS NOT TRUE THEN
        RETURN refuse(
            'no_such_time_zone',
            'Name a time zone such as Europe/Bratislava or UTC.',
            jsonb_build_object('field', 'timeZone')
        );
    END IF;
    IF isEnabled IS NULL THEN
        RETURN refuse(
            'invalid_value', 'Say whether the schedule is switched on.', jsonb_build_object('field', 'isEnabled')
        );
    END IF;

    UPDATE job_schedules
    SET
        cron = job_setSchedule.cron,
        timeZone = job_setSchedule.timeZone,
        isEnabled = job_setSchedule.isEnabled,
        updatedAt = moment
    WHERE job_schedules.code = schedule.code;

    IF NOT isEnabled THEN
        UPDATE job_runs
        SET state = 'failed', error = 'The schedule was switched off.', finishedAt = moment
        WHERE job_runs.code = schedule.code AND job_runs.state = 'waiting' AND job_runs.actor IS NULL;
    END IF;

    RETURN as_record(
        coalesce(actor, session_user), 'job_setSchedule', asked, request, actor,
        done(
            'schedule_saved',
            format('%s runs at %s, %s%s.', schedule.name, cron, timeZone, CASE WHEN isEnabled THEN '' ELSE ', switched off' END),
            jsonb_build_object(
                'code', code, 'cron', cron, 'timeZone', timeZone, 'isEnabled', isEnabled,
                'before', jsonb_build_object(
                    'cron', schedule.cron, 'timeZone', schedule.timeZone, 'isEnabled', schedule.isEnabled
                )
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION job_setSchedule IS
'Set when a job runs: five cron fields read in the time zone. Times before the change are not made up for. Switched off, its
waiting run is dropped unless somebody asked for it.
Refuses: no_such_schedule, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_cron, never_due, no_such_time_zone, invalid_value.';

GRANT EXECUTE ON FUNCTION job_setSchedule TO portal_web, portal_dba;
