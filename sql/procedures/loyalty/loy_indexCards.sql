-- Make the indexes of the staged cards, now that all of them are there.
--
--   SELECT * FROM loy_indexCards(1);
--
CREATE OR REPLACE FUNCTION loy_indexCards(migrationID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    staged bigint;
BEGIN
    refusal := loy_checkMigration(migrationID, 'index', '');
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    CREATE INDEX loy_oldcards_number ON loy_oldCards (number);
    CREATE INDEX loy_oldcards_account ON loy_oldCards (accountKey);
    ANALYZE loy_oldCards;

    SELECT sum(loy_migrationTotals.rows)::bigint INTO staged
    FROM loy_migrationTotals
    WHERE loy_migrationTotals.migrationID = loy_indexCards.migrationID AND loy_migrationTotals.step = 'staged';

    RETURN loy_advanceMigration(migrationID, 'index', '', coalesce(staged, 0), true);
END;
$$;

COMMENT ON FUNCTION loy_indexCards IS
'By number and by account. Sorting is what takes room: temp_file_limit of the session bounds it.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_indexCards TO portal_dba;
