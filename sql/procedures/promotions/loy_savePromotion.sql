-- Add a promotion to the draft, or save one of it as a whole.
--
--   SELECT * FROM loy_savePromotion(
--       'columbia-weekend', 'percent', 20, '{"en": "Columbia on weekends"}',
--       conditions => '{"brand": ["columbia"], "city": ["bratislava", "kosice"], "weekday": ["6", "7"]}'
--   );
--
CREATE OR REPLACE FUNCTION loy_savePromotion(
    code text,
    kind text,
    value numeric DEFAULT NULL,
    names jsonb DEFAULT '{}',
    phase integer DEFAULT NULL,
    per text DEFAULT NULL,
    conditions jsonb DEFAULT '{}',
    exceptions jsonb DEFAULT '{}',
    validFrom timestamptz DEFAULT NULL,
    validUntil timestamptz DEFAULT NULL,
    hoursFrom time DEFAULT NULL,
    hoursTo time DEFAULT NULL,
    class text DEFAULT NULL,
    exclusionGroup text DEFAULT NULL,
    isSolo boolean DEFAULT false,
    isJoint boolean DEFAULT false,
    cap numeric DEFAULT NULL,
    minTotal numeric DEFAULT 0,
    basis text DEFAULT 'gross',
    maxTimes integer DEFAULT NULL,
    priority integer DEFAULT 0,
    budget numeric DEFAULT NULL,
    budgetPeriod text DEFAULT NULL,
    budgetPer text DEFAULT NULL,
    offer jsonb DEFAULT '{}',
    isDisabled boolean DEFAULT false,
    notWith text DEFAULT NULL,
    isNew boolean DEFAULT false,
    expectedUpdatedAt timestamptz DEFAULT NULL,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object(
        'code', code, 'kind', kind, 'value', trim_scale(value)::text, 'names', names, 'phase', phase, 'per', per,
        'conditions', conditions, 'exceptions', exceptions, 'validFrom', validFrom, 'validUntil', validUntil,
        'hoursFrom', hoursFrom, 'hoursTo', hoursTo, 'class', class, 'exclusionGroup', exclusionGroup, 'isSolo', isSolo,
        'isJoint', isJoint, 'cap', trim_scale(cap)::text, 'minTotal', trim_scale(minTotal)::text, 'basis', basis,
        'maxTimes', maxTimes, 'priority', priority, 'budget', trim_scale(budget)::text, 'budgetPeriod', budgetPeriod,
        'budgetPer', budgetPer, 'offer', offer, 'isDisabled', isDisabled,
        'notWith', notWith
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    wanted text := btrim(code);
    present bigint;
    draft loy_promotionSets;
    before loy_promotions;
    promotion loy_promotions;
    rival loy_promotions;
    earlier outcome;
    refusal outcome;
BEGIN
    earlier := as_judgeCatalogue('loy_savePromotion', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    present := coalesce(
        (SELECT loy_promotionSets.version FROM loy_promotionSets WHERE loy_promotionSets.publishedAt IS NULL),
        loy_getSetAt(as_now())
    );
    SELECT * INTO before
    FROM loy_promotions
    WHERE loy_promotions.setVersion = present AND loy_promotions.code = wanted;
    IF FOUND AND isNew THEN
        RETURN refuse(
            'promotion_exists', format('There is a promotion %s already.', wanted),
            jsonb_build_object('field', 'code', 'promotion', wanted)
        );
    END IF;
    IF before.updatedAt IS DISTINCT FROM coalesce(expectedUpdatedAt, before.updatedAt) THEN
        RETURN refuse(
            'promotion_changed', format('%s was changed by somebody else meanwhile. Look at it again.', wanted),
            jsonb_build_object('promotion', wanted)
        );
    END IF;

    refusal := loy_checkNumber('value', value);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkNumber('cap', cap);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkNumber('minTotal', minTotal);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    refusal := loy_checkNumber('budget', budget);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF validFrom >= validUntil THEN
        RETURN refuse('ends_before_start', 'It would end before it begins.', '{"field": "validUntil"}');
    END IF;

    IF notWith IS NOT NULL THEN
        SELECT * INTO rival
        FROM loy_promotions
        WHERE loy_promotions.setVersion = present AND loy_promotions.code = notWith;
        IF NOT FOUND OR notWith = wanted THEN
            RETURN refuse('no_such_promotion', format('There is no promotion %s.', notWith), '{"field": "notWith"}');
        END IF;
        IF rival.isJoint THEN
            RETURN refuse(
                'counts_always', format('%s always counts, so nothing can keep it off.', notWith), '{"field": "notWith"}'
            );
        END IF;
        IF rival.exclusionGroup <> nullif(btrim(exclusionGroup), '') THEN
            RETURN refuse(
                'other_group', format('%s is in the group %s already.', notWith, rival.exclusionGroup),
                jsonb_build_object('field', 'exclusionGroup', 'group', rival.exclusionGroup)
            );
        END IF;
    END IF;

    promotion.code := wanted;
    promotion.names := names;
    promotion.kind := kind;
    promotion.phase := coalesce(
        phase,
        CASE
            WHEN kind LIKE 'earn%' THEN 4
            WHEN kind = 'giftBonus' THEN 2
            ELSE 1
        END
    );
    promotion.value := value;
    promotion.per := per;
    promotion.conditions := conditions;
    promotion.exceptions := exceptions;
    promotion.validity := tstzrange(nullif(validFrom, '-infinity'), nullif(validUntil, 'infinity'));
    -- The end of a day is the beginning of the next one.
    promotion.hoursFrom := CASE hoursFrom WHEN '24:00' THEN '00:00' ELSE hoursFrom END;
    promotion.hoursTo := CASE hoursTo WHEN '24:00' THEN '00:00' ELSE hoursTo END;
    promotion.class := nullif(btrim(class), '');
    -- Of the two, the one that has no group yet joins the other's.
    promotion.exclusionGroup := coalesce(nullif(btrim(exclusionGroup), ''), rival.exclusionGroup, rival.code);
    promotion.isSolo := coalesce(isSolo, false);
    promotion.isJoint := coalesce(isJoint, false);
    promotion.cap := cap;
    promotion.minTotal := coalesce(minTotal, 0);
    promotion.basis := coalesce(basis, 'gross');
    promotion.maxTimes := maxTimes;
    promotion.priority := coalesce(priority, 0);
    promotion.budget := budget;
    promotion.budgetPeriod := CASE WHEN budget IS NOT NULL THEN coalesce(budgetPeriod, 'always') END;
    promotion.budgetPer := CASE WHEN budget IS NOT NULL THEN coalesce(budgetPer, 'installation') END;
    promotion.offer := offer;
    promotion.isDisabled := coalesce(isDisabled, false);
    promotion.updatedAt := clock_timestamp();

    refusal := loy_checkPromotion(promotion);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    draft := loy_draft();
    promotion.setVersion := draft.version;
    promotion.number := coalesce(
        before.number,
        (SELECT max(loy_promotions.number) FROM loy_promotions WHERE loy_promotions.setVersion = draft.version) + 1,
        1
    );
    DELETE FROM loy_promotionTokens
    WHERE loy_promotionTokens.setVersion = draft.version AND loy_promotionTokens.number = promotion.number;
    DELETE FROM loy_promotions
    WHERE loy_promotions.setVersion = draft.version AND loy_promotions.number = promotion.number;
    INSERT INTO loy_promotions SELECT (promotion).*;
    UPDATE loy_promotions
    SET exclusionGroup = promotion.exclusionGroup, updatedAt = promotion.updatedAt
    WHERE
        loy_promotions.setVersion = draft.version
        AND loy_promotions.code = notWith
        AND loy_promotions.exclusionGroup IS NULL;
    PERFORM loy_compileSet(draft.version);

    RETURN as_record(
        asker, 'loy_savePromotion', asked, request, actor,
        done(
            CASE WHEN before.code IS NULL THEN 'promotion_added' ELSE 'promotion_saved' END,
            format('%s is in the draft. It holds once the draft is published.', wanted),
            jsonb_build_object(
                'setVersion', draft.version, 'promotion', wanted, 'before', to_jsonb(before), 'after', to_jsonb(promotion)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_savePromotion IS
'Adds a promotion to the open draft, or replaces the one of that code; where there is no draft, one is begun as a copy of the set in
force. It holds once the draft is published. phase: where left out, 1 for goods, 2 for a gift, 4 for what earns. The parameters are the columns of loy_promotions. validUntil: the first moment
without it. notWith: another promotion that it is not given together with: both become members of one exclusionGroup. isNew:
refuse a code that is there. Answers promotion_added, promotion_saved.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, promotion_exists,
promotion_changed, amount_not_a_number, value_too_large, value_too_precise, ends_before_start, no_such_promotion, counts_always,
other_group, promotion_code_invalid, name_too_long, unknown_kind, wrong_phase, value_not_wanted, value_missing,
value_not_positive, percentage_out_of_range, per_missing, per_not_wanted, offer_not_understood, no_such_kind, kind_inactive,
condition_not_understood, never_valid, hours_half, group_name_invalid, class_not_wanted, basis_not_known_yet,
threshold_out_of_range, cap_not_positive, cap_not_wanted, limit_not_positive, limit_not_wanted, limit_missing,
priority_out_of_range, budget_not_positive, budget_half, budget_not_understood.';

GRANT EXECUTE ON FUNCTION loy_savePromotion TO portal_web, portal_dba;
