-- Book what a sale has earned and bought, once: lots, purchases, tier.
--
--   SELECT loy_bookSale('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_bookSale(username text, receiptID bigint)
RETURNS boolean
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
DECLARE
    owner text := loy_lockAccount(username);
    sale loy_receipts;
    earning record;
    fresh bigint;
    bought numeric;
    isKept boolean;
BEGIN
    DELETE FROM loy_toBook WHERE loy_toBook.username = loy_bookSale.username AND loy_toBook.receiptID = loy_bookSale.receiptID;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT * INTO STRICT sale
    FROM loy_receipts
    WHERE loy_receipts.username = loy_bookSale.username AND loy_receipts.receiptID = loy_bookSale.receiptID;

    FOR earning IN
        SELECT
            loy_lineEarnings.promotion, loy_lineEarnings.kind, loy_lineEarnings.scope,
            sum(loy_lineEarnings.amount - loy_lineEarnings.takenBack) AS amount,
            CASE WHEN count(*) = 1 THEN min(loy_lineEarnings.number) END AS line
        FROM loy_lineEarnings
        WHERE loy_lineEarnings.username = loy_bookSale.username AND loy_lineEarnings.receiptID = loy_bookSale.receiptID
        GROUP BY loy_lineEarnings.promotion, loy_lineEarnings.kind, loy_lineEarnings.scope
        HAVING sum(loy_lineEarnings.amount - loy_lineEarnings.takenBack) > 0
        ORDER BY loy_lineEarnings.promotion
    LOOP
        -- Counted from the moment the centre knew of the sale, which is later than the sale where the till was offline.
        SELECT
            loy_addLot(
                owner, earning.kind, earning.amount, earning.scope, validity.validFrom, validity.validTo,
                loy_bookSale.receiptID, earning.line, earning.promotion,
                requestKey => format('book/%s/%s', loy_bookSale.username, loy_bookSale.receiptID)
            )
        INTO fresh
        FROM loy_validityOf(earning.kind, sale.createdAt) AS validity;

        UPDATE loy_lineEarnings
        SET lotID = fresh
        WHERE
            loy_lineEarnings.username = loy_bookSale.username
            AND loy_lineEarnings.receiptID = loy_bookSale.receiptID
            AND loy_lineEarnings.promotion = earning.promotion;
    END LOOP;

    SELECT sale.net + coalesce(sum(returns.net), 0) INTO bought
    FROM loy_receipts AS returns
    WHERE returns.username = loy_bookSale.username AND returns.saleID = loy_bookSale.receiptID;
    -- One that was claimed may have come back as a whole before.
    SELECT bool_or(sold.returned < sold.quantity) INTO isKept
    FROM loy_receiptLines AS sold
    WHERE sold.username = loy_bookSale.username AND sold.receiptID = loy_bookSale.receiptID;
    PERFORM loy_addPurchase(owner, sale.businessDay, bought, CASE WHEN isKept THEN 1 ELSE 0 END);

    RETURN true;
END;
$$;

COMMENT ON FUNCTION loy_bookSale IS
'True when it was still to be booked. One lot a promotion, that the lines which earned it point to; less what has come back
meanwhile. Locks the account, and the one it was merged into, whose it all becomes.';
