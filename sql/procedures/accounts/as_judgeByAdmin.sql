-- Whether an administrator may change somebody else's account; null when so, else the answer to give.
--
--   SELECT * FROM as_judgeByAdmin('charlie', 'as_lockUser', '{"note": "asked by phone"}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION as_judgeByAdmin(
    username text,
    procedure text,
    arguments jsonb,
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    -- Both rows, in one order: two administrators who act on each other at the same moment must not both succeed.
    PERFORM FROM as_users WHERE as_users.username IN (as_judgeByAdmin.username, actor) ORDER BY as_users.username FOR NO KEY UPDATE;

    PERFORM FROM as_users WHERE as_users.username = as_judgeByAdmin.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor = username THEN
        RETURN refuse('own_account', 'Nobody does this to their own account. Ask a colleague.');
    END IF;

    RETURN as_replay(username, procedure, arguments, requestKey, actor);
END;
$$;

COMMENT ON FUNCTION as_judgeByAdmin IS
'Locks the rows of both people. Null when the actor is an administrator, it is not his own account and the request is new; the
first answer when the same request was done before.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value.';
