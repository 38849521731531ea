-- Hundredths of the currency as the text that answers carry.
--
--   SELECT loy_money(1250);
--
CREATE OR REPLACE FUNCTION loy_money(amount bigint)
RETURNS text
LANGUAGE sql
IMMUTABLE
AS $$
SELECT (loy_money.amount * 0.01)::text;
$$;

COMMENT ON FUNCTION loy_money IS
'Two decimals, as everywhere in details.';
