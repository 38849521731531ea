-- The steps of migrations, with what they took.
--
--   SELECT step, rows, seconds, rows_per_second FROM loy_migrationStepList WHERE migration_id = 1 ORDER BY number;
--
CREATE OR REPLACE VIEW loy_migrationStepList AS
SELECT
    loy_migrationSteps.migrationID AS migration_id,
    loy_migrationSteps.number,
    loy_migrationSteps.step,
    loy_migrationSteps.position,
    loy_migrationSteps.portions,
    loy_migrationSteps.rows,
    loy_migrationSteps.seconds,
    round(loy_migrationSteps.rows / nullif(loy_migrationSteps.seconds, 0)) AS rows_per_second,
    loy_migrationSteps.startedAt AS started,
    loy_migrationSteps.endedAt AS ended
FROM loy_migrationSteps;

COMMENT ON VIEW loy_migrationStepList IS
'stage, index and twins are about lines of cards; convert, people, balances and compare about accounts; history about its lines.
position is where the step goes on.';

GRANT SELECT ON loy_migrationStepList TO portal_dba, portal_report;
