-- Whether an administrator may change the catalogue, for the first time; null when so, else the answer to give.
--
--   SELECT * FROM as_judgeCatalogue('trf_deleteOption', '{"optionID": 5}', 'key-1', 'root');
--
CREATE OR REPLACE FUNCTION as_judgeCatalogue(procedure text, arguments jsonb, requestKey text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    -- The catalogue changes one at a time: what one has judged stays, and of two equal requests the second meets the first one's
    -- answer.
    PERFORM FROM as_clock FOR NO KEY UPDATE;

    RETURN as_replay(coalesce(actor, session_user), procedure, arguments, requestKey, actor);
END;
$$;

COMMENT ON FUNCTION as_judgeCatalogue IS
'For tariffs, options, coupons and their sources, kinds, tiers, products and promotions: whatever belongs to nobody. Null when the actor is an administrator and
the request is new; the first answer when the same one was done before. Until the end of the transaction nobody else changes the
catalogue.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value.';
