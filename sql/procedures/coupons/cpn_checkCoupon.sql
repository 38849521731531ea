-- Whether an administrator's request about one coupon goes on; null when it does, and the coupon's row is locked.
--
--   SELECT * FROM cpn_checkCoupon('cpn_deleteCoupon', '{"code": "SUMMER-2026"}', 'SUMMER-2026', 'key-1', NULL);
--
CREATE OR REPLACE FUNCTION cpn_checkCoupon(procedure text, asked jsonb, code text, requestKey text, actor text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    coupon cpn_coupons;
    earlier outcome;
    refusal outcome;
BEGIN
    refusal := as_checkActor(actor, NULL, 'admin');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT * INTO coupon
    FROM cpn_coupons
    WHERE cpn_coupons.code = cpn_normaliseCode(cpn_checkCoupon.code)
    FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN refuse(
            'no_such_coupon', format('There is no coupon %s.', code), jsonb_build_object('code', code, 'field', 'code')
        );
    END IF;

    earlier := as_replay(coalesce(actor, session_user), procedure, asked, requestKey, actor);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    IF coupon.status = 'deleted' THEN
        RETURN refuse(
            'coupon_is_deleted', format('The coupon %s is deleted.', coupon.written),
            jsonb_build_object('written', coupon.written)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION cpn_checkCoupon IS
'Null when the caller goes on, with the coupon''s row its own until it commits; else what it answers: a refusal, or what it
answered to the same request earlier.
Refuses: actor_required, no_such_actor, actor_locked, not_allowed, request_key_reused, invalid_value, no_such_coupon,
coupon_is_deleted.';
