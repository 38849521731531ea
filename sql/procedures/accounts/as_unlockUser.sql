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
    answer outcome;
BEGIN
    answer := as_judgeByAdmin(username, 'as_unlockUser', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT member FROM as_users WHERE as_users.username = as_unlockUser.username;

    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
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
