-- Give a person another role: user, manager (money) or admin.
--
--   SELECT * FROM as_setRole('mona', 'manager');
--
CREATE OR REPLACE FUNCTION as_setRole(
    username text,
    role text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('role', role);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    answer outcome;
BEGIN
    answer := as_judgeByAdmin(username, 'as_setRole', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT member FROM as_users WHERE as_users.username = as_setRole.username;

    IF role IS NULL OR role NOT IN ('user', 'manager', 'admin') THEN
        RETURN refuse('no_such_role', 'The roles are user, manager and admin.', jsonb_build_object('field', 'role'));
    END IF;

    UPDATE as_users SET role = as_setRole.role WHERE as_users.username = as_setRole.username;
    -- How long a session may last and what it may open was decided for the old role.
    PERFORM as_endSessions(username);

    RETURN as_record(
        username, 'as_setRole', asked, request, actor,
        done(
            'role_changed',
            format('%s has the role %s now.', member.name, role),
            jsonb_build_object('name', member.name, 'before', member.role, 'role', role)
        )
    );
END;
$$;

COMMENT ON FUNCTION as_setRole IS
'For administrators, not for oneself. All sessions of the person end. details: before, role.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused,
invalid_value, no_such_role.';

GRANT EXECUTE ON FUNCTION as_setRole TO portal_web, portal_dba;
