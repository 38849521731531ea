-- Enter the sale of a basket that was found to be one, for an account: under its lock everything is decided and written.
--
--   SELECT * FROM loy_enterSale('alice', 's001', '1', current_date, '17', loy_readBasket('{"lines": [{"line": 1, "sku": "A1", "qty": 2, "price": 49.90}]}'), as_now(), NULL, false, sha256('{}'), as_now());
--
CREATE OR REPLACE FUNCTION loy_enterSale(
    username text,
    storeID text,
    till text,
    businessDay date,
    number text,
    basket jsonb,
    soldAt timestamptz,
    expectedNet numeric,
    isOffline boolean,
    bodyHash bytea,
    enteredAt timestamptz
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    buyer text := loy_lockAccount(username);
    given jsonb := CASE WHEN isOffline THEN jsonb_set(basket, '{pay}', '"none"') ELSE basket END;
    exhausted text[] := ARRAY[]::text[];
    fresh bigint;
    held loy_holds;
    isHeld boolean;
    deal loy_deal;
    lost text;
    told text;
    earlier outcome;
BEGIN
    -- Its twin may have been entered while this one waited.
    earlier := loy_findAnswer(storeID, till, businessDay, number, bodyHash);
    IF earlier.result IS NOT NULL THEN
        RETURN earlier;
    END IF;

    SELECT * INTO held
    FROM loy_holds
    WHERE
        loy_holds.username = buyer
        AND loy_holds.storeID = loy_enterSale.storeID
        AND loy_holds.till = loy_enterSale.till
        AND loy_holds.businessDay = loy_enterSale.businessDay
        AND loy_holds.number = loy_enterSale.number;
    -- A till that had no line has sold at its own prices, whatever was promised to it before.
    isHeld := coalesce(held.expiresAt > enteredAt, false) AND NOT isOffline;
    IF isHeld THEN
        IF held.basket <> given THEN
            RETURN refuse(
                'hold_differs', 'Another basket is held for this receipt. Hold this one, or cancel the hold.',
                jsonb_build_object('number', number)
            );
        END IF;
        deal := (held.decidedAt, held.setVersion, held.context, held.lots, held.decision)::loy_deal;
    ELSE
        -- The clock of a till may be ahead, but nothing was sold tomorrow.
        deal := loy_makeDeal(
            buyer, storeID, given, CASE WHEN isOffline THEN least(soldAt, enteredAt) ELSE enteredAt END,
            given => CASE WHEN isOffline THEN ARRAY[]::text[] END
        );
    END IF;
    IF expectedNet <> (deal.decision ->> 'net')::numeric AND NOT isOffline THEN
        RETURN loy_refusePrice(deal.decision);
    END IF;

    fresh := nextval('loy_receipts_receiptid_seq');
    INSERT INTO loy_receiptKeys (storeID, businessDay, till, number, username, receiptID, bodyHash, createdAt)
    VALUES (storeID, businessDay, till, number, buyer, fresh, bodyHash, enteredAt)
    ON CONFLICT ON CONSTRAINT loy_receiptkeys_pkey DO NOTHING;
    -- Sent at the same moment for somebody else.
    IF NOT FOUND THEN
        RETURN loy_findAnswer(storeID, till, businessDay, number, bodyHash);
    END IF;

    IF isHeld THEN
        DELETE FROM loy_holdLots WHERE loy_holdLots.username = buyer AND loy_holdLots.holdID = held.holdID;
        DELETE FROM loy_holds WHERE loy_holds.username = buyer AND loy_holds.holdID = held.holdID;
    ELSE
        PERFORM loy_releaseHold(held);
        LOOP
            lost := loy_takeBudgets(storeID, deal.decidedAt, deal.decision, number);
            EXIT WHEN lost IS NULL;
            -- Somebody else had the last of it in this moment.
            exhausted := exhausted || lost;
            deal := loy_makeDeal(
                buyer, storeID, given, deal.decidedAt, exhausted, CASE WHEN isOffline THEN ARRAY[]::text[] END
            );
            IF expectedNet <> (deal.decision ->> 'net')::numeric AND NOT isOffline THEN
                DELETE FROM loy_receiptKeys
                WHERE
                    loy_receiptKeys.storeID = loy_enterSale.storeID
                    AND loy_receiptKeys.businessDay = loy_enterSale.businessDay
                    AND loy_receiptKeys.till = loy_enterSale.till
                    AND loy_receiptKeys.number = loy_enterSale.number;
                RETURN loy_refusePrice(deal.decision);
            END IF;
        END LOOP;
    END IF;

    told := loy_writeSale(
        buyer, fresh, storeID, till, businessDay, number, soldAt, isOffline, given, deal, enteredAt
    );

    RETURN done(
        'receipt_entered', 'The receipt is entered.',
        jsonb_build_object('username', buyer, 'receiptID', fresh, 'answer', told)
    );
END;
$$;

COMMENT ON FUNCTION loy_enterSale IS
'The part of loy_commit that belongs to one account. Every order of locks: the account, its lots, the receipt''s name, budgets.
Refuses: receipt_changed, hold_differs, price_changed (details: decision).';
