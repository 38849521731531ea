-- Look at the next staged card numbers: which are there twice, and which are cards here already.
--
--   SELECT * FROM loy_findTwins(1, '');
--
CREATE OR REPLACE FUNCTION loy_findTwins(migrationID bigint, after text, portion integer DEFAULT 20000)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    refusal outcome;
    upTo text;
    seen bigint;
    numbers text[];
    faults loy_migrationFaults[];
    gone record;
BEGIN
    refusal := loy_checkMigration(migrationID, 'twins', after);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;

    SELECT max(next.number), count(*) INTO upTo, seen
    FROM (
        SELECT loy_oldCards.number
        FROM loy_oldCards
        WHERE loy_oldCards.number > after
        ORDER BY loy_oldCards.number
        LIMIT portion
    ) AS next;

    IF seen > 0 THEN
        numbers := ARRAY(
            SELECT loy_oldCards.number
            FROM loy_oldCards
            WHERE loy_oldCards.number > after AND loy_oldCards.number <= upTo
            GROUP BY loy_oldCards.number
            HAVING count(*) > 1
            UNION
            SELECT loy_cards.number
            FROM loy_cards
            INNER JOIN loy_oldCards ON loy_oldCards.number = loy_cards.number
            WHERE loy_oldCards.number > after AND loy_oldCards.number <= upTo
        );
    END IF;

    IF cardinality(numbers) > 0 THEN
        -- The first line of a number says whose it is, and the first of a balance what it is.
        SELECT array_agg(
            ROW(
                migrationID, 'cards', line.position, line.reason, line.reason <> 'phones_differ', line.number, '', line.amount
            )::loy_migrationFaults
        ) INTO faults
        FROM (
            SELECT
                twin.position,
                twin.number,
                twin.amount,
                CASE
                    WHEN EXISTS (SELECT FROM loy_cards WHERE loy_cards.number = twin.number) THEN 'card_known'
                    WHEN
                        row_number() OVER (PARTITION BY twin.number, twin.kind, twin.validTo ORDER BY twin.position) > 1
                        THEN 'card_twice'
                    WHEN
                        twin.accountKey <> first_value(twin.accountKey) OVER (PARTITION BY twin.number ORDER BY twin.position)
                        THEN 'phones_differ'
                END AS reason
            FROM loy_oldCards AS twin
            WHERE twin.number = ANY(numbers)
        ) AS line
        WHERE line.reason IS NOT NULL;

        -- Its notices said that it was taken.
        DELETE FROM loy_migrationFaults
        USING unnest(faults) AS fault
        WHERE
            loy_migrationFaults.migrationID = loy_findTwins.migrationID
            AND loy_migrationFaults.file = 'cards'
            AND loy_migrationFaults.position = fault.position
            AND fault.isLeftOut;
        INSERT INTO loy_migrationFaults SELECT fault.* FROM unnest(faults) AS fault;

        FOR gone IN
            SELECT loy_oldCards.kind, count(*) AS rows, sum(loy_oldCards.amount) AS amount
            FROM unnest(faults) AS fault
            INNER JOIN loy_oldCards ON loy_oldCards.number = fault.card AND loy_oldCards.position = fault.position
            WHERE fault.isLeftOut
            GROUP BY loy_oldCards.kind
        LOOP
            PERFORM loy_addTotal(migrationID, 'left out', gone.kind, gone.rows, gone.amount);
            PERFORM loy_addTotal(migrationID, 'staged', gone.kind, -gone.rows, -gone.amount);
        END LOOP;
        DELETE FROM loy_oldCards
        USING unnest(faults) AS fault
        WHERE fault.isLeftOut AND loy_oldCards.number = fault.card AND loy_oldCards.position = fault.position;

        UPDATE loy_oldCards
        SET accountKey = whose.accountKey, isFirst = false
        FROM (
            SELECT DISTINCT ON (twin.number) twin.number, twin.accountKey, twin.position
            FROM loy_oldCards AS twin
            WHERE twin.number = ANY(numbers)
            ORDER BY twin.number ASC, twin.position ASC
        ) AS whose
        WHERE loy_oldCards.number = whose.number AND loy_oldCards.position <> whose.position;
    END IF;

    RETURN loy_advanceMigration(migrationID, 'twins', coalesce(upTo, after), seen, seen < portion);
END;
$$;

COMMENT ON FUNCTION loy_findTwins IS
'Several lines of one number are several balances of one card. Left out, and listed: card_twice, the same number, kind and end
again; card_known, a card that is here already. phones_differ is taken, for the account of the first line.
Refuses: no_such_migration, not_its_turn, elsewhere.';

GRANT EXECUTE ON FUNCTION loy_findTwins TO portal_dba;
