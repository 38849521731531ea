-- Count a purchase, or what came back of one, for the tier.
--
--   SELECT loy_addPurchase('alice', current_date, 49.90, 1);
--
CREATE OR REPLACE FUNCTION loy_addPurchase(username text, day date, amount numeric, receipts integer)
RETURNS void
LANGUAGE plpgsql
SET search_path = portal, pg_temp
AS $$
BEGIN
    UPDATE loy_purchases
    SET
        amount = loy_purchases.amount + loy_addPurchase.amount,
        receipts = loy_purchases.receipts + loy_addPurchase.receipts
    WHERE loy_purchases.username = loy_addPurchase.username AND loy_purchases.month = date_trunc('month', day)::date;
    IF NOT FOUND THEN
        INSERT INTO loy_purchases (username, month, amount, receipts)
        VALUES (username, date_trunc('month', day)::date, amount, receipts);
    END IF;

    PERFORM loy_reviewTier(username);
END;
$$;

COMMENT ON FUNCTION loy_addPurchase IS
'Called under the lock of the account. day: of the sale, also for what came back of it. The tier is judged at once.';
