-- Move the business clock of a demo installation, to see what happens at a deadline.
--
--   SELECT * FROM as_setClock('1 year');
--
CREATE OR REPLACE FUNCTION as_setClock(
    shift interval,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('shift', shift);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    clock as_clock;
    refusal outcome;
    earlier outcome;
BEGIN
    SELECT * INTO STRICT clock FROM as_clock FOR NO KEY UPDATE;
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    earlier := as_replay(asker, 'as_setClock', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF NOT clock.isDemo THEN
        RETURN refuse('not_a_demo', 'Only the clock of a demo installation can be moved.');
    END IF;
    IF shift IS NULL OR shift NOT BETWEEN interval '-100 years' AND interval '100 years' THEN
        RETURN refuse(
            'invalid_shift',
            'The clock can be moved by up to 100 years, for example by 30 days.',
            jsonb_build_object('field', 'shift')
        );
    END IF;

    UPDATE as_clock SET shift = as_setClock.shift;

    RETURN as_record(
        asker, 'as_setClock', asked, request, actor,
        done(
            'clock_moved',
            format('Here it is %s now.', (now() + shift) AT TIME ZONE clock.timeZone),
            jsonb_build_object('before', clock.shift, 'shift', shift, 'now', now() + shift)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_setClock IS
'shift is what is added to real time from now on; zero is real time again. details: before, shift, now.
Refuses: actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value, not_a_demo,
invalid_shift.';

GRANT EXECUTE ON FUNCTION as_setClock TO portal_web, portal_dba;
