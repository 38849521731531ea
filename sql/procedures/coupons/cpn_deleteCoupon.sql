-- Delete a coupon; its code stays taken, so that no import brings it back.
--
--   SELECT * FROM cpn_deleteCoupon('SUMMER-2026');
--
CREATE OR REPLACE FUNCTION cpn_deleteCoupon(code text, requestKey text DEFAULT NULL, actor text DEFAULT NULL)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('code', code);
    request text := coalesce(requestKey, gen_random_uuid()::text);
    asker text := coalesce(actor, session_user);
    coupon cpn_coupons;
    answer outcome;
BEGIN
    answer := cpn_checkCoupon('cpn_deleteCoupon', asked, code, requestKey, actor);
    IF answer.result IS NOT NULL THEN
        RETURN answer;
    END IF;

    SELECT * INTO coupon FROM cpn_coupons WHERE cpn_coupons.code = cpn_normaliseCode(cpn_deleteCoupon.code);
    UPDATE cpn_coupons SET status = 'deleted' WHERE cpn_coupons.code = coupon.code;

    RETURN as_record(
        asker, 'cpn_deleteCoupon', asked, request, actor,
        done(
            'coupon_deleted',
            format('The coupon %s is deleted. Its code is not given again.', coupon.written),
            cpn_couponDetails(coupon) || jsonb_build_object('uses', coupon.uses, 'status', coupon.status)
        )
    );
END;
$$;

COMMENT ON FUNCTION cpn_deleteCoupon IS
'Deletes a coupon for good: nobody can use it, no import brings it back, its uses stay in the history. details: the terms it
had, uses and status. Answers coupon_deleted.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_coupon,
coupon_is_deleted.';

GRANT EXECUTE ON FUNCTION cpn_deleteCoupon TO portal_web, portal_dba;
