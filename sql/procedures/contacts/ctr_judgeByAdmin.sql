-- Whether an administrator may change something of the link, for the first time; null when so, else the answer to give.
--
--   SELECT * FROM ctr_judgeByAdmin('ctr_allowGone', '{}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION ctr_judgeByAdmin(procedure text, arguments jsonb, requestKey text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    -- The link is changed by one at a time, so that the same request twice at once is done once.
    PERFORM FROM ctr_linkState FOR NO KEY UPDATE;

    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    RETURN as_replay(coalesce(actor, session_user), procedure, arguments, requestKey, actor);
END;
$$;

COMMENT ON FUNCTION ctr_judgeByAdmin IS
'Locks the state of the link, before any person. Null when the actor is an administrator and the request is new; the first answer to one that was done.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value.';
