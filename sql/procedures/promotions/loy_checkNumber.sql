-- Whether an amount of a promotion can be stored as it is; null when it can, a refusal when not.
--
--   SELECT * FROM loy_checkNumber('value', 12.345);
--
CREATE OR REPLACE FUNCTION loy_checkNumber(field text, amount numeric)
RETURNS outcome
LANGUAGE plpgsql
IMMUTABLE
SET search_path = portal, pg_temp
AS $$
BEGIN
    IF amount IN ('NaN', 'Infinity', '-Infinity') THEN
        RETURN refuse('amount_not_a_number', 'That is not a number.', jsonb_build_object('field', field));
    END IF;
    IF abs(amount) > 1000000000 THEN
        RETURN refuse('value_too_large', 'That is too much.', jsonb_build_object('field', field, 'maximum', 1000000000));
    END IF;
    IF amount <> round(amount, 2) THEN
        RETURN refuse('value_too_precise', 'At most two decimals, please.', jsonb_build_object('field', field));
    END IF;

    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION loy_checkNumber IS
'Null when an amount is missing, or a number of at most two decimals and not above 1000000000; it is never rounded. details.field:
whose value it is.
Refuses: amount_not_a_number, value_too_large, value_too_precise.';
