-- Give the next accounts of a migration their cards and balances.
--
--   SELECT * FROM loy_migrateBalances(1, '');
--
CREATE OR REPLACE FUNCTION loy_migrateBalances(migrationID bigint, after text, portion integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    request text := 'migrate:' || migrationID;
    moment timestamptz := as_now();
    thisMonth date := date_trunc('month', as_today())::date;
    upTo text;
    seen bigint;
    found record;
BEGIN
    refusal := loy_checkMigration(migrationID, 'balances', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT next.upTo, next.seen INTO upTo, seen FROM loy_nextOldAccounts(after, portion) AS next;

    -- Whoever was here before keeps the higher tier of the two.
    FOR found IN
        SELECT account.username, account.tier AS before, owner.tier, owner.purchases, ours.rank < theirs.rank AS isHigher
        FROM loy_oldAccounts AS owner
        CROSS JOIN LATERAL loy_openAccount(owner.username) AS account
        INNER JOIN loy_tiers AS ours ON ours.code = account.tier
        INNER JOIN loy_tiers AS theirs ON theirs.code = owner.tier
        WHERE owner.accountKey > after AND owner.accountKey <= upTo AND NOT owner.isNew
        ORDER BY account.username
    LOOP
        CONTINUE WHEN NOT found.isHigher;
        UPDATE loy_accounts SET tier = found.tier, tierSince = moment WHERE loy_accounts.username = found.username;
        INSERT INTO loy_tierLog (username, tier, previous, purchases, reason, createdAt)
        VALUES (found.username, found.tier, found.before, found.purchases, 'migrated', moment);
    END LOOP;

    INSERT INTO loy_purchases AS bought (username, month, amount, receipts)
    SELECT owner.username, thisMonth, sum(owner.purchases), 0
    FROM loy_oldAccounts AS owner
    WHERE owner.accountKey > after AND owner.accountKey <= upTo AND owner.purchases > 0
    GROUP BY owner.username
    ORDER BY owner.username
    ON CONFLICT ON CONSTRAINT loy_purchases_pkey DO UPDATE SET amount = bought.amount + excluded.amount;

    INSERT INTO loy_cards (number, username, state, createdAt)
    SELECT card.number, owner.username, 'active', moment
    FROM loy_oldAccounts AS owner
    INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
    WHERE owner.accountKey > after AND owner.accountKey <= upTo AND card.isFirst;

    INSERT INTO as_userKeys (key, username, createdAt)
    SELECT 'card:' || card.number, owner.username, moment
    FROM loy_oldAccounts AS owner
    INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
    WHERE owner.accountKey > after AND owner.accountKey <= upTo AND card.isFirst;

    INSERT INTO loy_lots (
        username, lotID, kind, amount, remaining, isSpent, validFrom, validTo, note, createdAt
    ) OVERRIDING SYSTEM VALUE
    SELECT
        owner.username, card.lotID, card.kind, card.amount, card.amount, false,
        -- One that has ended is kept to be seen.
        least(moment, card.validTo - interval '1 day'), card.validTo, card.number, moment
    FROM loy_oldAccounts AS owner
    INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
    WHERE owner.accountKey > after AND owner.accountKey <= upTo AND card.lotID IS NOT NULL
    ORDER BY owner.accountKey;

    INSERT INTO loy_moves (username, lotID, kind, amount, requestKey, createdAt)
    SELECT owner.username, card.lotID, 'migrate', card.amount, request, moment
    FROM loy_oldAccounts AS owner
    INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
    WHERE owner.accountKey > after AND owner.accountKey <= upTo AND card.lotID IS NOT NULL
    ORDER BY owner.accountKey;

    FOR found IN
        SELECT card.kind, count(*) AS rows, sum(card.amount) AS amount
        FROM loy_oldAccounts AS owner
        INNER JOIN loy_oldCards AS card ON card.accountKey = owner.accountKey
        WHERE owner.accountKey > after AND owner.accountKey <= upTo AND card.lotID IS NOT NULL
        GROUP BY card.kind
    LOOP
        PERFORM loy_addTotal(migrationID, 'loaded', found.kind, found.rows, found.amount);
    END LOOP;

    IF after = '' OR seen < portion THEN
        ANALYZE as_userKeys, loy_cards, loy_lots, loy_moves;
    END IF;

    RETURN loy_advanceMigration(migrationID, 'balances', coalesce(upTo, after), seen, seen < portion);
END;
$$;

COMMENT ON FUNCTION loy_migrateBalances IS
'A loader. Every balance is a lot of its own, with the number of its card as the note. What was bought in the old system, where
the cards say it, counts for the tier as bought in this month.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_migrateBalances TO portal_dba;
