-- Make an empty installation a demo, whose clock can be moved and whose people are invented.
--
--   SELECT * FROM as_startDemo();
--
CREATE OR REPLACE FUNCTION as_startDemo()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    clock as_clock;
BEGIN
    SELECT * INTO STRICT clock FROM as_clock FOR NO KEY UPDATE;
    IF clock.isDemo THEN
        RETURN done('demo_started', 'This is a demo installation.');
    END IF;
    IF EXISTS (SELECT FROM as_users) THEN
        RETURN refuse('people_exist', 'There are people here already; a demo needs a database of its own.');
    END IF;

    UPDATE as_clock SET isDemo = true;

    RETURN as_record(
        session_user, 'as_startDemo', '{}', gen_random_uuid()::text, NULL,
        done('demo_started', 'This is a demo installation.')
    );
END;
$$;

COMMENT ON FUNCTION as_startDemo IS
'For the loader of demo data, before anything else; there is no way back.
Refuses: people_exist.';

GRANT EXECUTE ON FUNCTION as_startDemo TO portal_dba;
