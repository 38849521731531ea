-- Old and new of a migration beside each other, by kind of bonus.
--
--   SELECT * FROM loy_migrationTotalList WHERE migration_id = 1;
--
CREATE OR REPLACE VIEW loy_migrationTotalList AS
SELECT
    sums.migration_id,
    sums.kind,
    sums.read_rows,
    sums.read_amount,
    sums.left_out_rows,
    sums.left_out_amount,
    sums.staged_rows,
    sums.staged_amount,
    sums.converted_rows,
    sums.converted_amount,
    sums.loaded_rows,
    sums.loaded_amount,
    sums.found_rows,
    sums.found_amount,
    (sums.read_rows, sums.read_amount)
    = (sums.left_out_rows + sums.staged_rows, sums.left_out_amount + sums.staged_amount)
    AND (sums.staged_rows, sums.staged_amount) = (sums.converted_rows, sums.converted_amount)
    AND sums.converted_amount = sums.loaded_amount
    AND (sums.loaded_rows, sums.loaded_amount) = (sums.found_rows, sums.found_amount) AS is_equal
FROM (
    SELECT
        totals.migrationID AS migration_id,
        totals.kind,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'read'), 0) AS read_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'read'), 0) AS read_amount,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'left out'), 0) AS left_out_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'left out'), 0) AS left_out_amount,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'staged'), 0) AS staged_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'staged'), 0) AS staged_amount,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'converted'), 0) AS converted_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'converted'), 0) AS converted_amount,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'loaded'), 0) AS loaded_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'loaded'), 0) AS loaded_amount,
        coalesce(sum(totals.rows) FILTER (WHERE totals.step = 'found'), 0) AS found_rows,
        coalesce(sum(totals.amount) FILTER (WHERE totals.step = 'found'), 0) AS found_amount
    FROM loy_migrationTotals AS totals
    WHERE totals.step NOT LIKE 'history%'
    GROUP BY totals.migrationID, totals.kind
) AS sums;

COMMENT ON VIEW loy_migrationTotalList IS
'read: lines of the file. left_out: listed with a reason. staged and converted: what of it became balances of accounts. loaded:
put into the live tables, without those of zero. found: read back from there. is_equal once all of it is there.';

GRANT SELECT ON loy_migrationTotalList TO portal_dba, portal_report;
