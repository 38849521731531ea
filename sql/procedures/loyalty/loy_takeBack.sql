-- Take back what a lot has left, at most so much, wherever it is now.
--
--   SELECT loy_takeBack('alice', 17, 20, 6, 1, 'receipt 6', NULL);
--
CREATE OR REPLACE FUNCTION loy_takeBack(
    username text,
    lotID bigint,
    upTo numeric,
    receiptID bigint,
    lineNumber integer,
    requestKey text,
    actor text
)
RETURNS numeric
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    holder text := username;
    place bigint := lotID;
    next text;
    taken numeric;
BEGIN
    LOOP
        SELECT loy_accounts.mergedInto INTO next FROM loy_accounts WHERE loy_accounts.username = holder;
        EXIT WHEN next IS NULL;
        -- Nothing there: it was spent before the two became one.
        SELECT loy_lots.lotID INTO place
        FROM loy_lots
        WHERE loy_lots.username = next AND loy_lots.mergedFrom = holder AND loy_lots.mergedLotID = place;
        IF place IS NULL THEN
            RETURN 0;
        END IF;
        holder := next;
    END LOOP;
    IF holder <> username THEN
        PERFORM loy_openAccount(holder);
    END IF;

    taken := least(upTo, loy_getFree(holder, place));
    IF taken > 0 THEN
        PERFORM loy_takeFromLot(
            holder, place, taken, 'takeBack',
            CASE WHEN holder = username THEN receiptID END,
            CASE WHEN holder = username THEN lineNumber END,
            requestKey, actor
        );
    END IF;

    RETURN greatest(taken, 0);
END;
$$;

COMMENT ON FUNCTION loy_takeBack IS
'Called under the lock of the account, for what a return cancels of earned bonuses. What was spent already, or what an open hold
has set aside, stays. Of an account that was merged, the lot is found in the one that it is a part of now. Answers how much was
taken.';
