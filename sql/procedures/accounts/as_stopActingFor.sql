-- Leave the cabinet of a customer.
--
--   SELECT * FROM as_stopActingFor('0d9c…', 'root');
--
CREATE OR REPLACE FUNCTION as_stopActingFor(sessionID text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    customer text;
BEGIN
    SELECT as_sessions.actingFor INTO customer
    FROM as_sessions
    WHERE as_sessions.username = actor AND as_sessions.id = sessionID
    FOR UPDATE;

    IF customer IS NULL THEN
        RETURN done('cabinet_left', 'You are in your own cabinet.');
    END IF;
    UPDATE as_sessions
    SET actingFor = NULL
    WHERE as_sessions.username = actor AND as_sessions.id = sessionID;

    RETURN as_record(
        customer, 'as_stopActingFor', jsonb_build_object('sessionID', sessionID), gen_random_uuid()::text, actor,
        done('cabinet_left', 'You are in your own cabinet.')
    );
END;
$$;

COMMENT ON FUNCTION as_stopActingFor IS 'The end of as_actFor; without it there is nothing to end.';

GRANT EXECUTE ON FUNCTION as_stopActingFor TO portal_web, portal_dba;
