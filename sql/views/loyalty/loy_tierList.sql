-- Tiers of the club, the lowest first.
--
--   SELECT code, min_purchases, accounts FROM loy_tierList ORDER BY rank;
--
CREATE OR REPLACE VIEW loy_tierList AS
SELECT
    tier.code,
    tier.names,
    tier.rank,
    tier.minPurchases AS min_purchases,
    tier.birthdayBonus AS birthday_bonus,
    tier.servicePoints AS service_points,
    (SELECT count(*) FROM loy_accounts AS account WHERE account.tier = tier.code AND account.isPerson) AS accounts,
    tier.createdAt AS created_at
FROM loy_tiers AS tier;

COMMENT ON VIEW loy_tierList IS 'loy_tiers with the number of people in each.';

GRANT SELECT ON loy_tierList TO portal_web, portal_marketing, portal_dba, portal_report;
