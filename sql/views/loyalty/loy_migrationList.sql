-- Migrations from old card systems, and how far they are.
--
--   SELECT * FROM loy_migrationList ORDER BY migration_id DESC;
--
CREATE OR REPLACE VIEW loy_migrationList AS
SELECT
    loy_migrations.id AS migration_id,
    loy_migrations.state,
    loy_migrations.cards ->> 'name' AS cards,
    loy_migrations.history ->> 'name' AS history,
    loy_migrations.startedAt AS started,
    loy_migrations.switchedAt AS switched,
    loy_migrations.openedAt AS opened,
    loy_migrations.finishedAt AS finished
FROM loy_migrations;

COMMENT ON VIEW loy_migrationList IS
'loading and ready can be aborted. switching: people and balances come. open: tills may start, the history comes. done, aborted.';

GRANT SELECT ON loy_migrationList TO portal_dba, portal_report;
