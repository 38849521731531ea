-- Let a migration that is ready come into the live tables; from here on there is no way back.
--
--   SELECT * FROM loy_switchMigration(1);
--
CREATE OR REPLACE FUNCTION loy_switchMigration(migrationID bigint)
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
    WHERE loy_migrations.id = loy_switchMigration.migrationID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_migration', format('There is no migration %s.', migrationID));
    END IF;
    IF migration.state <> 'ready' THEN
        RETURN refuse('not_ready', format('Migration %s is %s: only one that is ready can be switched to.', migrationID, migration.state));
    END IF;

    UPDATE loy_migrations SET state = 'switching', switchedAt = moment WHERE loy_migrations.id = migration.id;

    RETURN as_record(
        session_user, 'loy_switchMigration', jsonb_build_object('migrationID', migrationID), gen_random_uuid()::text, NULL,
        done('migration_switches', format('Migration %s comes into the live tables.', migrationID))
    );
END;
$$;

COMMENT ON FUNCTION loy_switchMigration IS
'Before it loy_abortMigration leaves everything as it was.
Refuses: no_such_migration, not_ready.';

GRANT EXECUTE ON FUNCTION loy_switchMigration TO portal_dba;
