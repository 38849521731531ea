-- Lock a person out: no sign-in, and nothing may be asked for in his name.
--
--   SELECT * FROM as_lockUser('charlie', 'asked for it on the phone');
--
CREATE OR REPLACE FUNCTION as_lockUser(
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
    answer := as_judgeByAdmin(username, 'as_lockUser', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT member FROM as_users WHERE as_users.username = as_lockUser.username;

    answer := as_checkNote(note);
    IF answer.result = 0 THEN
        RETURN answer;
    END IF;
    IF member.isLocked THEN
        RETURN refuse('already_locked', format('%s is locked already.', member.name), jsonb_build_object('name', member.name));
    END IF;

    UPDATE as_users SET isLocked = true WHERE as_users.username = as_lockUser.username;
    PERFORM as_endSessions(username);

    RETURN as_record(
        username, 'as_lockUser', asked, request, actor,
        done('user_locked', format('%s is locked and signed out.', member.name), jsonb_build_object('name', member.name))
    );
END;
$$;

COMMENT ON FUNCTION as_lockUser IS
'For administrators, not for oneself; note says why and stands in the audit. The person is signed out everywhere and gets no link for a new password.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, note_required, already_locked.';

GRANT EXECUTE ON FUNCTION as_lockUser TO portal_web, portal_dba;
