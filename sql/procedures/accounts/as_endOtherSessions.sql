-- Sign a person out everywhere but in this browser; without a session everywhere.
--
--   SELECT * FROM as_endOtherSessions('alice');
--
CREATE OR REPLACE FUNCTION as_endOtherSessions(
    username text,
    sessionID text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    ended bigint;
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = as_endOtherSessions.username FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'self');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    ended := as_endSessions(username, sessionID);

    RETURN as_record(
        username, 'as_endOtherSessions', jsonb_build_object('sessionID', sessionID), gen_random_uuid()::text, actor,
        done('sessions_ended', format('Signed out in %s other browsers.', ended), jsonb_build_object('count', ended))
    );
END;
$$;

COMMENT ON FUNCTION as_endOtherSessions IS
'Ends all sessions of a person but the given one. details: count.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed.';

GRANT EXECUTE ON FUNCTION as_endOtherSessions TO portal_web, portal_dba;
