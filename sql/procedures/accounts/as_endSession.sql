-- Sign a person out in one browser, named by the session's id.
--
--   SELECT * FROM as_endSession('alice', '0d9c…');
--
CREATE OR REPLACE FUNCTION as_endSession(username text, sessionID text, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = as_endSession.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    UPDATE as_sessions
    SET endedAt = moment
    WHERE
        as_sessions.username = as_endSession.username
        AND as_sessions.id = sessionID
        AND as_sessions.endedAt IS NULL;
    IF NOT FOUND THEN
        RETURN refuse('no_such_session', 'This session has ended already.');
    END IF;

    RETURN as_record(
        username, 'as_endSession', jsonb_build_object('sessionID', sessionID), gen_random_uuid()::text, actor,
        done('session_ended', 'That browser is signed out.')
    );
END;
$$;

COMMENT ON FUNCTION as_endSession IS
'Ends one session of a person; as_sessionList has their ids.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, no_such_session.';

GRANT EXECUTE ON FUNCTION as_endSession TO portal_web, portal_dba;
