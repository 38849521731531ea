-- Give one person a discount of his own, which comes off every price without a code.
--
--   SELECT * FROM cpn_setPersonalDiscount('alice', 30, 'Studied this year', validUntil => '2027-01-01');
--
CREATE OR REPLACE FUNCTION cpn_setPersonalDiscount(
    username text,
    percentage numeric,
    reason text,
    validFrom date DEFAULT NULL,
    validUntil date DEFAULT NULL,
    categoryID bigint DEFAULT NULL,
    tariffIDs bigint[] DEFAULT NULL,
    periods integer[] DEFAULT NULL,
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
        'percentage', trim_scale(percentage)::text, 'reason', reason, 'validFrom', validFrom, 'validUntil', validUntil,
        'categoryID', categoryID, 'tariffIDs', tariffIDs, 'periods', periods
    );
    request text := coalesce(requestKey, gen_random_uuid()::text);
    member as_users;
    clock as_clock;
    discount cpn_personalDiscounts;
    terms outcome;
    earlier outcome;
    refusal outcome;
BEGIN
    SELECT * INTO member
    FROM as_users
    WHERE as_users.username = cpn_setPersonalDiscount.username
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse('no_such_user', format('There is no user %s.', username));
    END IF;
    refusal := as_checkActor(actor, username, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF actor = username THEN
        RETURN refuse('own_account', 'Nobody gives himself a discount. Ask a colleague.');
    END IF;
    earlier := as_replay(username, 'cpn_setPersonalDiscount', asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF reason IS NULL OR reason !~ '\S' THEN
        RETURN refuse(
            'reason_missing', 'Say why, in words for the customer: they stand beside the price.', '{"field": "reason"}'
        );
    END IF;
    IF length(reason) > 200 THEN
        RETURN refuse('too_long', 'A reason has at most 200 characters.', '{"field": "reason", "maximum": 200}');
    END IF;
    SELECT * INTO clock FROM as_clock;
    -- Days begin at midnight here, wherever the database server is.
    terms := cpn_checkTerms(
        categoryID, 'multiple', 'percentage', percentage, tariffIDs, periods,
        validFrom::timestamp AT TIME ZONE clock.timeZone, validUntil::timestamp AT TIME ZONE clock.timeZone,
        NULL, NULL, ''
    );
    IF terms.result = 0 THEN
        IF terms.details ->> 'field' = 'value' THEN
            terms.details := jsonb_set(terms.details, '{field}', '"percentage"');
        END IF;
        RETURN terms;
    END IF;

    discount := jsonb_populate_record(NULL::cpn_personalDiscounts, terms.details);
    INSERT INTO cpn_personalDiscounts (
        username, percentage, reason, categoryID, tariffIDs, periods, validFrom, validUntil, actor, createdAt
    )
    VALUES (
        member.username, percentage, btrim(reason), discount.categoryID, discount.tariffIDs, discount.periods,
        discount.validFrom, discount.validUntil, actor, as_now()
    )
    RETURNING * INTO discount;
    PERFORM cpn_tellDiscount(discount);

    RETURN as_record(username, 'cpn_setPersonalDiscount', asked, request, actor, done(
        'discount_set',
        format('%s gets %s %% off: %s.', member.name, trim_scale(discount.percentage), discount.reason),
        jsonb_build_object(
            'username', member.username,
            'discountID', discount.id,
            'name', member.name,
            'percentage', discount.percentage::text,
            'share', trim_scale(discount.percentage),
            'reason', discount.reason,
            'validFrom', discount.validFrom,
            'validUntil', discount.validUntil
        )
    ));
END;
$$;

COMMENT ON FUNCTION cpn_setPersonalDiscount IS
'Gives a person a percentage off every price, by itself: of chosen tariffs and periods where given, from a day on (today where
left out) until validUntil, the first day without it. reason stands beside the price. Of several of the same category and
scope the largest counts. Answers discount_set with discountID.
Refuses: no_such_user, actor_required, no_such_actor, actor_locked, not_allowed, own_account, request_key_reused,
invalid_value, reason_missing, too_long, value_missing, discount_not_a_number, percentage_out_of_range, value_too_precise,
no_such_category, no_such_tariff, unknown_period, ends_before_start, over_already, invalid_type, value_not_positive, value_too_large,
limit_not_positive, single_is_used_once (the last five are of cpn_checkTerms and come of coupons alone).';

GRANT EXECUTE ON FUNCTION cpn_setPersonalDiscount TO portal_web, portal_dba;
