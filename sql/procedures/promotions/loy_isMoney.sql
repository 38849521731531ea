-- Whether this is an amount above nothing, with at most two decimals.
--
--   SELECT loy_isMoney('12.50');
--
CREATE OR REPLACE FUNCTION loy_isMoney(given text)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
AS $$
SELECT loy_isMoney.given ~ '^[0-9]{1,8}(\.[0-9]{1,2})?$' AND loy_isMoney.given ~ '[1-9]';
$$;

COMMENT ON FUNCTION loy_isMoney IS
'Null when nothing is given.';
