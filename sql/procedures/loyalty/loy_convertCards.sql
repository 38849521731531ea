-- Make accounts of the next staged cards: one for every phone.
--
--   SELECT * FROM loy_convertCards(1, '');
--
CREATE OR REPLACE FUNCTION loy_convertCards(migrationID bigint, after text, portion integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    upTo text := loy_nextOldCards(after, portion);
    before bigint;
    made bigint;
    found record;
BEGIN
    refusal := loy_checkMigration(migrationID, 'convert', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    before := loy_getRowsBefore(migrationID, 'convert');

    INSERT INTO loy_oldAccounts (accountKey, username, isNew, name, tier, lots, amount, checksum, purchases)
    SELECT
        owner.accountKey,
        -- In the order of the accounts, so that their rows come in order everywhere.
        coalesce(
            CASE WHEN as_userKeys.username IS NOT NULL THEN loy_resolveAccount(as_userKeys.username) END,
            format('m%s-%s', migrationID, lpad((before + row_number() OVER (ORDER BY owner.accountKey))::text, 10, '0'))
        ),
        as_userKeys.username IS NULL,
        coalesce(owner.names[1], 'Card ' || owner.number),
        owner.tiers[1],
        owner.lots,
        owner.amount,
        owner.checksum,
        owner.purchases
    FROM (
        SELECT
            loy_oldCards.accountKey,
            min(loy_oldCards.number) AS number,
            array_agg(loy_oldCards.name ORDER BY loy_tiers.rank DESC, loy_oldCards.position)
            FILTER (WHERE loy_oldCards.name IS NOT NULL) AS names,
            array_agg(loy_oldCards.tier ORDER BY loy_tiers.rank DESC) AS tiers,
            count(loy_oldCards.lotID) AS lots,
            sum(loy_oldCards.amount) AS amount,
            coalesce(
                sum(loy_lotChecksum(loy_oldCards.lotID, loy_oldCards.kind, loy_oldCards.amount, loy_oldCards.validTo)), 0
            ) AS checksum,
            sum(loy_oldCards.purchases) AS purchases
        FROM loy_oldCards
        INNER JOIN loy_tiers ON loy_tiers.code = loy_oldCards.tier
        WHERE loy_oldCards.accountKey > after AND loy_oldCards.accountKey <= upTo
        GROUP BY loy_oldCards.accountKey
    ) AS owner
    LEFT JOIN as_userKeys ON owner.accountKey LIKE '+%' AND as_userKeys.key = 'phone:' || owner.accountKey;
    GET DIAGNOSTICS made = ROW_COUNT;

    FOR found IN
        SELECT loy_oldCards.kind, count(*) AS rows, sum(loy_oldCards.amount) AS amount
        FROM loy_oldAccounts
        INNER JOIN loy_oldCards ON loy_oldCards.accountKey = loy_oldAccounts.accountKey
        WHERE loy_oldAccounts.accountKey > after AND loy_oldAccounts.accountKey <= upTo
        GROUP BY loy_oldCards.kind
    LOOP
        PERFORM loy_addTotal(migrationID, 'converted', found.kind, found.rows, found.amount);
    END LOOP;

    INSERT INTO loy_migrationFaults (migrationID, file, position, reason, isLeftOut, card, detail, amount)
    SELECT migrationID, 'cards', min(loy_oldCards.position), 'names_differ', false, min(loy_oldCards.number), '', NULL
    FROM loy_oldCards
    WHERE loy_oldCards.accountKey > after AND loy_oldCards.accountKey <= upTo
    GROUP BY loy_oldCards.accountKey
    HAVING min(lower(loy_oldCards.name)) <> max(lower(loy_oldCards.name));

    IF after = '' OR made < portion THEN
        ANALYZE loy_oldAccounts;
    END IF;
    IF made < portion THEN
        UPDATE loy_migrations SET state = 'ready' WHERE loy_migrations.id = migrationID;
    END IF;
    RETURN loy_advanceMigration(migrationID, 'convert', coalesce(upTo, after), made, made < portion);
END;
$$;

COMMENT ON FUNCTION loy_convertCards IS
'All cards of one phone are one account: of the person who has that phone here, else of a new one, with the highest tier of the
cards and their balances kept apart. A card without a phone is an account of its own. names_differ lists a phone under which
several names stand; the card of the highest tier gives it. After the last portion the migration is ready for its switch.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_convertCards TO portal_dba;
