-- The answer of a procedure that did what it was asked.
--
--   SELECT * FROM done('tariff_changed', 'alice is now on Fast.', '{"total": "12.50"}');
--
CREATE OR REPLACE FUNCTION done(reason text, msg text, details jsonb DEFAULT '{}')
RETURNS outcome
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT (1, msg, reason, coalesce(details, '{}'))::outcome
$$;

COMMENT ON FUNCTION done IS
'The answer of a procedure that did what it was asked: result 1, a stable word, a sentence, the numbers.';
