-- A number of a source; null when it is none.
--
--   SELECT cpn_readNumber('12.50');
--
CREATE OR REPLACE FUNCTION cpn_readNumber(given text)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT CASE
        -- Most numbers, without the cost of an expression that is matched.
        WHEN length(given) < 16 AND given <> '.' AND translate(given, '0123456789', '') IN ('', '.') THEN given::numeric
        WHEN given ~ '^[+-]?[0-9]{1,15}(\.[0-9]{1,20})?$' THEN given::numeric
    END
$$;

COMMENT ON FUNCTION cpn_readNumber IS 'Reads digits with a point and a sign; null for everything else.';
