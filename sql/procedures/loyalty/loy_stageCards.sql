-- Take the portion of cards that COPY has just brought into loy_oldLines.
--
--   SELECT * FROM loy_stageCards(1, '', '4194304', false);
--
CREATE OR REPLACE FUNCTION loy_stageCards(migrationID bigint, after text, upTo text, isLast boolean)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    numbers regclass := pg_get_serial_sequence('portal.loy_lots', 'lotid')::regclass;
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    words jsonb;
    rules jsonb;
    before bigint;
    found record;
    total bigint := 0::bigint;
BEGIN
    refusal := loy_checkMigration(migrationID, 'stage', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    SELECT
        (SELECT jsonb_object_agg(loy_tiers.code, loy_tiers.code) FROM loy_tiers)
        || jsonb_build_object('', (SELECT loy_tiers.code FROM loy_tiers ORDER BY loy_tiers.rank LIMIT 1))
        || loy_migrations.tiers
    INTO words
    FROM loy_migrations
    WHERE loy_migrations.id = migrationID;
    SELECT jsonb_object_agg(loy_kinds.code, validity.validTo) INTO rules
    FROM loy_kinds
    CROSS JOIN LATERAL loy_validityOf(loy_kinds.code, as_now(), zone) AS validity;
    before := loy_getRowsBefore(migrationID, 'stage');

    INSERT INTO loy_oldCards (position, number, accountKey, name, tier, kind, amount, validTo, purchases, isFirst, lotID)
    SELECT
        read.place, read.number, read.accountKey, read.name, read.tier, read.kind, read.amount, read.validTo,
        read.purchases, true, CASE WHEN read.amount > 0 THEN nextval(numbers) END
    FROM loy_readOldCards(before, words, rules, zone) AS read
    WHERE read.reason IS NULL;

    FOR found IN
        SELECT
            coalesce(read.kind, '') AS kind,
            count(*) AS rows,
            sum(read.amount) AS amount,
            count(*) FILTER (WHERE read.reason IS NULL) AS staged,
            sum(read.amount) FILTER (WHERE read.reason IS NULL) AS stagedAmount,
            array_agg(
                ROW(
                    migrationID, 'cards', read.place, coalesce(read.reason, read.notice), read.reason IS NOT NULL, read.card,
                    read.given, read.amount
                )::loy_migrationFaults
            ) FILTER (WHERE coalesce(read.reason, read.notice) IS NOT NULL) AS faults
        FROM loy_readOldCards(before, words, rules, zone) AS read
        GROUP BY read.kind
    LOOP
        total := total + found.rows;
        PERFORM loy_addTotals(
            migrationID, ARRAY['read', 'staged', 'left out'], found.kind, found.rows, found.amount, found.staged,
            found.stagedAmount
        );
        INSERT INTO loy_migrationFaults SELECT fault.* FROM unnest(found.faults) AS fault;
    END LOOP;

    TRUNCATE loy_oldLines;

    RETURN loy_advanceMigration(migrationID, 'stage', upTo, total, isLast);
END;
$$;

COMMENT ON FUNCTION loy_stageCards IS
'In the transaction of the COPY. upTo is the byte of the file where the next portion begins. What cannot be taken is listed in
loy_migrationFaultList with its reason, and counted.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_stageCards TO portal_dba;
