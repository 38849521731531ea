-- What moved through each system account in each month.
--
--   SELECT * FROM fin_monthlyTotals ORDER BY month DESC, counterparty;
--
CREATE OR REPLACE VIEW fin_monthlyTotals AS
SELECT
    date_trunc('month', fin_finances.postedAt AT TIME ZONE as_clock.timeZone)::date AS month,
    fin_finances.counterparty,
    fin_counterparties.name AS counterparty_name,
    count(*) AS count,
    sum(fin_finances.amount)::numeric(20, 2) AS amount,
    fin_finances.currency
FROM fin_finances
INNER JOIN fin_counterparties ON fin_counterparties.code = fin_finances.counterparty
CROSS JOIN as_clock
WHERE fin_finances.version IS NOT NULL
GROUP BY 1, fin_finances.counterparty, fin_counterparties.name, fin_finances.currency;

COMMENT ON VIEW fin_monthlyTotals IS
'Number and sum of movements by month (its first day, installation''s time zone) and system account.';

GRANT SELECT ON fin_monthlyTotals TO portal_web, portal_dba, portal_report;
