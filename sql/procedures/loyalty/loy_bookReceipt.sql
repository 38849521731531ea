-- Book a receipt: give the bonuses it has earned, count what was bought, judge the tier.
--
--   SELECT * FROM loy_bookReceipt('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_bookReceipt(username text, receiptID bigint)
RETURNS outcome
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = portal, pg_temp
AS $$
BEGIN
    PERFORM
    FROM loy_receipts
    WHERE loy_receipts.username = loy_bookReceipt.username AND loy_receipts.receiptID = loy_bookReceipt.receiptID;
    IF NOT FOUND THEN
        RETURN refuse('no_such_receipt', format('%s has no receipt %s.', username, receiptID));
    END IF;
    IF NOT loy_bookSale(username, receiptID) THEN
        RETURN done('booked_before', 'There is nothing left to book of it.');
    END IF;

    RETURN done('booked', 'The receipt is booked.', jsonb_build_object('receiptID', receiptID));
END;
$$;

COMMENT ON FUNCTION loy_bookReceipt IS
'Books what loy_toBook lists, once, in one transaction: as often as it is asked. Answers booked, booked_before.
Refuses: no_such_receipt.';

GRANT EXECUTE ON FUNCTION loy_bookReceipt TO portal_booking, portal_dba;
