-- Whether this is how many units an offer can ask for.
--
--   SELECT loy_isCount('3');
--
CREATE OR REPLACE FUNCTION loy_isCount(given jsonb)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
SELECT loy_isCount.given #>> '{}' ~ '^[1-9][0-9]?$';
$$;

COMMENT ON FUNCTION loy_isCount IS
'A whole number from 1 to 99; null when nothing is given.';
