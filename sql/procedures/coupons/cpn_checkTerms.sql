-- Whether coupons can have these terms: done with the terms as they are kept, or a refusal.
--
--   SELECT * FROM cpn_checkTerms(NULL, 'multiple', 'percentage', 10, '{2}', '{12}', NULL, NULL, 100, 1, '');
--
CREATE OR REPLACE FUNCTION cpn_checkTerms(
    categoryID bigint,
    useType text,
    discountType text,
    value numeric,
    tariffIDs bigint[],
    periods integer[],
    validFrom timestamptz,
    validUntil timestamptz,
    maxUses integer,
    maxUsesPerPerson integer,
    note text
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    since timestamptz := coalesce(validFrom, moment);
    unknown bigint;
BEGIN
    IF useType IS NULL OR useType NOT IN ('single', 'multiple') THEN
        RETURN refuse('invalid_type', 'A coupon is for single or multiple use.', '{"field": "useType"}');
    END IF;
    IF discountType IS NULL OR discountType NOT IN ('percentage', 'amount', 'free') THEN
        RETURN refuse('invalid_type', 'A coupon gives a percentage, an amount, or is free.', '{"field": "discountType"}');
    END IF;

    IF discountType <> 'free' THEN
        IF value IS NULL THEN
            RETURN refuse('value_missing', 'Say how much the coupon gives.', '{"field": "value"}');
        END IF;
        IF value IN ('NaN', 'Infinity', '-Infinity') THEN
            RETURN refuse('discount_not_a_number', 'The value is not a number.', '{"field": "value"}');
        END IF;
        IF discountType = 'percentage' AND (value <= 0 OR value > 100) THEN
            RETURN refuse(
                'percentage_out_of_range', 'A percentage is more than 0 and at most 100.', '{"field": "value"}'
            );
        END IF;
        IF value <= 0 THEN
            RETURN refuse('value_not_positive', 'The amount must be more than zero.', '{"field": "value"}');
        END IF;
        IF value > 1000000 THEN
            RETURN refuse(
                'value_too_large', 'A coupon gives at most 1000000.00.', '{"field": "value", "maximum": "1000000.00"}'
            );
        END IF;
        IF value <> round(value, 2) THEN
            RETURN refuse('value_too_precise', 'A value has at most two decimals.', '{"field": "value"}');
        END IF;
    END IF;

    IF categoryID IS NOT NULL THEN
        -- Nobody deletes the category between this and the coupon.
        PERFORM FROM cpn_categories WHERE cpn_categories.id = cpn_checkTerms.categoryID FOR KEY SHARE;
        IF NOT FOUND THEN
            RETURN refuse(
                'no_such_category', format('There is no category %s.', categoryID), '{"field": "categoryID"}'
            );
        END IF;
    END IF;

    SELECT wanted INTO unknown
    FROM unnest(tariffIDs) AS wanted
    WHERE NOT EXISTS (SELECT FROM as_trf_tariffs WHERE as_trf_tariffs.id = wanted)
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse(
            'no_such_tariff', format('There is no tariff %s.', unknown), jsonb_build_object('field', 'tariffIDs')
        );
    END IF;
    PERFORM FROM unnest(periods) AS wanted WHERE wanted IS NULL OR wanted NOT IN (1, 6, 12, 36);
    IF FOUND THEN
        RETURN refuse('unknown_period', 'A period is 1, 6, 12 or 36 months.', '{"field": "periods"}');
    END IF;

    IF NOT isfinite(since) OR NOT isfinite(coalesce(validUntil, moment)) THEN
        RETURN refuse(
            'invalid_value', 'Leave a date out rather than making it infinite.',
            jsonb_build_object('field', CASE WHEN isfinite(since) THEN 'validUntil' ELSE 'validFrom' END)
        );
    END IF;
    IF validUntil <= since THEN
        RETURN refuse('ends_before_start', 'It would end before it begins.', '{"field": "validUntil"}');
    END IF;
    IF validUntil <= moment THEN
        RETURN refuse('over_already', 'That end is over already.', '{"field": "validUntil"}');
    END IF;

    IF maxUses < 1 OR maxUsesPerPerson < 1 THEN
        RETURN refuse(
            'limit_not_positive', 'A limit is at least 1; leave it out for none.',
            jsonb_build_object('field', CASE WHEN maxUses < 1 THEN 'maxUses' ELSE 'maxUsesPerPerson' END)
        );
    END IF;
    IF useType = 'single' AND greatest(maxUses, maxUsesPerPerson) > 1 THEN
        RETURN refuse(
            'single_is_used_once', 'A coupon for single use is used once by one person.',
            jsonb_build_object('field', CASE WHEN maxUses > 1 THEN 'maxUses' ELSE 'maxUsesPerPerson' END)
        );
    END IF;
    IF length(note) > 10000 THEN
        RETURN refuse(
            'too_long', 'A note has at most 10000 characters.', '{"field": "note", "maximum": 10000}'
        );
    END IF;

    RETURN done(
        'terms_hold', 'Coupons can have these terms.',
        jsonb_build_object(
            'categoryid', categoryID,
            'usetype', useType,
            'discounttype', discountType,
            'value', CASE WHEN discountType = 'free' THEN '0.00' ELSE round(value, 2)::text END,
            'tariffids', (
                SELECT jsonb_agg(DISTINCT wanted ORDER BY wanted) FROM unnest(tariffIDs) AS wanted
            ),
            'periods', (SELECT jsonb_agg(DISTINCT wanted ORDER BY wanted) FROM unnest(periods) AS wanted),
            'validfrom', since,
            'validuntil', validUntil,
            'maxuses', CASE WHEN useType = 'single' THEN 1 ELSE maxUses END,
            'maxusesperperson', CASE WHEN useType = 'multiple' THEN maxUsesPerPerson END,
            'note', coalesce(btrim(note), '')
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_checkTerms IS
'What a named coupon and generated ones have in common. Done (terms_hold): details are the terms as columns of cpn_coupons,
for jsonb_populate_record. No tariffs or periods: for all. value is not looked at where a coupon makes it free. A coupon for
single use is used once, whatever limits are left out. details.field names the argument to blame.
Refuses: invalid_type, value_missing, discount_not_a_number, percentage_out_of_range, value_not_positive, value_too_large,
value_too_precise, no_such_category, no_such_tariff, unknown_period, invalid_value, ends_before_start, over_already,
limit_not_positive, single_is_used_once, too_long.';
