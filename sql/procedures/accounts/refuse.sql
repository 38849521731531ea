-- The answer of a procedure that did nothing, and why.
--
--   SELECT * FROM refuse('insufficient_balance', '3.00 EUR are missing.', '{"missing": "3.00"}');
--
CREATE OR REPLACE FUNCTION refuse(reason text, msg text, details jsonb DEFAULT '{}')
RETURNS outcome
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT (0, msg, reason, coalesce(details, '{}'))::outcome
$$;

COMMENT ON FUNCTION refuse IS
'The answer of a procedure that did nothing: result 0, a stable word, a sentence that says what is wrong and what to do.
details.field names the argument to blame, where there is one.';
