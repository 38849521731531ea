-- Say that a pair that looks like one is two.
--
--   SELECT * FROM ctr_keepApart(7);
--
CREATE OR REPLACE FUNCTION ctr_keepApart(duplicateID bigint, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asker text := coalesce(actor, session_user);
    asked jsonb := jsonb_build_object('duplicateID', duplicateID);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    moment timestamptz := clock_timestamp();
    pair ctr_duplicates;
    answer outcome;
BEGIN
    answer := ctr_judgePair(duplicateID, 'ctr_keepApart', asked, '{apart,merged}', requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO STRICT pair FROM ctr_duplicates WHERE ctr_duplicates.id = duplicateID;

    UPDATE ctr_duplicates
    SET decision = 'apart', actor = asker, decidedAt = moment
    WHERE ctr_duplicates.id = pair.id;
    PERFORM ctr_writeVerdicts();

    RETURN as_record(
        asker, 'ctr_keepApart', asked, request, actor,
        done('kept_apart', 'They stay two.', jsonb_build_object('left', pair.leftKey, 'right', pair.rightKey))
    );
END;
$$;

COMMENT ON FUNCTION ctr_keepApart IS
'The pair is not shown again, and the contact may be registered by the rule.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_pair,
already_decided.';

GRANT EXECUTE ON FUNCTION ctr_keepApart TO portal_web, portal_dba;
