-- The answer to who has claimed a receipt: what it earns, less what has come back of it.
--
--   SELECT * FROM loy_tellClaim('alice', 17);
--
CREATE OR REPLACE FUNCTION loy_tellClaim(username text, receiptID bigint)
RETURNS outcome
LANGUAGE plpgsql
STABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    earned numeric;
BEGIN
    SELECT coalesce(sum(loy_lineEarnings.amount - loy_lineEarnings.takenBack), 0) INTO earned
    FROM loy_lineEarnings
    WHERE loy_lineEarnings.username = loy_tellClaim.username AND loy_lineEarnings.receiptID = loy_tellClaim.receiptID;

    RETURN done(
        'receipt_claimed', 'The receipt is yours.',
        jsonb_build_object(
            'receiptID', receiptID, 'earned', earned::numeric(14, 2)::text, 'currency', as_getSetting('currency')
        )
    );
END;
$$;

COMMENT ON FUNCTION loy_tellClaim IS 'details: receiptID, earned, currency. Answers receipt_claimed.';
