-- Whether a step of a migration may go on from a position; null when yes, a refusal when not.
--
--   SELECT * FROM loy_checkMigration(1, 'convert', '+421903123456');
--
CREATE OR REPLACE FUNCTION loy_checkMigration(migrationID bigint, step text, after text)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    migration loy_migrations;
    reached loy_migrationSteps;
    wanted text := CASE
        WHEN step IN ('stage', 'index', 'twins', 'convert') THEN 'loading' WHEN step = 'history' THEN 'open' ELSE 'switching'
    END;
    -- What has to be done before.
    earlier text := CASE step
        WHEN 'index' THEN 'stage' WHEN 'twins' THEN 'index' WHEN 'convert' THEN 'twins' WHEN 'balances' THEN 'people'
        WHEN 'compare' THEN 'balances'
    END;
BEGIN
    SELECT * INTO migration
    FROM loy_migrations
    WHERE loy_migrations.id = loy_checkMigration.migrationID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_migration', format('There is no migration %s.', migrationID));
    END IF;
    IF migration.state <> wanted OR (
        earlier IS NOT NULL
        AND NOT EXISTS (
            SELECT
            FROM loy_migrationSteps
            WHERE
                loy_migrationSteps.migrationID = migration.id
                AND loy_migrationSteps.step = earlier
                AND loy_migrationSteps.endedAt IS NOT NULL
        )
    ) THEN
        RETURN refuse(
            'not_its_turn', format('Migration %s is %s: it is not the turn of the step %s.', migration.id, migration.state, step)
        );
    END IF;

    SELECT * INTO reached
    FROM loy_migrationSteps
    WHERE loy_migrationSteps.migrationID = migration.id AND loy_migrationSteps.step = loy_checkMigration.step;

    IF reached.endedAt IS NOT NULL OR coalesce(reached.position, '') IS DISTINCT FROM after THEN
        RETURN refuse(
            'elsewhere',
            format('The step %s has come to another position: somebody else migrates.', step),
            jsonb_build_object('position', reached.position, 'isOver', reached.endedAt IS NOT NULL)
        );
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkMigration IS
'Locks the migration, and says whether it is the turn of a step and whether that step stands where the caller believes: of two
programs that migrate at once the second is refused, and nothing is done twice.
Refuses: no_such_migration, not_its_turn, elsewhere.';
