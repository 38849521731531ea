-- Whether somebody may change a club account; null when so and the request is new, else the answer to give.
--
--   SELECT * FROM loy_judge('alice', 'loy_blockAccount', '{"note": "card stolen"}', 'key-1', 'mona', 'manager');
--
CREATE OR REPLACE FUNCTION loy_judge(
    username text,
    procedure text,
    arguments jsonb,
    requestKey text,
    actor text,
    needs text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    PERFORM FROM as_users WHERE as_users.username = loy_judge.username;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    -- The club's own lock, not the person's: a till never waits for a page.
    PERFORM loy_openAccount(username);

    refusal := as_checkActor(actor, username, CASE needs WHEN 'desk' THEN 'self' ELSE needs END);
    IF needs = 'desk' AND refusal.reason = 'not_allowed' THEN
        refusal := as_checkActor(actor, username, 'manager');
    END IF;
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    RETURN as_replay(username, procedure, arguments, requestKey, actor);
END;
$$;

COMMENT ON FUNCTION loy_judge IS
'Locks the club account of the person. needs: self, manager, or desk (the person, or a manager for somebody else).
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, own_account, not_allowed, request_key_reused, invalid_value.';
