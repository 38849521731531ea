-- Give a migration up before its switch: nothing of it stays but its report.
--
--   SELECT * FROM loy_abortMigration(1);
--
CREATE OR REPLACE FUNCTION loy_abortMigration(migrationID bigint)
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
    WHERE loy_migrations.id = loy_abortMigration.migrationID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_migration', format('There is no migration %s.', migrationID));
    END IF;
    IF migration.state NOT IN ('loading', 'ready') THEN
        RETURN refuse(
            'switched', format('Migration %s is %s: what it has brought is live already.', migrationID, migration.state)
        );
    END IF;

    TRUNCATE loy_oldLines, loy_oldCards, loy_oldAccounts;
    UPDATE loy_migrations SET state = 'aborted', finishedAt = moment WHERE loy_migrations.id = migration.id;

    RETURN as_record(
        session_user, 'loy_abortMigration', jsonb_build_object('migrationID', migrationID), gen_random_uuid()::text, NULL,
        done('migration_aborted', format('Migration %s is given up; no account was touched.', migrationID))
    );
END;
$$;

COMMENT ON FUNCTION loy_abortMigration IS
'Before the switch nothing but the tables of migrations was written, and they are emptied. Steps, totals and faults stay to be
read. The old system was only read, by whoever unloaded it.
Refuses: no_such_migration, switched.';

GRANT EXECUTE ON FUNCTION loy_abortMigration TO portal_dba;
