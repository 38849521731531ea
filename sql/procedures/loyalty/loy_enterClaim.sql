-- Move a receipt of nobody, with what has come back of it, to a person, and let it earn.
--
--   SELECT * FROM loy_enterClaim('alice', 's001', '1', current_date, '17', 79.80);
--
CREATE OR REPLACE FUNCTION loy_enterClaim(
    username text,
    storeID text,
    till text,
    businessDay date,
    number text,
    net numeric
)
RETURNS outcome
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    moment timestamptz := as_now();
    held text := loy_findReceiptOwner(storeID, till, businessDay, number);
    sale loy_receipts;
    isPerson boolean;
    deal loy_deal;
    given text[];
    exhausted text[] := ARRAY[]::text[];
    lost text;
BEGIN
    SELECT loy_receipts.* INTO sale
    FROM loy_receiptKeys
    INNER JOIN loy_receipts
        ON loy_receipts.username = loy_receiptKeys.username AND loy_receipts.receiptID = loy_receiptKeys.receiptID
    WHERE
        loy_receiptKeys.storeID = loy_enterClaim.storeID
        AND loy_receiptKeys.businessDay = loy_enterClaim.businessDay
        AND loy_receiptKeys.till = loy_enterClaim.till
        AND loy_receiptKeys.number = loy_enterClaim.number;
    -- A wrong sum is answered like a wrong number.
    IF NOT FOUND OR sale.kind <> 'sale' OR sale.net IS DISTINCT FROM loy_enterClaim.net THEN
        RETURN refuse('no_such_sale', 'There is no receipt of this day, number and sum.', '{"field": "number"}');
    END IF;
    IF held = username THEN
        RETURN loy_tellClaim(username, sale.receiptID);
    END IF;
    SELECT loy_accounts.isPerson INTO STRICT isPerson FROM loy_accounts WHERE loy_accounts.username = held;
    IF isPerson THEN
        RETURN refuse('receipt_taken', 'The receipt belongs to somebody.', '{"field": "number"}');
    END IF;
    IF sale.createdAt < moment - make_interval(days => as_getSetting('loyClaimDays')::integer) THEN
        RETURN refuse(
            'claim_too_late', format('A receipt can be claimed for %s days.', as_getSetting('loyClaimDays')),
            jsonb_build_object('field', 'businessDay', 'days', as_getSetting('loyClaimDays')::integer)
        );
    END IF;

    PERFORM loy_moveReceipt(held, username, sale.receiptID);

    -- What took something off stays as it was; what earns is decided as if the card had been shown.
    given := ARRAY(
        SELECT DISTINCT loy_lineDiscounts.promotion
        FROM loy_lineDiscounts
        WHERE loy_lineDiscounts.username = loy_enterClaim.username AND loy_lineDiscounts.receiptID = sale.receiptID
        ORDER BY 1
    );
    LOOP
        deal := loy_makeDeal(username, storeID, sale.basket || '{"pay": "none"}', sale.decidedAt, exhausted, given);
        lost := loy_takeBudgets(
            storeID, deal.decidedAt, jsonb_build_object('lines', '[]'::jsonb, 'earnings', deal.decision -> 'earnings'), number
        );
        EXIT WHEN lost IS NULL;
        exhausted := exhausted || lost;
    END LOOP;
    PERFORM loy_writeEarnings(username, sale.receiptID, deal.decision);
    UPDATE loy_lineEarnings
    SET takenBack = loy_getShare(loy_lineEarnings.amount, sold.returned, sold.quantity)
    FROM loy_receiptLines AS sold
    WHERE
        loy_lineEarnings.username = loy_enterClaim.username
        AND loy_lineEarnings.receiptID = sale.receiptID
        AND sold.username = loy_lineEarnings.username
        AND sold.receiptID = loy_lineEarnings.receiptID
        AND sold.number = loy_lineEarnings.number
        AND sold.returned > 0;
    -- Its budget is the next buyer's again, as when goods come back that somebody had bought.
    PERFORM loy_giveBackBudget(back.promotion, storeID, sale.decidedAt, back.amount)
    FROM (
        SELECT loy_lineEarnings.promotion, sum(loy_lineEarnings.takenBack) AS amount
        FROM loy_lineEarnings
        WHERE loy_lineEarnings.username = loy_enterClaim.username AND loy_lineEarnings.receiptID = sale.receiptID
        GROUP BY loy_lineEarnings.promotion
        HAVING sum(loy_lineEarnings.takenBack) > 0
        ORDER BY loy_lineEarnings.promotion
    ) AS back;
    UPDATE loy_receiptLines
    SET earned = decided.earned
    FROM jsonb_to_recordset(deal.decision -> 'lines') AS decided (line integer, earned numeric)
    WHERE
        loy_receiptLines.username = loy_enterClaim.username
        AND loy_receiptLines.receiptID = sale.receiptID
        AND loy_receiptLines.number = decided.line;
    UPDATE loy_receipts
    SET
        context = deal.context,
        basket = loy_receipts.basket || '{"pay": "none"}',
        earned = (deal.decision ->> 'earned')::numeric,
        isProved = (deal.decision ->> 'proved')::boolean,
        gap = (deal.decision ->> 'gap')::numeric,
        nodes = (deal.decision ->> 'nodes')::integer
    WHERE loy_receipts.username = loy_enterClaim.username AND loy_receipts.receiptID = sale.receiptID;
    INSERT INTO loy_toBook (username, receiptID, createdAt) VALUES (username, sale.receiptID, moment);

    RETURN loy_tellClaim(username, sale.receiptID);
END;
$$;

COMMENT ON FUNCTION loy_enterClaim IS
'Called under the lock of both accounts. What its till was told when it sold stays as it was.
Refuses: no_such_sale, receipt_taken, claim_too_late.';
