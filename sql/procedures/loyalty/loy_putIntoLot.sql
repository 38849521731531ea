-- Put something back into a lot, at most up to what was given.
--
--   SELECT loy_putIntoLot('alice', 17, 20, 'restore', 6, 1, 'receipt 6', NULL);
--
CREATE OR REPLACE FUNCTION loy_putIntoLot(
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
    SET remaining = loy_lots.remaining + loy_putIntoLot.amount, isSpent = false
    WHERE
        loy_lots.username = loy_putIntoLot.username
        AND loy_lots.lotID = loy_putIntoLot.lotID
        AND loy_lots.remaining + loy_putIntoLot.amount <= loy_lots.amount
        AND loy_putIntoLot.amount > 0;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'Lot % of % has no room for %.', lotID, username, amount;
    END IF;

    INSERT INTO loy_moves (username, lotID, kind, amount, receiptID, lineNumber, requestKey, actor, createdAt)
    VALUES (username, lotID, moveKind, amount, receiptID, lineNumber, requestKey, actor, as_now());
END;
$$;

COMMENT ON FUNCTION loy_putIntoLot IS
'Called under the lock of the account by whoever has judged that so much was taken before; raises where it was not.';
