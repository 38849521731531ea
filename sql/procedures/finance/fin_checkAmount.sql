-- Whether an amount of money can be moved; null when it can, a refusal when not.
--
--   SELECT * FROM fin_checkAmount(12.345);
--
CREATE OR REPLACE FUNCTION fin_checkAmount(amount numeric)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF amount IS NULL THEN
        RETURN refuse('amount_missing', 'Say how much.', '{"field": "amount"}');
    END IF;
    IF amount IN ('NaN', 'Infinity', '-Infinity') THEN
        RETURN refuse('amount_not_a_number', 'The amount is not a number.', '{"field": "amount"}');
    END IF;
    IF amount <= 0 THEN
        RETURN refuse('amount_not_positive', 'The amount must be more than zero.', '{"field": "amount"}');
    END IF;
    IF amount > 1000000000 THEN
        RETURN refuse(
            'amount_too_large', 'At most 1000000000.00 can be moved at once.',
            '{"field": "amount", "maximum": "1000000000.00"}'
        );
    END IF;
    IF amount <> round(amount, 2) THEN
        RETURN refuse('amount_too_precise', 'An amount has at most two decimals.', '{"field": "amount"}');
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION fin_checkAmount IS
'Null when the amount is more than 0.00, at most 1000000000.00 and has at most two decimals (12.500 is 12.50); it is never
rounded.
Refuses: amount_missing, amount_not_a_number, amount_not_positive, amount_too_large, amount_too_precise.';
