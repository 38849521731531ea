-- Sign a browser out.
--
--   SELECT * FROM as_signOut(sha256('token'));
--
CREATE OR REPLACE FUNCTION as_signOut(tokenHash bytea)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    session as_sessions;
BEGIN
    UPDATE as_sessions
    SET endedAt = moment
    WHERE as_sessions.tokenHash = as_signOut.tokenHash AND as_sessions.endedAt IS NULL
    RETURNING * INTO session;

    IF NOT FOUND THEN
        RETURN done('signed_out', 'You are signed out.');
    END IF;
    RETURN as_record(
        session.username, 'as_signOut', jsonb_build_object('sessionID', session.id), gen_random_uuid()::text,
        session.username, done('signed_out', 'You are signed out.')
    );
END;
$$;

COMMENT ON FUNCTION as_signOut IS 'Ends the session of this token; a token without one is signed out already.';

GRANT EXECUTE ON FUNCTION as_signOut TO portal_web, portal_dba;
