-- Whether what is available on an account covers an amount; null when it does, a refusal when not.
--
--   SELECT * FROM fin_checkAvailable((SELECT fin_accounts FROM fin_accounts WHERE username = 'alice'), 19.00);
--
CREATE OR REPLACE FUNCTION fin_checkAvailable(account fin_accounts, amount numeric)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
DECLARE
    available numeric := account.balance - account.held;
BEGIN
    IF amount > available THEN
        RETURN refuse(
            'insufficient_balance',
            format(
                '%s %s are missing: %s %s are available.',
                round(amount - available, 2), account.currency, available, account.currency
            ),
            jsonb_build_object(
                'field', 'amount', 'missing', round(amount - available, 2)::text, 'available', available::text,
                'currency', account.currency
            )
        );
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkAvailable IS
'Null when the balance without what is held covers the amount (a negative one takes nothing). The caller has read the
account under the person''s row lock.
Refuses: insufficient_balance.';
