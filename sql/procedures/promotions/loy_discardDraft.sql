-- Throw the draft of the promotions away; what is in force stays.
--
--   SELECT * FROM loy_discardDraft(4);
--
CREATE OR REPLACE FUNCTION loy_discardDraft(
    setVersion bigint,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('setVersion', setVersion);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    draft loy_promotionSets;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_discardDraft', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO draft
    FROM loy_promotionSets
    WHERE loy_promotionSets.publishedAt IS NULL AND loy_promotionSets.version = loy_discardDraft.setVersion;
    IF NOT FOUND THEN
        RETURN refuse('no_draft', 'There is no such draft: it was published or discarded.');
    END IF;

    DELETE FROM loy_promotionTokens WHERE loy_promotionTokens.setVersion = draft.version;
    DELETE FROM loy_promotions WHERE loy_promotions.setVersion = draft.version;
    DELETE FROM loy_promotionSets WHERE loy_promotionSets.version = draft.version;

    RETURN as_record(
        asker, 'loy_discardDraft', asked, request, actor,
        done(
            'draft_discarded', format('The draft %s is discarded. What is in force stays.', draft.version),
            jsonb_build_object('setVersion', draft.version)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_discardDraft IS
'Deletes the open draft with all its promotions; sets that were published stay for ever. Answers draft_discarded.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_draft.';

GRANT EXECUTE ON FUNCTION loy_discardDraft TO portal_web, portal_dba;
