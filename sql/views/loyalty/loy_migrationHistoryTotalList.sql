-- The history that a migration has brought, by kind.
--
--   SELECT * FROM loy_migrationHistoryTotalList WHERE migration_id = 1;
--
CREATE OR REPLACE VIEW loy_migrationHistoryTotalList AS
SELECT
    totals.migrationID AS migration_id,
    totals.kind,
    coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'history read'), 0) AS read_rows,
    coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'history read'), 0) AS read_amount,
    coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'history left out'), 0) AS left_out_rows,
    coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'history left out'), 0) AS left_out_amount,
    coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'history loaded'), 0) AS loaded_rows,
    coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'history loaded'), 0) AS loaded_amount
FROM loy_migrationTotals AS totals
WHERE totals.step LIKE 'history%'
GROUP BY totals.migrationID, totals.kind;

COMMENT ON VIEW loy_migrationHistoryTotalList IS
'Lines of history and the sum of their amounts: purchase and return in money, the others in bonuses.';

GRANT SELECT ON loy_migrationHistoryTotalList TO portal_dba, portal_report;
