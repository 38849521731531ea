-- Whose account a receipt is in.
--
--   SELECT loy_findReceiptOwner('s001', '1', current_date, '17');
--
CREATE OR REPLACE FUNCTION loy_findReceiptOwner(storeID text, till text, businessDay date, number text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT loy_receiptKeys.username
        FROM loy_receiptKeys
        WHERE
            loy_receiptKeys.storeID = loy_findReceiptOwner.storeID
            AND loy_receiptKeys.businessDay = loy_findReceiptOwner.businessDay
            AND loy_receiptKeys.till = loy_findReceiptOwner.till
            AND loy_receiptKeys.number = loy_findReceiptOwner.number
    );
END;
$$;

COMMENT ON FUNCTION loy_findReceiptOwner IS 'Null where there is no such receipt.';
