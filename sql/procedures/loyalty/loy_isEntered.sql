-- Whether a receipt of this store, till, day and number is there.
--
--   SELECT loy_isEntered('s001', '1', current_date, '17');
--
CREATE OR REPLACE FUNCTION loy_isEntered(storeID text, till text, businessDay date, number text)
RETURNS boolean
LANGUAGE sql
STABLE
AS $$
    SELECT EXISTS (
        SELECT
        FROM loy_receiptKeys AS receipt
        WHERE
            receipt.storeID = loy_isEntered.storeID
            AND receipt.businessDay = loy_isEntered.businessDay
            AND receipt.till = loy_isEntered.till
            AND receipt.number = loy_isEntered.number
    )
$$;

COMMENT ON FUNCTION loy_isEntered IS 'Whether a sale or a return was entered under this name, whatever was in it.';
