-- What moved through each system account on each day.
--
--   SELECT * FROM fin_dailyTotals WHERE day >= current_date - 30 ORDER BY day DESC, counterparty;
--
CREATE OR REPLACE VIEW fin_dailyTotals AS
SELECT
    (fin_finances.postedAt AT TIME ZONE as_clock.timeZone)::date AS day,
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

COMMENT ON VIEW fin_dailyTotals IS
'Number and sum of movements by day (installation''s time zone) and system account; amount as the people see it.';

GRANT SELECT ON fin_dailyTotals TO portal_web, portal_dba, portal_report;
