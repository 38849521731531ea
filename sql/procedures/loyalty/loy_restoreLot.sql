-- Put bonuses back where they came from; where that lot is over, into one that lives a little longer.
--
--   SELECT loy_restoreLot('alice', 'alice', 17, 5.00, 42, 1, 'receipt/s001/1/2026-11-22/18');
--
CREATE OR REPLACE FUNCTION loy_restoreLot(
    username text,
    owner text,
    lotID bigint,
    amount numeric,
    receiptID bigint,
    lineNumber integer,
    requestKey text
)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    lot loy_lots;
    grace integer;
    graceUntil timestamptz;
    isOver boolean;
    fresh bigint;
BEGIN
    SELECT * INTO STRICT lot
    FROM loy_lots
    WHERE loy_lots.username = loy_restoreLot.username AND loy_lots.lotID = loy_restoreLot.lotID;
    SELECT loy_kinds.graceDays INTO STRICT grace FROM loy_kinds WHERE loy_kinds.code = lot.kind;
    -- Grace is given once, or somebody who buys and returns would have his bonuses for ever.
    isOver := lot.validTo <= moment AND grace > 0 AND lot.restoresID IS NULL;

    IF owner = username AND NOT isOver THEN
        PERFORM loy_putIntoLot(username, lotID, amount, 'restore', receiptID, lineNumber, requestKey, NULL);
        RETURN;
    END IF;

    SELECT (((moment AT TIME ZONE as_clock.timeZone)::date + grace + 1)::timestamp AT TIME ZONE as_clock.timeZone)
    INTO graceUntil
    FROM as_clock;
    fresh := loy_addLot(
        owner, lot.kind, amount, lot.scope,
        CASE WHEN isOver THEN moment ELSE lot.validFrom END,
        CASE WHEN isOver THEN graceUntil ELSE lot.validTo END,
        receiptID, lineNumber, lot.promotion,
        CASE WHEN isOver THEN lotID ELSE lot.restoresID END, 'restore', '', requestKey
    );
    IF owner <> username THEN
        UPDATE loy_lots
        SET mergedFrom = loy_restoreLot.username, mergedLotID = loy_restoreLot.lotID
        WHERE loy_lots.username = owner AND loy_lots.lotID = fresh;
    END IF;
END;
$$;

COMMENT ON FUNCTION loy_restoreLot IS
'Called under the lock of both accounts. owner: the account that username was merged into, else the same. A lot that has ended
comes back as one that restores it and lives graceDays of its kind more; a lot that was given so has no second grace. Where the
account was merged, the new lot has the kind, scope and validity of the old one, and says whose it was.';
