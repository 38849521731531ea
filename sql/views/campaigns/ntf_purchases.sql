-- What people bought: sales at the tills and charges for tariffs and services, and what of it came back.
--
--   SELECT * FROM ntf_purchases WHERE username = 'alice' AND bought > as_now() - interval '30 days';
--
CREATE OR REPLACE VIEW ntf_purchases AS
SELECT
    loy_receipts.username,
    loy_receipts.soldAt AS bought,
    loy_receipts.net AS amount
FROM loy_receipts

UNION ALL

SELECT
    fin_finances.username,
    fin_finances.postedAt AS bought,
    -fin_finances.amount AS amount
FROM fin_finances
WHERE fin_finances.counterparty IN ('income:tariff', 'income:service') AND fin_finances.version IS NOT NULL;

COMMENT ON VIEW ntf_purchases IS
'The purchases that segments, the conditions of steps and the results of campaigns count: receipts by what was paid, returns
negative, and what tariffs and services cost, credits and reversals negative. Top-ups are no purchases.';

GRANT SELECT ON ntf_purchases TO portal_dba, portal_report;
