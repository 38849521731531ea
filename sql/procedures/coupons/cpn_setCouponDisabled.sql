-- Stop a coupon from being used, or let it be used again.
--
--   SELECT * FROM cpn_setCouponDisabled('SUMMER-2026', true);
--
CREATE OR REPLACE FUNCTION cpn_setCouponDisabled(
    code text,
    isDisabled boolean,
    requestKey text DEFAULT NULL,
    actor text DEFAULT NULL
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code, 'isDisabled', isDisabled);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    coupon cpn_coupons;
    answer outcome;
BEGIN
    answer := cpn_checkCoupon('cpn_setCouponDisabled', asked, code, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    IF isDisabled IS NULL THEN
        RETURN refuse('invalid_value', 'Say true or false.', '{"field": "isDisabled"}');
    END IF;
    SELECT * INTO coupon FROM cpn_coupons WHERE cpn_coupons.code = cpn_normaliseCode(cpn_setCouponDisabled.code);
    UPDATE cpn_coupons
    SET status = CASE WHEN isDisabled THEN 'disabled' ELSE 'active' END
    WHERE cpn_coupons.code = coupon.code;

    RETURN as_record(
        asker, 'cpn_setCouponDisabled', asked, request, actor,
        done(
            CASE WHEN isDisabled THEN 'coupon_switched_off' ELSE 'coupon_switched_on' END,
            format(
                CASE
                    WHEN isDisabled THEN 'The coupon %s can no longer be used. Prices that it gave stay as they were paid.'
                    ELSE 'The coupon %s is switched on again.'
                END,
                coupon.written
            ),
            jsonb_build_object(
                'code', coupon.code, 'written', coupon.written,
                'before', jsonb_build_object('status', coupon.status),
                'after', jsonb_build_object('status', CASE WHEN isDisabled THEN 'disabled' ELSE 'active' END)
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_setCouponDisabled IS
'Disables a coupon (true) or puts it back (false). What was bought with it stays. details: {code, written, before, after}.
Answers coupon_switched_off, coupon_switched_on.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_coupon,
coupon_is_deleted.';

GRANT EXECUTE ON FUNCTION cpn_setCouponDisabled TO portal_web, portal_dba;
