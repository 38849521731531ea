-- Whose tier is more than what was bought gives, because old purchases count no more.
--
--   SELECT * FROM loy_dueTierReviews;
--
CREATE OR REPLACE VIEW loy_dueTierReviews AS
SELECT account.username
FROM as_clock AS clock
CROSS JOIN as_settings AS setting
CROSS JOIN LATERAL (
    SELECT date_trunc('month', (now() + clock.shift) AT TIME ZONE clock.timeZone)::date AS month
) AS latest
CROSS JOIN loy_tiers AS tier
INNER JOIN loy_accounts AS account ON tier.code = account.tier
CROSS JOIN LATERAL (
    SELECT coalesce(sum(bought.amount), 0) AS amount
    FROM loy_purchases AS bought
    WHERE
        bought.username = account.username
        AND bought.month <= latest.month
        AND (setting.value = '0' OR bought.month > latest.month - make_interval(months => setting.value::integer))
) AS purchases
WHERE
    setting.code = 'loyTierMonths'
    AND tier.minPurchases > 0
    AND account.mergedInto IS NULL
    AND purchases.amount < tier.minPurchases;

COMMENT ON VIEW loy_dueTierReviews IS
'People whom loy_reviewTier would put into a lower tier. Purchases and returns are reviewed when they are booked, so only time
brings somebody here.';

GRANT SELECT ON loy_dueTierReviews TO portal_marketing, portal_dba, portal_report;
