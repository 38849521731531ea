-- Add one coupon with a code of your choice.
--
--   SELECT * FROM cpn_addCoupon('SUMMER-2026', useType => 'multiple', value => 10, maxUses => 500);
--
CREATE OR REPLACE FUNCTION cpn_addCoupon(
    code text,
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
        'code', code, 'categoryID', categoryID, 'useType', useType, 'discountType', discountType,
        'value', trim_scale(value)::text, 'tariffIDs', tariffIDs, 'periods', periods, 'validFrom', validFrom,
        'validUntil', validUntil, 'maxUses', maxUses, 'maxUsesPerPerson', maxUsesPerPerson, 'note', note
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    coupon cpn_coupons;
    terms outcome;
    answer outcome;
    refusal outcome;
BEGIN
    answer := as_judgeCatalogue('cpn_addCoupon', asked, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    refusal := cpn_checkCode(code);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    terms := cpn_checkTerms(
        categoryID, useType, discountType, value, tariffIDs, periods, validFrom, validUntil, maxUses, maxUsesPerPerson, note
    );
    IF terms.result = 0 THEN
        RETURN terms;
    END IF;

    coupon := jsonb_populate_record(NULL::cpn_coupons, terms.details);
    coupon.written := cpn_trimCode(code);
    coupon.code := cpn_normaliseCode(code);
    coupon.uses := 0;
    coupon.status := 'active';
    coupon.createdAt := as_now();

    -- An import may bring the same code at this moment.
    INSERT INTO cpn_coupons SELECT (coupon).* ON CONFLICT ON CONSTRAINT cpn_coupons_pkey DO NOTHING;
    IF NOT FOUND THEN
        SELECT * INTO coupon FROM cpn_coupons WHERE cpn_coupons.code = coupon.code;
        IF coupon.status = 'deleted' THEN
            RETURN refuse(
                'code_retired',
                format('There was a coupon %s, which is deleted. Its code is not given again.', coupon.written),
                jsonb_build_object('field', 'code', 'code', coupon.code, 'written', coupon.written)
            );
        END IF;
        RETURN refuse(
            'coupon_exists', format('There is a coupon %s already.', coupon.written),
            jsonb_build_object('field', 'code', 'code', coupon.code, 'written', coupon.written)
        );
    END IF;

    RETURN as_record(
        asker, 'cpn_addCoupon', asked, request, actor,
        done('coupon_added', format('The coupon %s can be used.', coupon.written), cpn_couponDetails(coupon))
    );
END;
$$;

COMMENT ON FUNCTION cpn_addCoupon IS
'Adds a coupon with a given code, found later whatever its case and outer spaces. useType: single (once, by one person) or
multiple (up to maxUses in all and maxUsesPerPerson each, without limit where left out). discountType: percentage (value 0.01
to 100), amount (value off the price) or free. tariffIDs, periods: what it is for, everything where left out. validFrom: now
where left out; validUntil: the first moment without it. details: the terms. Answers coupon_added.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, code_missing,
code_too_long, code_unreadable, coupon_exists, code_retired (it was deleted), invalid_type, value_missing,
discount_not_a_number, percentage_out_of_range, value_not_positive, value_too_large, value_too_precise, no_such_category,
no_such_tariff, unknown_period, ends_before_start, over_already, limit_not_positive, single_is_used_once, too_long.';

GRANT EXECUTE ON FUNCTION cpn_addCoupon TO portal_web, portal_dba;
