-- Give up a hold: the bonuses that it set aside are free again.
--
--   SELECT * FROM loy_cancel('s001', '1', current_date, '17', '+421 903 123 456');
--
CREATE OR REPLACE FUNCTION loy_cancel(storeID text, till text, businessDay date, number text, key text)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
DECLARE
    owner text;
    held loy_holds;
    refusal outcome;
BEGIN
    refusal := loy_checkReceipt(storeID, till, businessDay, number);
    IF refusal.result = 0 THEN
        RETURN refusal;
    END IF;
    IF key ~ '\S' THEN
        -- A blocked account's hold is let go as well.
        SELECT buyers.username INTO owner FROM loy_identify(key) AS buyers;
        IF owner IS NULL THEN
            RETURN refuse('no_such_account', 'Nobody has this phone or card.', '{"field": "key"}');
        END IF;
    END IF;
    IF NOT loy_isEntered(storeID, till, businessDay, number) THEN
        owner := loy_lockAccount(coalesce(
            owner, loy_openSynthetic(storeID, concat_ws('/', till, businessDay, number))
        ));
    END IF;
    IF loy_isEntered(storeID, till, businessDay, number) THEN
        RETURN refuse(
            'receipt_entered', format('Receipt %s is entered: only a return undoes it.', number), '{"field": "number"}'
        );
    END IF;
    SELECT * INTO held
    FROM loy_holds
    WHERE
        loy_holds.username = owner
        AND loy_holds.storeID = loy_cancel.storeID
        AND loy_holds.till = loy_cancel.till
        AND loy_holds.businessDay = loy_cancel.businessDay
        AND loy_holds.number = loy_cancel.number;
    PERFORM loy_releaseHold(held);

    RETURN done('hold_cancelled', format('Nothing is held for receipt %s any more.', number));
END;
$$;

COMMENT ON FUNCTION loy_cancel IS
'key: as in loy_hold. Done as well where nothing is held (any more), so that it can be sent again.
Refuses: no_such_store, store_closed, wrong_till, wrong_number, wrong_day, too_late, no_such_account, receipt_entered.';

GRANT EXECUTE ON FUNCTION loy_cancel TO portal_till, portal_dba;
