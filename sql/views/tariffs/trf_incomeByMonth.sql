-- What tariffs brought in, month by month and tariff by tariff, after what was credited and reversed.
--
--   SELECT month, sum(income) FROM trf_incomeByMonth GROUP BY month ORDER BY month;
--
CREATE OR REPLACE VIEW trf_incomeByMonth AS
SELECT
    date_trunc('month', movement.postedAt AT TIME ZONE clock.timeZone)::date AS month,
    tariff.id AS tariff_id,
    tariff.name AS tariff,
    movement.currency,
    count(*) FILTER (WHERE movement.amount < 0 AND movement.reversesID IS NULL) AS purchases,
    (-sum(movement.amount) FILTER (WHERE movement.amount < 0 AND movement.reversesID IS NULL))::numeric(14, 2) AS charged,
    (sum(movement.amount) FILTER (WHERE movement.amount > 0 AND movement.reversesID IS NULL))::numeric(14, 2) AS credited,
    (sum(movement.amount) FILTER (WHERE movement.reversesID IS NOT NULL))::numeric(14, 2) AS reversed,
    (-sum(movement.amount))::numeric(14, 2) AS income
FROM fin_finances AS movement
CROSS JOIN as_clock AS clock
LEFT JOIN as_trf_tariffLog AS purchase
    ON movement.username = purchase.username
    AND coalesce(movement.reversesID, movement.id) IN (purchase.chargeID, purchase.creditID)
LEFT JOIN as_trf_tariffs AS tariff ON purchase.tariffID = tariff.id
WHERE movement.counterparty = 'income:tariff' AND movement.version IS NOT NULL
GROUP BY 1, 2, 3, 4;

COMMENT ON VIEW trf_incomeByMonth IS
'The movements of income:tariff by the month in which they were posted and the tariff that was bought: charged, minus
credited (unused days of the tariff before), minus reversed (net), is income.';

GRANT SELECT ON trf_incomeByMonth TO portal_web, portal_dba, portal_report;
