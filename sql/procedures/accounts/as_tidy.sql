-- Remove what sign-ins leave behind: ended sessions, used links, old registrations and counters.
--
--   SELECT * FROM as_tidy();
--
CREATE OR REPLACE FUNCTION as_tidy()
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    sessions bigint;
    links bigint;
    registrations bigint;
    counters bigint;
BEGIN
    DELETE FROM as_sessions
    WHERE least(as_sessions.endedAt, as_sessions.idleUntil, as_sessions.expiresAt) < moment - interval '30 days';
    GET DIAGNOSTICS sessions = ROW_COUNT;

    DELETE FROM as_tokens WHERE as_tokens.expiresAt < moment - interval '7 days';
    GET DIAGNOSTICS links = ROW_COUNT;

    -- After its links, which say "over" and not "unknown" for a week.
    DELETE FROM as_registrations WHERE as_registrations.expiresAt < moment - interval '7 days';
    GET DIAGNOSTICS registrations = ROW_COUNT;

    DELETE FROM as_attempts WHERE as_attempts.since < moment - interval '1 day';
    GET DIAGNOSTICS counters = ROW_COUNT;

    RETURN done(
        'tidied',
        format('%s sessions, %s links, %s registrations, %s counters.', sessions, links, registrations, counters),
        jsonb_build_object('sessions', sessions, 'links', links, 'registrations', registrations, 'counters', counters)
    );
END;
$$;

COMMENT ON FUNCTION as_tidy IS
'For the nightly job: sessions 30 days after their end, links and registrations 7 days after theirs, counters of attempts
after a day. details: sessions, links, registrations, counters.';

GRANT EXECUTE ON FUNCTION as_tidy TO portal_worker, portal_dba;
