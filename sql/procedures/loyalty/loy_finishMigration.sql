-- End a migration of which everything is here.
--
--   SELECT * FROM loy_finishMigration(1);
--
CREATE OR REPLACE FUNCTION loy_finishMigration(migrationID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    migration loy_migrations;
BEGIN
    SELECT * INTO migration
    FROM loy_migrations
    WHERE loy_migrations.id = loy_finishMigration.migrationID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_migration', format('There is no migration %s.', migrationID));
    END IF;
    IF migration.state <> 'open' OR (
        migration.history IS NOT NULL
        AND NOT EXISTS (
            SELECT
            FROM loy_migrationSteps
            WHERE
                loy_migrationSteps.migrationID = migration.id
                AND loy_migrationSteps.step = 'history'
                AND loy_migrationSteps.endedAt IS NOT NULL
        )
    ) THEN
        RETURN refuse('not_over', format('Migration %s is %s: something of it is still to come.', migrationID, migration.state));
    END IF;

    TRUNCATE loy_oldLines, loy_oldCards, loy_oldAccounts;
    UPDATE loy_migrations SET state = 'done', finishedAt = moment WHERE loy_migrations.id = migration.id;

    RETURN as_record(
        session_user, 'loy_finishMigration', jsonb_build_object('migrationID', migrationID), gen_random_uuid()::text, NULL,
        done('migration_done', format('Migration %s is done.', migrationID))
    );
END;
$$;

COMMENT ON FUNCTION loy_finishMigration IS
'What was staged is emptied; steps, totals and faults stay to be read.
Refuses: no_such_migration, not_over.';

GRANT EXECUTE ON FUNCTION loy_finishMigration TO portal_dba;
