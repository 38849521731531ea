-- Order many coupons with codes that nobody can guess; a job makes them.
--
--   SELECT * FROM cpn_generateCoupons(1000, 'SPRING-', value => 10);
--
CREATE OR REPLACE FUNCTION cpn_generateCoupons(
    count integer,
    prefix text DEFAULT '',
    length integer DEFAULT 8,
    categoryID bigint DEFAULT NULL,
    useType text DEFAULT 'single',
    discountType text DEFAULT 'percentage',
    value numeric DEFAULT NULL,
    tariffIDs bigint[] DEFAULT NULL,
    periods integer[] DEFAULT NULL,
    validFrom timestamptz DEFAULT NULL,
    validUntil timestamptz DEFAULT NULL,
    maxUses integer DEFAULT NULL,
    maxUsesPerPerson integer DEFAULT NULL,
    note text DEFAULT '',
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
        'count', count, 'prefix', prefix, 'length', length, 'categoryID', categoryID, 'useType', useType,
        'discountType', discountType, 'value', trim_scale(value)::text, 'tariffIDs', tariffIDs, 'periods', periods,
        'validFrom', validFrom, 'validUntil', validUntil, 'maxUses', maxUses, 'maxUsesPerPerson', maxUsesPerPerson,
        'note', note
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    beginning text := coalesce(cpn_trimCode(prefix), '');
    room bigint;
    generationID bigint;
    terms outcome;
    answer outcome;
    refusal outcome;
BEGIN
    answer := as_judgeCatalogue('cpn_generateCoupons', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF count IS NULL OR count NOT BETWEEN 1 AND 100000 THEN
        RETURN refuse(
            'count_out_of_range', 'Order 1 to 100000 coupons at once.', '{"field": "count", "maximum": 100000}'
        );
    END IF;
    IF beginning <> '' THEN
        refusal := cpn_checkCode(beginning);
        IF refusal.result = 0 THEN
            refusal.details := refusal.details || '{"field": "prefix"}';
            RETURN refusal;
        END IF;
    END IF;
    IF char_length(beginning) > 100 THEN
        RETURN refuse(
            'too_long', 'A beginning has at most 100 characters.', '{"field": "prefix", "maximum": 100}'
        );
    END IF;
    IF length IS NULL OR length NOT BETWEEN 6 AND 32 THEN
        RETURN refuse(
            'length_out_of_range', 'A code has 6 to 32 random characters.',
            '{"field": "length", "minimum": 6, "maximum": 32}'
        );
    END IF;
    -- Of a thousand codes that somebody makes up, at most one may exist.
    room := (16::bigint ^ least(length, 12))::bigint / 1000;
    IF count > room THEN
        RETURN refuse(
            'codes_too_easy',
            format('With %s random characters at most %s codes are hard to guess. Take more characters.', length, room),
            jsonb_build_object('field', 'length', 'maximum', room, 'length', length)
        );
    END IF;
    terms := cpn_checkTerms(
        categoryID, useType, discountType, value, tariffIDs, periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note
    );
    IF terms.result = 0 THEN
        RETURN terms;
    END IF;

    INSERT INTO cpn_generations (prefix, length, count, made, template, actor, createdAt)
    VALUES (
        beginning, cpn_generateCoupons.length, cpn_generateCoupons.count, 0, terms.details, cpn_generateCoupons.actor, as_now()
    )
    RETURNING cpn_generations.id INTO generationID;
    PERFORM job_wake('coupons.generate', asker);

    RETURN as_record(
        asker, 'cpn_generateCoupons', asked, request, actor,
        done(
            'coupons_ordered', format('%s coupons are being made.', count),
            jsonb_build_object('generationID', generationID, 'coupons', count, 'prefix', beginning, 'length', length)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_generateCoupons IS
'Orders count coupons (up to 100000) with codes of prefix and length random characters, from an alphabet without characters
that look alike; the other arguments are the terms of all of them, as of cpn_addCoupon. The job coupons.generate makes them,
cpn_generationList shows how far it is. details: {generationID, coupons, prefix, length}. Answers coupons_ordered.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, count_out_of_range,
code_missing, code_too_long, code_unreadable, length_out_of_range, codes_too_easy (details.maximum), invalid_type,
value_missing, discount_not_a_number, percentage_out_of_range, value_not_positive, value_too_large, value_too_precise,
no_such_category, no_such_tariff, unknown_period, ends_before_start, over_already, limit_not_positive, single_is_used_once,
too_long.';

GRANT EXECUTE ON FUNCTION cpn_generateCoupons TO portal_web, portal_dba;
