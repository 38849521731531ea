-- How much of an amount belongs to a part of a quantity, so that all parts together give all of it.
--
--   SELECT loy_getShare(10.00, 1, 3);
--
CREATE OR REPLACE FUNCTION loy_getShare(amount numeric, part numeric, whole numeric)
RETURNS numeric
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT round(loy_getShare.amount * loy_getShare.part / loy_getShare.whole, 2)
$$;

COMMENT ON FUNCTION loy_getShare IS
'Rounded by the whole of what has come back so far: the next part gets the difference, and the last one the exact rest.';
