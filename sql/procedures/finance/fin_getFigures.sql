-- What an answer or a message says of a posted movement.
--
--   SELECT fin_getFigures(fin_finances) FROM fin_finances WHERE username = 'alice';
--
CREATE OR REPLACE FUNCTION fin_getFigures(movement fin_finances)
RETURNS jsonb
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    RETURN jsonb_build_object(
        'financeID', movement.id, 'amount', movement.amount::text, 'balance', movement.balanceAfter::text,
        'currency', movement.currency, 'counterparty', movement.counterparty, 'purpose', movement.purpose
    );
END;
$$;

COMMENT ON FUNCTION fin_getFigures IS
'The details of an answer about a posted movement: financeID, amount (signed), balance (after it), currency, counterparty,
purpose.';
