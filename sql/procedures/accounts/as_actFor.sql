-- Open the cabinet of a customer in an administrator's session.
--
--   SELECT * FROM as_actFor('0d9c…', 'alice', 'root');
--
CREATE OR REPLACE FUNCTION as_actFor(sessionID text, username text, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    member as_users;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = as_actFor.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    IF actor IS NULL THEN
        RETURN refuse('actor_required', 'Only somebody who is signed in opens a cabinet.');
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor = username THEN
        RETURN refuse('own_account', 'This is your own cabinet.');
    END IF;

    UPDATE as_sessions
    SET actingFor = as_actFor.username
    WHERE as_sessions.username = actor AND as_sessions.id = sessionID AND as_sessions.endedAt IS NULL;
    IF NOT FOUND THEN
        RETURN refuse('no_such_session', 'This session has ended already.');
    END IF;

    RETURN as_record(
        username, 'as_actFor', jsonb_build_object('sessionID', sessionID), gen_random_uuid()::text, actor,
        done('cabinet_opened', format('You are in the cabinet of %s.', member.name), jsonb_build_object('name', member.name))
    );
END;
$$;

COMMENT ON FUNCTION as_actFor IS
'From here on this session of the administrator shows the pages of the customer; what is done there is done by the
administrator, as the audit shows.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, no_such_session.';

GRANT EXECUTE ON FUNCTION as_actFor TO portal_web, portal_dba;
