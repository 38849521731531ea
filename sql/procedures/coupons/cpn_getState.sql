-- What a coupon is at a moment: active, used, expired, upcoming, disabled or deleted.
--
--   SELECT cpn_getState(cpn_coupons, as_now()) FROM cpn_coupons LIMIT 5;
--
CREATE OR REPLACE FUNCTION cpn_getState(coupon cpn_coupons, moment timestamptz)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        WHEN coupon.status <> 'active' THEN coupon.status::text
        WHEN coupon.uses >= coupon.maxUses THEN 'used'
        WHEN coupon.validUntil <= moment THEN 'expired'
        WHEN coupon.validFrom > moment THEN 'upcoming'
        ELSE 'active'
    END
$$;

COMMENT ON FUNCTION cpn_getState IS
'One word: deleted or disabled by somebody; used up; expired; upcoming; else active, which means that it can be used.';

-- Views call it with the rights of whoever reads them.
GRANT EXECUTE ON FUNCTION cpn_getState TO portal_web, portal_worker, portal_dba, portal_report;
