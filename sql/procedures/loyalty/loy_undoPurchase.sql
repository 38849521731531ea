-- Take what came back from purchases, tier and budgets.
--
--   SELECT loy_undoPurchase('alice', loy_receipts, '[]') FROM loy_receipts WHERE username = 'alice' AND receiptID = 17;
--
CREATE OR REPLACE FUNCTION loy_undoPurchase(owner text, sale loy_receipts, parts jsonb)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    back record;
    isWhole boolean;
BEGIN
    PERFORM FROM loy_accounts WHERE loy_accounts.username = owner AND loy_accounts.isPerson;
    IF FOUND THEN
        SELECT bool_and(sold.returned = sold.quantity) INTO isWhole
        FROM loy_receiptLines AS sold
        WHERE sold.username = sale.username AND sold.receiptID = sale.receiptID;
        PERFORM loy_addPurchase(owner, sale.businessDay, -sum(line.net), CASE WHEN isWhole THEN -1 ELSE 0 END)
        FROM jsonb_to_recordset(parts) AS line (net numeric);
    END IF;

    FOR back IN
        SELECT pieces.promotion, sum(pieces.amount) AS amount
        FROM jsonb_to_recordset(parts) AS line (discounts jsonb, earnings jsonb)
        CROSS JOIN LATERAL jsonb_to_recordset(line.discounts || line.earnings) AS pieces (promotion text, amount numeric)
        GROUP BY pieces.promotion
        ORDER BY pieces.promotion
    LOOP
        PERFORM loy_giveBackBudget(back.promotion, sale.storeID, sale.decidedAt, back.amount);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION loy_undoPurchase IS
'Called under the lock of the account, when the lines are written. The month is that of the sale; the tier is judged at once.';
