-- Begin to change the promotions: a draft, as a copy of what is in force or of an older set.
--
--   SELECT * FROM loy_openDraft(3);
--
CREATE OR REPLACE FUNCTION loy_openDraft(
    fromVersion bigint DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('fromVersion', fromVersion);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    draft loy_promotionSets;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_openDraft', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO draft FROM loy_promotionSets WHERE loy_promotionSets.publishedAt IS NULL;
    IF FOUND THEN
        RETURN refuse(
            'draft_exists', 'There is a draft already. Publish or discard it first.',
            jsonb_build_object('setVersion', draft.version)
        );
    END IF;
    PERFORM FROM loy_promotionSets WHERE loy_promotionSets.version = fromVersion;
    IF fromVersion IS NOT NULL AND NOT FOUND THEN
        RETURN refuse('no_such_set', format('There is no set %s.', fromVersion), '{"field": "fromVersion"}');
    END IF;

    draft := loy_draft(fromVersion);

    RETURN as_record(
        asker, 'loy_openDraft', asked, request, actor,
        done(
            'draft_opened', format('The draft %s can be changed.', draft.version),
            jsonb_build_object('setVersion', draft.version, 'fromVersion', fromVersion)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_openDraft IS
'Begins a draft: a copy of the set in force, or of another published one, to go back to it. Nothing is in force before
loy_publishSet. The procedures that change a promotion begin a draft by themselves. Answers draft_opened.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, draft_exists,
no_such_set.';

GRANT EXECUTE ON FUNCTION loy_openDraft TO portal_web, portal_dba;
