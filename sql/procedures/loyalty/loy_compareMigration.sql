-- Look whether the next accounts of a migration have in the live tables what the cards had.
--
--   SELECT * FROM loy_compareMigration(1, '');
--
CREATE OR REPLACE FUNCTION loy_compareMigration(migrationID bigint, after text, portion integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    request text := 'migrate:' || migrationID;
    upTo text;
    seen bigint;
    found record;
BEGIN
    refusal := loy_checkMigration(migrationID, 'compare', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT next.upTo, next.seen INTO upTo, seen FROM loy_nextOldAccounts(after, portion) AS next;

    -- What is live is read by itself: by the moves that gave it, not by what was to be given.
    INSERT INTO loy_migrationFaults (migrationID, file, position, reason, isLeftOut, card, detail, amount)
    SELECT
        migrationID, 'cards', min(card.position), 'account_differs', false, min(card.number), '',
        max(old.amount) - coalesce(max(live.amount), 0)
    FROM (
        SELECT owner.username, sum(owner.lots) AS lots, sum(owner.amount) AS amount, sum(owner.checksum) AS checksum
        FROM loy_oldAccounts AS owner
        WHERE owner.accountKey > after AND owner.accountKey <= upTo
        GROUP BY owner.username
    ) AS old
    LEFT JOIN (
        SELECT
            lot.username,
            count(*) AS lots,
            sum(lot.amount) AS amount,
            sum(loy_lotChecksum(lot.lotID, lot.kind, lot.amount, lot.validTo)) AS checksum
        FROM (
            SELECT DISTINCT owner.username
            FROM loy_oldAccounts AS owner
            WHERE owner.accountKey > after AND owner.accountKey <= upTo
        ) AS asked
        INNER JOIN loy_moves AS move
            ON move.username = asked.username AND move.kind = 'migrate' AND move.requestKey = request
        INNER JOIN loy_lots AS lot ON lot.username = move.username AND lot.lotID = move.lotID AND lot.amount = move.amount
        GROUP BY lot.username
    ) AS live ON live.username = old.username
    INNER JOIN loy_oldAccounts AS owner
        ON owner.username = old.username AND owner.accountKey > after AND owner.accountKey <= upTo
    INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
    WHERE (old.lots, old.checksum) IS DISTINCT FROM (coalesce(live.lots, 0), coalesce(live.checksum, 0))
    GROUP BY old.username;

    FOR found IN
        SELECT lot.kind, count(*) AS rows, sum(lot.amount) AS amount
        FROM (
            SELECT DISTINCT owner.username
            FROM loy_oldAccounts AS owner
            WHERE owner.accountKey > after AND owner.accountKey <= upTo
        ) AS asked
        INNER JOIN loy_moves AS move
            ON move.username = asked.username AND move.kind = 'migrate' AND move.requestKey = request
        INNER JOIN loy_lots AS lot ON lot.username = move.username AND lot.lotID = move.lotID
        GROUP BY lot.kind
    LOOP
        PERFORM loy_addTotal(migrationID, 'found', found.kind, found.rows, found.amount);
    END LOOP;

    RETURN loy_advanceMigration(migrationID, 'compare', coalesce(upTo, after), seen, seen < portion);
END;
$$;

COMMENT ON FUNCTION loy_compareMigration IS
'Per account the number of balances and the checksum of all of them, and per kind the totals of what is live. account_differs in
loy_migrationFaultList names who has not what the cards had.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_compareMigration TO portal_dba;
