-- The coupons that a person has used: how often, what they gave, and how often they can be used again.
--
--   SELECT code, times, amount, uses_left FROM cpn_usedCoupons WHERE username = 'alice' ORDER BY last_at DESC;
--
CREATE OR REPLACE VIEW cpn_usedCoupons AS
SELECT
    used.username,
    coupon.written AS code,
    coupon.discountType::text AS discount_type,
    coupon.value,
    used.currency,
    used.times,
    used.amount,
    used.last_at,
    coupon.validUntil AS valid_until,
    cpn_getState(coupon, now() + clock.shift) AS state,
    CASE
        WHEN cpn_getState(coupon, now() + clock.shift) <> 'active' THEN 0
        ELSE greatest(least(coupon.maxUses - coupon.uses, coupon.maxUsesPerPerson - used.times), 0)
    END AS uses_left
FROM (
    SELECT
        redemption.username,
        redemption.code,
        redemption.currency::text AS currency,
        count(*) FILTER (WHERE redemption.releasedAt IS NULL) AS times,
        coalesce(sum(redemption.amount) FILTER (WHERE redemption.releasedAt IS NULL), 0)::numeric(14, 2) AS amount,
        max(redemption.createdAt) AS last_at
    FROM cpn_redemptions AS redemption
    GROUP BY redemption.username, redemption.code, redemption.currency
) AS used
INNER JOIN cpn_coupons AS coupon ON used.code = coupon.code
CROSS JOIN as_clock AS clock;

COMMENT ON VIEW cpn_usedCoupons IS
'One row a person and coupon. times and amount: uses that stand; last_at: the last one, given back or not; uses_left: null is
without limit.';

GRANT SELECT ON cpn_usedCoupons TO portal_web, portal_dba, portal_report;
