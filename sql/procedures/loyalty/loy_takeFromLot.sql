-- Take some of a lot: what it has left goes down, and a move says why.
--
--   SELECT loy_takeFromLot('alice', 17, 20, 'spend', 5, 1, 'receipt 5', NULL);
--
CREATE OR REPLACE FUNCTION loy_takeFromLot(
    username text,
    lotID bigint,
    amount numeric,
    moveKind text,
    receiptID bigint,
    lineNumber integer,
    requestKey text,
    actor text
)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    UPDATE loy_lots
    SET
        remaining = loy_lots.remaining - loy_takeFromLot.amount,
        isSpent = (loy_lots.remaining = loy_takeFromLot.amount)
    WHERE
        loy_lots.username = loy_takeFromLot.username
        AND loy_lots.lotID = loy_takeFromLot.lotID
        AND loy_lots.remaining >= loy_takeFromLot.amount
        AND loy_takeFromLot.amount > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Lot % of % has no % to take.', lotID, username, amount;
    END IF;

    INSERT INTO loy_moves (username, lotID, kind, amount, receiptID, lineNumber, requestKey, actor, createdAt)
    VALUES (username, lotID, moveKind, -amount, receiptID, lineNumber, requestKey, actor, as_now());
END;
$$;

COMMENT ON FUNCTION loy_takeFromLot IS
'Called under the lock of the account by whoever has judged that so much is left; raises where it is not.';
