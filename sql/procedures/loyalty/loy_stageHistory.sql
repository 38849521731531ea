-- Take the portion of history that COPY has just brought into loy_oldLines.
--
--   SELECT * FROM loy_stageHistory(1, '', '4194304', false);
--
CREATE OR REPLACE FUNCTION loy_stageHistory(migrationID bigint, after text, upTo text, isLast boolean)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    zone text := (SELECT as_clock.timeZone FROM as_clock);
    isCounted boolean;
    before bigint;
    found record;
    total bigint := 0::bigint;
BEGIN
    refusal := loy_checkMigration(migrationID, 'history', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    -- What was bought came with the cards, or is counted from these lines.
    SELECT NOT coalesce(loy_migrations.cards -> 'columns' ? 'purchases', false) INTO isCounted
    FROM loy_migrations
    WHERE loy_migrations.id = migrationID;
    before := loy_getRowsBefore(migrationID, 'history');

    INSERT INTO loy_oldMoves (username, at, card, kind, amount, store, note)
    SELECT read.username, read.at, read.number, read.kind, read.amount, read.store, read.note
    FROM loy_readOldHistory(before, zone) AS read
    WHERE read.reason IS NULL;

    IF isCounted THEN
        INSERT INTO loy_purchases AS bought (username, month, amount, receipts)
        SELECT
            read.username,
            date_trunc('month', read.at AT TIME ZONE zone)::date AS month,
            sum(CASE WHEN read.kind = 'return' THEN -abs(read.amount) ELSE read.amount END),
            count(*) FILTER (WHERE read.kind = 'purchase')
        FROM loy_readOldHistory(before, zone) AS read
        WHERE read.reason IS NULL AND read.kind IN ('purchase', 'return')
        GROUP BY read.username, date_trunc('month', read.at AT TIME ZONE zone)::date
        ORDER BY read.username, month
        ON CONFLICT ON CONSTRAINT loy_purchases_pkey DO UPDATE
        SET amount = bought.amount + excluded.amount, receipts = bought.receipts + excluded.receipts;
    END IF;

    FOR found IN
        SELECT
            read.kind,
            count(*) AS rows,
            sum(read.amount) AS amount,
            count(*) FILTER (WHERE read.reason IS NULL) AS loaded,
            sum(read.amount) FILTER (WHERE read.reason IS NULL) AS loadedAmount,
            array_agg(
                ROW(migrationID, 'history', read.place, read.reason, true, read.card, read.given, read.amount)::loy_migrationFaults
            ) FILTER (WHERE read.reason IS NOT NULL) AS faults
        FROM loy_readOldHistory(before, zone) AS read
        GROUP BY read.kind
    LOOP
        total := total + found.rows;
        PERFORM loy_addTotals(
            migrationID, ARRAY['history read', 'history loaded', 'history left out'], found.kind, found.rows, found.amount, found.loaded,
            found.loadedAmount
        );
        INSERT INTO loy_migrationFaults SELECT fault.* FROM unnest(found.faults) AS fault;
    END LOOP;

    TRUNCATE loy_oldLines;

    RETURN loy_advanceMigration(migrationID, 'history', upTo, total, isLast);
END;
$$;

COMMENT ON FUNCTION loy_stageHistory IS
'In the transaction of the COPY; upTo is the byte of the file where the next portion begins. Tills are open meanwhile. Purchases
count for the tiers of their months, unless the cards have told them.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_stageHistory TO portal_dba;
