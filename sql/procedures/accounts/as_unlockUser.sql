-- Let a locked person in again.
--
--   SELECT * FROM as_unlockUser('charlie', 'asked for it on the phone');
--
CREATE OR REPLACE FUNCTION as_unlockUser(
    username text,
    note text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    refusal outcome;
    earlier outcome;
BEGIN
    -- Both rows, in one order: two administrators who act on each other at the same moment must not both succeed.
    PERFORM FROM as_users WHERE as_users.username IN (as_unlockUser.username, actor) ORDER BY as_users.username FOR NO KEY UPDATE;

    SELECT * INTO member FROM as_users WHERE as_users.username = as_unlockUser.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor = username THEN
        RETURN refuse('own_account', 'Nobody does this to his own account. Ask a colleague.');
    END IF;
    earlier := as_replay(username, 'as_unlockUser', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;
    IF note IS NULL OR note !~ '\S' OR length(note) > 1000 THEN
        RETURN refuse(
            'note_required', 'Say why, in 1 to 1000 characters.', jsonb_build_object('field', 'note')
        );
    END IF;
    IF NOT member.isLocked THEN
        RETURN refuse('not_locked', format('%s is not locked.', member.name), jsonb_build_object('name', member.name));
    END IF;

    UPDATE as_users SET isLocked = false WHERE as_users.username = as_unlockUser.username;

    RETURN as_record(
        username, 'as_unlockUser', asked, request, actor,
        done('user_unlocked', format('%s may sign in again.', member.name), jsonb_build_object('name', member.name))
    );
END;
$$;

COMMENT ON FUNCTION as_unlockUser IS
'For administrators, not for oneself; note says why and stands in the audit. The person signs in again with the old password.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, note_required, not_locked.';

GRANT EXECUTE ON FUNCTION as_unlockUser TO portal_web, portal_dba;
