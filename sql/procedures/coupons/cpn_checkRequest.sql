-- Whether an administrator's request about many coupons goes on; null when it does.
--
--   SELECT * FROM cpn_checkRequest('cpn_addCoupon', '{"code": "SUMMER-2026"}', 'key-1', NULL);
--
CREATE OR REPLACE FUNCTION cpn_checkRequest(procedure text, asked jsonb, requestKey text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    -- One request at a time: the second of two equal ones meets the first one's answer.
    PERFORM FROM as_clock FOR NO KEY UPDATE;
    earlier := as_replay(coalesce(actor, session_user), procedure, asked, requestKey, actor);

    RETURN earlier;
END;
$$;

COMMENT ON FUNCTION cpn_checkRequest IS
'Null when the caller goes on; else what it answers: a refusal, or what it answered to the same request earlier.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value.';
