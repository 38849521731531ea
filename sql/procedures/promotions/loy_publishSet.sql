-- Put the draft of the promotions in force; it can never be changed after that.
--
--   SELECT * FROM loy_publishSet(4, note => 'Autumn');
--
CREATE OR REPLACE FUNCTION loy_publishSet(
    setVersion bigint,
    note text DEFAULT '',
    expectedFingerprint text DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('setVersion', setVersion, 'note', note);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    draft loy_promotionSets;
    changes record;
    promotion loy_promotions;
    running record;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_publishSet', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO draft
    FROM loy_promotionSets
    WHERE loy_promotionSets.publishedAt IS NULL AND loy_promotionSets.version = loy_publishSet.setVersion
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_draft', 'There is no such draft: it was published or discarded.');
    END IF;
    IF length(note) > 1000 THEN
        RETURN refuse('too_long', 'A note has at most 1000 characters.', '{"field": "note", "maximum": 1000}');
    END IF;

    SELECT * INTO changes FROM loy_setList WHERE loy_setList.version = draft.version;
    IF changes.fingerprint <> expectedFingerprint THEN
        RETURN refuse('draft_changed', 'The draft was changed meanwhile. Look at the changes again.');
    END IF;
    IF changes.added + changes.changed + changes.removed = 0 AND NOT changes.settings_changed THEN
        RETURN refuse('nothing_changed', 'The draft is the same as what is in force.');
    END IF;

    -- What was a good promotion when it was saved may name a kind of bonus that is gone.
    FOR promotion IN
        SELECT loy_promotions.*
        FROM loy_promotions
        WHERE loy_promotions.setVersion = draft.version
        ORDER BY loy_promotions.number
    LOOP
        refusal := loy_checkPromotion(promotion);
        IF refusal.result = 0 THEN
            refusal.msg := format('%s: %s', promotion.code, refusal.msg);
            refusal.details := refusal.details - 'field' || jsonb_build_object('promotion', promotion.code);
            RETURN refusal;
        END IF;
    END LOOP;

    PERFORM loy_compileSet(draft.version);

    -- Budgets that run already become what the set says.
    FOR running IN
        SELECT loy_budgetSlots.promotion, loy_budgetSlots.storeID, loy_budgetSlots.period, fresh.budget
        FROM loy_promotions AS fresh
        INNER JOIN loy_promotions AS former
            ON former.setVersion = changes.base_version AND former.code = fresh.code
        INNER JOIN loy_budgetSlots ON loy_budgetSlots.promotion = fresh.code AND loy_budgetSlots.slot = 0
        CROSS JOIN as_clock
        LEFT JOIN loy_stores ON loy_stores.storeID = loy_budgetSlots.storeID
        WHERE
            fresh.setVersion = draft.version
            AND (fresh.budget, fresh.budgetPeriod) IS DISTINCT FROM (former.budget, former.budgetPeriod)
            AND fresh.budget IS NOT NULL
            AND loy_budgetSlots.period = loy_getBudgetPeriod(
                fresh.budgetPeriod, as_now(), coalesce(loy_stores.timeZone, as_clock.timeZone)
            )
        ORDER BY loy_budgetSlots.promotion, loy_budgetSlots.storeID
    LOOP
        PERFORM loy_setAllowance(running.promotion, running.storeID, running.period, running.budget);
    END LOOP;

    UPDATE loy_promotionSets
    SET publishedAt = as_now(), publishedBy = asker, note = btrim(loy_publishSet.note)
    WHERE loy_promotionSets.version = draft.version;

    RETURN as_record(
        asker, 'loy_publishSet', asked, request, actor,
        done(
            'set_published', format('The promotions of set %s are in force.', draft.version),
            jsonb_build_object(
                'setVersion', draft.version, 'promotions', changes.promotions, 'added', changes.added,
                'changed', changes.changed, 'removed', changes.removed
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_publishSet IS
'Puts the open draft in force from now on and makes it immutable. expectedFingerprint: of loy_setList, so that nothing is published
that was not looked at. Budgets that run already become what the set says. Answers set_published.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_draft, too_long,
draft_changed, nothing_changed, promotion_code_invalid, name_too_long, unknown_kind, wrong_phase, value_not_wanted, value_missing,
value_not_positive, percentage_out_of_range, value_too_large, per_missing, per_not_wanted, offer_not_understood, no_such_kind,
kind_inactive, condition_not_understood, never_valid, hours_half, counts_always, group_name_invalid, class_not_wanted,
basis_not_known_yet, threshold_out_of_range, cap_not_positive, cap_not_wanted, limit_not_positive, limit_not_wanted,
limit_missing, priority_out_of_range, budget_not_positive, budget_half, budget_not_understood.';

GRANT EXECUTE ON FUNCTION loy_publishSet TO portal_web, portal_dba;
