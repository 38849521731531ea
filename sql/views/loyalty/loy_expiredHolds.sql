-- Accounts with holds that have expired and still have their share of budgets.
--
--   SELECT * FROM loy_expiredHolds;
--
CREATE OR REPLACE VIEW loy_expiredHolds AS
SELECT loy_holds.username, count(*) AS holds, min(loy_holds.expiresAt) AS expired_at
FROM loy_holds
WHERE loy_holds.expiresAt <= as_now()
GROUP BY loy_holds.username;

COMMENT ON VIEW loy_expiredHolds IS 'What loy_releaseExpired is for.';

GRANT SELECT ON loy_expiredHolds TO portal_booking, portal_dba, portal_report;
