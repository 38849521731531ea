-- What coupons did, month by month: how often they were used, what they gave away and what came in with them.
--
--   SELECT month, redemptions, given, income FROM cpn_couponEffect ORDER BY month;
--
CREATE OR REPLACE VIEW cpn_couponEffect AS
SELECT
    purchase.month,
    purchase.currency,
    sum(purchase.redemptions)::bigint AS redemptions,
    sum(purchase.released)::bigint AS released,
    count(*) FILTER (WHERE purchase.redemptions > 0) AS purchases,
    count(DISTINCT purchase.username) FILTER (WHERE purchase.redemptions > 0) AS people,
    sum(purchase.given)::numeric(14, 2) AS given,
    sum(purchase.paid)::numeric(14, 2) AS income
FROM (
    -- Several codes of one purchase give each their own, but it is paid once.
    SELECT
        date_trunc('month', redemption.createdAt AT TIME ZONE clock.timeZone)::date AS month,
        redemption.currency::text AS currency,
        redemption.username,
        redemption.number,
        count(*) FILTER (WHERE redemption.releasedAt IS NULL) AS redemptions,
        count(redemption.releasedAt) AS released,
        coalesce(sum(redemption.amount) FILTER (WHERE redemption.releasedAt IS NULL), 0) AS given,
        coalesce(max(logged.paid) FILTER (WHERE redemption.releasedAt IS NULL), 0) AS paid
    FROM cpn_redemptions AS redemption
    CROSS JOIN as_clock AS clock
    LEFT JOIN as_trf_tariffLog AS logged
        ON redemption.username = logged.username AND redemption.number = logged.number AND NOT logged.isReversed
    GROUP BY 1, 2, 3, 4
) AS purchase
GROUP BY 1, 2;

COMMENT ON VIEW cpn_couponEffect IS
'By the month of the purchase: redemptions that stand, released ones, purchases and people with at least one that stands;
given: money that coupons took off; income: what was paid for those purchases.';

GRANT SELECT ON cpn_couponEffect TO portal_web, portal_dba, portal_report;
