-- What a till was told when it sent this receipt before; null when it is new.
--
--   SELECT * FROM loy_findAnswer('s001', '1', current_date, '17', sha256('{}'));
--
CREATE OR REPLACE FUNCTION loy_findAnswer(storeID text, till text, businessDay date, number text, bodyHash bytea)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    receipt loy_receiptKeys;
BEGIN
    SELECT * INTO receipt
    FROM loy_receiptKeys
    WHERE
        loy_receiptKeys.storeID = loy_findAnswer.storeID
        AND loy_receiptKeys.businessDay = loy_findAnswer.businessDay
        AND loy_receiptKeys.till = loy_findAnswer.till
        AND loy_receiptKeys.number = loy_findAnswer.number;

    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF receipt.bodyHash IS DISTINCT FROM loy_findAnswer.bodyHash THEN
        RETURN refuse(
            'receipt_changed',
            format('Receipt %s of till %s on %s was entered with other contents.', number, till, businessDay),
            jsonb_build_object('number', number)
        );
    END IF;

    RETURN done(
        'receipt_entered', 'The receipt is entered.',
        jsonb_build_object(
            'username', receipt.username,
            'receiptID', receipt.receiptID,
            'answer', (
                SELECT loy_receipts.answer
                FROM loy_receipts
                WHERE loy_receipts.username = receipt.username AND loy_receipts.receiptID = receipt.receiptID
            )
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_findAnswer IS
'The first answer, to the byte, where a receipt of this store, till, day and number was entered with the same SHA-256 of what was
sent; null where there is none.
Refuses: receipt_changed (the same name, other contents).';
