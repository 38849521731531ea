-- Give back what was spent of a lot: to the lot itself while it is valid, else as a new one with some days of grace.
--
--   SELECT loy_restoreLot('alice', 17, 20, 6, 1, 'receipt 6', NULL);
--
CREATE OR REPLACE FUNCTION loy_restoreLot(
    username text,
    lotID bigint,
    amount numeric,
    receiptID bigint,
    lineNumber integer,
    requestKey text,
    actor text
)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    holder text := loy_resolveAccount(username);
    zone text;
    grace integer;
    ends timestamptz;
    lot loy_lots;
BEGIN
    SELECT * INTO STRICT lot
    FROM loy_lots
    WHERE loy_lots.username = loy_restoreLot.username AND loy_lots.lotID = loy_restoreLot.lotID;

    IF lot.validTo > moment AND holder = username THEN
        PERFORM loy_putIntoLot(username, lotID, amount, 'restore', receiptID, lineNumber, requestKey, actor);
        RETURN lotID;
    END IF;

    ends := lot.validTo;
    IF ends <= moment THEN
        SELECT as_clock.timeZone INTO STRICT zone FROM as_clock;
        SELECT loy_kinds.graceDays INTO STRICT grace FROM loy_kinds WHERE loy_kinds.code = lot.kind;
        ends := ((moment AT TIME ZONE zone)::date + grace + 1)::timestamp AT TIME ZONE zone;
    END IF;
    IF holder = username THEN
        RETURN loy_addLot(
            username, lot.kind, amount, lot.scope, moment, ends, receiptID, lineNumber, lot.promotion, lot.lotID,
            moveKind => 'restore', requestKey => requestKey, actor => actor
        );
    END IF;

    -- The account is a part of another one since: whoever spent it has that one now.
    PERFORM loy_openAccount(holder);
    RETURN loy_addLot(
        holder, lot.kind, amount, lot.scope, moment, ends,
        promotion => lot.promotion, moveKind => 'restore', note => username, requestKey => requestKey, actor => actor
    );
END;
$$;

COMMENT ON FUNCTION loy_restoreLot IS
'Called under the lock of the account, for what a sale had taken from the lot. graceDays of the kind: the new lot lives to the end
of the day so many later, and its restoresID is the old one. Of an account that was merged, it comes to the one that it is a
part of now. Answers the lotID it went to.';
