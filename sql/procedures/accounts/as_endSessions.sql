-- Sign a person out everywhere, or everywhere but in one browser; how many sessions that were.
--
--   SELECT as_endSessions('alice');
--
CREATE OR REPLACE FUNCTION as_endSessions(username text, exceptID text DEFAULT NULL)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    ended bigint;
BEGIN
    UPDATE as_sessions
    SET endedAt = moment
    WHERE
        as_sessions.username = as_endSessions.username
        AND as_sessions.endedAt IS NULL
        AND as_sessions.id IS DISTINCT FROM exceptID;
    GET DIAGNOSTICS ended = ROW_COUNT;

    RETURN ended;
END;
$$;

COMMENT ON FUNCTION as_endSessions IS 'Ends the sessions of a person, all or all but one; returns how many there were.';
