-- Whether an account has room for an amount that comes in; null when it has, a refusal when not.
--
--   SELECT * FROM fin_checkRoom((SELECT fin_accounts FROM fin_accounts WHERE username = 'alice'), 50.00);
--
CREATE OR REPLACE FUNCTION fin_checkRoom(account fin_accounts, amount numeric)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    maximum CONSTANT numeric := 999999999999.99;  -- the largest numeric(14, 2)
BEGIN
    IF account.balance + amount > maximum THEN
        RETURN refuse(
            'balance_too_large',
            format('No account holds more than %s %s.', maximum, account.currency),
            jsonb_build_object('field', 'amount', 'maximum', maximum::text, 'currency', account.currency)
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkRoom IS
'Null when the balance can take the amount. The caller has read the account under the person''s row lock.
Refuses: balance_too_large.';
