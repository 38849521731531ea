-- Sign a browser in: from now on its token is this person's.
--
--   SELECT as_startSession('alice', 'user', sha256('token'), '127.0.0.1', 'Firefox');
--
CREATE OR REPLACE FUNCTION as_startSession(
    username text,
    role text,
    tokenHash bytea,
    address text,
    userAgent text
)
RETURNS text
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    sessionID text := replace(gen_random_uuid()::text, '-', '');
    minutes integer := as_getSetting('sessionIdleMinutes')::integer;
    hours integer := as_getSetting('sessionHours')::integer;
BEGIN
    IF role <> 'user' THEN
        -- Whoever can touch other people's money and data is not left signed in for long.
        minutes := least(minutes, 60);
        hours := least(hours, 12);
    END IF;

    INSERT INTO as_sessions (
        tokenHash, id, username, csrf, address, userAgent, createdAt, seenAt, idleUntil, expiresAt
    )
    VALUES (
        tokenHash, sessionID, username, replace(gen_random_uuid()::text, '-', ''), left(coalesce(address, ''), 100),
        left(coalesce(userAgent, ''), 300), moment, moment,
        moment + make_interval(mins => minutes), moment + make_interval(hours => hours)
    );

    RETURN sessionID;
END;
$$;

COMMENT ON FUNCTION as_startSession IS
'Writes the session and returns its id. Customers stay signed in as the settings sessionIdleMinutes and sessionHours say,
managers and administrators at most 60 minutes without use and 12 hours in all. The caller holds the person''s row lock.';
