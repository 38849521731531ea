-- Begin a migration from an old card system, or go on with the one that was interrupted.
--
--   SELECT * FROM loy_startMigration('{"name": "cards.csv.gz", "bytes": 1234, "digest": "a1b2"}');
--
CREATE OR REPLACE FUNCTION loy_startMigration(
    cards jsonb,
    history jsonb DEFAULT NULL,
    tiers jsonb DEFAULT '{}',
    locale text DEFAULT 'en'
)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    asked jsonb := jsonb_build_object('cards', cards, 'history', history, 'tiers', tiers, 'locale', locale);
    described jsonb := jsonb_build_object('cards', cards, 'history', coalesce(history, '{}'), 'tiers', tiers);
    unknown text;
    migration loy_migrations;
BEGIN
    SELECT given.key INTO unknown FROM jsonb_each(described) AS given WHERE jsonb_typeof(given.value) <> 'object' LIMIT 1;
    IF FOUND THEN
        RETURN refuse('invalid_value', format('%s is an object such as {"name": "cards.csv"}.', unknown), jsonb_build_object('field', unknown));
    END IF;

    -- One begins at a time.
    PERFORM FROM as_clock FOR NO KEY UPDATE;
    SELECT * INTO migration FROM loy_migrations WHERE loy_migrations.state NOT IN ('done', 'aborted');

    IF FOUND AND (migration.cards, migration.history, migration.tiers, migration.locale::text)
        IS NOT DISTINCT FROM (cards, history, tiers, locale) THEN
        RETURN done(
            'migration_goes_on',
            format('Migration %s is %s: it goes on.', migration.id, migration.state),
            jsonb_build_object('migrationID', migration.id, 'state', migration.state)
        );
    END IF;
    IF FOUND THEN
        RETURN refuse(
            'other_migration',
            format('Migration %s of other files is %s: finish it, or abort it before its switch.', migration.id, migration.state),
            jsonb_build_object('migrationID', migration.id, 'state', migration.state, 'cards', migration.cards)
        );
    END IF;

    SELECT wanted.value INTO unknown
    FROM jsonb_each_text(tiers) AS wanted
    WHERE wanted.value NOT IN (SELECT loy_tiers.code FROM loy_tiers)
    LIMIT 1;
    IF FOUND THEN
        RETURN refuse('no_such_tier', format('There is no tier %s.', unknown), jsonb_build_object('tier', unknown));
    END IF;
    IF locale IS NULL OR locale NOT IN ('en', 'ru', 'sk', 'cs', 'hi') THEN
        RETURN refuse('no_such_locale', 'The languages are en, ru, sk, cs and hi.', jsonb_build_object('field', 'locale'));
    END IF;

    TRUNCATE loy_oldLines, loy_oldCards, loy_oldAccounts;
    DROP INDEX IF EXISTS loy_oldcards_number, loy_oldcards_account;

    INSERT INTO loy_migrations (state, cards, history, tiers, locale, startedAt)
    VALUES ('loading', cards, history, tiers, locale, clock_timestamp())
    RETURNING * INTO migration;

    RETURN as_record(
        session_user, 'loy_startMigration', asked, gen_random_uuid()::text, NULL,
        done(
            'migration_started',
            format('Migration %s begins.', migration.id),
            jsonb_build_object('migrationID', migration.id, 'state', migration.state)
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_startMigration IS
'The same files again go on with what was interrupted. cards and history describe the files; tiers says which of ours an old
one is, {"vip": "gold"}; locale is the language of the new people. Nothing outside the tables of migrations is touched before
loy_switchMigration.
Refuses: invalid_value (not an object), other_migration, no_such_tier, no_such_locale.';

GRANT EXECUTE ON FUNCTION loy_startMigration TO portal_dba;
