-- End the loading of a demo: the clock returns from the invented history to real time.
--
--   SELECT * FROM as_finishDemo(20000);
--
CREATE OR REPLACE FUNCTION as_finishDemo(customers integer)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    clock as_clock;
BEGIN
    SELECT * INTO STRICT clock FROM as_clock FOR NO KEY UPDATE;
    IF NOT clock.isDemo THEN
        RETURN refuse('not_a_demo', 'Only the loading of a demo can be ended.');
    END IF;
    IF clock.shift >= interval '0' THEN
        RETURN refuse('nothing_to_finish', 'No history is being made: the clock does not stand in the past.');
    END IF;

    UPDATE as_clock SET shift = interval '0';

    RETURN as_record(
        session_user, 'as_finishDemo', jsonb_build_object('customers', customers), gen_random_uuid()::text, NULL,
        done(
            'demo_finished',
            format('The demo has %s customers.', customers),
            jsonb_build_object('customers', customers)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_finishDemo IS
'For the loader of demo data, after everything else. Until then the clock stands in the past, and nothing in the outbox is
due: job_cancelMessages comes before it. details: customers.
Refuses: not_a_demo, nothing_to_finish.';

GRANT EXECUTE ON FUNCTION as_finishDemo TO portal_dba;
