-- Say that the balances of a migration are here and equal: tills may start.
--
--   SELECT * FROM loy_openMigration(1);
--
CREATE OR REPLACE FUNCTION loy_openMigration(migrationID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    migration loy_migrations;
    different bigint;
    kinds text;
BEGIN
    SELECT * INTO migration
    FROM loy_migrations
    WHERE loy_migrations.id = loy_openMigration.migrationID
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RETURN refuse('no_such_migration', format('There is no migration %s.', migrationID));
    END IF;
    IF migration.state <> 'switching' OR NOT EXISTS (
        SELECT
        FROM loy_migrationSteps
        WHERE
            loy_migrationSteps.migrationID = migration.id
            AND loy_migrationSteps.step = 'compare'
            AND loy_migrationSteps.endedAt IS NOT NULL
    ) THEN
        RETURN refuse('not_compared', format('The balances of migration %s are not compared yet.', migrationID));
    END IF;

    SELECT count(*) INTO different
    FROM loy_migrationFaults
    WHERE loy_migrationFaults.migrationID = migration.id AND loy_migrationFaults.reason = 'account_differs';
    SELECT string_agg(totals.kind, ', ' ORDER BY totals.kind) INTO kinds
    FROM loy_migrationTotalList AS totals
    WHERE totals.migration_id = migration.id AND NOT totals.is_equal;
    IF different > 0 OR kinds IS NOT NULL THEN
        RETURN refuse(
            'totals_differ',
            format('%s accounts and the totals of %s differ between the cards and here.', different, coalesce(kinds, 'no kind')),
            jsonb_build_object('accounts', different, 'kinds', kinds)
        );
    END IF;

    UPDATE loy_migrations SET state = 'open', openedAt = moment WHERE loy_migrations.id = migration.id;

    RETURN as_record(
        session_user, 'loy_openMigration', jsonb_build_object('migrationID', migrationID), gen_random_uuid()::text, NULL,
        done('migration_open', 'Every account has what its cards had: tills may start.')
    );
END;
$$;

COMMENT ON FUNCTION loy_openMigration IS
'Old and new are equal in count, sum and checksum, of every kind and every account; the history may come while shops are open.
Refuses: no_such_migration, not_compared, totals_differ.';

GRANT EXECUTE ON FUNCTION loy_openMigration TO portal_dba;
