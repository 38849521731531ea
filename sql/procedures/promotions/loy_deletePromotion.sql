-- Take a promotion out of the draft; it ends once the draft is published.
--
--   SELECT * FROM loy_deletePromotion('columbia-weekend');
--
CREATE OR REPLACE FUNCTION loy_deletePromotion(
    code text,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    draft loy_promotionSets;
    promotion loy_promotions;
    earlier outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_deletePromotion', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    PERFORM FROM loy_promotions
    WHERE
        loy_promotions.code = loy_deletePromotion.code
        AND loy_promotions.setVersion = coalesce(
            (SELECT loy_promotionSets.version FROM loy_promotionSets WHERE loy_promotionSets.publishedAt IS NULL),
            loy_getSetAt(as_now())
        );
    IF NOT FOUND THEN
        RETURN refuse('no_such_promotion', format('There is no promotion %s.', code), '{"field": "code"}');
    END IF;

    draft := loy_draft();
    SELECT * INTO promotion
    FROM loy_promotions
    WHERE loy_promotions.setVersion = draft.version AND loy_promotions.code = loy_deletePromotion.code;
    DELETE FROM loy_promotionTokens
    WHERE loy_promotionTokens.setVersion = draft.version AND loy_promotionTokens.number = promotion.number;
    DELETE FROM loy_promotions
    WHERE loy_promotions.setVersion = draft.version AND loy_promotions.number = promotion.number;

    RETURN as_record(
        asker, 'loy_deletePromotion', asked, request, actor,
        done(
            'promotion_deleted', format('%s is not in the draft any more. It ends when the draft is published.', code),
            jsonb_build_object('setVersion', draft.version, 'code', code, 'before', to_jsonb(promotion))
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_deletePromotion IS
'Takes a promotion out of the open draft, which is begun as a copy of the set in force where there is none. Receipts keep what it
gave, and published sets keep it. details.before: its last row. Answers promotion_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_promotion.';

GRANT EXECUTE ON FUNCTION loy_deletePromotion TO portal_web, portal_dba;
