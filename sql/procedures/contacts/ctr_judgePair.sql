-- Whether an administrator may decide a pair that looks like one; the pair is locked.
--
--   SELECT * FROM ctr_judgePair(7, 'ctr_keepApart', '{"duplicateID": 7}', '{apart,merged}', NULL, 'root');
--
CREATE OR REPLACE FUNCTION ctr_judgePair(
    duplicateID bigint,
    procedure text,
    asked jsonb,
    final text[],
    requestKey text,
    actor text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    pair ctr_duplicates;
    answer outcome;
BEGIN
    answer := ctr_judgeByAdmin(procedure, asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;
    SELECT * INTO pair FROM ctr_duplicates WHERE ctr_duplicates.id = duplicateID FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_pair', format('There is no pair %s.', duplicateID));
    END IF;
    IF pair.decision = ANY (final) THEN
        RETURN refuse('already_decided', 'It is decided already.', jsonb_build_object('decision', pair.decision));
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION ctr_judgePair IS
'As ctr_judgeByAdmin, and of the pair: final are the decisions that stay. Null where it may go on; an earlier answer to the same
request comes back as it was.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_pair,
already_decided.';
