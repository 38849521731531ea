-- Let go of what a hold has promised: its bonuses and its share of the budgets.
--
--   SELECT loy_releaseHold(loy_holds) FROM loy_holds WHERE username = 'alice' AND holdID = 17;
--
CREATE OR REPLACE FUNCTION loy_releaseHold(held loy_holds)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF held.holdID IS NULL THEN
        RETURN;
    END IF;
    PERFORM loy_giveBackBudgets(held.storeID, held.decidedAt, held.decision);
    DELETE FROM loy_holdLots WHERE loy_holdLots.username = held.username AND loy_holdLots.holdID = held.holdID;
    DELETE FROM loy_holds WHERE loy_holds.username = held.username AND loy_holds.holdID = held.holdID;
END;
$$;

COMMENT ON FUNCTION loy_releaseHold IS
'Called under the lock of the account. The row goes: what was sold in the end is in loy_receipts. Nothing happens where there is no
hold.';
