-- Who has no service points for this year yet.
--
--   SELECT * FROM loy_dueServicePoints;
--
CREATE OR REPLACE VIEW loy_dueServicePoints AS
SELECT account.username
FROM as_clock AS clock
CROSS JOIN loy_tiers AS tier
INNER JOIN loy_accounts AS account ON tier.code = account.tier
WHERE
    tier.servicePoints > 0
    AND account.isPerson
    AND NOT account.isBlocked
    AND account.mergedInto IS NULL
    AND coalesce(account.serviceYear, 0) < extract(YEAR FROM (now() + clock.shift) AT TIME ZONE clock.timeZone);

COMMENT ON VIEW loy_dueServicePoints IS
'People in a tier that gives service points to whom loy_grantYearlyService has not given this year''s.';

GRANT SELECT ON loy_dueServicePoints TO portal_marketing, portal_dba, portal_report;
